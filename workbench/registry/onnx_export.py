"""A model as ONNX, checked to predict the same."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.config.augment import Statistics
from workbench.data.normalization import scale_and_shift_of
from workbench.distribution import extra_hint
from workbench.errors import WorkbenchError
from workbench.paths import Project, atomic_write
from workbench.registry.model_loading import LoadedModel, load_model

if TYPE_CHECKING:
    import torch

TOLERANCE = 1e-3
"""How far a probability may be off; what differs is the order in which floats are summed."""

_OPSET = 18
_ANY_SIZE = (64, 64)
_CHECKED = 16


@dataclass(frozen=True)
class OnnxExport:
    """The written file and the largest difference of a probability from the model's own, over the checked images."""

    file: Path
    largest_difference: float
    checked: int

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {"file": str(self.file), "largest_difference": self.largest_difference, "checked": self.checked}


def export_onnx(
    theme: str, model: str | int, file: str | Path, *, images: Sequence[Path] = (), project: Project | None = None
) -> OnnxExport:
    """Write a theme's model as an ONNX file and compare its predictions with the model's own.

    Input `images`: uint8 RGB (N, height, width, 3) as the preprocessing steps and the transforms of `test` leave them;
    scaling, normalization and softmax are inside. Output `probabilities`: float32 (N, classes). Metadata: `class_names`
    and `preprocessing` as JSON, `theme` and `model`. The check uses `images` if given, else drawn ones. Raises
    WorkbenchError when the packages of the extra `onnx` are missing or a prediction differs; no file is left then.
    """
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401  (torch's exporter needs it)
    except ImportError as error:
        raise WorkbenchError(f"The package '{error.name}' is missing. Install it: {extra_hint('onnx')}") from None
    loaded = load_model(theme, model, project=project, device="cpu")
    pixels = _pixels(loaded, images)
    target = Path(file)
    with atomic_write(target) as unfinished:
        _export(_whole(loaded), pixels, unfinished)
        _describe(onnx.load(unfinished), loaded, unfinished)
        difference = _largest_difference(loaded, onnxruntime, unfinished, pixels)
        if difference > TOLERANCE:
            raise WorkbenchError(
                f"The ONNX model's probabilities differ from the model's own by up to {difference:.2g}, more than "
                f"{TOLERANCE:g}. It was not written. Use the pyfunc model for this network."
            )
    return OnnxExport(target.resolve(), difference, len(pixels))


def _whole(loaded: LoadedModel) -> torch.nn.Module:
    """The network with scaling before and softmax behind it: pixels in, probabilities out."""
    import torch

    from workbench.data.batches.probabilities import to_probabilities

    none = Statistics(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    scale, shift = scale_and_shift_of(loaded.preprocessing.statistics or none)

    class Whole(torch.nn.Module):
        scale: torch.Tensor
        shift: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.network = loaded.network
            self.register_buffer("scale", scale)
            self.register_buffer("shift", shift)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            inputs = images.permute(0, 3, 1, 2).to(torch.float32) * self.scale - self.shift
            return to_probabilities(self.network(inputs))

    return Whole().eval()


def _pixels(loaded: LoadedModel, images: Sequence[Path]) -> np.ndarray:
    """What the check runs on: uint8 (N, H, W, 3) of one size."""
    given: Sequence[Path | np.ndarray] = images[:_CHECKED]
    if not given:
        drawn = np.random.default_rng(0).integers(0, 256, (_CHECKED, *_ANY_SIZE, 3), dtype=np.uint8)
        # Flat images as well: noise alone leaves many networks undecided between the classes.
        drawn[::2] = drawn[::2, :1, :1]
        given = list(drawn)
    patches = [patch for image in given for patch in loaded.preprocessing.evaluated(image)]
    if patches[0].dtype != np.uint8:
        raise WorkbenchError(
            f"The test transforms of this model return {patches[0].dtype}; an ONNX model takes uint8. Leave out what "
            "scales the pixels, which normalization does, and train again; or use the pyfunc model."
        )
    return np.stack([patch for patch in patches if patch.shape == patches[0].shape])


def _export(whole: torch.nn.Module, pixels: np.ndarray, file: Path) -> None:
    import torch

    level = logging.getLogger("torch.onnx").level
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                whole,
                (torch.from_numpy(pixels[:2]),),
                str(file),
                input_names=["images"],
                output_names=["probabilities"],
                dynamic_shapes={"images": {0: torch.export.Dim("batch", min=1)}},
                opset_version=_OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        reason = str(error).strip().splitlines()[0]
        raise WorkbenchError(f"This network cannot be exported to ONNX: {reason}") from error
    finally:
        logging.getLogger("torch.onnx").setLevel(level)


def _describe(content: Any, loaded: LoadedModel, file: Path) -> None:
    import onnx

    onnx.helper.set_model_props(
        content,
        {
            "theme": loaded.reference.theme,
            "model": loaded.reference.short_name,
            "class_names": json.dumps(list(loaded.class_names), ensure_ascii=False),
            "preprocessing": json.dumps(loaded.preprocessing.to_dict(), ensure_ascii=False),
        },
    )
    onnx.save(content, file)


def _largest_difference(loaded: LoadedModel, onnxruntime: Any, file: Path, pixels: np.ndarray) -> float:
    """Compare with the probabilities that a prediction would give."""
    from workbench.data.batches.probabilities import Forward

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    expected = Forward(loaded.network, loaded.device)(loaded.preprocessing.normalize(list(pixels)))
    found = [session.run(None, {"images": pixels[start : start + 5]})[0] for start in range(0, len(pixels), 5)]
    return float(np.abs(np.concatenate(found) - expected).max())
