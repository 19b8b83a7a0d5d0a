"""What goes in and out, as pydantic models: they check requests and make the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from workbench.store.labels import LONGEST_NAME

LARGEST_ID = 2**53 - 1
"""The largest integer that every JSON reader takes exactly; ids of rows stay far below."""

# Control characters are refused: PostgreSQL keeps no NUL, and no name needs the others.
_VISIBLE = r"[^\x00-\x1f\x7f]*"
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$", max_length=2_000)]
Name = Annotated[str, StringConstraints(pattern=rf"^{_VISIBLE}[^\x00-\x20\x7f]{_VISIBLE}$", max_length=LONGEST_NAME)]
ThemeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$")]
Annotator = Annotated[str, StringConstraints(pattern=rf"^{_VISIBLE}[^\x00-\x20\x7f]{_VISIBLE}$", max_length=100)]
ClientKey = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Split = Literal["train", "valid", "test"]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ThemeIn(_Input):
    """A theme to create; labels in the order of their keys."""

    name: ThemeName
    labels: list[Name] = Field(default=[], max_length=1_000)
    description: Text = ""


class ThemeEdit(_Input):
    """What to change of a theme; `overlap` is the share of its samples that a second annotator is asked about."""

    name: ThemeName | None = None
    description: Text | None = None
    overlap: Annotated[float, Field(ge=0, le=1)] | None = None


class LabelIn(_Input):
    """A label to add."""

    name: Name
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None


class LabelEdit(_Input):
    """What to change of a label; `key` is one letter or digit, empty for none."""

    name: Name | None = None
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    key: Annotated[str, StringConstraints(max_length=1)] | None = None


class DecisionIn(_Input):
    """A decision about one sample: a label's name, null to clear, or `skip`.

    With `seen` (the label that the sender saw, null for none) a decision of somebody else in the meantime is a
    conflict and is not overwritten. `client_key` makes a repeated request harmless.
    """

    sample_id: RowId
    label: Name | None = None
    skip: bool = False
    seen: Name | None = None
    client_key: ClientKey | None = None


class DecisionsIn(_Input):
    """Decisions, applied in their order in one transaction."""

    decisions: list[DecisionIn] = Field(max_length=1_000)
    annotator: Annotator | None = None


class FilterIn(_Input):
    """Which samples are meant; all conditions must hold."""

    state: Literal["all", "labeled", "unlabeled", "skipped"] = "all"
    label: Name | None = None
    split: Literal["train", "valid", "test", "none"] | None = None
    annotator: Annotator | None = None
    search: Name | None = None
    ids: list[RowId] | None = Field(default=None, max_length=10_000)


class BulkIn(_Input):
    """One label (null clears) for every sample that a filter means, as one batch, undone as one."""

    filter: FilterIn
    label: Name | None
    annotator: Annotator | None = None
    client_key: ClientKey | None = None


class DeleteIn(_Input):
    """Samples to mark as deleted, as one batch."""

    filter: FilterIn
    annotator: Annotator | None = None
    client_key: ClientKey | None = None


class UndoIn(_Input):
    """The batch to undo; without one the annotator's latest."""

    batch_id: RowId | None = None
    annotator: Annotator | None = None
    client_key: ClientKey | None = None


class SplitsIn(_Input):
    """How to assign splits; `reset` takes all away first, which is recorded; `valid_from_train` leaves test alone."""

    ratios: list[Annotated[float, Field(ge=0, le=1)]] = Field(default=[0.7, 0.15, 0.15], min_length=3, max_length=3)
    seed: int = Field(default=42, ge=0, le=LARGEST_ID)
    reset: bool = False
    valid_from_train: bool = False
    annotator: Annotator | None = None


class GroupIn(_Input):
    """A group, and the samples that belong to it; None takes them out of theirs. One batch, undone as one."""

    ids: list[RowId] = Field(min_length=1, max_length=100_000)
    group: Name | None
    annotator: Annotator | None = None


class FindGroupsIn(_Input):
    """How to look for near duplicates: the match from which two images belong together."""

    threshold: float | None = Field(default=None, gt=0, le=1)
    annotator: Annotator | None = None


