"""What the label panel's calls take (`...Params`) and answer (`...Json`).

Those of one module alone are declared there. The browser's side is `widgets/label/messages.js`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict

from workbench.panels.base.labels import LabelJson
from workbench.panels.base.state import SheetJson


class DecisionJson(TypedDict):
    """What a person said of an image."""

    label: int | None
    skipped: bool


class ThemeJson(TypedDict):
    """A theme. `boxes` has how many boxes each label is on, None where labels are not on boxes.

    `born` tells it from one of another store that had the same key and number: a browser keeps what waits by it.
    """

    id: int
    name: str
    description: str
    born: str | None
    boxes: dict[int, int] | None


class AnswerJson(TypedDict):
    """What a model version says of a sample; the label is None when the theme has it no more."""

    label: int | None
    score: float


class OpinionJson(DecisionJson):
    """What one of several annotators said of a sample."""

    annotator: str


class SampleJson(DecisionJson):
    """A sample. `cursor` is its value in the order that it was listed in; times are ISO 8601, `size` is in bytes."""

    id: int
    name: str
    width: int
    height: int
    size: int
    annotator: str | None
    at: str | None
    split: str | None
    added: str | None
    cursor: str | float | None
    answer: NotRequired[AnswerJson | None]
    second: NotRequired[bool]
    again: NotRequired[bool]
    opinions: NotRequired[list[OpinionJson]]


class WhereJson(TypedDict, total=False):
    """Which samples are meant; what is absent does not narrow."""

    state: str
    label: int | None
    split: str | None
    annotator: str | None
    search: str | None
    ids: list[int] | None
    unseen: bool
    answered: bool
    predicted: int | None
    match: str
    lowest: float | None
    highest: float | None


class ThemeParams(TypedDict):
    """A call about one theme."""

    theme: int


class ListParams(TypedDict):
    """Samples of a theme in an order."""

    theme: int
    where: NotRequired[WhereJson | None]
    sort: NotRequired[str]


class ChangesParams(TypedDict):
    """The last event and the newest sample that the browser knows."""

    theme: int
    since: int
    newest: int


class ChangeJson(TypedDict):
    """One committed decision, by whomever."""

    id: int
    sample: int
    before: DecisionJson
    after: DecisionJson
    split: str | None
    annotator: str
    at: str | None


class ChangesJson(TypedDict):
    """What has changed; not `whole` when more happened than a list of decisions can tell."""

    since: int
    newest: int
    whole: bool
    changes: list[ChangeJson]
    labels: NotRequired[list[LabelJson]]


class PageAnswerJson(TypedDict):
    """A page that the assistant composed, by sample ids; see `workbench.store.assistance.AnsweredPage`."""

    kind: str
    label: int | None
    shown: list[int]
    said: list[float]
    planted: list[int]
    labels: list[int]
    seen: list[int]
    unseen: NotRequired[list[int]]
    drawn: int | None


class EntryJson(TypedDict):
    """One entry of the browser's journal. `to` is the decision, `seen` the one that the person saw.

    `page` is what was answered: its label is `label`, None leaves it, and `off` are the samples that were taken off.
    `order` and `split` are the browser's own: where the entry stands in the journal, and what its counts need.
    """

    key: str
    kind: str
    annotator: str
    sample: NotRequired[int]
    to: NotRequired[DecisionJson]
    seen: NotRequired[DecisionJson | None]
    ids: NotRequired[list[int] | None]
    where: NotRequired[WhereJson | None]
    labels: NotRequired[list[int]]
    seens: NotRequired[list[DecisionJson]]
    of: NotRequired[str]
    page: NotRequired[PageAnswerJson]
    label: NotRequired[int | None]
    off: NotRequired[list[int]]
    order: NotRequired[int]
    split: NotRequired[str | None]


class CommitParams(ChangesParams):
    """Entries of the journal, in order."""

    entries: list[EntryJson]


class CurrentJson(DecisionJson):
    """How a sample stands after a decision about it was committed."""

    id: int
    annotator: str | None
    at: str | None
    split: str | None


class OutcomeJson(TypedDict):
    """What an entry came to, or how far it is: `running` (`done` of `total`), or `waiting` for one that is.

    Counts are of samples.
    """

    key: str
    status: Literal["changed", "unchanged", "replayed", "conflict", "missing", "failed", "running", "waiting"]
    done: NotRequired[int]
    total: NotRequired[int]
    current: NotRequired[CurrentJson]
    changed: NotRequired[int]
    unchanged: NotRequired[int]
    replaced: NotRequired[int]
    kept: NotRequired[int]
    samples: NotRequired[list[int]]
    action: NotRequired[str]
    message: NotRequired[str]


class CommittedJson(ChangesJson):
    """The outcomes of the entries, and what else has changed."""

    outcomes: list[OutcomeJson]


class SheetParams(TypedDict):
    """Thumbnails of samples: `side` in pixels; `brief` where a label must not wait behind them."""

    ids: list[int]
    side: NotRequired[int]
    known: NotRequired[list[int]]
    brief: NotRequired[bool]


class PageParams(ListParams):
    """A page; `known` are the samples whose thumbnails the browser has."""

    offset: NotRequired[int]
    limit: NotRequired[int]
    side: NotRequired[int]
    known: NotRequired[list[int]]
    brief: NotRequired[bool]


class AlongParams(ListParams):
    """The samples after (or before) a cursor: a value in the order, and an id."""

    cursor: tuple[Any, int]
    backwards: NotRequired[bool]
    limit: NotRequired[int]


class CountsParams(TypedDict):
    """`where` asks for the counts per label under a filter, `review` for those of the answers."""

    theme: int
    where: NotRequired[WhereJson | None]
    review: NotRequired[WhereJson | None]


class CountsJson(TypedDict):
    """Rows are label, skipped, split, number; `answers` are predicted label, match, number."""

    since: int
    newest: int
    seen: list[int]
    rows: Sequence[tuple[int | None, bool, str | None, int]]
    annotators: list[str]
    matching: NotRequired[Sequence[tuple[int | None, bool, str | None, int]]]
    answers: NotRequired[list[tuple[int | None, str, int]]]


class ReviewJson(TypedDict):
    """The model whose answers stand beside the samples: a version, or one whose predictions were imported (0)."""

    version: int
    stage: str
    words: str


class OpenedJson(TypedDict):
    """All that the first sight of a theme needs."""

    theme: ThemeJson
    labels: list[LabelJson]
    counts: CountsJson
    page: PageJson
    sheet: SheetJson | None
    review: NotRequired[ReviewJson]


class BrowsedJson(TypedDict):
    """A page and the thumbnails of it that the browser does not have."""

    page: PageJson
    sheet: SheetJson | None


class ItemsJson(TypedDict):
    """Samples and the thumbnails of them that the browser does not have."""

    items: list[SampleJson]
    sheet: SheetJson | None


class SheetAnswerJson(TypedDict):
    """Thumbnails alone."""

    sheet: SheetJson | None


class KnownJson(TypedDict):
    """Whether all of an order is known."""

    known: bool


class LastPlaceParams(TypedDict):
    """Who is meant, and in which theme; None means any."""

    theme: int | None
    annotator: str


class LastPlaceJson(TypedDict):
    """An image, its theme and when that was made, and how many images come before it."""

    theme: int
    born: str
    sample: int
    offset: int


class PageJson(TypedDict):
    """A page of samples; `total` is how many there are on all pages."""

    items: list[SampleJson]
    offset: int
    total: int
