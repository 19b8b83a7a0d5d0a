"""The whole job once, on real images: scikit-learn's handwritten digits, through the commands that any user types.

Each step's result is kept in `db/demo.json`; a second run does only what is missing.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "db" / "demo" / "digits"
UNLABELED = ROOT / "db" / "demo" / "new"
RECORD = ROOT / "db" / "demo.json"
# In the order of the keys, so that key 3 labels a three. Zero is the tenth: type its first letter.
NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero")
LABELED = 1_700
"""So many have their label from the folder that they lie in; the others are left to be labeled."""
# A few epochs are enough for digits: the whole is to take two minutes on a machine of two cores.
NOTEBOOKS = {
    "explore": "run 02_explore -p theme digits",
    "train": "train digits --run-name demo --num-epochs 4",
    "tune": "tune digits --run-name demo-tune --optuna-params-file demo/optuna_params.yaml --set training.num_epochs=2",
    "register": "register digits --run-id best --stage production",
    "predict": "predict digits --model production --source test --output runs/digits-test.csv",
}


def main() -> None:
    started = time.monotonic()
    # This checkout is the project, whatever the shell has set for another one.
    os.environ["WORKBENCH_ROOT"] = str(ROOT)
    os.chdir(ROOT)
    written = write_digits()
    steps = {} if is_new_theme() else read_record()
    if "theme" not in steps:
        create_theme()
    steps["theme"] = True
    steps["import"] = [workbench("import", "digits", shown(folder)) for folder in (IMAGES, UNLABELED)]
    workbench("embed", "digits", "--encoder", "hog")
    workbench("groups", "find", "digits")
    steps["split"] = workbench("split", "digits")
    for name, command in NOTEBOOKS.items():
        if name in steps and Path(steps[name]["output"]).is_file():
            say(f"{name}: done before, see {shown(steps[name]['output'])}")
            continue
        steps[name] = workbench(*shlex.split(command))
        RECORD.write_text(json.dumps(steps, indent=2))
    summarize(steps, written, suggested(), time.monotonic() - started)


def write_digits() -> int:
    """Write the 1,797 images of 8 x 8 pixels as PNG files, most in one folder per digit; return how many were new."""
    if len(list(IMAGES.parent.rglob("*.png"))) == 1_797:
        return 0
    import numpy as np
    from PIL import Image

    digits = load_digits()
    for number, (pixels, target) in enumerate(zip(digits.images, digits.target, strict=True)):
        folder = IMAGES / NAMES[target - 1] if number < LABELED else UNLABELED
        folder.mkdir(parents=True, exist_ok=True)
        gray = np.rint(pixels * (255 / 16)).astype(np.uint8)
        Image.fromarray(gray).save(folder / f"digit-{number:04d}.png")
    return len(digits.images)


def load_digits() -> Any:
    from sklearn.datasets import load_digits as load

    return load()


def is_new_theme() -> bool:
    return "digits" not in [row["theme"] for row in workbench("theme", "list", quiet=True)]


def create_theme() -> None:
    labels = [part for name in NAMES for part in ("--label", name)]
    workbench("theme", "create", "digits", *labels, "--description", "Handwritten digits, 8 x 8 pixels (scikit-learn)")


def read_record() -> dict[str, Any]:
    try:
        return json.loads(RECORD.read_text())
    except (FileNotFoundError, ValueError):  # half a file is what a full disk leaves
        return {"theme": True}


def workbench(*arguments: str, quiet: bool = False) -> Any:
    """Run one workbench command as a user would and return what it printed as JSON."""
    from workbench.cli import main as command_line

    if not quiet:
        say(shlex.join(["workbench", *arguments]))
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = command_line.main([*arguments, "--json"], prog_name="workbench", standalone_mode=False)
    if status:
        sys.exit(f"The demo stopped: 'workbench {arguments[0]}' failed, see above. Fix that and run it again.")
    return json.loads(printed.getvalue())


def suggested() -> str:
    """What the model beside the annotator takes the unlabeled images for, and how many of those suggestions are right.

    It learned from the labels alone, as in the label panel; a suggestion becomes a label by a person's key.
    """
    from workbench import open_theme
    from workbench.store.labels import labels_of

    theme = open_theme("digits")
    waiting = theme.samples(state="unlabeled").to_frame()
    if waiting.empty:
        return "every image has its label"
    beside, targets = theme.assistant("hog"), load_digits().target
    with theme.store.read() as session:
        names = {label.id: label.name for label in labels_of(beside.theme_id, session=session)}
    found = beside.suggestions(waiting["id"].tolist())
    truth = {
        sample: NAMES[targets[int(name[6:10])] - 1] for sample, name in zip(waiting["id"], waiting["name"], strict=True)
    }
    right = sum(names[proposed[0][0]] == truth[sample] for sample, proposed in found.items())
    return f"{len(found)} images wait for a label, {right} of the suggestions for them are right"


def summarize(steps: dict[str, Any], written: int, suggestions: str, seconds: float) -> None:
    train, predict = steps["train"], steps["predict"]
    added, known = (sum(report[key] for report in steps["import"]) for key in ("added", "duplicates"))
    counts = steps["split"]["counts"]
    totals = {split: sum(row[split] for row in counts.values()) for split in ("train", "valid", "test")}
    lines = [
        "",
        f"Done in {seconds:.0f} s.",
        f"  images      {written:,} written, {added:,} added, {known:,} there already",
        f"  suggestions {suggestions}",
        f"  splits      {totals['train']:,} train, {totals['valid']:,} valid, {totals['test']:,} test",
        f"  certificate {train['leaks']}",
        f"  training    test accuracy {train['metrics']['test_accuracy']:.4f} (run {train['run_id']})",
        f"  tuning      {steps['tune']['n_trials']} trials, best {steps['tune']['best_value']:.4f}",
        f"  registry    digits version {steps['register']['version']} is in {steps['register']['stage']}",
        f"  prediction  {predict['count']:,} test images, accuracy {predict['accuracy']:.4f}",
        "",
        "Open next:",
        "  make lab                           label in notebooks/01_label.ipynb",
        *[f"  {shown(steps[name]['output']):<34} {name}" for name in NOTEBOOKS],
        f"  {shown(predict['file']):<34} the predictions",
    ]
    say("\n".join(lines))


def shown(path: str | Path) -> str:
    return str(Path(path).resolve().relative_to(ROOT)) if Path(path).is_absolute() else str(path)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
