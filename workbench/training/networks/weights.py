"""Pretrained weights: from torch's cache, a local file or a URL - or a clear error, never a silent fresh start."""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlparse

import torch
from torch import nn

from workbench.errors import WeightsError
from workbench.paths import atomic_write, url_parts
from workbench.training.networks.surgery import find_head

log = logging.getLogger(__name__)

_WRAPPERS = ("state_dict", "model_state_dict", "model", "network")
_PREFIXES = ("module.", "model.", "network.", "_orig_mod.", "backbone.", "encoder.", "net.")


def fetch(source: str, network_name: str) -> dict[str, torch.Tensor]:
    """Read a state dict from a URL (kept in torch's own cache folder) or a local file.

    Raises WeightsError that says how to provide the file.
    """
    if url_parts(source).scheme in ("http", "https", "file"):
        return _from_url(source, network_name)
    path = Path(source).expanduser()
    if not path.is_file():
        raise WeightsError(
            f"model.pretrained names the file '{source}', which does not exist. Give the path of a state dict "
            "(.pt, .pth), a URL, true for the published weights, or false to start from scratch."
        )
    return _read(path)


def cached_file(url: str) -> Path:
    """Where torch keeps the download of a URL."""
    return Path(torch.hub.get_dir()) / "checkpoints" / os.path.basename(urlparse(url).path)


def load_into(network: nn.Module, state: Mapping[str, torch.Tensor], *, source: str, partial: bool = False) -> None:
    """Load a state dict into a network whose head may have another number of classes.

    What stands before the names (`module.`, `backbone.` ...) is left out. Tensors of parts that the network does not
    have at all, as a checkpoint's metrics, are not loaded. What is left out, and what begins at random, is said. Raises
    WeightsError when anything but the head does not fit; with `partial` only when nothing of the backbone does.
    """
    head = find_head(network) + "."
    own = network.state_dict()
    state = {_bare(name, own): value for name, value in state.items()}
    parts = {name.partition(".")[0] for name in own}
    others = [name for name in state if name.partition(".")[0] not in parts]
    if others and len(others) < len(state):
        log.warning("%s: not loaded, for the network has no such part: %s", source, ", ".join(others[:5]))
        state = {name: value for name, value in state.items() if name not in others}
    fitting = {
        name: value
        for name, value in state.items()
        if not (name.startswith(head) and name in own and own[name].shape != value.shape)
    }
    wrong = [
        f"{name} is {tuple(value.shape)}, not {tuple(own[name].shape)}"
        for name, value in fitting.items()
        if name in own and own[name].shape != value.shape
    ]
    missing = [f"{name} is missing" for name in own if name not in fitting and not name.startswith(head)]
    # Older files lack the counter of batches that a norm layer keeps; it plays no part in the result.
    missing = [text for text in missing if "num_batches_tracked" not in text]
    extra = [f"{name} is not in the network" for name in fitting if name not in own and not name.startswith(head)]
    # One of each kind first: names of the file and of the network side by side tell what is the matter.
    kinds = [wrong, missing, extra]
    problems = [kind[0] for kind in kinds if kind] + [text for kind in kinds for text in kind[1:]]
    loaded = {name: value for name, value in fitting.items() if name in own and own[name].shape == value.shape}
    if problems and not (partial and any(not name.startswith(head) for name in loaded)):
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise WeightsError(
            f"The weights in {source} do not fit {type(network).__name__}: {'; '.join(problems[:3])}{more}. "
            "Take weights of the same network, or change model.name, model.in_channels or model.stem"
            f"{'.' if partial else '; with model.partial_weights: true what fits is loaded.'}"
        )
    network.load_state_dict(loaded, strict=False)
    at_random = [name for name in own if name not in loaded and "num_batches_tracked" not in name]
    if at_random:
        shown = f"{', '.join(at_random[:5])}{' ...' if len(at_random) > 5 else ''}"
        log.warning("%s: %d tensors loaded; %d begin at random: %s", source, len(loaded), len(at_random), shown)


def _from_url(url: str, network_name: str) -> dict[str, torch.Tensor]:
    target = cached_file(url)
    if not target.is_file():
        try:
            with atomic_write(target, durable=False) as part:
                torch.hub.download_url_to_file(url, str(part), progress=False)
        except (OSError, RuntimeError, ValueError) as error:
            raise WeightsError(
                f"The pretrained weights of {network_name} are not in {target.parent} and could not be fetched from "
                f"{url} ({error}). Put the file '{target.name}' into that folder, set model.pretrained to the path "
                "of a state dict that you have, or set it to false to start from scratch."
            ) from None
    return _read(target)


def _read(path: Path) -> dict[str, torch.Tensor]:
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            content: object = load_file(str(path))
        else:
            content = torch.load(path, map_location="cpu", weights_only=True)
    except ImportError:
        raise WeightsError(f"{path} needs the package safetensors: pip install safetensors.") from None
    except pickle.UnpicklingError as error:
        if "global" not in str(error).lower():
            raise WeightsError(f"{path} cannot be read as a state dict: {str(error).splitlines()[0]}") from None
        raise WeightsError(
            f"{path} holds Python objects, a whole network for instance, whose code would have to be run to read it. "
            "Save the numbers alone: torch.save(network.state_dict(), file)."
        ) from None
    except Exception as error:  # torch.load raises a different type for each way in which a file can be broken
        raise WeightsError(f"{path} cannot be read as a state dict: {str(error).splitlines()[0]}") from None
    for wrapper in _WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(wrapper), Mapping):
            content = content[wrapper]
    if not isinstance(content, Mapping) or not all(isinstance(value, torch.Tensor) for value in content.values()):
        raise WeightsError(f"{path} holds no state dict (a mapping of names to tensors).")
    return {str(name): value for name, value in content.items()}


def input_fits(network: nn.Module, state: Mapping[str, torch.Tensor]) -> bool:
    """Whether the first convolution of a network is as large as the state dict has it."""
    name = next((name for name, module in network.named_modules() if isinstance(module, nn.Conv2d)), None)
    own = network.state_dict()
    found = {_bare(each, own): value for each, value in state.items()}.get(f"{name}.weight")
    return found is not None and found.shape == own[f"{name}.weight"].shape


def _bare(name: str, own: Mapping[str, torch.Tensor]) -> str:
    """A tensor's name without what wrappers put before it, as far as the network `own` does not have it so."""
    shortened = name not in own
    while shortened and name not in own:
        shortened = False
        for prefix in _PREFIXES:
            if name.startswith(prefix):
                name, shortened = name.removeprefix(prefix), True
    return name
