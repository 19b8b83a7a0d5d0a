"""Settings files: what a person is told about a wrong one."""

import contextlib
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from workbench.configuration import Location, Settings, load, parse, with_overrides
from workbench.errors import ConfigError


class _Optimizer(Settings):
    name: Literal["Adam", "SGD"] = "Adam"
    learning_rate: float = Field(0.1, gt=0)


class _File(Settings):
    theme: str = "digits"
    optimizer: _Optimizer = _Optimizer()


def _load(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    return load(_File, path)


def test_values_and_defaults_are_read(tmp_path):
    read = _load(tmp_path, "theme: cells\noptimizer:\n  learning_rate: 1e-3\n")
    assert read.theme == "cells"
    assert read.optimizer.learning_rate == 0.001
    assert read.optimizer.name == "Adam"


def test_an_empty_file_gives_the_defaults(tmp_path):
    assert _load(tmp_path, "# nothing\n") == _File()


def test_a_misspelled_key_names_file_line_and_nearest(tmp_path):
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, "theme: cells\noptimizer:\n  learning_rat: 0.1\n")
    message = str(caught.value)
    assert "params.yaml:3" in message
    assert "unknown key 'optimizer.learning_rat'" in message
    assert "Did you mean 'learning_rate'?" in message
    assert "Allowed here: name, learning_rate" in message


def test_a_wrong_choice_names_what_is_allowed(tmp_path):
    with pytest.raises(ConfigError, match=r"params.yaml:2: 'optimizer.name' is 'adam'. Did you mean 'Adam'\? Allowed"):
        _load(tmp_path, "optimizer:\n  name: adam\n")


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, "thema: cells\noptimizer:\n  learning_rate: -1\n")
    assert "thema" in str(caught.value)
    assert "'optimizer.learning_rate' is -1" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere.yaml does not exist"):
        load(_File, tmp_path / "nowhere.yaml")


def test_broken_yaml_names_the_line(tmp_path):
    with pytest.raises(ConfigError, match=r"params.yaml:2.*not valid YAML"):
        _load(tmp_path, "theme: a\n  b: [1\n")


def test_a_list_at_the_top_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="a mapping of keys to values is needed"):
        _load(tmp_path, "- a\n")


def test_overrides_reach_nested_keys_and_leave_the_original_alone():
    data = {"optimizer": {"name": "SGD"}}
    changed = with_overrides(data, {"optimizer.learning_rate": 0.5, "theme": "cells"})
    assert parse(_File, changed, at=Location("test")).optimizer.learning_rate == 0.5
    assert data == {"optimizer": {"name": "SGD"}}


def test_an_override_below_a_value_is_refused():
    with pytest.raises(ConfigError, match="'theme' holds the value 'digits'"):
        with_overrides({"theme": "digits"}, {"theme.name": 1})


# Each line stands for ten times the one before.
MANY = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme: !!int 'x'", "this is not valid YAML: "),
        ("theme: !!float 'x'", "this is not valid YAML: "),
        ("theme: !!timestamp 'x'", "this is not valid YAML: "),
        (
            "optimizer:\n  ? [a, b]\n  : 1\n",
            r"params\.yaml:1: the key .* is of the kind CommentedKeySeq; a name is needed",
        ),
        ("? {a: b}\n: 1\n", "is of the kind CommentedKeyMap; a name is needed"),
        ("2026-01-01: 1\n", "a name is needed"),
        ("5: 1\n", "Keys should be strings"),
        ("a: " + "[" * 1_500 + "]" * 1_500, "nested too deeply"),
        ("theme: " + "9" * 5_000, "this is not valid YAML: "),
        (MANY, "its anchors and aliases make more than 100,000 values of it"),
        ("theme: !!set {a, b}", "a text is needed"),
    ],
)
def test_yaml_that_is_no_settings_is_an_error_that_says_why(tmp_path, text, said):
    with pytest.raises(ConfigError, match=said):
        _load(tmp_path, text)


_YAML = st.text(st.sampled_from("ab:-?[]{}&*!|>'\"%#,~ \n1.0"), max_size=60)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_YAML, st.sampled_from(["", "theme: ", "optimizer:\n  ", "optimizer: !!"]))
def test_any_text_is_settings_or_an_error_of_ours(tmp_path, text, before):
    with contextlib.suppress(ConfigError):
        _load(tmp_path, before + text)
