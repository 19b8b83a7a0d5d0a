"""Simulated annotators come out in their order, wrong labels first, and each image asks whom it should."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import workbench as wb
from workbench.api.models import AnnotatorsOut
from workbench.assist.crowd import judge
from workbench.cli import main
from workbench.errors import WorkbenchError
from workbench.panels.label.panel import LabelPanel
from workbench.store.annotators.answers import AnsweredSample
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.labels import labels_of
from workbench.theme.base import id_of

SKILL = {"careful": 0.98, "usual": 0.9, "hasty": 0.6}
NAMES = {1: "cat", 2: "dog", 3: "bird"}


@pytest.fixture
def crowd():
    """300 images in three clusters: `careful` labeled all, `usual` and `hasty` a third each; and the truth."""
    generator = np.random.default_rng(0)
    truth = generator.integers(1, 4, 300)
    vectors = generator.normal(0, 1, (300, 20)).astype(np.float32)
    vectors[np.arange(300), truth] += 4
    answered = []
    for row, right in enumerate(truth.tolist()):
        people = ["careful", *(who for who in ("usual", "hasty") if generator.random() < 1 / 3)]
        said = {who: right if generator.random() < SKILL[who] else right % 3 + 1 for who in people}
        answered.append(AnsweredSample(100 + row, f"{row}.png", said["careful"], said))
    return answered, vectors, truth


def test_annotators_come_in_the_order_of_their_skill_and_wrong_labels_first(crowd):
    answered, vectors, truth = crowd
    annotators, labels, _ = judge(answered, vectors, NAMES, 30)
    assert [each.annotator for each in annotators] == ["careful", "usual", "hasty"]
    assert [each.labeled for each in annotators] == [sum(who in row.answers for row in answered) for who in SKILL]
    assert annotators[0].quality > annotators[2].quality + 0.1
    hasty = [row for row in answered if "hasty" in row.answers]
    consensus = [truth[row.sample_id - 100] == row.answers["hasty"] for row in hasty]
    assert annotators[2].agreement == pytest.approx(np.mean(consensus), abs=0.06)
    wrong = {row.sample_id for row, right in zip(answered, truth, strict=True) if row.label_id != right}
    found = {each.sample_id for each in labels}
    assert len(wrong & found) >= 0.6 * len(wrong)
    mended = [each for each in labels if each.sample_id in wrong and each.consensus != each.label]
    assert all(each.consensus == NAMES[truth[each.sample_id - 100]] for each in mended)
    assert mended


def test_an_image_is_asked_of_the_best_annotator_who_has_not_seen_it_and_nobody_gets_them_all(crowd):
    answered, vectors, _ = crowd
    _, _, asks = judge(answered, vectors, NAMES, 30)
    seen = {row.sample_id: row.answers for row in answered}
    assert len(asks) == 30
    assert all(each.annotator not in seen[each.sample_id] for each in asks)
    assert {each.annotator: 0 for each in asks}.keys() == {"usual", "hasty"}, "careful has seen all"
    assert [each.score for each in asks] == sorted(each.score for each in asks)
    alone = judge(answered, vectors, NAMES, 7, "hasty")[2]
    assert [each.annotator for each in alone] == ["hasty"] * 7
    assert judge(answered, vectors, NAMES, 7, "careful")[2] == []


def test_of_a_theme_in_python_and_on_the_command_line(patterns):
    with patterns.store.read() as session:
        theme_id = id_of(patterns, session)
        label_ids = {label.name: label.id for label in labels_of(theme_id, session=session)}
    frame = patterns.samples().to_frame()
    truth = frame["name"].str.split("_").str[1].str.removesuffix(".png")
    for label in patterns.labels:
        patterns.samples(frame["id"][truth == label].tolist()).label(label)
    with pytest.raises(WorkbenchError, match="0 images of 'patterns' were labeled by several"):
        patterns.annotators("hog")
    with patterns.store.write() as session:
        for number, (sample_id, label) in enumerate(zip(frame["id"][:40], truth[:40], strict=True)):
            said = label_ids[label if number % 4 else "dots"]
            give_opinion(theme_id, int(sample_id), said, annotator="bob", session=session)
    found = patterns.annotators("hog", number=5)
    assert (found.images, found.several, found.left_out) == (600, 40, 0)
    assert [(each.annotator, each.labeled) for each in found.annotators] == [(patterns.annotator, 600), ("bob", 40)]
    assert found.labels[0].answers.keys() >= {patterns.annotator}
    assert {each.annotator for each in found.ask} == {"bob"}
    assert AnnotatorsOut.model_validate(found.as_dict()).model_dump() == found.as_dict()
    panel = LabelPanel("patterns", store=patterns.store, encoder="hog")
    asked = panel._methods["annotator quality"]({"theme": theme_id, "annotator": "bob"}).value.ask
    ids = [each.sample_id for each in asked]
    who = {"theme": theme_id, "annotator": "bob", "samples": ids}
    items = panel._methods["assign asked"]({**who, "number": 3}).value["items"]
    assert [(item["id"], item["label"], item["second"]) for item in items] == [(each, None, True) for each in ids[:3]]
    others = panel._methods["assign asked"]({**who, "annotator": "eve", "number": 3}).value["items"]
    assert others == [], "nobody else is given what one is at"
    done = CliRunner().invoke(main, ["theme", "annotators", "patterns", "--encoder", "hog", "--number", "5", "--json"])
    said = json.loads(done.stdout)
    assert said["agreement"]["samples"] == 40
    assert {name: value for name, value in said.items() if name != "agreement"} == found.as_dict()
    text = CliRunner().invoke(main, ["theme", "annotators", "patterns", "--encoder", "hog"]).stdout
    assert "40 images labeled by several" in text
    assert "worst_label" in text
    assert wb.open_theme("patterns").counts().labeled == 600, "judging changes nothing"
