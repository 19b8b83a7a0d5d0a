"""What a training is checked for before anything is written, and which theme is meant."""

import io

import numpy as np
import pytest
from PIL import Image

from workbench.data.config.augment import AugmentConfig
from workbench.errors import ConfigError, NotFoundError, WorkbenchError
from workbench.store import open_store
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme
from workbench.training.plan import check_transforms, default_theme, make_plan, read_settings

BAD_SETTINGS = [
    ({"theme": "colours"}, NotFoundError, "Did you mean 'colors'"),
    ({"training.learning_rat": 1}, ConfigError, "Did you mean 'learning_rate'"),
    ({"augmentation.librari": "torchvision"}, ConfigError, "Did you mean 'library'"),
    ({"augmentation.train": ["HorizontalFlop"]}, ConfigError, "HorizontalFlip"),
    ({"model.name": "ResNet19"}, NotFoundError, "Did you mean 'ResNet18'"),
    ({"model.in_channels": 4}, ConfigError, "Allowed: 1, 3"),
    ({"model.name": "TwoLayers", "model.options": {"wdth": 3}}, ConfigError, "no option 'wdth'"),
    ({"model.name": "ResNet18", "model.pretrained": "nowhere.pth"}, WorkbenchError, "does not exist"),
    ({"callbacks.checkpoint": {"monitor": "valid_acuracy"}}, NotFoundError, "Did you mean 'valid_accuracy'"),
    ({"callbacks.custom": [{"path": "nowhere.Beep"}]}, ConfigError, "cannot be imported"),
    ({"callbacks.custom": [{"path": "json.JSONDecoder"}]}, ConfigError, "is not a class derived from"),
    ({"modules": ["nowhere"]}, ConfigError, "no module 'nowhere'"),
    ({"model.name": "alexnet", "image.size": 16}, ConfigError, "AlexNet cannot take images of 16 x 16"),
    ({"training.accelerator": "gpus"}, ConfigError, "Did you mean 'gpu'"),
    ({"training.strategy": "ddpp"}, ConfigError, "Did you mean 'ddp'"),
    ({"training.accelerator": "cpu", "training.precision": "16-mixed"}, ConfigError, "16-mixed needs a GPU"),
    ({"training.seed": -1}, ConfigError, "'training.seed' is -1: 0 or more"),
    ({"training.seed": 2**32}, ConfigError, "'training.seed' is 4294967296: a number below"),
    ({"training.devices": 0}, ConfigError, "training.devices"),
    ({"data.batch_size": True}, ConfigError, "'data.batch_size' is True: a number is needed"),
    ({"data.split_ratio": [0.5, 0.2, 0.2]}, ConfigError, "must sum to 1"),
    ({"data.split_ratio": [0.8, 0.2, 0.0]}, WorkbenchError, "split 'test' of the theme 'colors' has no samples"),
]


@pytest.mark.parametrize(("overrides", "kind", "message"), BAD_SETTINGS)
def test_bad_settings_are_refused_and_nothing_is_written(colors, overrides, kind, message):
    with pytest.raises((kind, ConfigError), match=message):
        colors.train(overrides)
    assert colors.is_untouched()


@pytest.mark.parametrize("name", ["params.yaml", "auguments.yaml"])
def test_a_missing_file_is_named(colors, name):
    (colors.project.root / name).unlink()
    with pytest.raises(ConfigError, match=f"{name} does not exist"):
        colors.train()
    assert colors.is_untouched()


