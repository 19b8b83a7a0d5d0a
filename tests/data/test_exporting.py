"""Exports: what is written, under safe names, and what comes back when it is imported elsewhere."""

import csv

import pytest

from workbench.data.exporting import export_theme
from workbench.data.formats import EXPORTS
from workbench.data.importing.run import import_images
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.samples import page_of_samples
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.splits import assign_splits

QUIET = {"progress": False}


@pytest.fixture
def labeled(sqlite_store, make_theme, add_samples):
    """Six cats and dogs with splits, and a seventh image without a label."""
    theme_id = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme_id, range(7))
    with sqlite_store.write() as session:
        cat, dog, _ = (label.id for label in labels_of(theme_id, session=session))
        decisions = [Edit(sample_id, Decision.of(cat if i % 2 else dog)) for i, sample_id in enumerate(ids[:6])]
        decide(theme_id, decisions, annotator="mika", session=session)
        assign_splits(theme_id, annotator="mika", session=session)
    return theme_id


def content(store, theme_id):
    """What a theme holds, independent of row numbers."""
    with store.read() as session:
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        return {
            (sample.sha256, names.get(sample.label_id), sample.split)
            for sample in page_of_samples(theme_id, limit=1000, session=session)
        }


def test_class_folders_hold_the_images_and_unlabeled_ones_are_told(sqlite_store, labeled, tmp_path):
    report = export_theme(sqlite_store, "pets", tmp_path / "out", "folder", **QUIET)

    assert report.exported == 6
    assert [left.path for left in report.left_out] == ["img_00006.png"]
    written = sorted(str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.png"))
    assert written == [f"{'cat' if i % 2 else 'dog'}/img_0000{i}.png" for i in (1, 3, 5, 0, 2, 4)]


def test_csv_brings_labels_splits_and_unlabeled_images_back(sqlite_store, labeled, make_theme, tmp_path):
    export_theme(sqlite_store, "pets", tmp_path / "out", "csv", **QUIET)
    other = make_theme(sqlite_store, "other", labels=())

    report = import_images(sqlite_store, "other", tmp_path / "out" / "samples.csv", annotator="lea", progress=False)

    assert (report.format, report.added, report.rejected) == ("csv", 7, [])
    assert content(sqlite_store, other) == content(sqlite_store, labeled)
    with (tmp_path / "out" / "samples.csv").open(newline="") as stream:
        first = next(csv.DictReader(stream))
    assert (first["file"], first["label"]) == ("images/img_00000.png", "dog")


def test_names_that_try_to_leave_the_folder_or_collide_stay_apart_inside(sqlite_store, labeled, tmp_path):
    with sqlite_store.write() as session:
        samples = page_of_samples(labeled, session=session)
        for sample, name in zip(samples, ["../../x.png", "/x.png", "..\\X.PNG", "x.png", "a\nb.png"], strict=False):
            session.get_one(Sample, sample.id).name = name

    export_theme(sqlite_store, "pets", tmp_path / "deep" / "out", "csv", **QUIET)

    files = [file for file in tmp_path.rglob("*") if file.is_file() and "project" not in file.parts]
    assert len(files) == 8
    assert all(file.is_relative_to(tmp_path / "deep" / "out") for file in files)


@pytest.mark.parametrize("format", ["csv", "workbench"])
def test_a_file_in_the_place_of_the_folder_is_an_error_that_says_so(sqlite_store, labeled, tmp_path, format):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkbenchError, match="Nothing was exported"):
        export_theme(sqlite_store, "pets", tmp_path / "file" / "out", format, **QUIET)


def test_nothing_is_overwritten_and_nothing_half_written_stays(sqlite_store, labeled, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(ConflictError, match="empty folder"):
        export_theme(sqlite_store, "pets", tmp_path / "full", "folder", **QUIET)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "project"]


@pytest.mark.parametrize("format", EXPORTS)
def test_a_missing_image_file_is_listed_and_stops_no_export(sqlite_store, make_theme, labeled, tmp_path, format):
    with sqlite_store.read() as session:
        lost = page_of_samples(labeled, session=session)[3]
    sqlite_store.images.path(lost.uri).unlink()
    target = tmp_path / ("out.zip" if format == "workbench" else "out")

    report = export_theme(sqlite_store, "pets", target, format, **QUIET)

    told = [(each.path, "missing" in each.reason) for each in report.left_out if each.path == lost.name]
    assert told == [(lost.name, True)]
    if format != "workbench":
        make_theme(sqlite_store, "copy", labels=())
    back = import_images(sqlite_store, "copy", target, format, annotator="lea", progress=False)
    assert (back.added, back.rejected) == (report.exported, [])
    assert report.exported == (6 if format not in ("folder", "yolo") else 5)


def test_bad_names_are_clear_errors(sqlite_store, labeled, make_theme, tmp_path):
    make_theme(sqlite_store, "bare")
    with pytest.raises(NotFoundError, match="Did you mean 'pets'"):
        export_theme(sqlite_store, "pest", tmp_path / "out", **QUIET)
    with pytest.raises(WorkbenchError, match="Did you mean 'folder'"):
        export_theme(sqlite_store, "pets", tmp_path / "out", "foldr", **QUIET)
    with pytest.raises(WorkbenchError, match="no images to export"):
        export_theme(sqlite_store, "bare", tmp_path / "out", **QUIET)
