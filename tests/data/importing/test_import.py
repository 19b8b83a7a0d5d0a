"""Importing folders: what is added, what is refused and why, and that nothing is ever half there."""

import itertools
import os
import time

import pytest
from sqlalchemy import select

from workbench.data.decoding import decode_rgb
from workbench.data.importing.run import import_images, import_uploads
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.history import history_of
from workbench.store.images import ImageFiles
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import get_label, labels_of
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Label, Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo

QUIET = {"annotator": "mika", "progress": False}


@pytest.fixture
def theme(store, make_theme):
    return make_theme(store, "pets", labels=())


@pytest.fixture
def sqlite_theme(sqlite_store, make_theme):
    return make_theme(sqlite_store, "pets", labels=())


@pytest.fixture
def pets(tmp_path, draw_image):
    """Three cats and two dogs in class folders."""
    folder = tmp_path / "pets"
    for number, name in enumerate(["cat/a.png", "cat/b.png", "cat/sub/c.png", "dog/a.png", "dog/b.png"]):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(draw_image(number))
    return folder


def labels_by_name(store, theme_id):
    with store.read() as session:
        query = (
            select(Sample.name, Label.name)
            .outerjoin(Label, Label.id == Sample.label_id)
            .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
        )
        return dict(session.execute(query).tuples().all())


def label_names(store, theme_id):
    with store.read() as session:
        return [label.name for label in labels_of(theme_id, session=session)]


def samples_of(store, theme_id):
    with store.read() as session:
        found = page_of_samples(theme_id, session=session)
        session.expunge_all()
        return found


def test_class_folders_become_labeled_samples_with_their_history(store, theme, pets):
    report = import_images(store, "pets", pets, **QUIET)

    assert (report.added, report.duplicates, report.rejected) == (5, 0, [])
    assert report.new_labels == ["cat", "dog"]
    assert labels_by_name(store, theme) == {
        "cat/a.png": "cat",
        "cat/b.png": "cat",
        "cat/sub/c.png": "cat",
        "dog/a.png": "dog",
        "dog/b.png": "dog",
    }
    sample = samples_of(store, theme)[0]
    assert (sample.annotator, sample.width, sample.height) == ("mika", 8, 8)
    assert store.images.read(sample.uri) == (pets / "cat/a.png").read_bytes()
    with store.read() as session:
        (event,) = history_of(sample.id, session=session)
        assert (event.source, event.annotator, event.before, event.after) == ("import", "mika", None, "1")


def test_importing_again_adds_nothing(store, theme, pets):
    import_images(store, "pets", pets, **QUIET)
    before = sorted(store.images.uris())
    report = import_images(store, "pets", pets, **QUIET)

    assert (report.added, report.duplicates, report.labeled, report.rejected) == (0, 5, 0, [])
    assert sorted(store.images.uris()) == before
    with store.read() as session:
        assert len(history_of(1, session=session)) == 1


def test_flat_images_come_without_labels_and_get_them_later_but_never_lose_a_human_one(
    store, make_theme, tmp_path, draw_image
):
    theme_id = make_theme(store)
    flat, sorted_ = tmp_path / "flat", tmp_path / "sorted"
    for folder in (flat, sorted_ / "cat"):
        folder.mkdir(parents=True)
        for number in range(4):
            (folder / f"{number}.png").write_bytes(draw_image(number))
    assert import_images(store, "pets", flat, **QUIET).format == "images"
    first, second, third, _ = samples_of(store, theme_id)
    with store.write() as session:
        dog = labels_of(theme_id, session=session)[1].id
        decide(
            theme_id,
            [Edit(first.id, Decision.of(dog)), Edit(second.id, SKIPPED), Edit(third.id, Decision.of(dog - 1))],
            annotator="lea",
            session=session,
        )

    report = import_images(store, "pets", sorted_, **QUIET)

    assert (report.added, report.duplicates, report.labeled) == (0, 2, 1)
    assert [(r.path, "'dog' by lea" in r.reason, "skipped by lea" in r.reason) for r in report.rejected] == [
        ("cat/0.png", True, False),
        ("cat/1.png", False, True),
    ]
    assert labels_by_name(store, theme_id) == {"0.png": "dog", "1.png": None, "2.png": "cat", "3.png": "cat"}
    assert [s.annotator for s in samples_of(store, theme_id)] == ["lea", "lea", "lea", "mika"]


