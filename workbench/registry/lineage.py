"""Where a model version comes from, and what the versions have to do with a sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.paths import Project
from workbench.registry.tracking import connect, get_run
from workbench.store import open_store
from workbench.store.history import decision_names, decision_words, history_of
from workbench.store.model_versions import get_model_version
from workbench.store.schema import Label, ModelVersion, Prediction, Sample, Snapshot, SnapshotSample
from workbench.store.stage_history import stage_history
from workbench.store.themes import get_theme

_HEX = re.compile(r"[0-9a-f]{6,64}")
_DIGITS_OF_AN_ID = 18
_PAGE = 2_000


@dataclass(frozen=True)
class VersionLineage:
    """Everything a version's numbers can be traced to.

    `counts` maps split to label (as it was called then) to number of samples. `run` is the run's name, start, commit,
    parameters and metrics, empty when MLflow has lost it; `description` what was said of the version, empty likewise.
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
class TrainedSample:
    """A sample as a version's run saw it, and the label that it has now."""

    sample_id: int
    name: str
    sha256: str
    split: str
    label: str
    label_now: str | None


@dataclass(frozen=True)
class Use:
    """What a version has to do with a sample: the split that it had for it, and what it answered; None for neither."""

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
            snapshot = session.get(Snapshot, row.snapshot_id) if row.snapshot_id else None
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
                counts=_counts(snapshot.id, session) if snapshot else {},
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
            query = (
                select(
                    Sample.id, Sample.name, Sample.sha256, SnapshotSample.split, SnapshotSample.label,
                    Label.name.label("label_now"),
                )
                .join(Sample, Sample.id == SnapshotSample.sample_id)
                .outerjoin(Label, Label.id == Sample.label_id)
                .where(SnapshotSample.snapshot_id == snapshot_id, Sample.id > last)
                .order_by(Sample.id)
                .limit(_PAGE)
            )  # fmt: skip
            if split is not None:
                query = query.where(SnapshotSample.split == split)
            if label is not None:
                query = query.where(SnapshotSample.label == label)
            with store.read() as session:
                page = [TrainedSample(*values) for values in session.execute(query)]
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
            row = _find_sample(theme_id, sample, session)
            label = session.get(Label, row.label_id) if row.label_id else None
            names = decision_names(theme_id, session=session)
            history = [
                {
                    "at": _moment(event.at), "annotator": event.annotator, "source": event.source,
                    "action": event.action, "before": decision_words(event.before, names),
                    "after": decision_words(event.after, names),
                }
                for event in history_of(row.id, session=session)
            ]  # fmt: skip
            return SampleLineage(
                sample_id=row.id,
                name=row.name,
                sha256=row.sha256,
                label=label.name if label else None,
                split=row.split,
                deleted=row.deleted_at is not None,
                uses=_uses(theme_id, row.id, names, session),
                history=history,
            )
    finally:
        store.close()


def _uses(theme_id: int, sample_id: int, names: dict[str, str], session: Session) -> list[Use]:
    query = (
        select(ModelVersion, SnapshotSample, Prediction)
        .outerjoin(
            SnapshotSample,
            and_(SnapshotSample.snapshot_id == ModelVersion.snapshot_id, SnapshotSample.sample_id == sample_id),
        )
        .outerjoin(Prediction, and_(Prediction.model_id == ModelVersion.id, Prediction.sample_id == sample_id))
        .where(
            ModelVersion.theme_id == theme_id,
            or_(SnapshotSample.sample_id.is_not(None), Prediction.id.is_not(None)),
        )
        .order_by(ModelVersion.version.desc())
    )
    return [
        Use(
            version=version.version,
            stage=version.stage,
            split=seen.split if seen else None,
            label_then=seen.label if seen else None,
            predicted=names.get(str(answer.label_id)) if answer and answer.label_id else None,
            score=answer.score if answer else None,
            predicted_at=_moment(answer.created_at) if answer else None,
        )
        for version, seen, answer in session.execute(query)
    ]


def _find_sample(theme_id: int, given: int | str, session: Session) -> Sample:
    text = str(given).strip()
    conditions = [Sample.name == text]
    # More digits than an id can have are those of a checksum.
    if text.isdecimal() and len(text) <= _DIGITS_OF_AN_ID:
        conditions.append(Sample.id == int(text))
    if _HEX.fullmatch(text.lower()):
        conditions.append(Sample.sha256.startswith(text.lower()))
    query = select(Sample).where(Sample.theme_id == theme_id, or_(*conditions)).order_by(Sample.id).limit(3)
    found = list(session.scalars(query))
    if not found:
        raise NotFoundError(
            f"There is no sample '{given}' in this theme. Name it by its id, its whole file name, or 6 or more digits "
            "of its SHA-256."
        )
    if len(found) > 1:
        shown = ", ".join(f"{row.id} ({row.name})" for row in found)
        raise WorkbenchError(f"'{given}' means several samples: {shown} ... Name one by its id.")
    return found[0]


def _counts(snapshot_id: int, session: Session) -> dict[str, dict[str, int]]:
    query = (
        select(SnapshotSample.split, SnapshotSample.label, func.count())
        .where(SnapshotSample.snapshot_id == snapshot_id)
        .group_by(SnapshotSample.split, SnapshotSample.label)
        .order_by(SnapshotSample.split, SnapshotSample.label)
    )
    counts: dict[str, dict[str, int]] = {}
    for split, label, number in session.execute(query):
        counts.setdefault(split, {})[label] = number
    return counts


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
