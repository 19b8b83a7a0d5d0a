"""The cache folder: entries appear whole or not at all, and those used longest ago make room."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from workbench.data.cache_folder import building, cache_entries, clear_cache, make_room, touch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def build(folder: Path, name: str, size: int = 1000, age: float = 0) -> None:
    with building(folder, name) as part:
        (part / "pixels").write_bytes(bytes(size))
    os.utime(folder / name, (time.time() - age, time.time() - age))


def names(folder: Path) -> list[str]:
    return [entry.path.name for entry in cache_entries(folder)]


def test_entries_used_longest_ago_make_room(folder: Path) -> None:
    for age, name in ((300, "old"), (200, "middle"), (100, "new")):
        build(folder, name, age=age)
    assert names(folder) == ["old", "middle", "new"]
    touch(folder / "old")
    make_room(folder, 1000, 3000, keep="run")
    assert names(folder) == ["new", "old"]
    make_room(folder, 0, 0, keep="old")
    assert names(folder) == ["old"]


def test_a_build_that_fails_leaves_nothing(folder: Path) -> None:
    def fail() -> None:
        with building(folder, "run") as part:
            (part / "pixels").write_text("half")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        fail()
    assert list(folder.iterdir()) == []


def test_two_may_build_the_same_entry_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def after_the_other(part: Path, entry: Path) -> Path:
        shutil.copytree(part, entry)
        return rename(part, entry)

    monkeypatch.setattr(Path, "rename", after_the_other)
    with building(folder, "run") as part:
        (part / "pixels").write_text("whole")
    assert (folder / "run" / "pixels").read_text() == "whole"
    assert [path.name for path in folder.iterdir()] == ["run"]


def test_clearing_tells_what_it_removed(folder: Path) -> None:
    build(folder, "run")
    (folder / ".part-left").mkdir()
    removed = clear_cache(folder)
    assert [entry.path.name for entry in removed] == ["run"]
    assert removed[0].size_bytes == 1000
    assert list(folder.iterdir()) == []
    assert clear_cache(folder / "never made") == []
