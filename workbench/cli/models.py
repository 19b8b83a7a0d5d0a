"""Commands on registered models."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.options import annotator_option
from workbench.cli.printing import as_json_option, emit, metrics_line, shown, table


@click.group()
def models() -> None:
    """Registered models: list, promote, compare, trace."""


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


@models.command("demote")
@click.argument("name", metavar="THEME")
@click.argument("version", type=int)
@annotator_option
@as_json_option
def models_demote(name: str, version: int, annotator: str, as_json: bool) -> None:
    """Take a model version out of its stage; it is archived."""
    from workbench.registry.versions import demote

    demoted = demote(name, version, annotator=annotator)
    emit(as_json, demoted.as_dict(), f"Version {version} of '{name}' is archived.")


@models.command("delete")
@click.argument("name", metavar="THEME")
@click.argument("version", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@annotator_option
@as_json_option
def models_delete(name: str, version: int, yes: bool, annotator: str, as_json: bool) -> None:
    """Delete a model version and its predictions; its run stays. Refused in production."""
    from workbench.registry.versions import delete_version

    if not yes and not click.confirm(f"Delete version {version} of '{name}' with its predictions?", err=True):
        raise click.Abort
    gone = delete_version(name, version, annotator=annotator)
    text = f"Deleted version {version} of '{name}' with {gone:,} predictions."
    emit(as_json, {"theme": name, "deleted": version, "predictions": gone}, text)


@models.command("compare")
@click.argument("name", metavar="THEME")
@click.argument("first", type=int)
@click.argument("second", type=int)
@as_json_option
def models_compare(name: str, first: int, second: int, as_json: bool) -> None:
    """Compare two versions: metrics, classes, and the samples on which they differ."""
    from workbench.inference.comparing import compare

    found = compare(name, first, second)
    lines = [found.metrics_table().round(4).to_string(), "", found.per_class_table().round(4).to_string()]
    lines += ["", f"{found.differing:,} of {found.common:,} common samples are answered differently.", *found.notes]
    emit(as_json, found.as_dict(), "\n".join(lines))


@models.command("check")
@click.argument("name", metavar="THEME")
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@annotator_option
@as_json_option
@click.pass_context
def models_check(ctx: click.Context, name: str, repair: bool, annotator: str, as_json: bool) -> None:
    """Check that MLflow's registry and the store say the same; exit code 1 when they do not."""
    from workbench.registry.agreement import check_registry, repair_registry

    report = repair_registry(name, annotator=annotator) if repair else check_registry(name)
    lines = [f"repaired: {text}" for text in report.repaired]
    lines += [f"{each.text} {each.repair or ''}".strip() for each in report.disagreements]
    lines.append("Registry and store agree." if report.ok else "Registry and store disagree.")
    emit(as_json, report.as_dict(), "\n".join(lines))
    ctx.exit(0 if report.ok else 1)


@models.command("history")
@click.argument("name", metavar="THEME")
@as_json_option
def models_history(name: str, as_json: bool) -> None:
    """List every change of stage, the oldest first."""
    from workbench.registry.listing import history_of

    data = [
        {
            "at": event.at.isoformat(timespec="seconds"),
            "version": event.version,
            "before": event.before,
            "after": event.after,
            "annotator": event.annotator,
        }
        for event in history_of(name)
    ]
    emit(as_json, data, table(data) if data else f"'{name}' has no models yet: workbench register {name}")


@models.command("export")
@click.argument("name", metavar="THEME")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--model", default="production", show_default=True, help="production, staging, a version or a run id.")
@as_json_option
def models_export(name: str, file: Path, model: str, as_json: bool) -> None:
    """Write a model as ONNX FILE and check that it answers like the original."""
    from workbench.registry.onnx_export import export_onnx

    done = export_onnx(name, model, file)
    text = f"Wrote {done.file}; the largest difference on {done.checked} images is {done.largest_difference:.2g}."
    emit(as_json, done.as_dict(), text)


@models.command("lineage")
@click.argument("name", metavar="THEME")
@click.option("--version", type=int, help="A model version: its run, snapshot and samples.")
@click.option("--sample", help="A sample by id, file name or the beginning of its SHA-256: who learned from it.")
@as_json_option
def models_lineage(name: str, version: int | None, sample: str | None, as_json: bool) -> None:
    """Trace a model version to its samples, or a sample to the versions that saw it."""
    from workbench.errors import WorkbenchError
    from workbench.registry.lineage import sample_lineage, version_lineage

    if (version is None) == (sample is None):
        raise WorkbenchError("Give either --version NUMBER or --sample ID.")
    found = version_lineage(name, version) if version is not None else sample_lineage(name, sample or "")
    data = found.as_dict()
    emit(as_json, data, "\n".join(f"{key}: {shown(value)}" for key, value in data.items()))