def test_bad_files_are_reported_one_by_one_and_the_good_ones_come_in(store, theme, pets, draw_image):
    good = draw_image(1)
    (pets / "cat" / "cut.png").write_bytes(good[:60])
    (pets / "cat" / "empty.png").write_bytes(b"")
    (pets / "dog" / "notes.txt").write_text("not an image")
    (pets / "stray.png").write_bytes(draw_image(77))
    (pets / "dog" / "gone.png").symlink_to(pets / "nowhere.png")
    os.mkfifo(pets / "dog" / "pipe.png")

    report = import_images(store, "pets", pets, **QUIET)

    assert report.added == 5
    reasons = {rejection.path: rejection.reason for rejection in report.rejected}
    assert reasons.keys() == {
        "stray.png",
        "cat/cut.png",
        "cat/empty.png",
        "dog/gone.png",
        "dog/pipe.png",
    }
    assert "damaged" in reasons["cat/cut.png"]
    assert "empty" in reasons["cat/empty.png"]
    assert [remark.path for remark in report.remarks] == ["dog/notes.txt"]
    assert "class folder" in reasons["stray.png"]
    assert "does not exist" in reasons["dog/gone.png"]
    stray = {"path": "stray.png", "reason": reasons["stray.png"], "part": "image"}
    assert report.as_dict()["rejected"][0] == stray
    assert len(list(store.images.uris())) == 5


def test_hidden_files_are_ignored_and_a_circle_of_links_ends(sqlite_store, sqlite_theme, pets, draw_image):
    (pets / ".git").mkdir()
    (pets / ".git" / "x.png").write_bytes(draw_image(50))
    (pets / "cat" / ".DS_Store").write_bytes(b"x")
    (pets / "dog" / "Thumbs.db").write_bytes(b"x")
    (pets / "cat" / "again").symlink_to(pets / "cat")

    report = import_images(sqlite_store, "pets", pets, **QUIET)

    assert report.added == 5
    assert [(r.path, "leads back" in r.reason) for r in report.rejected] == [("cat/again", True)]


def test_a_link_that_leads_to_itself_is_reported_and_the_rest_is_imported(sqlite_store, sqlite_theme, pets):
    (pets / "cat" / "loop.png").symlink_to(pets / "cat" / "loop.png")
    report = import_images(sqlite_store, "pets", pets, **QUIET)
    assert (report.added, [r.path for r in report.rejected]) == (5, ["cat/loop.png"])


def test_an_image_in_two_class_folders_is_reported(store, theme, pets):
    (pets / "dog" / "same.png").write_bytes((pets / "cat" / "a.png").read_bytes())
    (pets / "cat" / "copy.png").write_bytes((pets / "cat" / "a.png").read_bytes())

    report = import_images(store, "pets", pets, **QUIET)

    assert (report.added, report.duplicates) == (5, 1)
    assert [r.path for r in report.rejected] == ["dog/same.png"]
    assert "'cat/a.png' with the label 'cat'" in report.rejected[0].reason


def test_an_unknown_class_folder_stops_everything_and_names_the_nearest_label(store, make_theme, pets):
    theme_id = make_theme(store, labels=("Cat", "dog"))

    with pytest.raises(NotFoundError, match=r"'cat' \(did you mean 'Cat'\?\).*--add-labels"):
        import_images(store, "pets", pets, **QUIET)
    assert labels_by_name(store, theme_id) == {}
    assert list(store.images.uris()) == []

    import_images(store, "pets", pets, add_labels=True, **QUIET)
    assert label_names(store, theme_id) == ["Cat", "dog", "cat"]


