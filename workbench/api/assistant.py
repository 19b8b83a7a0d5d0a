"""The model beside the annotators: where a theme stands, pages to answer, suggestions, accepting the rest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.api.models import Annotator, BulkOut, ClientKey, Name, RowId
from workbench.api.operations import Operation, Request
from workbench.assist.assistant import Assistant, assistant_of
from workbench.errors import NotFoundError
from workbench.store import labels, themes
from workbench.store.assistance import AnsweredPage

Kind = Literal["look-alikes", "suggested", "random", "check", "second look"]
_Ids = Annotated[list[RowId], Field(max_length=10_000)]
_Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class StandingOut(BaseModel):
    """Where a theme stands: numbers of images, shares from 0 to 1.

    `low` and `high` are the 95 % range of the estimate `right`, `presses` how many keys and clicks reach the goal; null
    before there are suggestions. `checked_*` are of the last whole check.
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
    trouble: str


class PageQuery(BaseModel):
    """Which page; see `GET`. `next` is what the theme needs most."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["next", "look-alikes", "suggested", "check", "second look"] = "next"
    size: int = Field(default=50, ge=4, le=100)
    annotator: Annotator | None = None


class PageIO(BaseModel):
    """A page, which goes back as it came. `label` is what all `shown` samples are taken for, null where nothing is.

    `said` are the probabilities of that label, `planted` samples that are known not to belong; on a second look
    `labels` is what each sample looks like, and `seen` what was said of it. `drawn` numbers a check.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    shown: _Ids
    label: Name | None = None
    said: Annotated[list[_Share], Field(max_length=10_000)] = []
    planted: _Ids = []
    labels: Annotated[list[Name], Field(max_length=10_000)] = []
    seen: Annotated[list[Name], Field(max_length=10_000)] = []
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


def show_standing(request: Request) -> StandingOut:
    assistant, _ = _assistant(request)
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
        trouble=now.trouble,
    )


def show_page(request: Request) -> PageIO:
    assistant, names = _assistant(request)
    query: PageQuery = request.query
    page = assistant.page(request.annotator, query.kind, size=query.size)
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
        theme_id = themes.get_theme(request.path["theme"], session=session).id
        label = None if given.label is None else labels.get_label(theme_id, given.label, session=session).id
    answered = AnsweredPage(
        page.kind,
        tuple(page.shown),
        label_id=label,
        off=tuple(given.off),
        said=tuple(page.said) if given.label == page.label else (),
        planted=tuple(page.planted),
        labels=tuple(ids.get(name, 0) for name in page.labels),
        seen=tuple(ids.get(name, 0) for name in page.seen),
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
    with request.store.read() as session:
        theme_id = themes.get_theme(request.path["theme"], session=session).id
        names = {label.id: label.name for label in labels.labels_of(theme_id, session=session)}
    assistant = assistant_of(request.store, theme_id)
    if fresh:
        assistant.refresh(wait=True)
    return assistant, names


OPERATIONS = [
    Operation("GET", "/themes/{theme}/assistant", "Show how right the labels are", show_standing, StandingOut),
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
