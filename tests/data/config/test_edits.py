"""Saving auguments.yaml: what changed is changed, everything else stays, comments above all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.configuration import read_yaml
from workbench.data.config.augment import AugmentConfig
from workbench.data.config.edits import as_yaml, digest_of, read_draft, save_draft, updated
from workbench.errors import ConfigError, ConflictError
from workbench.paths import asset

SHIPPED = asset("auguments.yaml").read_text()


@pytest.fixture
def draft(tmp_path: Path) -> dict[str, Any]:
    return read_draft(asset("auguments.yaml"))[0]


def comments(text: str) -> list[str]:
    return sorted(line[line.index("#") :].strip() for line in text.splitlines() if "#" in line)


def test_an_unchanged_draft_gives_the_same_text(draft: dict[str, Any]) -> None:
    assert updated(SHIPPED, draft) == SHIPPED


def test_changed_values_change_their_lines_only(draft: dict[str, Any]) -> None:
    draft["image"]["size"] = [24, 48]
    draft["preprocessing"]["gamma"] |= {"enabled": True, "gamma": 0.7}
    draft["preprocessing"]["resize"]["fit"] = "crop"
    draft["augmentation"]["train"][0]["Affine"]["rotate"] = [-25, 25]
    draft["augmentation"]["normalization"] = "theme"
    new = updated(SHIPPED, draft)
    assert comments(new) == comments(SHIPPED)
    assert len(new.splitlines()) == len(SHIPPED.splitlines())
    pairs = zip(new.splitlines(), SHIPPED.splitlines(), strict=True)
    assert [one.split("#")[0].strip() for one, other in pairs if one != other] == [
        "size: [24, 48]",
        "enabled: true",
        "gamma: 0.7",
        "fit: crop",
        "normalization: theme",
        "rotate: [-25, 25]",
    ]


def test_moved_steps_take_their_comments_along(draft: dict[str, Any]) -> None:
    steps = draft["preprocessing"]
    draft["preprocessing"] = {name: steps[name] for name in ("resize", "gamma", "histogram_equalization", "patches")}
    new = updated(SHIPPED, draft)
    lines = new.splitlines()
    assert lines[lines.index("  gamma:") - 1] == "  # Below 1 brightens dark parts, above 1 darkens them."
    assert lines[lines.index("  resize:") - 1] == "  # To image.size."
    assert lines.index("  resize:") < lines.index("  gamma:") < lines.index("  histogram_equalization:")
    assert sorted(lines) == sorted(SHIPPED.splitlines())


@pytest.mark.parametrize("keep", [[0], [1], [1, 0], []])
def test_removed_and_moved_transforms_leave_the_comments_around_them(draft: dict[str, Any], keep: list[int]) -> None:
    train = draft["augmentation"]["train"]
    draft["augmentation"]["train"] = [train[index] for index in keep]
    new = updated(SHIPPED, draft)
    assert comments(new) == comments(SHIPPED)
    lines = new.splitlines()
    assert lines[lines.index("  valid: []") - 1].startswith("  # Nothing random belongs here")
    assert [next(iter(entry)) for entry in _data(new)["augmentation"]["train"]] == [
        ["Affine", "RandomBrightnessContrast"][index] for index in keep
    ]


def test_new_transforms_are_written_the_way_a_person_would(draft: dict[str, Any]) -> None:
    draft["augmentation"]["train"].insert(1, {"OneOf": {"p": 0.5, "transforms": [{"Blur": {"blur_limit": [3, 5]}}]}})
    draft["augmentation"]["test"] = [{"CenterCrop": {"height": 28, "width": 28}}]
    new = updated(SHIPPED, draft)
    one_of = """\
    - OneOf:
        p: 0.5
        transforms:
          - Blur:
              blur_limit: [3, 5]
    - RandomBrightnessContrast:
"""
    assert one_of in new
    assert new.endswith("  test:\n    - CenterCrop:\n        height: 28\n        width: 28\n")
    assert comments(new) == comments(SHIPPED)


def test_an_argument_that_came_and_one_that_went(draft: dict[str, Any]) -> None:
    draft["augmentation"]["train"][1]["RandomBrightnessContrast"] = {"contrast_limit": 0.3}
    new = updated(SHIPPED, draft)
    assert comments(new) == comments(SHIPPED)
    assert _data(new)["augmentation"]["train"][1] == {"RandomBrightnessContrast": {"contrast_limit": 0.3}}


INLINE = """\
image: {size: 32} # small
preprocessing: {gamma: {gamma: 2.0}, resize: {fit: pad}}
augmentation: {train: [HorizontalFlip]}
"""


@pytest.mark.parametrize(
    "text",
    [
        INLINE,
        "# only this\nimage:\n    size: 32\n",
        "preprocessing:\naugmentation:\n  train: # to be filled\n  # the end\n",
        "augmentation:\n  train:\n  - HorizontalFlip # always\n  library: albumentations\n",
    ],
)
def test_other_layouts(text: str) -> None:
    wanted = {name: section for name, section in _data(text).items() if section is not None}
    wanted["preprocessing"] = {"resize": {"fit": "crop"}, "gamma": {"gamma": 0.5}}
    wanted["augmentation"] = {"train": ["VerticalFlip", "HorizontalFlip"]}
    new = updated(text, wanted)
    assert AugmentConfig.from_dict(_data(new)) == AugmentConfig.from_dict(wanted)
    assert comments(new) == comments(text)


def test_the_copied_yaml_reads_back_as_the_same(draft: dict[str, Any]) -> None:
    text = as_yaml(draft)
    assert _data(text) == draft
    assert "scale: [0.9, 1.1]" in text


def test_saving_writes_the_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "auguments.yaml"
    path.write_text(SHIPPED)
    draft, read = read_draft(path)
    draft["preprocessing"]["gamma"]["enabled"] = True
    new = save_draft(path, draft, read=read)
    assert new == digest_of(path)
    assert dict(AugmentConfig.load(path).steps())["gamma"].enabled
    assert [file.name for file in tmp_path.iterdir()] == ["auguments.yaml"]


def test_a_file_that_changed_since_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "auguments.yaml"
    path.write_text(SHIPPED)
    draft, read = read_draft(path)
    path.write_text(SHIPPED + "# mine\n")
    with pytest.raises(ConflictError, match="changed outside"):
        save_draft(path, draft, read=read)
    assert path.read_text() == SHIPPED + "# mine\n"


def test_settings_that_are_wrong_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "auguments.yaml"
    path.write_text(SHIPPED)
    draft, read = read_draft(path)
    draft["augmentation"]["train"].append("HorizntalFlip")
    with pytest.raises(ConfigError, match="HorizontalFlip"):
        save_draft(path, draft, read=read)
    assert path.read_text() == SHIPPED


def _data(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(text)


def test_reading_gives_plain_data() -> None:
    assert read_draft(asset("auguments.yaml"))[0] == read_yaml(asset("auguments.yaml"))[0]
