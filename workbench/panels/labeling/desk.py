"""What the calls of one label panel share, and how rows are told to the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from workbench.data.thumbnails import SIDES, Thumbnails
from workbench.errors import WorkbenchError
from workbench.panels.labeling.parcels import Parcels
from workbench.store import Store
from workbench.store.changes import last_event_of, newest_sample_of
from workbench.store.labeling import SKIPPED
from workbench.store.paging import SORTS, Cursor, cursor_of
from workbench.store.samples import SampleFilter, Sort, count_samples
from workbench.store.schema import Label, Sample

# So many filters' totals are remembered.
_TOTALS = 64


@dataclass
class Desk:
    """A store, and what a panel keeps between two calls."""

    store: Store
    parcels: Parcels = field(default_factory=Parcels)
    _totals: dict[tuple[int, SampleFilter], tuple[tuple[int, int], int]] = field(default_factory=dict)

    @cached_property
    def thumbnails(self) -> Thumbnails:
        return Thumbnails(self.store.images, self.store.project.cache / "thumbnails")

    def total(self, theme_id: int, where: SampleFilter, session: Session) -> int:
        """Count the samples that match, or remember it from the last page when nothing has happened since."""
        mark = (last_event_of(theme_id, session=session), newest_sample_of(theme_id, session=session))
        kept = self._totals.get((theme_id, where))
        if kept is not None and kept[0] == mark:
            return kept[1]
        total = count_samples(theme_id, where, session=session)
        if len(self._totals) >= _TOTALS:
            self._totals.clear()
        self._totals[theme_id, where] = (mark, total)
        return total


def label_json(label: Label) -> dict[str, Any]:
    return {"id": label.id, "name": label.name, "color": label.color, "position": label.position}


def sample_json(sample: Sample, sort: Sort = "id") -> dict[str, Any]:
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
        split=where.get("split"),
        annotator=where.get("annotator"),
        search=where.get("search") or None,
        ids=None if ids is None else tuple(ids),
    )


def sort_order(params: dict[str, Any]) -> Sort:
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
    return next((side for side in SIDES if side >= params.get("side", 0)), SIDES[-1])
