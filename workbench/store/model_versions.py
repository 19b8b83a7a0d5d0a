"""The store's record of model versions: which run and snapshot they come from, and their stage."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.locks import lock_theme
from workbench.store.schema import STAGES, ModelVersion

_ONE_OF_A_KIND = ("staging", "production")


def add_model_version(
    theme_id: int,
    version: int,
    *,
    run_id: str,
    snapshot_id: int | None,
    metrics: dict[str, Any],
    session: Session,
) -> ModelVersion:
    """Record a version that was just registered. Its stage is `none`; `set_stage` changes it."""
    lock_theme(theme_id, session=session)
    row = ModelVersion(
        theme_id=theme_id, version=version, run_id=run_id, snapshot_id=snapshot_id, metrics=metrics, stage="none"
    )
    session.add(row)
    session.flush()
    return row


def model_versions(theme_id: int, *, session: Session) -> list[ModelVersion]:
    """Return a theme's model versions, the newest first."""
    query = select(ModelVersion).where(ModelVersion.theme_id == theme_id).order_by(ModelVersion.version.desc())
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def get_model_version(theme_id: int, version: int, *, session: Session) -> ModelVersion:
    """Return one model version. Raises NotFoundError with the versions that there are."""
    rows = {row.version: row for row in model_versions(theme_id, session=session)}
    if not rows:
        raise NotFoundError(f"There is no model version {version}: the theme has no registered model yet.")
    if version not in rows:
        raise NotFoundError(f"There is no model version {version}. Known: {', '.join(map(str, rows))}.")
    return rows[version]


def model_in_stage(theme_id: int, stage: str, *, session: Session) -> ModelVersion | None:
    """Return the theme's version in a stage (the newest, where several may be), None when there is none."""
    query = select(ModelVersion).where(ModelVersion.theme_id == theme_id, ModelVersion.stage == stage)
    return session.scalar(query.order_by(ModelVersion.version.desc()).limit(1))


def set_stage(theme_id: int, version: int, stage: str, *, session: Session) -> list[ModelVersion]:
    """Put a version into a stage and return every version whose stage changed.

    Staging and production hold one version each: the former one is archived in the same transaction.
    """
    if stage not in STAGES:
        raise WorkbenchError(f"There is no stage '{stage}'. Allowed: {', '.join(STAGES)}.")
    lock_theme(theme_id, session=session)
    row = get_model_version(theme_id, version, session=session)
    changed = []
    if stage in _ONE_OF_A_KIND:
        former = session.scalars(
            select(ModelVersion).where(
                ModelVersion.theme_id == theme_id, ModelVersion.stage == stage, ModelVersion.id != row.id
            )
        )  # fmt: skip
        for other in former:
            other.stage = "archived"
            changed.append(other)
    if row.stage != stage:
        row.stage = stage
        changed.append(row)
    session.flush()
    return changed
