"""`workbench theme history` from a user's side."""

from workbench.store.bulk_edits import delete_samples
from workbench.store.history import theme_history
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample


def test_history_tells_who_changed_what_and_how_a_theme_stood(cli, images):
    cli("theme", "create", "animals", "--label", "cat", "--label", "dog")
    before = cli("theme", "history", "animals")
    assert "Nothing has happened yet" in before
    cli("import", "animals", images, "--annotator", "ann")
    cli("split", "animals", "--annotator", "bob")
    latest = cli("theme", "history", "animals", "--limit", 3, "--json")
    assert [(row["by"], row["action"], row["from"]) for row in latest] == [("bob", "split", None)] * 3
    sample = cli("theme", "history", "animals", "--sample", "cat/3.png", "--json")
    assert [(row["by"], row["action"], row["to"]) for row in sample][-1] == ("ann", "label", "cat")
    assert cli("theme", "history", "animals", "--at", "2020-01-01T12:00", "--json")["samples"] == 0
    now = cli("theme", "history", "animals", "--at", "2100-01-01T12:00", "--json")
    assert (now["labeled"], now["labels"]["cat"]["train"]) == (20, 7)
    assert "neither a tag nor a time" in cli("theme", "history", "animals", "--at", "noon", code=2)
    assert "No sample" in cli("theme", "history", "animals", "--sample", "cow.png", code=2)


def test_the_history_of_a_sample_is_found_among_many_names_that_hold_its_own(sqlite_store, make_theme, add_samples):
    theme_id = make_theme(sqlite_store)
    *others, last = add_samples(sqlite_store, theme_id, range(102), size=(8, 8))
    with sqlite_store.write() as session:
        for number in others:
            session.get_one(Sample, number).name = f"old {number}/1.png"
        session.get_one(Sample, last).name = "1.png"
        delete_samples(theme_id, SampleFilter(ids=(last,)), annotator="eve", session=session)
    with sqlite_store.read() as session:
        assert [row.annotator for row in theme_history(theme_id, sample="1.png", session=session)] == ["eve"]
