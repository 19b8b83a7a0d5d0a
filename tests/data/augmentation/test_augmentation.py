"""Both libraries behave alike: seeded, nested, explained."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from workbench.data.augmentation import LIBRARIES, build_augmenter
from workbench.errors import ConfigError

TRANSFORMS: dict[str, list[Any]] = {
    "albumentations": [
        {"OneOf": {"p": 1, "transforms": [{"HorizontalFlip": {"p": 1}}, {"VerticalFlip": {"p": 1}}]}},
        {"SomeOf": {"n": 1, "p": 1, "transforms": [{"RandomGamma": {"p": 1}}, {"GaussNoise": {"p": 1}}]}},
        {"Affine": {"rotate": [-30, 30], "interpolation": "INTER_CUBIC", "p": 1}},
    ],
    "torchvision": [
        {"RandomApply": {"p": 0.5, "transforms": [{"ColorJitter": {"brightness": 0.4}}]}},
        {"RandomChoice": {"transforms": [{"RandomHorizontalFlip": {"p": 1}}, {"RandomVerticalFlip": {"p": 1}}]}},
        {"RandomAffine": {"degrees": 30, "interpolation": "bilinear"}},
    ],
}


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (20, 28, 3), dtype=np.uint8)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_seed_decides_and_images_of_a_batch_differ(library: str, image: np.ndarray) -> None:
    augmenter = build_augmenter(library, TRANSFORMS[library])
    first = augmenter([image] * 6, 1)
    assert all(np.array_equal(one, other) for one, other in zip(first, augmenter([image] * 6, 1), strict=True))
    assert not np.array_equal(np.stack(first), np.stack(augmenter([image] * 6, 2)))
    assert len({one.tobytes() for one in first}) == 6
    assert {(one.shape, str(one.dtype)) for one in first} == {((20, 28, 3), "uint8")}


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_original_is_left_as_it_is(library: str, image: np.ndarray) -> None:
    before = image.copy()
    build_augmenter(library, TRANSFORMS[library])([image], 0)
    assert np.array_equal(image, before)


@pytest.mark.parametrize("library", LIBRARIES)
def test_explaining_gives_the_same_picture_and_names_what_was_applied(library: str, image: np.ndarray) -> None:
    augmenter = build_augmenter(library, TRANSFORMS[library])
    for seed in range(4):
        picture, applied = augmenter.explain(image, seed)
        assert np.array_equal(picture, augmenter([image], seed)[0])
        assert any("Affine" in one.name for one in applied)


def test_albumentations_tells_what_was_drawn_inside_a_choice(image: np.ndarray) -> None:
    augmenter = build_augmenter("albumentations", TRANSFORMS["albumentations"])
    names = {one.name for seed in range(12) for one in augmenter.explain(image, seed)[1]}
    assert {"HorizontalFlip", "VerticalFlip", "RandomGamma", "GaussNoise"} <= names


def test_torchs_generator_of_the_caller_is_not_disturbed(image: np.ndarray) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    build_augmenter("torchvision", TRANSFORMS["torchvision"])([image], 9)
    assert torch.equal(torch.rand(3), expected)


def test_no_transforms_change_nothing(image: np.ndarray) -> None:
    assert build_augmenter("albumentations", [])([image], 1)[0] is image


def test_transforms_that_scale_to_floats_are_allowed(image: np.ndarray) -> None:
    for library, transforms in {
        "albumentations": [{"ToFloat": {"max_value": 255}}],
        "torchvision": [{"ToDtype": {"dtype": "float32", "scale": True}}],
    }.items():
        result = build_augmenter(library, transforms)([image], 0)[0]
        assert result.dtype == np.float32
        assert np.abs(result - image / 255).max() < 1e-6


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_not_a_list_is_refused(library: str) -> None:
    with pytest.raises(ConfigError, match="a list of transforms is needed"):
        build_augmenter(library, {"Affine": {}})


@pytest.mark.parametrize(
    ("library", "name"), [("albumentations", "Lambda"), ("albumentations", "CenterCrop3D"), ("torchvision", "MixUp")]
)
def test_transforms_that_cannot_work_on_one_image_are_unknown(library: str, name: str) -> None:
    with pytest.raises(ConfigError, match=f"There is no {library} transform '{name}'"):
        build_augmenter(library, [name])


@pytest.mark.parametrize(
    ("library", "transform"),
    [
        ("albumentations", {"RandomCrop": {"height": 999, "width": 999}}),
        ("torchvision", {"RandomCrop": {"size": 999}}),
    ],
)
def test_a_transform_that_does_not_fit_the_image_says_so(library: str, transform: dict, image: np.ndarray) -> None:
    height, width = image.shape[:2]
    augmenter = build_augmenter(library, [transform])
    for use in (lambda: augmenter([image], 0), lambda: augmenter.explain(image, 0)):
        with pytest.raises(ConfigError, match=rf"an image of {height} x {width}.*999") as caught:
            use()
        assert "auguments.yaml" in str(caught.value)


@pytest.mark.parametrize("transform", [{"OneOf": {"transforms": []}}, {"SomeOf": {"n": 3, "transforms": ["Blur"]}}])
def test_a_choice_of_fewer_than_it_draws_is_refused(transform: dict) -> None:
    with pytest.raises(ConfigError, match=r"'transforms' is empty|greater than number of transforms"):
        build_augmenter("albumentations", [transform])
