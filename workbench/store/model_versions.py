"""The store's record of model versions: which run and snapshot they come from, and their stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.locks import lock_theme
from workbench.store.schema import STAGES, ModelVersion, Prediction, Snapshot, SnapshotSample, Theme

_ONE_VERSION_EACH = ("staging", "production")


@dataclass(frozen=True)
class VersionOfSample:
    """A version and what it has to do with a sample.

    `split` and `label` are those of its snapshot, `predicted_label_id`, `score` and `predicted_at` its answer; all None
    where it has none.
    """

    version: int
    stage: str
    split: str | None
    label: str | None
    predicted_label_id: int | None
    score: float | None
    predicted_at: datetime | None


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


@dataclass(frozen=True)
class ListedVersion:
    """A model version with its theme's name, its snapshot's digest (empty without one) and its number of answers.

    `certificate` is the snapshot's, by what was known when it was last taken; None without one.
    """

    theme: str
    row: ModelVersion
    digest: str
    predictions: int
    certificate: dict[str, Any] | None


def list_model_versions(theme_id: int | None = None, *, session: Session) -> list[ListedVersion]:
    """Return the versions of one theme or of all that are not deleted, by theme, the newest first."""
    predictions = select(func.count()).where(Prediction.model_id == ModelVersion.id).scalar_subquery()
    query = (
        select(Theme.name, ModelVersion, func.coalesce(Snapshot.digest, ""), predictions, Snapshot.certificate)
        .join(Theme, Theme.id == ModelVersion.theme_id)
        .outerjoin(Snapshot, Snapshot.id == ModelVersion.snapshot_id)
        .where(Theme.deleted_at.is_(None) if theme_id is None else Theme.id == theme_id)
        .order_by(Theme.name, ModelVersion.version.desc())
    )
    return [ListedVersion(*row) for row in session.execute(query)]


def count_model_versions(theme_id: int | None = None, *, session: Session) -> int:
    """Count the model versions of one theme or of all."""
    query = select(func.count()).select_from(ModelVersion)
    return session.scalar(query if theme_id is None else query.where(ModelVersion.theme_id == theme_id)) or 0


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


def version_of_run(theme_id: int, run_id: str, *, session: Session) -> ModelVersion | None:
    """Return the theme's newest version that was made of a run, None when there is none."""
    query = select(ModelVersion).where(ModelVersion.theme_id == theme_id, ModelVersion.run_id == run_id)
    return session.scalar(query.order_by(ModelVersion.version.desc()).limit(1))


def snapshot_of_version(row: ModelVersion, *, session: Session) -> Snapshot | None:
    """Return the snapshot that a version was trained on, None when its run named none."""
    return None if row.snapshot_id is None else session.get(Snapshot, row.snapshot_id)


def versions_of_sample(theme_id: int, sample_id: int, *, session: Session) -> list[VersionOfSample]:
    """Return every version of a theme that had a sample in its snapshot or predicted it, the newest first."""
    seen = and_(SnapshotSample.snapshot_id == ModelVersion.snapshot_id, SnapshotSample.sample_id == sample_id)
    answered = and_(Prediction.model_id == ModelVersion.id, Prediction.sample_id == sample_id)
    query = (
        select(
            ModelVersion.version,
            ModelVersion.stage,
            SnapshotSample.split,
            SnapshotSample.label,
            Prediction.label_id,
            Prediction.score,
            Prediction.created_at,
        )
        .outerjoin(SnapshotSample, seen)
        .outerjoin(Prediction, answered)
        .where(
            ModelVersion.theme_id == theme_id, or_(SnapshotSample.sample_id.is_not(None), Prediction.id.is_not(None))
        )
        .order_by(ModelVersion.version.desc())
    )
    return [VersionOfSample(*row) for row in session.execute(query)]


def is_of_deleted_theme(run_id: str, theme_id: int, *, session: Session) -> bool:
    """Whether a run became a version of a deleted theme that had the name which this theme has now."""
    name = select(Theme.name).where(Theme.id == theme_id).scalar_subquery()
    query = select(ModelVersion.id).join(Theme, Theme.id == ModelVersion.theme_id)
    query = query.where(ModelVersion.run_id == run_id, Theme.name == name, Theme.deleted_at.is_not(None))
    return session.scalar(query.limit(1)) is not None


def renumber_model_version(row: ModelVersion, version: int, *, session: Session) -> None:
    """Give a version another number; a negative one sets it aside while its number is given to another."""
    row.version = version
    session.flush()


def link_snapshot(row: ModelVersion, snapshot_id: int | None, *, session: Session) -> None:
    """Record the snapshot that a version was trained on."""
    row.snapshot_id = snapshot_id
    session.flush()


def delete_model_version(row: ModelVersion, *, session: Session) -> None:
    """Delete a version and its answers."""
    session.delete(row)
    session.flush()


def set_stage(theme_id: int, version: int, stage: str, *, session: Session) -> list[ModelVersion]:
    """Put a version into a stage and return every version whose stage changed.

    Staging and production hold one version each: the former one is archived in the same transaction.
    """
    if stage not in STAGES:
        raise WorkbenchError(f"There is no stage '{stage}'. Allowed: {', '.join(STAGES)}.")
    lock_theme(theme_id, session=session)
    row = get_model_version(theme_id, version, session=session)
    changed = []
    if stage in _ONE_VERSION_EACH:
        others = (ModelVersion.theme_id == theme_id, ModelVersion.stage == stage, ModelVersion.id != row.id)
        for other in session.scalars(select(ModelVersion).where(*others)):
            other.stage = "archived"
            changed.append(other)
    if row.stage != stage:
        row.stage = stage
        changed.append(row)
    session.flush()
    return changed
