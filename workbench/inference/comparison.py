"""Two model versions side by side: metrics, classes, and the samples on which they differ."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

from workbench.data.metrics import ClassMetrics, ConfusionCounter, ConfusionMatrix
from workbench.errors import WorkbenchError
from workbench.paths import Project
from workbench.registry.versions import VersionSummary, list_versions
from workbench.store import Session, open_store
from workbench.store.compared_predictions import count_common_trained, differing_predictions, each_common_prediction
from workbench.store.labels import labels_of
from workbench.store.model_versions import get_model_version
from workbench.store.schema import ModelVersion
from workbench.store.themes import get_theme

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
class Comparison:
    """Two versions of a theme's model.

    `metrics` holds what their runs measured. The rest is about the samples that both have predicted: `common` of them,
    `labeled` with a label; of those `both_right`, `only_first`, `only_second`, `both_wrong`. `differences` lists the
    first 1,000 of `differing` samples, those with a label before the others. `notes` says what makes the comparison
    unfair.
    """

    first: VersionSummary
    second: VersionSummary
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
        first, second = f"version {self.first.version}", f"version {self.second.version}"
        if not self.common:
            return "\n".join([f"{first} and {second}", *self.notes])
        said = (
            f"{self.common:,} samples predicted by both, {self.differing:,} differently; of {self.labeled:,} labeled "
            f"ones {self.both_right:,} right by both, {self.only_first:,} only by {first}, {self.only_second:,} only "
            f"by {second}, {self.both_wrong:,} by neither."
        )
        return "\n".join([f"{first} and {second}", said, *self.notes])

    __repr__ = __str__

    def metrics_table(self) -> pd.DataFrame:
        """The runs' metrics, one row each, with the change from the first version to the second."""
        import pandas as pd

        names = [f"version {self.first.version}", f"version {self.second.version}"]
        table = pd.DataFrame.from_dict(self.metrics, orient="index", columns=names, dtype="float64")
        table["change"] = table[names[1]] - table[names[0]]
        return table

    def per_class_table(self) -> pd.DataFrame:
        """F1 and support of each class on the common labeled samples."""
        import pandas as pd

        rows = {
            name: {
                f"F1 of version {self.first.version}": one.f1,
                f"F1 of version {self.second.version}": two.f1,
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


def compare(theme: str, first: int, second: int, project: Project | None = None) -> Comparison:
    """Compare two versions by their runs' metrics and by the predictions that the store keeps of both.

    Raises NotFoundError for an unknown theme or version, WorkbenchError when both are the same.
    """
    if first == second:
        raise WorkbenchError(f"Version {first} was given twice. Name two different versions to compare.")
    store = open_store(project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            one = get_model_version(theme_id, first, session=session)
            two = get_model_version(theme_id, second, session=session)
            class_names = [label.name for label in labels_of(theme_id, session=session)]
            counted = _count(one, two, class_names, session)
            differences = _differences(one, two, session)
            notes = _notes(theme, one, two, counted.common, session)
    finally:
        store.close()
    summaries = {row.version: row for row in list_versions(theme, project)}
    matrices = [counter.matrix() for counter in counted.pairs]
    return Comparison(
        first=summaries[first],
        second=summaries[second],
        metrics=_side_by_side(summaries[first].metrics, summaries[second].metrics),
        common=counted.common,
        labeled=matrices[0].total,
        both_right=counted.both_right,
        only_first=counted.only_first,
        only_second=counted.only_second,
        both_wrong=counted.both_wrong,
        per_class=_per_class(*matrices),
        differing=counted.differing,
        differences=differences,
        notes=notes,
    )


@dataclass
class _Counted:
    pairs: tuple[ConfusionCounter, ConfusionCounter]
    common: int = 0
    differing: int = 0
    both_right: int = 0
    only_first: int = 0
    only_second: int = 0
    both_wrong: int = 0


def _count(one: ModelVersion, two: ModelVersion, class_names: list[str], session: Session) -> _Counted:
    counted = _Counted((ConfusionCounter(class_names), ConfusionCounter(class_names)))
    for row in each_common_prediction(one, two, session=session):
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


def _differences(one: ModelVersion, two: ModelVersion, session: Session) -> list[Difference]:
    return [
        Difference(
            row.sample_id,
            row.name,
            row.actual,
            row.first or _GONE,
            row.first_score,
            row.second or _GONE,
            row.second_score,
        )
        for row in differing_predictions(one, two, limit=_LISTED, session=session)
    ]


def _notes(theme: str, one: ModelVersion, two: ModelVersion, common: int, session: Session) -> tuple[str, ...]:
    if not common:
        return (
            "No sample has been predicted by both. "
            f"Do that first: workbench predict {quote(theme)} --model {one.version}, then with --model {two.version}.",
        )
    notes = []
    same = one.snapshot_id == two.snapshot_id
    if not same:
        notes.append(
            "They were trained on different snapshots: the test metrics of their runs may be of different images."
        )
    for row, other in ((one, two), (two, one))[: 1 if same else 2]:
        trained = count_common_trained(row, other, session=session)
        if trained:
            whose, its = ("both versions", "their") if same else (f"version {row.version}", "its")
            notes.append(
                f"{trained:,} of the {common:,} common samples were in the training split of {whose}: "
                f"{its} predictions of them prove nothing."
            )
    return tuple(notes)


def _side_by_side(first: dict[str, Any], second: dict[str, Any]) -> dict[str, tuple[float | None, float | None]]:
    return {name: (first.get(name), second.get(name)) for name in dict.fromkeys([*first, *second])}
