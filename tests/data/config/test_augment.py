"""auguments.yaml: what is read, and what is said about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.data.config.augment import AugmentConfig
from workbench.errors import ConfigError
from workbench.paths import asset

FILE = """\
image:
  size: [24, 32]
preprocessing:
  patches: {size: 8}
  gamma:
    gamma: 0.8
  histogram_equalization: {enabled: false}
augmentation:
  library: albumentations
  normalization: imagenet
  train:
    - HorizontalFlip
    - OneOf:
        p: 0.5
        transforms:
          - GaussianBlur: {blur_limit: [3, 5]}
          - MotionBlur
    - Affine: {rotate: [-10, 10], p: 1}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "auguments.yaml"
    path.write_text(FILE)
    return path


def test_steps_run_in_the_order_of_the_file_with_resizing_before_the_patches(file: Path) -> None:
    config = AugmentConfig.load(file)
    assert [name for name, _ in config.steps()] == ["resize", "patches", "gamma"]
    resize = dict(config.steps())["resize"]
    assert resize.size == (24, 32)


def test_an_explicit_resize_stays_where_it_stands_and_can_be_switched_off() -> None:
    steps = {"resize": None, "gamma": {}}
    config = AugmentConfig.from_dict({"image": {"size": 8}, "preprocessing": steps})
    assert [name for name, _ in config.steps()] == ["gamma"]
    steps = {"patches": {}, "resize": {"fit": "crop"}}
    config = AugmentConfig.from_dict({"image": {"size": 8}, "preprocessing": steps})
    assert [name for name, _ in config.steps()] == ["patches", "resize"]


def test_without_a_size_nothing_is_resized() -> None:
    assert AugmentConfig.from_dict({"image": {"size": None}}).steps() == []


def test_plain_data_comes_back_equal(file: Path) -> None:
    config = AugmentConfig.load(file)
    again = AugmentConfig.from_dict(config.to_dict())
    assert again == config
    assert again.steps() == config.steps()


def test_overrides_come_before_checking(file: Path) -> None:
    config = AugmentConfig.load(file, {"preprocessing.gamma.gamma": 2.0, "image.size": 16})
    assert dict(config.steps())["gamma"].gamma == 2.0
    assert config.image.size == (16, 16)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("HorizontalFlip", "HorzontalFlip", 12, "HorizontalFlip"),
        ("blur_limit", "blurlimit", 16, "blur_limit"),
        ("- MotionBlur", "- MotoinBlur", 17, "MotionBlur"),
        ("rotate: [-10, 10]", "rotate: abc", 18, "rotate"),
        ("rotate: [-10, 10]", "var_limit: 3", 18, "rotate, shear"),
        ("p: 1}", "p: 7}", 18, "0 to 1"),
        ("p: 0.5", "p: 7", 14, "0 to 1"),
        ("imagenet", "imagnet", 10, "'imagenet'"),
        ("imagenet", "{mean: [0, 0, 0], std: [1, 0, 1]}", 10, "a number above 0"),
        ("library: albumentations", "library: albumentation", 9, "'albumentations'"),
        ("library: albumentations", "library: torchvision", 12, "a transform of albumentations"),
        ("rotate: [-10, 10]", "interpolation: INTER_CUBICC", 18, "'INTER_CUBIC'"),
        ("  gamma:\n", "  gama:\n", 5, "'gamma'"),
        ("gamma: 0.8", "gamma: -1", 6, "0.05"),
        ("{size: 8}", "{size: 8, stride: 9}", 4, "gaps"),
        ("[24, 32]", "0", 2, "'image.size' is 0: 1 or more is needed"),
        ("[24, 32]", "[1, 2, 3]", 2, "[height, width]"),
        ("- MotionBlur", "- {Blur: {}, MotionBlur: {}}", 17, "one name per entry"),
        ("- HorizontalFlip", "- HorizontalFlip: 3", 12, "argument: value"),
        ("- HorizontalFlip", "- HorizontalFlip: {~: 1}", 12, "no argument 'None'"),
    ],
)
def test_a_mistake_names_the_file_the_line_and_what_is_allowed(
    file: Path, old: str, new: str, line: int, says: str
) -> None:
    assert FILE.count(old) == 1
    file.write_text(FILE.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        AugmentConfig.load(file)
    assert f"{file}:{line}:" in str(caught.value)
    assert says in str(caught.value)


def test_the_shipped_file_is_valid_and_explains_every_key() -> None:
    shipped = asset("auguments.yaml")
    config = AugmentConfig.load(shipped)
    assert [name for name, _ in config.steps()] == ["resize"]
    assert config.augmentation.train
    lines = shipped.read_text().splitlines()
    for index, line in enumerate(lines):
        top_level_step = line.startswith("  ") and line[2].isalpha()
        if top_level_step and not line.startswith(("  valid", "  test")):
            # A key on the second level has its comment beside it or right above.
            assert "#" in line or lines[index - 1].lstrip().startswith("#"), line
