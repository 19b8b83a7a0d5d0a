"""Commands on the store as a whole: upgrade, check, back up, restore, clean up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import annotator_option, on_option
from workbench.cli.printing import as_json_option, counted, emit

if TYPE_CHECKING:
    from workbench.paths import Project


@click.group()
def db() -> None:
    """The store: upgrade, check, back up, restore, clean up."""


@db.command("upgrade")
@as_json_option
def db_upgrade(as_json: bool) -> None:
    """Bring the store to the version of this code."""
    from workbench.store import open_store
    from workbench.store.upkeep.migrations import current_version

    version = current_version(open_store(upgrade=True).engine)
    emit(as_json, {"version": version}, f"The store is at schema version {version}.")


@db.command("check")
@on_option
@as_json_option
@click.pass_context
def db_check(ctx: click.Context, on: str | None, as_json: bool) -> None:
    """Check every row and every image file; exit code 1 when something is wrong."""
    from workbench.engine.upkeep import check_anywhere
    from workbench.store import open_store

    report = check_anywhere(open_store(), on=on, progress=not as_json)
    lines = [f"{problem.kind}: {problem.subject}. {problem.advice}" for problem in report.problems]
    verdict = "Everything is in order" if not report.count else counted(report.count, "problem")
    summary = f"{verdict}: {report.samples:,} samples, {report.files:,} files, {report.bytes:,} bytes."
    emit(as_json, asdict(report), "\n".join([*lines, summary]))
    ctx.exit(1 if report.count else 0)


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@on_option
@as_json_option
def db_backup(file: Path, on: str | None, as_json: bool) -> None:
    """Write store and images into one FILE, while people go on labeling."""
    from workbench.engine.upkeep import backup_anywhere
    from workbench.store.connection import open_as_it_is

    report = backup_anywhere(open_as_it_is(), file, on=on, progress=not as_json)
    text = f"Backed up {counted(report.rows, 'row')} and {counted(report.images, 'image')}"
    text += f" ({report.bytes:,} bytes) to {report.file}."
    if report.missing:
        missing = counted(len(report.missing), "image file is", "image files are")
        text += f"\n{missing} missing from the store: run 'workbench db check'."
    emit(as_json, asdict(report), text)


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json_option
def db_restore(file: Path, as_json: bool) -> None:
    """Restore a backup FILE into this project, which must be empty. Every checksum is verified first."""
    from workbench.paths import find_project
    from workbench.store.upkeep.restore import restore

    project = find_project()
    report = restore(project, file, progress=not as_json)
    text = f"Restored {counted(report.rows, 'row')} and {counted(report.images, 'image')}."
    emit(as_json, asdict(report), f"{text}{_models_elsewhere(project)}")


def _models_elsewhere(project: Project) -> str:
    """Say where the files of registered models come from, when they are not there."""
    from workbench.store import open_store
    from workbench.store.model_versions import count_model_versions

    with open_store(project).read() as session:
        versions = count_model_versions(session=session)
    mlflow = project.db / "mlflow.db"
    if not versions or project.mlflow_uri != f"sqlite:///{mlflow}" or mlflow.exists():
        return ""
    return (
        f"\nTo use its {counted(versions, 'registered model')}, copy mlflow.db and artifacts/ of the former project, "
        f"which are not in a backup, into {project.db}."
    )


@db.command("clean")
@click.option("--days", default=30, show_default=True, help="Only what was deleted more than so many days ago.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@annotator_option
@as_json_option
def db_clean(days: int, dry_run: bool, annotator: str, as_json: bool) -> None:
    """Remove for good what was deleted long ago; what a registered model was trained on is kept."""
    from workbench.store import now, open_store
    from workbench.store.upkeep.garbage import collect_garbage, preview_garbage

    store, before = open_store(), now() - timedelta(days=days)
    if dry_run:
        report = preview_garbage(store, deleted_before=before)
    else:
        report = collect_garbage(store, deleted_before=before, annotator=annotator)
    verb = "Would remove" if dry_run else "Removed"
    text = f"{verb} samples: {report.samples:,}, themes: {report.themes:,}; kept for models: {report.kept:,}."
    if not dry_run:
        text += f" Files: {report.files:,}, {report.bytes:,} bytes freed."
        if report.unfinished:
            text += f" Half-written and left behind: {report.unfinished:,}, removed."
    emit(as_json, asdict(report), text)
