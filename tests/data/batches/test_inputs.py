"""From an image to the network's input."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from workbench.data.batches.dataset import FilePatches, ImageDataset
from workbench.data.batches.inputs import Preprocessing, read_inputs
from workbench.data.config.augment import AugmentConfig
from workbench.data.labeled_images import LabeledImages
from workbench.errors import ConfigError

MakeImages = Callable[..., LabeledImages]
MakeConfig = Callable[..., AugmentConfig]

MODEL = {
    "image": {"size": [20, 30]},
    "preprocessing": {"gamma": {"gamma": 0.7}, "resize": {"fit": "crop"}, "patches": {"size": 10, "stride": 8}},
    "augmentation": {
        "normalization": "imagenet",
        "train": ["HorizontalFlip"],
        "test": [{"CenterCrop": {"height": 8, "width": 8}}],
    },
}


def test_a_model_that_carries_it_as_json_sees_exactly_what_the_test_split_saw(
    make_images: MakeImages, tmp_path: Path
) -> None:
    images = make_images(3, (25, 33))
    preprocessing = Preprocessing.create(AugmentConfig.from_dict(MODEL))
    dataset = ImageDataset(FilePatches(images.paths, preprocessing), images.targets, preprocessing, "test")
    batch = dataset.__getitems__([0, 1, 2])
    carried = Preprocessing.from_dict(json.loads(json.dumps(preprocessing.to_dict())))
    (inputs,), errors = read_inputs(images.paths, Path.read_bytes, carried)
    assert torch.equal(inputs.images, batch.images)
    assert inputs.owners.tolist() == batch.indices.tolist()
    assert inputs.images.shape == (3 * 12, 3, 8, 8)
    assert errors == {}


def test_without_transforms_evaluation_needs_neither_augmentation_library_nor_store() -> None:
    code = (
        "import sys, numpy as np\n"
        "from workbench.data.batches.inputs import Preprocessing, read_inputs\n"
        "from workbench.data.config.augment import AugmentConfig\n"
        "p = Preprocessing.create(AugmentConfig.from_dict({'image': {'size': 8}}))\n"
        "read_inputs([np.zeros((4, 4, 3), np.uint8)], lambda image: image, Preprocessing.from_dict(p.to_dict()))\n"
        "print(sorted({'albumentations', 'torchvision', 'sqlalchemy', 'lightning'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_the_package_stays_light() -> None:
    code = (
        "import sys, workbench.data, workbench.data.decoding, workbench.data.config.augment\n"
        "print(sorted({'torch', 'torchvision', 'albumentations', 'lightning', 'pandas'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_images_of_different_sizes_say_what_to_set(make_config: MakeConfig) -> None:
    preprocessing = Preprocessing.create(make_config(None))
    with pytest.raises(ConfigError, match=r"image\.size"):
        preprocessing.normalize([np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)])


def test_a_transform_that_drops_channels_is_named(make_config: MakeConfig) -> None:
    gray = {"test": [{"ToGray": {"num_output_channels": 1, "p": 1}}]}
    with pytest.raises(ConfigError, match="channels"):
        read_inputs(
            [np.zeros((8, 8, 3), np.uint8)],
            lambda image: image,
            Preprocessing.create(make_config(8, augmentation=gray)),
        )


@pytest.mark.parametrize("size", [(1333, 997), (61, 1001)])
def test_a_photo_gives_the_same_inputs_to_the_bit_whatever_the_way_in(
    make_config: MakeConfig, tmp_path: Path, size: tuple[int, int]
) -> None:
    scene = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    file = tmp_path / "photo.jpg"
    Image.fromarray(cv2.GaussianBlur(scene, (0, 0), 5)).save(file, quality=90)
    preprocessing = Preprocessing.create(make_config(64))
    with Image.open(file) as opened:
        pixels = np.asarray(opened.convert("RGB"))
    ways = [file, file.read_bytes(), pixels]
    inputs, errors = read_inputs(ways, lambda image: image, preprocessing)
    assert errors == {}
    (images,) = (each.images for each in inputs)
    assert torch.equal(images[0], images[1])
    assert torch.equal(images[0], images[2])


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ({"resize": {"fit": "crop"}}, "resize"),
        ({"patches": {"size": 32, "stride": 1}}, "patches"),
        ({"patches": {"size": 8}, "resize": {"size": 9_000}}, "resize"),
    ],
)
def test_a_step_that_would_fill_the_memory_is_refused_with_its_limit(steps: dict[str, object], name: str) -> None:
    order = {"image": {"size": 224 if steps == {"resize": {"fit": "crop"}} else None}, "preprocessing": steps}
    preprocessing = Preprocessing.create(AugmentConfig.from_dict(order))
    given = [np.zeros((2, 60_000, 3), np.uint8), np.zeros((1_000, 1_000, 3), np.uint8)]
    _, errors = read_inputs(given, lambda image: image, preprocessing)
    wrong = 0 if steps == {"resize": {"fit": "crop"}} else 1
    assert f"of which the step '{name}' of auguments.yaml would make" in errors[wrong]
    assert "limit of 357,913,940" in errors[wrong]
