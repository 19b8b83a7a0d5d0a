"""The one way in which import and prediction look through a folder."""

import os

import pytest

from workbench.data.folder_scan import LOOP, count_files, scan_folder


@pytest.fixture
def folder(tmp_path):
    names = ["10.png", "9.png", "b/1.png", "B/1.png", "a/c/x.txt", ".git/x.png", "a/.DS_Store", "a/Thumbs.db"]
    for name in [*names, "__MACOSX/x.png"]:
        (tmp_path / "all" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "all" / name).touch()
    return tmp_path / "all"


def names(folder, **options):
    found = list(scan_folder(folder, **options))
    assert count_files(folder, **options) == len(found), "a progress bar needs to know how many come"
    return [file.name for file in found]


def test_the_order_is_natural_and_the_same_every_time(folder):
    assert names(folder) == ["9.png", "10.png", "a/c/x.txt", "B/1.png", "b/1.png"]


def test_links_to_folders_are_followed_and_a_circle_ends(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "y.png").touch()
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "twice").symlink_to(tmp_path / "outside")
    (tmp_path / "outside" / "back").symlink_to(folder)

    found = list(scan_folder(folder))

    assert [file.name for file in found if not file.fault][-2:] == ["link/y.png", "twice/y.png"]
    loops = [(file.name, file.is_folder) for file in found if file.fault == LOOP]
    assert loops == [("link/back", True), ("twice/back", True)]
    assert [file.name for file in scan_folder(folder / "link", within=folder) if file.fault] == ["back"]


def test_what_is_no_file_has_a_fault_and_is_not_opened(folder):
    os.mkfifo(folder / "pipe.png")
    (folder / "gone.png").symlink_to(folder / "nowhere")
    (folder / "self.png").symlink_to(folder / "self.png")
    faults = {file.name: file.fault for file in scan_folder(folder) if file.fault}
    assert faults.keys() == {"pipe.png", "gone.png", "self.png"}
    assert faults["pipe.png"] == "neither a file nor a folder"
    assert "does not exist" in faults["gone.png"]
    assert "cannot be read" in faults["self.png"]


def test_a_name_that_is_no_text_keeps_its_bytes(folder):
    raw = os.fsencode(folder) + b"/\xff.png"
    os.close(os.open(raw, os.O_CREAT))
    assert raw in [os.fsencode(file.path) for file in scan_folder(folder)]
