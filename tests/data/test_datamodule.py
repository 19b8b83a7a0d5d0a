"""Batches: what is in them, that they repeat from a seed, and that nothing in them repeats by accident."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import torch

from workbench.data import ThemeDataModule
from workbench.data.config.augment import AugmentConfig
from workbench.data.decoding import ImageError
from workbench.data.labeled_images import LabeledImages
from workbench.data.normalization import restore
from workbench.errors import ConfigError, WorkbenchError

MakeImages = Callable[..., LabeledImages]
MakeConfig = Callable[..., AugmentConfig]

NOISE = {
    "albumentations": [{"GaussNoise": {"std_range": [0.2, 0.3], "p": 1}}],
    "torchvision": [{"ToDtype": {"dtype": "float32", "scale": True}}, {"GaussianNoise": {"sigma": 0.2}}],
}


def theme(images: LabeledImages, config: AugmentConfig, **options: object) -> ThemeDataModule:
    return ThemeDataModule({"train": images, "valid": images, "test": images}, config, **options)


def rows(loader: object) -> list[tuple[int, bytes]]:
    """(index, pixels) of every row of an epoch."""
    return [
        (int(index), pixels.numpy().tobytes())
        for batch in loader  # type: ignore[attr-defined]
        for index, pixels in zip(batch.indices, batch.images, strict=True)
    ]


def test_every_image_comes_once_with_its_label_and_its_pixels(make_images: MakeImages, make_config: MakeConfig) -> None:
    images = make_images(7)
    data = theme(images, make_config(16), batch_size=3)
    seen = []
    for batch in data.train_dataloader():
        assert batch.images.dtype == torch.float32
        assert batch.images.shape[1:] == (3, 16, 16)
        pixels = restore(batch.images, data.preprocessing.statistics)
        for row, index in enumerate(batch.indices.tolist()):
            seen.append(index)
            assert int(batch.targets[row]) == images.targets[index]
            assert np.array_equal(pixels[row], cv2.imread(str(images.paths[index]), cv2.IMREAD_COLOR_RGB))
    assert sorted(seen) == list(range(7))
    assert seen != list(range(7))
    for loader in (data.val_dataloader(), data.test_dataloader()):
        assert [int(index) for batch in loader for index in batch.indices] == list(range(7))


def test_patches_bring_the_label_of_their_image(make_images: MakeImages, make_config: MakeConfig) -> None:
    images = make_images(3, (16, 24))
    config = make_config(None, preprocessing={"patches": {"size": 8}})
    for batch in theme(images, config, batch_size=2).train_dataloader():
        assert len(batch.images) == 6 * len(set(batch.indices.tolist()))
        assert batch.targets.tolist() == [images.targets[index] for index in batch.indices.tolist()]


@pytest.mark.parametrize("library", NOISE)
@pytest.mark.parametrize("num_workers", [0, 2])
def test_augmentation_differs_by_sample_worker_and_epoch_and_repeats_from_the_seed(
    make_images: MakeImages, make_config: MakeConfig, library: str, num_workers: int
) -> None:
    # All images are alike, so that any two equal rows are a repeated draw.
    images = make_images(1)
    same = LabeledImages.create([images.paths[0]] * 12, [0] * 12, ["a"])
    config = make_config(16, NOISE[library], augmentation={"library": library, "normalization": "none"})

    def epochs(seed: int) -> list[list[tuple[int, bytes]]]:
        loader = theme(same, config, batch_size=3, num_workers=num_workers, seed=seed).train_dataloader()
        return [rows(loader), rows(loader)]

    first = epochs(1)
    drawn = [pixels for epoch in first for _, pixels in epoch]
    assert len(set(drawn)) == 24
    assert epochs(1) == first
    assert epochs(2) != first


def test_spawned_workers_make_the_same_batches_as_forked_ones(make_images: MakeImages, make_config: MakeConfig) -> None:
    data = theme(make_images(6), make_config(16, NOISE["albumentations"]), batch_size=2, num_workers=1)
    spawned = data.train_dataloader()
    spawned.multiprocessing_context = "spawn"
    assert rows(spawned) == rows(data.train_dataloader())


@pytest.mark.parametrize("library", NOISE)
def test_evaluation_never_changes_even_with_a_transform_that_draws(
    make_images: MakeImages, make_config: MakeConfig, library: str
) -> None:
    random_test = {"library": library, "test": NOISE[library]}
    data = theme(make_images(4), make_config(16, augmentation=random_test), batch_size=2)
    assert rows(data.test_dataloader()) == rows(data.test_dataloader())
    one_by_one = theme(make_images(4), make_config(16, augmentation=random_test), batch_size=1)
    assert rows(data.test_dataloader()) == rows(one_by_one.test_dataloader())


def test_the_themes_own_normalization_gives_mean_0_and_deviation_1(
    make_images: MakeImages, make_config: MakeConfig
) -> None:
    data = theme(make_images(6), make_config(16, augmentation={"normalization": "theme"}), batch_size=6)
    pixels = next(iter(data.test_dataloader())).images
    assert pixels.mean(dim=(0, 2, 3)).abs().max() < 1e-4
    assert (pixels.std(dim=(0, 2, 3)) - 1).abs().max() < 1e-2


def test_a_damaged_file_is_named_also_from_a_worker(make_images: MakeImages, make_config: MakeConfig) -> None:
    images = make_images(3)
    images.paths[1].write_bytes(b"no image")
    for num_workers in (0, 1):
        data = theme(images, make_config(16), num_workers=num_workers)
        with pytest.raises(ImageError, match=images.paths[1].name):
            list(data.train_dataloader())


def test_a_transform_that_does_not_fit_is_told_before_a_worker_starts(
    make_images: MakeImages, make_config: MakeConfig
) -> None:
    crop = {"train": [{"RandomCrop": {"height": 64, "width": 64}}]}
    data = theme(make_images(4), make_config(16, augmentation=crop), num_workers=1)
    with pytest.raises(ConfigError, match="an image of 16 x 16") as caught:
        data.train_dataloader()
    assert "Traceback" not in str(caught.value)


def test_without_training_images_it_says_what_to_do(make_config: MakeConfig) -> None:
    with pytest.raises(WorkbenchError, match="assign splits"):
        ThemeDataModule({"train": LabeledImages.create([], [], ["a"])}, make_config(16))
