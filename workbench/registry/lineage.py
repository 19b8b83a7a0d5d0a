"""Where a model version comes from, and what the versions have to do with a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from workbench.errors import NotFoundError
from workbench.paths import Project
from workbench.registry.run_predictions import run_predictions
from workbench.registry.tracking import SNAPSHOT_TAG, connect, get_run
from workbench.store import Session, open_store
from workbench.store.history import event_words, history_of
from workbench.store.labels import label_names
from workbench.store.model_versions import (
    get_model_version,
    model_versions,
    snapshot_of_version,
    versions_of_sample,
)
from workbench.store.samples import find_sample
from workbench.store.schema import LabelEvent
from workbench.store.snapshots import (
    SnapshotOfSample,
    TrainedSample,
    page_of_snapshot,
    snapshot_counts,
    snapshots_of_sample,
)
from workbench.store.stage_history import stage_history
from workbench.store.themes import get_theme

__all__ = [
    "RunUse",
    "SampleLineage",
    "TrainedSample",
    "Use",
    "VersionLineage",
    "sample_lineage",
    "samples_of_version",
    "version_lineage",
]

_RUNS_LOOKED_AT = 200
_ANSWERS_LOOKED_AT = 20


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
class RunUse:
    """A run that trained on a sample or was tested on it, with the split and label of then.

    `version` is the one that was made of it, None without. `predicted` and `score` are what it answered: of a version
    its latest stored answer, else the test's; None where nothing is kept.
    """

    run_id: str
    name: str
    started_at: str
    version: int | None
    stage: str | None
    split: str
    label_then: str
    predicted: str | None
    score: float | None


@dataclass(frozen=True)
class SampleLineage:
    """A sample, who decided what about it, every version that saw it, and every run that was trained or tested on it.

    The latest 200 runs of the theme are looked at, and what the latest 20 of those answered in their test.
    """

    sample_id: int
    name: str
    sha256: str
    label: str | None
    split: str | None
    deleted: bool
    uses: list[Use]
    history: list[dict[str, Any]]
    runs: list[RunUse] = field(default_factory=list)

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
            uses = _uses(theme_id, row.id, names, session)
            known = {each.digest: each for each in snapshots_of_sample(row.id, session=session)}
            versions = {each.run_id: each.version for each in reversed(model_versions(theme_id, session=session))}
            return SampleLineage(
                sample_id=row.id,
                name=row.name,
                sha256=row.sha256,
                label=names[row.label_id] if row.label_id else None,
                split=row.split,
                deleted=row.deleted_at is not None,
                uses=uses,
                history=history,
                runs=_runs(theme, row.id, known, versions, uses, store.project) if known else [],
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


def _runs(
    theme: str,
    sample_id: int,
    known: Mapping[str, SnapshotOfSample],
    versions: Mapping[str, int],
    uses: Sequence[Use],
    project: Project,
) -> list[RunUse]:
    """The runs whose snapshot holds a sample, the latest first; `versions` are those of the theme by run."""
    client = connect(project)
    experiment = client.get_experiment_by_name(theme)
    if experiment is None:
        return []
    of_version = {use.version: use for use in uses}
    found: list[RunUse] = []
    order = ["attributes.start_time DESC"]
    for run in client.search_runs([experiment.experiment_id], order_by=order, max_results=_RUNS_LOOKED_AT):
        then = known.get(run.data.tags.get(SNAPSHOT_TAG, ""))
        if then is None:
            continue
        version = versions.get(run.info.run_id)
        use = of_version.get(version or 0)
        answer: tuple[str | None, float | None] = (use.predicted, use.score) if use else (None, None)
        if answer[1] is None and then.split == "test" and len(found) < _ANSWERS_LOOKED_AT:
            answer = _test_answer(run.info.run_id, sample_id, project)
        started = datetime.fromtimestamp(run.info.start_time / 1000, UTC)
        stage = use.stage if use else None
        name = str(run.info.run_name)
        found.append(
            RunUse(run.info.run_id, name, str(_moment(started)), version, stage, then.split, then.label, *answer)
        )
    return found


def _test_answer(run_id: str, sample_id: int, project: Project) -> tuple[str | None, float | None]:
    """What a run answered for a sample of its test split, None twice where it keeps nothing."""
    try:
        answers = run_predictions(run_id, project)
    except NotFoundError:
        return None, None
    return next(((row.predicted, row.score) for row in answers if row.sample_id == sample_id), (None, None))


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
