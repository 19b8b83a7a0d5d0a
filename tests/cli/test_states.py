"""Tags, differences and going back on the command line."""

import json


def test_a_state_is_named_compared_and_gone_back_to(cli, animals, tmp_path):
    said = cli("tag", "animals", "before cleaning", "--note", "as imported", "--annotator", "ann")
    assert "workbench diff animals 'before cleaning'" in said
    assert [row["tag"] for row in cli("tag", "animals", "--json")] == ["before cleaning"]
    labels = tmp_path / "labels.csv"
    labels.write_text("name,label\ncat/0.png,dog\ncat/1.png,dog\n")
    cli("import", "animals", labels, "--replace-labels", "--annotator", "bob")
    found = cli("diff", "animals", "before cleaning", "--json")
    assert (found["changed"], found["unchanged"], found["by_annotator"]) == (2, 18, {"bob": 2})
    assert found["cells"] == [{"before": "cat", "after": "dog", "samples": 2}]
    assert {row["name"] for row in found["changes"]} == {"cat/0.png", "cat/1.png"}
    text = cli("diff", "animals", "before cleaning")
    assert "2 of 20 labels changed" in text
    assert "By bob 2." in text
    assert "2 of 20 labels would go back" in cli("revert", "animals", "before cleaning", "--dry-run")
    some = cli("revert", "animals", "before cleaning", "--file", "cat/0*", "--label", "dog", "--json")
    assert (some["changed"], some["unchanged"]) == (1, 0)
    assert "1 of 20 labels went back" in cli("revert", "animals", "before cleaning")
    assert cli("diff", "animals", "before cleaning", "--json")["changed"] == 0
    then = cli("theme", "history", "animals", "--at", "before cleaning", "--json")
    assert (then["labeled"], then["labels"]["cat"]["unassigned"]) == (20, 10)
    cli("tag", "animals", "before cleaning", "--delete")
    assert cli("tag", "animals", "--json") == []


def test_a_fork_is_merged_back(cli, animals, tmp_path):
    assert cli("fork", "animals", "apart", "--json") == {
        "theme": "apart",
        "of": "animals",
        "samples": 20,
        "labeled": 20,
    }
    labels = tmp_path / "labels.csv"
    labels.write_text("name,label\ncat/0.png,dog\n")
    cli("import", "apart", labels, "--replace-labels", "--annotator", "bob")
    assert "1 decision of 'apart' would go to 'animals'" in cli("merge-back", "apart", "--dry-run")
    assert cli("merge-back", "apart", "--json")["taken"] == 1
    assert cli("theme", "show", "animals", "--json")["labels"]["dog"]["unassigned"] == 11
    assert "is no fork" in cli("merge-back", "animals", code=2)


def test_what_is_no_state_is_told(cli, animals):
    assert "neither a tag nor a time" in cli("diff", "animals", "yesterday", code=2)
    assert "No sample" in cli("revert", "animals", "2026-01-01", "--file", "bird*", code=2)
    assert "already" in (cli("tag", "animals", "one") and cli("tag", "animals", "one", code=2))
    assert json.dumps(cli("revert", "animals", "2020-01-01", "--json"))
