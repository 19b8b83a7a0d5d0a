"""A model's kept answers scored once more on today's labels: nothing is computed, no network runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from workbench.data.metrics import ConfusionCounter, ConfusionMatrix, accuracy_interval
from workbench.errors import NotFoundError
from workbench.paths import Project
from workbench.registry.model_loading import ModelReference, find_model
from workbench.registry.run_predictions import run_predictions
from workbench.store import Session, Store, open_store
from workbench.store.class_labels import class_label_ids
from workbench.store.label_merges import merged_labels
from workbench.store.labels import label_names, labels_of
from workbench.store.model_versions import get_model_version
from workbench.store.rescored_predictions import AnsweredSample, each_stored_answer, living_with_labels

if TYPE_CHECKING:
    import pandas as pd

GONE = "(no such label now)"
Answers = Literal["test", "stored"]


@dataclass(frozen=True)
class MovedSample:
    """A sample whose label changed since a model answered it; `right` says how the answer stood to it: (then, now).

    Either is None where the sample had no label.
    """

    sample_id: int
    name: str
    answer: str
    then: str | None
    now: str | None
    right: tuple[bool | None, bool | None]


@dataclass(frozen=True, repr=False)
class Rescored:
    """A model's kept answers against the labels that stood when they were given, and against today's.

    `answers` says which: those of the run for its `test` split, or all that are `stored` with the version. `then` and
    `now` are confusion matrices over the samples that have a label at either time; `moved` are the samples whose label
    changed, by id. `left_out` were deleted since.

    >>> wb.open_theme("cells").model(1).rescored()
    Rescored(version 1, test: ...)
    """

    theme: str
    model: str
    answers: Answers
    then: ConfusionMatrix
    now: ConfusionMatrix
    moved: list[MovedSample]
    left_out: int = 0

    @property
    def accuracy(self) -> tuple[float | None, float | None]:
        """Accuracy then and now, 0 to 1; None where no sample had a label.

        >>> then, now = wb.open_theme("cells").model(1).rescored().accuracy
        >>> then == now
        True
        """
        return _accuracy(self.then), _accuracy(self.now)

    def per_class(self) -> pd.DataFrame:
        """Return a row per label with recall, precision and support, then and now.

        >>> wb.open_theme("cells").model(1).rescored().per_class().index.tolist()
        ['red', 'white']
        """
        import pandas as pd

        columns = ["recall_then", "recall_now", "precision_then", "precision_now", "support_then", "support_now"]
        return pd.DataFrame.from_dict(self._by_class(), orient="index", columns=columns)

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON.

        >>> wb.open_theme("cells").model(1).rescored().as_dict()["answers"]
        'test'
        """
        return {
            "theme": self.theme,
            "model": self.model,
            "answers": self.answers,
            "then": _figures(self.then),
            "now": _figures(self.now),
            "left_out": self.left_out,
            "per_class": [{"label": label, **row} for label, row in self._by_class().items()],
            "moved": [{**asdict(row), "right": list(row.right)} for row in self.moved],
            "words": str(self),
        }

    def _by_class(self) -> dict[str, dict[str, float]]:
        then, now = ({each.label: each for each in matrix.per_class()} for matrix in (self.then, self.now))
        rows: dict[str, dict[str, float]] = {}
        for label in dict.fromkeys([*then, *now]):
            pair = {"then": then.get(label), "now": now.get(label)}
            if any(each is not None and each.support for each in pair.values()):
                rows[label] = {
                    f"{name}_{when}": getattr(each, name) if each else 0.0
                    for name in ("recall", "precision", "support")
                    for when, each in pair.items()
                }
        return rows

    def __str__(self) -> str:
        which = "test images" if self.answers == "test" else "stored predictions"
        parts = [f"{_right(self.then)} {which} right then", f"{_right(self.now)} on today's labels"]
        told = f"{len(self.moved):,} {'label' if len(self.moved) == 1 else 'labels'} changed since"
        return f"{', '.join(parts)}; {told}" + (f"; {self.left_out:,} images were deleted" if self.left_out else "")

    def __repr__(self) -> str:
        return f"Rescored({self.model}, {self.answers}: {self})"


