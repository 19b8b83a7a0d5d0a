"""Parquet of images, as Hugging Face keeps data sets: each row an image with its bytes, its label and its boxes.

Files that are named after a split (`train-00000-of-00001.parquet`) are that split. Class names are those of the
features that `datasets` writes into the files' metadata, or of the data set's card. `objects` are boxes in pixels:
left, top, width, height. What is written is read by `datasets.load_dataset("parquet", ...)` and by the Hub's viewer.
Format: https://huggingface.co/docs/hub/datasets-image
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.data.folder_scan import is_folder, visible
from workbench.data.formats.entry import Entry, EntryBox, Rejection, Remark, Source
from workbench.data.formats.exported import ExportedSample, ExportedTheme
from workbench.data.formats.files import ImageFinder
from workbench.data.formats.folder import UNASSIGNED, split_of_folder
from workbench.data.formats.parquet_columns import (
    Columns,
    class_names_of_card,
    class_names_of_columns,
    columns_of,
    with_names,
)
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

METADATA = "metadata.parquet"
"""The name of a table about images that lie beside it, which holds no images itself."""

_ROWS = 64
_FEW = 20
_GROUP = 2**26  # bytes of images that are written at once
_SPLITS = {"train": "train", "valid": "validation", "test": "test"}


class ParquetSource(Source):
    """The parquet files of one data set."""

    def __init__(self, root: Path, files: list[Path], column: str | None = None) -> None:
        self.root = root
        self.files = files
        self.asked = column

    @cached_property
    def _columns(self) -> dict[Path, Columns]:
        """What each file's columns mean."""
        card = class_names_of_card(self.root / "README.md")
        return {file: columns_of(file, _opened(file), card, self.asked) for file in self.files}

    @cached_property
    def _used(self) -> list[str]:
        found: dict[str, None] = {}
        for file, columns in self._columns.items():
            wanted = [name for name in (columns.label, columns.objects) if name]
            for batch in _opened(file).iter_batches(columns=wanted) if wanted else ():
                for row in batch.to_pylist():
                    label, _ = columns.label_of(row)
                    found.update(dict.fromkeys([label] if label else []))
                    found.update(dict.fromkeys(name for name, _ in columns.boxes_of(row) or () if name))
        return list(found)

    @property
    def labels(self) -> list[str]:
        return [name for name in self.declared if name in set(self._used)]

    @property
    def declared(self) -> list[str]:
        named = (name for columns in self._columns.values() for name in (*columns.names, *columns.box_names))
        return list(dict.fromkeys([*named, *sorted(self._used)]))

    @property
    def total(self) -> int:
        return sum(_opened(file).metadata.num_rows for file in self.files)

    def entries(self) -> Iterator[Entry | Rejection]:
        beside = ImageFinder(self.root)
        for file, columns in self._columns.items():
            where = file.relative_to(self.root).as_posix()
            split = _split_of(file, self.root)
            if columns.unread:
                lacking = "" if columns.label or columns.objects else "; --field COLUMN takes one of them for the label"
                yield Remark(where, f"columns that are not read: {', '.join(columns.unread)}{lacking}")
            if columns.unnamed:
                yield Remark(where, f"the column '{columns.label}' holds numbers without names: they are the labels")
            number = 0
            for batch in _opened(file).iter_batches(batch_size=_ROWS, columns=columns.all):
                for row in batch.to_pylist():
                    yield from _entries(row, columns, split, where, number, beside)
                    number += 1


def _entries(
    row: dict[str, Any], columns: Columns, split: str | None, where: str, number: int, beside: ImageFinder
) -> Iterator[Entry | Rejection]:
    source = f"{where}:{number + 1}"
    content, name = columns.image_of(row)
    label, fault = columns.label_of(row)
    path, lost = beside.find(name) if content is None and name else (None, "")
    if content is None and path is None:
        yield Rejection(source, f"the row holds no bytes of an image{f', and {lost}' if lost else ''}")
        return
    if fault:
        yield Rejection(source, fault, "label")
    boxes: list[EntryBox] = []
    stated = columns.boxes_of(row)
    for index, (called, values) in enumerate(stated or (), start=1):
        if not called or len(values) != 4 or any(value is None for value in values):
            fault = f"object {index}: a category and four numbers are expected, not {called}, {values}"
            yield Rejection(source, fault, "box")
        else:
            boxes.append(EntryBox.of(called, values, source, f"object {index}"))
    yield Entry(
        name or f"{Path(where).stem}/{number:06d}",
        content=content,
        path=path,
        label=label,
        split=split,
        boxes=None if stated is None else tuple(boxes),
        source=source,
        incomplete=len(boxes) < len(stated or ()),
    )


def read(path: Path, column: str | None = None) -> ParquetSource:
    """Open a parquet file, or a folder that holds some, also in folders below.

    `column` names the labels where there are several columns of classes.
    """
    if path.is_file():
        return ParquetSource(path.parent, [path], column)
    files = parquet_files(path)
    if not files:
        raise WorkbenchError(f"{path} holds no parquet files.")
    return ParquetSource(path, files, column)


