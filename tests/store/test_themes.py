"""Themes: created, named, deleted, restored."""

import pytest

from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store.decisions import Decision
from workbench.store.labels import get_label, labels_of
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Batch
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits
from workbench.store.themes import create_theme, delete_theme, edit_theme, get_theme, list_themes, restore_theme

CREATING = """
    import sys
    from workbench.store import open_store
    from workbench.store.themes import create_theme
    from workbench.errors import ConflictError

    store = open_store()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        try:
            with store.write() as session:
                create_theme(f"theme {number}", labels=["a", "b"], session=session)
            print("created")
        except ConflictError:
            print("exists")
"""


def _names(store, theme_id):
    with store.read() as session:
        return [label.name for label in labels_of(theme_id, session=session)]


def test_a_theme_comes_back_with_its_labels_in_order(store, make_theme):
    theme_id = make_theme(store, labels=("zebra", "ant", "Ärger", "猫"))
    with store.read() as session:
        labels = labels_of(get_theme("pets", session=session).id, session=session)
    assert [(label.name, label.position) for label in labels] == [("zebra", 1), ("ant", 2), ("Ärger", 3), ("猫", 4)]
    assert len({label.color for label in labels}) == 4
    assert _names(store, theme_id) == ["zebra", "ant", "Ärger", "猫"]


def test_an_unknown_theme_names_the_nearest(store, make_theme):
    make_theme(store, "digits")
    with pytest.raises(NotFoundError, match="Did you mean 'digits'"), store.read() as session:
        get_theme("digit", session=session)


def test_a_theme_that_exists_is_refused_and_nothing_is_written(store, make_theme):
    make_theme(store)
    with pytest.raises(ConflictError, match="exists already"):
        make_theme(store, labels=("x",))
    with store.read() as session:
        assert [theme.name for theme in list_themes(session=session)] == ["pets"]


def test_themes_of_one_name_created_at_once(store, run_python):
    children = [run_python(CREATING) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = [child.communicate()[0].split() for child in children]
    assert [sorted(pair) for pair in zip(*answers, strict=True)] == [["created", "exists"]] * 20


@pytest.mark.parametrize("name", ["", "  ", "../etc", "a/b", "<script>", "a" * 101, "-x", "a\x00b", "'; --"])
def test_theme_names_that_would_be_harmful(store, name):
    with pytest.raises(WorkbenchError, match="cannot be the name of a theme"), store.write() as session:
        create_theme(name, session=session)


def test_names_are_data_to_sql(store, make_theme, add_samples):
    hostile = "x'); DROP TABLE samples; --"
    theme_id = make_theme(store, labels=(hostile, '"quoted" %s :name'))
    add_samples(store, theme_id, range(3))
    with store.write() as session:
        assert get_label(theme_id, hostile, session=session).name == hostile
        assert count_samples(theme_id, SampleFilter(search=hostile), session=session) == 0
        assert count_samples(theme_id, SampleFilter(search="%"), session=session) == 0
        assert count_samples(theme_id, SampleFilter(search="IMG_0000"), session=session) == 3


def test_deleting_a_theme_frees_its_name_and_restoring_needs_it(store, make_theme):
    first = make_theme(store)
    with store.write() as session:
        delete_theme(first, annotator="ann", session=session)
    with pytest.raises(NotFoundError), store.read() as session:
        get_theme("pets", session=session)
    second = make_theme(store)
    with pytest.raises(ConflictError), store.write() as session:
        restore_theme(first, session=session)
    with store.write() as session:
        edit_theme(second, name="other pets", description=" mine ", session=session)
        restore_theme(first, session=session)
    with store.read() as session:
        assert [(row.id, row.name) for row in list_themes(session=session)] == [(second, "other pets"), (first, "pets")]
        batch = session.query(Batch).one()
        assert (batch.action, batch.annotator) == ("delete theme", "ann")


def test_a_theme_that_was_trained_on_keeps_its_name(store, make_theme, add_samples):
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(6))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [Edit(number, Decision.of((cat if number % 2 else dog).id)) for number in ids]
        decide(theme_id, decisions, annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
        edit_theme(theme_id, name="animals", session=session)
        take_snapshot(theme_id, session=session)
    with pytest.raises(ConflictError, match="has been trained on"), store.write() as session:
        edit_theme(theme_id, name="pets", session=session)
    with store.write() as session:
        assert edit_theme(theme_id, name="animals", description="mine", session=session).description == "mine"
