"""Samples as an Arrow table or a data frame: a column per fact, read a part at a time."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.distribution import extra_hint
from workbench.errors import WorkbenchError
from workbench.store import Store
from workbench.store.images import ImageFiles
from workbench.store.remote_images import RemoteImages
from workbench.store.schema import SPLITS

if TYPE_CHECKING:
    import datasets
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

    def table(self, parts: Iterable[Mapping[str, Sequence[Any]]]) -> pa.Table:
        """Return all parts, of columns each, as one table; labels, states, splits and annotators are dictionaries."""
        import pyarrow as pa

        # One without rows knows the names of the labels all the same.
        table = pa.Table.from_batches([self._batch(part) for part in parts] or [self._batch(defaultdict(tuple))])
        annotators = table.column("annotator").dictionary_encode()
        return table.set_column(table.schema.get_field_index("annotator"), "annotator", annotators).unify_dictionaries()

    def _batch(self, part: Mapping[str, Sequence[Any]]) -> pa.RecordBatch:
        import pyarrow as pa
        import pyarrow.compute as pc

        ids, names = pa.array(self.labels, pa.int64()), pa.array(self.labels.values(), pa.string())
        label_ids, digests = pa.array(part["label_id"], pa.int64()), pa.array(part["sha256"], pa.string())
        undecided = pc.multiply(pa.array(part["skipped"], pa.int8()), pa.scalar(2, pa.int8()))
        states = pc.if_else(pc.is_valid(label_ids), pa.scalar(1, pa.int8()), undecided)
        arrays: dict[str, Any] = {
            "id": pa.array(part["id"], pa.int64()),
            "sha256": digests,
            "name": pa.array(part["name"], pa.string()),
            "path": _paths(self.store.images, digests, pa.array(part["suffix"], pa.string())),
            "label": _coded(label_ids, ids, names),
            "state": _coded(states, pa.array([0, 1, 2], pa.int8()), pa.array(STATES)),
            "split": _coded(pa.array(part["split"], pa.string()), pa.array(SPLITS), pa.array(SPLITS)),
            "annotator": pa.array(part["annotator"], pa.string()),
            "labeled_at": _times(part["labeled_at"]),
            "width": pa.array(part["width"], pa.int32()),
            "height": pa.array(part["height"], pa.int32()),
            "size_bytes": pa.array(part["size_bytes"], pa.int64()),
            "created_at": _times(part["created_at"]),
        }
        if self.scored:
            arrays["suggested"] = _coded(pa.array(part["predicted_id"], pa.int64()), ids, names)
            arrays["score"] = pa.array(part["score"], pa.float64())
        return pa.RecordBatch.from_pydict(arrays)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as a data frame, without keeping both: dictionaries become categories, texts stay Arrow's."""
    frame: pd.DataFrame = table.to_pandas(self_destruct=True, split_blocks=True)
    return frame


def to_hf(table: pa.Table) -> datasets.Dataset:
    """Return a table as a Dataset of Hugging Face, whose images are read when they are looked at."""
    try:
        import datasets
    except ImportError:
        raise WorkbenchError(f"The package 'datasets' is missing. Install it: {extra_hint('hf')}") from None
    import pyarrow as pa

    label = table.column("label").combine_chunks()
    plain = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.columns]
    plain = pa.table(plain, names=table.column_names)
    plain = plain.set_column(plain.column_names.index("label"), "label", label.indices.cast(pa.int64()))
    paths = plain.column("path").combine_chunks()
    images = pa.StructArray.from_arrays([pa.nulls(len(paths), pa.binary()), paths], ["bytes", "path"])
    plain = plain.add_column(0, "image", images)
    features = datasets.Features.from_arrow_schema(plain.schema)
    features["image"] = datasets.Image()
    features["label"] = datasets.ClassLabel(names=label.dictionary.to_pylist())
    return datasets.Dataset(plain, info=datasets.DatasetInfo(features=features))


def files_of(images: ImageFiles, uris: Sequence[str]) -> list[str]:
    """Return where some images lie, without fetching any: files, or addresses in the storage that a group shares."""
    beginning = _beginning(images)
    return [f"{beginning}{uri}" for uri in uris]


def _beginning(images: ImageFiles) -> str:
    return f"{images.url}/" if isinstance(images, RemoteImages) else f"{os.fspath(images.root)}{os.sep}"


def _paths(images: ImageFiles, digests: Any, suffixes: Any) -> Any:
    """The same for whole columns: a million paths one by one would take a second."""
    import pyarrow as pa
    import pyarrow.compute as pc

    folders = pc.utf8_slice_codeunits(digests, 0, 2)
    return pc.binary_join_element_wise(pa.scalar(_beginning(images)), folders, "/", digests, suffixes, "")


def _coded(values: Any, known: Any, names: Any) -> Any:
    """Values as a dictionary array: `names` are what the `known` ones are called; others are missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pa.DictionaryArray.from_arrays(pc.index_in(values, value_set=known), names)


def _times(values: Sequence[datetime | str | None]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(next((value for value in values if value is not None), None), datetime):
        return pa.array(values, pa.timestamp("us", tz="UTC"))
    # A million texts, of which Arrow makes times many times as quickly as Python does.
    return pc.assume_timezone(pa.array(values, pa.string()).cast(pa.timestamp("us")), "UTC")
