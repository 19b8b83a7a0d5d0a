"""What the admin panel's calls take (`...Params`) and answer (`...Json`)."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from workbench.panels.base.labels import LabelJson
from workbench.panels.base.state import SheetJson
from workbench.panels.label.messages import SampleJson


class FilterParams(TypedDict, total=False):
    """Which samples are meant; `deleted` those that are deleted. The annotator of a call is who asks."""

    state: str
    label: int | None
    split: str | None
    search: str | None
    ids: list[int] | None
    deleted: bool


class SamplesParams(FilterParams):
    """A page of a theme's samples."""

    theme: int
    sort: NotRequired[str]
    offset: NotRequired[int]


class HistoryParams(TypedDict):
    """A sample of a theme."""

    theme: int
    sample: int


class EditSamplesParams(TypedDict):
    """Samples to delete or to restore."""

    theme: int
    ids: list[int]
    annotator: str


class LabelSamplesParams(EditSamplesParams):
    """Samples to label; no label clears them."""

    label: int | None


class ConsequencesParams(TypedDict):
    """What is to be deleted: a theme or label by its `id`, samples by `ids`, a model by `theme` and `version`."""

    kind: Literal["theme", "label", "samples", "model"]
    id: NotRequired[int]
    ids: NotRequired[list[int]]
    theme: NotRequired[str]
    version: NotRequired[int]


class ModelParams(TypedDict):
    """A model version of a theme."""

    theme: str
    version: int
    annotator: str


class PromoteParams(ModelParams):
    """The stage that a model version is to be in."""

    stage: str


class CleanParams(TypedDict):
    """How many days ago what is removed was deleted at least."""

    days: float
    annotator: NotRequired[str]


class ThemeRowJson(TypedDict):
    """A theme; times are ISO 8601."""

    id: int
    name: str
    description: str
    task: str
    labels: list[LabelJson]
    samples: int
    labeled: int
    models: int
    created: str | None
    deleted: str | None


class LabelRowJson(LabelJson):
    """A label, and how many samples and boxes carry it."""

    theme: int
    theme_name: str
    samples: int
    boxes: int


class SampleRowJson(SampleJson):
    """A sample."""

    sha256: str


class SamplesJson(TypedDict):
    """A page of samples; `page` is how many a page holds."""

    items: list[SampleRowJson]
    offset: int
    total: int
    page: int
    sheet: SheetJson | None


class EventRowJson(TypedDict):
    """One event of a sample's history; `before` and `after` are in words."""

    id: int
    at: str | None
    annotator: str
    source: str
    action: str
    before: str | None
    after: str | None


class ModelRowJson(TypedDict):
    """A model version; `snapshot` is the beginning of its digest."""

    theme_name: str
    version: int
    stage: str
    run: str
    snapshot: str
    created: str | None
    predictions: int
    accuracy: float | None


class ChangedJson(TypedDict):
    """How many samples were changed, and how many had been like this."""

    changed: int
    unchanged: NotRequired[int]


class PredictionsJson(TypedDict):
    """How many predictions went with a model version."""

    predictions: int


class BackupJson(TypedDict):
    """A backup: bytes, and the time in seconds since 1970."""

    name: str
    size: int
    at: float


class AboutJson(TypedDict):
    """Where the store is, the version of its schema, and the project's backups, the newest first."""

    database: str
    version: str | None
    backups: list[BackupJson]


class BackedUpJson(TypedDict):
    """What a backup holds; `missing` counts images that the store had lost."""

    name: str
    rows: int
    images: int
    bytes: int
    missing: int
