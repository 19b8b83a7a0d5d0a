"""The map of a theme, asked for as the browser asks for it."""

import json

import numpy as np
import pytest

from tests.assist.conftest import Person, patterns  # noqa: F401
from workbench.embeddings.maps import make_map
from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.theme.base import id_of


@pytest.fixture
def ask(patterns, monkeypatch):  # noqa: F811
    """`ask(method, **params)` returns value and buffers of a call; no process of its own makes the map."""
    begun = []
    monkeypatch.setattr("workbench.assist.theme_map.start_map", lambda *job: begun.append(job) or Begun())
    panel = LabelPanel("patterns", store=patterns.store, annotator="ann", encoder="hog")
    with patterns.store.read() as session:
        theme_id = id_of(patterns, session)

    def call(name, /, **params):
        sent = json.loads(json.dumps({"id": 1, "method": name, "params": {"theme": theme_id, **params}}))
        (result,), buffers = answer_calls(panel._methods, [sent], ())
        assert "error" not in result, result
        return json.loads(json.dumps(result["value"])), buffers

    call.begun = begun
    return call


class Begun:
    id = "map"


def map_of(value, buffers):
    ids, points = np.frombuffer(buffers[0], "<f8"), np.frombuffer(buffers[1], "<f4").reshape(-1, 2)
    assert value["count"] == len(ids) == len(points)
    return ids.astype(int).tolist(), points


def colors_of(ask, map_name, by):
    value, (codes, undecided) = ask("map colors", name=map_name, by=by)
    names = [group["name"] for group in value["groups"]]
    assert [group["count"] for group in value["groups"]] == [
        int((np.frombuffer(codes, "<u2") == each).sum()) for each in range(len(names))
    ]
    return [names[code] if code < len(names) else None for code in np.frombuffer(codes, "<u2")], undecided


def test_a_map_is_shown_at_once_made_and_colored_by_what_people_and_model_say(ask, patterns):  # noqa: F811
    truth = Person(patterns, None).truth
    ask("assist standing", settled=True)
    value, buffers = ask("map", method="tsne")
    assert value["method"] == "pca"
    assert value["making"]
    assert len(ask.begun) == 1
    assert sorted(map_of(value, buffers)[0]) == sorted(truth)
    make_map(patterns.store, "patterns", "hog", "tsne")
    value, buffers = ask("map", method="tsne", known=value["name"])
    assert (value["method"], value["left"]) == ("tsne", 0)
    ids, points = map_of(value, buffers)
    near = np.argsort(np.linalg.norm(points[:, None] - points[None], axis=2), axis=1)[:, 1]
    assert np.mean([truth[ids[one]] == truth[ids[other]] for one, other in enumerate(near)]) > 0.8
    again, nothing = ask("map", method="tsne", known=value["name"])
    assert again["name"] == value["name"]
    assert nothing == []

    labels = {label.name for label in patterns.labels()} if callable(patterns.labels) else set(patterns.labels)
    said = {sample: patterns.samples([sample]).to_frame().name.iloc[0].split("_")[1][:-4] for sample in ids[:1]}
    patterns.samples([ids[0]]).label(said[ids[0]])
    frame = patterns.samples(ids[1:200]).to_frame()
    for name, part in frame.groupby(frame.name.str.split("_").str[1].str[:-4]):
        patterns.samples(part.id.tolist()).label(name)
    patterns.samples([ids[-1]]).delete()
    ask("assist standing", settled=True)
    by_label, undecided = colors_of(ask, value["name"], "label")
    assert by_label[0] == said[ids[0]]
    assert by_label[-1] is None
    assert by_label.count("not labeled") == 399 == sum(undecided)
    by_suggestion, _ = colors_of(ask, value["name"], "suggestion")
    assert set(by_suggestion) - {None} <= labels
    assert set(colors_of(ask, value["name"], "split")[0]) == {"no split", None}
    assert colors_of(ask, value["name"], "annotator")[0].count("nobody") == 399
    colors_of(ask, value["name"], "correctness")
    ask("assist standing", settled=True)
    assert colors_of(ask, value["name"], "correctness")[0].count("not labeled") == 399
