"""Finding samples for the grid, the table and the focus view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.data.thumbnails import SIDES
from workbench.panels.base.labels import labels_json
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import SheetJson
from workbench.panels.label.listing import answers_filter, listing
from workbench.panels.label.messages import (
    AlongParams,
    BrowsedJson,
    ChangesJson,
    ChangesParams,
    CountsJson,
    CountsParams,
    ItemsJson,
    KnownJson,
    LastPlaceJson,
    LastPlaceParams,
    ListParams,
    OpenedJson,
    PageParams,
    SheetAnswerJson,
    SheetParams,
)
from workbench.panels.label.rows import decision_json, moment_json, theme_json
from workbench.panels.label.state import LabelPanelState
from workbench.panels.label.suggestions import answer_counts, plain_order
from workbench.store import Session
from workbench.store.box_browsing import image_beside, position_of
from workbench.store.change_feed import changes_since, seen_already
from workbench.store.counts import annotators_of, count_rows
from workbench.store.history import last_sample_of
from workbench.store.paging import learn_cursors
from workbench.store.predictions import ReviewFilter
from workbench.store.samples import get_sample, samples_by_id
from workbench.store.schema import Sample, Theme
from workbench.store.themes import list_themes

# So long may a page's thumbnails take before those that are ready are sent ahead of the others.
_SHEET_SECONDS = 0.15
# The same beside a large image, where a label must not wait behind thumbnails.
_BRIEF_SECONDS = 0.02
_LEARNING_SECONDS = 0.03


def open_theme(state: LabelPanelState, params: PageParams) -> Answer[OpenedJson]:
    """Return all that the first sight of a theme needs: itself, its labels, counts and a page."""
    with state.store.read() as session:
        version = state.version(params["theme"], session, find=True)
        theme = session.get_one(Theme, params["theme"])
        asked: CountsParams = {"theme": theme.id, "review": params.get("where")}
        page, samples = listing(state, params, session).page(state, params, session)
        opened: OpenedJson = {
            "theme": theme_json(theme, session),
            "labels": labels_json(theme.id, session),
            "counts": _counts(state, asked, session),
            "page": page,
            "sheet": None,
        }
        if version is not None:
            opened["review"] = {"version": version.version, "stage": version.stage, "words": version.words}
    opened["sheet"], content = missing_thumbnails(state, samples, params)
    return Answer(opened, content)


def browse(state: LabelPanelState, params: PageParams) -> Answer[BrowsedJson]:
    """Return a page of samples with its thumbnails."""
    with state.store.read() as session:
        page, samples = listing(state, params, session).page(state, params, session)
    sheet, content = missing_thumbnails(state, samples, params)
    return Answer({"page": page, "sheet": sheet}, content)


def learn_order(state: LabelPanelState, params: ListParams) -> Answer[KnownJson]:
    """Go on learning an order, so that its pages are found quickly; returns whether all is known.

    Each call takes some hundredths of a second, so that a key press never waits long behind one.
    """
    with state.store.read() as session:
        found = listing(state, params, session)
        if isinstance(found.where, ReviewFilter):
            return Answer({"known": True})
        sort = plain_order(found.sort)
        known = learn_cursors(
            found.theme_id,
            found.where,
            sort=sort,
            total=state.total(found.theme_id, found.where, session),
            known=state.known_cursors(found.theme_id, found.where, sort, session),
            seconds=_LEARNING_SECONDS,
            session=session,
        )
    return Answer({"known": known})


def along(state: LabelPanelState, params: AlongParams) -> Answer[ItemsJson]:
    """Return the samples after (or before) a cursor in the order."""
    with state.store.read() as session:
        return Answer({"items": listing(state, params, session).along(params, session), "sheet": None})


def last_place(state: LabelPanelState, params: LastPlaceParams) -> Answer[LastPlaceJson | None]:
    """Return the image behind the one that an annotator last decided on, by ids; None for who has decided on none."""
    with state.store.read() as session:
        themes = [theme for theme in list_themes(session=session) if theme.task != "boxes"]
        found = {
            theme: last_sample_of(theme.id, params["annotator"], session=session)
            for theme in themes
            if params["theme"] in (None, theme.id)
        }
        latest = max(
            (get_sample(sample_id, session=session) for sample_id in found.values() if sample_id is not None),
            key=lambda sample: (sample.labeled_at is not None, sample.labeled_at, sample.id),
            default=None,
        )
        if latest is None:
            return Answer(None)
        sample = image_beside(latest.theme_id, latest.id, 1, session=session) or latest.id
        return Answer(
            {
                "theme": latest.theme_id,
                "born": moment_json(session.get_one(Theme, latest.theme_id).created_at) or "",
                "sample": sample,
                "offset": position_of(latest.theme_id, sample, session=session) - 1,
            }
        )


def sheet(state: LabelPanelState, params: SheetParams) -> Answer[SheetAnswerJson]:
    """Return the thumbnails of some samples; with `brief` those that are made within hundredths of a second."""
    with state.store.read() as session:
        found = samples_by_id(params["ids"], session=session)
    samples = [found[sample_id] for sample_id in params["ids"] if sample_id in found]
    made, content = missing_thumbnails(state, samples, params)
    return Answer({"sheet": made}, content)


def counts(state: LabelPanelState, params: CountsParams) -> Answer[CountsJson]:
    """Return the theme's counts, per label those that match a filter, and how many have which answer under it."""
    with state.store.read() as session:
        return Answer(_counts(state, params, session))


def changes(state: LabelPanelState, params: ChangesParams) -> Answer[ChangesJson]:
    """Return what happened since the browser last looked, and the labels as they are now."""
    with state.store.read() as session:
        found = changes_json(params, session)
        found["labels"] = labels_json(params["theme"], session)
    return Answer(found)


def changes_json(params: ChangesParams, session: Session) -> ChangesJson:
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


def missing_thumbnails(
    state: LabelPanelState, samples: Sequence[Sample], params: Mapping[str, Any]
) -> tuple[SheetJson | None, list[bytes]]:
    """Return the thumbnails that are not among those that the browser has, which `params` lists, and their picture."""
    known = set(params.get("known") or ())
    files = [(sample.id, sample.uri) for sample in samples if sample.id not in known]
    side = next((side for side in SIDES if side >= params.get("side", 0)), SIDES[-1])
    return state.sheet(files, side, seconds=_BRIEF_SECONDS if params.get("brief") else _SHEET_SECONDS)


def _counts(state: LabelPanelState, params: CountsParams, session: Session) -> CountsJson:
    theme_id = params["theme"]
    live = state.counts(theme_id, session)
    found: CountsJson = {
        "since": live.since,
        "newest": live.newest,
        "seen": sorted(seen_already(theme_id, live.since, session=session)),
        "rows": live.rows,
        "annotators": annotators_of(theme_id, session=session),
    }
    if where := params.get("where"):
        matching = listing(state, {"theme": theme_id, "where": where}, session).where
        found["matching"] = count_rows(theme_id, matching, session=session)
    version = state.version(theme_id, session)
    if version is not None:
        asked = answers_filter(state, theme_id, params.get("review") or where or {}, version, session)
        found["answers"] = answer_counts(theme_id, asked, session)
    return found
