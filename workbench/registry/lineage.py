"""Where a model version comes from, and what the versions have to do with a sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from workbench.errors import NotFoundError
from workbench.paths import Project
from workbench.registry.tracking import connect, get_run
from workbench.store import Session, open_store
from workbench.store.history import event_words, history_of
from workbench.store.labels import label_names
from workbench.store.model_versions import get_model_version, snapshot_of_version, versions_of_sample
from workbench.store.samples import find_sample
from workbench.store.schema import LabelEvent
from workbench.store.snapshots import TrainedSample, page_of_snapshot, snapshot_counts
from workbench.store.stage_history import stage_history
from workbench.store.themes import get_theme

__all__ = [
    "SampleLineage",
    "TrainedSample",
    "Use",
    "VersionLineage",
    "sample_lineage",
    "samples_of_version",
    "version_lineage",
]


@dataclass(frozen=True)
class VersionLineage:
    """Everything a version's numbers can be traced to.

    `counts` maps split to label (as it was called then) to number of samples. `run` is the run's name, start, commit,
    parameters and metrics, empty when MLflow has lost it; `description` that of MLflow's version, empty likewise.
    """

    theme: str
    version: int
    stage: str
    run_id: str
    run: dict[str, Any]
    snapshot_digest: str
    snapshot_at: datetime | None
    class_names: list[str]
    counts: dict[str, dict[str, int]]
    history: list[dict[str, Any]] = field(default_factory=list)
    description: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {**asdict(self), "snapshot_at": _moment(self.snapshot_at)}


@dataclass(frozen=True)
class Use:
    """What a version has to do with a sample: the split and label of its snapshot, its prediction; None without."""

    version: int
    stage: str
    split: str | None
    label_then: str | None
    predicted: str | None
    score: float | None
    predicted_at: str | None


@dataclass(frozen=True)
class SampleLineage:
    """A sample, who decided what about it, and every version that saw it."""

    sample_id: int
    name: str
    sha256: str
    label: str | None
    split: str | None
    deleted: bool
    uses: list[Use]
    history: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return asdict(self)


def version_lineage(theme: str, version: int, project: Project | None = None) -> VersionLineage:
    """Trace a version to its run and snapshot. Raises NotFoundError for an unknown theme or version."""
    store = open_store(project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            row = get_model_version(theme_id, version, session=session)
            snapshot = snapshot_of_version(row, session=session)
            history = [
                {"at": _moment(event.at), "annotator": event.annotator, "before": event.before, "after": event.after}
                for event in stage_history(theme_id, session=session)
                if event.version == version
            ]
            return VersionLineage(
                theme=theme,
                version=version,
                stage=row.stage,
                run_id=row.run_id,
                run=_run(row.run_id, store.project),
                snapshot_digest=snapshot.digest if snapshot else "",
                snapshot_at=snapshot.created_at if snapshot else None,
                class_names=list(snapshot.class_names) if snapshot else [],
                counts=snapshot_counts(snapshot.id, session=session) if snapshot else {},
                history=history,
                description=_description(theme, version, store.project),
            )
    finally:
        store.close()


def samples_of_version(
    theme: str,
    version: int,
    project: Project | None = None,
    *,
    split: str | None = None,
    label: str | None = None,
    after: int = 0,
) -> Iterator[TrainedSample]:
    """Yield every sample of a version's snapshot by id, deleted ones too.

    `split` and `label` (as it was called then) narrow it; `after` begins behind the sample of that id.
    """
    store = open_store(project)
    try:
        with store.read() as session:
            row = get_model_version(get_theme(theme, session=session).id, version, session=session)
            snapshot_id = row.snapshot_id
        last = after
        while snapshot_id is not None:
            with store.read() as session:
                page = page_of_snapshot(snapshot_id, split=split, label=label, after=last, session=session)
            if not page:
                return
            yield from page
            last = page[-1].sample_id
    finally:
        store.close()


def sample_lineage(theme: str, sample: int | str, project: Project | None = None) -> SampleLineage:
    """Trace a sample - its id, file name, or the beginning of its SHA-256 - to every version that saw it.

    Raises NotFoundError when there is no such sample, WorkbenchError when several are meant.
    """
    store = open_store(project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            row = find_sample(theme_id, sample, session=session)
            names = label_names(theme_id, session=session)
            history = [_event(event, names) for event in history_of(row.id, session=session)]
            return SampleLineage(
                sample_id=row.id,
                name=row.name,
                sha256=row.sha256,
                label=names[row.label_id] if row.label_id else None,
                split=row.split,
                deleted=row.deleted_at is not None,
                uses=_uses(theme_id, row.id, names, session),
                history=history,
            )
    finally:
        store.close()


def _event(event: LabelEvent, names: dict[int, str]) -> dict[str, Any]:
    before, after = event_words(event, names)
    return {
        "at": _moment(event.at),
        "annotator": event.annotator,
        "source": event.source,
        "action": event.action,
        "before": before,
        "after": after,
    }


def _uses(theme_id: int, sample_id: int, names: dict[int, str], session: Session) -> list[Use]:
    return [
        Use(
            version=row.version,
            stage=row.stage,
            split=row.split,
            label_then=row.label,
            predicted=names.get(row.predicted_label_id) if row.predicted_label_id else None,
            score=row.score,
            predicted_at=_moment(row.predicted_at),
        )
        for row in versions_of_sample(theme_id, sample_id, session=session)
    ]


def _run(run_id: str, project: Project) -> dict[str, Any]:
    try:
        run = get_run(run_id, project)
    except NotFoundError:
        return {}
    return {
        "name": run.info.run_name,
        "started_at": run.info.start_time,
        "git_commit": run.data.tags.get("workbench.git.commit"),
        "params": dict(run.data.params),
        "metrics": dict(run.data.metrics),
    }


def _description(theme: str, version: int, project: Project) -> str:
    from mlflow.exceptions import MlflowException

    try:
        return connect(project).get_model_version(theme, str(version)).description or ""
    except MlflowException:
        return ""


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
