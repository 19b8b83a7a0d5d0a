"""The versions of a theme's model, as the store has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.paths import Project
from workbench.store import open_store
from workbench.store.model_versions import list_model_versions
from workbench.store.schema import StageEvent
from workbench.store.stage_history import stage_history
from workbench.store.themes import get_theme


@dataclass(frozen=True)
class VersionSummary:
    """One version: its stage, where it comes from, how good it was, and how many answers of it the store keeps."""

    version: int
    stage: str
    run_id: str
    snapshot_digest: str
    created_at: datetime
    predictions: int
    metrics: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return everything on one level, ready for a table or JSON."""
        return {
            "version": self.version,
            "stage": self.stage,
            "run_id": self.run_id,
            "snapshot": self.snapshot_digest[:12],
            "created_at": self.created_at.isoformat(timespec="seconds"),
            "predictions": self.predictions,
            **self.metrics,
        }


def versions_of(theme: str, project: Project | None = None) -> list[VersionSummary]:
    """Return a theme's model versions, the newest first. Raises NotFoundError for an unknown theme."""
    store = open_store(project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            return [
                VersionSummary(
                    version=each.row.version,
                    stage=each.row.stage,
                    run_id=each.row.run_id,
                    snapshot_digest=each.digest,
                    created_at=each.row.created_at,
                    predictions=each.predictions,
                    metrics=each.row.metrics,
                )
                for each in list_model_versions(theme_id, session=session)
            ]
    finally:
        store.close()


def history_of(theme: str, project: Project | None = None) -> list[StageEvent]:
    """Return every change of stage in a theme, the oldest first; it outlives the versions themselves."""
    store = open_store(project)
    try:
        with store.read() as session:
            events = stage_history(get_theme(theme, session=session).id, session=session)
            session.expunge_all()
            return events
    finally:
        store.close()
