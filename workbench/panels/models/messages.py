"""What the models panel's calls take (`...Params`) and answer (`...Json`).

Reports of the registry and of comparisons are sent as their `as_dict()` says.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from workbench.panels.base.state import SheetJson


class RegisterParams(TypedDict):
    """A run to register, and the stage of its version."""

    run: str
    stage: str


class VersionParams(TypedDict):
    """A version."""

    version: int


class PromoteParams(VersionParams):
    """The stage that a version is to be in."""

    stage: str


class CompareParams(TypedDict):
    """Two models, each the number of a version or the id of a run."""

    first: int | str
    second: int | str


class SamplesParams(VersionParams):
    """The samples that a version had in a split under a label, from the one behind `after` on."""

    split: str | None
    label: str | None
    after: NotRequired[int]


class VersionCellParams(TypedDict):
    """A cell of the confusion matrix of a version, or its mistakes; or what it had in a `split` under a `label`.

    See CellParams of the training panel; `about` says in words which images those are.
    """

    version: int
    true: NotRequired[str]
    predicted: NotRequired[str]
    mistakes: NotRequired[bool]
    split: NotRequired[str]
    label: NotRequired[str]
    about: NotRequired[str]


class SampleParams(TypedDict):
    """A sample."""

    sample: int


class VersionJson(TypedDict):
    """A version; times are ISO 8601, `snapshot` is a digest.

    `changed` are the labels under it that changed since, as `ChangedLabels.as_dict` says; `test_now` is its test
    accuracy on today's labels, `test_interval` the interval of that of its run, `test` both in words. `leaks` says what
    is known of near duplicates in two splits, `leaking` how many groups are in train and test.
    """

    version: int
    stage: str
    run: str
    snapshot: str | None
    created: str
    predictions: int
    metrics: dict[str, Any]
    changed: dict[str, Any] | None
    test_now: float | None
    test_interval: tuple[float, float] | None
    test: str
    leaks: str
    leaking: int | None


class StageEventJson(TypedDict):
    """A change of a version's stage."""

    at: str
    version: int
    before: str | None
    after: str | None
    annotator: str


class VersionsJson(TypedDict):
    """The versions, the names of the metrics worth a column, the history of stages, the latest first, and the meter.

    `meter` says how often the test split was looked at, empty where it was not; `leaks` what is known of near
    duplicates in two splits.
    """

    versions: list[VersionJson]
    metrics: list[str]
    history: list[StageEventJson]
    meter: str
    leaks: list[str]


class RunJson(TypedDict):
    """A run that is not registered."""

    run: str
    name: str
    started: str
    metrics: dict[str, Any]
    test_interval: tuple[float, float] | None


class RunsJson(TypedDict):
    """The runs that are not registered, and the names of the metrics worth a column."""

    runs: list[RunJson]
    metrics: list[str]


class JobJson(TypedDict):
    """The job in which a training was started."""

    job: str


class PredictionsJson(TypedDict):
    """How many predictions went with a version."""

    predictions: int


class SampleJson(TypedDict):
    """A sample of a version: its label then and `now`."""

    id: int
    name: str
    label: str
    now: str | None


class SamplesJson(TypedDict):
    """A page of samples, and whether there are more."""

    samples: list[SampleJson]
    more: bool
    sheet: SheetJson | None
