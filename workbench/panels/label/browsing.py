"""Finding samples for the grid, the table and the focus view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.panels.base.messages import Answer
from workbench.panels.label.state import (
    Desk,
    decision_json,
    label_json,
    moment_json,
    place_in_order,
    sample_filter,
    sample_json,
    sort_order,
    theme_json,
    thumbnail_side,
)
from workbench.store import Session
from workbench.store.change_feed import changes_since, seen_already
from workbench.store.counts import annotators_of, count_rows
from workbench.store.labels import labels_of
from workbench.store.paging import learn_places, open_page, samples_along
from workbench.store.samples import samples_by_id
from workbench.store.schema import Sample, Theme

# So long may a page's thumbnails take before those that are ready are sent ahead of the others.
_SHEET_SECONDS = 0.15
# The same beside a large image, where a label must not wait behind thumbnails.
_BRIEF_SECONDS = 0.02
_SURVEY_SECONDS = 0.03

_File = tuple[int, str]
"""A sample's id and the key of its image."""


def open_theme(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return all that the first sight of a theme needs: itself, its labels, counts and a page."""
    with desk.store.read() as session:
        theme = session.get_one(Theme, params["theme"])
        value = {
            "theme": theme_json(theme, session),
            "labels": [label_json(label) for label in labels_of(theme.id, session=session)],
            "counts": _counts(desk, theme.id, session),
        }
        page, files = _page(desk, params, session)
    return _with_sheet(desk, {**value, "page": page}, files, params)


def browse(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return a page of samples with its thumbnails."""
    with desk.store.read() as session:
        page, files = _page(desk, params, session)
    return _with_sheet(desk, {"page": page}, files, params)


def survey(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Go on learning an order, so that its pages are found quickly; returns whether all is known.

    Each call takes some hundredths of a second, so that a key press never waits long behind one.
    """
    sort, where = sort_order(params), sample_filter(params.get("where"))
    with desk.store.read() as session:
        total = desk.total(params["theme"], where, session)
        places = desk.places(params["theme"], where, sort, session)
        known = learn_places(
            params["theme"], where, sort=sort, total=total, places=places, seconds=_SURVEY_SECONDS, session=session
        )
    return Answer({"known": known})


def along(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the samples after (or before) a place in the order."""
    sort = sort_order(params)
    with desk.store.read() as session:
        samples = samples_along(
            params["theme"],
            sample_filter(params.get("where")),
            sort=sort,
            cursor=place_in_order(params["cursor"], sort),
            backwards=bool(params.get("backwards")),
            limit=min(int(params.get("limit", 50)), 500),
            session=session,
        )
        return Answer({"items": [sample_json(sample, sort) for sample in samples], "sheet": None})


def sheet(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the thumbnails of some samples; with `brief` those that are made within hundredths of a second."""
    with desk.store.read() as session:
        found = samples_by_id(params["ids"], session=session)
        files = _files([found[sample_id] for sample_id in params["ids"] if sample_id in found])
    return _with_sheet(desk, {}, files, params)


def counts(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the theme's counts, and per label those that match a filter."""
    with desk.store.read() as session:
        value = _counts(desk, params["theme"], session)
        if params.get("where"):
            value["matching"] = count_rows(params["theme"], sample_filter(params["where"]), session=session)
    return Answer(value)


def changes(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return what happened since the browser last looked, and the labels as they are now."""
    with desk.store.read() as session:
        value = changes_json(params, session)
        value["labels"] = [label_json(label) for label in labels_of(params["theme"], session=session)]
    return Answer(value)


def changes_json(params: dict[str, Any], session: Session) -> dict[str, Any]:
    """Return what has changed since an event and a sample that the browser knows."""
    found = changes_since(params["theme"], params["since"], params["newest"], session=session)
    return {
        "since": found.last_event,
        "newest": found.newest_sample,
        "whole": found.whole,
        "changes": [
            {
                "id": change.event_id,
                "sample": change.sample_id,
                "before": decision_json(change.before),
                "after": decision_json(change.after),
                "split": change.split,
                "annotator": change.annotator,
                "at": moment_json(change.at),
            }
            for change in found.decisions
        ],
    }


def _counts(desk: Desk, theme_id: int, session: Session) -> dict[str, Any]:
    tally = desk.tally(theme_id, session)
    return {
        "since": tally.since,
        "newest": tally.newest,
        "seen": sorted(seen_already(theme_id, tally.since, session=session)),
        "rows": tally.rows,
        "annotators": annotators_of(theme_id, session=session),
    }


def _page(desk: Desk, params: dict[str, Any], session: Session) -> tuple[dict[str, Any], list[_File]]:
    sort, where = sort_order(params), sample_filter(params.get("where"))
    limit = min(max(int(params.get("limit", 100)), 1), 1000)
    total = desk.total(params["theme"], where, session)
    last_page = max(0, (total - 1) // limit * limit)
    offset = min(max(int(params.get("offset", 0)), 0), last_page)
    places = desk.places(params["theme"], where, sort, session)
    samples = open_page(
        params["theme"], where, sort=sort, offset=offset, limit=limit, total=total, places=places, session=session
    )
    return {"items": [sample_json(sample, sort) for sample in samples], "offset": offset, "total": total}, _files(
        samples
    )


def _files(samples: Sequence[Sample]) -> list[_File]:
    return [(sample.id, sample.uri) for sample in samples]


def _with_sheet(desk: Desk, value: dict[str, Any], files: Sequence[_File], params: dict[str, Any]) -> Answer:
    """Add the thumbnails that are not known to the browser yet."""
    known = set(params.get("known") or ())
    wanted = [(sample_id, uri) for sample_id, uri in files if sample_id not in known]
    if not wanted:
        return Answer({**value, "sheet": None})
    seconds = _BRIEF_SECONDS if params.get("brief") else _SHEET_SECONDS
    made = desk.thumbnails.sheet([uri for _, uri in wanted], thumbnail_side(params), seconds=seconds)
    ids = [sample_id for sample_id, _ in wanted]
    sheet = {**made.as_dict(ids), "left": ids[made.shown :]}
    return Answer({**value, "sheet": sheet}, [made.content])
