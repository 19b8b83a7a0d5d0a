"""Every piece of YAML in the guide is valid, and every transform that it or the shipped file names runs."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from workbench.data.batches.inputs import Preprocessing
from workbench.data.config import SPLITS, AugumentsConfig
from workbench.paths import asset

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "auguments.md"
PIECES = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("text", [*PIECES, asset("auguments.yaml").read_text()])
def test_the_yaml_is_valid_and_its_transforms_run(text: str, tmp_path: Path) -> None:
    file = tmp_path / "auguments.yaml"
    file.write_text(text)
    config = AugumentsConfig.load(file)
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
