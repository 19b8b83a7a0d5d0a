"""From the name of a model - a stage, a version, a run - to its network, ready to predict."""

from __future__ import annotations

import re
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from workbench.errors import NotFoundError, WorkbenchError, first_line
from workbench.paths import Project
from workbench.registry.tracking import MODEL_NAME, connect, get_run, run_of_others_kept
from workbench.store import Session, open_store
from workbench.store.model_versions import get_model_version, model_in_stage, model_versions, version_of_run
from workbench.store.schema import ModelVersion
from workbench.store.themes import get_theme
from workbench.trust import foreign_because, require_trust

if TYPE_CHECKING:
    import torch

    from workbench.data import Preprocessing
    from workbench.registry.pyfunc import ImageClassifier


_STAGES = ("production", "staging")
_RUN_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class ModelReference:
    """Which model is meant: a registered version (with the id of its row in the store), or a run that has none."""

    theme: str
    theme_id: int
    run_id: str
    version: int | None
    model_id: int | None
    stage: str | None = None

    @property
    def uri(self) -> str:
        """Where MLflow finds it."""
        if self.version is not None:
            return f"models:/{self.theme}/{self.version}"
        return f"runs:/{self.run_id}/{MODEL_NAME}"

    @property
    def short_name(self) -> str:
        """A name for files and messages: `v3`, or the beginning of the run id."""
        return f"v{self.version}" if self.version is not None else self.run_id[:8]


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory: float images (N, 3, H, W) that `preprocessing` made go through `network` to its logits."""

    reference: ModelReference
    network: torch.nn.Module
    preprocessing: Preprocessing
    class_names: tuple[str, ...]
    device: torch.device
    classifier: ImageClassifier
    """The same network behind the way that a served model predicts: paths, bytes or arrays in, a table out."""


def is_run_id(text: str) -> bool:
    """Whether a text is the id of an MLflow run by its look."""
    return _RUN_ID.fullmatch(text.strip()) is not None


def find_model(theme: str, model: str | int, *, session: Session) -> ModelReference:
    """Find what `model` names: `production`, `staging`, a version, or the id of a run.

    Raises NotFoundError that says what there is.
    """
    row = get_theme(theme, session=session)
    text = str(model).strip()
    if text in _STAGES:
        found = model_in_stage(row.id, text, session=session)
        if found is None:
            raise NotFoundError(_nothing_in_stage(theme, text, model_versions(row.id, session=session)))
    elif is_run_id(text):
        found = version_of_run(row.id, text, session=session)
    elif text.isdecimal():
        found = get_model_version(row.id, int(text), session=session)
    else:
        raise WorkbenchError(
            f"'{model}' is not a model. Allowed: {', '.join(_STAGES)}, the number of a version, or the id of a run."
        )
    if found is None:
        return ModelReference(theme, row.id, text, None, None)
    return ModelReference(theme, row.id, found.run_id, found.version, found.id, found.stage)


@run_of_others_kept()
def load_model(
    theme: str, model: str | int = "production", *, project: Project | None = None, device: str = "auto"
) -> LoadedModel:
    """Load a theme's model for `device` (`auto`: the GPU when there is one).

    Raises NotFoundError when there is no such model, WorkbenchError when its files are gone or the device is missing.
    """
    import mlflow.pyfunc
    import torch
    from mlflow.exceptions import MlflowException

    store = open_store(project)
    try:
        with store.read() as session:
            reference = find_model(theme, model, session=session)
    finally:
        store.close()
    connect(store.project)
    if reference.version is None:
        get_run(reference.run_id, store.project)
    paths = list(sys.path)
    try:
        uri = _address(reference, store.project)
        with warnings.catch_warnings():
            # MLflow asks models from code for type hints, which would narrow what ours accept.
            warnings.simplefilter("ignore", UserWarning)
            if foreign_because(store.project) is not None:
                classifier = _without_its_code(uri, reference, store.project)
            else:
                classifier = mlflow.pyfunc.load_model(uri).unwrap_python_model().classifier
    except (MlflowException, OSError) as error:
        raise WorkbenchError(
            f"The model {reference.uri} of '{theme}' cannot be loaded: {first_line(error).rstrip('.')}. "
            f"`workbench models check {quote(theme)}` says whether its files are there."
        ) from error
    finally:
        # MLflow puts the model's copy of this package first; processes that are started later would run that copy.
        sys.path[:] = paths
    try:
        chosen = torch.device(_device(device))
        network = classifier.network.to(chosen)
    except (RuntimeError, AssertionError) as error:
        raise WorkbenchError(f"The device '{device}' cannot be used here: {first_line(error)}") from error
    return LoadedModel(reference, network, classifier.preprocessing, tuple(classifier.class_names), chosen, classifier)


def _address(reference: ModelReference, project: Project) -> str:
    """Where MLflow reads a model from: it writes into the folder of a version, which a read-only disk refuses."""
    if not project.is_read_only:
        return reference.uri
    client = connect(project)
    outputs = client.get_run(reference.run_id).outputs
    models = outputs.model_outputs if outputs else []
    return str(client.get_logged_model(models[-1].model_id).artifact_location) if models else reference.uri


def _without_its_code(uri: str, reference: ModelReference, project: Project) -> ImageClassifier:
    """Load a model from what is data in its folder. Raises NotTrustedError where its network is code of its own."""
    from workbench.registry.pyfunc import FACTORY_FILE, ImageClassifier, ModelContent

    folder = _content(uri)
    content = ModelContent.from_json((folder / "model.json").read_text(encoding="utf-8"))
    if (folder / FACTORY_FILE).exists() or not content.factory.startswith("workbench."):
        require_trust(project, f"The model {reference.short_name} of '{reference.theme}'")
    return ImageClassifier(folder)


def content_folder(reference: ModelReference, project: Project) -> Path:
    """Return the folder that holds all of a model (see `registry.pyfunc`), fetched where it lies elsewhere."""
    connect(project)
    return _content(_address(reference, project))


def content_of_version(theme: str, version: int, *, project: Project) -> Path:
    """Return the same of a registered version. Raises NotFoundError when there is none of that number."""
    store = open_store(project)
    try:
        with store.read() as session:
            return content_folder(find_model(theme, version, session=session), project)
    finally:
        store.close()


def _content(uri: str) -> Path:
    import mlflow.artifacts

    from workbench.registry.pyfunc import CONTENT_FOLDER

    return Path(mlflow.artifacts.download_artifacts(artifact_uri=uri)) / "artifacts" / CONTENT_FOLDER


def _device(given: str) -> str:
    import torch

    if given != "auto":
        return given
    return "cuda" if torch.cuda.is_available() else "cpu"


def _nothing_in_stage(theme: str, stage: str, versions: list[ModelVersion]) -> str:
    if not versions:
        return f"'{theme}' has no registered model yet. Register one: workbench register {quote(theme)} --stage {stage}"
    known = ", ".join(f"{row.version} ({row.stage})" for row in versions[:10])
    return (
        f"No version of '{theme}' is in {stage}. Versions: {known}. "
        f"Promote one: workbench models promote {quote(theme)} VERSION {stage}"
    )
