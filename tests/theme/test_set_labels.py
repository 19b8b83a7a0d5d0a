"""Labels that come back in a table: nothing is lost, nothing is half written, and the report says what was done."""

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import NotFoundError, WorkbenchError


def decided(theme):
    return theme.samples().to_frame()[["name", "label"]].set_index("name")["label"].astype(str).to_dict()


def test_labels_are_replaced_in_one_batch_and_taken_back_by_one_undo(theme):
    before = decided(theme)
    frame = theme.samples(label="red").to_frame()
    frame["label"] = "white"
    tried = theme.set_labels(frame, replace=True, dry_run=True)
    assert decided(theme) == before
    report = theme.set_labels(frame, replace=True)
    assert (len(report.changed), report.replaced, report.unchanged) == (4, 4, 0)
    assert report.changed == tried.changed
    assert set(decided(theme).values()) == {"white"}
    assert theme.undo().restored == 4
    assert decided(theme) == before


def test_a_decision_is_replaced_only_when_asked_and_never_one_taken_since_by_somebody_else(theme):
    frame = theme.samples().to_frame().assign(label="white")
    colleague = wb.open_theme("cells", store=theme.store)
    colleague.annotator = "colleague"
    colleague.samples(name="red_0.png").clear()
    colleague.samples(name="red_0.png").label("red")
    colleague.samples(name="red_1.png").clear()
    held = theme.set_labels(frame)
    assert held.changed == ["red/red_1.png"]
    assert held.decided == ["red/red_0.png", "red/red_2.png", "red/red_3.png"]
    report = theme.set_labels(frame, replace=True)
    assert report.decided_since == ["red/red_0.png"]
    assert "somebody else" in str(report)
    assert decided(theme)["red/red_0.png"] == "red"
    assert theme.set_labels(frame, replace="all").changed == ["red/red_0.png"]


def test_a_csv_from_a_spreadsheet_comes_back_by_its_names(theme, tmp_path):
    theme.samples().clear()
    table = tmp_path / "labels.csv"
    table.write_text("name;label\nred/red_0.png;white\nred/red_1.png;\nnowhere.png;red\n", encoding="utf-8-sig")
    report = theme.set_labels(table)
    assert (report.changed, report.unknown, report.blank) == (["red/red_0.png"], ["nowhere.png"], 1)
    table.write_text("file,label\nphotos/red/red_3.png,red\n")
    assert theme.set_labels(str(table)).changed == ["red/red_3.png"]


def test_new_labels_are_told_beforehand_and_added_with_the_rest(theme):
    frame = theme.samples(label="red").to_frame().assign(label="pale")
    tried = theme.set_labels(frame, replace=True, add_labels=True, dry_run=True)
    assert (len(tried.changed), tried.new_labels, list(theme.labels)) == (4, ["pale"], ["red", "white"])
    done = theme.set_labels(frame, replace=True, add_labels=True)
    assert (done.changed, done.new_labels, list(theme.labels)) == (tried.changed, ["pale"], ["red", "white", "pale"])
    theme.annotator = " "
    with pytest.raises(WorkbenchError, match="name of the annotator"):
        theme.set_labels(frame.assign(label="odd"), replace="all", add_labels=True)
    assert "odd" not in theme.labels, "what is refused leaves no label behind"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"name": ["red/red_0.png"], "label": ["whit"]}, "Did you mean 'white'"),
        ({"name": ["red/red_0.png"], "class": ["white"]}, "It has: name, class"),
        ({"file": ["red/red_0.png"], "label": ["white"]}, "It has: file, label"),
        ({"name": ["red/red_0.png"] * 2, "label": ["white", "red"]}, "Give it one"),
    ],
)
def test_a_table_that_is_wrong_changes_nothing(theme, columns, words):
    before = decided(theme)
    with pytest.raises((NotFoundError, WorkbenchError), match=words):
        theme.set_labels(pd.DataFrame(columns), replace=True)
    assert decided(theme) == before
