"""A store on a disk that cannot be written: it is listed, checked and exported, and refuses every change."""

import codecs
import os
import shutil
from contextlib import contextmanager

import pytest

from workbench import predict
from workbench.data.exporting import export_theme
from workbench.errors import StoreFailedError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.labels import add_label, labels_of
from workbench.store.samples import count_samples
from workbench.store.themes import get_theme, list_themes
from workbench.store.upkeep.integrity import check

NOBODY = 65_534


@contextmanager
def as_nobody():
    """Act as a user who owns nothing: root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def read_only(shades, tmp_path):
    """`read_only()` takes the permission to write from all that the project keeps; its output folder stays writable."""
    # What is imported late is there then.
    export_theme(shades.store, "shades", tmp_path / "before", progress=False)
    predict("shades", model=1, source="all", output=tmp_path / "before.csv")
    for name in ("ascii", "latin-1", "idna", "utf-16"):
        codecs.lookup(name)
    modes = {folder: folder.stat().st_mode for folder in (tmp_path, *tmp_path.parents)}
    private = {folder: mode for folder, mode in modes.items() if mode & 0o005 != 0o005}
    out = tmp_path / "out"
    out.mkdir()

    def make():
        for folder, mode in private.items():
            folder.chmod(mode & 0o7777 | 0o055)
        out.chmod(0o777)
        for path in [shades.project.root, *shades.project.root.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)

    yield make
    for path in [shades.project.root, *shades.project.root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for folder, mode in private.items():
        folder.chmod(mode & 0o7777)


@pytest.mark.parametrize("log", [False, True], ids=["closed", "with a log"])
def test_it_is_read_and_not_changed(shades, read_only, tmp_path, log):
    with shades.store.write() as session:
        added = add_label(shades.theme_id, "added last", session=session).name
        samples = count_samples(shades.theme_id, session=session)
    if log:
        kept = tmp_path / "kept"
        shutil.copytree(
            shades.project.db, kept, ignore=lambda _, names: set(names) - {"workbench.db", "workbench.db-wal"}
        )
        shades.store.close()
        for file in kept.iterdir():
            shutil.copy(file, shades.project.db / file.name)
        assert (shades.project.db / "workbench.db-wal").stat().st_size
    shades.store.close()
    read_only()
    with as_nobody():
        store = open_store(Project(shades.project.root))
        assert store.is_read_only
        with store.read() as session:
            assert [theme.name for theme in list_themes(session=session)] == ["shades"]
            assert added in [
                label.name for label in labels_of(get_theme("shades", session=session).id, session=session)
            ]
        assert check(store).ok
        exported = export_theme(store, "shades", tmp_path / "out" / "export", progress=False)
        assert exported.exported + len(exported.left_out) == samples
        with pytest.raises(StoreFailedError, match="cannot be written"), store.write() as session:
            add_label(shades.theme_id, "lost", session=session)
        store.close()


def test_it_is_predicted_from(shades, read_only, tmp_path, png):
    with shades.store.read() as session:
        samples = count_samples(shades.theme_id, session=session)
    shades.store.close()
    photo = tmp_path / "out" / "photo.png"
    photo.write_bytes(png(200, 1))
    read_only()
    with as_nobody():
        store = open_store(Project(shades.project.root))
        found = predict("shades", model=1, source="all", output=tmp_path / "out" / "all.csv", project=store.project)
        assert (found.predicted, found.stored) == (samples, 0)
        assert "The store can only be read: the predictions are in the file alone." in found.notes
        one = predict("shades", model=1, source=photo, output=tmp_path / "out" / "one.csv", project=store.project)
        assert one.predicted == 1
        store.close()
