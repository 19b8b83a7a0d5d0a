"""What the calls of one label panel share, and how rows are told to the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from workbench.data.thumbnails import SIDES, Thumbnails
from workbench.errors import WorkbenchError
from workbench.panels.label.chunks import Parcels
from workbench.panels.label.live_counts import Tally
from workbench.store import Session, Store
from workbench.store.boxes import boxes_by_split
from workbench.store.labeling import SKIPPED
from workbench.store.labels import labels_of
from workbench.store.paging import SORTS, Cursor, Places, cursor_of
from workbench.store.samples import SampleFilter, Sort, count_samples
from workbench.store.schema import Label, Sample, Theme

# So many filters' totals are remembered.
_TOTALS = 64
# So many orders' places are remembered.
_ORDERS = 16


@dataclass
class Desk:
    """A store, and what a panel keeps between two calls."""

    store: Store
    parcels: Parcels = field(default_factory=Parcels)
    _tallies: dict[int, Tally] = field(default_factory=dict)
    _totals: dict[tuple[int, SampleFilter], tuple[tuple[int, int], int]] = field(default_factory=dict)
    _places: dict[tuple[int, SampleFilter, Sort], tuple[tuple[int, int], Places]] = field(default_factory=dict)

    @cached_property
    def thumbnails(self) -> Thumbnails:
        return Thumbnails(self.store.images, self.store.project.cache / "thumbnails")

    def tally(self, theme_id: int, session: Session) -> Tally:
        """Return the theme's counts as the session sees them."""
        tally = self._tallies.setdefault(theme_id, Tally())
        tally.follow(theme_id, session=session)
        return tally

    def total(self, theme_id: int, where: SampleFilter, session: Session) -> int:
        """Count the samples that match, or remember it from the last page when nothing has happened since."""
        tally = self.tally(theme_id, session)
        total = tally.total(where)
        if total is not None:
            return total
        mark = (tally.since, tally.newest)
        kept = self._totals.get((theme_id, where))
        if kept is not None and kept[0] == mark:
            return kept[1]
        total = count_samples(theme_id, where, session=session)
        if len(self._totals) >= _TOTALS:
            self._totals.clear()
        self._totals[theme_id, where] = (mark, total)
        return total

    def places(self, theme_id: int, where: SampleFilter, sort: Sort, session: Session) -> Places:
        """Return what is known of an order from earlier pages, nothing when it may have changed since."""
        tally = self.tally(theme_id, session)
        decided = where.state != "all" or where.label_id is not None or where.annotator is not None
        # Decisions move samples in and out of such a filter, and along the order of time; nothing else moves them.
        mark = (tally.counted, tally.since if decided or sort.endswith("labeled_at") else 0)
        kept = self._places.get((theme_id, where, sort))
        if kept is not None and kept[0] == mark:
            return kept[1]
        if len(self._places) >= _ORDERS:
            self._places.clear()
        places = Places()
        self._places[theme_id, where, sort] = (mark, places)
        return places


def label_json(label: Label) -> dict[str, Any]:
    """Return a label as the browser gets it."""
    return {"id": label.id, "name": label.name, "color": label.color, "position": label.position}


def theme_json(theme: Theme, session: Session) -> dict[str, Any]:
    """Return a theme; `boxes` has how many boxes each label is on, None where labels are not on boxes.

    `born` tells it from one of another store that had the same place and number: a browser keeps what waits by it.
    """
    boxes = None
    if theme.task == "boxes":
        found = boxes_by_split(theme.id, session=session)
        boxes = {label.id: sum(found[label.name].values()) for label in labels_of(theme.id, session=session)}
    named = {"id": theme.id, "name": theme.name, "description": theme.description}
    return {**named, "born": moment_json(theme.created_at), "boxes": boxes}


def sample_json(sample: Sample, sort: Sort = "id") -> dict[str, Any]:
    """Return a sample as the browser gets it; `cursor` is its place in the order."""
    value = cursor_of(sample, sort)[0]
    return {
        "id": sample.id,
        "name": sample.name,
        "width": sample.width,
        "height": sample.height,
        "size": sample.size_bytes,
        "label": sample.label_id,
        "skipped": sample.skipped,
        "annotator": sample.annotator,
        "at": moment_json(sample.labeled_at),
        "split": sample.split,
        "added": moment_json(sample.created_at),
        "cursor": moment_json(value) if isinstance(value, datetime) else value,
    }


def moment_json(moment: datetime | None) -> str | None:
    """Return a time as text (ISO 8601), None where there is none."""
    return None if moment is None else moment.isoformat()


def decision_text(decision: dict[str, Any]) -> str | None:
    """Return the browser's `{label, skipped}` as the store writes a decision."""
    if decision.get("label") is not None:
        return str(decision["label"])
    return SKIPPED if decision.get("skipped") else None


def decision_json(text: str | None) -> dict[str, Any]:
    """Return a decision as the store writes it as the browser's `{label, skipped}`."""
    skipped = text == SKIPPED
    return {"label": None if skipped or text is None else int(text), "skipped": skipped}


def sample_filter(where: dict[str, Any] | None, ids: Sequence[int] | None = None) -> SampleFilter:
    """Return the browser's filter as the store's; `ids` narrows it to these samples of it."""
    where = where or {}
    chosen = where.get("ids")
    if ids is None:
        ids = chosen
    elif chosen is not None:
        wanted = set(chosen)
        ids = [sample_id for sample_id in ids if sample_id in wanted]
    return SampleFilter(
        state=where.get("state") or "all",
        label_id=where.get("label"),
        split=where.get("split") or None,
        annotator=where.get("annotator"),
        search=where.get("search") or None,
        ids=None if ids is None else tuple(ids),
    )


def sort_order(params: dict[str, Any]) -> Sort:
    """Return the order that was asked for. Raises WorkbenchError for one that there is not."""
    sort = params.get("sort", "id")
    if sort not in SORTS:
        raise WorkbenchError(f"There is no order '{sort}'. Allowed: {', '.join(SORTS)}.")
    return sort


def place_in_order(cursor: Sequence[Any], sort: Sort) -> Cursor:
    """Return the browser's `[value, id]` as a place in the order."""
    value, sample_id = cursor
    if value is not None and sort.lstrip("-") == "labeled_at":
        value = datetime.fromisoformat(value)
    return value, int(sample_id)


def thumbnail_side(params: dict[str, Any]) -> int:
    """Return the smallest side of a thumbnail, in pixels, that is as large as was asked for."""
    return next((side for side in SIDES if side >= params.get("side", 0)), SIDES[-1])
