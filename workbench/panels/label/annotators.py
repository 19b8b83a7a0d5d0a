"""Work that several annotators share: samples handed out, second opinions, disagreements, agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from workbench.errors import ConflictError
from workbench.panels.base.messages import Answer
from workbench.panels.label import browsing
from workbench.panels.label.state import Desk, decision_json, moment_json, sample_json
from workbench.store import Session
from workbench.store.annotators.agreement import agreement_of
from workbench.store.annotators.assignments import release, serve
from workbench.store.annotators.members import team_of
from workbench.store.annotators.second_opinions import count_disagreements, give_opinion, review_queue, settle
from workbench.store.merges import label_now
from workbench.store.samples import samples_by_id
from workbench.store.schema import Sample, Theme
from workbench.store.themes import edit_theme

KINDS = ("opinion", "settle")
"""The kinds of acts that are committed here."""

_MOST = 100


def hand_out(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Lease samples to an annotator and return them with thumbnails.

    Those that somebody else decided are told as if nobody had: `second` says that an opinion is asked for.
    """
    with desk.store.write() as session:
        number = min(int(params.get("number", 10)), _MOST)
        served = serve(params["theme"], params["annotator"], number, session=session)
        second = {row.sample_id for row in served if row.second}
        found = samples_by_id([row.sample_id for row in served], session=session)
        # In an order that does not tell which ones were decided already.
        samples = sorted(found.values(), key=lambda sample: sample.sha256)
        items = [_unseen(sample) if sample.id in second else sample_json(sample) for sample in samples]
    return _with_sheet(desk, {"items": items}, params)


def give_back(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """End an annotator's leases."""
    with desk.store.write() as session:
        return Answer({"released": release(params["theme"], params["annotator"], session=session)})


def team(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return who works on a theme and how far each is, and what waits for a reviewer; `brief` leaves the people out."""
    with desk.store.read() as session:
        members = [] if params.get("brief") else team_of(params["theme"], session=session)
        theme = session.get_one(Theme, params["theme"])
        waiting = count_disagreements(theme.id, session=session)
        value = {
            "members": [{**asdict(member), "last_act": moment_json(member.last_act)} for member in members],
            "overlap": theme.overlap,
            "disagreements": waiting,
        }
    return Answer(value)


def set_overlap(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Change the share of a theme's samples that a second annotator is asked about."""
    with desk.store.write() as session:
        return Answer({"overlap": edit_theme(params["theme"], overlap=params["overlap"], session=session).overlap})


def disagreements(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the samples that wait for a reviewer, each with what every annotator said, and thumbnails."""
    with desk.store.read() as session:
        queue = review_queue(params["theme"], limit=min(int(params.get("number", 50)), _MOST), session=session)
        found = samples_by_id([row.sample_id for row in queue], session=session)
        items = [
            {
                **sample_json(found[row.sample_id]),
                "opinions": [
                    {"annotator": annotator, **decision_json(decision)} for annotator, decision in row.opinions.items()
                ],
            }
            for row in queue
        ]
    return _with_sheet(desk, {"items": items}, params)


def agreement(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return how far a theme's annotators agree."""
    with desk.store.read() as session:
        return Answer(asdict(agreement_of(params["theme"], session=session)))


def commit(theme_id: int, entry: dict[str, Any], session: Session) -> dict[str, Any]:
    """Commit one entry of the browser's journal: an opinion, or how a disagreement is settled.

    An annotator is not told whether an opinion agrees: the next one should be as unprejudiced.
    """
    to, key = entry["to"], entry["key"]
    label_id = label_now(theme_id, to.get("label"), session=session)
    if label_id is None and not to.get("skipped"):
        raise ConflictError("An opinion is a label, or skipping where one cannot tell.")
    given = {"annotator": entry["annotator"], "client_key": key, "session": session}
    if entry["kind"] == "settle":
        settle(theme_id, entry["sample"], label_id, **given)
        return {"key": key, "status": "changed"}
    outcome = give_opinion(theme_id, entry["sample"], label_id, **given)
    return {"key": key, "status": outcome.status if outcome.status in ("replayed", "missing") else "changed"}


def _unseen(sample: Sample) -> dict[str, Any]:
    """A sample as it would be told if nobody had decided about it."""
    blank = {"label": None, "skipped": False, "annotator": None, "at": None, "split": None}
    return {**sample_json(sample), **blank, "second": True}


def _with_sheet(desk: Desk, value: dict[str, Any], params: dict[str, Any]) -> Answer:
    known = set(params.get("known") or ())
    wanted = [item["id"] for item in value["items"] if item["id"] not in known]
    if not wanted:
        return Answer({**value, "sheet": None})
    sheet = browsing.sheet(desk, {**params, "ids": wanted, "known": []}, ())
    return Answer({**value, "sheet": sheet.value["sheet"]}, sheet.buffers)
