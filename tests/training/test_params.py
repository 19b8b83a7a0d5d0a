from pathlib import Path

import pytest

from workbench.errors import ConfigError
from workbench.training.params import Params, TrainingParams, flat, load_params, text_of

SHIPPED = Path(__file__).resolve().parents[2] / "params.yaml"


def test_the_shipped_file_names_every_key_with_its_default():
    from workbench.configuration import read_yaml
    from workbench.training.params import flatten

    data, _ = read_yaml(SHIPPED)
    written = flatten(data)
    assert list(written) == list(flat(Params()))
    assert flat(load_params(SHIPPED)) == flat(Params())


def test_every_key_of_the_shipped_file_has_a_comment():
    lines = SHIPPED.read_text().splitlines()
    bare = {"training:", "model:", "data:", "callbacks:", "scheduler_options:", "checkpoint:", "early_stopping:"}
    plain = {"num_epochs:", "weight_decay:", "label_smoothing:", "enabled:", "monitor:", "mode:"}
    for line in lines:
        key = line.strip().split(" ")[0]
        if key and not line.startswith("#") and key not in bare | plain:
            assert "#" in line, line


def test_a_misspelled_key_is_named_with_its_line_and_the_nearest_one(tmp_path):
    file = tmp_path / "params.yaml"
    file.write_text("theme: digits\ntraining:\n  learning_rat: 0.1\n")
    with pytest.raises(ConfigError, match=r"params.yaml:3: unknown key 'training.learning_rat'.*'learning_rate'"):
        load_params(file)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"data.split_ratio": [0.7, 0.2, 0.2]}, "sum to 1.1, they must sum to 1"),
        ({"data.batch_size": 0}, "data.batch_size"),
        ({"training.optimizer": "adamw"}, "Did you mean 'AdamW'"),
        ({"training.sheduler": "StepLR"}, "Did you mean 'scheduler'"),
        ({"training.warmup_epochs": 2}, "OneCycleLR warms up by itself"),
        ({"model.unfreeze_after": 2}, "freeze_backbone"),
        ({"training.learning_rate": "quick"}, "training.learning_rate"),
        ({"training.ema_decay": 1.0}, "training.ema_decay"),
    ],
)
def test_a_bad_override_says_what_is_allowed(overrides, message):
    with pytest.raises(ConfigError, match=message):
        load_params(SHIPPED, overrides)


def test_an_override_wins_over_the_file_and_leaves_the_rest():
    params = load_params(SHIPPED, {"training.learning_rate": 0.5})
    assert params.training.learning_rate == 0.5
    assert params.training.optimizer == load_params(SHIPPED).training.optimizer


def test_a_missing_file_says_so():
    with pytest.raises(ConfigError, match=r"nowhere.yaml does not exist"):
        load_params(Path("nowhere.yaml"))


def test_the_text_of_the_settings_reads_back_as_the_same(tmp_path):
    params = load_params(SHIPPED, {"training.precision": "bf16-mixed", "callbacks.custom": [{"path": "a.B"}]})
    file = tmp_path / "again.yaml"
    file.write_text(text_of(params))
    assert load_params(file) == params


def test_the_defaults_are_checked_too():
    assert Params().training.scheduler == "OneCycleLR"
    with pytest.raises(ValueError, match="optimizer"):
        TrainingParams(optimizer="Lion")


def test_weights_are_looked_for_where_the_settings_that_name_them_are(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    (tmp_path / "elsewhere").mkdir()
    for folder in ("sub", "elsewhere"):
        (tmp_path / folder / "weights.pt").write_text("")
    file = tmp_path / "sub" / "exp.yaml"
    file.write_text("model:\n  pretrained: weights.pt\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert load_params(file).model.pretrained == str(tmp_path / "sub" / "weights.pt")
    given = load_params(file, {"model.pretrained": "weights.pt"})
    assert given.model.pretrained == str(tmp_path / "elsewhere" / "weights.pt")


@pytest.mark.parametrize(("word", "meant"), [("no", False), ("Off", False), ("yes", True), ("true", True)])
def test_pretrained_is_a_switch_in_the_words_of_the_others(tmp_path, word, meant):
    file = tmp_path / "params.yaml"
    file.write_text(f"model:\n  pretrained: {word}\ntraining:\n  nesterov: {word}\n")
    params = load_params(file)
    assert params.model.pretrained is meant
    assert params.training.nesterov is meant


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("learning_rate: 1e-3", 0.001),
        ("learning_rate: 1E-3", 0.001),
        ("nesterov: on", True),
        ("nesterov: no", False),
        ("seed: 010", 10),
        ("run_name: no", "no"),
        ("run_name: '007'", "007"),
        ("run_name: 007", "a text is needed, in quotes"),
        ("run_name: 2026-11-30", "a text is needed, in quotes"),
        ("seed: true", "a number is needed"),
        ("devices: true", "a number is needed"),
        ("seed: 1\n  seed: 2", "params.yaml:3: .*duplicate key"),
        ("\tseed: 1", "params.yaml:2: .*not valid YAML"),
        ("learning_rate: .inf", "finite"),
    ],
)
def test_words_of_yaml_are_what_they_look_like_or_refused(tmp_path, line, found):
    file = tmp_path / "params.yaml"
    file.write_text(f"training:\n{'' if line.startswith(chr(9)) else '  '}{line}\n")
    name = line.strip().split(":")[0]
    if isinstance(found, str) and found not in line:
        with pytest.raises(ConfigError, match=found):
            load_params(file)
    else:
        assert getattr(load_params(file).training, name) == found
