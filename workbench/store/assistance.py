"""What the model beside the annotator reads and writes: the samples of a theme, and pages of them answered at once.

A page is one batch of the action `page`, undone as one; its note keeps, as JSON, what was shown and what was taken off.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from workbench.errors import ConflictError, WorkbenchError
from workbench.store.bulk_edits import BulkOutcome, give_decisions, label_in_batch
from workbench.store.decisions import UNDECIDED, Decision
from workbench.store.events import start_batch
from workbench.store.label_merges import merged_labels
from workbench.store.labels import label_ids, require_label
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter
from workbench.store.schema import PAGE, Batch, LabelEvent, Sample, SnapshotSample, Theme
from workbench.store.steps.running import earlier_batch

_GOAL = "goal"
GOAL_UNLESS_SET = 0.99
"""The share of right labels that is wanted where nobody said another one."""

PageKind = Literal["look-alikes", "suggested", "random", "drawn", "check", "second look", "similar", "rest"]


@dataclass(frozen=True)
class AnsweredPage:
    """A page as it was shown and answered. Everything is by sample id.

    `shown` were given the label `label_id` unless they are among `off`; None labels nothing. `said` is the model's
    probability for that label before anybody looked. `planted` were known to be odd. `labels` are labels of their own,
    `seen` those that the samples had when they were shown. `unseen` are those of `off` that could not be shown: nobody
    said that they are something else. `drawn` numbers the check that the page is part of, by the batch that drew it; a
    page of the kind `drawn` is that draw, from a `population` among `total` samples, and its `labels` are their answers
    then.
    """

    kind: PageKind
    shown: tuple[int, ...]
    label_id: int | None = None
    off: tuple[int, ...] = ()
    said: tuple[float, ...] = ()
    planted: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    unseen: tuple[int, ...] = ()
    drawn: int | None = None
    population: int = 0
    total: int = 0
    batch_id: int = 0
    annotator: str = ""

    @property
    def note(self) -> str:
        """The text that is kept with the batch."""
        # What was accepted unseen may be a million samples, which their events name.
        kept = replace(self, shown=(), labels=(), said=()) if self.kind == "rest" else self
        content = {name: value for name, value in asdict(kept).items() if value not in (None, (), "", 0)}
        content.setdefault("shown", ())
        return json.dumps({**content, "said": [round(value, 4) for value in kept.said]}, separators=(",", ":"))

    @property
    def refused(self) -> set[int]:
        """The samples of which a person said that they do not have the page's label."""
        if self.label_id is None or self.kind == "second look":
            return set()
        return set(self.off) - set(self.planted) - set(self.unseen)

    @property
    def changed_by_second_look(self) -> set[int]:
        """The samples whose label a second look has found to be wrong."""
        return set(self.shown) - set(self.off) - set(self.planted) if self.kind == "second look" else set()

    @property
    def decisions_seen(self) -> dict[int, Decision]:
        """The decisions that the samples had when they were shown."""
        pairs = zip(self.shown, self.seen, strict=bool(self.seen))
        return {sample_id: Decision.of(label) for sample_id, label in pairs}

    @classmethod
    def parse(cls, note: str, batch_id: int, annotator: str) -> AnsweredPage:
        """Return the page of a batch."""
        kept: dict[str, Any] = json.loads(note)
        content: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**content, batch_id=batch_id, annotator=annotator)


class AssistedSample(NamedTuple):
    """A living sample: its label's id, and whether it is decided without one (skipped)."""

    id: int
    sha256: str
    label_id: int | None
    skipped: bool


class StandingChange(NamedTuple):
    """A change of a decision: the label that it came to, if any, and how it was made."""

    sample_id: int
    after: Decision
    source: str
    together: int


@dataclass(frozen=True)
class AssistedTheme:
    """A theme as of its event `since`; `by` says how the labels that stand were given, where not one by one.

    Its values are `page` (a person, together with others) or `model` (nobody looked).
    """

    since: int
    samples: list[AssistedSample]
    by: dict[int, str] = field(default_factory=dict)


