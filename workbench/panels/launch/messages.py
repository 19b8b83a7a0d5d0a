"""What the launch panel's calls take (`...Params`), and its state (`...Json`)."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from workbench.panels.training.messages import CellParams


class StartParams(TypedDict):
    """A training to start: values of the panel's fields by their names in params.yaml."""

    theme: str
    values: NotRequired[dict[str, Any]]
    run_name: NotRequired[str | None]


class PresetJson(TypedDict):
    """What a preset stands for.

    The fields' values, and those of other settings by their names in params.yaml where that says otherwise.
    """

    values: dict[str, Any]
    also: dict[str, Any]


class LaunchParams(TypedDict):
    """A training that was started."""

    id: str


class TestedParams(LaunchParams, CellParams):
    """Test images of a training: those of a cell of its confusion matrix, or its mistakes."""


class RegisterParams(LaunchParams):
    """The stage that the model of a training is put into."""

    stage: str


class CompareParams(TypedDict):
    """Two trainings that have been tested."""

    first: str
    second: str


class VersionJson(TypedDict):
    """The model version that was made of a training."""

    version: int
    stage: str


class OutcomeJson(TypedDict):
    """What a training has come to.

    Its epochs, the training loss of some of its steps, the counts of its confusion matrix (rows are true labels), what
    its `test` accuracy rests on in words, the version that was made of it, and which version each stage holds now.
    """

    epochs: list[dict[str, float]]
    steps: list[tuple[int, float]]
    class_names: list[str]
    confusion: list[list[int]] | None
    test: str
    version: VersionJson | None
    holders: dict[str, int]


class StopParams(LaunchParams):
    """A training to stop, after its epoch or `at_once`."""

    at_once: NotRequired[bool]


class NetworksParams(TypedDict):
    """What somebody has typed of a network's name."""

    like: str


class ThemeJson(TypedDict):
    """A theme, and how many of its samples are labeled."""

    name: str
    labeled: int


class LaunchJson(TypedDict):
    """A training in the background; `seconds` are those of its latest epochs, times are in seconds since 1970."""

    id: str
    theme: str | None
    name: str
    overrides: dict[str, Any]
    state: str
    phase: str
    error: str
    started: float
    ended: float | None
    epochs: int
    num_epochs: int | None
    seconds: list[float]
    batch: int | None
    batches: int | None
    last: dict[str, Any] | None
    accuracy: float | None
    test: str
    run_id: str | None
    tested: bool
    notebook: str


class StateJson(TypedDict):
    """All themes, and the trainings, the latest first."""

    themes: list[ThemeJson]
    launches: list[LaunchJson]
