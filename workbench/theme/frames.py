"""Samples as an Arrow table or a data frame: a column per fact, read a part at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.store import Store
from workbench.store.images import ImageFiles
from workbench.store.remote_images import RemoteImages
from workbench.store.sample_table import TableRow
from workbench.store.schema import SPLITS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

STATES = ("unlabeled", "labeled", "skipped")


@dataclass(frozen=True)
class TableMaker:
    """Makes a table of rows. `labels` are the theme's by id, in the order of the keys; `scored` adds a model's answers.

    Columns: `id`, `sha256`, `name`, `path`, `label`, `state`, `split`, `annotator`, `labeled_at`, `width`, `height`
    (pixels), `size_bytes`, `created_at`; with a model `suggested` and `score`.
    """

    store: Store
    labels: dict[int, str]
    scored: bool

    def table(self, parts: Iterable[Sequence[TableRow]]) -> pa.Table:
        """Return the rows of all parts as one table; labels, states, splits and annotators are dictionaries."""
        import pyarrow as pa

        batches = [self._batch(part) for part in parts if part]
        table = pa.Table.from_batches(batches) if batches else self._batch(()).schema.empty_table()
        annotators = table.column("annotator").dictionary_encode()
        return table.set_column(table.schema.get_field_index("annotator"), "annotator", annotators).unify_dictionaries()

    def _batch(self, part: Sequence[TableRow]) -> pa.RecordBatch:
        import pyarrow as pa

        columns = list(zip(*part, strict=True)) if part else [()] * len(TableRow._fields)
        row = dict(zip(TableRow._fields, columns, strict=True))
        codes = {label_id: code for code, label_id in enumerate(self.labels)}
        names = pa.array(self.labels.values(), pa.string())
        splits = {split: code for code, split in enumerate(SPLITS)}
        time = pa.timestamp("us", tz="UTC")
        arrays: dict[str, Any] = {
            "id": pa.array(row["id"], pa.int64()),
            "sha256": pa.array(row["sha256"], pa.string()),
            "name": pa.array(row["name"], pa.string()),
            "path": _paths(self.store.images, pa.array(row["uri"], pa.string())),
            "label": _coded(map(codes.get, row["label_id"]), names),
            "state": _coded(_states(row), pa.array(STATES)),
            "split": _coded(map(splits.get, row["split"]), pa.array(SPLITS)),
            "annotator": pa.array(row["annotator"], pa.string()),
            "labeled_at": pa.array(row["labeled_at"], time),
            "width": pa.array(row["width"], pa.int32()),
            "height": pa.array(row["height"], pa.int32()),
            "size_bytes": pa.array(row["size_bytes"], pa.int64()),
            "created_at": pa.array(row["created_at"], time),
        }
        if self.scored:
            arrays["suggested"] = _coded(map(codes.get, row["predicted_id"]), names)
            arrays["score"] = pa.array(row["score"], pa.float64())
        return pa.RecordBatch.from_pydict(arrays)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as a data frame, without keeping both: dictionaries become categories, texts stay Arrow's."""
    frame: pd.DataFrame = table.to_pandas(self_destruct=True, split_blocks=True)
    return frame


def files_of(images: ImageFiles, uris: Sequence[str]) -> list[str]:
    """Return where some images lie, without fetching any: files, or addresses in the storage that a group shares."""
    beginning = _beginning(images)
    return [f"{beginning}{uri}" for uri in uris]


def _beginning(images: ImageFiles) -> str:
    return f"{images.url}/" if isinstance(images, RemoteImages) else f"{os.fspath(images.root)}{os.sep}"


def _paths(images: ImageFiles, uris: Any) -> Any:
    """The same for a whole column: a million paths one by one would take a second."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(pa.scalar(_beginning(images)), uris, "")


def _coded(codes: Iterable[int | None], names: Any) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), names)


def _states(row: dict[str, Any]) -> list[int]:
    decided = zip(row["label_id"], row["skipped"], strict=True)
    return [1 if label is not None else 2 if skipped else 0 for label, skipped in decided]
