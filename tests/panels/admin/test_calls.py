"""The admin panel's kernel half: tables, what a deletion means, and the store as a whole."""

import pytest

from workbench import AdminPanel
from workbench.panels.base.messages import answer_calls
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.single_edits import Edit, decide


@pytest.fixture
def panel(sqlite_store, make_theme, add_samples):
    theme_id = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme_id, range(5))
    with sqlite_store.write() as session:
        cat = labels_of(theme_id, session=session)[0].id
        decide(theme_id, [Edit(sample_id, Decision.of(cat)) for sample_id in ids[:3]], annotator="ann", session=session)
    return AdminPanel(store=sqlite_store, annotator="root")


@pytest.fixture
def ask(panel):
    """`ask(method, **params)` returns the value, or what the kernel refuses as it is worded."""

    def call(method, **params):
        (result,), _ = answer_calls(panel._methods, [{"id": 1, "method": method, "params": params}], ())
        return result.get("error", result.get("value"))

    return call


def test_a_deletion_says_what_it_means(ask):
    assert ask("consequences", kind="theme", id=1)[:2] == [
        "The theme 'pets' leaves every list with its 5 images.",
        "3 labels of people go with it.",
    ]
    assert "3 images of 'cat' become unlabeled" in ask("consequences", kind="label", id=1)[0]
    assert "2 images leave the theme" in ask("consequences", kind="samples", ids=[1, 2])[0]
    assert "Allowed: theme, label, samples, model" in ask("consequences", kind="universe")


def test_themes_go_and_come_back(ask):
    ask("delete theme", theme=1, annotator="root")
    (row,) = ask("themes")
    assert row["deleted"] is not None
    assert ask("labels") == []
    ask("restore theme", theme=1)
    assert ask("themes")[0]["deleted"] is None
    assert [(row["name"], row["samples"]) for row in ask("labels")] == [("cat", 3), ("dog", 0), ("bird", 0)]


def test_samples_are_filtered_labeled_deleted_and_brought_back(ask):
    assert ask("label samples", theme=1, ids=[4, 5], label=2, annotator="root") == {"changed": 2, "unchanged": 0}
    assert [item["id"] for item in ask("samples", theme=1, label=2, search="img", annotator="root")["items"]] == [4, 5]
    assert ask("delete samples", theme=1, ids=[4], annotator="root") == {"changed": 1}
    assert [item["id"] for item in ask("samples", theme=1, deleted=True)["items"]] == [4]
    assert ask("restore samples", theme=1, ids=[4], annotator="root") == {"changed": 1}
    assert ask("samples", theme=1, annotator="root")["total"] == 5
    events = ask("history", theme=1, sample=4)
    told = [(event["action"], event["before"], event["after"], event["annotator"]) for event in events]
    assert told == [
        ("delete", "deleted", None, "root"),
        ("delete", None, "deleted", "root"),
        ("label", None, "dog", "root"),
    ]


def test_the_store_is_checked_backed_up_and_cleaned(ask, panel):
    assert ask("check")["count"] == 0
    made = ask("back up")
    assert (panel.store.project.db / "backups" / made["name"]).is_file()
    assert [file["name"] for file in ask("about")["backups"]] == [made["name"]]
    ask("delete samples", theme=1, ids=[5], annotator="root")
    assert ask("preview clean", days=30)["samples"] == 0
    assert ask("preview clean", days=0)["samples"] == 1
    assert ask("clean", days=0, annotator="root")["samples"] == 1
    assert ask("samples", theme=1, deleted=True)["total"] == 0
    assert "Allowed: 0 to 36,500" in ask("clean", days=-1, annotator="root")


def test_a_batch_run_records_and_shows_the_themes(panel):
    assert panel.result()["themes"] == [{"name": "pets", "samples": 5, "labeled": 3, "models": 0}]
    assert ">pets</td>" in panel.summary()
