"""What holds for every image and every setting of the steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from workbench.data.batches.inputs import Preprocessing
from workbench.data.batches.probabilities import combine_patches
from workbench.data.config.augment import AugmentConfig
from workbench.data.preprocessing import correct_gamma, cut_patches, equalize, resize

IMAGES = arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)))
SIDES = st.integers(1, 48)
SIZES = st.tuples(SIDES, SIDES)
FITS = st.sampled_from(["pad", "stretch", "crop"])
EDGES = st.sampled_from(["shift", "pad", "drop"])
SECTIONS = st.fixed_dictionaries(
    {},
    optional={
        "histogram_equalization": st.fixed_dictionaries({"method": st.sampled_from(["global", "clahe"])}),
        "gamma": st.fixed_dictionaries({"gamma": st.floats(0.1, 5)}),
        "resize": st.fixed_dictionaries({"fit": FITS}),
        "patches": st.fixed_dictionaries({"size": st.integers(4, 20), "edge": EDGES}),
    },
).flatmap(lambda steps: st.permutations(list(steps.items())).map(dict))


@given(IMAGES, st.floats(0.05, 20))
def test_gamma_keeps_shape_order_and_the_ends_of_the_range(image: np.ndarray, gamma: float) -> None:
    result = correct_gamma(image, gamma)
    assert (result.shape, result.dtype) == (image.shape, np.uint8)
    assert (result[image == 0] == 0).all()
    assert (result[image == 255] == 255).all()
    order = np.argsort(image.ravel())
    assert (np.diff(result.ravel()[order].astype(int)) >= 0).all()


@given(IMAGES, st.sampled_from(["global", "clahe"]), st.floats(0.5, 10), st.integers(1, 12))
def test_equalization_keeps_shape_and_dtype(image: np.ndarray, method: str, clip_limit: float, tiles: int) -> None:
    before = image.copy()
    result = equalize(image, method, clip_limit=clip_limit, tiles=tiles)
    assert (result.shape, result.dtype) == (image.shape, np.uint8)
    assert np.array_equal(image, before)


@given(IMAGES, SIZES, FITS)
def test_resizing_comes_to_the_size_and_makes_up_no_brightness(
    image: np.ndarray, size: tuple[int, int], fit: str
) -> None:
    result = resize(image, size, fit)
    assert (result.shape, result.dtype) == ((*size, 3), np.uint8)
    assert result.max() <= image.max()
    if fit != "pad":
        assert result.min() >= image.min()


@given(IMAGES, SIZES)
def test_padding_shows_the_whole_image(image: np.ndarray, size: tuple[int, int]) -> None:
    white = np.full_like(image, 255)
    shown = resize(white, size, "pad")[..., 0] > 0
    height, width = int(shown.any(axis=1).sum()), int(shown.any(axis=0).sum())
    assert shown.sum() == height * width
    assert height == size[0] or width == size[1]


@given(IMAGES, SIZES, SIZES, EDGES)
def test_patches_have_their_size_and_cover_the_image(
    image: np.ndarray, size: tuple[int, int], stride: tuple[int, int], edge: str
) -> None:
    stride = (min(stride[0], size[0]), min(stride[1], size[1]))
    marked = np.full_like(image, 1)
    patches = cut_patches(image, size, stride, edge)
    assert patches
    assert {patch.shape for patch in patches} == {(*size, 3)}
    if edge != "drop":
        # The largest value of the image must be on some patch, and every pixel at least once.
        assert max(int(patch.max()) for patch in patches) == int(image.max())
        seen = sum(int(patch[..., 0].sum()) for patch in cut_patches(marked, size, stride, edge))
        assert seen >= image.shape[0] * image.shape[1]


@settings(deadline=None)
@given(IMAGES, SECTIONS, SIZES)
def test_any_order_of_steps_is_deterministic_and_survives_being_carried(
    image: np.ndarray, steps: dict[str, Any], size: tuple[int, int]
) -> None:
    config = AugmentConfig.from_dict({"image": {"size": list(size)}, "preprocessing": steps})
    preprocessing = Preprocessing.create(config)
    carried = Preprocessing.from_dict(preprocessing.to_dict())
    assert [name for name, _ in carried.config.steps()] == [name for name, _ in config.steps()]
    before = image.copy()
    first, second = preprocessing.patches(image), carried.patches(image)
    assert np.array_equal(np.stack(first), np.stack(second))
    assert np.array_equal(image, before)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.integers(1, 4), st.randoms(use_true_random=False))
def test_combined_probabilities_sum_to_one_and_do_not_depend_on_the_order_of_patches(
    owners: list[int], classes: int, random: Any
) -> None:
    values = np.random.default_rng(len(owners)).random((len(owners), classes)) + 1e-3
    probabilities = values / values.sum(axis=1, keepdims=True)
    images, combined = combine_patches(probabilities, np.array(owners))
    assert np.allclose(combined.sum(axis=1), 1)
    order = list(range(len(owners)))
    random.shuffle(order)
    again_images, again = combine_patches(probabilities[order], np.array(owners)[order])
    assert sorted(images.tolist()) == sorted(again_images.tolist())
    lookup = dict(zip(again_images.tolist(), again, strict=True))
    assert all(np.allclose(lookup[image], row) for image, row in zip(images.tolist(), combined, strict=True))