class MendIn(_Input):
    """The groups to bring into one split each, by their ids; all of them without."""

    groups: list[RowId] | None = Field(default=None, max_length=10_000)
    annotator: Annotator | None = None


class AssignmentsIn(_Input):
    """How many samples to be assigned, for how long, and the share that a second annotator is asked about."""

    number: int = Field(default=10, ge=1, le=1_000)
    overlap: Annotated[float, Field(ge=0, le=1)] | None = None
    minutes: Annotated[float, Field(gt=0, le=1_440)] = 10.0
    annotator: Annotator | None = None


class OpinionIn(_Input):
    """What one thinks of a sample: a label's name, null for "cannot tell"."""

    sample_id: RowId
    label: Name | None
    annotator: Annotator | None = None
    client_key: ClientKey | None = None


class Nothing(_Query):
    """No parameters."""


class WhoQuery(_Query):
    """Who does it, for those who may act for others: unless given the logged-in user, or who runs the server."""

    annotator: Annotator | None = None


class SamplesQuery(_Query):
    """A page of samples: filters, order, offset and size."""

    state: Literal["all", "labeled", "unlabeled", "skipped"] = "all"
    label: Name | None = None
    split: Literal["train", "valid", "test", "none"] | None = None
    annotator: Annotator | None = None
    search: Name | None = None
    sort: Literal["id", "-id", "name", "-name", "labeled_at", "-labeled_at"] = "id"
    offset: int = Field(default=0, ge=0, le=2**31 - 1)
    limit: int = Field(default=100, ge=1, le=1_000)


class ThumbnailQuery(_Query):
    """The length of a thumbnail's longer side in pixels."""

    side: Literal["128", "256"] = "128"


class PredictionsQuery(_Query):
    """Predictions of a model version; the one in production unless given.

    `imported` is the field of a data set whose predictions were imported, in place of a version.
    """

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    imported: Text | None = None
    offset: int = Field(default=0, ge=0, le=2**31 - 1)
    limit: int = Field(default=100, ge=1, le=1_000)


class LabelOut(BaseModel):
    """A label; `key` is the letter or digit that gives it in the panels."""

    id: int
    name: str
    position: int
    color: str
    key: str | None


class ThemeOut(BaseModel):
    """A theme with its labels and counts."""

    name: str
    description: str
    task: str
    overlap: float
    created_at: datetime
    labels: list[LabelOut]
    samples: int
    labeled: int
    skipped: int


class SampleOut(BaseModel):
    """A sample; width and height in pixels, size in bytes."""

    id: int
    name: str
    sha256: str
    width: int
    height: int
    size_bytes: int
    label: str | None
    skipped: bool
    split: Split | None
    annotator: str | None
    labeled_at: datetime | None


class SamplesOut(BaseModel):
    """A page of samples; `total` counts all that the filter means."""

    total: int
    samples: list[SampleOut]


class EventOut(BaseModel):
    """One change of a sample: who, when, from what to what, from which source."""

    at: datetime
    annotator: str
    source: str
    action: str
    before: str | None
    after: str | None
    batch_id: int


class OutcomeOut(BaseModel):
    """What a decision led to, and what the sample's label is now."""

    sample_id: int
    status: Literal["changed", "unchanged", "replayed", "conflict", "missing"]
    label: str | None
    skipped: bool
    annotator: str | None


class BulkOut(BaseModel):
    """What a bulk edit did. `kept` of the unchanged samples were decided by somebody while it was being written."""

    batch_id: int | None
    changed: int
    unchanged: int
    kept: int = 0


class SplitsOut(BaseModel):
    """New samples per split, the counts of each label afterwards, and what groups had a say in, None without any."""

    assigned: dict[str, int]
    counts: dict[str, dict[str, int]]
    reset: int
    moved: int
    groups: str | None = None


class GroupOut(BaseModel):
    """A group of two samples or more: the names it was given, and how many samples it has in each split."""

    id: int
    names: str
    samples: int
    train: int
    valid: int
    test: int
    unassigned: int
    straddling: bool


class FoundGroupsOut(BaseModel):
    """What a search for near duplicates found; `straddling` groups lie in more than one split."""

    theme: str
    encoder: str
    threshold: float
    compared: int
    unreadable: int
    pairs: int
    groups: int
    straddling: int


