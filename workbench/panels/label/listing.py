"""Which samples a call means, in which order, and pages of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.errors import WorkbenchError
from workbench.panels.label.messages import AlongParams, ListParams, PageJson, PageParams, SampleJson, WhereJson
from workbench.panels.label.rows import sample_json
from workbench.panels.label.state import LabelPanelState
from workbench.panels.label.suggestions import (
    CERTAINTY,
    ShownVersion,
    asks_for_answers,
    plain_order,
    review_filter,
    with_answers,
)
from workbench.store import Session
from workbench.store.paging import SORTS, Cursor, open_page, samples_along
from workbench.store.predictions import ReviewFilter, along_by_score, page_by_score
from workbench.store.samples import SampleFilter, Sort, sample_ids
from workbench.store.schema import Sample


@dataclass(frozen=True)
class Listing:
    """The samples of a theme that a filter means, in an order, beside the answers of a model version."""

    theme_id: int
    where: SampleFilter
    sort: str
    version: ShownVersion | None

    def page(self, state: LabelPanelState, params: PageParams, session: Session) -> tuple[PageJson, list[Sample]]:
        """Return a page, the last one where there is none so far on, and its samples."""
        limit = min(max(int(params.get("limit", 100)), 1), 1000)
        total = state.total(self.theme_id, self.where, session)
        offset = min(max(int(params.get("offset", 0)), 0), max(0, (total - 1) // limit * limit))
        if self.sort in CERTAINTY and isinstance(self.where, ReviewFilter):
            descending = self.sort.startswith("-")
            samples = page_by_score(
                self.theme_id, self.where, descending=descending, offset=offset, limit=limit, session=session
            )
        else:
            sort = plain_order(self.sort)
            known = state.known_cursors(self.theme_id, self.where, sort, session)
            samples = open_page(
                self.theme_id,
                self.where,
                sort=sort,
                offset=offset,
                limit=limit,
                total=total,
                known=known,
                session=session,
            )
        return {"items": self.items(samples, session), "offset": offset, "total": total}, samples

    def along(self, params: AlongParams, session: Session) -> list[SampleJson]:
        """Return the samples after (or before) a cursor."""
        backwards, limit = bool(params.get("backwards")), min(int(params.get("limit", 50)), 500)
        if self.sort in CERTAINTY and isinstance(self.where, ReviewFilter):
            score, sample_id = params["cursor"]
            samples = along_by_score(
                self.theme_id,
                self.where,
                descending=self.sort.startswith("-"),
                cursor=(float(score), int(sample_id)),
                backwards=backwards,
                limit=limit,
                session=session,
            )
        else:
            sort = plain_order(self.sort)
            samples = samples_along(
                self.theme_id,
                self.where,
                sort=sort,
                cursor=_cursor(params["cursor"], sort),
                backwards=backwards,
                limit=limit,
                session=session,
            )
        return self.items(samples, session)

    def items(self, samples: Sequence[Sample], session: Session) -> list[SampleJson]:
        """Return samples as the browser gets them."""
        if self.version is None:
            return [sample_json(sample, plain_order(self.sort)) for sample in samples]
        return with_answers(self.theme_id, samples, self.version, self.sort, session)


def listing(state: LabelPanelState, params: ListParams, session: Session) -> Listing:
    """Return what a call lists. A browser may remember an order by certainty of a version that is gone."""
    theme_id, sort = params["theme"], params.get("sort", "id")
    version = state.version(theme_id, session)
    if sort in CERTAINTY:
        sort = sort if version is not None else "id"
    else:
        sort = sort_order(sort)
    where = _filter(state, theme_id, params.get("where") or {}, session, by_certainty=sort in CERTAINTY)
    return Listing(theme_id, where, sort, version)


def chosen_samples(
    state: LabelPanelState, theme_id: int, where: WhereJson | None, ids: Sequence[int] | None, session: Session
) -> SampleFilter:
    """Return the filter of what is to be changed: `ids` of those that `where` means, or all of them.

    Where the filter looks at answers its samples are named one by one.
    """
    if where is None:
        return sample_filter(None, ids)
    found = _filter(state, theme_id, where, session)
    if isinstance(found, ReviewFilter):
        return SampleFilter(ids=tuple(sample_ids(theme_id, found, session=session)))
    return sample_filter(where, ids)


def sample_filter(where: WhereJson | None, ids: Sequence[int] | None = None) -> SampleFilter:
    """Return what the browser's filter asks of the samples themselves; `ids` narrows it to these samples of it."""
    where = where or {}
    chosen = where.get("ids")
    if ids is None:
        ids = chosen
    elif chosen is not None:
        wanted = set(chosen)
        ids = [sample_id for sample_id in ids if sample_id in wanted]
    state: Any = where.get("state") or "all"
    return SampleFilter(
        state=state,
        label_id=where.get("label"),
        split=where.get("split") or None,
        annotator=where.get("annotator"),
        unseen=bool(where.get("unseen")),
        search=where.get("search") or None,
        ids=None if ids is None else tuple(ids),
    )


def sort_order(sort: str) -> Sort:
    """Return an order by its name. Raises WorkbenchError for one that there is not."""
    if sort not in SORTS:
        raise WorkbenchError(f"There is no order '{sort}'. Allowed: {', '.join(SORTS)}.")
    return sort  # type: ignore[return-value]


def answers_filter(
    state: LabelPanelState, theme_id: int, where: WhereJson, version: ShownVersion, session: Session
) -> ReviewFilter:
    """Return the filter under which a version's answers are counted."""
    answered = state.only_answered or bool(where.get("answered"))
    return review_filter(theme_id, sample_filter(where), where, version, answered=answered, session=session)


def _filter(
    state: LabelPanelState, theme_id: int, where: WhereJson, session: Session, *, by_certainty: bool = False
) -> SampleFilter:
    """Return a filter that looks at answers only where it has to: without them counts and pages are known sooner."""
    version, plain = state.version(theme_id, session), sample_filter(where)
    answered = state.only_answered or by_certainty or bool(where.get("answered"))
    if version is None or not (answered or asks_for_answers(where)):
        return plain
    return review_filter(theme_id, plain, where, version, answered=answered, session=session)


def _cursor(cursor: Sequence[Any], sort: Sort) -> Cursor:
    value, sample_id = cursor
    if value is not None and sort.lstrip("-") == "labeled_at":
        value = datetime.fromisoformat(value)
    return value, int(sample_id)
