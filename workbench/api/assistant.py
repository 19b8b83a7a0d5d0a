"""The model beside the annotators: where a theme stands, pages to answer, suggestions, accepting the rest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.api.models import Annotator, BulkOut, ClientKey, Name, RowId
from workbench.api.operations import Operation, Request
from workbench.assist.assistant import Assistant, assistant_of
from workbench.assist.theme_map import shown_map
from workbench.errors import NotFoundError
from workbench.store import labels, themes
from workbench.store.assistance import AnsweredPage
from workbench.training.crops import theme_of_images

Kind = Literal["look-alikes", "suggested", "random", "check", "second look", "similar"]
_Ids = Annotated[list[RowId], Field(max_length=10_000)]
_Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class StandingOut(BaseModel):
    """Where a theme stands: numbers of images, shares from 0 to 1.

    `low` and `high` are the 95 % range of the estimate `right`, `presses` how many keys and clicks reach the goal; null
    before there are suggestions. `checked_*` are of the last whole check. `overlooked` is the share of odd images that
    people do not see on pages; where that is much, `second_look` advises one. `helpless` says that the labels cannot be
    told apart by these features.
    """

    encoder: str
    stage: str
    goal: float
    images: int
    with_features: int
    decided: int
    by_model: int
    right: float | None
    low: float | None
    high: float | None
    presses: int | None
    checked: int | None
    checked_right: float | None
    checked_low: float | None
    checked_high: float | None
    overlooked: float
    second_look: bool
    helpless: bool
    trouble: str


class PageQuery(BaseModel):
    """Which page. `next` is what the theme needs most, `similar` what is like the samples `like` (ids with commas)."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["next", "look-alikes", "suggested", "check", "second look", "similar"] = "next"
    like: Annotated[str, Field(pattern=r"^[1-9]\d{0,17}(,[1-9]\d{0,17})*$", max_length=10_000)] | None = None
    size: int = Field(default=50, ge=4, le=100)
    annotator: Annotator | None = None

    @model_validator(mode="after")
    def _like_what(self) -> Self:
        if (self.kind == "similar") != (self.like is not None):
            raise ValueError("like and the kind similar need each other: kind=similar&like=17,23")
        return self


class PageIO(BaseModel):
    """A page, which goes back as it came. `label` is what all `shown` samples are taken for, null where nothing is.

    `said` are the probabilities of that label, `planted` samples that are known not to belong; on a second look
    `labels` is what each sample looks like, and `seen` what was said of it. `drawn` numbers a check. `unseen` is for
    the answer: those of `off` that could not be shown.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    shown: _Ids
    label: Name | None = None
    said: Annotated[list[_Share], Field(max_length=10_000)] = []
    planted: _Ids = []
    labels: Annotated[list[Name], Field(max_length=10_000)] = []
    seen: Annotated[list[Name], Field(max_length=10_000)] = []
    unseen: _Ids = []
    drawn: RowId | None = None

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        for name in ("said", "labels", "seen"):
            if len(getattr(self, name)) not in (0, len(self.shown)):
                raise ValueError(f"{name} needs one entry for each of `shown`, or none")
        return self


class AnswerIn(BaseModel):
    """A person's answer: `label` for all that were shown and are not among `off`; null leaves the page."""

    model_config = ConfigDict(extra="forbid")

    page: PageIO
    label: Name | None = None
    off: _Ids = []
    client_key: ClientKey | None = None
    annotator: Annotator | None = None


class RestIn(BaseModel):
    """Accept the suggestions for all undecided samples, unseen: their source is the model."""

    model_config = ConfigDict(extra="forbid")

    client_key: ClientKey | None = None
    annotator: Annotator | None = None


class GoalIn(BaseModel):
    """The share of right labels that is wanted."""

    model_config = ConfigDict(extra="forbid")

    goal: float = Field(ge=0.5, le=0.9999, strict=True)
    annotator: Annotator | None = None


