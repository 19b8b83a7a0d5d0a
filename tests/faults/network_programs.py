"""Programs that train, tune and predict, to be killed, and what has to hold afterwards."""

import json
import shutil
import time

from tests.colors import COLORS, QUICK, Colors
from tests.faults.kills import begin
from workbench import predict
from workbench.errors import NotFoundError
from workbench.part_files import PART
from workbench.registry.tracking import connect
from workbench.store.history import history_of
from workbench.store.samples import count_samples, page_of_samples
from workbench.store.themes import get_theme
from workbench.store.upkeep.integrity import check
from workbench.training import resume, train
from workbench.tuning import tune
from workbench.tuning.queue import counted
from workbench.tuning.study import find_study

SETTINGS = {**QUICK, "training.seed": 7}
SEARCHED = {name: value for name, value in SETTINGS.items() if name != "training.learning_rate"}
_SPACE = """
study: {sampler: {name: random, seed: 1}, pruner: none}
params_to_tune:
  training.learning_rate: {type: float, low: 0.001, high: 0.1, log: true}
"""

_BEGIN = """
    import itertools, json, sys
    import filelock, git, IPython, matplotlib.pyplot, optuna, ruamel.yaml, s3fs, torchvision, wrapt
    import mlflow.models.display_utils, mlflow.pyfunc, mlflow.tracing.export.utils, mlflow.tracing.processor.otel
    import mlflow.store.db.utils, mlflow.store.tracking.sqlalchemy_workspace_store
    import mlflow.store.model_registry.sqlalchemy_workspace_store
    import workbench.figures, workbench.training.callbacks.progress_writer, workbench.training.networks.input_check
    import workbench.training.networks.timm_models, workbench.training.settling
    import workbench.inference.store_writer, workbench.inference.forward
    import workbench.inference.run as predicting
    from workbench.data import datamodule
    from workbench.registry import tracking
    from workbench.training import fit, mlflow_logging, train
    from workbench.tuning import trial, tune
    from workbench import predict
    from tests.faults.network_programs import SEARCHED, SETTINGS

    seed, given = int(sys.argv[1]), json.loads(sys.argv[2])
    print("begun", flush=True)
    sys.stdin.readline()
"""
PROGRAMS = {
    "train": """
    while True:
        print(train(overrides=SETTINGS).run_id, flush=True)
""",
    "tune": """
    for number in itertools.count(given + 1):
        tune("colors", overrides=SEARCHED, n_trials=number)
        print(number, flush=True)
""",
    "predict": """
    predicting._STEP_VALUES = 1  # each batch is a step of its own, so that a few images are enough
    for number in itertools.count():
        output = f"{given}-{number}.csv"
        predict("colors", source="all", output=output, batch_size=4, num_workers=0, progress=False)
        print(output, flush=True)
""",
}


def start(run_python, program, seed, given=None):
    """Start one of the programs; it has begun when this returns."""
    return begin(run_python, _BEGIN + PROGRAMS[program], seed, json.dumps(given))


def fill(store, mlflow_template, optuna_template):
    """Make the theme that the programs work on, with empty databases of MLflow and Optuna."""
    project = store.project
    for template in (mlflow_template, optuna_template):
        project.db.mkdir(exist_ok=True)
        shutil.copy(template, project.db)
    (project.root / "optuna_params.yaml").write_text(_SPACE)
    colors = Colors(store)
    colors.add(dict.fromkeys(COLORS, 12))
    return colors


def seconds_of_a_training():
    """How long a training takes that has its libraries."""
    train(overrides=SETTINGS)
    began = time.perf_counter()
    train(overrides=SETTINGS)
    return time.perf_counter() - began


def decisions(store):
    """What stands of each sample of the theme, and how many events it has."""
    with store.read() as session:
        theme = get_theme("colors", session=session).id
        return [
            (row.id, row.label_id, len(history_of(row.id, session=session)))
            for row in page_of_samples(theme, session=session, limit=1_000)
        ]


