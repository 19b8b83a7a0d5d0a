"""The runs and models that know an image, for each panel that shows images."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Protocol, TypedDict

from workbench.panels.base.messages import Answer
from workbench.registry.lineage import sample_lineage
from workbench.store import Store
from workbench.store.samples import get_sample
from workbench.store.schema import Theme


class LineageParams(TypedDict):
    """An image."""

    sample: int


class LineageJson(TypedDict):
    """The runs that trained on an image or were tested on it, and the versions that only predicted it.

    Each as `RunUse` and `Use` of `workbench.registry.lineage` have it.
    """

    name: str
    runs: list[dict[str, Any]]
    versions: list[dict[str, Any]]


class HasStore(Protocol):
    """The state of a panel."""

    store: Store


def lineage(state: HasStore, params: LineageParams) -> Answer[LineageJson]:
    """Trace a sample to the runs that trained on it or were tested on it, and to what each model said of it."""
    with state.store.read() as session:
        sample = get_sample(params["sample"], session=session)
        theme = session.get_one(Theme, sample.theme_id).name
    found = sample_lineage(theme, sample.id, state.store.project)
    of_runs = {run.version for run in found.runs}
    others = [asdict(use) for use in found.uses if use.version not in of_runs]
    return Answer({"name": found.name, "runs": [asdict(run) for run in found.runs], "versions": others})
