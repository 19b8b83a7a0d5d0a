"""A theme's own mean and standard deviation, measured once for each content and preprocessing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from workbench.data import cache
from workbench.data.config.augment import AugmentConfig, Statistics
from workbench.data.normalization import measure
from workbench.paths import atomic_write

if TYPE_CHECKING:
    from workbench.data.dataset import PatchSource

_FORMAT = 1
"""Part of every key: to be raised when decoding or a step comes to give other pixels."""


def pixel_statistics(source: PatchSource, kept: Path | None = None) -> Statistics:
    """Measure all patches of a source; with `kept`, a JSON file, the result is written there and found again.

    Raises ImageError for a file that cannot be decoded.
    """
    if kept is not None and kept.is_file():
        cache.touch(kept)
        # A damaged file, like one that is not there, means measuring once more.
        with suppress(ValidationError):
            return Statistics.model_validate_json(kept.read_bytes())
    statistics = measure(_all_patches(source))
    if kept is not None:
        with atomic_write(kept, durable=False) as part:
            part.write_text(statistics.model_dump_json(), encoding="utf-8")
    return statistics


def preprocessing_key(config: AugmentConfig) -> str:
    """A short name of what the deterministic steps do, the same for files that mean the same."""
    steps = [[name, step.model_dump(mode="json")] for name, step in config.steps()]
    return hashlib.sha256(json.dumps([_FORMAT, steps], sort_keys=True).encode()).hexdigest()[:16]


def _all_patches(source: PatchSource) -> Iterator[np.ndarray]:
    for index in range(len(source)):
        yield from source[index]
