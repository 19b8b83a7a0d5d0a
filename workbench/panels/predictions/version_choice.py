"""Which model version's answers a panel shows."""

from __future__ import annotations

from workbench.panels.predictions.review import Reviewed
from workbench.registry.model_loading import ModelReference
from workbench.store import Session
from workbench.store.model_versions import model_in_stage, model_versions
from workbench.store.predictions import has_predictions
from workbench.store.schema import ModelVersion


def version_for(theme_id: int, model: str | int, session: Session) -> Reviewed | None:
    """The version in a stage or of a number, None when there is none or when it has predicted nothing yet."""
    if isinstance(model, str) and not model.isdecimal():
        row = model_in_stage(theme_id, model, session=session)
    else:
        rows = {row.version: row for row in model_versions(theme_id, session=session)}
        row = rows.get(int(model))
    return _reviewed(row) if row is not None and has_predictions(row.id, session=session) else None


def version_of(reference: ModelReference) -> Reviewed:
    """A version that was found by its name already."""
    return Reviewed(reference.model_id or 0, reference.version or 0, reference.stage or "none")


def _reviewed(row: ModelVersion) -> Reviewed:
    return Reviewed(row.id, row.version, row.stage)
