"""A data set that comes once more after labels were renamed, merged or corrected: it follows, and nothing doubles."""

import pytest

from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.errors import ConflictError, WorkbenchError
from workbench.store.history import label_changes
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import add_label, edit_label, get_label, labels_of
from workbench.store.samples import page_of_samples
from workbench.store.undo import undo
from workbench.theme.table import set_labels

QUIET = {"annotator": "mika", "progress": False}


@pytest.fixture
def pets(tmp_path, draw_image):
    """`pets("cat/a.png", ...)` writes images into class folders and returns the folder."""
    numbers = iter(range(100))

    def write(*names):
        for name in names:
            file = tmp_path / "pets" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(draw_image(next(numbers)))
        return tmp_path / "pets"

    return write


@pytest.fixture
def theme(store, make_theme, pets):
    """A theme with a cat, a kitten and a dog, and its id."""
    theme_id = make_theme(store, "pets", labels=())
    import_images(store, "pets", pets("cat/a.png", "kitten/b.png", "dog/c.png"), **QUIET)
    return theme_id


def labels(store, theme_id):
    with store.read() as session:
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        found = {sample.name: names.get(sample.label_id) for sample in page_of_samples(theme_id, session=session)}
        return list(names.values()), found


def rename(store, theme_id, name, new):
    with store.write() as session:
        edit_label(get_label(theme_id, name, session=session).id, name=new, annotator="lea", session=session)


def merge(store, theme_id, name, into):
    with store.write() as session:
        one, other = (get_label(theme_id, each, session=session).id for each in (name, into))
        merge_labels(one, other, annotator="lea", session=session)


def test_renamed_and_merged_labels_are_followed_and_no_second_class_appears(store, theme, pets):
    merge(store, theme, "kitten", "cat")
    rename(store, theme, "cat", "Felis")

    report = import_images(store, "pets", pets("cat/d.png", "kitten/e.png"), add_labels=True, **QUIET)

    assert (report.added, report.duplicates, report.new_labels, report.rejected) == (2, 3, [], [])
    assert report.renamed_labels == {"cat": "Felis", "kitten": "Felis"}
    names, found = labels(store, theme)
    assert sorted(names) == ["Felis", "dog"]
    assert found == {
        "cat/a.png": "Felis",
        "kitten/b.png": "Felis",
        "dog/c.png": "dog",
        "cat/d.png": "Felis",
        "kitten/e.png": "Felis",
    }
    with store.read() as session:
        told = [(each.annotator, *each[3:]) for each in label_changes(theme, session=session)]
    assert told == [("lea", "rename label", "cat", "Felis"), ("lea", "merge labels", "kitten", "cat")]


def test_a_name_that_a_label_has_now_means_that_one_and_a_doubtful_one_is_asked_about(store, theme, pets):
    rename(store, theme, "cat", "Felis")
    with store.write() as session:
        add_label(theme, "cat", session=session)
    import_images(store, "pets", pets("cat/d.png"), **QUIET)
    assert labels(store, theme)[1]["cat/d.png"] == "cat"

    rename(store, theme, "cat", "tiger")
    with pytest.raises(ConflictError, match=r"'cat' was once the name of several labels.*: Felis, tiger"):
        import_images(store, "pets", pets("cat/f.png"), add_labels=True, **QUIET)
    rename(store, theme, "tiger", "cat")
    assert import_images(store, "pets", pets("cat/f.png"), **QUIET).renamed_labels == {}
    with store.write() as session:
        delete_label(get_label(theme, "dog", session=session).id, annotator="lea", session=session)
    with pytest.raises(WorkbenchError, match="has no label 'dog'"):
        import_images(store, "pets", pets(), **QUIET)


def test_an_archive_carries_former_names(store, theme, pets, tmp_path):
    rename(store, theme, "cat", "Felis")
    export_theme(store, "pets", tmp_path / "pets.zip", "workbench", progress=False)
    import_images(store, "copy", tmp_path / "pets.zip", **QUIET)
    assert import_images(store, "copy", pets("cat/d.png"), **QUIET).renamed_labels == {"cat": "Felis"}


def test_corrected_labels_come_back_from_any_format(store, theme, tmp_path, pets):
    folder = pets()
    (folder / "cat" / "a.png").rename(folder / "dog" / "a.png")
    kept = import_images(store, "pets", folder, **QUIET)
    assert (kept.differing, len(kept.rejected)) == (1, 1)
    pets("dog/new.png")

    tried = set_labels(store, "pets", folder, replace=True, dry_run=True, annotator="lea")
    report = set_labels(store, "pets", folder, replace=True, annotator="lea")

    assert (tried.changed, report.changed, report.unchanged) == (["cat/a.png"], ["cat/a.png"], 2)
    assert report.unknown == ["dog/new.png"]
    assert labels(store, theme)[1]["cat/a.png"] == "dog"

    export_theme(store, "pets", tmp_path / "coco", "coco", progress=False)
    file = tmp_path / "coco" / "annotations" / "instances_default.json"
    file.write_text(file.read_text().replace('"label": "dog"', '"label": "kitten"'))
    report = set_labels(store, "pets", tmp_path / "coco", replace=True, since="2020-01-01T00:00Z", annotator="mika")
    # What lea decided after the labels were taken out is hers.
    assert (sorted(report.changed), report.decided_since) == (["dog/c.png"], ["cat/a.png"])
    with store.write() as session:
        assert undo(theme, annotator="mika", session=session).restored == 1

    with pytest.raises(WorkbenchError, match="--field says"):
        set_labels(store, "pets", tmp_path / "coco", field="x", replace=True, annotator="mika")


def test_labels_alone_keep_their_blanks_and_know_either_unicode_form(sqlite_store, make_theme, tmp_path, draw_image):
    theme_id = make_theme(sqlite_store, "pets", labels=())
    for number, name in enumerate(["cat /a.png", "cat/b.png", "caf\u00e9/c.png"]):
        file = tmp_path / "first" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(draw_image(number))
        later = tmp_path / "later" / ["cat/a.png", "cat /b.png", "cafe\u0301/c.png"][number]
        later.parent.mkdir(parents=True)
        later.write_bytes(draw_image(number))
    import_images(sqlite_store, "pets", tmp_path / "first", **QUIET)

    report = set_labels(sqlite_store, "pets", tmp_path / "later", replace=True, annotator="mika")

    assert (sorted(report.changed), report.unchanged, report.new_labels) == (["cat /a.png", "cat/b.png"], 1, [])
    assert labels(sqlite_store, theme_id)[1] == {
        "cat /a.png": "cat",
        "cat/b.png": "cat ",
        "caf\u00e9/c.png": "caf\u00e9",
    }
