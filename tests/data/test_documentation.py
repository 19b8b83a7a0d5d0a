"""Every piece of YAML in the guide is valid, and every transform that it or the shipped file names runs."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from workbench.data.augmentation import build_augmenter
from workbench.data.batches.inputs import Preprocessing
from workbench.data.config.augment import SPLITS, AugmentConfig
from workbench.paths import asset

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "auguments.md"
PIECES = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)


def shipped_transforms() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Library, name and arguments of each transform, those inside others among them."""
    for text in [*PIECES, asset("auguments.yaml").read_text()]:
        augmentation = YAML(typ="safe").load(text).get("augmentation", {})
        waiting = [transform for split in SPLITS for transform in augmentation.get(split, [])]
        while waiting:
            transform = waiting.pop()
            ((name, arguments),) = transform.items() if isinstance(transform, dict) else [(transform, {})]
            waiting += arguments.get("transforms", [])
            yield augmentation["library"], name, arguments


@pytest.mark.parametrize(("library", "name", "arguments"), shipped_transforms())
def test_a_shipped_transform_runs_on_the_installed_numpy_and_opencv(
    library: str, name: str, arguments: dict[str, Any]
) -> None:
    always = {"p": 1} if library == "albumentations" or "p" in arguments else {}
    augmenter = build_augmenter(library, [{name: arguments | always}])
    image = np.random.default_rng(0).integers(0, 256, (64, 48, 3), dtype=np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = augmenter([image] * 8, 1)
    assert all(result.dtype == np.uint8 and result.ndim == 3 for result in results)
    if name != "AutoAugment":  # each of its policies may be drawn not to apply
        assert any(result.shape != image.shape or not np.array_equal(result, image) for result in results)


@pytest.mark.parametrize("text", [*PIECES, asset("auguments.yaml").read_text()])
def test_the_yaml_is_valid_and_its_transforms_run(text: str, tmp_path: Path) -> None:
    file = tmp_path / "auguments.yaml"
    file.write_text(text)
    config = AugmentConfig.load(file)
    preprocessing = Preprocessing(config, None)
    patches = preprocessing.patches(np.random.default_rng(0).integers(0, 256, (90, 70, 3), dtype=np.uint8))
    for split in SPLITS:
        for seed in range(3):
            assert len(preprocessing.augmenter(split)(patches, seed)) == len(patches)


def test_the_guide_names_every_step_and_setting() -> None:
    from workbench.data.preprocessing import STEPS

    text = GUIDE.read_text()
    for name, step in STEPS.items():
        for word in (name, *step.model_fields):
            assert word in text, f"{name}: {word}"
