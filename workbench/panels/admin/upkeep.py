"""Looking after the store as a whole: check, backup, garbage collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from workbench.errors import WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.label.state import Desk, moment_json
from workbench.store import now
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.garbage import collect_garbage, preview_garbage
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.migrations import current_version, where


def about(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return where the store is, its version, and the backups that lie in the project."""
    found = sorted(desk.store.project.backups.glob("*.zip"), key=lambda file: file.stat().st_mtime, reverse=True)
    backups = [{"name": file.name, "size": file.stat().st_size, "at": file.stat().st_mtime} for file in found]
    engine = desk.store.engine
    return Answer({"database": where(engine), "version": current_version(engine), "backups": backups})


def check_store(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Check every row and every file."""
    report = check(desk.store)
    return Answer({**asdict(report), "at": moment_json(now())})


def back_up(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Write a backup into the project's folder of backups, named by the time."""
    file = desk.store.project.backups / f"{now():%Y-%m-%d_%H-%M-%S}.zip"
    report = backup(desk.store, file)
    return Answer(
        {
            "name": file.name,
            "rows": report.rows,
            "images": report.images,
            "bytes": report.bytes,
            "missing": len(report.missing),
        }
    )


def preview(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Count what a garbage collection would remove."""
    return Answer(asdict(preview_garbage(desk.store, deleted_before=_before(params))))


def clean(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Remove for good what was deleted more than `days` days ago."""
    report = collect_garbage(desk.store, deleted_before=_before(params), annotator=params["annotator"])
    return Answer(asdict(report))


def _before(params: dict[str, Any]) -> Any:
    days = params.get("days")
    if not isinstance(days, int | float) or not 0 <= days <= 36_500:
        raise WorkbenchError(f"{days!r} is no number of days. Allowed: 0 to 36,500.")
    return now() - timedelta(days=days)
