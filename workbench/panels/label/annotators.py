"""Work that several annotators share: samples handed out, second opinions, disagreements, agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NotRequired, TypedDict

from workbench.assist.crowd import CrowdQuality, crowd_quality
from workbench.errors import ConflictError
from workbench.panels.base.messages import Answer
from workbench.panels.label.browsing import missing_thumbnails
from workbench.panels.label.messages import EntryJson, ItemsJson, OutcomeJson, SampleJson, ThemeParams
from workbench.panels.label.rows import decision_json, moment_json, sample_json
from workbench.panels.label.state import LabelPanelState
from workbench.store import Session
from workbench.store.annotators.agreement import Agreement, agreement_of
from workbench.store.annotators.assignments import assign_samples, release_samples, reserve_samples
from workbench.store.annotators.consistency import answer_again, consistency_of, samples_to_mix, samples_to_repeat
from workbench.store.annotators.members import Member, members_of
from workbench.store.annotators.second_opinions import count_pending_reviews, give_opinion, review_queue, settle
from workbench.store.decisions import Decision
from workbench.store.label_merges import label_now
from workbench.store.samples import living_ids, samples_by_id
from workbench.store.schema import Sample, Theme
from workbench.store.themes import edit_theme

KINDS = ("opinion", "settle", "again")
"""The kinds of journal entries that are committed here."""

_MOST = 100


class AssignmentParams(TypedDict):
    """Samples for an annotator, with thumbnails as in PageParams."""

    theme: int
    annotator: str
    number: NotRequired[int]
    side: NotRequired[int]
    known: NotRequired[list[int]]


class QueueParams(TypedDict):
    """Samples that wait for a reviewer, with thumbnails as in PageParams."""

    theme: int
    number: NotRequired[int]
    side: NotRequired[int]
    known: NotRequired[list[int]]


class ReleaseParams(TypedDict):
    """An annotator's assignments to end."""

    theme: int
    annotator: str


class ReleasedJson(TypedDict):
    """How many assignments ended."""

    released: int


class TeamParams(TypedDict):
    """`brief` leaves the people out."""

    theme: int
    brief: NotRequired[bool]


class MemberJson(TypedDict):
    """One who works on a theme; numbers are of samples."""

    annotator: str
    decided: int
    opinions: int
    assigned: int
    last_change: str | None


class TeamJson(TypedDict):
    """Who works on a theme, the share that a second annotator is asked about, and what waits for a reviewer."""

    members: list[MemberJson]
    overlap: float
    disagreements: int


class QualityParams(TypedDict):
    """The annotator whom the images to ask about are for."""

    theme: int
    annotator: str


class AskedParams(TypedDict):
    """Samples that an annotator is to look at, with thumbnails as in PageParams."""

    theme: int
    annotator: str
    samples: list[int]
    number: NotRequired[int]
    side: NotRequired[int]
    known: NotRequired[list[int]]


class OverlapParams(TypedDict):
    """The share of a theme's samples that a second annotator is asked about."""

    theme: int
    overlap: float


class OverlapJson(TypedDict):
    """The share that it is now."""

    overlap: float


def assign(state: LabelPanelState, params: AssignmentParams) -> Answer[ItemsJson]:
    """Assign samples to an annotator and return them with thumbnails.

    Those that somebody else decided are shown as if nobody had: `second` says that an opinion is asked for. In a theme
    that asks for such opinions one's own come among them now and then, as unseen.
    """
    with state.store.write() as session:
        number = min(int(params.get("number", 10)), _MOST)
        served = assign_samples(params["theme"], params["annotator"], number, session=session)
        second = {row.sample_id for row in served if row.second}
        own = set(samples_to_mix(params["theme"], params["annotator"], session=session)) if served else set[int]()
        found = samples_by_id([*(row.sample_id for row in served), *own], session=session)
        # In an order that does not give away which ones were decided already.
        samples = sorted(found.values(), key=lambda sample: sample.sha256)
        asked = second | own
        items = [_blind(each, params["annotator"]) if each.id in asked else sample_json(each) for each in samples]
    sheet, content = missing_thumbnails(state, samples, params)
    return Answer({"items": items, "sheet": sheet}, content)


def release(state: LabelPanelState, params: ReleaseParams) -> Answer[ReleasedJson]:
    """End an annotator's assignments."""
    with state.store.write() as session:
        return Answer({"released": release_samples(params["theme"], params["annotator"], session=session)})


def team(state: LabelPanelState, params: TeamParams) -> Answer[TeamJson]:
    """Return who works on a theme and how far each is, and what waits for a reviewer."""
    with state.store.read() as session:
        members = [] if params.get("brief") else members_of(params["theme"], session=session)
        theme = session.get_one(Theme, params["theme"])
        waiting = count_pending_reviews(theme.id, session=session)
        return Answer(
            {
                "members": [_member_json(member) for member in members],
                "overlap": theme.overlap,
                "disagreements": waiting,
            }
        )


