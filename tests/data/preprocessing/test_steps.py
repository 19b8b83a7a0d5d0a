"""Each step against a formula or a plain reference."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from workbench.data.preprocessing import correct_gamma, cut_patches, equalize, resize


def noise(height: int = 24, width: int = 40, low: int = 0, high: int = 256) -> np.ndarray:
    return np.random.default_rng(7).integers(low, high, (height, width, 3), dtype=np.uint8)


def gray(image: np.ndarray) -> np.ndarray:
    return np.repeat(image[..., :1], 3, axis=2)


@pytest.mark.parametrize("gamma", [0.4, 1.0, 2.2])
def test_gamma_follows_the_power_law(gamma: float) -> None:
    image = noise()
    expected = np.round(255 * (image / 255.0) ** gamma).astype(np.uint8)
    assert np.array_equal(correct_gamma(image, gamma), expected)


def test_global_equalization_maps_each_gray_level_to_its_share_of_darker_pixels() -> None:
    image = gray(noise(low=90, high=140))
    levels = image[..., 0]
    cumulated = np.cumsum(np.bincount(levels.ravel(), minlength=256))
    lowest = cumulated[levels.min()]
    expected = np.round((cumulated[levels] - lowest) / (levels.size - lowest) * 255)
    result = equalize(image, "global")
    assert np.abs(result[..., 0] - expected).max() <= 1
    assert result[..., 0].min() == 0
    assert result[..., 0].max() == 255


@pytest.mark.parametrize("method", ["global", "clahe"])
def test_equalization_keeps_gray_gray_and_color_colored(method: str) -> None:
    flat = gray(noise(low=100, high=130))
    assert np.array_equal(equalize(flat, method), gray(equalize(flat, method)))
    assert equalize(flat, method).std() > flat.std()
    reddish = np.stack([noise(low=120, high=150)[..., 0], *[np.full((24, 40), 60, np.uint8)] * 2], axis=2)
    red, green, _ = equalize(reddish, method).reshape(-1, 3).mean(axis=0)
    assert red > green + 30


def test_clahe_is_opencvs_on_the_luminance() -> None:
    image = noise(64, 64)
    colors = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    expected = cv2.createCLAHE(3.0, (4, 4)).apply(np.ascontiguousarray(colors[..., 0]))
    result = cv2.cvtColor(equalize(image, "clahe", clip_limit=3.0, tiles=4), cv2.COLOR_RGB2YCrCb)[..., 0]
    # Back in RGB some colors are cut at 0 or 255, which moves their luminance.
    assert np.median(np.abs(result.astype(int) - expected)) <= 1


def test_a_higher_clip_limit_gives_more_contrast() -> None:
    image = gray(noise(64, 64, 100, 140))
    assert equalize(image, "clahe", clip_limit=8).std() > equalize(image, "clahe", clip_limit=1).std()


def test_stretching_to_half_averages_blocks_of_four() -> None:
    image = noise(24, 40)
    blocks = image.reshape(12, 2, 20, 2, 3).mean(axis=(1, 3))
    assert np.abs(resize(image, (12, 20), "stretch") - blocks).max() <= 1


def test_padding_keeps_the_aspect_and_centers() -> None:
    image = np.full((10, 20, 3), 200, np.uint8)
    result = resize(image, (40, 40), "pad", fill=(1, 2, 3))
    assert (result[:10] == (1, 2, 3)).all()
    assert (result[10:30] == 200).all()
    assert (result[30:] == (1, 2, 3)).all()


def test_cropping_keeps_the_aspect_and_the_middle() -> None:
    image = np.zeros((10, 30, 3), np.uint8)
    image[:, 10:20] = 250
    assert (resize(image, (10, 10), "crop") == 250).all()


@pytest.mark.parametrize("fit", ["pad", "stretch", "crop"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (333, 7), (32, 48)])
def test_every_shape_comes_to_the_size(fit: str, shape: tuple[int, int]) -> None:
    result = resize(noise(*shape), (32, 48), fit)
    assert result.shape == (32, 48, 3)
    assert result.dtype == np.uint8


def test_an_image_of_the_right_size_is_left_alone() -> None:
    image = noise(32, 32)
    assert np.array_equal(resize(image, (32, 32), "pad", interpolation="cubic"), image)


def test_patches_side_by_side_put_together_are_the_image() -> None:
    image = noise(24, 40)
    patches = cut_patches(image, (8, 10), (8, 10))
    rows = [np.concatenate(patches[row * 4 : row * 4 + 4], axis=1) for row in range(3)]
    assert np.array_equal(np.concatenate(rows), image)


@pytest.mark.parametrize(
    ("edge", "count", "ends_with"), [("drop", 2, "inside"), ("shift", 3, "edge"), ("pad", 3, "fill")]
)
def test_the_edge_rule_decides_about_the_remainder(edge: str, count: int, ends_with: str) -> None:
    image = noise(10, 25)
    patches = cut_patches(image, (10, 10), (10, 10), edge, fill=9)
    assert len(patches) == count
    last = {
        "inside": image[:, 10:20],
        "edge": image[:, 15:25],
        "fill": np.concatenate([image[:, 20:], np.full((10, 5, 3), 9, np.uint8)], axis=1),
    }[ends_with]
    assert np.array_equal(patches[-1], last)


def test_a_small_stride_overlaps() -> None:
    image = noise(8, 12)
    patches = cut_patches(image, (8, 8), (8, 2))
    assert len(patches) == 3
    assert np.array_equal(patches[1], image[:, 2:10])


@pytest.mark.parametrize("edge", ["drop", "shift", "pad"])
def test_an_image_smaller_than_a_patch_is_filled_up(edge: str) -> None:
    patches = cut_patches(noise(3, 5), (8, 8), (8, 8), edge, fill=7)
    assert len(patches) == 1
    assert np.array_equal(patches[0][:3, :5], noise(3, 5))
    assert (patches[0][3:] == 7).all()
