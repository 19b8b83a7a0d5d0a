"""Stages as MLflow shows them: an alias on the version that holds a stage, and a tag on every version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class Shown:
    """What MLflow has: each alias's version, each version's stage tag and the run that it says it is of."""

    aliases: Mapping[str, int]
    stages: Mapping[int, str | None]
    runs: Mapping[int, str]


@dataclass(frozen=True)
class Wanted:
    """What the store says that MLflow should have."""

    aliases: Mapping[str, int]
    stages: Mapping[int, str]


def wanted_of(theme_id: int, *, session: Session) -> Wanted:
    """Read the stages from the store. `archived` can name one version only: the one archived last."""
    rows = model_versions(theme_id, session=session)
    stages = {row.version: row.stage for row in rows}
    aliases = {row.stage: row.version for row in rows if row.stage in ("staging", "production")}
    archived = [version for version, stage in stages.items() if stage == "archived"]
    if archived:
        moved = [event.version for event in stage_history(theme_id, session=session) if event.after == "archived"]
        latest = [version for version in moved if version in archived]
        aliases["archived"] = latest[-1] if latest else max(archived)
    return Wanted(aliases, stages)


def shown_by(client: MlflowClient, theme: str) -> Shown:
    """Read what MLflow has for a theme; all empty when it has no such model."""
    from mlflow.exceptions import MlflowException

    try:
        aliases = client.get_registered_model(theme).aliases
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return Shown({}, {}, {})
    name = theme.replace("'", "\\'")
    versions = client.search_model_versions(f"name = '{name}'")
    return Shown(
        {alias: int(version) for alias, version in aliases.items()},
        {int(version.version): version.tags.get(STAGE_TAG) for version in versions},
        {int(version.version): version.run_id or "" for version in versions},
    )


def differences(wanted: Wanted, shown: Shown) -> list[str]:
    """Say in words where MLflow shows other stages than the store has."""
    found = []
    for alias in ALIASES:
        holder, should = shown.aliases.get(alias), wanted.aliases.get(alias)
        if holder != should:
            found.append(f"the alias '{alias}' is on {_version(holder)} in MLflow and belongs on {_version(should)}")
    for version, stage in wanted.stages.items():
        if version in shown.stages and shown.stages[version] != stage:
            found.append(f"version {version} is tagged '{shown.stages[version]}' in MLflow and is '{stage}'")
    return found


def align(client: MlflowClient, theme: str, wanted: Wanted, *, only: Sequence[int] | None = None) -> None:
    """Make MLflow show the stages that the store has. With `only`, tags of other versions are left alone."""
    shown = shown_by(client, theme)
    for alias in ALIASES:
        holder, should = shown.aliases.get(alias), wanted.aliases.get(alias)
        if holder == should:
            continue
        if should is not None and should in shown.stages:
            client.set_registered_model_alias(theme, alias, str(should))
        elif holder is not None:
            client.delete_registered_model_alias(theme, alias)
    for version, stage in wanted.stages.items():
        concerned = only is None or version in only
        if concerned and version in shown.stages and shown.stages[version] != stage:
            client.set_model_version_tag(theme, str(version), STAGE_TAG, stage)


def _version(number: int | None) -> str:
    return "no version" if number is None else f"version {number}"