def assisted_theme(theme_id: int, *, session: Session) -> AssistedTheme:
    """Return all living samples of a theme, by id."""
    since = session.scalar(select(func.max(LabelEvent.id)).where(LabelEvent.theme_id == theme_id)) or 0
    columns = (Sample.id, Sample.sha256, Sample.label_id, or_(Sample.skipped, Sample.nothing_there))
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    samples = [AssistedSample(*row) for row in session.execute(select(*columns).where(*living).order_by(Sample.id))]
    stands = (Sample.id == LabelEvent.sample_id, Sample.labeled_at == LabelEvent.at, Sample.label_id.is_not(None))
    query = (
        select(LabelEvent.sample_id, Batch.source)
        .join(Batch, Batch.id == LabelEvent.batch_id)
        .join(Sample, (stands[0]) & (stands[1]) & (stands[2]))
        .where(LabelEvent.theme_id == theme_id, LabelEvent.action == "label", _together())
    )
    by = {sample_id: "model" if source == "model" else "page" for sample_id, source in session.execute(query)}
    return AssistedTheme(since, samples, by)


def splits_and_annotators(theme_id: int, *, session: Session) -> tuple[list[int], list[str | None], list[str | None]]:
    """Return id, split and annotator of all living samples of a theme, by id."""
    query = (
        select(Sample.id, Sample.split, Sample.annotator)
        .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
        .order_by(Sample.id)
    )
    rows = session.execute(query).all()
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def changes_for_model(
    theme_id: int, since: int, *, limit: int = 20_000, session: Session
) -> tuple[int, list[StandingChange]] | None:
    """Return the last event, and the decisions after the event `since`, the oldest first.

    None when samples came or went, or too much happened.
    """
    query = (
        select(
            LabelEvent.id,
            LabelEvent.sample_id,
            LabelEvent.after,
            Batch.source,
            Batch.changed,
            LabelEvent.action,
        )
        .join(Batch, Batch.id == LabelEvent.batch_id)
        .where(LabelEvent.theme_id == theme_id, LabelEvent.id > since)
        .order_by(LabelEvent.id)
        .limit(limit + 1)
    )
    rows = session.execute(query).all()
    if len(rows) > limit or any(row.action in ("delete", "boxes") or row.source == "undo" for row in rows):
        return None
    changes = [
        StandingChange(row.sample_id, Decision.parse(row.after), row.source, row.changed)
        for row in rows
        if row.action == "label"
    ]
    return (rows[-1].id if rows else since), changes


def answered_pages(theme_id: int, *, after: int = 0, session: Session) -> list[AnsweredPage]:
    """Return the answered pages of a theme that were not undone, those behind a batch, the oldest first.

    A label that was merged is told as the one that it was merged into.
    """
    undoing = aliased(Batch)
    query = (
        select(Batch.id, Batch.note, Batch.annotator)
        .outerjoin(undoing, undoing.undoes == Batch.id)
        .where(Batch.theme_id == theme_id, _is(PAGE), Batch.source != "undo", Batch.id > after)
        .where(undoing.id.is_(None))
        .order_by(Batch.id)
    )
    return [AnsweredPage.parse(row.note, row.id, row.annotator) for row in session.execute(query)]


def answer_page(
    theme_id: int, page: AnsweredPage, *, annotator: str, client_key: str | None = None, session: Session
) -> BulkOutcome:
    """Write a person's answer to a page: its label for all that were shown and not taken off, as one batch.

    What somebody decided in the meantime is left as it is: a sample is given a label if it has none, or the one that
    the page was shown with. What a check takes off loses the label that it was drawn with. Of the kind `rest` nobody
    looked at the samples: their source is the model. A repeated message changes nothing. Raises NotFoundError for a
    label that the theme does not have, ConflictError in a theme of boxes.
    """
    lock_theme(theme_id, session=session)
    earlier = earlier_batch(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = begin_page(theme_id, page, annotator=annotator, client_key=client_key, session=session)
    wanted = labels_of_page(theme_id, page, session=session)
    label_in_batch(batch, wanted, seen=page.decisions_seen, session=session)
    if page.kind == "check":
        _take_back(batch, page, session)
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)


