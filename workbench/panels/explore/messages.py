"""What the explore panel's calls take (`...Params`) and answer (`...Json`). Pictures travel beside an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict

Subjects = Literal["images", "boxes"]
"""What is looked at: whole images, or the boxes on them, each cut out as training does."""


class PictureJson(TypedDict):
    """A picture: which of the answer's buffers it is, what it shows in pixels, whether these are seen as squares."""

    buffer: int
    type: str
    width: int
    height: int
    crisp: bool


class SamplesParams(TypedDict, total=False):
    """A page of samples by the id of a label, a split, or a part of the file's name."""

    of: Subjects
    label: int | None
    split: str | None
    search: str | None
    offset: int


class PreviewParams(TypedDict):
    """An image under a draft of the settings; `quick` while a slider moves."""

    draft: dict[str, Any]
    sample: int
    view: Literal["steps", "augmentation", "splits", "libraries"]
    of: NotRequired[Subjects]
    quick: NotRequired[bool]
    seed: NotRequired[int]
    count: NotRequired[int]
    split: NotRequired[Literal["train", "valid", "test"]]
    intent: NotRequired[str]


class BatchParams(TypedDict):
    """A training batch under a draft of the settings."""

    draft: dict[str, Any]
    of: NotRequired[Subjects]
    seed: NotRequired[int]
    count: NotRequired[int]


class SurveyParams(TypedDict, total=False):
    """A look at all samples; `restart` begins it once more."""

    of: Subjects
    restart: bool


class FindParams(TypedDict, total=False):
    """Looking for near duplicates; `stop` ends a search that goes on."""

    stop: bool


class ThresholdParams(TypedDict):
    """The match from which two images belong together."""

    threshold: float


class MendParams(TypedDict, total=False):
    """The groups to bring into one split each, by their ids; all of them without."""

    groups: list[int] | None


class SaveParams(TypedDict):
    """A draft to save, and the digest of the file that it was made from."""

    draft: dict[str, Any]
    digest: str


class DraftParams(TypedDict):
    """A draft of the settings."""

    draft: dict[str, Any]


class LibraryParams(TypedDict):
    """A library of transforms."""

    library: str


class TransformsParams(LibraryParams):
    """Some of a library's transforms."""

    transforms: list[str]


class LabelJson(TypedDict):
    """A label."""

    id: int
    name: str
    color: str


class ThemeJson(TypedDict):
    """A theme; `boxed` says whether it has boxes, `of` what its samples are."""

    theme: str
    labels: list[LabelJson]
    boxed: bool
    of: Subjects


class SampleJson(TypedDict):
    """A sample or a box; label and split are empty where there is none."""

    id: int
    name: str
    label: str
    split: str
    picture: PictureJson


class SamplesJson(TypedDict):
    """A page of samples."""

    rows: list[SampleJson]
    total: int
    offset: int


class FieldJson(TypedDict):
    """What a preprocessing step can be given: one of `choices`, a number in the range of `slider`, or neither."""

    name: str
    default: Any
    choices: list[str] | None
    slider: list[float] | None


class SettingsJson(TypedDict):
    """The augmentation settings with their digest, what each step can be given, and the libraries of transforms."""

    draft: dict[str, Any]
    digest: str
    steps: dict[str, list[FieldJson]]
    libraries: list[str]


class SavedJson(TypedDict):
    """The digest of the saved file."""

    digest: str


class YamlJson(TypedDict):
    """A draft as the file would have it."""

    yaml: str


class NamesJson(TypedDict):
    """The names of a library's transforms."""

    names: list[str]


class ArgumentJson(TypedDict):
    """An argument of a transform."""

    name: str
    default: Any
    required: bool


class ArgumentsJson(TypedDict):
    """The arguments of some transforms."""

    arguments: dict[str, list[ArgumentJson]]


class StageJson(TypedDict):
    """What a preprocessing step left: `count` patches of a size (height, width), and a histogram per channel."""

    name: str
    settings: Mapping[str, Any]
    picture: PictureJson
    size: list[int]
    count: int
    histogram: list[list[int]]


class VariantJson(TypedDict):
    """An augmented version of an image, and what was applied to it."""

    picture: PictureJson
    seed: int
    applied: list[str]


class LibraryJson(TypedDict):
    """An intent in one library: the transform, and what it makes of the image."""

    transform: str
    pictures: list[PictureJson]


class PreviewJson(TypedDict):
    """An image in one view."""

    view: str
    patches: int
    stages: NotRequired[list[StageJson]]
    original: NotRequired[PictureJson]
    split: NotRequired[str]
    variants: NotRequired[list[VariantJson]]
    splits: NotRequired[dict[str, list[PictureJson]]]
    intents: NotRequired[list[str]]
    intent: NotRequired[str]
    libraries: NotRequired[dict[str, LibraryJson]]


class BatchRowJson(TypedDict):
    """One image of a batch."""

    picture: PictureJson
    label: str


BatchJson = TypedDict(
    "BatchJson",
    {
        "rows": list[BatchRowJson],
        "shape": list[int],
        "mean": list[float],
        "std": list[float],
        "from": str,
        "damaged": list[str],
    },
)
"""A training batch: its shape, mean and deviation per channel, where it is drawn from, images that were left out."""


class SubjectJson(TypedDict):
    """One of the samples that were looked at; no picture of a damaged one."""

    id: int
    name: str
    label: str
    split: str
    picture: PictureJson | None


class OddJson(SubjectJson):
    """An odd image, and why it is."""

    kind: str
    reason: str


class PairJson(TypedDict):
    """A pair of near duplicates."""

    images: list[SubjectJson]
    distance: float
    same_label: bool
    across_splits: bool


class GeometryJson(TypedDict):
    """Where a label's boxes are: sizes in pixels, centers as shares of the image, some of them evenly chosen."""

    label: str
    color: str
    count: int
    median: list[float]
    least: list[float]
    most: list[float]
    sizes: list[list[float]]
    centers: list[list[float]]


class SurveyJson(TypedDict):
    """How far the look at all samples is; at the end what it found. `sizes` are width, height, images."""

    done: int
    of: int
    total: int
    counts: NotRequired[dict[str, dict[str, int]]]
    colors: NotRequired[dict[str, str]]
    boxes: NotRequired[list[GeometryJson]]
    sizes: NotRequired[list[list[int]]]
    mean: NotRequired[list[float]]
    std: NotRequired[list[float]]
    levels: NotRequired[list[list[int]]]
    odd: NotRequired[list[OddJson]]
    odd_count: NotRequired[int]
    pairs: NotRequired[list[PairJson]]
    pair_count: NotRequired[int]


class MatchJson(TypedDict):
    """Two images that match, how well (0 to 1), and whether they belong together by the threshold."""

    images: list[SubjectJson]
    score: float
    together: bool


class StraddlingJson(TypedDict):
    """A group in more than one split; mending moves `moved` samples into `target`."""

    id: int
    names: list[str]
    splits: dict[str, int]
    target: str
    moved: int
    images: list[SubjectJson]


class GroupsJson(TypedDict):
    """How far a search for near duplicates is (`done` of `of`, and `what`); else what is known of them.

    With that come the first groups in two splits.
    """

    running: bool
    done: int
    of: int
    what: str
    problem: str
    search: NotRequired[dict[str, Any]]
    pairs: NotRequired[list[MatchJson]]
    straddling: NotRequired[list[StraddlingJson]]
    straddling_count: NotRequired[int]


class MendedJson(TypedDict):
    """What mending did, in numbers and in words."""

    groups: int
    moved: dict[str, int]
    said: str