def test_split_folders_give_splits_and_labels_stand_in_natural_order(store, theme, tmp_path, draw_image):
    for number, name in enumerate(["train/2", "train/10", "val/2", "test/10"]):
        folder = tmp_path / "set" / name
        folder.mkdir(parents=True)
        (folder / "x.png").write_bytes(draw_image(number))

    import_images(store, "pets", tmp_path / "set", **QUIET)

    assert label_names(store, theme) == ["2", "10"]
    assert {s.name: s.split for s in samples_of(store, theme)} == {
        "train/2/x.png": "train",
        "train/10/x.png": "train",
        "val/2/x.png": "valid",
        "test/10/x.png": "test",
    }


def test_every_kind_of_file_keeps_its_bytes_under_a_suffix_of_its_content(sqlite_store, sqlite_theme, tmp_path):
    from PIL import Image

    folder = tmp_path / "kinds"
    folder.mkdir()
    kinds = ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF"]
    for kind in kinds:
        Image.new("RGB", (5, 3), (200, 30, 40)).save(folder / f"{kind}.dat", kind)

    report = import_images(sqlite_store, "pets", folder, **QUIET)

    assert report.added == 6
    for sample in samples_of(sqlite_store, sqlite_theme):
        assert (sample.width, sample.height) == (5, 3)
        assert decode_rgb(sqlite_store.images.read(sample.uri)).shape == (3, 5, 3)
    assert {uri.rpartition(".")[2] for uri in sqlite_store.images.uris()} == {"png", "jpg", "bmp", "tif", "webp", "gif"}


def test_a_turned_photograph_has_the_size_that_a_person_sees(sqlite_store, sqlite_theme, tmp_path):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 10)).save(tmp_path / "turned.jpg", exif=exif)

    import_images(sqlite_store, "pets", tmp_path / "turned.jpg", **QUIET)

    (sample,) = samples_of(sqlite_store, sqlite_theme)
    assert (sample.name, sample.width, sample.height) == ("turned.jpg", 10, 30)


def test_a_deleted_image_stays_deleted_until_that_is_undone(store, theme, pets):
    import_images(store, "pets", pets, **QUIET)
    first = samples_of(store, theme)[0]
    with store.write() as session:
        delete_samples(theme, SampleFilter(ids=(first.id,)), annotator="lea", session=session)

    report = import_images(store, "pets", pets, **QUIET)
    assert (report.added, report.duplicates, [r.path for r in report.rejected]) == (0, 4, ["cat/a.png"])
    with store.write() as session:
        undo(theme, annotator="lea", session=session)
    assert import_images(store, "pets", pets, **QUIET).duplicates == 5


@pytest.mark.parametrize(
    ("theme_name", "path", "error", "words"),
    [
        ("pest", "pets", NotFoundError, "Did you mean 'pets'"),
        ("pets", "nowhere", NotFoundError, "nothing at"),
        ("pets", "empty", WorkbenchError, "holds no images"),
        ("pets", "hidden", WorkbenchError, "holds no images"),
    ],
)
def test_bad_input_is_a_clear_error(sqlite_store, sqlite_theme, pets, tmp_path, theme_name, path, error, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / ".x.png").write_bytes(b"x")

    with pytest.raises(error, match=words):
        import_images(sqlite_store, theme_name, tmp_path / path, **QUIET)


def test_an_address_is_told_from_a_folder_that_is_not_there(sqlite_store, sqlite_theme):
    with pytest.raises(NotFoundError, match=r"is an address.*aws s3 cp"):
        import_images(sqlite_store, "pets", "s3://bucket/pets", **QUIET)


def test_an_unknown_format_names_the_nearest(sqlite_store, sqlite_theme, pets):
    with pytest.raises(WorkbenchError, match="Did you mean 'folder'"):
        import_images(sqlite_store, "pets", pets, "foldr", **QUIET)
    with pytest.raises(WorkbenchError, match="--format images"):
        import_images(sqlite_store, "pets", pets / "dog", "folder", **QUIET)