def _take_back(batch: Batch, page: AnsweredPage, session: Session) -> None:
    """Take the label from what a check has taken off, unless somebody gave it since the check was drawn."""
    if page.label_id is None:
        return
    label_id = merged_labels(batch.theme_id, session=session).get(page.label_id, page.label_id)
    drawn_at = select(Batch.at).where(Batch.id == page.drawn).scalar_subquery()
    query = select(Sample.id).where(
        Sample.id.in_(page.refused), Sample.label_id == label_id, Sample.labeled_at <= drawn_at
    )
    taken = {sample_id: (Decision.of(label_id), UNDECIDED) for sample_id in session.scalars(query)}
    give_decisions(batch, taken, session=session)


def begin_page(theme_id: int, page: AnsweredPage, *, annotator: str, client_key: str | None, session: Session) -> Batch:
    """Start the batch of an answered page. Raises as `answer_page` does."""
    theme = session.get_one(Theme, theme_id)
    if theme.task == "boxes":
        raise ConflictError(f"'{theme.name}' is a theme of boxes: label its crops, each of which has a label.")
    labels_of_page(theme_id, page, session=session)
    return start_batch(
        theme_id,
        PAGE,
        annotator=annotator,
        source="model" if page.kind == "rest" else "human",
        client_key=client_key,
        note=page.note,
        session=session,
    )


def labels_of_page(theme_id: int, page: AnsweredPage, *, session: Session) -> Mapping[int, int]:
    """Return the label that each sample of a page is given. Raises NotFoundError for one that the theme lacks."""
    if page.kind not in get_args(PageKind):
        raise WorkbenchError(f"There is no page of the kind '{page.kind}'. Allowed: {', '.join(get_args(PageKind))}.")
    return _wanted(theme_id, page, session)


def _wanted(theme_id: int, page: AnsweredPage, session: Session) -> Mapping[int, int]:
    """Return the label that each sample of a page is given."""
    if page.kind == "drawn":
        return {}
    left = {*page.off, *page.planted}
    kept = [sample_id for sample_id in page.shown if sample_id not in left]
    if page.labels:
        if len(page.labels) != len(page.shown):
            raise WorkbenchError(f"{len(page.shown)} samples came with {len(page.labels)} labels; each needs one.")
        found = dict(zip(page.shown, page.labels, strict=True))
        found = {sample_id: found[sample_id] for sample_id in kept}
    else:
        found = dict.fromkeys(kept, page.label_id) if page.label_id is not None else {}
    known = label_ids(theme_id, session=session)
    if set(found.values()) <= known:
        return found
    merged = merged_labels(theme_id, session=session)
    found = {sample_id: merged.get(label, label) for sample_id, label in found.items()}
    for label in set(found.values()):
        require_label(label, known)
    return found


def set_goal(theme_id: int, goal: float, *, annotator: str, session: Session) -> None:
    """Record the share of right labels that is wanted. Raises WorkbenchError unless it is from 0.5 to 0.9999."""
    if not 0.5 <= goal <= 0.9999:
        raise WorkbenchError(f"The goal is {goal:g}. Allowed: 0.5 to 0.9999, the share of labels that are to be right.")
    lock_theme(theme_id, shared=True, session=session)
    start_batch(theme_id, _GOAL, annotator=annotator, source="human", note=f"{goal:g}", session=session)


def goal_of(theme_id: int, *, session: Session) -> float | None:
    """Return the share of right labels that was recorded last as the one that is wanted; None where none was."""
    query = select(Batch.note).where(Batch.theme_id == theme_id, _is(_GOAL)).order_by(Batch.id.desc())
    found = session.scalar(query.limit(1))
    return None if found is None else float(found)


def labeled_by_model(theme_id: int, *, snapshot_id: int | None = None, session: Session) -> int:
    """Count the living samples, or those of a snapshot, whose label nobody looked at."""
    query = select(func.count()).select_from(Sample).where(*SampleFilter(unseen=True).conditions(theme_id))
    if snapshot_id is not None:
        query = query.join(SnapshotSample, SnapshotSample.sample_id == Sample.id)
        query = query.where(SnapshotSample.snapshot_id == snapshot_id)
    return session.scalar(query) or 0


def _is(action: str) -> ColumnElement[bool]:
    # Written out, so that the database knows it to be the condition of the index.
    return Batch.action == literal(action, literal_execute=True)


def _together() -> ColumnElement[bool]:
    return or_(Batch.source == "model", (Batch.source == "human") & (Batch.changed > 1))
