"""Opening an archive that may come from anywhere: nothing in it is believed before it has been checked."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.data.archive.layout import CHECKSUMS, FORMAT, IMAGES, MANIFEST, README, TABLES, VERSION
from workbench.data.importing.workers import FILE_LIMIT
from workbench.errors import WorkbenchError
from workbench.store.theme_rows import is_text

_FIXED = {MANIFEST, README, CHECKSUMS, *(table.file for table in TABLES)}
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_LINE_LIMIT = 2**26
# Lines of JSON shrink to a twentieth or so; what shrinks to a thousandth is a bomb.
_RATIO = 500
_FEW = 2**20


class ArchiveFile:
    """An opened archive whose list of files is sound. Use it in a `with` statement.

    Raises WorkbenchError when it is no archive of a theme, comes from a newer program, names files outside of its
    folders, holds links or more files than its checksums, or claims sizes that no honest archive has.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise WorkbenchError(f"{path} is not an archive of a theme: {error}.") from None
        try:
            self.infos = self._checked_list()
            self.checksums = self._checksums()
            self.manifest = self._manifest()
        except BaseException:
            self.zip.close()
            raise

    def __enter__(self) -> ArchiveFile:
        return self

    def __exit__(self, *_error: object) -> None:
        self.zip.close()

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a file with their numbers. Raises WorkbenchError at its end when its checksum is wrong."""
        digest = hashlib.sha256()
        with self._damage_told(name), self.zip.open(name) as stream:
            number = 0
            while line := stream.readline(_LINE_LIMIT):
                number += 1
                if len(line) == _LINE_LIMIT:
                    raise WorkbenchError(f"{name}:{number}: a line longer than {_LINE_LIMIT} bytes.")
                digest.update(line)
                yield number, line
        self._require_checksum(name, digest.hexdigest())

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, which fit its checksum."""
        with self._damage_told(name):
            content = self.zip.read(name)
        if name != CHECKSUMS:
            self._require_checksum(name, hashlib.sha256(content).hexdigest())
        return content

    def _require_checksum(self, name: str, digest: str) -> None:
        if self.checksums[name] != digest:
            raise WorkbenchError(
                f"{self.path}: {name} does not fit its checksum: the archive is damaged. Nothing was imported; "
                "export it again."
            )

    def _damage_told(self, name: str) -> _Damage:
        return _Damage(self.path, name)

    def _checked_list(self) -> dict[str, zipfile.ZipInfo]:
        infos: dict[str, zipfile.ZipInfo] = {}
        size = self.path.stat().st_size
        for info in self.zip.infolist():
            fault = _fault(info)
            if not fault and info.filename in infos:
                fault = "is there twice"
            if fault:
                raise WorkbenchError(f"{self.path}: refused: the file {info.filename!r} in it {fault}.")
            infos[info.filename] = info
        if sum(info.compress_size for info in infos.values()) > size:
            raise WorkbenchError(f"{self.path}: refused: the files in it overlap.")
        missing = _FIXED - infos.keys()
        if missing:
            raise WorkbenchError(f"{self.path} is not an archive of a theme: it has no {', '.join(sorted(missing))}.")
        return infos

    def _checksums(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, line in enumerate(self.read(CHECKSUMS).decode("utf-8", "replace").splitlines(), start=1):
            match = _LINE.fullmatch(line)
            if match is None:
                raise WorkbenchError(f"{self.path}: {CHECKSUMS}:{number}: not a checksum and a file name.")
            found[match[2]] = match[1]
        if found.keys() != self.infos.keys() - {CHECKSUMS}:
            odd = sorted(found.keys() ^ (self.infos.keys() - {CHECKSUMS}))
            raise WorkbenchError(f"{self.path}: the files in it and its checksums differ: {', '.join(odd[:5])}.")
        return found

    def _manifest(self) -> dict[str, Any]:
        try:
            manifest = json.loads(self.read(MANIFEST))
            theme, rows, version = manifest["theme"], manifest["rows"], manifest["version"]
            sound = manifest["format"] == FORMAT and isinstance(version, int)
            texts = [theme[key] for key in ("name", "description", "task")]
            sound = sound and all(isinstance(text, str) and is_text(text) for text in texts)
            sound = sound and 0 <= float(theme.get("overlap", 0)) <= 1
            origin = theme["fork"]["origin"] if "fork" in theme else ""
            sound = sound and isinstance(origin, str) and is_text(origin)
            sound = sound and all(isinstance(rows[table.name], int) for table in TABLES)
        except (ValueError, KeyError, TypeError, RecursionError):
            sound, version = False, VERSION
        if not sound:
            raise WorkbenchError(f"{self.path}: {MANIFEST}:1: not the manifest of a theme.")
        if version > VERSION:
            raise WorkbenchError(
                f"{self.path} was written by a newer workbench. Update this one, then import it again."
            )
        return dict(manifest)


class _Damage:
    """Turns what the zip library raises over damaged content into a clear error."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, zipfile.BadZipFile | EOFError | NotImplementedError | RuntimeError | OSError):
            raise WorkbenchError(
                f"{self.path}: {self.name} cannot be read: the archive is damaged ({error}). Nothing was imported."
            ) from None
        if error is not None and type(error).__module__ == "zlib":
            raise WorkbenchError(f"{self.path}: {self.name} is damaged. Nothing was imported.") from None


def _fault(info: zipfile.ZipInfo) -> str:
    """What is wrong with an entry of the archive's list."""
    name = info.filename
    parts = name.split("/")
    if name not in _FIXED and not name.startswith(IMAGES):
        return "does not belong there"
    if "\\" in name or "\0" in name or ":" in name or any(part in ("", ".", "..") for part in parts):
        return "has a name that may lead out of its folder"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link"
    if info.flag_bits & 1:
        return "is encrypted"
    if name.startswith(IMAGES) and info.file_size > FILE_LIMIT:
        return f"is larger than {FILE_LIMIT // 2**20} MiB"
    if info.file_size > _FEW and info.file_size > _RATIO * max(info.compress_size, 1):
        return "unpacks to more than 500 times its size"
    return ""
