"""Data sets packed into one file: a zip or tar is unpacked into a temporary folder while it is imported."""

from __future__ import annotations

import os
import shutil
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.data.archive.layout import CHECKSUMS, TABLES
from workbench.data.folder_scan import is_folder, named_like_image, visible
from workbench.errors import WorkbenchError

_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_RATIO = 200  # images hardly shrink: what unpacks to this many times its size is a bomb
_FEW = 2**26
_UTF8 = 0x800  # the flag of a name in UTF-8
_UNICODE_PATH = 0x7075


@contextmanager
def unpacked(path: Path, scratch: Path) -> Iterator[Path]:
    """Give the folder that holds a data set: `path` itself, or what a zip or tar there unpacks to, below `scratch`.

    An archive of a whole theme is left as it is. The folder is removed at the end. Raises WorkbenchError for a damaged
    file, one that leads out of its folder, one with a password, and one that is too large for the disk.
    """
    if not path.is_file() or not (_is_tar(path) or _is_zip_of_images(path)):
        yield path
        return
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unpacked-", dir=scratch) as folder:
        try:
            unpack = _unpack_tar if _is_tar(path) else _unpack_zip
            unpack(path, folder)
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError, ValueError, zlib.error) as error:
            raise WorkbenchError(f"{path} cannot be unpacked: {error}. Nothing was imported.") from None
        except (OSError, RuntimeError) as error:
            raise WorkbenchError(f"{path} cannot be unpacked: {error}. Nothing was imported.") from None
        yield _only_folder(Path(folder), path)


def _is_tar(path: Path) -> bool:
    return path.name.lower().endswith(_TARS)


def _is_zip_of_images(path: Path) -> bool:
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as file:
            names = set(file.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return True  # what is wrong with it is told where it is unpacked
    return not {CHECKSUMS, *(table.file for table in TABLES)} & names


def _unpack_zip(path: Path, folder: str) -> None:
    with zipfile.ZipFile(path) as file:
        _require_room(path, sum(info.file_size for info in file.infolist()), folder)
        for info in file.infolist():
            if info.flag_bits & 1:
                raise WorkbenchError(f"{path} is locked with a password. Unpack it, then import the folder.")
            info.filename = _name_in_zip(info)
            _require_inside(path, info.filename)
            file.extract(info, folder)


def _name_in_zip(info: zipfile.ZipInfo) -> str:
    """The name of a file in a zip as the system has it: with `/`, in UTF-8 or in the bytes that stand there.

    Without the mark of UTF-8 `zipfile` takes names for those of DOS. Many programs write UTF-8 or their own code page
    all the same; what is not UTF-8 is left as it is, and class folders of such names are refused by name.
    """
    name = info.orig_filename.partition("\0")[0]
    raw = name.encode() if info.flag_bits & _UTF8 else name.encode("cp437")
    written = _unicode_path(info.extra, raw) or raw
    text = os.fsdecode(written)
    return text if "/" in text else text.replace("\\", "/")


def _unicode_path(extra: bytes, raw: bytes) -> bytes | None:
    """The name in UTF-8 that Info-ZIP and WinRAR write beside that of a code page, if it belongs to this name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and size > 5 and struct.unpack_from("<xI", extra, 4)[0] == zlib.crc32(raw):
            return extra[9 : 4 + size]
        extra = extra[4 + size :]
    return None


def _unpack_tar(path: Path, folder: str) -> None:
    with tarfile.open(path) as file:
        size = 0
        for member in file:
            size += member.size
            _require_room(path, size, folder)
            _require_inside(path, member.name)
            file.extract(member, folder, filter="data")


def _require_inside(path: Path, name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise WorkbenchError(f"{path}: refused: the file {name!r} in it may lead out of its folder.")


def _require_room(path: Path, size: int, folder: str) -> None:
    if size > _FEW and size > _RATIO * path.stat().st_size:
        raise WorkbenchError(f"{path}: refused: it unpacks to more than {_RATIO} times its size.")
    if size > shutil.disk_usage(folder).free:
        raise WorkbenchError(f"{path} unpacks to {size:,} bytes, more than is free on the disk. Nothing was imported.")


def _only_folder(folder: Path, archive: Path) -> Path:
    """Step into a folder that is alone in the archive, if it is called like it or holds more than images."""
    inside = visible(folder)
    if len(inside) != 1 or not is_folder(inside[0]):
        return folder
    more = any(is_folder(child) or not named_like_image(child.name) for child in visible(inside[0].path))
    return Path(inside[0].path) if more or archive.name.startswith(f"{inside[0].name}.") else folder
