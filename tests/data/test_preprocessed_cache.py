"""What is kept between epochs and runs: hits, invalidation, crashes, bounds, clearing."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from workbench.data import ThemeDataModule
from workbench.data.batches.dataset import FilePatches
from workbench.data.batches.inputs import Preprocessing
from workbench.data.cache_folder import cache_entries
from workbench.data.config.augment import AugmentConfig
from workbench.data.decoding import ImageError
from workbench.data.labeled_images import LabeledImages
from workbench.data.preprocessed_cache import CachedPatches, keep_in_memory, keep_on_disk
from workbench.errors import WorkbenchError

MakeImages = Callable[..., LabeledImages]
MakeConfig = Callable[..., AugmentConfig]

IMAGE = 16 * 16 * 3
MIB = 2**20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def theme(images: LabeledImages, config: AugmentConfig, folder: Path, **options: Any) -> ThemeDataModule:
    given = {"digest": "d" * 64, "cache_folder": folder, "batch_size": 4} | options
    return ThemeDataModule({"train": images, "valid": images, "test": images}, config, **given)


def pixels(data: ThemeDataModule) -> torch.Tensor:
    return torch.cat([batch.images for batch in data.test_dataloader()])


def disk(images: LabeledImages, config: AugmentConfig, folder: Path, name: str, limit: int = MIB) -> CachedPatches:
    preprocessing = Preprocessing.create(config)
    return keep_on_disk(images.paths, preprocessing, folder=folder, name=name, run=name, limit=limit)


@pytest.mark.parametrize("cache", ["memory", "disk"])
@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"preprocessing": {"patches": {"size": 8}}},
        {"size": None, "augmentation": {"test": [{"CenterCrop": {"height": 8, "width": 8}}]}},
    ],
)
def test_a_cache_changes_nothing_but_the_time(
    make_images: MakeImages, make_config: MakeConfig, folder: Path, cache: str, sections: dict[str, Any]
) -> None:
    config = make_config(**sections)
    images = make_images(9)
    plain = pixels(theme(images, config, folder, cache="none"))
    assert not folder.exists()
    assert torch.equal(pixels(theme(images, config, folder, cache=cache)), plain)
    assert torch.equal(pixels(theme(images, config, folder, cache=cache, num_workers=2)), plain)


def test_images_of_many_sizes_keep_them(make_images: MakeImages, make_config: MakeConfig, folder: Path) -> None:
    small, large = make_images(2, (5, 9), "small"), make_images(2, (12, 3), "large")
    paths = [*small.paths, *large.paths]
    preprocessing = Preprocessing.create(make_config(None))
    kept = keep_in_memory(paths, preprocessing, limit=MIB)
    for index, path in enumerate(paths):
        assert np.array_equal(kept[index][0], preprocessing.patches(path)[0])


def test_the_second_run_reads_no_image_again(make_images: MakeImages, make_config: MakeConfig, folder: Path) -> None:
    images = make_images(6)
    first = pixels(theme(images, make_config(16), folder))
    for path in images.paths:
        path.unlink()
    assert torch.equal(pixels(theme(images, make_config(16), folder)), first)
    normalized = make_config(16, augmentation={"normalization": "none"})
    assert pixels(theme(images, normalized, folder)).shape == first.shape
    with pytest.raises(ImageError):
        pixels(theme(images, make_config(16, preprocessing={"gamma": {"gamma": 2.0}}), folder))
    with pytest.raises(ImageError):
        pixels(theme(images, make_config(16), folder, digest="e" * 64))


def test_statistics_are_measured_once(make_images: MakeImages, make_config: MakeConfig, folder: Path) -> None:
    images = make_images(6)
    config = make_config(16, augmentation={"normalization": "theme"})
    first = theme(images, config, folder).preprocessing.statistics
    (kept,) = folder.rglob("*statistics.json")
    kept.write_bytes(kept.read_bytes()[:20])  # what a full disk leaves
    assert first == theme(images, config, folder, cache="none").preprocessing.statistics
    for path in images.paths:
        path.unlink()
    assert theme(images, config, folder, cache="none").preprocessing.statistics == first


def test_all_damaged_files_are_named_at_once_and_nothing_is_kept(
    make_images: MakeImages, make_config: MakeConfig, folder: Path
) -> None:
    images = make_images(5)
    for index in (1, 3):
        images.paths[index].write_bytes(b"no image")
    with pytest.raises(ImageError, match="2 of 5 images") as caught:
        disk(images, make_config(16), folder, "run")
    assert images.paths[1].name in str(caught.value)
    assert images.paths[3].name in str(caught.value)
    assert list(folder.iterdir()) == []


def test_what_finds_no_room_is_decoded(make_images: MakeImages, make_config: MakeConfig, folder: Path) -> None:
    images = make_images(6)
    config = make_config(16)
    files = FilePatches(images.paths, Preprocessing.create(config))
    for kept in (
        keep_in_memory(images.paths, Preprocessing.create(config), limit=4 * IMAGE + 10),
        disk(images, config, folder, "run", limit=4 * IMAGE + 10),
    ):
        assert kept.size_bytes == 4 * IMAGE
        assert all(np.array_equal(kept[index][0], files[index][0]) for index in range(6))


def test_the_memory_of_all_splits_together_is_bounded(make_images: MakeImages, make_config: MakeConfig) -> None:
    images = make_images(6, (512, 512))
    data = ThemeDataModule(
        {"train": images, "valid": images, "test": images}, make_config(None), cache="memory", cache_limit_mb=6
    )
    data.prepare_data()
    data.setup()
    kept = [source for source in data._sources.values() if isinstance(source, CachedPatches)]
    assert sum(source.size_bytes for source in kept) <= 6 * MIB
    assert len(pixels(data)) == 6


BUILD = """
import sys
from pathlib import Path
from workbench.data.preprocessed_cache import keep_on_disk
from workbench.data.config.augment import AugmentConfig
from workbench.data.batches.inputs import Preprocessing

