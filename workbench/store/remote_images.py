"""Images in S3-compatible or other storage that fsspec knows, with a local copy of each one that is used.

The storage takes its credentials and its address from where its own tools do: the `AWS_...` variables, `~/.aws`,
`FSSPEC_...` variables, `~/.config/fsspec`.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.distribution import extra_hint
from workbench.errors import NotFoundError, WorkbenchError, first_line
from workbench.paths import Project
from workbench.store.images import UNFINISHED, ImageFiles, checked_uri, is_uri, sha256_of

# Object stores show an object only when all of it has arrived; elsewhere a file is renamed when it is whole.
_WHOLE_OR_NOT = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss"}
_KEY = re.compile(r"[0-9a-f]{2}/[^/]+$")
# An object younger than this is safe from garbage collection for long enough; an older one is put again.
_AT_ONCE = 16
_FETCHED_AT_ONCE = 1_000
_FRESH = timedelta(minutes=30)
# How often, within the limit of copies, it is looked whether there are too many.
_LOOKS = 16
_USED_SECONDS = 600
_USED_AGAIN_SECONDS = 300


def open_images(project: Project) -> ImageFiles:
    """Return the images of a project: below `db/images`, or where WORKBENCH_IMAGES_URL says."""
    return images_at(images_address(project), project.cache / "images", limit=project.copies_bytes)


def images_address(project: Project) -> str:
    """Return where a project's images are, as other processes can open them: an absolute folder or a URL."""
    url = project.images_url
    if url is None:
        return str(project.images.absolute())
    if "://" not in url:
        return str(Path(url).expanduser().absolute())
    return url.removeprefix("file://")


def images_at(address: str, copies: Path, *, limit: int | None = None) -> ImageFiles:
    """Return the images at an address; local copies of those in a remote storage go below `copies`.

    Above `limit` bytes, copies go that nobody has used for ten minutes, those used longest ago first.
    """
    return RemoteImages(copies, address, limit) if "://" in address else ImageFiles(Path(address))


def fetch_on_demand(images: ImageFiles) -> Callable[[str], object] | None:
    """Return what brings the file of a key here, also in a process that was forked from this one; None for a folder."""
    return _Fetch(images.root, images.url, images.limit) if isinstance(images, RemoteImages) else None


@dataclass
class _Fetch:
    """Opens the storage in each process by itself: connections do not survive a fork."""

    root: Path
    url: str
    limit: int | None
    _opened: tuple[int, RemoteImages] | None = None

    def __call__(self, uri: str) -> object:
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = os.getpid(), RemoteImages(self.root, self.url, self.limit)
        return self._opened[1].path(uri)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_opened": None}