class MendedOut(BaseModel):
    """How many groups are in one split now, and how many samples came from which one."""

    groups: int
    moved: dict[str, int]


class StatisticsOut(BaseModel):
    """Counts per label and split."""

    samples: int
    labeled: int
    unlabeled: int
    skipped: int
    counts: dict[str, dict[str, int]]


class UploadOut(BaseModel):
    """What an upload did."""

    added: int
    duplicates: int
    rejected: list[dict[str, str]]


class PredictionOut(BaseModel):
    """A model's prediction for a sample; the score is a probability."""

    sample_id: int
    label: str | None
    score: float


class PredictionsOut(BaseModel):
    """A page of a model's predictions. `version` is 0 where they were imported."""

    version: int
    total: int
    predictions: list[PredictionOut]


class AssignmentOut(BaseModel):
    """A sample to decide about; `second` asks for an opinion on what somebody else decided already, unseen."""

    sample_id: int
    second: bool


class OpinionOut(BaseModel):
    """What an opinion led to."""

    sample_id: int
    status: Literal["agrees", "differs", "replayed", "missing"]


class DisagreementOut(BaseModel):
    """A sample on which annotators differ: its label now, and what each said (null: cannot tell)."""

    sample_id: int
    label: str | None
    opinions: dict[str, str | None]


class PairOut(BaseModel):
    """Two annotators: samples that both decided about, percent of agreement, Cohen's kappa (null: not defined)."""

    first: str
    second: str
    samples: int
    percent: float
    kappa: float | None


class LabelAgreementOut(BaseModel):
    """One label against all others: percent of agreement and Fleiss' kappa (null: not defined)."""

    label: str
    answers: int
    percent: float
    kappa: float | None


class AgreementOut(BaseModel):
    """How far the annotators of a theme agree."""

    samples: int
    percent: float | None
    fleiss: float | None
    pairs: list[PairOut]
    labels: list[LabelAgreementOut]


class AnnotatorQualityOut(BaseModel):
    """An annotator: the share of right labels as estimated, and how often the consensus was met."""

    annotator: str
    labeled: int
    quality: float
    agreement: float | None
    worst_label: str | None


class LabelQualityOut(BaseModel):
    """An image with the label that stands, the consensus, how sure that is, and each annotator's answer."""

    sample_id: int
    name: str
    label: str | None
    consensus: str
    quality: float
    answers: dict[str, str]


class AskOut(BaseModel):
    """An image that one more answer would tell most about, and whose."""

    sample_id: int
    name: str
    annotator: str
    score: float


class AnnotatorsQuery(_Query):
    """`asked`: the annotator whom all images to ask about are for; `number`: how many labels and images are named."""

    asked: Annotator | None = None
    number: Annotated[int, Field(ge=1, le=1_000)] = 50


class AnnotatorsOut(BaseModel):
    """How good annotators and labels are, and whom to ask about which image next."""

    images: int
    several: int
    left_out: int
    annotators: list[AnnotatorQualityOut]
    labels: list[LabelQualityOut]
    ask: list[AskOut]


class ConsistencyOut(BaseModel):
    """How often an annotator said the same again of their own images; `differing` are the others."""

    annotator: str
    asked: int
    same: int
    differing: list[int]


class ForecastQuery(_Query):
    """How many more labels, and at whose pace (default: the user's)."""

    more: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    pace_of: Annotator | None = None


class AccuracyOut(BaseModel):
    """Accuracy with the labels that are there and with more, 0 to 1; the intervals hold with a probability of 80 %."""

    labels: int
    more: int
    now: float
    then: float
    low: float
    high: float
    gain_low: float
    gain_high: float


class DoubtsOut(BaseModel):
    """Labels that the others contradict, and what accuracy they cost; null where that cannot be told from chance."""

    sample_ids: list[int]
    gain: float | None


class ForecastOut(BaseModel):
    """What more labels should bring; `forecast` is null where it is not known, and `reason` says why."""

    theme: str
    labels: int
    more: int
    forecast: AccuracyOut | None
    reason: str
    curve: list[tuple[int, float]]
    most_for: list[str]
    doubts: DoubtsOut
    seconds_per_label: float | None
    words: str


class Problem(BaseModel):
    """What went wrong and what to do."""

    message: str