def rescored(
    theme: str, model: str | int = "production", answers: Answers | None = None, project: Project | None = None
) -> Rescored:
    """Score a model's kept answers on today's labels.

    `model` is a stage, a version or the id of a run. `answers` are those of the run for its `test` split, or those that
    the store keeps of a version (`stored`); the first unless it says otherwise, the second where a run keeps none.
    Raises NotFoundError for an unknown model, or one of which no answers are kept.
    """
    store = open_store(project)
    try:
        with store.read() as session:
            reference = find_model(theme, model, session=session)
            return rescored_model(reference, answers, store=store, session=session)
    finally:
        store.close()


def rescored_model(reference: ModelReference, answers: Answers | None, *, store: Store, session: Session) -> Rescored:
    """Do what `rescored` does for a model that was found already."""
    if answers != "stored":
        try:
            return _scored(reference, "test", _of_run(reference, store, session), session)
        except NotFoundError:
            if answers == "test" or reference.model_id is None:
                raise
    if reference.model_id is None:
        raise NotFoundError(f"The run {reference.run_id} is no version: the store keeps no predictions of it.")
    found = _scored(reference, "stored", each_stored_answer(reference.model_id, session=session), session)
    if not found.then.total and not found.now.total and not found.moved:
        raise NotFoundError(
            f"No labeled sample was predicted with version {reference.version} of '{reference.theme}'. "
            f'Predict first: workbench predict "{reference.theme}" --model {reference.version} --source test'
        )
    return found


def _of_run(reference: ModelReference, store: Store, session: Session) -> list[AnsweredSample | None]:
    """The answers of a run for its test split; None for a sample that was deleted since."""
    rows = run_predictions(reference.run_id, store.project)
    version = reference.version
    row = None if version is None else get_model_version(reference.theme_id, version, session=session)
    classes = sorted({name for each in rows for name in (each.true, each.predicted)})
    ids = class_label_ids(reference.theme_id, classes, row.snapshot_id if row else None, session=session)
    living = living_with_labels([each.sample_id for each in rows], session=session)
    return [
        AnsweredSample(
            each.sample_id,
            living[each.sample_id][0],
            ids.get(each.predicted),
            ids.get(each.true),
            living[each.sample_id][1],
        )
        if each.sample_id in living
        else None
        for each in rows
    ]


def _scored(
    reference: ModelReference, answers: Answers, rows: Iterable[AnsweredSample | None], session: Session
) -> Rescored:
    names = label_names(reference.theme_id, session=session)
    living = {label.id: label.name for label in labels_of(reference.theme_id, session=session)}
    merged = merged_labels(reference.theme_id, session=session)
    then, now = ConfusionCounter(()), ConfusionCounter(list(living.values()))
    moved, left_out = [], 0
    for row in rows:
        if row is None:
            left_out += 1
            continue
        today = merged.get(row.answer or 0, row.answer)
        if row.then is not None:
            then.add(names[row.then], names.get(row.answer or 0, GONE))
        if row.now is not None:
            now.add(living[row.now], living.get(today or 0, GONE))
        if row.then != row.now:
            right = None if row.then is None else row.then == row.answer, None if row.now is None else today == row.now
            moved.append(_moved(row, names, right))
    name = f"run {reference.run_id}" if reference.version is None else f"version {reference.version}"
    moved.sort(key=lambda each: each.sample_id)
    return Rescored(reference.theme, name, answers, then.matrix(), now.matrix(), moved, left_out)


def _moved(row: AnsweredSample, names: Mapping[int, str], right: tuple[bool | None, bool | None]) -> MovedSample:
    words = [None if label is None else names.get(label, GONE) for label in (row.answer, row.then, row.now)]
    return MovedSample(row.sample_id, row.name, words[0] or GONE, words[1], words[2], right)


def _accuracy(matrix: ConfusionMatrix) -> float | None:
    return float(matrix.counts.trace() / matrix.total) if matrix.total else None


def _figures(matrix: ConfusionMatrix) -> dict[str, Any]:
    right = int(matrix.counts.trace())
    interval = list(accuracy_interval(right, matrix.total)) if matrix.total else None
    return {"right": right, "total": matrix.total, "accuracy": _accuracy(matrix), "interval": interval}


def _right(matrix: ConfusionMatrix) -> str:
    accuracy = _accuracy(matrix)
    share = "" if accuracy is None else f" ({100 * accuracy:.1f} %)"
    return f"{int(matrix.counts.trace()):,} of {matrix.total:,}{share}"
