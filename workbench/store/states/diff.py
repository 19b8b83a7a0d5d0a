"""What differs between two states of a theme's labels: who changed which samples from what to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.store.schema import LabelEvent, Sample
from workbench.store.states.past import PastLabels, past_labels
from workbench.store.states.tags import LabelState

_CHUNK = 5_000


@dataclass(frozen=True)
class ChangedLabel:
    """A sample whose decision differs; `before` and `after` are codes as in `PastLabels.labels`.

    The others are of the event that it has the later decision from.
    """

    sample_id: int
    before: int
    after: int
    annotator: str
    source: str
    at: datetime | None


@dataclass(frozen=True)
class StateDiff:
    """The samples whose decision differs between two states, by id.

    `added` came in between, `removed` were deleted. `cells` counts the pairs of codes (before, after).
    """

    before: LabelState
    after: LabelState
    changed: list[ChangedLabel]
    unchanged: int
    added: list[int]
    removed: list[int]

    @property
    def cells(self) -> Counter[tuple[int, int]]:
        """How many samples went from one decision to another."""
        return Counter((row.before, row.after) for row in self.changed)

    @property
    def by_annotator(self) -> dict[str, int]:
        """How many of the changed samples each annotator changed last, the most first."""
        return dict(Counter(row.annotator for row in self.changed).most_common())


def diff_states(theme_id: int, before: LabelState, after: LabelState, *, session: Session) -> StateDiff:
    """Compare two states of a theme, whichever of them is the later one."""
    one, two = (past_labels(theme_id, state, session=session) for state in (before, after))
    common, at_one, at_two = np.intersect1d(one.ids, two.ids, assume_unique=True, return_indices=True)
    differs = one.labels[at_one] != two.labels[at_two]
    ids = common[differs].tolist()
    codes = zip(one.labels[at_one][differs].tolist(), two.labels[at_two][differs].tolist(), strict=True)
    first, last = sorted((before, after), key=lambda state: state.at)
    who = dict(_last_between(theme_id, ids, first, last, session))
    return StateDiff(
        before,
        after,
        [
            ChangedLabel(sample_id, was, became, *who.get(sample_id, ("", "", None)))
            for sample_id, (was, became) in zip(ids, codes, strict=True)
        ],
        len(common) - len(ids),
        _only_in(two, one),
        _only_in(one, two),
    )


def _only_in(one: PastLabels, other: PastLabels) -> list[int]:
    return np.setdiff1d(one.ids, other.ids, assume_unique=True).tolist()  # type: ignore[no-any-return]


def _last_between(
    theme_id: int, ids: list[int], first: LabelState, last: LabelState, session: Session
) -> Iterator[tuple[int, tuple[str, str, datetime | None]]]:
    """Yield annotator, source and time of the label event that each of some samples has its later decision from.

    That is the one that signs the decision; where none does, as of what an undo took away, the last one.
    """
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        signed = _signed_at(theme_id, some, last, session)
        of_them = (LabelEvent.sample_id.in_(some), LabelEvent.theme_id == theme_id, LabelEvent.action == "label")
        query = select(LabelEvent.sample_id, LabelEvent.annotator, LabelEvent.source, LabelEvent.at)
        query = query.where(*of_them, first.later_events(), ~last.later_events()).order_by(LabelEvent.id)
        found: dict[int, tuple[str, str, datetime]] = {}
        for sample_id, annotator, source, at in session.execute(query).tuples():
            if sample_id not in found or found[sample_id][2] != signed[sample_id]:
                found[sample_id] = annotator, source, at
        yield from found.items()


def _signed_at(theme_id: int, ids: list[int], state: LabelState, session: Session) -> dict[int, datetime | None]:
    """When the decision that each of some samples had in a state was made."""
    signed = dict(session.execute(select(Sample.id, Sample.labeled_at).where(Sample.id.in_(ids))).tuples().all())
    changed = [LabelEvent.theme_id == theme_id, state.later_events(), LabelEvent.action == "label"]
    later = select(func.min(LabelEvent.id)).where(LabelEvent.sample_id.in_(ids), *changed)
    first = LabelEvent.id.in_(later.group_by(LabelEvent.sample_id))
    former = session.execute(select(LabelEvent.sample_id, LabelEvent.before_at).where(first))
    return signed | dict(former.tuples().all())
