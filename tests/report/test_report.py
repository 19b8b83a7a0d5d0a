"""A report says what the run, the store and the registry say, needs no other file, and no name breaks it."""

import csv
import html
import json
import re

import mlflow
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

import workbench as wb
from tests.read_page import Page
from workbench.cli import main
from workbench.registry.tracking import CLASSES_FILE, mlflow_run
from workbench.report import report_of
from workbench.store.groups.certificate import sentence

ODD = "<b>a|b</b> & `*_$x$"


@pytest.fixture
def odd_run(shades, tmp_path):
    """A run whose class, file and description names are odd: it takes two of three test images for something else."""
    theme = wb.open_theme("shades", store=shades.store)
    theme.labels.rename("gray", ODD)
    theme.describe("Told from <noise> & light | dark")
    ids = theme.samples(split="test").sort("id").ids[:3]
    answers = [(ids[0], "dark", "dark", 0.9), (ids[1], ODD, "bright", 0.6), (ids[2], "bright", ODD, 0.8)]
    with mlflow_run("shades", shades.project, tags={"workbench.snapshot": theme.snapshot().digest}) as run:
        rows = tmp_path / "test_predictions.csv"
        with rows.open("w", newline="") as stream:
            csv.writer(stream).writerows([("sample_id", "true", "predicted", "score"), *answers])
        mlflow.log_artifact(str(rows))
        mlflow.log_text(json.dumps(["dark", ODD, "bright"]), CLASSES_FILE)
        mlflow.log_metric("test_accuracy", 1 / 3)
    return run.info.run_id


def test_odd_names_break_neither_page_nor_card(shades, odd_run):
    report = report_of("shades", odd_run, store=shades.store)
    page = Page(report.html)
    assert page.open == []
    assert "Told from <noise> & light | dark" in page.text
    assert f"Most often confused: {ODD} taken for bright (1), bright taken for {ODD} (1)." in page.text
    assert [each for each in page.loads if each.startswith("data:image/png")], "the mistakes are shown"
    assert [(each.true, each.predicted, each.score) for each in report.mistakes] == [
        ("bright", ODD, 0.8),
        (ODD, "bright", 0.6),
    ]
    card = MarkdownIt("commonmark").enable("table").render(report.markdown.split("---", 2)[2])
    row = next(part for part in re.findall(r"<tr>(.*?)</tr>", card, re.S) if "a|b" in html.unescape(part))
    cells = [html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
    one_in_one = "0.000 (0.00 to 0.79)"
    assert cells == [ODD, one_in_one, one_in_one, "0.000 (–)", "1"]
    assert "fewer than five mistakes" in page.text
    assert report.facts.intervals["test_f1"] is None
    low, high = report.facts.interval
    assert (round(low, 3), round(high, 3)) == (0.061, 0.792), "Wilson's interval of 1 in 3"


def test_a_run_without_answers_says_so(shades):
    report = wb.open_theme("shades", store=shades.store).model(1).report()
    assert "keeps no answers" in report.statements[0].text
    assert report.statements[0].warning
    assert "By class" not in report.html + report.markdown
    assert "18 test" in Page(report.html).text
    leaks = next(each.text for each in report.statements if each.title == "Leaks")
    assert leaks.lower() == f"{sentence(report.facts.certificate)}.".lower()


def test_on_the_command_line_a_version_or_run_is_named_as_one_would_guess(shades, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*arguments, code=0):
        done = CliRunner().invoke(main, ["report", *map(str, arguments)])
        assert done.exit_code == code, done.output + done.stderr
        return done.stderr if code else done.stdout

    assert call("1").startswith("Wrote shades-v1.html: Report(shades, version 1")
    run_id = wb.open_theme("shades", store=shades.store).model(1).run_id
    for named in ("1", "production", "shades/1", run_id):
        assert json.loads(call(named, "--format", "md", "-o", "card.txt", "--json"))["version"] == 1
    assert (tmp_path / "card.txt").read_text().startswith("---")
    assert "THEME/VERSION" in call("7", code=2)
    assert "Known: 1" in call("shades/7", code=2)
    assert "There is no run" in call("0" * 32, code=2)
    assert "cannot be written" in call("1", "-o", "card.txt/no.html", code=2)
