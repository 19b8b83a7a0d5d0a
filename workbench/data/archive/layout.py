"""What an archive of a theme is made of, and how the store's rows look in it.

Every table is a file of JSON lines. A row keeps its columns; what is meaningless elsewhere (ids, the theme, keys of
browser messages) is left out, and references are numbers of lines, counted from 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.errors import WorkbenchError
from workbench.store.decisions import Decision
from workbench.store.groups.given import checked_name as checked_group
from workbench.store.groups.pairs import checked_threshold
from workbench.store.label_keys import checked_key
from workbench.store.labels import checked_color, checked_name
from workbench.store.schema import (
    PURPOSES,
    SPLITS,
    Base,
    Batch,
    Box,
    DuplicateSearch,
    Group,
    Label,
    LabelEvent,
    NearDuplicate,
    Sample,
    SecondOpinion,
    Tag,
    TestEvaluation,
)
from workbench.store.states.tags import checked_tag
from workbench.store.theme_rows import checked_value, columns_of

FORMAT = "workbench theme"
VERSION = 1
MANIFEST, CHECKSUMS, README, IMAGES = "manifest.json", "checksums.sha256", "README.txt", "images/"

_LEFT_OUT = {"id", "theme_id", "client_key", "uri"}
_REFERENCES = {
    "label_id": "labels",
    "group_id": "groups",
    "merged_into": "labels",
    "sample_id": "samples",
    "first_id": "samples",
    "second_id": "samples",
    "batch_id": "batches",
    "undoes": "batches",
    "review_id": "batches",
}
# Columns that say up to which row of a table something goes.
MARKS = {"last_event": "events", "last_sample": "samples"}
# Columns that refer to rows of their own table, perhaps to later ones.
_LINKS = {"labels": "merged_into", "batches": "undoes"}
# The kinds of events whose before and after are decisions, which may be label ids.
_DECISIONS = {"label", "second opinion", "review", "repeat", "boxes"}

README_TEXT = """This is one theme of the workbench, written by `workbench export THEME FILE --format workbench`.
Bring it back with `workbench import THEME FILE`. It needs no program to be read:

images/            every image, as it was imported
manifest.json      the theme's name, description and task, how many rows there are, and of which theme it is a fork
labels.jsonl       the labels, in the order in which they were made
groups.jsonl       the groups that somebody gave: samples that belong together
samples.jsonl      one line per image: its file, label, split, who labeled it and when
boxes.jsonl        one line per box: left edge x, top edge y, width and height in pixels of the upright image
batches.jsonl      everything that a person or program did at once
events.jsonl       every change of a sample, as part of a batch: who, when, from what, to what
second_opinions.jsonl  what further annotators said of a sample
tags.jsonl         names that were given to states of the labels
duplicate_searches.jsonl  how near duplicates were looked for, and from which match on two images belong together
near_duplicates.jsonl  one line per pair of images that look alike
test_evaluations.jsonl  every look at the test split: by whom, for what, of which run
checksums.sha256   SHA-256 of all of these; check with: sha256sum -c checksums.sha256

label_id, merged_into, group_id, sample_id, first_id, second_id, batch_id, undoes and review_id are line numbers of
labels.jsonl, groups.jsonl, samples.jsonl and batches.jsonl, and so are the numbers in decisions (`decision`, and
`before` and `after` of the events 'label', 'second opinion', 'review' and 'repeat'). In events about boxes they are
lists of [label_id, x, y, width, height]. last_event and last_sample are the last line of events.jsonl and
samples.jsonl that was there at that moment, 0 before the first.
"""


@dataclass(frozen=True)
class TableFile:
    """A table and its file."""

    name: str
    model: type[Base]

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that are written, by name."""
        return {name: column for name, column in columns_of(self.model).items() if name not in _LEFT_OUT}

    @property
    def belongs_to_theme(self) -> bool:
        """Whether its rows name the theme themselves, not by their sample."""
        return "theme_id" in columns_of(self.model)

    @property
    def link(self) -> str | None:
        """The column that refers to rows of the table itself."""
        return _LINKS.get(self.name)


