"""A theme's own mean and standard deviation, measured once for each content and preprocessing."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from workbench.data.config import AugumentsConfig, Statistics
from workbench.data.normalization import measure
from workbench.data.pipeline import Preprocessing


def theme_statistics(
    paths: Sequence[Path], config: AugumentsConfig, digest: str | None = None, cache_folder: Path | None = None
) -> Statistics:
    """Measure the preprocessed images; with `digest` and `cache_folder` the result is kept and found again.

    Raises ImageError for a file that cannot be decoded.
    """
    kept = None
    if digest is not None and cache_folder is not None:
        kept = cache_folder / f"statistics-{digest[:16]}-{preprocessing_key(config)}.json"
        if kept.is_file():
            return Statistics.model_validate_json(kept.read_text(encoding="utf-8"))
    steps = Preprocessing(config, None)
    statistics = measure(patch for path in paths for patch in steps.patches(path))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_name(f".part-{secrets.token_hex(8)}")
        unfinished.write_text(statistics.model_dump_json(), encoding="utf-8")
        os.replace(unfinished, kept)
    return statistics


def preprocessing_key(config: AugumentsConfig) -> str:
    """A short name of what the deterministic steps do, the same for files that mean the same."""
    steps = [[name, step.model_dump(mode="json")] for name, step in config.steps()]
    return hashlib.sha256(json.dumps(steps, sort_keys=True).encode()).hexdigest()[:16]
