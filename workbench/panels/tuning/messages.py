"""What the tuning panel's calls take (`...Params`) and answer (`...Json`). Its state is `workbench.tuning.status`."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


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
