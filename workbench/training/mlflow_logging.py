"""What of a training goes into its MLflow run."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.masking import masked
from workbench.registry.model_logging import discard_models, log_model
from workbench.registry.pyfunc import ModelContent
from workbench.registry.run_predictions import PREDICTIONS_FILE, RunPrediction
from workbench.registry.runs import ORIGIN
from workbench.registry.test_meter import TestFigure, figure_of_run, meter_of
from workbench.registry.tracking import (
    AUGMENT_FILE,
    CERTIFICATE_TAG,
    CLASSES_FILE,
    LEAKS_TAG,
    PARAMS_FILE,
    SNAPSHOT_TAG,
    TEST_LOOKS_TAG,
    TEST_TAG,
)
from workbench.store.assistance import labeled_by_model
from workbench.store.groups.certificate import sentence
from workbench.store.snapshots import labels_given
from workbench.training.epoch_log import Epoch
from workbench.training.module import Classifier
from workbench.training.networks import FACTORY, create_network, network_arguments, own_factory
from workbench.training.own_modules import digest, sources
from workbench.training.params import Params, flat, flatten, text_of, yaml_text
from workbench.training.plan import Plan
from workbench.training.plots import curves
from workbench.training.provenance import provenance
from workbench.training.slices import Slice

if TYPE_CHECKING:
    from workbench.data import Preprocessing

MODULES_TAG = "workbench.modules"
_PARAM_LENGTH = 6000
_TAG_LENGTH = 8000
_DIGEST_LENGTH = 36
# MLflow takes 250 signs; `test_precision/` stands before it.
_METRIC_LENGTH = 230
_PER_CLASS_UP_TO = 100


def log_start(plan: Plan) -> None:
    """Log settings, provenance and the data's digest into the active run, before the first epoch."""
    import mlflow

    params = _with_own_module(plan)
    mlflow.log_params({name: _short(value) for name, value in flat(params).items()})
    mlflow.log_params({f"augment.{name}": _short(value) for name, value in flatten(plan.augment.to_dict()).items()})
    tags = {f"workbench.{name}": value for name, value in provenance(plan.project.root).items()}
    if "workbench.git.commit" in tags:
        tags["mlflow.source.git.commit"] = tags["workbench.git.commit"]
    tags[SNAPSHOT_TAG] = plan.snapshot.digest
    tags[LEAKS_TAG] = sentence(plan.snapshot.certificate)
    tags[CERTIFICATE_TAG] = json.dumps(plan.snapshot.certificate)
    with plan.store.read() as session:
        unseen = labeled_by_model(plan.theme_id, snapshot_id=plan.snapshot.id, session=session)
        given = labels_given(plan.snapshot.id, session=session)
    tags["workbench.labels_unseen"] = str(unseen)
    tags["workbench.labels_on_pages"] = str(given.get("page", 0))
    names = json.dumps(plan.class_names, ensure_ascii=False)
    mlflow.log_text(names, CLASSES_FILE)
    if len(names) <= _TAG_LENGTH:  # MLflow would cut it, and half a list is none
        tags["workbench.class_names"] = names
    modules = sources(params.modules, plan.project)
    tags[MODULES_TAG] = json.dumps({name: digest(source) for name, source in modules.items()})
    mlflow.set_tags(tags)
    for name, source in modules.items():
        mlflow.log_text(masked(source), f"modules/{name}.py")
    mlflow.log_text(masked(text_of(params)), PARAMS_FILE)
    mlflow.log_text(masked(yaml_text(plan.augment.to_dict())), AUGMENT_FILE)
    log_dataset(plan.theme, plan.snapshot.digest, {split: len(images) for split, images in plan.images.items()})


def _with_own_module(plan: Plan) -> Params:
    """The settings, with the project's module that registered the network: who resumes the run has to import it."""
    own = own_factory(plan.params.model.name)
    module = str(own.__module__) if own else ""
    if module in ("", "__main__", *plan.params.modules) or not sources([module], plan.project):
        return plan.params
    return plan.params.model_copy(update={"modules": (*plan.params.modules, module)})


def log_result(
    plan: Plan,
    module: Classifier,
    preprocessing: Preprocessing,
    epochs: Sequence[Epoch],
    metrics: dict[str, float],
    slices: Sequence[Slice] = (),
) -> str:
    """Log test metrics, figures, tables and the model into the active run; return the model's URI."""
    import mlflow
    from matplotlib.figure import Figure

    mlflow.log_metrics({**metrics, **_per_class_metrics(module)}, step=len(epochs))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_tables(folder, plan, module, epochs)
        columns = [field.name for field in fields(Slice)]
        _write(folder / "slices.csv", columns, [list(each.as_dict().values()) for each in slices])
        curves(epochs).savefig(folder / "curves.png", dpi=110)
        title = f"{plan.theme}, test split: accuracy {metrics['test_accuracy']:.4f}"
        module.confusion["test"].plot(title, Figure()).savefig(folder / "confusion_matrix.png", dpi=110)
        mlflow.log_artifacts(str(folder))
    content = ModelContent(
        factory=FACTORY,
        arguments=network_arguments(plan.params.model, len(plan.class_names)),
        preprocessing=preprocessing.to_dict(),
        class_names=plan.class_names,
        extra={"theme": plan.theme, "snapshot": plan.snapshot.digest},
        temperature=module.temperature,
        views=list(plan.params.training.test_views),
    )
    origin = content.origin()
    mlflow.set_tags({f"workbench.{name}": origin[name][:_TAG_LENGTH] for name in ORIGIN})
    mlflow.log_metric("temperature", module.temperature)
    discard_models()
    own = own_factory(plan.params.model.name)
    info = log_model(
        content,
        module.network.state_dict(),
        own_factory=partial(create_network, factory=own) if own else None,
        own_module=own.__module__ if own else None,
    )
    return str(info.model_uri)


