"""The trained model, complete: weights, the way to build the network, preprocessing and class names.

`model_from_code.py` makes an MLflow pyfunc of it. What its folder holds:

- `model.json`: `network` (the factory as `module:name` and its arguments), `preprocessing`, `class_names`,
  `temperature`, and by which version it was saved;
- `weights.pt`: the network's state dict;
- `factory.pkl`: only for a network of one's own, whose code is in no package: its factory, pickled with its code.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import io
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.batches.inputs import Preprocessing, read_inputs
from workbench.distribution import VERSION
from workbench.errors import WorkbenchError, first_line

if TYPE_CHECKING:
    import pandas as pd
    import torch

IMAGE_COLUMN = "image"
OUTPUT_COLUMNS = ("label", "score", "probabilities", "error")
CONTENT_FOLDER = "content"
CONTENT_FILE = "model.json"
WEIGHTS_FILE = "weights.pt"
FACTORY_FILE = "factory.pkl"
FORMAT = 1
"""Raised when a model is written in a form that older versions cannot read."""

_BATCH = 64
_DIGEST_SHOWN = 12
_CHANNELS = 4


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelContent:
    """What a model consists of. `factory` is `module:name` of a callable that `arguments` turn into the network."""

    factory: str
    arguments: dict[str, Any]
    preprocessing: dict[str, Any]
    class_names: list[str]
    extra: dict[str, Any] = field(default_factory=dict)
    temperature: float = 1.0
    """What the network's logits are divided by."""
    views: list[str] = field(default_factory=list)
    """Names of the views that its probabilities are averaged over, see `workbench.data.batches.tta`."""
    saved_by: str = VERSION
    """The workbench that wrote it."""

    def to_json(self) -> str:
        """Return the content as the text that is kept beside the weights."""
        network = {"factory": self.factory, "arguments": self.arguments}
        content = {"network": network, "preprocessing": self.preprocessing, "class_names": self.class_names}
        further = {"extra": self.extra, "temperature": self.temperature, "views": self.views}
        further |= {"format": FORMAT, "saved_by": self.saved_by}
        return json.dumps({**content, **further}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> ModelContent:
        """Return the content that `to_json` wrote, here or in an older version.

        Raises WorkbenchError for one that a newer version wrote in a form that this one does not know.
        """
        data = json.loads(text)
        saved_by = data.get("saved_by", "before 0.1.0")
        if data.get("format", 1) > FORMAT:
            raise WorkbenchError(
                f"The model was saved by workbench {saved_by}, in a form that this one ({VERSION}) does not know. "
                "Update the workbench, or predict where it was trained."
            )
        network = data["network"]
        return cls(
            network["factory"],
            network["arguments"],
            data["preprocessing"],
            data["class_names"],
            data.get("extra", {}),
            data.get("temperature", 1.0),
            data.get("views", []),
            saved_by,
        )

    def origin(self) -> dict[str, str]:
        """Say in words which network, snapshot and preprocessing it is made of."""
        return {
            "network": describe_network(self.arguments),
            "snapshot": str(self.extra.get("snapshot", ""))[:_DIGEST_SHOWN] or "unknown",
            "preprocessing": Preprocessing.from_dict(self.preprocessing).describe(),
        }


class ImageClassifier:
    """Predicts label, score and the probability of each class, on the GPU when there is one."""

    def __init__(self, folder: Path) -> None:
        """Build the network from a model's folder and load its weights."""
        import torch

        from workbench.data.batches.probabilities import Forward
        from workbench.data.batches.tta import views_named

        self.content = ModelContent.from_json((folder / CONTENT_FILE).read_text(encoding="utf-8"))
        self.class_names = self.content.class_names
        saved_by = self.content.saved_by
        if saved_by != VERSION:
            log.warning("The model was saved by workbench %s; this is %s.", saved_by, VERSION)
        try:
            self.preprocessing = Preprocessing.from_dict(self.content.preprocessing)
            network = _factory(self.content.factory, folder)(**self.content.arguments)
            network.load_state_dict(torch.load(folder / WEIGHTS_FILE, map_location="cpu", weights_only=True))
        except (WorkbenchError, ImportError, AttributeError, TypeError, RuntimeError) as error:
            if saved_by == VERSION:
                raise
            raise WorkbenchError(
                f"The model was saved by workbench {saved_by}, and this one ({VERSION}) cannot load it: "
                f"{first_line(error)} Predict with that version, or train again with this one."
            ) from error
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._forward = Forward(
            network, device, views=views_named(self.content.views), temperature=self.content.temperature
        )

    @property
    def network(self) -> torch.nn.Module:
        """The network, in evaluation mode."""
        return self._forward.network

    def predict(self, model_input: Any) -> pd.DataFrame:
        """Predict a list, an array or a table with the column `image`.

        Each image is a path, the bytes of an image file, those bytes in base64 (with or without `data:...,` before
        them) or a uint8 array (H, W, 3) or (H, W). Returns one row per image with `label`, `score`, `probabilities`
        (class name -> probability) and `error`: None, or why this image could not be read; the others are then None.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        images = list(each_image(model_input))
        for start in range(0, len(images), _BATCH):
            rows += self._predict_batch(images[start : start + _BATCH])
        return pd.DataFrame(rows, columns=list(OUTPUT_COLUMNS), dtype=object)

    def probabilities(self, images: Sequence[Any]) -> tuple[np.ndarray, list[str | None]]:
        """Return float32 (images, classes), NaN for an image that could not be read, and an error or None for each."""
        from workbench.data.batches.probabilities import probabilities_per_image

        inputs, unread = read_inputs(images, as_image, self.preprocessing)
        answered, probabilities, refused = probabilities_per_image(inputs, self._forward)
        result = np.full((len(images), len(self.class_names)), np.nan, dtype=np.float32)
        if len(answered):
            result[answered] = probabilities
        errors = unread | refused
        for position in errors:
            result[position] = np.nan
        return result, [errors.get(position) for position in range(len(images))]

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


def describe_network(arguments: Mapping[str, Any]) -> str:
    """Name a network by what it was built with: `ResNet18 (small_stem, in_channels 1)`."""
    usual = {
        "in_channels": 3,
        "small_stem": False,
        "middle_stem": False,
        "options": {},
        "rgb_input": True,
    }
    told = {name: value for name, value in arguments.items() if name not in ("name", "num_classes")}
    odd = [name if value is True else f"{name} {value}" for name, value in told.items() if usual.get(name) != value]
    name = str(arguments.get("name", "a network of one's own"))
    return f"{name} ({', '.join(odd)})" if odd else name


def each_image(model_input: Any) -> Iterator[Any]:
    """Yield the images of any of the accepted inputs."""
    import pandas as pd

    if isinstance(model_input, pd.DataFrame):
        if IMAGE_COLUMN not in model_input.columns and len(model_input.columns) != 1:
            given = ", ".join(repr(name) for name in model_input.columns[:6]) or "none"
            raise WorkbenchError(f"The images are expected in the column '{IMAGE_COLUMN}'; what came has {given}.")
        yield from model_input[IMAGE_COLUMN if IMAGE_COLUMN in model_input.columns else model_input.columns[0]]
    elif isinstance(model_input, Mapping):
        if IMAGE_COLUMN not in model_input:
            given = ", ".join(map(repr, model_input)) or "nothing"
            raise WorkbenchError(f"The images are expected under the name '{IMAGE_COLUMN}'; what came has {given}.")
        yield from each_image(model_input[IMAGE_COLUMN])
    elif isinstance(model_input, str | bytes | bytearray | Path) or _is_one_image(model_input):
        yield model_input
    elif isinstance(model_input, np.ndarray) and model_input.ndim == 0:
        yield model_input.item()  # what a served model gets when one image came without a list
    elif not isinstance(model_input, Iterable):
        yield model_input  # no image, which its row will say
    else:
        yield from model_input


def _is_one_image(model_input: Any) -> bool:
    """Whether it is the pixels of a single image, (H, W) or (H, W, channels), as an array or as JSON's nested lists."""
    if isinstance(model_input, list):
        if not model_input or not isinstance(model_input[0], list):
            return False
        try:
            model_input = np.asarray(model_input)
        except ValueError:  # images of different sizes
            return False
    if not isinstance(model_input, np.ndarray) or model_input.dtype.kind not in "uifb":
        return False
    few = model_input.ndim == 3 and model_input.shape[2] <= _CHANNELS
    return few or model_input.ndim == 2 or (model_input.ndim == 3 and model_input.dtype == np.uint8)


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
    if isinstance(image, list):
        # JSON has no arrays: where images differ in size, a served model gets the pixels as nested lists.
        try:
            return _pixels(np.asarray(image))
        except (ValueError, OverflowError):
            raise WorkbenchError("a nested list is accepted only as pixels: (H, W, 3) whole numbers 0..255") from None
    raise WorkbenchError(
        f"an image of type {type(image).__name__} is not accepted: give a path, bytes, base64 text or a uint8 array"
    )


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise WorkbenchError(f"there is no file {path}")
    return path


def _pixels(image: np.ndarray) -> np.ndarray:
    if image.dtype.kind in "iu" and image.size and image.min() >= 0 and image.max() <= 255:
        image = image.astype(np.uint8)  # a served model gets pixels as int64, for JSON knows no uint8
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or 0 in image.shape:
        raise WorkbenchError(
            f"an array of shape {image.shape} and type {image.dtype} is not accepted: give whole numbers 0..255 "
            "(uint8) of shape (H, W, 3)"
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
    pickled = folder / FACTORY_FILE
    if pickled.is_file():
        import cloudpickle

        return cloudpickle.load(io.BytesIO(pickled.read_bytes()))
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
