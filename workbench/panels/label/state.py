"""What the label panel's kernel half keeps between two messages: counts, totals, known cursors, unfinished uploads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from workbench.assist.assistant import Assistant
from workbench.panels.base.state import PanelState
from workbench.panels.label.live_counts import LiveCounts
from workbench.panels.label.long_edits import LongEdits
from workbench.panels.label.suggestions import FindVersion, ShownVersion
from workbench.store import Session
from workbench.store.assistance import AnsweredPage
from workbench.store.paging import KnownCursors
from workbench.store.predictions import ReviewFilter
from workbench.store.samples import SampleFilter, Sort, count_samples

if TYPE_CHECKING:
    from workbench.panels.label.explanation import AskedModel
    from workbench.store.states.past import PastLabels

_MOST_TOTALS = 64
_MOST_ORDERS = 16


@dataclass
class LabelPanelState(PanelState):
    """A store, its thumbnails, and what is known of its themes.

    `find_version` finds the model version whose answers stand beside a theme's samples. With `only_answered` nothing
    but the samples that it predicted is shown; without, its answers stand beside all samples, and only an order by
    certainty leaves the others out. `encoder` makes the features; `embedding_trouble` says why they cannot be made.
    `answered` are pages whose answers are committed and not learned yet. `maps` are the samples of the maps that were
    sent last, in their order, by a name of the map. `asked` is the version or the id of the run that explains its
    answers, None for the version that is shown. `past` is how themes stood in the states that were looked at last, by
    theme, state and the last event then. `long_edits` are those that are being written. `say` tells people at the
    panel how far a call is, until it is answered.
    """

    find_version: FindVersion | None = None
    only_answered: bool = False
    encoder: str = "auto"
    embedding_trouble: str = ""
    embeddings_started: int = 0
    answered: list[tuple[Assistant, AnsweredPage]] = field(default_factory=list)
    past: dict[tuple[int, str, int], PastLabels] = field(default_factory=dict)
    long_edits: LongEdits = field(default_factory=LongEdits)
    say: Callable[[str], None] = lambda _words: None
    maps: dict[str, np.ndarray] = field(default_factory=dict)
    asked: str | int | None = None
    asked_models: dict[tuple[int, str | int], AskedModel] = field(default_factory=dict)
    _versions: dict[int, ShownVersion | None] = field(default_factory=dict)
    _counts: dict[int, LiveCounts] = field(default_factory=dict)
    _totals: dict[tuple[int, SampleFilter], tuple[tuple[int, int], int]] = field(default_factory=dict)
    _orders: dict[tuple[int, SampleFilter, Sort], tuple[tuple[int, int], KnownCursors]] = field(default_factory=dict)

    def version(self, theme_id: int, session: Session, *, find: bool = False) -> ShownVersion | None:
        """Return the version that is shown in a theme, found once and with `find` whenever the theme is opened."""
        if find or theme_id not in self._versions:
            self._versions[theme_id] = None if self.find_version is None else self.find_version(theme_id, session)
        return self._versions[theme_id]

    def counts(self, theme_id: int, session: Session) -> LiveCounts:
        """Return the theme's counts as the session sees them."""
        counts = self._counts.setdefault(theme_id, LiveCounts())
        counts.follow(theme_id, session=session)
        return counts

    def total(self, theme_id: int, where: SampleFilter, session: Session) -> int:
        """Count the samples that match, or remember it from the last page when nothing has happened since."""
        if isinstance(where, ReviewFilter):
            # No event says when a model predicts.
            return count_samples(theme_id, where, session=session)
        counts = self.counts(theme_id, session)
        total = counts.total(where)
        if total is not None:
            return total
        mark = (counts.since, counts.newest)
        kept = self._totals.get((theme_id, where))
        if kept is not None and kept[0] == mark:
            return kept[1]
        total = count_samples(theme_id, where, session=session)
        if len(self._totals) >= _MOST_TOTALS:
            self._totals.clear()
        self._totals[theme_id, where] = (mark, total)
        return total

    def known_cursors(self, theme_id: int, where: SampleFilter, sort: Sort, session: Session) -> KnownCursors:
        """Return what is known of an order from earlier pages, nothing when it may have changed since."""
        if isinstance(where, ReviewFilter):
            return KnownCursors()
        counts = self.counts(theme_id, session)
        decided = where.state != "all" or where.label_id is not None or where.annotator is not None
        # Decisions move samples in and out of such a filter, and along the order of time; nothing else moves them.
        mark = (counts.counted, counts.since if decided or sort.endswith("labeled_at") else 0)
        kept = self._orders.get((theme_id, where, sort))
        if kept is not None and kept[0] == mark:
            return kept[1]
        if len(self._orders) >= _MOST_ORDERS:
            self._orders.clear()
        known = KnownCursors()
        self._orders[theme_id, where, sort] = (mark, known)
        return known
