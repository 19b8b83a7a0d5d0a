"""A network in an ONNX file as an encoder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from workbench.distribution import extra_hint
from workbench.embeddings.encoder import Part, parts_of
from workbench.errors import WorkbenchError, first_line

_SIDE = 224
_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_DEVIATION = np.array((0.229, 0.224, 0.225), np.float32)


class OnnxEncoder:
    """Features from a file whose one input is float images (N, 3, H, W), normalized as for ImageNet.

    Each output is a part, named after it; maps (N, C, H, W) are pooled to their means. Raises WorkbenchError when
    onnxruntime is not installed or the file holds no such network.
    """

    def __init__(self, file: Path) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise WorkbenchError(
                f"An encoder from an ONNX file needs onnxruntime, which is not installed: {extra_hint('onnx')}."
            ) from None
        self.name = file.stem
        self.digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        try:
            self._session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
            (given,) = self._session.get_inputs()
            height = given.shape[2]
            self.side = height if isinstance(height, int) else _SIDE
            self._input, self._fixed = given.name, given.shape[0] if isinstance(given.shape[0], int) else None
            outputs = self._run(np.zeros((1, self.side, self.side, 3), np.uint8))
        except Exception as error:
            raise WorkbenchError(
                f"{file} cannot be used as an encoder: {first_line(error)}. It must take float images (N, 3, H, W) as "
                "its only input."
            ) from None
        names = [output.name for output in self._session.get_outputs()]
        sizes = [(name, values.shape[1]) for name, values in zip(names, outputs, strict=True)]
        self.parts: tuple[Part, ...] = parts_of(sizes)

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.parts[-1].stop

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Return float32 (N, dimensions) for uint8 RGB (N, side, side, 3)."""
        step = self._fixed or len(images) or 1
        found = []
        for start in range(0, len(images), step):
            part = images[start : start + step]
            padded = np.concatenate([part, np.repeat(part[-1:], step - len(part), axis=0)])
            found.append(np.concatenate(self._run(padded), axis=1)[: len(part)])
        return np.concatenate(found) if found else np.empty((0, self.dimensions), np.float32)

    def _run(self, images: np.ndarray) -> list[np.ndarray]:
        if self._fixed and len(images) == 1:
            images = np.repeat(images, self._fixed, axis=0)
        pixels = ((images.astype(np.float32) / 255 - _MEAN) / _DEVIATION).transpose(0, 3, 1, 2)
        outputs = self._session.run(None, {self._input: np.ascontiguousarray(pixels)})
        pooled = [values.mean(axis=(2, 3)) if values.ndim == 4 else values for values in outputs]
        return [values.reshape(len(values), -1).astype(np.float32) for values in pooled]
