"""Where a setting stands, for every settings file alike."""

import pytest

from workbench.configuration import Location, read_yaml
from workbench.errors import ConfigError


@pytest.fixture
def at(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("theme: cells\naugmentation:\n  train:\n    - HorizontalFlip:\n        p: 0.5\n")
    return read_yaml(path)[1]


def test_a_key_is_named_with_its_line(at):
    assert str(at.below("theme")).endswith("params.yaml:1")
    assert at.below("augmentation", "train", 0, "HorizontalFlip", "p").line == 5
    assert str(at.below("augmentation").below("train").error("too few.")).endswith("params.yaml:3: too few.")


def test_a_key_that_is_missing_is_named_with_the_nearest_line_above_it(at):
    assert at.below("augmentation", "valid", 2).line == 2


def test_settings_that_are_no_file_have_no_line():
    error = Location("overrides").below("training", "epochs").error("0 came; 1 or more is allowed.")
    assert isinstance(error, ConfigError)
    assert str(error) == "overrides: 0 came; 1 or more is allowed."


def test_a_file_that_is_not_yaml_is_named_with_the_line(tmp_path):
    (tmp_path / "params.yaml").write_text("theme: cells\nmodel: [1, 2\n")
    with pytest.raises(ConfigError, match=r"params\.yaml:\d: this is not valid YAML: .* Correct the line"):
        read_yaml(tmp_path / "params.yaml")
