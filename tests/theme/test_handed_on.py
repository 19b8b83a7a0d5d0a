"""The report of a training says what the training said."""

import json

import yaml

from tests.read_page import Page


def test_what_a_report_says_is_what_the_run_keeps(trained, trained_template, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = trained.model("production")
    report = model.report()
    facts = report.as_dict()
    assert facts["metrics"]["test_accuracy"] == model.metrics["test_accuracy"]
    assert facts["confusion"] == model.confusion("test").counts.tolist()
    assert facts["counts"] == {"red": {"train": 2, "valid": 1, "test": 1}, "white": {"train": 2, "valid": 1, "test": 1}}
    assert facts["snapshot_digest"] == trained.snapshot().digest
    assert len(facts["epochs"]) == 1
    assert [row["sample_id"] for row in facts["mistakes"]] == model.mistakes().ids
    json.dumps(facts)

    told = {each.title: each.text for each in report.statements}
    assert told["Test"].startswith(trained.test_meter().words(model.confusion("test").counts.trace(), 2))
    assert told["Since then"] == "None of 8 labels changed since."
    trained.samples(split="train").label("red")
    since = {each.title: each for each in model.report().statements}["Since then"]
    assert since.text == "2 of 4 training labels changed since."
    assert since.warning
    trained.undo()
    page = Page(report.save("report.html").read_text())
    assert page.open == []
    assert all(each.startswith(("data:", "#")) for each in page.loads), "a page that is handed on loads nothing"
    for told in (
        "cells, version 1",
        "4 train, 2 valid, 2 test",
        f"workbench reproduce {trained_template[1]}",
        "TwoLayers",
    ):
        assert told in page.text
    assert "epoch" in page.text, "the curves are inside"
    head = report.save("card.md").read_text().split("---")[1]
    assert yaml.safe_load(head)["model-index"][0]["results"][0]["metrics"][0]["type"] == "accuracy"
    assert str(trained.store.project.root) not in report.html + report.markdown, "no path of one's machine is handed on"
    assert "srcdoc" in report._repr_html_()