SAMPLES = TableFile("samples", Sample)
TABLES = (
    TableFile("labels", Label),
    TableFile("groups", Group),
    SAMPLES,
    TableFile("boxes", Box),
    TableFile("batches", Batch),
    TableFile("events", LabelEvent),
    TableFile("second_opinions", SecondOpinion),
    TableFile("tags", Tag),
    TableFile("duplicate_searches", DuplicateSearch),
    TableFile("near_duplicates", NearDuplicate),
    TableFile("test_evaluations", TestEvaluation),
)
"""In the order in which they are read: what is referred to comes first."""

Translate = Callable[[str, int], int]
"""Turns a reference (`labels`, `groups`, `samples`, `batches`) from an id into a line number, or back."""


def translated(row: dict[str, Any], translate: Translate) -> dict[str, Any]:
    """Return a row of any table with all its references translated, those inside of texts too."""
    row = {
        name: translate(_REFERENCES[name], value) if name in _REFERENCES and value is not None else value
        for name, value in row.items()
    }
    for name in ("before", "after", "decision"):
        if name in row:
            row[name] = _translated_text(row.get("action", "second opinion"), row[name], translate)
    return row


def _translated_text(action: str, text: str | None, translate: Translate) -> str | None:
    if text is None:
        return None
    if action not in _DECISIONS:
        return text
    return Decision.parse(text).relabeled(lambda label: translate("labels", label)).text


def as_line(values: dict[str, Any]) -> str:
    """Write a row as one line of JSON."""
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def from_line(table: TableFile, line: bytes, number: int, extra: tuple[str, ...] = ()) -> dict[str, Any]:
    """Read a row, with values of the types that its columns have. Raises WorkbenchError, naming the line."""
    where = f"{table.file}:{number}"
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise WorkbenchError(f"{where}: not valid JSON. The archive is damaged; nothing was imported.") from None
    columns = table.columns
    if not isinstance(values, dict) or values.keys() != {*columns, *extra}:
        raise WorkbenchError(f"{where}: the row does not have the columns {', '.join([*columns, *extra])}.")
    for name, column in columns.items():
        try:
            values[name] = checked_value(column, values[name])
        except (ValueError, TypeError, OverflowError) as error:
            raise WorkbenchError(f"{where}: {name}: {error}. Nothing was imported.") from None
    try:
        return values | _checked(table.model, values)
    except WorkbenchError as error:
        raise WorkbenchError(f"{where}: {error} Nothing was imported.") from None


def _checked(model: type[Base], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that are written in another way here. Raises WorkbenchError for what cannot be one."""
    if model is Label:
        key = None if values["key"] is None else checked_key(values["key"])
        return {"name": checked_name(values["name"], exact=True), "color": checked_color(values["color"]), "key": key}
    if model is Group:
        return {"name": checked_group(values["name"])}
    if model is Tag:
        return {"name": checked_tag(values["name"])}
    if model is DuplicateSearch:
        return {"threshold": checked_threshold(values["threshold"])}
    if model is NearDuplicate and not 0 <= values["score"] <= 1:
        raise WorkbenchError(f"the match {values['score']:g} is not from 0 to 1.")
    if model is TestEvaluation and (values["purpose"] not in PURPOSES or values["images"] < 1):
        raise WorkbenchError(f"{values['images']} images for {values['purpose']!r} are no evaluation.")
    if model is Sample and values["split"] not in (None, *SPLITS):
        raise WorkbenchError(f"there is no split {values['split']!r}.")
    if model is Sample and (values["label_id"] is not None) + values["skipped"] + values["nothing_there"] > 1:
        raise WorkbenchError("the sample is labeled, skipped or looked at in vain: one of them.")
    return {}
