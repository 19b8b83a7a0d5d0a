"""`cluster.yaml`: which machines work, and how they are reached."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from workbench.configuration import Location, Settings, load, parse
from workbench.errors import ConfigError, nearest
from workbench.paths import Project, url_parts

FILE = "cluster.yaml"
CLUSTER, LOCAL = "cluster", "local"
_SCHEMES = ("tcp", "tls", "ucx", "ws", "wss")
_THIS_MACHINE = ("127.", "localhost", "::1", "[::1]")
_EXAMPLE = "engine: dask\naddress: tcp://HOST:8786\nworkers: {maximum: 8}"

ClusterClass = Literal[
    "SLURMCluster",
    "PBSCluster",
    "LSFCluster",
    "HTCondorCluster",
    "SGECluster",
    "OARCluster",
    "MoabCluster",
    "GatewayCluster",
    "LocalCluster",
]


class Workers(Settings):
    """How many workers there may be: Dask asks the queue for more as work waits, and gives back those without any."""

    minimum: int = Field(0, ge=0)
    maximum: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"minimum is {self.minimum} and maximum {self.maximum}: the first may not be larger")
        return self


class ClusterSettings(Settings):
    """What `cluster.yaml` holds; without the file, processes of this machine.

    `address` is a scheduler that runs, `cluster` the class that starts one, with its `arguments`. `processes` counts
    worker processes of each job of the queue: one for each GPU. `environment` is set for workers that are started
    from here. `shared` lists folders that every machine has under the same path. `parts` is where workers put their
    results, a folder below one of these or a URL; without it, beside the images. `chunk` counts images of one task.
    """

    engine: Literal["local", "dask"] = "local"
    address: str | None = None
    cluster: ClusterClass | None = None
    arguments: dict[str, Any] = Field(default_factory=dict)
    workers: Workers = Field(default_factory=Workers)
    processes: int = Field(1, ge=1)
    environment: dict[str, str] = Field(default_factory=dict)
    resources: dict[str, float] = Field(default_factory=dict)
    shared: list[str] = Field(default_factory=list)
    parts: str | None = None
    chunk: int = Field(1_000, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.engine == "local" and (self.address or self.cluster):
            raise ValueError("'address' and 'cluster' are Dask's: write 'engine: dask', or leave them out")
        if self.engine == "dask" and bool(self.address) == bool(self.cluster):
            raise ValueError(
                "'engine: dask' needs either the 'address' of a scheduler or the 'cluster' that starts one"
            )
        if self.address and (url_parts(self.address).scheme not in _SCHEMES or ":" not in self.address[6:]):
            raise ValueError(f"'address' is '{self.address}': tcp://HOST:PORT or tls://HOST:PORT is needed")
        return self

    @property
    def is_remote(self) -> bool:
        """Whether workers may run on other machines than this one."""
        if self.engine == "local" or self.cluster == "LocalCluster":
            return False
        host = url_parts(self.address or "").netloc
        return not host.startswith(_THIS_MACHINE)

    @property
    def where(self) -> str:
        """The machines in words."""
        if self.engine == "local":
            return f"{self.workers.maximum} processes of this machine"
        return f"the Dask scheduler at {self.address}" if self.address else f"a {self.cluster}"


def read_settings(on: str, project: Project) -> ClusterSettings:
    """Return what `on` means: `cluster` is the project's cluster.yaml, `local` processes of this machine.

    The path of another such file, or the address of a Dask scheduler, are taken too. Raises ConfigError.
    """
    if on == LOCAL:
        return ClusterSettings()
    if url_parts(on).scheme in _SCHEMES:
        return parse(ClusterSettings, {"engine": "dask", "address": on}, at=Location("on"))
    if on == CLUSTER:
        file = project.root / FILE
        if not file.is_file():
            raise ConfigError(
                f"There is no {FILE} in {project.root}, which says where the cluster is. Write one, for example:\n"
                f"{_EXAMPLE}\nWhat it may hold: docs/cluster.md. Processes of this machine need none: on={LOCAL!r}."
            )
        return load(ClusterSettings, file)
    if on.endswith((".yaml", ".yml")):
        file = Path(on).expanduser()
        return load(ClusterSettings, file if file.is_file() else project.root / on)
    close = nearest(on, (CLUSTER, LOCAL))
    meant = f" Did you mean '{close}'?" if close else ""
    raise ConfigError(
        f"on is '{on}'.{meant} Allowed: '{CLUSTER}' (as {FILE} says), '{LOCAL}' (processes of this machine), the path "
        "of another such file, or the address of a Dask scheduler such as tcp://HOST:8786."
    )
