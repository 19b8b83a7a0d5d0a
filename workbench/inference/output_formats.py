"""A row per image, the columns that every file format gives it, and the formats: CSV, JSON lines and Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from workbench.errors import WorkbenchError, unknown_name
from workbench.inference.items import Item

DIGITS = 6
"""Decimal places that a result keeps of a probability."""

PROBABILITY = "p:"
"""What the name of a column with the probability of a class begins with."""

_PARQUET_ROWS = 10_000


class Row(NamedTuple):
    """The prediction for one image: a label with its probability, or the reason why there is none."""

    item: Item
    label: str | None
    score: float | None
    probabilities: Sequence[float] | None
    error: str | None = None


def column_names(class_names: Sequence[str]) -> list[str]:
    """The columns of a result, in their order."""
    return ["file", "sample_id", "label", "score", "actual", "error", *(PROBABILITY + name for name in class_names)]


def as_values(row: Row, classes: int) -> list[Any]:
    """A row's values in the order of `column_names`."""
    item = row.item
    probabilities = row.probabilities if row.probabilities is not None else [None] * classes
    return [item.file, item.sample_id, row.label, row.score, item.actual, row.error, *probabilities]


class LineFormat(Protocol):
    """Rows as text that can be appended to and read back from the beginning."""

    def header(self, class_names: Sequence[str]) -> str: ...

    def dump(self, rows: Iterable[Row], class_names: Sequence[str]) -> str: ...

    def load(self, path: Path, class_names: Sequence[str]) -> Iterator[Row]: ...


class CsvLines:
    """One line per image under a line of column names; empty where there is no value."""

    def header(self, class_names: Sequence[str]) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(column_names(class_names))
        return text.getvalue()

    def dump(self, rows: Iterable[Row], class_names: Sequence[str]) -> str:
        # The numbers, most of a wide file, are put into a form: as values of their own they would take thrice the time.
        form = f",%.{DIGITS}f" * len(class_names) + "\n"
        nothing = "," * len(class_names) + "\n"
        given = list(rows)
        heads: list[str] = []
        # Cells that hold a line end are put into quotes only where lines end in it; ours are cut off.
        csv.writer(_Calling(heads.append), lineterminator="\r\n").writerows(
            [item.file, item.sample_id, label, _rounded(score), item.actual, error]
            for item, label, score, _, error in given
        )
        tails = [form % tuple(row.probabilities) if row.probabilities is not None else nothing for row in given]
        return "".join([head[:-2] + tail for head, tail in zip(heads, tails, strict=True)])

    def load(self, path: Path, class_names: Sequence[str]) -> Iterator[Row]:
        with path.open(newline="", encoding="utf-8") as file:
            lines = csv.reader(file)
            next(lines, None)
            for file_name, sample_id, label, score, actual, error, *probabilities in lines:
                item = Item(file_name, "", int(sample_id) if sample_id else None, actual or None)
                if error:
                    yield Row(item, None, None, None, error)
                else:
                    yield Row(item, label, float(score), [float(value) for value in probabilities])


class JsonLines:
    """One JSON object per image; `probabilities` maps each class to its probability."""

    def header(self, class_names: Sequence[str]) -> str:
        return ""

    def dump(self, rows: Iterable[Row], class_names: Sequence[str]) -> str:
        lines = []
        for row in rows:
            fields: dict[str, object] = {"file": row.item.file, "sample_id": row.item.sample_id, "label": row.label}
            fields["score"] = _rounded(row.score)
            fields |= {"actual": row.item.actual, "error": row.error, "probabilities": None}
            if row.probabilities is not None:
                fields["probabilities"] = dict(zip(class_names, row.probabilities, strict=True))
            lines.append(json.dumps(fields, ensure_ascii=False) + "\n")
        return "".join(lines)

    def load(self, path: Path, class_names: Sequence[str]) -> Iterator[Row]:
        # Iterating an opened file splits at "\n" only; JSON escapes that one inside strings.
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                fields = json.loads(line)
                item = Item(fields["file"], "", fields["sample_id"], fields["actual"])
                given = fields["probabilities"]
                probabilities = None if given is None else [given[name] for name in class_names]
                yield Row(item, fields["label"], fields["score"], probabilities, fields["error"])


def line_format(output: Path) -> LineFormat:
    """Return the format in which a run that ends in `output` keeps its rows while it runs.

    Raises WorkbenchError for a suffix other than .csv, .jsonl, .ndjson and .parquet.
    """
    suffix = output.suffix.lower()
    if suffix == ".csv":
        return CsvLines()
    if suffix in {".jsonl", ".ndjson", ".parquet"}:
        return JsonLines()
    raise WorkbenchError(unknown_name("result format", suffix or output.name, [".csv", ".jsonl", ".parquet"]))


def write_parquet(rows: Iterable[Row], path: Path, class_names: Sequence[str]) -> None:
    """Write rows as a Parquet file, holding a few thousand of them at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = column_names(class_names)
    kinds = [pa.string(), pa.int64(), pa.string(), pa.float32(), pa.string(), pa.string()]
    kinds += [pa.float32()] * len(class_names)
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    stream = iter(rows)
    with pq.ParquetWriter(path, schema) as writer:
        while part := list(islice(stream, _PARQUET_ROWS)):
            columns = zip(*(as_values(row, len(class_names)) for row in part), strict=True)
            arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


class _Calling(NamedTuple):
    """A "file" for csv.writer, which hands it each line whole."""

    write: Callable[[str], None]


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, DIGITS)
