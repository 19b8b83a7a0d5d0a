"""Whether MLflow's registry and the store have the same versions and stages, and repairing it where they do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from workbench.errors import NotFoundError, WorkbenchError
from workbench.paths import Project
from workbench.registry.aliases import MlflowStages, mlflow_stages, stage_differences, store_stages, write_stages
from workbench.registry.runs import model_of
from workbench.registry.tracking import SNAPSHOT_TAG, connect, get_run
from workbench.registry.transaction import RegistryTransaction, is_trained_here, registry_transaction
from workbench.store import Session, open_store
from workbench.store.model_versions import (
    is_of_deleted_theme,
    link_snapshot,
    model_in_stage,
    model_versions,
    renumber_model_version,
)
from workbench.store.predictions import count_predictions
from workbench.store.schema import ModelVersion
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from mlflow import MlflowClient


@dataclass(frozen=True)
class SyncDifference:
    """One thing in which registry and store differ. `repair` says what repairs it, None when nothing here can."""

    kind: str
    text: str
    repair: str | None


@dataclass(frozen=True)
class SyncReport:
    """How a theme's registry differs from the store, and what a repair did (nothing after a mere check)."""

    theme: str
    versions: int
    differences: list[SyncDifference] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether MLflow and the store have the same."""
        return not self.differences

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "theme": self.theme,
            "versions": self.versions,
            "ok": self.ok,
            "differences": [{"kind": each.kind, "text": each.text, "repair": each.repair} for each in self.differences],
            "repaired": self.repaired,
        }


def check_registry(theme: str, project: Project | None = None) -> SyncReport:
    """Compare a theme's rows with MLflow's registry; nothing is changed."""
    store = open_store(project)
    client = connect(store.project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            rows = model_versions(theme_id, session=session)
            found = _differences(client, theme, theme_id, store.project, session)
            return SyncReport(theme, len(rows), found)
    finally:
        store.close()


def repair_registry(theme: str, project: Project | None = None, *, annotator: str | None = None) -> SyncReport:
    """Repair what can be repaired, in one transaction, and report what is left.

    The store's stages win. A version that only MLflow has gets its row. A version that only the store has is
    registered in MLflow once more, under a new number and with its predictions, as long as its run's model exists;
    otherwise its row and its predictions are deleted.
    """
    with registry_transaction(theme, project, annotator=annotator) as transaction:
        done = _drop_former_versions(transaction)
        done += _add_missing_rows(transaction) + _restore_missing_versions(transaction)
        done += _link_snapshots(transaction)
        wanted = store_stages(transaction.theme_id, session=transaction.session)
        shown = mlflow_stages(transaction.client, theme)
        done += [f"mended: {text}" for text in stage_differences(wanted, shown)]
        write_stages(transaction.client, theme, wanted)
    left = check_registry(theme, project)
    return SyncReport(theme, left.versions, left.differences, done)


def _differences(
    client: MlflowClient, theme: str, theme_id: int, project: Project, session: Session
) -> list[SyncDifference]:
    shown = mlflow_stages(client, theme)
    rows = {row.version: row for row in model_versions(theme_id, session=session)}
    found = [
        _only_in_mlflow(version, run_id, theme_id, project, session)
        for version, run_id in shown.runs.items()
        if not _same(rows.get(version), version, shown)
    ]
    found += [
        _only_in_store(client, row, project, session) for row in rows.values() if not _same(row, row.version, shown)
    ]
    wanted = store_stages(theme_id, session=session)
    found += [
        SyncDifference("stage", text, "let MLflow show the store's stages") for text in stage_differences(wanted, shown)
    ]
    for row in rows.values():
        if _same(row, row.version, shown) and (gone := _missing_files(client, theme, row.version)):
            found.append(SyncDifference("files", f"version {row.version} cannot be loaded: {gone}", None))
        if row.snapshot_id is None and _digest_of(row, project):
            found.append(SyncDifference("snapshot", f"version {row.version} has lost its snapshot", "link it"))
    return found


def _only_in_mlflow(version: int, run_id: str, theme_id: int, project: Project, session: Session) -> SyncDifference:
    text, repair = f"version {version} is in MLflow only", None
    if is_of_deleted_theme(run_id, theme_id, session=session):
        text += " and belongs to a theme of this name that was deleted"
        repair = "delete it in MLflow; its run and its model stay"
    elif not _run_exists(run_id, project):
        text += " and comes from no run of this project; delete it in MLflow's pages"
    elif not is_trained_here(get_run(run_id, project), theme_id, session=session):
        text += " and was trained on a snapshot that the theme lacks; restore its backup, or delete it there"
    else:
        repair = "add its row to the store"
    return SyncDifference("missing in the store", text, repair)


def _only_in_store(client: MlflowClient, row: ModelVersion, project: Project, session: Session) -> SyncDifference:
    text = f"version {row.version} is in the store only"
    if _has_model(client, row.run_id, project):
        return SyncDifference("missing in MLflow", text, "register its run once more, under a new number")
    count = count_predictions(row.id, session=session)
    repair = f"delete its row and its {count:,} predictions: its run has no model any more"
    if not _run_exists(row.run_id, project):
        repair += " (if a backup was restored here, bring mlflow.db and artifacts/ back instead)"
    return SyncDifference("missing in MLflow", text, repair)


def _same(row: ModelVersion | None, version: int, shown: MlflowStages) -> bool:
    """Whether a row and MLflow's version of that number are of one run."""
    return row is not None and shown.runs.get(version) == row.run_id


