"""Where workers put what they have made, and find what they need: a folder that all see, or an object storage."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError, first_line
from workbench.part_files import part_name
from workbench.paths import atomic_write
from workbench.store.remote_images import put_whole

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PartFolder:
    """Files of one piece of work below `url`, a folder or an fsspec URL; each is there as a whole or not at all."""

    url: str

    @property
    def _is_folder(self) -> bool:
        return "://" not in self.url

    @cached_property
    def _storage(self) -> tuple[Any, str]:
        import fsspec

        storage, base = fsspec.core.url_to_fs(self.url, use_listings_cache=False, skip_instance_cache=True)
        return storage, base.rstrip("/")

    def write(self, name: str, content: bytes) -> None:
        """Put a file there, or replace it by what is the same."""
        with self._plain_errors():
            if self._is_folder:
                with atomic_write(Path(self.url, name), durable=False) as part:
                    part.write_bytes(content)
                return
            storage, base = self._storage
            put_whole(storage, f"{base}/{name}", content)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, None where there is none."""
        with self._plain_errors():
            try:
                if self._is_folder:
                    return Path(self.url, name).read_bytes()
                storage, base = self._storage
                return bytes(storage.cat_file(f"{base}/{name}"))
            except FileNotFoundError:
                return None

    def read_or_raise(self, name: str) -> bytes:
        """Return a file's bytes. Raises WorkbenchError where it is gone."""
        content = self.read(name)
        if content is None:
            raise WorkbenchError(
                f"The part {name} of this work is gone from {self.url}. Leave that place alone while work runs, and "
                "start the same once more."
            )
        return content

    def names(self) -> set[str]:
        """The names of the complete files."""
        with self._plain_errors():
            try:
                if self._is_folder:
                    return {file.name for file in Path(self.url).iterdir() if file.is_file()}
                storage, base = self._storage
                return {str(each).rsplit("/", 1)[-1] for each in storage.ls(base, detail=False, refresh=True)}
            except FileNotFoundError:
                return set()

    def remove(self) -> None:
        """Remove them all."""
        with self._plain_errors():
            if self._is_folder:
                shutil.rmtree(self.url, ignore_errors=True)
            elif self.names():
                storage, base = self._storage
                storage.rm(base, recursive=True)

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except WorkbenchError:
            raise
        except Exception as error:  # each storage has errors of its own
            raise WorkbenchError(
                f"The parts of this work cannot be kept in {self.url}: {first_line(error)}. Every worker must be able "
                "to write there; 'parts' in cluster.yaml names another folder or URL."
            ) from error


@dataclass(frozen=True)
class Attachment:
    """A file or folder that workers need, put beside the parts as a zip under the SHA-256 of it."""

    name: str
    digest: str

    def on(self, parts: PartFolder, cache: Path) -> Path:
        """Return it on this machine, fetched and verified once. Raises WorkbenchError where it is not to be had."""
        target = cache / "attached" / self.digest
        if not target.is_dir():
            content = parts.read(f"{self.digest}.zip")
            if content is None or sha256(content).hexdigest() != self.digest:
                state = "is not" if content is None else "is damaged"
                raise WorkbenchError(
                    f"'{self.name}', which it needs, {state} in {parts.url}. Start the work once more: it is put "
                    "there at the beginning."
                )
            unpacked = target.with_name(part_name())
            unpacked.mkdir(parents=True)
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(unpacked)
            try:
                os.rename(unpacked, target)
            except OSError:
                # Another process of this machine was quicker.
                shutil.rmtree(unpacked, ignore_errors=True)
        return target / self.name


def attach(path: Path, parts: PartFolder) -> Attachment:
    """Put a file or folder where workers find it; what is there already is not written again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        for file in files:
            # Without a time of its own, the same content has the same digest the next time.
            entry = zipfile.ZipInfo(file.relative_to(path.parent).as_posix(), _EPOCH)
            archive.writestr(entry, file.read_bytes())
    content = buffer.getvalue()
    found = Attachment(path.name, sha256(content).hexdigest())
    if f"{found.digest}.zip" not in parts.names():
        parts.write(f"{found.digest}.zip", content)
    return found