class UsefulQuery(BaseModel):
    """How many samples, and who labels them: nobody else is given them for ten minutes."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(default=10, ge=1, le=100)
    annotator: Annotator | None = None


class SamplesIn(BaseModel):
    """Samples that are asked about."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[RowId], Field(min_length=1, max_length=10_000)]


class SimilarIn(SamplesIn):
    """The samples that others are to be like, and how many of them."""

    number: int = Field(default=200, ge=1, le=20_000)


class IdsOut(BaseModel):
    """Ids of samples, in order."""

    ids: list[int]


class MapQuery(BaseModel):
    """How the map is made; `auto` is umap where umap-learn is installed, else tsne."""

    model_config = ConfigDict(extra="forbid")

    method: Literal["auto", "pca", "tsne", "umap"] = "auto"


class MapOut(BaseModel):
    """The images as points, `x` and `y` from 0 to 1, of the samples `ids`.

    While the map that is wanted is being made (`making`), `method` is pca: the two longest principal axes.
    """

    method: Literal["pca", "tsne", "umap"]
    making: bool
    ids: list[int]
    x: list[float]
    y: list[float]


class SuggestedLabel(BaseModel):
    """A label, and how probable the model finds it."""

    label: str
    probability: float


class SuggestedOut(BaseModel):
    """The likeliest labels of a sample, three at most."""

    sample_id: int
    labels: list[SuggestedLabel]


def show_standing(request: Request) -> StandingOut:
    assistant, _ = _assistant(request)
    return _standing(assistant)


def set_goal(request: Request) -> StandingOut:
    given: GoalIn = request.body
    assistant, _ = _assistant(request, fresh=False)
    assistant.set_goal(given.goal, annotator=request.annotator)
    assistant.refresh(wait=True)
    return _standing(assistant)


def show_useful(request: Request) -> IdsOut:
    query: UsefulQuery = request.query
    assistant, _ = _assistant(request)
    return IdsOut(ids=assistant.useful(request.annotator, query.number))


def show_similar(request: Request) -> IdsOut:
    given: SimilarIn = request.body
    assistant, _ = _assistant(request)
    return IdsOut(ids=assistant.similar(given.ids, given.number))


def show_suggestions(request: Request) -> list[SuggestedOut]:
    given: SamplesIn = request.body
    assistant, names = _assistant(request)
    return [
        SuggestedOut(
            sample_id=sample,
            labels=[SuggestedLabel(label=names[label], probability=share) for label, share in told if label in names],
        )
        for sample, told in assistant.suggestions(given.ids).items()
    ]


def show_map(request: Request) -> MapOut:
    query: MapQuery = request.query
    assistant, _ = _assistant(request)
    found = shown_map(assistant, query.method)
    points = found.points.astype(float).round(5)
    return MapOut(
        method=found.method,  # type: ignore[arg-type]
        making=found.making,
        ids=found.ids.tolist(),
        x=points[:, 0].tolist(),
        y=points[:, 1].tolist(),
    )


def show_checked(request: Request) -> IdsOut:
    assistant, _ = _assistant(request)
    return IdsOut(ids=assistant.checked_ids())


def _standing(assistant: Assistant) -> StandingOut:
    now = assistant.standing()
    estimate = asdict(now.estimate) if now.estimate is not None else dict.fromkeys(("right", "low", "high", "presses"))
    checked = {name: getattr(now.checked, name, None) for name in ("checked", "right", "low", "high")}
    return StandingOut(
        encoder=now.encoder,
        stage=now.stage,
        goal=now.goal,
        images=now.images,
        with_features=now.with_features,
        decided=now.decided,
        by_model=now.by_model,
        **estimate,
        checked=checked["checked"],
        checked_right=checked["right"],
        checked_low=checked["low"],
        checked_high=checked["high"],
        overlooked=now.overlooked,
        second_look=now.second_look,
        helpless=now.helpless,
        trouble=now.trouble,
    )


