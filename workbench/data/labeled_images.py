"""The plain lists that a split consists of: files, class indices, sample ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.data.config.augment import SPLITS, Split
from workbench.errors import WorkbenchError
from workbench.store.snapshots import snapshot_rows

if TYPE_CHECKING:
    from workbench.store.connection import Store
    from workbench.store.schema import Snapshot


@dataclass(frozen=True)
class LabeledImages:
    """Images of one split, in a fixed order.

    `paths` are their files, `targets` int64 (N,) index `class_names`, `sample_ids` int64 (N,) lead back to the store.
    """

    paths: tuple[Path, ...]
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
        return cls(tuple(paths), indices, ids.astype(np.int64), tuple(class_names))

    def __len__(self) -> int:
        return len(self.paths)


def images_of_snapshot(store: Store, snapshot: Snapshot) -> dict[Split, LabeledImages]:
    """Return the images of each split of a snapshot, ordered by content hash, as every database gives them."""
    with store.read() as session:
        rows = snapshot_rows(snapshot.id, session=session)
    class_names = tuple(snapshot.class_names)
    index = {name: position for position, name in enumerate(class_names)}
    result: dict[Split, LabeledImages] = {}
    for split in SPLITS:
        chosen = [row for row in rows if row.split == split]
        result[split] = LabeledImages.create(
            store.images.paths([row.uri for row in chosen]),
            [index[row.label] for row in chosen],
            class_names,
            [row.sample_id for row in chosen],
        )
    return result
