"""One transaction over a theme's model versions, in MLflow's registry and in the store together.

The store's rows are the truth, MLflow's aliases show them. Both change while the theme is locked in the store, so that
two people who promote at once follow one another, and a failure on either side leaves both as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.errors import NotFoundError, WorkbenchError
from workbench.paths import Project
from workbench.registry.aliases import store_stages, write_stages
from workbench.registry.runs import ORIGIN, create_version, headline_metrics
from workbench.registry.test_meter import figure_of_run
from workbench.registry.tracking import SNAPSHOT_TAG, connect
from workbench.store import Session, model_versions, open_store
from workbench.store.counts import theme_counts
from workbench.store.groups.certificate import sentence
from workbench.store.labels import labels_of
from workbench.store.locks import lock_theme
from workbench.store.schema import ModelVersion, Snapshot, StageEvent
from workbench.store.snapshots import get_snapshot, has_snapshot, snapshot_labels, valid_set_digest
from workbench.store.stage_history import record_stage
from workbench.store.themes import get_theme
from workbench.user import user_name

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


@dataclass(frozen=True)
class RegistrationResult:
    """A model version and its stage. `archived` is the version that had to leave the stage, if one had.

    `network` and `preprocessing` say in words what the model is made of, `leaks` what is known of near duplicates and
    groups in two splits of its snapshot, `test` what its test accuracy rests on now.

    >>> wb.register("cells", "best").stage
    'production'
    """

    theme: str
    version: int
    stage: str
    run_id: str
    snapshot_digest: str
    metrics: dict[str, float]
    archived: int | None = None
    network: str = ""
    preprocessing: str = ""
    leaks: str = ""
    test: str = ""

    @property
    def model_uri(self) -> str:
        """What `mlflow.pyfunc.load_model` takes."""
        return f"models:/{self.theme}/{self.version}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {**asdict(self), "model_uri": self.model_uri}


@dataclass
class RegistryTransaction:
    """Changes of a theme's versions, inside a write transaction of the store that holds the theme's lock."""

    theme: str
    theme_id: int
    project: Project
    client: MlflowClient
    session: Session
    annotator: str | None = None
    _created: list[int] = field(default_factory=list)
    _registrations: dict[int, StageEvent] = field(default_factory=dict)
    _valid_sets: dict[int, str] = field(default_factory=dict)

    def create_version(self, run: Run, description: str = "") -> int:
        """Register a run's model in MLflow; taken back when the transaction fails."""
        self._created.append(create_version(self.client, self.theme, run, description))
        return self._created[-1]

    def add_row(self, version: int, run: Run) -> None:
        """Write the store's row of a version, unless it is there."""
        if version in {row.version for row in self.rows()}:
            return
        model_versions.add_model_version(
            self.theme_id,
            version,
            run_id=run.info.run_id,
            snapshot_id=self.snapshot_id(run),
            metrics=headline_metrics(run),
            session=self.session,
        )
        self.record_event(version, None, "none")

    def rows(self) -> list[ModelVersion]:
        """The theme's versions in the store, the newest first."""
        return model_versions.model_versions(self.theme_id, session=self.session)

    def row(self, version: int) -> ModelVersion:
        """One version in the store. Raises NotFoundError."""
        return model_versions.get_model_version(self.theme_id, version, session=self.session)

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

    def is_trained_here(self, run: Run) -> bool:
        """Whether a run can become a version of the theme, as far as `is_trained_here` tells."""
        return is_trained_here(run, self.theme_id, session=self.session)

    def can_be_best(self, run: Run) -> bool:
        """Whether a run is trained here and knows every label that samples of the theme have now."""
        return self.is_trained_here(run) and not self.unknown_labels(run)

    def unknown_labels(self, run: Run) -> list[str]:
        """The labels with samples that a run was not trained on, by their names of today; none when it has no data."""
        snapshot = self._snapshot(run)
        if snapshot is None:
            return []
        counts = theme_counts(self.theme_id, session=self.session).by_label
        lacking = [name for name, splits in counts.items() if sum(splits.values()) and name not in snapshot.class_names]
        if not lacking:
            return []
        # What is not there by name may have been renamed since.
        known = snapshot_labels(snapshot.id, snapshot.class_names, session=self.session).values()
        ids = {label.name: label.id for label in labels_of(self.theme_id, session=self.session)}
        return [name for name in lacking if ids[name] not in known]

    def valid_set(self, run: Run) -> str | None:
        """What a run's valid metrics are over: equal where they can be compared, None when it names no data."""
        snapshot = self._snapshot(run)
        if snapshot is None:
            return None
        if snapshot.id not in self._valid_sets:
            self._valid_sets[snapshot.id] = valid_set_digest(snapshot.id, session=self.session)
        return self._valid_sets[snapshot.id]

    def _snapshot(self, run: Run) -> Snapshot | None:
        digest = run.data.tags.get(SNAPSHOT_TAG)
        return get_snapshot(digest, theme_id=self.theme_id, session=self.session) if digest else None

    def set_stage(self, version: int, stage: str) -> RegistrationResult:
        """Change the stage in the store with its history, and let MLflow show it."""
        before = {row.version: row.stage for row in self.rows()}
        changed = model_versions.set_stage(self.theme_id, version, stage, session=self.session)
        for row in changed:
            self.record_event(row.version, before[row.version], row.stage)
        self.write_stages()
        row = self.row(version)
        snapshot = model_versions.snapshot_of_version(row, session=self.session)
        accuracy = row.metrics.get("test_accuracy")
        figure = figure_of_run(self.theme_id, row.run_id, accuracy, session=self.session)
        return RegistrationResult(
            theme=self.theme,
            version=version,
            stage=stage,
            run_id=row.run_id,
            snapshot_digest=snapshot.digest if snapshot else "",
            metrics=dict(row.metrics),
            archived=next((other.version for other in changed if other.version != version), None),
            leaks=sentence(snapshot.certificate if snapshot else None),
            test=str(figure or ""),
            **self._origin(version),
        )

    def _origin(self, version: int) -> dict[str, str]:
        """What MLflow says that a version is made of."""
        from mlflow.exceptions import MlflowException

        try:
            tags = self.client.get_model_version(self.theme, str(version)).tags
        except MlflowException:  # lost there; `workbench models check` tells
            return {}
        return {name: tags[name] for name in ORIGIN if name in tags}

    def record_event(self, version: int, before: str | None, after: str | None) -> None:
        """Add a line to the history; a registration into a stage is one line."""
        registration = self._registrations.get(version)
        if registration is not None and before == "none" and after is not None:
            registration.after = after
            return
        name = self.annotator or user_name()
        event = record_stage(self.theme_id, version, before=before, after=after, annotator=name, session=self.session)
        if before is None:
            self._registrations[version] = event

    def delete_version(self, row: ModelVersion) -> None:
        """Delete a version's row with its predictions, and the version in MLflow."""
        from mlflow.exceptions import MlflowException

        version = row.version
        self.record_event(abs(version), row.stage, None)
        model_versions.delete_model_version(row, session=self.session)
        self.write_stages()
        with suppress(MlflowException):
            # It may be gone there already; a check would find what is left.
            self.client.delete_model_version(self.theme, str(version))

    def write_stages(self) -> None:
        """Make MLflow show the stages that the store has now."""
        write_stages(self.client, self.theme, store_stages(self.theme_id, session=self.session))

    def undo_in_mlflow(self, *, session: Session) -> None:
        """Delete in MLflow what was created there, and make it show the stages that the store has in `session`."""
        for version in self._created:
            self.client.delete_model_version(self.theme, str(version))
        write_stages(self.client, self.theme, store_stages(self.theme_id, session=session))


def is_trained_here(run: Run, theme_id: int, *, session: Session) -> bool:
    """Whether a theme has the snapshot that a run names: a deleted theme of the same name leaves its runs behind."""
    digest = run.data.tags.get(SNAPSHOT_TAG)
    return not digest or has_snapshot(digest, theme_id=theme_id, session=session)


@contextmanager
def registry_transaction(
    theme: str, project: Project | None, *, annotator: str | None = None
) -> Iterator[RegistryTransaction]:
    """Lock the theme, and commit at the end; on an error both sides become what they were.

    `annotator` (default: the user) goes into the history. Raises NotFoundError for an unknown theme.
    """
    store = open_store(project)
    client = connect(store.project)
    transaction = None
    try:
        with store.write() as session:
            theme_id = get_theme(theme, session=session).id
            lock_theme(theme_id, session=session)
            transaction = RegistryTransaction(theme, theme_id, store.project, client, session, annotator)
            yield transaction
    except BaseException:
        if transaction is not None:
            with suppress(Exception), store.read() as session:
                transaction.undo_in_mlflow(session=session)
        raise
    finally:
        store.close()
