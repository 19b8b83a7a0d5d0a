"""A theme's counts, kept between two calls of a panel: what happened since is added instead of counting all samples."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.store import Session
from workbench.store.change_feed import Change, changes_since, last_event_of, newest_sample_of, seen_already
from workbench.store.counts import count_rows
from workbench.store.samples import SampleFilter

Row = tuple[int | None, bool, str | None]
"""A label's id, whether skipped, and a split."""


@dataclass
class LiveCounts:
    """How many samples a theme has by label, skipping and split, as of its event `since` and its sample `newest`.

    `counted` is how often all samples were counted: while it stays, only single decisions were made.
    """

    since: int = 0
    newest: int = 0
    counted: int = 0
    numbers: dict[Row, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def follow(self, theme_id: int, *, session: Session) -> None:
        """Bring the counts up to what the session sees."""
        if self.counted:
            found = changes_since(theme_id, self.since, self.newest, session=session)
            if found.whole:
                self._add([change for change in found.decisions if change.event_id not in self.seen])
                self.since = found.last_event
                return
        self.since = last_event_of(theme_id, session=session)
        self.newest = newest_sample_of(theme_id, session=session)
        self.seen = seen_already(theme_id, self.since, session=session)
        rows = count_rows(theme_id, session=session)
        self.numbers = {(label, skipped, split): number for label, skipped, split, number in rows}
        self.counted += 1

    @property
    def rows(self) -> list[tuple[int | None, bool, str | None, int]]:
        """The counts as `count_rows` returns them."""
        return [(*row, number) for row, number in self.numbers.items() if number > 0]

    def total(self, where: SampleFilter) -> int | None:
        """Count the samples that match; None where these counts do not say."""
        if not where.is_kept:
            return None
        return sum(number for row, number in self.numbers.items() if _matches(row, where))

    def _add(self, changes: list[Change]) -> None:
        for change in changes:
            self.seen.add(change.event_id)
            for decision, number in ((change.before, -1), (change.after, 1)):
                row = (decision.label, decision.skipped, change.split)
                self.numbers[row] = self.numbers.get(row, 0) + number
        if len(self.seen) > 2000:
            self.seen = set(sorted(self.seen)[-1000:])


def _matches(row: Row, where: SampleFilter) -> bool:
    label, skipped, split = row
    states = {
        "all": True,
        "labeled": label is not None,
        "unlabeled": label is None and not skipped,
        "skipped": skipped,
    }
    right_label = where.label_id is None or label == where.label_id
    right_split = where.split is None or (split or "none") == where.split
    return states[where.state] and right_label and right_split
