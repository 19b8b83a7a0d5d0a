"""The model beside the annotator: where a theme stands, pages to answer, suggestions, likeness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from workbench.assist.assistant import Assistant, assistant_of
from workbench.assist.serving import Page
from workbench.assist.worth import worth_labeling
from workbench.embeddings.filling import running_embedding, start_embedding
from workbench.errors import WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import SheetJson
from workbench.panels.label.browsing import missing_thumbnails
from workbench.panels.label.messages import EntryJson, OutcomeJson, PageAnswerJson, SampleJson, ThemeParams
from workbench.panels.label.rows import bulk_json, sample_json
from workbench.panels.label.state import LabelPanelState
from workbench.store.assistance import AnsweredPage
from workbench.store.samples import samples_by_id
from workbench.store.schema import Theme
from workbench.store.steps.edits import answer_page_in_steps


class StandingParams(TypedDict):
    """`settled` waits until everything that was answered has been learned, for a program that drives the panel."""

    theme: int
    settled: NotRequired[bool]


class EstimateJson(TypedDict):
    """Shares from 0 to 1; `presses` to the goal."""

    right: float
    low: float
    high: float
    presses: int


class CheckedJson(TypedDict):
    """A whole check: of `checked` images `wrong` had a wrong answer; shares from 0 to 1 with their 95 % interval."""

    checked: int
    wrong: int
    right: float
    low: float
    high: float


class StandingJson(TypedDict):
    """See `workbench.assist.stage.Standing`."""

    encoder: str
    images: int
    with_features: int
    decided: int
    by_model: int
    goal: float
    stage: str
    estimate: EstimateJson | None
    checked: CheckedJson | None
    check_left: int
    overlooked: float
    second_look: bool
    fresh: bool
    helpless: bool
    filling: bool
    trouble: str


class AssistPageParams(TypedDict):
    """A page of a kind, like some samples and without others (see `Assistant.page`); thumbnails as in PageParams."""

    theme: int
    annotator: str
    kind: NotRequired[str]
    like: NotRequired[list[int]]
    without: NotRequired[list[int]]
    size: NotRequired[int]
    side: NotRequired[int]
    known: NotRequired[list[int]]


class AssistPageJson(TypedDict):
    """A page to answer; `page` goes back with the answer as it came. None when there is none of the kind."""

    page: PageAnswerJson | None
    items: list[SampleJson]
    odd: float
    sheet: SheetJson | None


class UsefulParams(TypedDict):
    """The most useful samples for an annotator beside those that are there, with thumbnails as in PageParams."""

    theme: int
    annotator: str
    without: NotRequired[list[int]]
    number: NotRequired[int]
    side: NotRequired[int]
    known: NotRequired[list[int]]


class ForecastParams(TypedDict):
    """How many more labels, and at whose pace."""

    theme: int
    annotator: str
    more: int


class LikeParams(TypedDict):
    """Samples by their ids."""

    theme: int
    ids: list[int]
    number: NotRequired[int]


class SuggestedJson(TypedDict):
    """Per sample its likeliest labels as (label, probability)."""

    suggestions: dict[int, list[tuple[int, float]]]


class IdsJson(TypedDict):
    """Ids of samples, in order."""

    ids: list[int]


class GoalParams(TypedDict):
    """The share of right labels that is wanted, 0.5 to 0.9999."""

    theme: int
    annotator: str
    goal: float


def forecast(state: LabelPanelState, params: ForecastParams) -> Answer[dict[str, Any]]:
    """Say what some more labels should bring, as `workbench theme forecast` does."""
    with state.store.read() as session:
        theme = session.get_one(Theme, params["theme"]).name
    more = max(1, int(params["more"]))
    found = worth_labeling(state.store, theme, more, encoder=state.encoder, annotator=params["annotator"])
    return Answer(found.as_dict())


def standing(state: LabelPanelState, params: StandingParams) -> Answer[StandingJson]:
    """Return where a theme stands, and begin to make features or to fit where something is new."""
    assistant = _assistant(state, params["theme"])
    assistant.refresh(wait=bool(params.get("settled")))
    now = assistant.standing()
    filling = _fill(state, assistant) if now.with_features < now.images or now.stage == "features" else False
    return Answer(
        {
            "encoder": now.encoder,
            "images": now.images,
            "with_features": now.with_features,
            "decided": now.decided,
            "by_model": now.by_model,
            "goal": now.goal,
            "stage": now.stage,
            "estimate": None if now.estimate is None else _estimate_json(now.estimate),
            "checked": None if now.checked is None else _checked_json(now.checked),
            "check_left": now.check_left,
            "overlooked": now.overlooked,
            "second_look": now.second_look,
            "fresh": now.fresh,
            "helpless": now.helpless,
            "filling": filling,
            "trouble": now.trouble or state.embedding_trouble,
        }
    )


def page(state: LabelPanelState, params: AssistPageParams) -> Answer[AssistPageJson]:
    """Return a page to answer, whose samples nobody else is given for a while."""
    size = min(max(int(params.get("size", 50)), 4), 100)
    assistant = _assistant(state, params["theme"])
    found = assistant.page(
        params["annotator"],
        params.get("kind", "next"),
        size=size,
        like=params.get("like", ()),
        without=params.get("without", ()),
    )
    if found is None:
        return Answer({"page": None, "items": [], "odd": 0.0, "sheet": None})
    items, sheet, content = _items(state, found.sample_ids, params)
    return Answer({"page": _page_json(found), "items": items, "odd": found.odd, "sheet": sheet}, content)


def useful(state: LabelPanelState, params: UsefulParams) -> Answer[Any]:
    """Return the samples whose labels would teach the most, reserved for the annotator."""
    number = min(int(params.get("number", 10)), 100)
    assistant = _assistant(state, params["theme"])
    # The ones after these follow from what was decided until now.
    assistant.refresh()
    ids = assistant.useful(params["annotator"], number, without=params.get("without", ()))
    items, sheet, content = _items(state, ids, params)
    return Answer({"items": items, "sheet": sheet}, content)


def suggestions(state: LabelPanelState, params: LikeParams) -> Answer[SuggestedJson]:
    """Return the likeliest labels of some samples."""
    found = _assistant(state, params["theme"]).suggestions(params["ids"])
    return Answer({"suggestions": found})


def similar(state: LabelPanelState, params: LikeParams) -> Answer[IdsJson]:
    """Return the samples most like the given ones."""
    number = min(int(params.get("number", 200)), 20_000)
    return Answer({"ids": _assistant(state, params["theme"]).similar(params["ids"], number)})


def checked(state: LabelPanelState, params: ThemeParams) -> Answer[IdsJson]:
    """Return the samples of the last whole check."""
    return Answer({"ids": _assistant(state, params["theme"]).checked_ids()})


def goal(state: LabelPanelState, params: GoalParams) -> Answer[StandingJson]:
    """Change the goal of a theme, and return where it stands then."""
    _assistant(state, params["theme"]).set_goal(params["goal"], annotator=params["annotator"])
    return standing(state, {"theme": params["theme"]})


def commit(state: LabelPanelState, theme_id: int, entry: EntryJson) -> OutcomeJson:
    """Commit an entry that answers a page, or that accepts what is suggested for the rest."""
    assistant = _assistant(state, theme_id)
    answered = assistant.rest() if entry["kind"] == "rest" else _answered(entry)
    who, key = entry["annotator"], entry["key"]
    done = answer_page_in_steps(state.store, theme_id, answered, annotator=who, client_key=key)
    state.answered.append((assistant, answered))
    return bulk_json(key, done)


def learn_answers(state: LabelPanelState) -> None:
    """Have the assistants learn from what was committed."""
    while state.answered:
        assistant, answered = state.answered.pop()
        assistant.noted(answered)


def _answered(entry: EntryJson) -> AnsweredPage:
    given = entry.get("page")
    if given is None:
        raise WorkbenchError("An answer to a page needs the page.")
    label_id = entry.get("label")
    return AnsweredPage(
        given["kind"],  # type: ignore[arg-type]
        tuple(given["shown"]),
        label_id=label_id,
        off=tuple(entry.get("off", ())),
        said=tuple(given["said"]) if label_id == given["label"] else (),
        planted=tuple(given["planted"]),
        labels=tuple(given["labels"]),
        seen=tuple(given["seen"]),
        unseen=tuple(given.get("unseen", ())),
        drawn=given["drawn"],
    )


def _page_json(found: Page) -> PageAnswerJson:
    return {
        "kind": found.kind,
        "label": found.label_id,
        "shown": list(found.sample_ids),
        "said": [round(value, 4) for value in found.said],
        "planted": list(found.planted),
        "labels": list(found.labels),
        "seen": list(found.seen),
        "drawn": found.drawn,
    }


def _items(
    state: LabelPanelState, ids: Sequence[int], params: Any
) -> tuple[list[SampleJson], SheetJson | None, list[bytes]]:
    with state.store.read() as session:
        found = samples_by_id(list(ids), session=session)
    samples = [found[sample_id] for sample_id in ids if sample_id in found]
    sheet, content = missing_thumbnails(state, samples, params)
    return [sample_json(sample) for sample in samples], sheet, content


def _assistant(state: LabelPanelState, theme_id: int) -> Assistant:
    return assistant_of(state.store, theme_id, state.encoder)


def _fill(state: LabelPanelState, assistant: Assistant) -> bool:
    """Have the features made that are missing, unless that failed before; returns whether they are being made."""
    project = state.store.project
    if running_embedding(project, assistant.theme, state.encoder) is not None:
        return True
    if state.embedding_trouble or state.embeddings_started > _MOST_STARTS:
        return False
    state.embeddings_started += 1
    try:
        start_embedding(project, assistant.theme, state.encoder)
    except WorkbenchError as error:
        state.embedding_trouble = str(error)
        return False
    return True


def _estimate_json(found: Any) -> EstimateJson:
    return {"right": found.right, "low": found.low, "high": found.high, "presses": found.presses}


def _checked_json(found: Any) -> CheckedJson:
    return {name: getattr(found, name) for name in ("checked", "wrong", "right", "low", "high")}  # type: ignore[return-value]


_MOST_STARTS = 20
