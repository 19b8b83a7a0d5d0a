"""Commands on registered models."""

from __future__ import annotations

import click

from workbench.cli.printing import as_json_option, emit, metrics_line, table


@click.group()
def models() -> None:
    """Registered models: list, promote."""


@models.command("list")
@click.argument("name", metavar="THEME")
@as_json_option
def models_list(name: str, as_json: bool) -> None:
    """List a theme's model versions with their stages."""
    from workbench.store import open_store
    from workbench.store.model_versions import model_versions
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        row = get_theme(name, session=session)
        versions = model_versions(row.id, session=session)
    data = [
        {
            "version": version.version,
            "stage": version.stage,
            "run_id": version.run_id,
            "created_at": version.created_at.isoformat(timespec="seconds"),
            "metrics": version.metrics,
        }
        for version in versions
    ]
    rows = [{**entry, "metrics": metrics_line(version.metrics)} for entry, version in zip(data, versions, strict=True)]
    emit(as_json, data, table(rows) if data else f"'{name}' has no models yet: workbench register {name}")


@models.command("promote")
@click.argument("name", metavar="THEME")
@click.argument("version", type=int)
@click.argument("stage")
@as_json_option
def models_promote(name: str, version: int, stage: str, as_json: bool) -> None:
    """Put a model version into a stage; the former one of that stage is archived."""
    from workbench.registry.versions import promote

    promoted = promote(name, version, stage)
    emit(as_json, promoted.as_dict(), f"Version {version} of '{name}' is now in {stage}.")