@dataclass(frozen=True)
class RemoteImages(ImageFiles):
    """Images below an fsspec URL. `root` holds local copies: `path` makes one, `read` asks the storage itself."""

    url: str
    limit: int | None = None
    _added: list[int] = field(default_factory=lambda: [0], compare=False, repr=False)

    @cached_property
    def _storage(self) -> tuple[Any, str]:
        import fsspec

        try:
            storage, base = fsspec.core.url_to_fs(self.url, use_listings_cache=False, skip_instance_cache=True)
        except Exception as error:
            # Each storage has its own way to say that it is not there.
            raise WorkbenchError(
                f"WORKBENCH_IMAGES_URL is '{self.url}', which cannot be used: {first_line(error)} Allowed: a folder, "
                f"or a URL of a storage whose fsspec package is installed (for s3:// that is: {extra_hint('s3')})."
            ) from None
        return storage, base.rstrip("/")

    def path(self, uri: str) -> Path:
        """Return a local copy of a key's file, which is fetched and verified when it is not there yet."""
        local = super().path(uri)
        try:
            if time.time() - local.stat().st_mtime > _USED_AGAIN_SECONDS:
                os.utime(local)
        except FileNotFoundError:
            self._keep(uri, self.read(uri))
        return local

    def paths(self, uris: Sequence[str]) -> list[Path]:
        """Return local copies of several keys' files; those that are missing are fetched side by side."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
            return list(pool.map(self.path, uris))

    def fetch(self, uris: Iterable[str]) -> None:
        """Fetch the files of keys that are not here yet, some at a time."""
        rest = iter(uris)
        while part := list(islice(rest, _FETCHED_AT_ONCE)):
            self.paths(part)

    def files(self, uris: Sequence[str]) -> list[str]:
        """Return what `paths` returns as plain strings."""
        return [os.fspath(path) for path in self.paths(uris)]

    def put(self, content: bytes, *, sha256: str, suffix: str) -> str:
        """Keep some bytes in the storage (and a local copy) and return their key."""
        uri = checked_uri(self.uri(sha256, suffix))
        storage, base = self._storage
        with self._plain_errors(uri):
            if not self._is_fresh(f"{base}/{uri}", len(content)):
                put_whole(storage, f"{base}/{uri}", content)
        self._keep(uri, content)
        return uri

    def flush(self) -> None:
        """Do nothing: what the storage has acknowledged it keeps."""

    def read(self, uri: str) -> bytes:
        """Return the bytes of a key from the storage itself. Raises NotFoundError when they are gone."""
        storage, base = self._storage
        with self._plain_errors(checked_uri(uri)):
            return bytes(storage.cat_file(f"{base}/{uri}"))

    def read_each(self, uris: Iterable[str]) -> Iterator[tuple[str, bytes | Exception]]:
        """Yield what `read` returns for each key; a few are on their way side by side, and no more are in memory."""
        from concurrent.futures import ThreadPoolExecutor

        rest = iter(uris)
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
            waiting = deque((uri, pool.submit(self._tried, uri)) for uri in islice(rest, 2 * _AT_ONCE))
            try:
                while waiting:
                    uri, answer = waiting.popleft()
                    yield uri, answer.result()
                    waiting.extend((uri, pool.submit(self._tried, uri)) for uri in islice(rest, 1))
            finally:
                pool.shutdown(cancel_futures=True)

    def uris(self) -> Iterator[str]:
        """Yield the key of every complete file, in order."""
        return (name for name in self._names() if is_uri(name))

    def unfinished(self) -> list[str]:
        """Return the temporary names in the storage."""
        return [name for name in self._names() if UNFINISHED in name]

    def discard_unfinished(self, *, older_than: timedelta = timedelta(0)) -> int:
        """Remove what crashed writers left behind and return how many files that were."""
        super().discard_unfinished(older_than=older_than)
        return sum(self._remove(name, older_than) >= 0 for name in self.unfinished())

    def remove(self, uri: str, *, older_than: timedelta = timedelta(0)) -> int:
        """Remove a file and its local copy unless it was put within the last while; return its size, 0 if it stays."""
        size = max(self._remove(checked_uri(uri), older_than), 0)
        if size:
            (self.root / uri).unlink(missing_ok=True)
        return size

    def _remove(self, name: str, older_than: timedelta) -> int:
        storage, base = self._storage
        try:
            with self._plain_errors(name):
                found = storage.info(f"{base}/{name}")
                if _age(found, storage) < older_than:
                    return -1
                storage.rm_file(f"{base}/{name}")
        except NotFoundError:
            return -1
        return int(found["size"])

    def _names(self) -> list[str]:
        storage, base = self._storage
        try:
            with self._plain_errors(""):
                found = storage.find(base)
        except NotFoundError:
            return []
        names = (_KEY.search(str(file)) for file in found)
        return sorted(match.group() for match in names if match)

    def _keep(self, uri: str, content: bytes) -> None:
        sha256, suffix = uri.rsplit("/")[-1].split(".")
        if sha256_of(content) != sha256:
            # As good as gone: whoever shows or predicts many images goes on without this one.
            raise NotFoundError(
                f"The image {uri} in {self.url} is damaged. Run 'workbench db check' to see what else is."
            )
        ImageFiles(self.root).put(content, sha256=sha256, suffix=suffix)
        self._added[0] += len(content)
        if self.limit is not None and self._added[0] > self.limit // _LOOKS:
            self._added[0] = 0
            _remove_unused(self.root, self.limit)

    def _is_fresh(self, key: str, size: int) -> bool:
        storage, _ = self._storage
        try:
            found = storage.info(key)
        except FileNotFoundError:
            return False
        return bool(found["size"] == size and _age(found, storage) < _FRESH)

    @contextmanager
    def _plain_errors(self, uri: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if _lacks_bucket(error, self._storage[1]):
                raise WorkbenchError(
                    f"There is no bucket of the image storage {self.url}: {error}. Create it, or correct "
                    "WORKBENCH_IMAGES_URL."
                ) from None
            raise NotFoundError(
                f"The image file {uri} is missing below {self.url}. "
                "Run 'workbench db check' to see what else is, and restore it from a backup."
            ) from None
        except WorkbenchError:
            raise
        except Exception as error:  # each storage has errors of its own
            raise WorkbenchError(
                f"The image storage {self.url} does not work: {error}. "
                "Check WORKBENCH_IMAGES_URL, the network and the storage's own credentials."
            ) from error


def _lacks_bucket(error: FileNotFoundError, base: str) -> bool:
    """Whether a storage says that the bucket is not there, not just a file; buckets may be called `bucket`, too."""
    said = getattr(error.__cause__, "response", None)
    if isinstance(said, dict) and "Error" in said:
        return said["Error"].get("Code") == "NoSuchBucket"
    return "bucket" in str(error).replace(base, "").lower()


def _remove_unused(copies: Path, limit: int) -> None:
    """Remove copies until `limit` bytes are left; those used of late stay, for somebody may be about to read them."""
    now = time.time()
    found = []
    for file in copies.glob("??/*"):
        with suppress(FileNotFoundError):
            state = file.stat()
            found.append((state.st_mtime, state.st_size, file))
    total = sum(size for _, size, _ in found)
    for used, size, file in sorted(found):
        if total <= limit or now - used < _USED_SECONDS:
            return
        file.unlink(missing_ok=True)
        total -= size


def put_whole(storage: Any, key: str, content: bytes) -> None:
    """Write a file of an fsspec storage; under its name it is whole at any time, or not there."""
    protocols = {storage.protocol} if isinstance(storage.protocol, str) else set(storage.protocol)
    if protocols & _WHOLE_OR_NOT:
        storage.pipe_file(key, content)
        return
    folder = key.rsplit("/", 1)[0]
    storage.makedirs(folder, exist_ok=True)
    unfinished = f"{folder}/{UNFINISHED}{secrets.token_hex(8)}"
    storage.pipe_file(unfinished, content)
    storage.mv(unfinished, key)


def _age(found: dict[str, Any], storage: Any) -> timedelta:
    at = found.get("LastModified") or found.get("mtime") or found.get("created") or storage.modified(found["name"])
    if isinstance(at, int | float):
        at = datetime.fromtimestamp(at, UTC)
    return datetime.now(UTC) - (at if at.tzinfo else at.replace(tzinfo=UTC))
