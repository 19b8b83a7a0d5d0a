"""Stages as MLflow shows them: an alias on the version that holds a stage, and a tag on every version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.store import Session
from workbench.store.model_versions import model_versions
from workbench.store.stage_history import stage_history

if TYPE_CHECKING:
    from mlflow import MlflowClient

ALIASES = ("staging", "production", "archived")
STAGE_TAG = "stage"


@dataclass(frozen=True)
class MlflowStages:
    """What MLflow has: the version of each alias, each version's stage tag, and the run that it says it is of."""

    aliases: Mapping[str, int]
    stages: Mapping[int, str | None]
    runs: Mapping[int, str]


@dataclass(frozen=True)
class StoreStages:
    """What the store has: the version that each alias belongs on, and each version's stage."""

    aliases: Mapping[str, int]
    stages: Mapping[int, str]


def store_stages(theme_id: int, *, session: Session) -> StoreStages:
    """Read the stages from the store. `archived` can name one version only: the one archived last."""
    rows = model_versions(theme_id, session=session)
    stages = {row.version: row.stage for row in rows}
    aliases = {row.stage: row.version for row in rows if row.stage in ("staging", "production")}
    archived = [version for version, stage in stages.items() if stage == "archived"]
    if archived:
        moved = [event.version for event in stage_history(theme_id, session=session) if event.after == "archived"]
        latest = [version for version in moved if version in archived]
        aliases["archived"] = latest[-1] if latest else max(archived)
    return StoreStages(aliases, stages)


def mlflow_stages(client: MlflowClient, theme: str) -> MlflowStages:
    """Read what MLflow has for a theme; all empty when it has no such model."""
    from mlflow.exceptions import MlflowException

    try:
        aliases = client.get_registered_model(theme).aliases
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return MlflowStages({}, {}, {})
    name = theme.replace("'", "\\'")
    versions = client.search_model_versions(f"name = '{name}'")
    return MlflowStages(
        {alias: int(version) for alias, version in aliases.items()},
        {int(version.version): version.tags.get(STAGE_TAG) for version in versions},
        {int(version.version): version.run_id or "" for version in versions},
    )


def stage_differences(store: StoreStages, mlflow: MlflowStages) -> list[str]:
    """Say in words where MLflow shows other stages than the store has."""
    found = []
    for alias in ALIASES:
        holder, should = mlflow.aliases.get(alias), store.aliases.get(alias)
        if holder != should:
            found.append(f"the alias '{alias}' is on {_version(holder)} in MLflow and belongs on {_version(should)}")
    for version, stage in store.stages.items():
        if version in mlflow.stages and mlflow.stages[version] != stage:
            found.append(f"version {version} is tagged '{mlflow.stages[version]}' in MLflow and is '{stage}'")
    return found


def write_stages(client: MlflowClient, theme: str, store: StoreStages) -> None:
    """Make MLflow show the stages that the store has."""
    mlflow = mlflow_stages(client, theme)
    for alias in ALIASES:
        holder, should = mlflow.aliases.get(alias), store.aliases.get(alias)
        if holder == should:
            continue
        if should is not None and should in mlflow.stages:
            client.set_registered_model_alias(theme, alias, str(should))
        elif holder is not None:
            client.delete_registered_model_alias(theme, alias)
    for version, stage in store.stages.items():
        if version in mlflow.stages and mlflow.stages[version] != stage:
            client.set_model_version_tag(theme, str(version), STAGE_TAG, stage)


def _version(number: int | None) -> str:
    return "no version" if number is None else f"version {number}"
