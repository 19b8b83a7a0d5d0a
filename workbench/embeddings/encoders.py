"""The encoders by their names."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.embeddings.encoder import Encoder
from workbench.embeddings.hog import Hog
from workbench.embeddings.lite0 import WEIGHTS_PACKAGE, Lite0
from workbench.errors import NotFoundError, WorkbenchError, unknown_name

if TYPE_CHECKING:
    import numpy as np
    import torch

    from workbench.paths import Project
    from workbench.registry.pyfunc import ImageClassifier

AUTO = "auto"
ALLOWED = (
    "auto, hog, lite0, lite0@SIDE, model (or model:VERSION), torchvision:NAME=FILE, timm:NAME=FILE, or a FILE.onnx"
)
_FROM_WEIGHTS = re.compile(r"(torchvision|timm):([\w.]+)(?:@(\d+))?=(.+)")
_MODEL = re.compile(r"model(?::(\d+))?")
_SIDES = range(32, 513)
_SIDE_OF_A_FILE = 224
_SIDE_WITHOUT_SIZE = 64


def open_encoder(name: str = AUTO, *, theme: str = "", project: Project | None = None) -> Encoder:
    """Return the encoder of a name, ready to use.

    `hog` needs no weights. `lite0` is EfficientNet-Lite0 at 224 pixels, `lite0@112` at another side, which is quicker;
    `auto` is `lite0@112` where its weights are installed, else `hog`. `model` is the network of the theme's newest
    registered version, `model:3` that of version 3. `torchvision:resnet18=weights.pth` (`torchvision:resnet18@96=...`
    at    96 pixels) and `timm:NAME=FILE` are networks of those libraries with weights from a file, `FILE.onnx`
    a network in a file. Nothing is fetched.

    Raises WorkbenchError, which says what to install or which names there are.
    """
    name = _settled(name)
    if name == "hog":
        return Hog()
    if found := re.fullmatch(r"lite0(?:@(\d+))?", name):
        return _lite0(int(found[1] or 224), project)
    if found := _MODEL.fullmatch(name):
        return _registered(theme, found[1], project)
    if found := _FROM_WEIGHTS.fullmatch(name):
        return _from_weights(found[1], found[2], int(found[3] or _SIDE_OF_A_FILE), _file(found[4]))
    if name.lower().endswith(".onnx"):
        from workbench.embeddings.onnx_encoder import OnnxEncoder

        return OnnxEncoder(_file(name))
    raise NotFoundError(unknown_name("encoder", name, ("hog", "lite0", "model"), then=f"Allowed: {ALLOWED}."))


def for_elsewhere(name: str, encoder: Encoder, *, theme: str, project: Project) -> tuple[str, Path | None]:
    """Return the name, and the file or folder, with which `open_elsewhere` opens an encoder on another machine."""
    name = _settled(name)
    if _MODEL.fullmatch(name):
        from workbench.registry.model_loading import content_of_version

        version = encoder.name.removeprefix("model-")
        return f"model:{version}", content_of_version(theme, int(version), project=project)
    if found := _FROM_WEIGHTS.fullmatch(name):
        return name, _file(found[4])
    return name, _file(name) if name.lower().endswith(".onnx") else None


def open_elsewhere(name: str, file: Path | None) -> Encoder:
    """Open the encoder that `for_elsewhere` told of; `file` is where its file or folder is here."""
    if file is None:
        return open_encoder(name)
    if found := _MODEL.fullmatch(name):
        from workbench.registry.pyfunc import ImageClassifier

        return _of_classifier(found[1], ImageClassifier(file))
    if found := _FROM_WEIGHTS.fullmatch(name):
        return open_encoder(f"{name.removesuffix(found[4])}{file}")
    return open_encoder(str(file))


def _settled(name: str) -> str:
    name = name.strip()
    if name == AUTO:
        return "lite0@112" if find_spec(WEIGHTS_PACKAGE) is not None else "hog"
    return name


def _lite0(side: int, project: Project | None) -> Encoder:
    if side not in _SIDES:
        raise WorkbenchError(f"lite0@{side}: the side is from {_SIDES[0]} to {_SIDES[-1]} pixels.")
    return Lite0(side, None if project is None else project.embeddings)


def _registered(theme: str, version: str | None, project: Project | None) -> Encoder:
    from workbench.registry.model_loading import load_model
    from workbench.registry.versions import list_versions

    if version is None:
        versions = list_versions(theme, project, compared=False)
        if not versions:
            raise NotFoundError(
                f"'{theme}' has no registered model whose network could be the encoder. Register one, or take another "
                f"encoder: {ALLOWED}."
            )
        version = str(max(each.version for each in versions))
    return _of_classifier(version, load_model(theme, version, project=project, device="cpu").classifier)


def _of_classifier(version: str, classifier: ImageClassifier) -> Encoder:
    from workbench.data.batches.inputs import read_inputs
    from workbench.embeddings.network_encoder import NetworkEncoder

    side = max(classifier.preprocessing.config.image.size or (_SIDE_WITHOUT_SIZE,))

    def prepare(images: np.ndarray) -> tuple[torch.Tensor, np.ndarray]:
        inputs, _ = read_inputs(list(images), lambda image: image, classifier.preprocessing)
        return inputs[0]

    return NetworkEncoder(f"model-{version}", classifier.network.to("cpu"), side, prepare=prepare)


def _from_weights(library: str, network: str, side: int, file: Path) -> Encoder:
    import torch

    from workbench.embeddings.network_encoder import NetworkEncoder

    try:
        if library == "timm":
            import timm

            built = timm.create_model(network, pretrained=False)
        else:
            import torchvision

            built = torchvision.models.get_model(network, weights=None)
    except ImportError:
        raise WorkbenchError(f"The encoder '{library}:{network}' needs {library}: pip install {library}.") from None
    except (ValueError, RuntimeError) as error:
        raise NotFoundError(f"{library} has no network '{network}': {error}") from None
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
        built.load_state_dict(state.get("state_dict", state))
    except Exception as error:
        raise WorkbenchError(f"{file} holds no weights of {library}'s {network}: {error}") from None
    return NetworkEncoder(f"{library}-{network}", built, side)


def _file(name: str) -> Path:
    file = Path(name).expanduser()
    if not file.is_file():
        raise NotFoundError(
            f"There is no file '{name}' that an encoder could be read from. Nothing is fetched: bring it."
        )
    return file
