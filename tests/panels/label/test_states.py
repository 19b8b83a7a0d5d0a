"""States of the labels in the label panel: looked at without changing anything, compared, gone back to."""

import json

import pytest
from sqlalchemy import select

from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide


@pytest.fixture
def ask(sqlite_store, make_theme, add_samples):
    """`ask(method, **params)` asks a panel whose theme was tagged "first" and then changed by bob."""
    theme_id = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme_id, range(8))
    methods = LabelPanel("pets", store=sqlite_store, annotator="ann")._methods

    def call(method, **params):
        pieces = {"id": 1, "method": method, "params": {"theme": theme_id, **params}, "buffers": [0, 0]}
        (result,), outgoing = answer_calls(methods, [json.loads(json.dumps(pieces))], [])
        return json.loads(json.dumps(result.get("value", result))), outgoing

    with sqlite_store.write() as session:
        call.cat, call.dog, _ = (label.id for label in labels_of(theme_id, session=session))
        edits = [Edit(one, Decision.of(call.cat)) for one in ids[:4]]
        decide(theme_id, edits, annotator="ann", session=session)
    assert call("tag state", name="first", annotator="ann")[0]["name"] == "first"
    with sqlite_store.write() as session:
        edits = [Edit(one, Decision.of(call.dog)) for one in ids[2:6]]
        decide(theme_id, edits, annotator="bob", session=session)
    call.ids, call.store, call.theme = ids, sqlite_store, theme_id
    return call


def test_a_state_is_looked_at_page_by_page(ask):
    assert [tag["name"] for tag in ask("states")[0]["tags"]] == ["first"]
    value, (picture,) = ask("state page", state="first", limit=3, offset=3)
    assert [(item["id"], item["label"]) for item in value["items"]] == [
        (ask.ids[3], "cat"),
        (ask.ids[4], "unlabeled"),
        (ask.ids[5], "unlabeled"),
    ]
    assert (value["offset"], value["total"]) == (3, 8)
    assert value["counts"] == [[ask.cat, "cat", 4], [0, "unlabeled", 4]]
    assert value["sheet"]["ids"] == ask.ids[3:6]
    assert picture.startswith(b"\x89PNG")
    first, _ = ask("state page", state="first", limit=3, quick=True)
    assert [(item["id"], item["label"]) for item in first["items"]] == [(one, "cat") for one in ask.ids[:3]]
    assert not first["whole"]
    cats, _ = ask("state page", state="first", label=ask.cat, offset=90)
    assert [item["id"] for item in cats["items"]] == ask.ids[:4]
    assert "neither a tag nor a time" in ask("state page", state="last")[0]["error"]


def test_what_changed_since_leads_to_the_images_and_back(ask):
    found, _ = ask("state diff", state="first")
    assert (found["changed"], found["unchanged"], found["by_annotator"]) == (4, 4, {"bob": 4})
    cells = {tuple(cell["words"]): (cell["before"], cell["after"]) for cell in found["cells"]}
    assert set(cells) == {("cat", "dog"), ("unlabeled", "dog")}
    before, after = cells["cat", "dog"]
    assert ask("changed samples", state="first", before=before, after=after)[0]["ids"] == ask.ids[2:4]
    said, _ = ask("revert", state="first", ids=[ask.ids[2]], annotator="ann", dry_run=True)
    assert said["changed"] == 1
    assert ask("state diff", state="first")[0]["changed"] == 4
    done, _ = ask("revert", state="first", annotator="ann")
    assert done["words"] == "4 of 8 labels went back to 'first'."
    assert ask("state diff", state="first")[0]["changed"] == 0


def test_two_past_states_are_compared_whatever_came_later(ask):
    ask("tag state", name="second", annotator="ann")
    with ask.store.write() as session:
        edits = [Edit(one, Decision.of(ask.cat)) for one in ask.ids[2:8]]
        decide(ask.theme, edits, annotator="eve", session=session)
    found, _ = ask("state diff", state="first", until="second")
    assert (found["changed"], found["unchanged"], found["by_annotator"]) == (4, 4, {"bob": 4})
    cells = {tuple(cell["words"]): (cell["before"], cell["after"]) for cell in found["cells"]}
    before, after = cells["cat", "dog"]
    shown = ask("changed samples", state="first", until="second", before=before, after=after)[0]
    assert shown["ids"] == ask.ids[2:4]
    assert ask("state diff", state="second")[0]["by_annotator"] == {"eve": 6}
    assert "neither a tag nor a time" in ask("state diff", state="first", until="third")[0]["error"]


def test_a_fork_is_made_compared_and_merged_back(ask):
    made, _ = ask("fork", state="first", name="pets apart", annotator="ann")
    value, _ = ask("forks")
    assert ([each["name"] for each in value["forks"]], value["origin"]) == (["pets apart"], None)
    apart = {"theme": made["id"], "annotator": "ann"}
    there, _ = ask("forks", theme=made["id"])
    assert there["origin"]["name"] == "pets"
    # Its first tag is the state that it began with: what was decided in it since is a diff like any other.
    (tag,) = ask("states", theme=made["id"])[0]["tags"]
    assert tag["name"] == "fork of pets, first"
    with ask.store.write() as session:
        rows = session.scalars(select(Sample).where(Sample.theme_id == made["id"]).order_by(Sample.id)).all()
        dog = next(label.id for label in labels_of(made["id"], session=session) if label.name == "dog")
        decide(made["id"], [Edit(row.id, Decision.of(dog)) for row in rows[:3]], annotator="eve", session=session)
    found, _ = ask("state diff", theme=made["id"], state=tag["name"])
    assert (found["changed"], found["by_annotator"]) == (3, {"eve": 3})
    # The third became a dog here, too.
    would, _ = ask("merge fork", **apart, dry_run=True)
    assert would["words"].startswith("2 decisions of 'pets apart' would go to 'pets'; 1 were there already")
    done, _ = ask("merge fork", **apart)
    assert (done["taken"], done["conflicts"]) == (2, 0)
    assert ask("state diff", state="first")[0]["by_annotator"] == {"ann": 2, "bob": 4}
    assert ask("merge fork", **apart, dry_run=True)[0]["taken"] == 0
    assert "exists already" in ask("fork", state="", name="pets apart", annotator="ann")[0]["error"]
