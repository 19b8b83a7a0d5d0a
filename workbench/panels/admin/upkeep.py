"""Looking after the store as a whole: check, backup, garbage collection."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.panels.admin.messages import AboutJson, BackedUpJson, BackupJson, CleanParams
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.panels.label.rows import moment_json
from workbench.store import now
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.garbage import GarbageReport, collect_garbage, preview_garbage
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.migrations import current_version, where


def about(state: PanelState, _params: object) -> Answer[AboutJson]:
    """Return where the store is, its version, and the backups that lie in the project."""
    found = sorted(state.store.project.backups.glob("*.zip"), key=lambda file: file.stat().st_mtime, reverse=True)
    backups = [_backup_json(file) for file in found]
    engine = state.store.engine
    return Answer({"database": where(engine), "version": current_version(engine), "backups": backups})


def check_store(state: PanelState, _params: object) -> Answer[dict[str, Any]]:
    """Check every row and every file."""
    report = check(state.store)
    return Answer({**asdict(report), "at": moment_json(now())})


def back_up(state: PanelState, _params: object) -> Answer[BackedUpJson]:
    """Write a backup into the project's folder of backups, named by the time."""
    file = state.store.project.backups / f"{now():%Y-%m-%d_%H-%M-%S}.zip"
    report = backup(state.store, file)
    return Answer(
        {
            "name": file.name,
            "rows": report.rows,
            "images": report.images,
            "bytes": report.bytes,
            "missing": len(report.missing),
        }
    )


def preview_clean(state: PanelState, params: CleanParams) -> Answer[GarbageReport]:
    """Count what a garbage collection would remove."""
    return Answer(preview_garbage(state.store, deleted_before=_before(params)))


def clean(state: PanelState, params: CleanParams) -> Answer[GarbageReport]:
    """Remove for good what was deleted more than `days` days ago."""
    report = collect_garbage(state.store, deleted_before=_before(params), annotator=params["annotator"])
    return Answer(report)


def _before(params: CleanParams) -> datetime:
    days = params.get("days")
    if not isinstance(days, int | float) or not 0 <= days <= 36_500:
        raise WorkbenchError(f"{days!r} is no number of days. Allowed: 0 to 36,500.")
    return now() - timedelta(days=days)


def _backup_json(file: Path) -> BackupJson:
    return {"name": file.name, "size": file.stat().st_size, "at": file.stat().st_mtime}
