"""What the tuning panel's calls take (`...Params`) and answer (`...Json`). Its state is `workbench.tuning.status`."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class StartParams(TypedDict):
    """A search to start or to go on with: trials in total, seconds after which none begins, processes that share them.

    None is what optuna_params.yaml says.
    """

    n_trials: int | None
    timeout: float | None
    workers: int


class StopParams(TypedDict, total=False):
    """Whether the trials that run now are interrupted."""

    at_once: bool


class SearchJson(TypedDict):
    """The latest search in the background: how its job stands, its error, and the last line that it printed."""

    state: str
    error: str
    line: str
    notebook: str


class OpenParams(TypedDict):
    """A page to open: a run in MLflow or a trial in Optuna's dashboard; without one that of the study."""

    kind: Literal["mlflow", "dashboard"]
    run_id: NotRequired[str | None]
    number: NotRequired[int | None]
    origin: NotRequired[str]


class AddressJson(TypedDict):
    """The port on this machine and the path of a page."""

    port: int
    path: str


class TrainParams(TypedDict, total=False):
    """How many epochs a full training takes; those of params.yaml without."""

    num_epochs: int | None


class RegisterParams(TypedDict, total=False):
    """The stage of the version of the best trial's run."""

    stage: str