class Trained:
    """What has to hold of killed trainings: `reference` is one that nobody kills; the like take `seconds` here."""

    def __init__(self, colors, seconds):
        self.colors = colors
        self.seconds = seconds
        self.reference = train(overrides=SETTINGS)
        self.before = decisions(colors.store)

    def look(self, lines, seed):
        colors = self.colors
        found = check(colors.store)
        if not found.ok or decisions(colors.store) != self.before:
            return f"{found.problems[:3]} or a label has changed"
        runs = {run.info.run_id: run for run in colors.runs()}
        unfinished = [run_id for run_id in lines if runs[run_id].info.status != "FINISHED"]
        if unfinished:
            return f"{unfinished} were acknowledged and are not finished"
        open_ones = [run_id for run_id, run in runs.items() if run.info.status == "RUNNING"]
        return self._resumed(open_ones[0]) if open_ones and seed % 5 == 0 else ""

    def _resumed(self, run_id):
        run = connect(self.colors.project).get_run(run_id)
        if "workbench.snapshot" not in run.data.tags:
            return ""  # killed before it had recorded what to train on
        result = resume(run_id)
        same = [row["train_loss"] for row in result.epochs] == [row["train_loss"] for row in self.reference.epochs]
        return "" if same else f"the resumed run {run_id} came to {result.epochs}"

    def left(self):
        """What is wrong after one more training."""
        result = train(overrides=SETTINGS)
        if result.metrics != self.reference.metrics:
            return f"a training after the kills comes to {result.metrics}"
        return still_open(self.colors)


def still_open(colors):
    """What a killed process left for good: runs that never end, files that nobody finishes."""
    running = [run.info.run_id for run in colors.runs() if run.info.status == "RUNNING"]
    parts = [str(path) for path in colors.project.artifacts.rglob(f"{PART}*")]
    return f"{running} are RUNNING, {parts} are left" if running or parts else ""


def tuned(colors, lines):
    """What is wrong after a killed search, and how many trials count."""
    # Between the numbers of trials the search tells of each that ends.
    acknowledged = [int(line) for line in lines if line.isdigit()]
    try:
        study = find_study(colors.project, "colors")
    except NotFoundError:
        return "a finished study is gone" if acknowledged else "", 0
    # One whose process was killed again and again is given up, and counts.
    done = [trial for trial in counted(study.trials) if trial.state.is_finished()]
    missing = [number for number in acknowledged if number > len(done)]
    parents = [run for run in colors.runs() if run.data.tags.get("workbench.kind") == "tuning"]
    fault = f"{missing} were acknowledged, {len(done)} are done" if missing else ""
    return fault or ("" if len(parents) <= 1 else f"{len(parents)} parent runs"), len(counted(study.trials))


def whole_search(colors, number):
    """Let the search end, and return what is wrong then."""
    result = tune("colors", overrides=SEARCHED, n_trials=number)
    states = [trial.state for trial in result.all_trials]
    odd = set(states) - {"complete", "retried", "failed"}
    if odd or len(states) - states.count("retried") != number:
        return f"the trials are {states}"
    return still_open(colors)


def predicted(colors, lines, given, folder):
    """Complete a killed prediction, and return what is wrong then."""
    with colors.store.read() as session:
        number = count_samples(get_theme("colors", session=session).id, session=session)
    last = folder / f"{given}-{len(lines)}.csv"
    kept = {folder / line for line in lines}
    for file in sorted(folder.glob(f"{given}-*.csv")):
        if len(file.read_text().splitlines()) != number + 1:
            return f"{file.name} is not whole"
    if not all(file.is_file() for file in kept):
        return f"of {kept} some are gone"
    found = predict("colors", source="all", output=last, batch_size=4, num_workers=0, progress=False)
    table = found.table()
    if (found.images, len(table), table["file"].nunique()) != (number, number, number):
        return f"{last.name} has {len(table)} rows, {found.images} images"
    return "" if not list(folder.glob(f"{last.name}.partial*")) else f"parts of {last.name} are left"