def test_a_file_name_that_is_not_utf8_is_imported(store, theme, tmp_path, draw_image):
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.png")).write_bytes(draw_image(1))

    assert import_images(store, "pets", folder, **QUIET).added == 1
    assert samples_of(store, theme)[0].name == "caf\ufffd.png"


def test_uploads_keep_their_names_and_never_choose_a_place(store, theme, draw_image):
    report = import_uploads(store, "pets", [("../../x.png", draw_image(1)), ("bad.png", b"nothing")], "mika")

    assert (report.added, [r.path for r in report.rejected]) == (1, ["bad.png"])
    (sample,) = samples_of(store, theme)
    assert sample.label_id is None
    assert store.images.path(sample.uri).is_relative_to(store.images.root)


def test_a_class_folder_that_cannot_be_a_label_leaves_nothing_behind(store, theme, pets):
    (pets / "dog").rename(pets / ("d" * 220))

    with pytest.raises(WorkbenchError, match="cannot be the name of a label"):
        import_images(store, "pets", pets, **QUIET)
    assert labels_by_name(store, theme) == {}
    assert label_names(store, theme) == []


@pytest.fixture
def during_import(monkeypatch):
    """`during_import(act)`: import image by image, and do something between the first and the second."""

    def plan(act):
        monkeypatch.setattr("workbench.data.importing.run.IMAGES_PER_TRANSACTION", 1)
        commits = itertools.count()
        monkeypatch.setattr(ImageFiles, "flush", lambda _: act() if next(commits) == 1 else None)

    return plan


def test_a_label_that_is_merged_during_an_import_stands_for_the_other(store, theme, pets, during_import):
    def merge():
        with store.write() as session:
            cat, dog = (get_label(theme, name, session=session).id for name in ("cat", "dog"))
            merge_labels(cat, dog, annotator="lea", session=session)

    during_import(merge)
    import_images(store, "pets", pets, **QUIET)
    assert set(labels_by_name(store, theme).values()) == {"dog"}
    assert label_names(store, theme) == ["dog"]


def test_a_label_that_is_deleted_during_an_import_stops_it(store, theme, pets, during_import):
    def delete():
        with store.write() as session:
            delete_label(get_label(theme, "cat", session=session).id, annotator="lea", session=session)

    during_import(delete)
    with pytest.raises(ConflictError, match=r"deleted the label 'cat'.*--add-labels"):
        import_images(store, "pets", pets, **QUIET)
    assert labels_by_name(store, theme) == {"cat/a.png": None}
    report = import_images(store, "pets", pets, add_labels=True, **QUIET)
    assert (report.added, report.labeled) == (4, 1)


def test_a_killed_import_is_completed_by_the_next_one(sqlite_store, sqlite_theme, tmp_path, draw_image, run_python):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.png").write_bytes(draw_image(number))
    code = """
        import sys
        from workbench.data.importing import run
        from workbench.store import open_store
        run.IMAGES_PER_TRANSACTION = 50
        run.import_images(open_store(), "pets", sys.argv[1], annotator="mika", progress=False)
    """
    child = run_python(code, folder)
    limit = time.monotonic() + 60
    while len(labels_by_name(sqlite_store, sqlite_theme)) < 100:
        assert time.monotonic() < limit
        assert child.poll() is None, child.communicate()
    child.kill()
    child.wait()

    found = samples_of_all(sqlite_store, sqlite_theme)
    assert 100 <= len(found) < 600
    for sample in found:
        assert len(sqlite_store.images.read(sample.uri)) == sample.size_bytes

    report = import_images(sqlite_store, "pets", folder, **QUIET)
    assert report.added == 600 - len(found)
    assert report.duplicates == len(found)
    assert len(samples_of_all(sqlite_store, sqlite_theme)) == 600
    for uri in sqlite_store.images.uris():
        decode_rgb(sqlite_store.images.read(uri))


def samples_of_all(store, theme_id):
    with store.read() as session:
        found = page_of_samples(theme_id, limit=10_000, session=session)
        session.expunge_all()
        return found