@pytest.mark.parametrize(
    ("numbers", "labels", "message"),
    [
        ({}, ("red", "green"), "at least two labels"),
        ({"red": 9}, ("red",), "at least two labels"),
        ({"red": 9}, ("red", "green"), "only 'red'"),
        ({"red": 9, "green": 1}, ("red", "green"), "'green' has 1; each label needs at least 3"),
        ({"red": 9, "green": 9}, ("red", "green", "blue"), "has the label 'blue'"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused(project_without_theme, numbers, labels, message):
    project_without_theme.add(numbers, labels=labels)
    with pytest.raises(WorkbenchError, match=message):
        project_without_theme.train()
    assert project_without_theme.is_untouched()


def test_a_label_without_training_samples_is_refused(project_without_theme):
    colors = project_without_theme
    colors.add(
        {"red": 9, "green": 9}, labels=("red", "green"), split=lambda index: ("train", "valid", "test")[index % 3]
    )
    with colors.store.write() as session:
        from sqlalchemy import update

        from workbench.store.schema import Label, Sample

        green = session.query(Label.id).where(Label.name == "green").scalar()
        session.execute(update(Sample).where(Sample.label_id == green, Sample.split == "train").values(split="test"))
    with pytest.raises(WorkbenchError, match="label 'green' of the theme 'colors' has no training samples"):
        colors.train()


def test_a_missing_image_is_named(colors):
    victim = next(colors.project.images.rglob("*.png"))
    victim.unlink()
    with pytest.raises(WorkbenchError, match=rf"1 image files .* are missing: .*{victim.name}"):
        colors.train()
    assert not colors.runs()


def test_a_theme_of_boxes_is_planned_as_its_crops(sqlite_store):
    random = np.random.default_rng(0)
    with sqlite_store.write() as session:
        theme = create_theme("cells", labels=["red", "white"], task="boxes", session=session)
        red, white = (label.id for label in labels_of(theme.id, session=session))
        for number in range(6):
            buffer = io.BytesIO()
            Image.fromarray(random.integers(0, 256, (40, 60, 3), dtype=np.uint8)).save(buffer, "PNG")
            digest = sha256_of(buffer.getvalue())
            uri = sqlite_store.images.put(buffer.getvalue(), sha256=digest, suffix="png")
            sample = Sample(
                theme_id=theme.id, sha256=digest, uri=uri, name=f"{number}.png", width=60, height=40, size_bytes=1
            )
            session.add(sample)
            session.flush()
            boxes = [BoxData(red, 2, 4, 10, 20), BoxData(white, 30, 10, 25, 15)]
            replace_boxes(sample.id, boxes, annotator="mika", session=session)
    overrides = {"data.samples": "boxes", "data.box_margin": 0}
    params, augment = read_settings(sqlite_store.project, theme="cells", overrides=overrides)

    plan = make_plan(params, augment, sqlite_store.project)

    assert (plan.theme, plan.class_names) == ("cells-crops", ["red", "white"])
    assert {split: len(images) for split, images in plan.images.items()} == {"train": 8, "valid": 2, "test": 2}
    assert sorted(plan.images["test"].targets) == [0, 1]


def test_the_default_theme_is_the_one_that_params_names_and_exists(project):
    with pytest.raises(NotFoundError, match="no themes yet"):
        default_theme(project=project)
    store = open_store(project)
    for name in ("blood", "digits"):
        if name == "digits":
            with pytest.raises(NotFoundError, match=r"no theme 'digits', which params.yaml names. Known: blood"):
                default_theme(project=project)
        with store.write() as session:
            create_theme(name, session=session)
    assert default_theme(project=project) == "digits"


CROP = {"CenterCrop": {"height": 4, "width": 4}}


@pytest.mark.parametrize(
    ("transforms", "words"),
    [
        ({"valid": [CROP]}, "different height and width: 4 x 4 in valid, 8 x 8 in test"),
        ({"train": ["Normalize"]}, "different type: float32 in train, uint8 in valid"),
        ({"train": ["ToFloat"], "valid": ["Normalize"], "test": ["Normalize"]}, "different range: 0..1 in train"),
        ({"test": ["HorizontalFlip"]}, "augmentation.test draws at random"),
        ({"valid": [{"RandomCrop": {"height": 4, "width": 4}}], "test": [CROP]}, "augmentation.valid draws at random"),
        ({"train": [{"RandomCrop": {"height": 4, "width": 4}}, "Affine"], "valid": [CROP], "test": [CROP]}, None),
    ],
)
def test_transforms_of_the_splits_that_do_not_fit_are_refused(transforms, words):
    augment = AugmentConfig.from_dict({"image": {"size": 8}, "augmentation": transforms})
    if words is None:
        check_transforms(augment)
    else:
        with pytest.raises(ConfigError, match=words):
            check_transforms(augment)
