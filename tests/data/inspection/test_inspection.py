"""What the exploring finds in images that were made to be found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from workbench.data.augmentation import build_augmenter
from workbench.data.batches.inputs import Preprocessing
from workbench.data.config.augment import AugmentConfig
from workbench.data.inspection.inspected_images import InspectedImage
from workbench.data.inspection.library_comparison import TRANSFORM_PAIRS, TransformPair, compare_libraries
from workbench.data.inspection.near_duplicates import near_duplicates
from workbench.data.inspection.profile import Profile, find_issues
from workbench.data.inspection.stages import BINS, histogram, stages_of
from workbench.data.inspection.transform_arguments import transform_arguments, transform_names
from workbench.data.inspection.variants import variants, visible

Write = Callable[..., InspectedImage]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an image and return it as an image to inspect."""
    numbers = iter(range(1000))

    def write(image: np.ndarray, label: str = "a", split: str = "train", quality: int | None = None) -> InspectedImage:
        number = next(numbers)
        path = tmp_path / f"{number}.{'png' if quality is None else 'jpg'}"
        cv2.imwrite(str(path), image, [] if quality is None else [cv2.IMWRITE_JPEG_QUALITY, quality])
        return InspectedImage(number, path, path.name, label, split, image.shape[1], image.shape[0])

    return write


def scene(seed: int, height: int = 60, width: int = 80) -> np.ndarray:
    shapes = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return cv2.resize(shapes, (width, height), interpolation=cv2.INTER_CUBIC)


def surveyed(*subjects: InspectedImage) -> Profile:
    survey = Profile(list(subjects))
    assert list(survey.advance())[-1] == len(subjects)
    return survey


def test_the_stages_show_what_each_step_left() -> None:
    steps = {"gamma": {"gamma": 2.0}, "resize": {"fit": "stretch"}, "patches": {"size": 8}}
    config = AugmentConfig.from_dict({"image": {"size": 16}, "preprocessing": steps})
    stages = stages_of(scene(0), Preprocessing(config, None))
    assert [stage.name for stage in stages] == ["original", "gamma", "resize", "patches"]
    assert [len(stage.images) for stage in stages] == [1, 1, 1, 4]
    assert stages[1].settings == {"gamma": 2.0}
    assert stages[1].images[0].mean() < stages[0].images[0].mean()
    assert stages[2].images[0].shape == (16, 16, 3)


def test_the_histogram_counts_every_value_of_every_channel() -> None:
    image = np.zeros((2, 3, 3), np.uint8)
    image[..., 2] = 255
    counts = histogram([image, image])
    assert counts.shape == (3, BINS)
    assert counts[0, 0] == counts[2, -1] == 12
    assert counts.sum() == 36


def test_variants_tell_what_was_applied() -> None:
    transforms = [{"HorizontalFlip": {"p": 0.5}}, {"Rotate": {"limit": 20, "p": 1}}]
    found = variants(scene(0), build_augmenter("albumentations", transforms), 12, seed=5)
    assert [variant.seed for variant in found] == list(range(5, 17))
    assert all(any(line.startswith("Rotate") for line in variant.applied) for variant in found)
    assert {len(variant.applied) for variant in found} == {1, 2}
    assert len({variant.image.tobytes() for variant in found}) == 12


def test_normalized_results_are_made_visible() -> None:
    shown = visible(np.array([[[-2.0, 0.0, 2.0]]], np.float32))
    assert shown.tolist() == [[[0, 128, 255]]]
    assert visible(np.array([[[0.0, 0.5, 1.0]]], np.float32)).tolist() == [[[0, 128, 255]]]


@pytest.mark.parametrize("pair", TRANSFORM_PAIRS, ids=lambda pair: pair.name)
def test_both_libraries_carry_out_every_pair(pair: TransformPair) -> None:
    image = scene(1)
    for images in compare_libraries(image, pair, [0, 1]).values():
        assert [one.shape for one in images] == [image.shape] * 2
        assert not all(np.array_equal(one, image) for one in images)


def test_mirroring_means_the_same_in_both_libraries() -> None:
    image = scene(2)
    mirror = next(pair for pair in TRANSFORM_PAIRS if pair.name == "mirror")
    for images in compare_libraries(image, mirror, [0]).values():
        assert np.array_equal(images[0], image[:, ::-1])


def test_mean_and_deviation_are_those_of_all_pixels(write: Write) -> None:
    images = [scene(seed) for seed in range(4)]
    mean, std = surveyed(*[write(image) for image in images]).overall()
    pixels = np.concatenate([image.reshape(-1, 3)[:, ::-1] for image in images]) / 255
    assert mean == pytest.approx(pixels.mean(axis=0))
    assert std == pytest.approx(pixels.std(axis=0))


def test_odd_images_are_found_with_their_reason(write: Write) -> None:
    damaged = write(scene(3))
    damaged.path.write_bytes(b"no image")
    subjects = [
        write(scene(0)),
        write(np.full((30, 30, 3), 77, np.uint8)),
        write(scene(1, 5, 12)),
        write(scene(2, 10, 90)),
        damaged,
    ]
    found = {(odd.number, odd.kind) for odd in find_issues(surveyed(*subjects))}
    assert found == {(1, "blank"), (2, "tiny"), (3, "very long"), (4, "damaged")}


def test_near_duplicates_are_found_label_errors_first_then_leaks(write: Write) -> None:
    subjects = [
        write(scene(0)),
        write(scene(0), quality=60),
        write(scene(1), split="train"),
        write(cv2.resize(scene(1), (40, 30)), split="test"),
        write(scene(2), label="a"),
        write(cv2.add(scene(2), 2), label="b"),
        write(scene(3)),
    ]
    pairs = near_duplicates(surveyed(*subjects))
    assert [(pair.first, pair.second) for pair in pairs] == [(4, 5), (2, 3), (0, 1)]
    assert [pair.same_label for pair in pairs] == [False, True, True]
    assert [pair.across_splits for pair in pairs] == [False, True, False]


def test_blank_images_are_not_each_others_duplicates(write: Write) -> None:
    blank = [write(np.full((20, 20, 3), value, np.uint8)) for value in (80, 81, 82)]
    assert near_duplicates(surveyed(*blank)) == []


def test_pale_images_are_not_each_others_duplicates(write: Write) -> None:
    pale = [write(cv2.addWeighted(scene(seed), 0.06, np.full_like(scene(seed), 200), 0.94, 0)) for seed in range(4)]
    again = write(cv2.addWeighted(scene(0), 0.06, np.full_like(scene(0), 200), 0.94, 0), quality=95)
    assert [(pair.first, pair.second) for pair in near_duplicates(surveyed(*pale, again))] == [(0, 4)]


def test_a_survey_can_be_stopped_and_gone_on_with(write: Write) -> None:
    survey = Profile([write(scene(seed, 8, 8)) for seed in range(130)])
    assert list(survey.advance(seconds=0)) == []
    progress = survey.advance()
    assert next(progress) == 64
    progress.close()
    assert not survey.finished
    assert list(survey.advance())[-1] == 130
    assert len(survey.sound) == 130


@pytest.mark.parametrize("library", ["albumentations", "torchvision"])
def test_the_arguments_of_every_transform_are_plain(library: str) -> None:
    for name in transform_names(library):
        for argument in transform_arguments(library, name):
            assert isinstance(argument.default, type(None) | bool | int | float | str | list | dict), (name, argument)
    assert transform_arguments(library, "nothing") == []
