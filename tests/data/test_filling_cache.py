"""A training that begins while its images are still read for the first time."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.colors import colors, project_without_theme  # noqa: F401
from workbench.data import datamodule
from workbench.data.batches.dataset import FilePatches
from workbench.data.batches.inputs import Preprocessing
from workbench.data.config.augment import AugmentConfig
from workbench.data.filling_cache import FillingPatches, size_of_all
from workbench.data.preprocessed_cache import CachedPatches
from workbench.errors import WorkbenchError


def epochs(run):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in run.epochs]


def test_the_first_epoch_fills_the_cache_and_learns_the_same(colors, monkeypatch):  # noqa: F811
    workers = {"data.num_workers": 2}
    built = colors.train(workers)
    entries = {path.name: path for path in (colors.project.cache / "input").glob("*-train")}
    before = {name: (path / "pixels.bin").read_bytes() for name, path in entries.items()}
    for path in entries.values():
        path.rename(colors.project.root / path.name)
    monkeypatch.setattr(datamodule, "AT_ONCE_UP_TO", 0)
    filled = colors.train(workers)
    assert epochs(filled) == epochs(built)
    folder = colors.project.cache / "input"
    assert {path.name: (path / "pixels.bin").read_bytes() for path in folder.glob("*-train")} == before
    assert not list(folder.glob(".part-*"))
    # Now all is there: no file is read.
    monkeypatch.setattr(FilePatches, "__getitem__", None)
    assert epochs(colors.train(workers)) == epochs(built)


def test_a_damaged_image_ends_a_training_that_has_begun_and_nothing_is_kept(colors, monkeypatch):  # noqa: F811
    colors.train(num_epochs=1)
    for path in (colors.project.cache / "input").glob("*-train"):
        path.rename(colors.project.root / path.name)
    monkeypatch.setattr(datamodule, "AT_ONCE_UP_TO", 0)
    for file in colors.project.images.rglob("*.png"):
        file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(WorkbenchError, match="png"):
        colors.train(num_epochs=1)
    assert not list((colors.project.cache / "input").glob("*-train"))
    assert not list((colors.project.cache / "input").glob(".part-*"))


def test_another_process_maps_the_same_files(tmp_path: Path):
    random = np.random.default_rng(0)
    config = AugmentConfig.from_dict({"image": {"size": [6, 4]}})
    files = FilePatches([_png(tmp_path / f"{number}.png", random) for number in range(3)], Preprocessing(config, None))
    assert size_of_all(config) == (6, 4)
    source = FillingPatches(files, tmp_path / "cache" / "entry", (6, 4))
    elsewhere = pickle.loads(pickle.dumps(source))
    kept = [elsewhere[index][0] for index in (0, 2)]
    assert source.finish() is None
    kept.insert(1, source[1][0])
    whole = source.finish()
    assert isinstance(whole, CachedPatches)
    for index, each in enumerate(kept):
        assert np.array_equal(whole[index][0], each)
        assert np.array_equal(files[index][0], each)


def test_sizes_that_differ_are_not_known_before():
    assert size_of_all(AugmentConfig.from_dict({"image": {"size": None}})) is None
    assert size_of_all(AugmentConfig.from_dict({"preprocessing": {"patches": {"size": 8}}})) is None


def _png(file: Path, random: np.random.Generator) -> Path:
    from PIL import Image

    Image.fromarray(random.integers(0, 256, (9, 7, 3), dtype=np.uint8)).save(file)
    return file
