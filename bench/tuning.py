"""Tuning: what a trial costs beyond its training, and what a second worker is worth.

    python bench/tuning.py

On scikit-learn's handwritten digits (1,797 images of 8 x 8), ResNet18. Overhead: the same training alternately as a
plain run and as a trial of a study, so that a busy machine slows both; the difference of the medians. Workers: eight
trials of a few seconds by one process and by two; each is a program of its own that calls tune(), from its start to
its end. Every process has one thread, as workers have where there is one for each core: what further threads are worth
to a training depends on the network, and is not what is asked here.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

from comparison import Row, report
from ruamel.yaml import YAML

from workbench.paths import Project, asset
from workbench.training.plan import make_plan
from workbench.training.run import Control, run_plan
from workbench.tuning.plan import read_plan
from workbench.tuning.trial_lines import TrialLines
from workbench.tuning.tune import begin

ROUNDS = 3
TRIALS = 8
EPOCHS = 4
OVERHEAD_LIMIT_S = 0.3
WORKERS_LIMIT = 0.65
SETTINGS = {"data.num_workers": 0, "data.batch_size": 128, "training.num_epochs": 1}


def main() -> None:
    """Measure both and print the rows."""
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder))
        plain, trial = measure_overhead(project)
        alone, together = measure_workers(project)
    report(
        [
            Row(
                "tuning, a trial beyond its training",
                f"{trial - plain:.2f} s",
                f"{plain:.2f} s training",
                goal=f"{OVERHEAD_LIMIT_S} s",
                met=trial - plain <= OVERHEAD_LIMIT_S,
            ),
            Row(
                f"tuning, {TRIALS} short trials by two workers",
                f"{together:.1f} s",
                f"{alone:.1f} s by one",
                together / alone,
                f"{WORKERS_LIMIT} of one worker's time",
                together / alone <= WORKERS_LIMIT,
            ),
        ]
    )


def measure_overhead(project: Project) -> tuple[float, float]:
    """Median seconds of a plain run and of a trial that trains the same."""
    write_study(project, {"training.weight_decay": {"type": "categorical", "choices": [0.01]}}, name="overhead")
    job = begin(read_plan(project, theme="digits", overrides=SETTINGS), project)
    report = TrialLines(job.study)
    plain, trials = [], []
    for index in range(ROUNDS + 1):
        plan = make_plan(job.plan.params_with({}), job.plan.augment_with({}), project)
        started = time.perf_counter()
        run_plan(plan, control=Control(quiet=True))
        middle = time.perf_counter()
        job.study.set_user_attr("workbench.n_trials", index + 1)
        job.work(report)
        ended = time.perf_counter()
        if index:  # the first of each also loads libraries and fills caches
            plain.append(middle - started)
            trials.append(ended - middle)
    return statistics.median(plain), statistics.median(trials)


def measure_workers(project: Project) -> tuple[float, float]:
    """Seconds that eight trials take with one process and with two."""
    space = {"training.learning_rate": {"type": "float", "low": 0.001, "high": 0.01, "log": True}}
    call = {"theme": "digits", "overrides": {**SETTINGS, "training.num_epochs": EPOCHS}}
    seconds = []
    for workers in (1, 2):
        write_study(project, space, name=f"workers {workers}")
        code = f"from workbench import tune; tune(**{call!r}, workers={workers})"
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )
        seconds.append(time.perf_counter() - started)
    return seconds[0], seconds[1]


def write_study(project: Project, space: dict[str, dict[str, object]], *, name: str) -> None:
    """Write optuna_params.yaml."""
    study = {"name": name, "n_trials": TRIALS, "pruner": "none", "sampler": {"name": "tpe", "seed": 1}}
    YAML(typ="safe").dump({"study": study, "params_to_tune": space}, project.optuna_params_file)


def make_project(root: Path) -> Project:
    """A project with the digits as a labeled theme."""
    import cv2
    import numpy as np
    from sklearn.datasets import load_digits

    from workbench.data.importing.run import import_images
    from workbench.store import open_store
    from workbench.store.themes import create_theme

    for name in ("params.yaml", "auguments.yaml"):
        shutil.copy(asset(name), root / name)
    os.environ["WORKBENCH_ROOT"] = str(root)
    augment = root / "auguments.yaml"
    augment.write_text(augment.read_text(encoding="utf-8").replace("size: 32", "size: 16", 1), encoding="utf-8")
    project = Project(root)
    project.db.mkdir()
    digits = load_digits()
    for number, (pixels, target) in enumerate(zip(digits.images, digits.target, strict=True)):
        file = root / "images" / str(target) / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(file), np.rint(pixels * (255 / 16)).astype(np.uint8))
    store = open_store(project)
    with store.write() as session:
        create_theme("digits", labels=[str(number) for number in range(10)], session=session)
    import_images(store, "digits", root / "images", annotator="bench", progress=False)
    store.close()
    return project


if __name__ == "__main__":
    main()
