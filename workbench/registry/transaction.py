"""One change of a theme's model versions, in MLflow's registry and in the store together.

The store's rows are the truth, MLflow's aliases show them. Both change while the theme's turn in the store is held, so
that two people who promote at once follow one another, and a failure on either side leaves both as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.errors import NotFoundError, WorkbenchError
from workbench.paths import Project
from workbench.registry.aliases import align, wanted_of
from workbench.registry.runs import create_version, headline_metrics
from workbench.registry.tracking import SNAPSHOT_TAG, connect
from workbench.store import Session, open_store
from workbench.store.locks import lock_theme
from workbench.store.model_versions import (
    add_model_version,
    delete_model_version,
    get_model_version,
    model_versions,
    set_stage,
    snapshot_of_version,
)
from workbench.store.schema import ModelVersion, StageEvent
from workbench.store.snapshots import get_snapshot, has_snapshot
from workbench.store.stage_history import note_stage
from workbench.store.themes import get_theme
from workbench.user import user_name

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


@dataclass(frozen=True)
class RegistrationResult:
    """A model version and where it stands. `archived` is the version that had to leave the stage, if one had."""

    theme: str
    version: int
    stage: str
    run_id: str
    snapshot_digest: str
    metrics: dict[str, float]
    archived: int | None = None

    @property
    def model_uri(self) -> str:
        """What `mlflow.pyfunc.load_model` takes."""
        return f"models:/{self.theme}/{self.version}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {**asdict(self), "model_uri": self.model_uri}


@dataclass
class Change:
    """One change of a theme's versions, inside a write transaction of the store that holds the theme's turn."""

    theme: str
    theme_id: int
    project: Project
    client: MlflowClient
    session: Session
    created: list[int] = field(default_factory=list)
    registered: dict[int, StageEvent] = field(default_factory=dict)

    def create(self, run: Run, description: str) -> int:
        """Register a run's model in MLflow; taken back when the change fails."""
        self.created.append(create_version(self.client, self.theme, run, description))
        return self.created[-1]

    def remember(self, version: int, run: Run, annotator: str | None) -> None:
        """Write the store's row, unless it is there."""
        if version in {row.version for row in model_versions(self.theme_id, session=self.session)}:
            return
        add_model_version(
            self.theme_id, version, run_id=run.info.run_id, snapshot_id=self.snapshot_id(run),
            metrics=headline_metrics(run), session=self.session,
        )  # fmt: skip
        self.note(version, None, "none", annotator)

    def snapshot_id(self, run: Run) -> int | None:
        """The snapshot that a run was trained on, None when it names none."""
        digest = run.data.tags.get(SNAPSHOT_TAG)
        if not digest:
            return None
        try:
            return get_snapshot(digest, theme_id=self.theme_id, session=self.session).id
        except NotFoundError:
            raise WorkbenchError(
                f"The run '{run.info.run_id}' was trained on the snapshot {digest[:12]}, which this store lacks. "
                "Register it in the project that it was trained in, or restore that store's backup."
            ) from None

    def knows(self, run: Run) -> bool:
        """Whether a run can become a version of the theme, as far as `trained_here` tells."""
        return trained_here(run, self.theme_id, session=self.session)

    def move(self, version: int, stage: str, annotator: str | None) -> RegistrationResult:
        """Change the stage in the store, note it, and let MLflow show it."""
        rows = model_versions(self.theme_id, session=self.session)
        before = {row.version: row.stage for row in rows}
        changed = set_stage(self.theme_id, version, stage, session=self.session)
        for row in changed:
            self.note(row.version, before[row.version], row.stage, annotator)
        align(self.client, self.theme, wanted_of(self.theme_id, session=self.session))
        row = get_model_version(self.theme_id, version, session=self.session)
        snapshot = snapshot_of_version(row, session=self.session)
        return RegistrationResult(
            theme=self.theme,
            version=version,
            stage=stage,
            run_id=row.run_id,
            snapshot_digest=snapshot.digest if snapshot else "",
            metrics=dict(row.metrics),
            archived=next((other.version for other in changed if other.version != version), None),
        )

    def note(self, version: int, before: str | None, after: str | None, annotator: str | None) -> None:
        """Add a line to the history, in the given name or the user's; a registration into a stage is one line."""
        name = annotator or user_name()
        registered = self.registered.get(version)
        if registered is not None and before == "none" and after is not None:
            registered.after = after
            return
        line = note_stage(self.theme_id, version, before=before, after=after, annotator=name, session=self.session)
        if before is None:
            self.registered[version] = line

    def forget(self, row: ModelVersion, annotator: str | None) -> None:
        """Delete a version's row with its answers, and the version in MLflow."""
        from mlflow.exceptions import MlflowException

        version = row.version
        self.note(abs(version), row.stage, None, annotator)
        delete_model_version(row, session=self.session)
        align(self.client, self.theme, wanted_of(self.theme_id, session=self.session))
        with suppress(MlflowException):
            # It may be gone there already; a check would find what is left.
            self.client.delete_model_version(self.theme, str(version))


def trained_here(run: Run, theme_id: int, *, session: Session) -> bool:
    """Whether a theme has the snapshot that a run names: a deleted theme of the same name leaves its runs behind."""
    digest = run.data.tags.get(SNAPSHOT_TAG)
    return not digest or has_snapshot(digest, theme_id=theme_id, session=session)


@contextmanager
def changing(theme: str, project: Project | None) -> Iterator[Change]:
    """Hold the theme's turn, and commit at the end; on an error both sides become what they were."""
    store = open_store(project)
    client = connect(store.project)
    change = None
    try:
        with store.write() as session:
            theme_id = get_theme(theme, session=session).id
            lock_theme(theme_id, session=session)
            change = Change(theme, theme_id, store.project, client, session)
            yield change
    except BaseException:
        if change is not None:
            with suppress(Exception), store.read() as session:
                for version in change.created:
                    client.delete_model_version(theme, str(version))
                align(client, theme, wanted_of(change.theme_id, session=session))
        raise
    finally:
        store.close()
