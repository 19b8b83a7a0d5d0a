"""The whole job once, on real images: scikit-learn's handwritten digits, through the commands that any user types.

Each step's result is kept in `db/demo.json`; a second run does only what is missing.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "db" / "demo" / "digits"
RECORD = ROOT / "db" / "demo.json"
# In the order of the keys, so that key 3 labels a three. Zero is the tenth: type its first letter.
NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero")


def main() -> None:
    started = time.monotonic()
    written = write_digits()
    steps = {} if is_new_theme() else read_record()
    if "theme" not in steps:
        create_theme()
    steps["theme"] = True
    steps["import"] = workbench("import", "digits", str(IMAGES.relative_to(ROOT)))
    steps["split"] = workbench("split", "digits")
    for name, command in {
        "explore": ["run", "02_explore", "-p", "theme", "digits"],
        "train": ["train", "digits", "--run-name", "demo"],
        "tune": [
            "tune",
            "digits",
            "--run-name",
            "demo-tune",
            "--optuna-params-file",
            "demo/optuna_params.yaml",
            "--set",
            "training.num_epochs=3",
        ],
        "register": ["register", "digits", "--run-id", "best", "--stage", "production"],
        "predict": [
            "predict",
            "digits",
            "--model",
            "production",
            "--source",
            "test",
            "--output",
            "runs/digits-test.csv",
        ],
    }.items():
        if name in steps and Path(steps[name]["output"]).is_file():
            say(f"{name}: done before, see {shown(steps[name]['output'])}")
            continue
        steps[name] = workbench(*command)
        RECORD.write_text(json.dumps(steps, indent=2))
    summarize(steps, written, time.monotonic() - started)


def write_digits() -> int:
    """Write the 1,797 images of 8 x 8 pixels as PNG files in one folder per digit; return how many were new."""
    if len(list(IMAGES.glob("*/*.png"))) == 1797:
        return 0
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    for number, (pixels, target) in enumerate(zip(digits.images, digits.target, strict=True)):
        folder = IMAGES / NAMES[target - 1]
        folder.mkdir(parents=True, exist_ok=True)
        gray = np.rint(pixels * (255 / 16)).astype(np.uint8)
        Image.fromarray(gray).save(folder / f"digit-{number:04d}.png")
    return len(digits.images)


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
    if not quiet:
        say(shlex.join(["workbench", *arguments]))
    command = [sys.executable, "-m", "workbench.cli", *arguments, "--json"]
    # This checkout is the project, whatever the shell has set for another one.
    environment = {**os.environ, "WORKBENCH_ROOT": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"The demo stopped: 'workbench {arguments[0]}' failed, see above. Fix that and run it again.")
    return json.loads(done.stdout)


def summarize(steps: dict[str, Any], written: int, seconds: float) -> None:
    imported, train, predict = steps["import"], steps["train"], steps["predict"]
    counts = steps["split"]["counts"]
    totals = {split: sum(row[split] for row in counts.values()) for split in ("train", "valid", "test")}
    lines = [
        "",
        f"Done in {seconds:.0f} s.",
        f"  images     {written:,} written, {imported['added']:,} added, {imported['duplicates']:,} there already",
        f"  splits     {totals['train']:,} train, {totals['valid']:,} valid, {totals['test']:,} test",
        f"  training   test accuracy {train['metrics']['test_accuracy']:.4f} (run {train['run_id']})",
        f"  tuning     {steps['tune']['n_trials']} trials, best {steps['tune']['best_value']:.4f}",
        f"  registry   digits version {steps['register']['version']} is in {steps['register']['stage']}",
        f"  prediction {predict['count']:,} test images, accuracy {predict['accuracy']:.4f}",
        "",
        "Open next:",
        "  make lab                           label in notebooks/01_label.ipynb",
        *[
            f"  {shown(steps[name]['output']):<34} {name}"
            for name in ("explore", "train", "tune", "register", "predict")
        ],
        f"  {shown(predict['file']):<34} the predictions",
    ]
    say("\n".join(lines))


def shown(path: str) -> str:
    return str(Path(path).resolve().relative_to(ROOT)) if Path(path).is_absolute() else path


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