def _run_exists(run_id: str, project: Project) -> bool:
    try:
        get_run(run_id, project)
    except NotFoundError:
        return False
    return True


def _has_model(client: MlflowClient, run_id: str, project: Project) -> bool:
    try:
        return model_of(client, get_run(run_id, project)) is not None
    except WorkbenchError:
        return False


def _missing_files(client: MlflowClient, theme: str, version: int) -> str | None:
    from mlflow.exceptions import MlflowException

    try:
        location = client.get_model_version_download_uri(theme, str(version))
        parsed = urlparse(location)
        if parsed.scheme not in ("", "file"):
            return None
        folder = Path(url2pathname(parsed.path) if parsed.scheme else location)
        return None if (folder / "MLmodel").is_file() else f"there are no files in {folder}"
    except MlflowException as error:
        return str(error.message)


def _digest_of(row: ModelVersion, project: Project) -> str | None:
    try:
        return get_run(row.run_id, project).data.tags.get(SNAPSHOT_TAG)
    except NotFoundError:
        return None


def _drop_former_versions(transaction: RegistryTransaction) -> list[str]:
    """Delete in MLflow the versions of a deleted theme that had the name before."""
    shown = mlflow_stages(transaction.client, transaction.theme)
    rows = {row.version: row for row in transaction.rows()}
    done = []
    for version, run_id in sorted(shown.runs.items()):
        if _same(rows.get(version), version, shown):
            continue
        if is_of_deleted_theme(run_id, transaction.theme_id, session=transaction.session):
            transaction.client.delete_model_version(transaction.theme, str(version))
            done.append(f"deleted version {version} of the former theme in MLflow")
    return done


def _add_missing_rows(transaction: RegistryTransaction) -> list[str]:
    shown = mlflow_stages(transaction.client, transaction.theme)
    rows = {row.version: row for row in transaction.rows()}
    done = []
    for version, run_id in sorted(shown.runs.items()):
        row = rows.get(version)
        if _same(row, version, shown) or not _run_exists(run_id, transaction.project):
            continue
        run = get_run(run_id, transaction.project)
        if not transaction.is_trained_here(run):
            continue
        if row is not None:
            # The number belongs to another run now: the row is set aside until its own run is registered once more.
            renumber_model_version(row, -version, session=transaction.session)
        transaction.add_row(version, run)
        stage = _free_stage(transaction, shown, version)
        if stage != "none":
            transaction.set_stage(version, stage)
        done.append(f"added the row of version {version}, stage '{stage}'")
    return done


def _free_stage(transaction: RegistryTransaction, shown: MlflowStages, version: int) -> str:
    """The stage that MLflow shows for a version, unless the store has another version there."""
    stage = next((alias for alias, holder in shown.aliases.items() if holder == version), shown.stages.get(version))
    if stage in ("staging", "production"):
        taken = model_in_stage(transaction.theme_id, stage, session=transaction.session) is not None
        return "archived" if taken else stage
    return "archived" if stage == "archived" else "none"


def _restore_missing_versions(transaction: RegistryTransaction) -> list[str]:
    shown = mlflow_stages(transaction.client, transaction.theme)
    # The oldest first, so that the order of the versions stays.
    missing = [row for row in transaction.rows()[::-1] if not _same(row, row.version, shown)]
    for row in missing:
        # Where MLflow lost the whole model, it gives out their numbers once more: they are set aside.
        renumber_model_version(row, -abs(row.version), session=transaction.session)
    done = []
    for row in missing:
        before = abs(row.version)
        if not _has_model(transaction.client, row.run_id, transaction.project):
            transaction.delete_version(row)
            done.append(f"deleted version {before}, whose run has no model any more")
            continue
        made = transaction.create_version(get_run(row.run_id, transaction.project))
        renumber_model_version(row, made, session=transaction.session)
        transaction.record_event(row.version, None, row.stage)
        done.append(f"registered version {before} once more, as version {row.version}")
    return done


def _link_snapshots(transaction: RegistryTransaction) -> list[str]:
    done = []
    for row in transaction.rows():
        if row.snapshot_id is None and _digest_of(row, transaction.project):
            snapshot_id = transaction.snapshot_id(get_run(row.run_id, transaction.project))
            link_snapshot(row, snapshot_id, session=transaction.session)
            done.append(f"linked version {row.version} to its snapshot")
    return done
