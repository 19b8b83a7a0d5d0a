"""Whether MLflow's registry and the store say the same, and mending it where they do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from workbench.errors import NotFoundError, WorkbenchError
from workbench.paths import Project
from workbench.registry.aliases import Shown, align, differences, shown_by, wanted_of
from workbench.registry.runs import model_of
from workbench.registry.tracking import SNAPSHOT_TAG, connect, get_run
from workbench.registry.transaction import Change, changing, trained_here
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
class Disagreement:
    """One thing that registry and store tell differently. `repair` says what mends it, None when nothing here can."""

    kind: str
    text: str
    repair: str | None


@dataclass(frozen=True)
class AgreementReport:
    """What was found in a theme's registry, and what a repair did (empty after a mere check)."""

    theme: str
    versions: int
    disagreements: list[Disagreement] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether MLflow and the store say the same."""
        return not self.disagreements

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        found = [{"kind": each.kind, "text": each.text, "repair": each.repair} for each in self.disagreements]
        return {
            "theme": self.theme, "versions": self.versions, "ok": self.ok, "disagreements": found,
            "repaired": self.repaired,
        }  # fmt: skip


def check_registry(theme: str, project: Project | None = None) -> AgreementReport:
    """Compare a theme's rows with MLflow's registry; nothing is changed."""
    store = open_store(project)
    client = connect(store.project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            rows = model_versions(theme_id, session=session)
            found = _disagreements(client, theme, theme_id, store.project, session)
            return AgreementReport(theme, len(rows), found)
    finally:
        store.close()


def repair_registry(theme: str, project: Project | None = None, *, annotator: str | None = None) -> AgreementReport:
    """Mend what can be mended, in one step, and report what is left.

    The store's stages win. A version that only MLflow has gets its row. A version that only the store has is
    registered in MLflow anew, under a new number and with its answers, as long as its run's model exists; otherwise
    its row and its answers go.
    """
    with changing(theme, project) as change:
        done = _drop_former_versions(change)
        done += _add_missing_rows(change, annotator) + _restore_missing_versions(change, annotator)
        done += _link_snapshots(change)
        wanted = wanted_of(change.theme_id, session=change.session)
        done += [f"mended: {text}" for text in differences(wanted, shown_by(change.client, theme))]
        align(change.client, theme, wanted)
    left = check_registry(theme, project)
    return AgreementReport(theme, left.versions, left.disagreements, done)


def _disagreements(
    client: MlflowClient, theme: str, theme_id: int, project: Project, session: Session
) -> list[Disagreement]:
    shown = shown_by(client, theme)
    rows = {row.version: row for row in model_versions(theme_id, session=session)}
    found = [
        _only_in_mlflow(version, run_id, theme_id, project, session)
        for version, run_id in shown.runs.items()
        if not _same(rows.get(version), version, shown)
    ]
    found += [
        Disagreement(
            "missing in MLflow", f"version {row.version} is in the store only", _way_back(client, row, project, session)
        )
        for row in rows.values()
        if not _same(row, row.version, shown)
    ]
    wanted = wanted_of(theme_id, session=session)
    found += [Disagreement("stage", text, "let MLflow show the store's stages") for text in differences(wanted, shown)]
    for row in rows.values():
        if _same(row, row.version, shown) and (gone := _files_gone(client, theme, row.version)):
            found.append(Disagreement("files", f"version {row.version} cannot be loaded: {gone}", None))
        if row.snapshot_id is None and _digest_of(row, project):
            found.append(Disagreement("snapshot", f"version {row.version} has lost its snapshot", "link it again"))
    return found


def _only_in_mlflow(version: int, run_id: str, theme_id: int, project: Project, session: Session) -> Disagreement:
    text, repair = f"version {version} is in MLflow only", None
    if is_of_deleted_theme(run_id, theme_id, session=session):
        text += " and belongs to a theme of this name that was deleted"
        repair = "delete it in MLflow; its run and its model stay"
    elif not _run_exists(run_id, project):
        text += " and comes from no run of this project; delete it in MLflow's pages"
    elif not trained_here(get_run(run_id, project), theme_id, session=session):
        text += " and was trained on a snapshot that the theme lacks; restore its backup, or delete it there"
    else:
        repair = "add its row to the store"
    return Disagreement("missing in the store", text, repair)


def _same(row: ModelVersion | None, version: int, shown: Shown) -> bool:
    """Whether a row and MLflow's version of that number are of one run."""
    return row is not None and shown.runs.get(version) == row.run_id


