"""Data sets in one packed file come in as their folder would, and nothing of the unpacking stays."""

import io
import shutil
import tarfile
import zipfile

import pytest

from workbench.data.importing.run import import_images
from workbench.errors import WorkbenchError
from workbench.store.counts import theme_counts
from workbench.store.themes import get_theme


@pytest.fixture
def class_folders(tmp_path, draw_image):
    for number, name in enumerate(("pets/cat/a.png", "pets/cat/b.png", "pets/dog/c.png")):
        file = tmp_path / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(draw_image(number))
    return tmp_path / "in"


@pytest.mark.parametrize("kind", ["zip", "gztar", "tar"])
def test_a_packed_data_set_comes_in_like_its_folder(sqlite_store, make_theme, class_folders, tmp_path, kind):
    theme = make_theme(sqlite_store, labels=())
    packed = shutil.make_archive(str(tmp_path / "set"), kind, class_folders)

    report = import_images(sqlite_store, "pets", packed, annotator="mika", progress=False)

    assert (report.format, report.added, report.rejected, report.new_labels) == ("folder", 3, [], ["cat", "dog"])
    with sqlite_store.read() as session:
        assert theme_counts(theme, session=session).labeled == 3
    assert list(sqlite_store.project.cache.iterdir()) == []


def test_a_packed_file_that_leads_out_or_is_damaged_is_refused(sqlite_store, make_theme, class_folders, tmp_path):
    make_theme(sqlite_store, labels=())
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as file:
        file.writestr("../evil.png", b"x")
    with tarfile.open(tmp_path / "link.tar", "w") as file:
        link = tarfile.TarInfo("cat/a.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(link)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as file:
        file.add(class_folders, ".")
    (tmp_path / "cut.tar.gz").write_bytes(packed.getvalue()[:-200])

    for name in ("out.zip", "link.tar", "cut.tar.gz"):
        with pytest.raises(WorkbenchError, match=name):
            import_images(sqlite_store, "pets", tmp_path / name, progress=False)
    with sqlite_store.read() as session:
        assert theme_counts(get_theme("pets", session=session).id, session=session).samples == 0
    assert list(sqlite_store.project.cache.iterdir()) == []
