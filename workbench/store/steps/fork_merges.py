"""Merging a fork back: its decisions go to the theme that it is of.

A decision is taken where the other theme still has what the fork began with; where both decided otherwise, the fork's
becomes a second opinion that waits for a reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from workbench.errors import ConflictError, NotFoundError
from workbench.progress import Tell
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.bulk_edits import give_decisions
from workbench.store.change_feed import last_event_of
from workbench.store.connection import Store
from workbench.store.decisions import SKIPPED, Decision, decision_of
from workbench.store.events import checked_annotator, start_batch
from workbench.store.label_merges import labels_by_any_name
from workbench.store.labels import add_label, label_names
from workbench.store.samples import samples_by_id, samples_by_sha256
from workbench.store.schema import Fork, Sample, Theme
from workbench.store.states.diff import diff_states
from workbench.store.states.tags import LabelState, find_state, last_sample_of
from workbench.store.steps.revert import decide_in_steps
from workbench.store.steps.running import refuse_removal
from workbench.store.steps.writing import Pace, wait_until_idle

_CHUNK = 500


@dataclass(frozen=True)
class MergeOutcome:
    """What merging a fork back did, or would do, in numbers of samples.

    `taken` got the fork's decision, `same` had it already, `conflicts` were decided otherwise in both themes: there
    the fork's decision is a second opinion. `gone` are not in the other theme any more. `batch_id` is None where no
    decision was written.
    """

    batch_id: int | None
    taken: int
    same: int
    conflicts: int
    gone: int

    def words(self, fork: str, origin: str, *, dry_run: bool = False) -> str:
        """Say it."""
        went = "would go" if dry_run else "went"
        parts = [f"{self.taken:,} {'decision' if self.taken == 1 else 'decisions'} of '{fork}' {went} to '{origin}'"]
        parts += [f"{self.same:,} were there already"] if self.same else []
        waits = "would wait" if dry_run else "wait"
        conflicts = f"{self.conflicts:,} differ from what was decided there meanwhile and {waits} for a reviewer"
        parts += [conflicts] if self.conflicts else []
        parts += [f"{self.gone:,} images are not there any more"] if self.gone else []
        return "; ".join(parts) + "."


def merge_fork(
    store: Store,
    fork_id: int,
    *,
    annotator: str,
    dry_run: bool = False,
    tell: Tell = lambda _done, _of: None,
) -> MergeOutcome:
    """Bring what was decided in a fork, since it began or was merged last, back to the theme that it is of.

    One batch there, undone as one; conflicts become second opinions by whoever decided in the fork. Labels that the
    other theme lacks are added. `tell` gets how many of these opinions are given. Raises NotFoundError for a theme that
    is no fork, or one whose origin is gone.
    """
    who = checked_annotator(annotator)
    with store.read() as session:
        fork = _fork(fork_id, session)
        origin_id = fork.origin_id
        name = session.get_one(Theme, fork_id).name
        marks = last_event_of(fork_id, session=session), last_sample_of(fork_id, session=session)
        changes = _changes(fork, session)
    wait_until_idle(store, origin_id)
    if not dry_run:
        _add_missing(store, origin_id, {change.label for change in changes if change.label is not None})
    with store.read() as session:
        sorted_out = _sorted_out(origin_id, changes, session)
    if dry_run:
        return sorted_out.outcome(None)
    batch_id = None
    if sorted_out.taken:
        batch_id = decide_in_steps(
            store, origin_id, sorted_out.taken, lambda batch, _session: batch.id, annotator=who, note=f"from {name}"
        )
    pace, given = Pace(store), 0
    while part := sorted_out.conflicts[given : given + pace.size]:
        given += len(part)
        with pace.step(len(part)) as session:
            for sample_id, change in part:
                _give_opinion(origin_id, sample_id, change, name, session)
        tell(given, len(sorted_out.conflicts))
    with store.write() as session:
        row = session.get_one(Fork, fork_id)
        row.last_event, row.last_sample = marks
    return sorted_out.outcome(batch_id)


@dataclass(frozen=True)
class _Change:
    """What was decided in a fork: labels by their names, before and after; by whom."""

    sha256: str
    before: str | None
    label: str | None
    was_skipped: bool
    skipped: bool
    annotator: str


@dataclass(frozen=True)
class _SortedOut:
    """The changes of a fork by what becomes of them; samples are those of the other theme."""

    taken: dict[int, tuple[Decision, Decision]] = field(default_factory=dict)
    conflicts: list[tuple[int, _Change]] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def outcome(self, batch_id: int | None) -> MergeOutcome:
        return MergeOutcome(batch_id, len(self.taken), len(self.same), len(self.conflicts), len(self.gone))


def _fork(theme_id: int, session: Session) -> Fork:
    fork = session.get(Fork, theme_id)
    theme = session.get_one(Theme, theme_id)
    if fork is None:
        raise NotFoundError(f"'{theme.name}' is no fork of another theme, so there is nothing to merge it into.")
    origin = session.get(Theme, fork.origin_id)
    if origin is None or origin.deleted_at is not None:
        raise NotFoundError(f"The theme that '{theme.name}' was forked from is gone. Restore it, or go on in the fork.")
    return fork


def _changes(fork: Fork, session: Session) -> list[_Change]:
    """What was decided in a fork since it began or was merged last."""
    began = LabelState("its beginning", fork.at, fork.last_event, fork.last_sample)
    found = diff_states(fork.theme_id, began, find_state(fork.theme_id, session=session), session=session)
    names = label_names(fork.theme_id, session=session)
    rows = samples_by_id([row.sample_id for row in found.changed], session=session)
    return [
        _Change(
            rows[row.sample_id].sha256,
            names.get(row.before),
            names.get(row.after),
            row.before < 0,
            row.after < 0,
            row.annotator,
        )
        for row in found.changed
    ]


def _add_missing(store: Store, origin_id: int, names: set[str]) -> None:
    with store.write() as session:
        known = labels_by_any_name(origin_id, session=session)
        for name in sorted(names - known.keys()):
            refuse_removal(origin_id, session=session)
            add_label(origin_id, name, exact=True, session=session)


def _sorted_out(origin_id: int, changes: list[_Change], session: Session) -> _SortedOut:
    known = {name: labels[0].id for name, labels in labels_by_any_name(origin_id, session=session).items()}
    found = _SortedOut()
    for change, row in _beside(origin_id, changes, session):
        if row is None:
            found.gone.append(change.sha256)
            continue
        today = decision_of(row)
        # A label that is not there yet stands for none that a sample could have.
        before = (
            SKIPPED
            if change.was_skipped
            else Decision.of(known.get(change.before or "", -1 if change.before else None))
        )
        after = SKIPPED if change.skipped else Decision.of(known.get(change.label or "", -1 if change.label else None))
        if today == after:
            found.same.append(row.id)
        elif today == before:
            found.taken[row.id] = (today, after)
        else:
            found.conflicts.append((row.id, change))
    return found


def _beside(origin_id: int, changes: list[_Change], session: Session) -> Iterator[tuple[_Change, Sample | None]]:
    """Yield each change with the living sample of the other theme, None where there is none."""
    for start in range(0, len(changes), _CHUNK):
        part = changes[start : start + _CHUNK]
        rows = samples_by_sha256(origin_id, [change.sha256 for change in part], session=session)
        for change in part:
            row = rows.get(change.sha256)
            yield change, None if row is None or row.deleted_at is not None else row


def _give_opinion(origin_id: int, sample_id: int, change: _Change, fork: str, session: Session) -> None:
    """Record a conflict as a second opinion, under another name where the same person decided in both themes."""
    row = session.get(Sample, sample_id)
    if row is None:
        return
    who = change.annotator if change.annotator != row.annotator else f"{change.annotator} in {fork}"[:100]
    labels = labels_by_any_name(origin_id, session=session).get(change.label or "")
    label_id = labels[0].id if labels else None
    if label_id is None and not change.skipped:
        # Cleared there and decided otherwise here: what was decided stays.
        return
    try:
        give_opinion(origin_id, sample_id, label_id, annotator=who, session=session)
    except ConflictError:
        # A model's label that nobody looked at: a person's decision goes before it.
        seen = decision_of(row)
        note = f"from {fork}"
        batch = start_batch(origin_id, "label", annotator=who, source="human", note=note, session=session)
        wanted = SKIPPED if change.skipped else Decision.of(label_id)
        give_decisions(batch, {sample_id: (seen, wanted)}, session=session)