def _way_back(client: MlflowClient, row: ModelVersion, project: Project, session: Session) -> str:
    if _has_model(client, row.run_id, project):
        return "register its run anew, under a new number"
    answers = count_predictions(row.id, session=session)
    lost = f"delete its row and its {answers:,} answers: its run has no model any more"
    if _run_exists(row.run_id, project):
        return lost
    return f"{lost} (if a backup was restored here, bring mlflow.db and artifacts/ back instead)"


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


def _files_gone(client: MlflowClient, theme: str, version: int) -> str | None:
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


def _drop_former_versions(change: Change) -> list[str]:
    shown = shown_by(change.client, change.theme)
    rows = {row.version: row for row in model_versions(change.theme_id, session=change.session)}
    done = []
    for version, run_id in sorted(shown.runs.items()):
        if _same(rows.get(version), version, shown) or not is_of_deleted_theme(
            run_id, change.theme_id, session=change.session
        ):
            continue
        change.client.delete_model_version(change.theme, str(version))
        done.append(f"deleted version {version} of the former theme in MLflow")
    return done


def _restore_missing_versions(change: Change, annotator: str | None) -> list[str]:
    shown = shown_by(change.client, change.theme)
    # The oldest first, so that the order of the versions stays.
    rows = model_versions(change.theme_id, session=change.session)[::-1]
    missing = [row for row in rows if not _same(row, row.version, shown)]
    for row in missing:
        # MLflow may give out their numbers again, where it lost the whole model: make room.
        renumber_model_version(row, -abs(row.version), session=change.session)
    done = []
    for row in missing:
        before = abs(row.version)
        if not _has_model(change.client, row.run_id, change.project):
            change.forget(row, annotator)
            done.append(f"deleted version {before}, whose run has no model any more")
            continue
        made = change.create(get_run(row.run_id, change.project), "")
        renumber_model_version(row, made, session=change.session)
        change.note(row.version, None, row.stage, annotator)
        done.append(f"registered version {before} anew as version {row.version}")
    return done


def _add_missing_rows(change: Change, annotator: str | None) -> list[str]:
    shown = shown_by(change.client, change.theme)
    rows = {row.version: row for row in model_versions(change.theme_id, session=change.session)}
    done = []
    for version, run_id in sorted(shown.runs.items()):
        row = rows.get(version)
        if _same(row, version, shown) or not _run_exists(run_id, change.project):
            continue
        if not change.knows(get_run(run_id, change.project)):
            continue
        if row is not None:
            # The number belongs to another run now: make room, the row gets a new one when it is registered anew.
            renumber_model_version(row, -version, session=change.session)
        change.remember(version, get_run(run_id, change.project), annotator)
        stage = _free_stage(change, shown, version)
        if stage != "none":
            change.move(version, stage, annotator)
        done.append(f"added the row of version {version}, stage '{stage}'")
    return done


def _free_stage(change: Change, shown: Shown, version: int) -> str:
    """The stage that MLflow shows for a version, unless the store has another version there."""
    stage = next((alias for alias, holder in shown.aliases.items() if holder == version), shown.stages.get(version))
    if stage in ("staging", "production"):
        taken = model_in_stage(change.theme_id, stage, session=change.session) is not None
        return "archived" if taken else stage
    return "archived" if stage == "archived" else "none"


def _link_snapshots(change: Change) -> list[str]:
    done = []
    for row in model_versions(change.theme_id, session=change.session):
        if row.snapshot_id is None and _digest_of(row, change.project):
            snapshot_id = change.snapshot_id(get_run(row.run_id, change.project))
            link_snapshot(row, snapshot_id, session=change.session)
            done.append(f"linked version {row.version} to its snapshot")
    return done
