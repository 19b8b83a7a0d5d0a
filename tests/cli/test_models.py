"""The `workbench models` commands from a user's side."""

from __future__ import annotations

import json

import onnx
import pytest
from click.testing import CliRunner

from workbench import predict, register
from workbench.cli import main
from workbench.registry.tracking import connect


@pytest.fixture
def cli(shades):
    def call(*arguments, code=0):
        done = CliRunner().invoke(main, ["models", *map(str, arguments)])
        assert done.exit_code == code, done.output + done.stderr
        if code == 2:
            return done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    return call


@pytest.fixture
def second(shades):
    register("shades", shades.log_run(class_names=("dark", "bright", "gray"), accuracy=0.4), "staging", annotator="ann")
    for model in (1, 2):
        predict("shades", model=model)


def test_listing_promoting_and_the_history(cli, second):
    assert [(row["version"], row["stage"], row["predictions"]) for row in cli("list", "shades", "--json")] == [
        (2, "staging", 18),
        (1, "production", 18),
    ]
    text = cli("promote", "shades", 2, "production", "--annotator", "bob")
    assert text == "Version 2 of 'shades' is now in production. Version 1 is archived.\n"
    last = cli("history", "shades", "--json")[-1]
    assert (last["version"], last["from"], last["to"], last["by"]) == (2, "staging", "production", "bob")
    assert "archived" in cli("demote", "shades", 2)
    assert "Known: 2, 1" in cli("promote", "shades", 5, "staging", code=2)


def test_deleting_asks_and_refuses_production(cli, second):
    assert "in production" in cli("delete", "shades", 1, "--yes", code=2)
    assert cli("delete", "shades", 2, "--yes", "--json")["predictions"] == 18
    assert len(cli("list", "shades", "--json")) == 1


def test_comparing_and_tracing(cli, second):
    text = cli("compare", "shades", 1, 2)
    assert "12 only by version 1" in text
    assert "gray/1.png" in text
    assert cli("compare", "shades", 1, 2, "--json")["only_first"] == 12
    assert "test: 18" in cli("lineage", "shades", "--version", 1)
    assert len(cli("lineage", "shades", "--version", 1, "--samples", "--json")["samples"]) == 18
    assert [use["predicted"] for use in cli("lineage", "shades", "--sample", "gray/1.png", "--json")["uses"]] == [
        "bright",
        "gray",
    ]
    assert "used for" in cli("lineage", "shades", "--sample", "gray/1.png")
    assert "Give either" in cli("lineage", "shades", code=2)


def test_checking_says_what_is_wrong_and_mends_it(cli, shades):
    assert "agree on 1 version of" in cli("check", "shades")
    connect(shades.project).delete_registered_model_alias("shades", "production")
    report = cli("check", "shades", "--json", code=1)
    assert report["differences"][0]["repair"] == "let MLflow show the store's stages"
    assert "repaired: mended" in cli("check", "shades", "--repair")
    assert cli("check", "shades", "--json")["ok"]


def test_exporting(cli, tmp_path):
    assert cli("export", "shades", tmp_path / "model.onnx", "--json")["largest_difference"] < 1e-3
    assert onnx.load(tmp_path / "model.onnx").graph.output[0].name == "probabilities"
