"""Preprocessed images, computed once and then read from memory or from a memory-mapped file."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from workbench.data import cache_folder
from workbench.data.batches.dataset import FilePatches, PatchSource
from workbench.data.batches.inputs import Preprocessing
from workbench.data.batches.loading import batch_loader, bytes_of_images
from workbench.data.config.augment import AugmentConfig, Split
from workbench.data.decoding import ImageError
from workbench.errors import WorkbenchError
from workbench.notebooks import is_batch
from workbench.progress import progress_bar

CacheMode = Literal["auto", "memory", "disk", "none"]

PIXELS = "pixels.bin"
INDEX = "index.npz"
_FORMAT = 2
"""Part of every name: to be raised when decoding or a step comes to give other pixels."""
_FEW = 256
"""Up to this many images the start of worker processes costs more than they save."""
_MESSAGE = 2**20
"""Bytes from a worker that are worth a message."""


@dataclass(frozen=True)
class PatchIndex:
    """Where each image's patches lie in one run of bytes.

    `starts` int64 (N,) are offsets, `shapes` int32 (N, 3) hold (patches, height, width); no patches means that the
    image found no room and is decoded whenever it is needed.
    """

    starts: np.ndarray
    shapes: np.ndarray

    def size_of_all(self) -> tuple[int, int] | None:
        """Return height and width of all images where each is one patch of the same size, one after the other."""
        if not len(self.shapes) or (self.shapes != self.shapes[0]).any() or self.shapes[0, 0] != 1:
            return None
        _, height, width = self.shapes[0].tolist()
        in_order = np.arange(len(self.starts), dtype=np.int64) * (height * width * 3)
        return (height, width) if np.array_equal(self.starts, in_order) else None

    def save(self, file: Path) -> None:
        """Write both, by their names."""
        np.savez(file, starts=self.starts, shapes=self.shapes)


class CachedPatches:
    """A PatchSource over one array of bytes; images that found no room come from their files."""

    def __init__(self, pixels: np.ndarray | Path, index: PatchIndex, files: FilePatches) -> None:
        self._file = pixels if isinstance(pixels, Path) else None
        self._pixels = _map(pixels) if isinstance(pixels, Path) else pixels
        self._index = index
        self._files = files
        self._size = index.size_of_all()

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> list[np.ndarray]:
        count, height, width = self._index.shapes[index].tolist()
        if count == 0:
            return self._files[index]
        start = int(self._index.starts[index])
        # Copied, since some transforms write into what they are given.
        flat = np.array(self._pixels[start : start + count * height * width * 3])
        return list(flat.reshape(count, height, width, 3))

    def together(self, indices: Sequence[int]) -> np.ndarray | None:
        """Return the images of these indices at once, uint8 (N, H, W, 3); None where they differ in size or count."""
        if self._size is None:
            return None
        images: np.ndarray = self._pixels.reshape(len(self), *self._size, 3)[np.asarray(indices, np.int64)]
        return images

    @property
    def size_bytes(self) -> int:
        """Bytes of all patches that are kept."""
        return int(self._pixels.nbytes)

    def __getstate__(self) -> dict[str, Any]:
        # A worker that is spawned maps the file again instead of being sent its content.
        return {**self.__dict__, "_pixels": None if self._file else self._pixels}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._file is not None:
            self._pixels = _map(self._file)


@dataclass
class InputCache:
    """Where the preprocessed images of a DataModule are kept, and how many bytes its splits may take together.

    `digest` names the content, `steps` (see `preprocessing_key`) what is done to it.
    """

    mode: CacheMode
    limit: int
    digest: str | None
    folder: Path | None
    steps: str

    def source(self, paths: Sequence[Path], preprocessing: Preprocessing, split: Split, workers: int) -> PatchSource:
        """Return the images of a split, preprocessed now unless they are kept already."""
        if self.mode == "none" or not paths:
            return FilePatches(paths, preprocessing)
        given: dict[str, Any] = {"limit": self.limit, "num_workers": workers, "what": f"{split} images"}
        entry = self.entry(split)
        if entry is not None:
            return keep_on_disk(paths, preprocessing, folder=entry.parent, name=entry.name, run=self.run, **given)
        if self.mode == "disk":
            raise WorkbenchError("A cache on disk needs a snapshot's digest and a folder. Set data.cache to memory.")
        kept = keep_in_memory(paths, preprocessing, **given)
        self.limit -= kept.size_bytes
        return kept

    def file(self, name: str) -> Path | None:
        """Return the path of a small file that is kept beside the images, None where there is no folder."""
        return None if self.folder is None or self.digest is None else self.folder / f"{self.run}-{name}"

    def entry(self, split: str) -> Path | None:
        """Return where a split is kept on a disk, None where nothing is."""
        if self.digest is None or self.folder is None or self.mode in ("memory", "none"):
            return None
        return self.folder / f"{self.run}-{split}"

    def room(self) -> int:
        """Return the bytes that may be kept on the disk."""
        return 0 if self.folder is None else cache_folder.room(self.folder, self.limit, keep=self.run)

    @property
    def run(self) -> str:
        """What the names of the entries of these images begin with."""
        return f"{(self.digest or '')[:16]}-{self.steps}"


def preprocessing_key(config: AugmentConfig) -> str:
    """A short name of what the deterministic steps do, the same for files that mean the same."""
    steps = [[name, step.model_dump(mode="json")] for name, step in config.steps()]
    return hashlib.sha256(json.dumps([_FORMAT, steps], sort_keys=True).encode()).hexdigest()[:16]


def keep_in_memory(
    paths: Sequence[Path], preprocessing: Preprocessing, *, limit: int, num_workers: int = 0, what: str = "images"
) -> CachedPatches:
    """Preprocess all images into memory, at most `limit` bytes of them. Raises ImageError that names damaged files."""
    buffer = io.BytesIO()
    index = _build(paths, preprocessing, buffer, limit, num_workers, what)
    return CachedPatches(np.frombuffer(buffer.getbuffer(), np.uint8), index, FilePatches(paths, preprocessing))


def keep_on_disk(
    paths: Sequence[Path],
    preprocessing: Preprocessing,
    *,
    folder: Path,
    name: str,
    run: str,
    limit: int,
    num_workers: int = 0,
    what: str = "images",
) -> CachedPatches:
    """Preprocess all images into the entry `name` of a cache folder, or find it there.

    The folder is kept within `limit` bytes: entries used longest ago go first, those whose names start with `run`
    stay, and images for which no room is left are decoded when needed. Raises ImageError that names damaged files.
    """
    entry = folder / name
    files = FilePatches(paths, preprocessing)
    found = open_entry(entry, files)
    if found is None and entry.exists():
        found = open_entry(entry, files)  # it came between the two lines above, or it is damaged
        if found is None:
            cache_folder.discard(entry)
    if found is not None:
        return found
    with cache_folder.building(folder, name) as part:
        free = cache_folder.room(folder, limit, keep=run)

        def expect(needed: int) -> None:
            cache_folder.make_room(folder, min(needed, free), limit, keep=run)

        with (part / PIXELS).open("wb") as sink:
            index = _build(paths, preprocessing, sink, free, num_workers, what, expect)
        index.save(part / INDEX)
    cache_folder.make_room(folder, 0, limit, keep=run)
    built = open_entry(entry, files)
    if built is None:  # cleared by somebody between the two lines above
        return keep_in_memory(paths, preprocessing, limit=limit, num_workers=num_workers, what=what)
    return built


def open_entry(entry: Path, files: FilePatches) -> CachedPatches | None:
    """Return the images of an entry; None where it is not there, or damaged."""
    try:
        with np.load(entry / INDEX) as stored:
            index = PatchIndex(stored["starts"], stored["shapes"])
        expected = int(index.shapes.astype(np.int64).prod(axis=1).sum()) * 3
        if len(index.starts) != len(files) or (entry / PIXELS).stat().st_size != expected:
            return None
        opened = CachedPatches(entry / PIXELS, index, files)
    except (OSError, ValueError, KeyError):
        return None
    cache_folder.touch(entry)
    return opened


def _map(file: Path) -> np.ndarray:
    # An empty file cannot be mapped; a plain view is quicker to slice than numpy's memmap.
    if file.stat().st_size == 0:
        return np.empty(0, np.uint8)
    return np.asarray(np.memmap(file, np.uint8, mode="r"))


def _build(
    paths: Sequence[Path],
    preprocessing: Preprocessing,
    sink: IO[bytes],
    limit: int,
    num_workers: int,
    what: str,
    expect: Any = None,
) -> PatchIndex:
    """Write the patches of all images, in order, while they fit into `limit` bytes."""
    starts = np.zeros(len(paths), np.int64)
    shapes = np.zeros((len(paths), 3), np.int32)
    damaged: list[str] = []
    end = done = 0
    with progress_bar(len(paths), f"Preparing {what}", show=not is_batch()) as bar:
        for pixels, found, reasons in _preprocessed(paths, preprocessing, num_workers):
            sizes = found.astype(np.int64).prod(axis=1) * 3
            fits = int(np.searchsorted(end + np.cumsum(sizes), limit, side="right"))
            starts[done : done + fits] = end + np.cumsum(sizes[:fits]) - sizes[:fits]
            shapes[done : done + fits] = found[:fits]
            written = int(sizes[:fits].sum())
            sink.write(pixels.numpy()[:written].data)
            if done == 0 and expect is not None:
                expect(int(sizes.mean() * len(paths)))
            end, done = end + written, done + len(found)
            damaged += reasons
            bar.update(len(found))
            if fits < len(found) and not damaged:
                break
    if damaged:
        raise ImageError(_report(damaged, len(paths)))
    return PatchIndex(starts, shapes)


Part = tuple[torch.Tensor, np.ndarray, list[str]]


class _Parts(Dataset[Part]):
    """Batches of preprocessed images as flat bytes, their shapes, and what could not be decoded."""

    def __init__(self, files: FilePatches) -> None:
        self._files = files

    def __len__(self) -> int:
        return len(self._files)

    def __getitems__(self, indices: Sequence[int]) -> Part:
        flat: list[np.ndarray] = []
        shapes = np.zeros((len(indices), 3), np.int32)
        damaged: list[str] = []
        for row, index in enumerate(indices):
            try:
                patches = self._files[index]
            except ImageError as error:
                damaged.append(str(error))
                continue
            shapes[row] = (len(patches), *patches[0].shape[:2])
            flat += [patch.ravel() for patch in patches]
        pixels = np.concatenate(flat) if flat else np.empty(0, np.uint8)
        return torch.from_numpy(pixels), shapes, damaged


def _preprocessed(paths: Sequence[Path], preprocessing: Preprocessing, num_workers: int) -> Iterator[Part]:
    """Yield all images in order, several at once."""
    size = preprocessing.config.image.size
    loader: DataLoader[Part] = batch_loader(
        _Parts(FilePatches(paths, preprocessing)),
        num_workers if len(paths) > _FEW else 0,
        batch_bytes=bytes_of_images(_at_once(size), size, of_value=1),
        batch_size=_at_once(size),
    )
    return iter(loader)


def _at_once(size: tuple[int, int] | None) -> int:
    """How many images a worker sends at once: many small ones, few of those that keep their size."""
    if size is None:
        return 4
    return min(max(64, _MESSAGE // (size[0] * size[1] * 3)), 512)


def _report(damaged: list[str], total: int) -> str:
    shown = "\n".join(f"  {line}" for line in damaged[:10])
    more = f"\n  and {len(damaged) - 10:,} more" if len(damaged) > 10 else ""
    return (
        f"{len(damaged):,} of {total:,} images cannot be decoded:\n{shown}{more}\n"
        "Restore these files, or delete the samples from the theme, then take a new snapshot by training again."
    )
