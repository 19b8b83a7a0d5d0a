"""Writing a trained model into an MLflow run."""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.registry.pyfunc import CONTENT_FILE, CONTENT_FOLDER, FACTORY_FILE, WEIGHTS_FILE, ModelContent
from workbench.registry.tracking import MODEL_NAME

if TYPE_CHECKING:
    from mlflow.models.model import ModelInfo
    from torch import Tensor

_NEEDED = (
    "mlflow",
    "torch",
    "torchvision",
    "numpy",
    "pandas",
    "pillow",
    "opencv-python-headless",
    "albumentations",
    "pydantic",
    "ruamel.yaml",
    "sqlalchemy",
    "lightning",
    "cloudpickle",
)
"""What loading and predicting import; versions are pinned to those that trained the model."""


def log_model(
    content: ModelContent,
    weights: dict[str, Tensor],
    *,
    own_factory: Callable[..., Any] | None = None,
    own_module: str | None = None,
) -> ModelInfo:
    """Log the model into MLflow's active run as the pyfunc `model`.

    `weights` is the network's state dict. `own_factory` is a factory that lives in no installed package (a notebook
    cell, a file of the project): it is called with the content's arguments, and its code, that of `own_module` (by
    default the module that defines it), is put into the model.
    """
    import mlflow
    import torch
    from mlflow.models import ModelSignature
    from mlflow.types.schema import ColSpec, DataType, Map, Schema

    outputs: list[Any] = [
        ColSpec("string", "label", required=False),
        ColSpec("double", "score", required=False),
        ColSpec(Map(DataType.double), "probabilities", required=False),
        ColSpec("string", "error", required=False),
    ]
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        folder = Path(temporary) / CONTENT_FOLDER
        folder.mkdir()
        (folder / CONTENT_FILE).write_text(content.to_json(), encoding="utf-8")
        torch.save({name: value.cpu() for name, value in weights.items()}, folder / WEIGHTS_FILE)
        if own_factory is not None:
            (folder / FACTORY_FILE).write_bytes(_pickled(own_factory, own_module or own_factory.__module__))
        package = Path(__file__).resolve().parents[1]
        return mlflow.pyfunc.log_model(
            name=MODEL_NAME,
            python_model=str(Path(__file__).with_name("model_from_code.py")),
            artifacts={CONTENT_FOLDER: str(folder)},
            code_paths=[str(package)],
            # Only the outputs: a schema of the inputs would allow one of the accepted forms and refuse the others.
            signature=ModelSignature(outputs=Schema(outputs)),
            pip_requirements=pinned(_NEEDED),
            metadata={"class_names": content.class_names},
        )


def discard_models() -> None:
    """Remove the models that the active run logged before it was resumed, unless one was registered."""
    import mlflow

    active = mlflow.active_run()
    client = mlflow.MlflowClient()
    if active is None or client.search_model_versions(f"run_id = '{active.info.run_id}'"):
        return
    run = client.get_run(active.info.run_id)
    for output in run.outputs.model_outputs if run.outputs else []:
        client.delete_logged_model(output.model_id)


def pinned(packages: tuple[str, ...]) -> list[str]:
    """Return `name==version` for each package that is installed, without local parts such as `+cpu`."""
    found = []
    for name in packages:
        try:
            found.append(f"{name}=={version(name).split('+')[0]}")
        except PackageNotFoundError:
            continue
    return found


def _pickled(factory: Callable[..., Any], module_name: str) -> bytes:
    import cloudpickle

    module = sys.modules.get(module_name)
    by_value = module is not None and module_name != "__main__"
    if by_value:
        cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(factory))
    finally:
        if by_value:
            cloudpickle.unregister_pickle_by_value(module)