def log_looks(plan: Plan, run_id: str, accuracy: float) -> TestFigure | None:
    """Tag the active run with what its test accuracy rests on, once its look at the test split has been counted."""
    import mlflow

    with plan.store.read() as session:
        figure = figure_of_run(plan.theme_id, run_id, accuracy, session=session)
        meter = meter_of(plan.theme_id, session=session)
    if figure is not None:
        mlflow.set_tags({TEST_TAG: str(figure), TEST_LOOKS_TAG: str(meter)})
    return figure


def write_tables(folder: Path, plan: Plan, module: Classifier, epochs: Sequence[Epoch]) -> None:
    """Write history, confusion matrix, per-class metrics and the prediction for each test image as CSV."""
    columns = list(dict.fromkeys(name for row in epochs for name in row))
    _write(folder / "history.csv", columns, [[row.get(name, "") for name in columns] for row in epochs])
    matrix = module.confusion["test"]
    rows = [[name, *counts] for name, counts in zip(matrix.labels, matrix.counts.tolist(), strict=True)]
    _write(folder / "confusion_matrix.csv", ["true \\ predicted", *matrix.labels], rows)
    per_class = [
        [split, each.label, each.precision, each.recall, each.f1]
        for split, confusion in module.confusion.items()
        for each in confusion.per_class()
    ]
    _write(folder / "per_class.csv", ["split", "class", "precision", "recall", "f1"], per_class)
    _write(folder / PREDICTIONS_FILE, RunPrediction._fields, _predictions(plan, module))


def _predictions(plan: Plan, module: Classifier) -> list[list[Any]]:
    rows, targets, probabilities = module.predictions.per_image()
    if not len(rows):
        return []
    scores, predicted = probabilities.max(axis=1), probabilities.argmax(axis=1)
    ids = plan.images["test"].sample_ids
    names = plan.class_names
    return [
        [int(ids[row]), names[target], names[guess], round(score, 6)]
        for row, target, guess, score in zip(
            rows.tolist(), targets.tolist(), predicted.tolist(), scores.tolist(), strict=True
        )
    ]


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)


def _per_class_metrics(module: Classifier) -> dict[str, float]:
    classes = module.confusion["test"].per_class()
    if len(classes) > _PER_CLASS_UP_TO:
        return {}
    return {
        f"test_{kind}/{metric_name(each.label)}": getattr(each, kind)
        for kind in ("precision", "recall", "f1")
        for each in classes
    }


def metric_name(label: str) -> str:
    """A label as a part of a metric's name: another for every label, though MLflow allows few signs in it.

    Letters and digits of any script stay; another sign becomes its code point in hexadecimal digits, `a<b` `a:3c:b`.
    """
    name = re.sub(r"[^\w\-. ]", lambda found: f":{ord(found[0]):x}:", label)
    if not name.strip(". "):
        name = "".join(f":{ord(sign):x}:" for sign in label)  # MLflow would take dots alone for a folder
    if len(name) <= _METRIC_LENGTH:
        return name
    return f"{name[: _METRIC_LENGTH - 10]}:{sha256(label.encode()).hexdigest()[:8]}:"


def _short(value: Any) -> Any:
    text = json.dumps(value) if isinstance(value, dict | list) else str("" if value is None else value)
    text = masked(text)
    return text if len(text) <= _PARAM_LENGTH else text[: _PARAM_LENGTH - 3] + "..."


def log_dataset(theme: str, digest: str, counts: Mapping[str, int]) -> None:
    """Name the data by its digest in the active run, with the number of images of each split.

    Nothing of it is copied or profiled, which would take minutes.
    """
    import mlflow
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.meta_dataset import MetaDataset
    from mlflow.exceptions import MlflowException

    class _NamedData(MetaDataset):
        """Satisfies the abstract base, which asks every dataset for a profile; there is nothing to profile here."""

        @property
        def profile(self) -> None:
            return None

    tags = {"theme": theme, "snapshot": digest, **{split: str(count) for split, count in counts.items()}}
    dataset = _NamedData(CodeDatasetSource(tags=tags), name=theme, digest=digest[:_DIGEST_LENGTH])
    try:
        mlflow.log_input(dataset, context="training")
    except MlflowException:
        # A run that names the same data at the same moment was quicker: now MLflow finds what that one wrote.
        mlflow.log_input(dataset, context="training")
