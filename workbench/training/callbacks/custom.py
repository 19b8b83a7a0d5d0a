"""Callbacks of one's own, named in params.yaml by import path."""

from __future__ import annotations

import importlib

from lightning.pytorch.callbacks import Callback

from workbench.errors import ConfigError, unknown_name
from workbench.training.params import CustomCallback


def load_custom(settings: CustomCallback) -> Callback:
    """Import and make a callback.

    Raises ConfigError when the path leads nowhere, to something else than a Lightning callback, or when the arguments
    do not suit it.
    """
    where = f"callbacks.custom: '{settings.path}'"
    module_name, _, name = settings.path.rpartition(".")
    if not module_name:
        raise ConfigError(f"{where} is no import path. Write module.ClassName, for example my_callbacks.Beep.")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise ConfigError(
            f"{where} cannot be imported: {error}. The module must be installed, or lie in the project's folder, "
            "in the one in which Python was started or on PYTHONPATH."
        ) from None
    kind = getattr(module, name, None)
    if kind is None:
        known = [key for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, Callback)]
        raise ConfigError(f"{where}: {unknown_name('callback', name, known)}")
    if not (isinstance(kind, type) and issubclass(kind, Callback)):
        raise ConfigError(f"{where} is not a class derived from lightning.pytorch.callbacks.Callback.")
    try:
        return kind(**settings.arguments)
    except TypeError as error:
        raise ConfigError(f"{where} does not take these arguments: {error}.") from None
