"""The trained model as an MLflow pyfunc: weights, the way to build the network, preprocessing and class names.

What a model folder holds beside MLflow's own files:

- `model.json`: `network` (the factory as `module:name` and its arguments), `preprocessing`, `class_names`;
- `weights.pt`: the network's state dict;
- `factory.pkl`: only for a network of one's own, whose code is in no package: its factory, pickled with its code.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from mlflow.pyfunc import PythonModel

from workbench.data import Preprocessing, combine_patches
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    import torch
    from mlflow.pyfunc import PythonModelContext

IMAGE_COLUMN = "image"
_BATCH = 64


@dataclass(frozen=True)
class ModelContent:
    """What a model consists of. `factory` is `module:name` of a callable that `arguments` turn into the network."""

    factory: str
    arguments: dict[str, Any]
    preprocessing: dict[str, Any]
    class_names: list[str]
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        network = {"factory": self.factory, "arguments": self.arguments}
        content = {"network": network, "preprocessing": self.preprocessing, "class_names": self.class_names}
        return json.dumps({**content, "extra": self.extra}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> ModelContent:
        data = json.loads(text)
        network = data["network"]
        return cls(
            network["factory"], network["arguments"], data["preprocessing"], data["class_names"], data.get("extra", {})
        )


class ImageClassifier(PythonModel):
    """Predicts label, score and the probability of each class.

    Input: a list, an array or a table with the column `image`; each image is a path, the bytes of an image file, those
    bytes in base64 (with or without a `data:` prefix), or a uint8 array (H, W, 3) or (H, W). Output: a table with one
    row per image and the columns `label`, `score`, `probabilities` (class name -> probability) and `error`, which is
    None, or says why this image could not be read; label and score are then None.
    """

    def load_context(self, context: PythonModelContext) -> None:
        """Build the network and load its weights, on the GPU when there is one."""
        import torch

        folder = Path(context.artifacts["content"])
        self.content = ModelContent.from_json((folder / "model.json").read_text(encoding="utf-8"))
        self.class_names = self.content.class_names
        self.preprocessing = Preprocessing.from_dict(self.content.preprocessing)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network = _factory(self.content.factory, folder)(**self.content.arguments)
        network.load_state_dict(torch.load(folder / "weights.pt", map_location="cpu", weights_only=True))
        self.network: torch.nn.Module = network.eval().to(self.device)

    def predict(self, context: Any, model_input: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Predict a whole input; see the class for its forms and the result."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        images = list(each_image(model_input))
        for start in range(0, len(images), _BATCH):
            rows += self._predict_batch(images[start : start + _BATCH])
        return pd.DataFrame(rows, columns=["label", "score", "probabilities", "error"])

    def probabilities(self, images: Sequence[Any]) -> tuple[np.ndarray, list[str | None]]:
        """Return float32 (images, classes), NaN for an image that could not be read, and an error or None for each."""
        result = np.full((len(images), len(self.class_names)), np.nan, dtype=np.float32)
        errors: list[str | None] = [None] * len(images)
        patches: list[np.ndarray] = []
        owners: list[int] = []
        for index, image in enumerate(images):
            try:
                cut = self.preprocessing.patches(as_image(image))
            except WorkbenchError as error:
                errors[index] = str(error)
                continue
            patches += cut
            owners += [index] * len(cut)
        if patches:
            which, means = combine_patches(self._forward(patches), np.array(owners))
            result[which] = means
        return result, errors

    def _predict_batch(self, images: Sequence[Any]) -> list[dict[str, Any]]:
        probabilities, errors = self.probabilities(images)
        rows: list[dict[str, Any]] = []
        for values, error in zip(probabilities, errors, strict=True):
            if error is not None:
                rows.append({"label": None, "score": None, "probabilities": None, "error": error})
                continue
            best = int(values.argmax())
            each = {name: float(value) for name, value in zip(self.class_names, values, strict=True)}
            rows.append(
                {"label": self.class_names[best], "score": float(values[best]), "probabilities": each, "error": None}
            )
        return rows

    def _forward(self, patches: Sequence[np.ndarray]) -> np.ndarray:
        import torch

        from workbench.data.pipeline import evaluate

        augmenter = self.preprocessing.augmenter("test")
        with torch.inference_mode():
            inputs = self.preprocessing.normalize(evaluate(augmenter, patches)).to(self.device)
            return self.network(inputs).float().softmax(dim=1).cpu().numpy()


def each_image(model_input: Any) -> Iterator[Any]:
    """Yield the images of any of the accepted inputs."""
    import pandas as pd

    if isinstance(model_input, pd.DataFrame):
        column = IMAGE_COLUMN if IMAGE_COLUMN in model_input.columns else model_input.columns[0]
        yield from model_input[column]
    elif isinstance(model_input, str | bytes | bytearray | Path):
        yield model_input
    elif isinstance(model_input, np.ndarray) and model_input.dtype == np.uint8 and model_input.ndim in (2, 3):
        yield model_input
    elif isinstance(model_input, Mapping):
        yield from model_input[IMAGE_COLUMN]
    else:
        yield from model_input


def as_image(image: Any) -> bytes | Path | np.ndarray:
    """Turn one accepted image into what the preprocessing reads.

    Raises WorkbenchError for anything else, with what is accepted.
    """
    if isinstance(image, Path):
        return _existing(image)
    if isinstance(image, bytes | bytearray | memoryview):
        return bytes(image)
    if isinstance(image, np.ndarray):
        return _pixels(image)
    if isinstance(image, str):
        return _from_text(image)
    raise WorkbenchError(
        f"an image of type {type(image).__name__} is not accepted: give a path, bytes, base64 text or a uint8 array"
    )


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise WorkbenchError(f"there is no file {path}")
    return path


def _pixels(image: np.ndarray) -> np.ndarray:
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or 0 in image.shape:
        raise WorkbenchError(
            f"an array of shape {image.shape} and type {image.dtype} is not accepted: give uint8 of shape (H, W, 3)"
        )
    if image.ndim == 2:
        return np.repeat(image[:, :, None], 3, axis=2)
    if image.shape[2] == 1:
        return np.repeat(image, 3, axis=2)
    if image.shape[2] != 3:
        raise WorkbenchError(f"an array with {image.shape[2]} channels is not accepted: give RGB, (H, W, 3)")
    return np.ascontiguousarray(image)


def _from_text(text: str) -> bytes | Path:
    """A path where a file is, otherwise base64."""
    if len(text) < 4096 and not text.startswith("data:"):
        path = Path(text)
        try:
            if path.is_file():
                return path
        except OSError:  # too long for a file name, or signs that no path may have
            pass
    payload = text.partition(",")[2] if text.startswith("data:") else text
    try:
        content = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        raise WorkbenchError(f"'{shown}' is neither the path of a file nor base64 of one")
    return content


def _factory(reference: str, folder: Path) -> Any:
    pickled = folder / "factory.pkl"
    if pickled.is_file():
        import cloudpickle

        return cloudpickle.load(io.BytesIO(pickled.read_bytes()))
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
