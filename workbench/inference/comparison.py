"""Two models side by side, versions or runs: metrics, classes, and the samples on which they differ."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from shlex import quote
from typing import TYPE_CHECKING, Any

from workbench.data.metrics import ClassMetrics, ConfusionCounter, ConfusionMatrix
from workbench.errors import NotFoundError, WorkbenchError
from workbench.inference.compared_runs import common_test_predictions, count_trained
from workbench.inference.store_writer import snapshot_of
from workbench.paths import Project
from workbench.registry.model_loading import ModelReference, find_model
from workbench.registry.runs import check_run, headline_metrics
from workbench.registry.test_meter import TestFigure, figure_of_run
from workbench.registry.tracking import get_run
from workbench.store import Session, Store, open_store
from workbench.store.compared_predictions import (
    PredictionPair,
    count_common_trained,
    differing_predictions,
    each_common_prediction,
)
from workbench.store.labels import labels_of
from workbench.store.model_versions import get_model_version

if TYPE_CHECKING:
    import pandas as pd

_GONE = "(no such label now)"
_LISTED = 1_000


@dataclass(frozen=True)
class Difference:
    """A sample that two versions predict differently; `actual` is the label that a person gave it."""

    sample_id: int
    name: str
    actual: str | None
    first: str
    first_score: float
    second: str
    second_score: float


@dataclass(frozen=True)
class ComparedModel:
    """One of two models: `name` is what it is called in tables, `version` and `stage` are None for a bare run.

    `test` is its test accuracy with what it rests on now, None where that is not known.
    """

    name: str
    run_id: str
    version: int | None
    stage: str | None
    metrics: dict[str, float]
    test: TestFigure | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        known = {name: value for name, value in vars(self).items() if name != "test"}
        return {**known, **(self.test.as_dict() if self.test else {})}


@dataclass(frozen=True)
class Comparison:
    """Two models of a theme: registered versions, or runs.

    `metrics` holds what their runs measured. The rest is about the samples that both have predicted: `common` of them,
    `labeled` with a label; of those `both_right`, `only_first`, `only_second`, `both_wrong`. `differences` lists the
    first 1,000 of `differing` samples, those with a label before the others. `notes` says what was compared where that
    is not all stored predictions, and what makes the comparison unfair.
    """

    first: ComparedModel
    second: ComparedModel
    metrics: dict[str, tuple[float | None, float | None]]
    common: int
    labeled: int
    both_right: int
    only_first: int
    only_second: int
    both_wrong: int
    per_class: dict[str, tuple[ClassMetrics, ClassMetrics]]
    differing: int
    differences: list[Difference]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        names = ("common", "labeled", "both_right", "only_first", "only_second", "both_wrong", "differing")
        return {
            "first": self.first.as_dict(),
            "second": self.second.as_dict(),
            "metrics": {name: list(values) for name, values in self.metrics.items()},
            "per_class": {name: [each.as_dict() for each in pair] for name, pair in self.per_class.items()},
            **{name: getattr(self, name) for name in names},
            "differences": [asdict(each) for each in self.differences],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        first, second = self.first.name, self.second.name
        if not self.common:
            return "\n".join([f"{first} and {second}", *self.on_test, *self.notes])
        said = (
            f"{self.common:,} samples predicted by both, {self.differing:,} differently; of {self.labeled:,} labeled "
            f"ones {self.both_right:,} right by both, {self.only_first:,} only by {first}, {self.only_second:,} only "
            f"by {second}, {self.both_wrong:,} by neither."
        )
        return "\n".join([f"{first} and {second}", *self.on_test, said, *self.notes])

    __repr__ = __str__

    @property
    def on_test(self) -> list[str]:
        """What is known of the test accuracy of each, and what that rests on.

        >>> theme.model(1).compare(2).on_test[0]
        'version 1: ... of 2 test images; true accuracy between ...'
        """
        return [f"{each.name}: {each.test}" for each in (self.first, self.second) if each.test]

    def metrics_table(self) -> pd.DataFrame:
        """The runs' metrics, one row each, with the change from the first version to the second."""
        import pandas as pd

        names = [self.first.name, self.second.name]
        table = pd.DataFrame.from_dict(self.metrics, orient="index", columns=names, dtype="float64")
        table["change"] = table[names[1]] - table[names[0]]
        return table

    def per_class_table(self) -> pd.DataFrame:
        """F1 and support of each class on the common labeled samples."""
        import pandas as pd

        rows = {
            name: {
                f"F1 of {self.first.name}": one.f1,
                f"F1 of {self.second.name}": two.f1,
                "change": two.f1 - one.f1,
                "support": one.support,
            }
            for name, (one, two) in self.per_class.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    def differences_table(self) -> pd.DataFrame:
        """The samples on which the versions differ."""
        import pandas as pd

        return pd.DataFrame([asdict(each) for each in self.differences])


def compare(theme: str, first: str | int, second: str | int, project: Project | None = None) -> Comparison:
    """Compare two models by their runs' metrics and by what both have predicted.

    Each is `production`, `staging`, the number of a version, or the id of a run, registered or not. Of two versions all
    predictions count that the store keeps of both; of runs, and of versions without any in common, the answers for
    their test images.

    Raises NotFoundError for an unknown theme, version or run, WorkbenchError when both are the same or a run is not
    finished.
    """
    store = open_store(project)
    try:
        with store.read() as session:
            one, two = (find_model(theme, each, session=session) for each in (first, second))
            if (one.run_id, one.version) == (two.run_id, two.version):
                raise WorkbenchError(f"'{first}' and '{second}' are one model. Name two different ones to compare.")
            models = _compared(first, one, store, session), _compared(second, two, store, session)
            versions = one.version is not None and two.version is not None
            found = (_of_versions if versions else _of_runs)(models, (one, two), store, session)
    finally:
        store.close()
    counted = found.counted
    matrices = [counter.matrix() for counter in counted.pairs]
    return Comparison(
        first=models[0],
        second=models[1],
        metrics=_side_by_side(models[0].metrics, models[1].metrics),
        common=counted.common,
        labeled=matrices[0].total,
        both_right=counted.both_right,
        only_first=counted.only_first,
        only_second=counted.only_second,
        both_wrong=counted.both_wrong,
        per_class=_per_class(*matrices),
        differing=counted.differing,
        differences=found.differences,
        notes=found.notes,
    )


def _compared(given: str | int, reference: ModelReference, store: Store, session: Session) -> ComparedModel:
    """What is compared, called as it was asked for: a version by its number, a run by its name."""
    if reference.version is None:
        run = get_run(reference.run_id, store.project)
        check_run(run, reference.theme)
        metrics = headline_metrics(run)
        figure = figure_of_run(reference.theme_id, run.info.run_id, metrics.get("test_accuracy"), session=session)
        return ComparedModel(str(run.info.run_name), reference.run_id, None, None, metrics, figure)
    row = get_model_version(reference.theme_id, reference.version, session=session)
    name = f"version {row.version}"
    if given == reference.run_id:
        name = f"{get_run(row.run_id, store.project).info.run_name} ({name})"
    figure = figure_of_run(reference.theme_id, row.run_id, row.metrics.get("test_accuracy"), session=session)
    return ComparedModel(name, row.run_id, row.version, row.stage, row.metrics, figure)


@dataclass(frozen=True)
class _Found:
    counted: _Counted
    differences: list[Difference]
    notes: tuple[str, ...]


_Models = tuple[ComparedModel, ComparedModel]
_References = tuple[ModelReference, ModelReference]


def _of_versions(models: _Models, references: _References, store: Store, session: Session) -> _Found:
    """Compare two versions by the predictions that the store keeps of both."""
    theme_id = references[0].theme_id
    one, two = (get_model_version(theme_id, each.version or 0, session=session) for each in references)
    counted = _count(each_common_prediction(one, two, session=session), theme_id, session)
    theme, numbers = quote(references[0].theme), (one.version, two.version)
    how = f"workbench predict {theme} --model {numbers[0]}, then with --model {numbers[1]}"
    if not counted.common:
        with suppress(NotFoundError):
            found = _of_runs(models, references, store, session)
            note = f"No prediction is stored of both, so the test images of their runs are compared. For others: {how}."
            return replace(found, notes=(note, *found.notes))
        return _Found(counted, [], (f"No sample has been predicted by both. Do that first: {how}.",))
    differences = [_difference(row) for row in differing_predictions(one, two, limit=_LISTED, session=session)]
    trained = tuple(count_common_trained(*pair, session=session) for pair in ((one, two), (two, one)))
    same = one.snapshot_id == two.snapshot_id
    return _Found(counted, differences, _unfair(models, trained, counted.common, same_snapshot=same))


def _of_runs(models: _Models, references: _References, store: Store, session: Session) -> _Found:
    """Compare two runs by what they answered for the test images that they have in common."""
    pairs = common_test_predictions(*references, store, session=session)
    counted = _count(pairs, references[0].theme_id, session)
    if not pairs:
        return _Found(counted, [], ("They were tested on different images, so only their own metrics stand here.",))
    differing = sorted((pair for pair in pairs if pair.first != pair.second), key=lambda pair: pair.actual is None)
    ids = [pair.sample_id for pair in pairs]
    trained = tuple(count_trained(each, ids, store, session=session) for each in references)
    first, second = (snapshot_of(each, store, session) for each in references)
    notes = _unfair(models, trained, counted.common, same_snapshot=first == second and first is not None)
    return _Found(counted, [_difference(pair) for pair in differing[:_LISTED]], notes)


@dataclass
class _Counted:
    pairs: tuple[ConfusionCounter, ConfusionCounter]
    common: int = 0
    differing: int = 0
    both_right: int = 0
    only_first: int = 0
    only_second: int = 0
    both_wrong: int = 0


def _count(pairs: Iterable[PredictionPair], theme_id: int, session: Session) -> _Counted:
    class_names = [label.name for label in labels_of(theme_id, session=session)]
    counted = _Counted((ConfusionCounter(class_names), ConfusionCounter(class_names)))
    for row in pairs:
        counted.common += 1
        counted.differing += row.first != row.second
        if row.actual is not None:
            counted.pairs[0].add(row.actual, row.first or _GONE)
            counted.pairs[1].add(row.actual, row.second or _GONE)
            right = (row.first == row.actual, row.second == row.actual)
            counted.both_right += right == (True, True)
            counted.only_first += right == (True, False)
            counted.only_second += right == (False, True)
            counted.both_wrong += right == (False, False)
    return counted


def _per_class(first: ConfusionMatrix, second: ConfusionMatrix) -> dict[str, tuple[ClassMetrics, ClassMetrics]]:
    others = {each.label: each for each in second.per_class()}
    return {
        each.label: (each, others[each.label])
        for each in first.per_class()
        if each.label in others and each.label != _GONE
    }


def _difference(row: PredictionPair) -> Difference:
    first, second = row.first or _GONE, row.second or _GONE
    return Difference(row.sample_id, row.name, row.actual, first, row.first_score, second, row.second_score)


def _unfair(models: _Models, trained: tuple[int, ...], common: int, *, same_snapshot: bool) -> tuple[str, ...]:
    """Say what makes a comparison unfair; `trained` counts the common samples that each model was trained on."""
    notes = []
    if not same_snapshot:
        notes.append(
            "They were trained on different snapshots: the test metrics of their runs may be of different images."
        )
    for model, count in zip(models[: 1 if same_snapshot else 2], trained, strict=False):
        if count:
            whose, its = ("both", "their") if same_snapshot else (model.name, "its")
            notes.append(
                f"{count:,} of the {common:,} common samples were in the training split of {whose}: "
                f"{its} predictions of them prove nothing."
            )
    return tuple(notes)


def _side_by_side(first: dict[str, Any], second: dict[str, Any]) -> dict[str, tuple[float | None, float | None]]:
    return {name: (first.get(name), second.get(name)) for name in dict.fromkeys([*first, *second])}