class Slow(Preprocessing):
    def patches(self, image):
        print("building", flush=True)
        sys.stdin.readline()
        return super().patches(image)

paths = sorted(Path(sys.argv[1]).iterdir())
steps = Slow.create(AugmentConfig.from_dict({"image": {"size": 16}}))
keep_on_disk(paths, steps, folder=Path(sys.argv[2]), name="run", run="run", limit=10**6)
"""


def test_a_build_that_is_killed_leaves_nothing_that_is_taken_for_whole(
    make_images: MakeImages, make_config: MakeConfig, folder: Path
) -> None:
    images = make_images(3)
    command = [sys.executable, "-c", BUILD, str(images.paths[0].parent), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"building\n"
        process.send_signal(signal.SIGKILL)
    (left,) = folder.iterdir()
    assert cache_entries(folder) == []
    assert disk(images, make_config(16), folder, "run").size_bytes == 3 * IMAGE
    assert not left.exists()


@pytest.mark.parametrize("damage", ["pixels.bin", "index.npz"])
def test_a_damaged_entry_is_built_again(
    make_images: MakeImages, make_config: MakeConfig, folder: Path, damage: str
) -> None:
    images, config = make_images(3), make_config(16)
    disk(images, config, folder, "run")
    (folder / "run" / damage).write_bytes(b"cut")
    again = disk(images, config, folder, "run")
    expected = Preprocessing.create(config).patches(images.paths[2])[0]
    assert np.array_equal(again[2][0], expected)
    images.paths[2].unlink()
    assert np.array_equal(disk(images, config, folder, "run")[2][0], expected)


def test_images_used_longest_ago_make_room_for_new_ones(
    make_images: MakeImages, make_config: MakeConfig, folder: Path
) -> None:
    images, config = make_images(4), make_config(16)
    for age, name in ((300, "old"), (200, "middle"), (100, "new")):
        disk(images, config, folder, name)
        os.utime(folder / name, (time.time() - age, time.time() - age))
    disk(images, config, folder, "old")  # now it is the one that was used last
    entry = cache_entries(folder)[0].size_bytes
    disk(images, config, folder, "fourth", limit=3 * entry)
    assert {one.path.name for one in cache_entries(folder)} == {"new", "old", "fourth"}


def test_a_spawned_worker_maps_the_file_itself(make_images: MakeImages, make_config: MakeConfig, folder: Path) -> None:
    kept = disk(make_images(3), make_config(16), folder, "run")
    sent = pickle.dumps(kept)
    assert len(sent) < 3 * IMAGE
    assert np.array_equal(pickle.loads(sent)[1][0], kept[1][0])


def test_a_transform_cannot_change_what_is_kept(make_images: MakeImages, make_config: MakeConfig, folder: Path) -> None:
    kept = disk(make_images(1), make_config(16), folder, "run")
    before = kept[0][0].copy()
    kept[0][0][:] = 0
    assert np.array_equal(kept[0][0], before)


def test_a_disk_cache_needs_a_place(make_images: MakeImages, make_config: MakeConfig) -> None:
    with pytest.raises(WorkbenchError, match="memory"):
        ThemeDataModule({"train": make_images(2)}, make_config(16), cache="disk").prepare_data()