def set_overlap(state: LabelPanelState, params: OverlapParams) -> Answer[OverlapJson]:
    """Change the share of a theme's samples that a second annotator is asked about."""
    with state.store.write() as session:
        return Answer({"overlap": edit_theme(params["theme"], overlap=params["overlap"], session=session).overlap})


def disagreements(state: LabelPanelState, params: QueueParams) -> Answer[ItemsJson]:
    """Return the samples that wait for a reviewer, each with every annotator's opinion, and thumbnails."""
    with state.store.read() as session:
        queue = review_queue(params["theme"], limit=min(int(params.get("number", 50)), _MOST), session=session)
        found = samples_by_id([row.sample_id for row in queue], session=session)
        items = [_disputed(found[row.sample_id], row.opinions) for row in queue]
    sheet, content = missing_thumbnails(state, [found[row.sample_id] for row in queue], params)
    return Answer({"items": items, "sheet": sheet}, content)


def agreement(state: LabelPanelState, params: ThemeParams) -> Answer[Agreement]:
    """Return how far a theme's annotators agree."""
    with state.store.read() as session:
        return Answer(agreement_of(params["theme"], session=session))


def quality(state: LabelPanelState, params: QualityParams) -> Answer[CrowdQuality]:
    """Judge annotators and labels, and find the images that this annotator's answer would tell most about."""
    with state.store.read() as session:
        theme = session.get_one(Theme, params["theme"]).name
    return Answer(crowd_quality(state.store, theme, state.encoder, annotator=params["annotator"]))


def repeats(state: LabelPanelState, params: QualityParams) -> Answer[dict[str, Any]]:
    """Draw samples of an annotator's own to look at again, and tell how consistent everybody was."""
    with state.store.read() as session:
        ids = samples_to_repeat(params["theme"], params["annotator"], session=session)
        found = consistency_of(params["theme"], session=session)
    return Answer({"samples": ids, "consistency": [asdict(each) for each in found]})


def assign_asked(state: LabelPanelState, params: AskedParams) -> Answer[ItemsJson]:
    """Assign the first of some samples to an annotator, without those that others hold or deleted by now.

    What somebody else decided is shown as if nobody had.
    """
    number, who = min(int(params.get("number", 10)), _MOST), params["annotator"]
    with state.store.write() as session:
        there = living_ids(params["theme"], params["samples"], session=session)
        wanted = [sample_id for sample_id in params["samples"] if sample_id in there][:number]
        ids = reserve_samples(params["theme"], who, wanted, session=session)
        found = samples_by_id(ids, session=session)
        samples = [found[sample_id] for sample_id in ids]
        items = [_blind(sample, who) for sample in samples]
    sheet, content = missing_thumbnails(state, samples, params)
    return Answer({"items": items, "sheet": sheet}, content)


def _blind(sample: Sample, annotator: str) -> SampleJson:
    """A sample to be asked about: as if nobody had decided about it. `again` says that the annotator has."""
    if sample.label_id is None and not sample.skipped:
        return sample_json(sample)
    found = _unseen(sample)
    if sample.annotator == annotator:
        found["again"] = True
    return found


def commit(theme_id: int, entry: EntryJson, session: Session) -> OutcomeJson:
    """Commit one entry of the browser's journal: an opinion, how a disagreement is settled, or one's own answer again.

    The answer does not say whether an opinion agrees: the next one should be as unprejudiced.
    """
    to, key = entry["to"], entry["key"]
    label_id = label_now(theme_id, to.get("label"), session=session)
    if label_id is None and not to.get("skipped"):
        raise ConflictError("An opinion is a label, or skipping where one cannot tell.")
    who, sample_id = entry["annotator"], entry["sample"]
    if entry["kind"] == "settle":
        settle(theme_id, sample_id, label_id, annotator=who, client_key=key, session=session)
        return {"key": key, "status": "changed"}
    answer = answer_again if entry["kind"] == "again" else give_opinion
    outcome = answer(theme_id, sample_id, label_id, annotator=who, client_key=key, session=session)
    return {"key": key, "status": outcome.status if outcome.status in ("replayed", "missing") else "changed"}


def _unseen(sample: Sample) -> SampleJson:
    """A sample as if nobody had decided about it."""
    found = sample_json(sample)
    found.update({"label": None, "skipped": False, "annotator": None, "at": None, "split": None, "second": True})
    return found


def _disputed(sample: Sample, opinions: Mapping[str, Decision]) -> SampleJson:
    found = sample_json(sample)
    found["opinions"] = [{"annotator": who, **decision_json(decision)} for who, decision in opinions.items()]
    return found


def _member_json(member: Member) -> MemberJson:
    return {
        "annotator": member.annotator,
        "decided": member.decided,
        "opinions": member.opinions,
        "assigned": member.assigned,
        "last_change": moment_json(member.last_change),
    }