def show_page(request: Request) -> PageIO:
    assistant, names = _assistant(request)
    query: PageQuery = request.query
    like = [int(each) for each in query.like.split(",")] if query.like else []
    page = assistant.page(request.annotator, query.kind, size=query.size, like=like)
    if page is None:
        raise NotFoundError(
            f"There is no page of the kind '{query.kind}' now; the theme is at '{assistant.standing().stage}'."
        )
    return PageIO(
        kind=page.kind,  # type: ignore[arg-type]
        shown=list(page.sample_ids),
        label=names.get(page.label_id or 0),
        said=list(page.said),
        planted=list(page.planted),
        labels=[names[label] for label in page.labels],
        seen=[names[label] for label in page.seen],
        drawn=page.drawn,
    )


def answer_page(request: Request) -> BulkOut:
    assistant, names = _assistant(request, fresh=False)
    ids = {name: label_id for label_id, name in names.items()}
    given: AnswerIn = request.body
    page = given.page
    with request.store.read() as session:
        label = None if given.label is None else labels.get_label(assistant.theme_id, given.label, session=session).id
    answered = AnsweredPage(
        page.kind,
        tuple(page.shown),
        label_id=label,
        off=tuple(given.off),
        said=tuple(page.said) if given.label == page.label else (),
        planted=tuple(page.planted),
        labels=tuple(ids.get(name, 0) for name in page.labels),
        seen=tuple(ids.get(name, 0) for name in page.seen),
        unseen=tuple(page.unseen),
        drawn=page.drawn,
    )
    done = assistant.answer(answered, annotator=request.annotator, client_key=given.client_key)
    return BulkOut(batch_id=done.batch_id, changed=done.changed, unchanged=done.unchanged)


def accept_rest(request: Request) -> BulkOut:
    assistant, _ = _assistant(request)
    given: RestIn = request.body
    done = assistant.answer(assistant.rest(), annotator=request.annotator, client_key=given.client_key)
    return BulkOut(batch_id=done.batch_id, changed=done.changed, unchanged=done.unchanged)


def _assistant(request: Request, *, fresh: bool = True) -> tuple[Assistant, dict[int, str]]:
    """Return the theme's assistant, up to date unless that is not needed, and the names of its labels."""
    theme = theme_of_images(request.store, request.path["theme"])
    with request.store.read() as session:
        theme_id = themes.get_theme(theme, session=session).id
        names = {label.id: label.name for label in labels.labels_of(theme_id, session=session)}
    assistant = assistant_of(request.store, theme_id)
    if fresh:
        assistant.refresh(wait=True)
    return assistant, names


OPERATIONS = [
    Operation("GET", "/themes/{theme}/assistant", "Show how right the labels are", show_standing, StandingOut),
    Operation("PATCH", "/themes/{theme}/assistant", "Change the goal", set_goal, StandingOut, body=GoalIn),
    Operation(
        "GET",
        "/themes/{theme}/assistant/useful",
        "Show the samples whose labels teach the most",
        show_useful,
        IdsOut,
        query=UsefulQuery,
    ),
    Operation(
        "POST",
        "/themes/{theme}/assistant/suggestions",
        "Show the likeliest labels of samples",
        show_suggestions,
        list[SuggestedOut],
        body=SamplesIn,
    ),
    Operation(
        "POST", "/themes/{theme}/assistant/similar", "Show what is like samples", show_similar, IdsOut, body=SimilarIn
    ),
    Operation("GET", "/themes/{theme}/assistant/map", "Show all images as points", show_map, MapOut, query=MapQuery),
    Operation(
        "GET", "/themes/{theme}/assistant/checked", "Show the samples of the last whole check", show_checked, IdsOut
    ),
    Operation(
        "GET", "/themes/{theme}/assistant/page", "Show a page to answer at once", show_page, PageIO, query=PageQuery
    ),
    Operation("POST", "/themes/{theme}/assistant/answers", "Answer a page", answer_page, BulkOut, body=AnswerIn),
    Operation(
        "POST",
        "/themes/{theme}/assistant/rest",
        "Accept the rest of the suggestions",
        accept_rest,
        BulkOut,
        body=RestIn,
    ),
]
