"""The plain lists that a split consists of: files, class indices, sample ids."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.data.config.augment import SPLITS, Split
from workbench.data.stored_images import StoredImages
from workbench.errors import WorkbenchError
from workbench.store.remote_images import fetch_on_demand
from workbench.store.snapshots import SnapshotRow, snapshot_rows

if TYPE_CHECKING:
    from workbench.store.connection import Store
    from workbench.store.schema import Snapshot


@dataclass(frozen=True)
class LabeledImages:
    """Images of one split, in a fixed order.

    `paths` are their files, `targets` int64 (N,) index `class_names`, `sample_ids` int64 (N,) lead back to the store.
    """

    paths: Sequence[Path]
    targets: np.ndarray
    sample_ids: np.ndarray
    class_names: tuple[str, ...]

    @classmethod
    def create(
        cls,
        paths: Sequence[Path],
        targets: Sequence[int] | np.ndarray,
        class_names: Sequence[str],
        sample_ids: Sequence[int] | np.ndarray | None = None,
    ) -> LabeledImages:
        """Check and freeze; without `sample_ids` the images are numbered from 0."""
        indices = np.asarray(targets, dtype=np.int64)
        ids = np.arange(len(paths)) if sample_ids is None else np.asarray(sample_ids)
        if not len(paths) == len(indices) == len(ids):
            raise WorkbenchError(
                f"{len(paths)} paths, {len(indices)} targets and {len(ids)} sample ids do not belong together."
            )
        if len(indices) and not (indices.min() >= 0 and indices.max() < len(class_names)):
            raise WorkbenchError(f"Class indices must lie between 0 and {len(class_names) - 1}.")
        kept = paths if isinstance(paths, StoredImages) else tuple(paths)
        return cls(kept, indices, ids.astype(np.int64, copy=False), tuple(class_names))

    def __len__(self) -> int:
        return len(self.paths)


class _Growing:
    """The images of one split while they are read."""

    def __init__(self) -> None:
        self.digests, self.kinds = bytearray(), bytearray()
        self.targets, self.ids = array("q"), array("q")

    def add(self, row: SnapshotRow, target: int, kind: int) -> None:
        self.digests += bytes.fromhex(row.sha256)
        self.kinds.append(kind)
        self.targets.append(target)
        self.ids.append(row.sample_id)

    def whole(
        self,
        root: str,
        suffixes: tuple[str, ...],
        class_names: tuple[str, ...],
        fetch: Callable[[str], object] | None,
    ) -> LabeledImages:
        digests = np.frombuffer(self.digests, np.uint8).reshape(-1, 32)
        paths = StoredImages(root, digests, np.frombuffer(self.kinds, np.uint8), suffixes, fetch)
        targets, ids = (np.frombuffer(values, np.int64) for values in (self.targets, self.ids))
        return LabeledImages.create(paths, targets, class_names, ids)


def images_of_snapshot(store: Store, snapshot: Snapshot, *, on_demand: bool = False) -> dict[Split, LabeledImages]:
    """Return the images of each split of a snapshot, ordered by content hash, as every database gives them.

    It takes some fifty bytes an image. Images that lie elsewhere are fetched, all of them now; `on_demand` each when it
    is asked for, since a machine of several needs its share alone.
    """
    class_names = tuple(snapshot.class_names)
    index = {name: position for position, name in enumerate(class_names)}
    growing: dict[Split, _Growing] = {split: _Growing() for split in SPLITS}
    suffixes: dict[str, int] = {}
    with store.read() as session:
        for row in snapshot_rows(snapshot.id, session=session):
            kind = suffixes.setdefault(row.uri.rpartition(".")[2], len(suffixes))
            growing[row.split].add(row, index[row.label], kind)  # type: ignore[index]
    fetch = fetch_on_demand(store.images) if on_demand else None
    result = {
        split: part.whole(str(store.images.root), tuple(suffixes), class_names, fetch)
        for split, part in growing.items()
    }
    if on_demand:
        return result
    for images in result.values():
        store.images.fetch(images.paths.uri(number) for number in range(len(images)))  # type: ignore[attr-defined]
    return result
