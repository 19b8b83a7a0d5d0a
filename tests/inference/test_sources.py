"""What can be predicted: samples of a theme, filters, folders, globs and lists."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event, select

from workbench import predict
from workbench.errors import WorkbenchError
from workbench.inference.sources import open_source, settled
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample


def test_a_list_of_ids_longer_than_a_statement_takes_is_taken_in_parts(shades):
    with shades.store.read() as session:
        everything = list(session.scalars(select(Sample.id)))
    result = predict("shades", source=SampleFilter(ids=(*range(300_000, 0, -1), *everything)))
    assert result.images == len(everything)
    assert sorted(result.table()["sample_id"]) == sorted(everything)


def test_samples_are_listed_page_by_page(shades, monkeypatch):
    monkeypatch.setattr("workbench.inference.items._PAGE", 4)
    asked = []
    event.listen(shades.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    source = open_source("test", theme_id=shades.theme_id, store=shades.store)
    asked.clear()
    items = source.items(None)
    first = [next(items) for _ in range(4)]
    assert sum("FROM samples" in statement for statement in asked) == 1
    assert len({*first, *items}) == 18
    assert sum("FROM samples" in statement for statement in asked) == 6


def test_a_filter_and_a_list_of_ids_mean_samples(shades):
    assert predict("shades", source=SampleFilter(search="bright/")).by_label == {"bright": 6}
    with shades.store.read() as session:
        ids = list(session.scalars(select(Sample.id).where(Sample.name.in_(["dark/0.png", "gray/1.png"]))))
    assert predict("shades", source=ids).by_label == {"dark": 1, "gray": 1}
    assert predict("shades", source=np.array(ids)).by_label == {"dark": 1, "gray": 1}


@pytest.mark.parametrize(
    ("text", "by_label"),
    [
        ("label=gray", {"gray": 6}),
        ("split=test, search=bright/", {"bright": 6}),
        ("split=none,state=unlabeled", {"dark": 1, "gray": 1, "bright": 1}),
        ("annotator=ann,label=dark", {"dark": 6}),
    ],
)
def test_a_filter_can_be_written_as_text(shades, text, by_label):
    assert predict("shades", source=text).by_label == by_label


def test_globs_stop_at_folders_unless_told_otherwise(shades, tmp_path, png):
    for number, name in enumerate(["a.png", "b.jpeg", "x/c.png", "x/y/d.png", "[odd].png"]):
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_bytes(png(25, number))

    def found(pattern: str) -> list[str]:
        files = predict("shades", source=f"{tmp_path}/p/{pattern}").table()["file"]
        return [str(Path(file).relative_to(tmp_path / "p")) for file in files]

    assert found("*.png") == ["[odd].png", "a.png"]
    assert found("**/*.png") == ["[odd].png", "a.png", "x/c.png", "x/y/d.png"]
    assert found("?.*") == ["a.png", "b.jpeg"]
    assert found("*/[a-c].png") == ["x/c.png"]


def test_folders_with_wildcards_in_their_names_and_suffixes_in_capitals_are_found(shades, tmp_path, png, monkeypatch):
    for number, name in enumerate(["old [1]/IMG.PNG", "old [1]/b.png", "old 1/c.png", "top.PNG"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(png(25, number))
    monkeypatch.chdir(tmp_path)
    found = {
        pattern: [Path(file).name for file in predict("shades", source=pattern).table()["file"]]
        for pattern in ("old [1]/*.png", f"{tmp_path}/old [1]/*", "*.png")
    }
    assert list(found.values()) == [["b.png", "IMG.PNG"], ["b.png", "IMG.PNG"], ["top.PNG"]]


def test_images_are_known_by_their_content_in_a_folder(shades, tmp_path, png):
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "none").write_bytes(png(25, 1))
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (folder / "notes.txt").write_text("no image")
    result = predict("shades", source=folder)
    assert [Path(file).name for file in result.table()["file"]] == ["none", "phone.heic"]
    assert result.failed == 1


def test_a_folder_is_read_as_an_import_reads_it(shades, tmp_path, png):
    names = ["IMG_10.png", "IMG_2.png", "day 10/a.png", "day 9/b.png", ".hidden/c.png", "__MACOSX/d.png", "notes.txt"]
    for number, name in enumerate(names):
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_bytes(png(25, number))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "e.png").write_bytes(png(225, 7))
    (tmp_path / "p" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "p" / "linked" / "circle").symlink_to(tmp_path / "p")
    (tmp_path / "p" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    os.mkfifo(tmp_path / "p" / "pipe.png")

    result = predict("shades", source=tmp_path / "p")

    expected = ["day 9/b.png", "day 10/a.png", "gone.png", "IMG_2.png", "IMG_10.png", "linked/e.png", "pipe.png"]
    assert list(result.table()["file"]) == [str(tmp_path / "p" / name) for name in expected]
    faults = result.table().set_index("file")["error"].dropna().to_dict()
    assert {Path(file).name: fault for file, fault in faults.items()} == {
        "gone.png": "a link to a file that does not exist",
        "pipe.png": "neither a file nor a folder",
    }


def test_an_empty_folder_is_an_error_and_leaves_no_file(shades, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkbenchError, match="no images"):
        predict("shades", source=str(tmp_path / "empty"), output=tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "project"]


def test_a_path_is_meant_from_the_working_directory_or_else_from_the_project(shades, png, tmp_path, monkeypatch):
    photos = shades.project.root / "photos"
    photos.mkdir()
    (photos / "a.png").write_bytes(png(25, 1))
    monkeypatch.chdir(tmp_path)
    for source in ("photos", "photos/a.png", "photos/*.png"):
        assert settled(source) == source
        (item,) = open_source(source, theme_id=shades.theme_id, store=shades.store).items(None)
        assert item.path == str(photos / "a.png")
    monkeypatch.chdir(photos)
    assert [settled(source) for source in ("a.png", "*.png", "test", "split=test")] == [
        str(photos / "a.png"),
        str(photos / "*.png"),
        "test",
        "split=test",
    ]
    with pytest.raises(WorkbenchError, match=re.escape(f"looked in {photos} and {shades.project.root}")):
        open_source("nowhere", theme_id=shades.theme_id, store=shades.store)
    with pytest.raises(WorkbenchError, match="Did you mean 'unlabeled'"):
        open_source("unlabeld", theme_id=shades.theme_id, store=shades.store)
