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
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as file:
        file.writestr("ä.png", b"x")
    sound = (tmp_path / "list.zip").read_bytes()
    (tmp_path / "name.zip").write_bytes(sound.replace("ä".encode(), b"\xff\xff"))
    (tmp_path / "list.zip").write_bytes(sound.replace(b"PK\x01\x02", b"PK\x01\x03"))

    for name in ("out.zip", "link.tar", "cut.tar.gz", "list.zip", "name.zip"):
        with pytest.raises(WorkbenchError, match=name):
            import_images(sqlite_store, "pets", tmp_path / name, progress=False)
    with sqlite_store.read() as session:
        assert theme_counts(get_theme("pets", session=session).id, session=session).samples == 0
    assert list(sqlite_store.project.cache.iterdir()) == []


def zip_of(file, names, content):
    """Write a zip whose names are these bytes, without the mark of UTF-8, as many programs do."""
    stand_ins = {f"{number:03d}".rjust(len(name), "x"): name for number, name in enumerate(names)}
    with zipfile.ZipFile(file, "w") as packed:
        for stand_in in stand_ins:
            packed.writestr(stand_in, content(stand_in))
    written = file.read_bytes()
    for stand_in, name in stand_ins.items():
        written = written.replace(stand_in.encode(), name)
    file.write_bytes(written)


@pytest.mark.parametrize(
    ("separator", "encoding", "labels"),
    [("/", "utf-8", ["犬の写真", "猫の写真"]), ("\\", "ascii", ["cats", "dogs"]), ("/", "shift_jis", None)],
)
def test_names_in_a_zip_are_those_that_were_packed_or_refused(
    sqlite_store, make_theme, draw_image, tmp_path, separator, encoding, labels
):
    make_theme(sqlite_store, labels=())
    names = [separator.join([label, "a.png"]).encode(encoding) for label in labels or ["犬の写真", "猫の写真", "plain"]]
    zip_of(tmp_path / "set.zip", names, lambda name: draw_image(int(name[-3:])))

    if labels is None:
        with pytest.raises(WorkbenchError, match=r"2 class folders .* not UTF-8: .*\\x94L"):
            import_images(sqlite_store, "pets", tmp_path / "set.zip", progress=False)
    else:
        report = import_images(sqlite_store, "pets", tmp_path / "set.zip", progress=False)
        assert (report.added, report.new_labels) == (2, labels)