def parquet_files(root: Path) -> list[Path]:
    """The parquet files in a data set's folder, in its folders, and in those of `data`."""
    folders = [root, *_folders(root), *(_folders(root / "data") if (root / "data").is_dir() else [])]
    return [file for folder in folders for file in sorted(folder.glob("*.parquet")) if _holds_images(file.name)]


def holds_parquet(root: Path) -> bool:
    """Whether a folder is one of parquet files, by what lies in it and in its first folders: images may be many."""
    data = root / "data"
    folders = [root, data, *_folders(root)[:_FEW], *(_folders(data)[:_FEW] if data.is_dir() else [])]
    return any(
        entry.name.endswith(".parquet") and _holds_images(entry.name)
        for folder in folders
        if folder.is_dir()
        for entry in islice(os.scandir(folder), _FEW)
    )


def _holds_images(name: str) -> bool:
    return not name.startswith(".") and name != METADATA


def table_rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a table about images with their numbers, from 1; classes that it names stand by their names."""
    opened = _opened(file)
    names = class_names_of_columns(opened.schema_arrow)
    number = 0
    for batch in opened.iter_batches(batch_size=_ROWS):
        for row in batch.to_pylist():
            number += 1
            yield number, {key: with_names(value, names[key]) if key in names else value for key, value in row.items()}


def _folders(root: Path) -> list[Path]:
    return [Path(each.path) for each in visible(root) if is_folder(each)]


def _opened(file: Path) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(file)
    except (OSError, pa.ArrowException) as error:
        raise WorkbenchError(f"{file} cannot be read as parquet: {error}. Nothing was imported.") from None


def _split_of(file: Path, root: Path) -> str | None:
    """The split that a file's name begins with, or that a folder of it is called."""
    first = file.name.split("-")[0].split(".")[0]
    folders = file.relative_to(root).parent.parts
    return next((split for name in (first, *reversed(folders)) if (split := split_of_folder(name))), None)


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write `data/<split>-00000-of-00001.parquet` with the images' bytes, `unassigned` for what has no split."""
    (target / "data").mkdir()
    with ExitStack() as opened:
        files: dict[str, _SplitFile] = {}
        for sample in theme.samples:
            split = _SPLITS.get(sample.split or "", UNASSIGNED)
            if split not in files:
                file = target / "data" / f"{split}-00000-of-00001.parquet"
                files[split] = opened.enter_context(_SplitFile(file, theme))
            files[split].add(sample)
            yield None


class _SplitFile:
    """One file while it is written, a group of rows at a time."""

    def __init__(self, path: Path, theme: ExportedTheme) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.codes = {label: code for code, label in enumerate(theme.labels)}
        self.has_boxes = theme.has_boxes
        members = [
            pa.field("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
            pa.field("label", pa.int64()),
        ]
        if theme.has_boxes:
            boxes = [("bbox", pa.list_(pa.list_(pa.float64()))), ("category", pa.list_(pa.int64()))]
            members.append(pa.field("objects", pa.struct(boxes)))
        metadata = {"huggingface": json.dumps({"info": {"features": _features(theme)}}, ensure_ascii=False)}
        self.schema = pa.schema(members, metadata=metadata)
        self.writer = pq.ParquetWriter(path, self.schema, compression="none", use_dictionary=["label"])
        self.rows: list[dict[str, Any]] = []
        self.bytes = 0

    def add(self, sample: ExportedSample) -> None:
        content = sample.file.read_bytes()
        row: dict[str, Any] = {
            "image": {"bytes": content, "path": sample.name},
            "label": None if sample.label is None else self.codes[sample.label],
        }
        if self.has_boxes:
            row["objects"] = None if sample.boxes is None else _objects(sample.boxes, self.codes)
        self.rows.append(row)
        self.bytes += len(content)
        if self.bytes > _GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self.rows:
            self.writer.write_table(pa.Table.from_pylist(self.rows, schema=self.schema))
            self.rows, self.bytes = [], 0

    def __enter__(self) -> _SplitFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._flush()
        self.writer.close()


def _objects(boxes: tuple[EntryBox, ...], codes: Mapping[str, int]) -> dict[str, Any]:
    return {
        "bbox": [[box.x, box.y, box.width, box.height] for box in boxes],
        "category": [codes[box.label] for box in boxes],
    }


def _features(theme: ExportedTheme) -> dict[str, Any]:
    """The features as `datasets` states them."""
    classes = {"names": theme.labels, "_type": "ClassLabel"}
    features: dict[str, Any] = {"image": {"_type": "Image"}, "label": classes}
    if theme.has_boxes:
        box = {"feature": {"dtype": "float64", "_type": "Value"}, "length": 4, "_type": "List"}
        features["objects"] = {
            "bbox": {"feature": box, "_type": "List"},
            "category": {"feature": classes, "_type": "List"},
        }
    return features
