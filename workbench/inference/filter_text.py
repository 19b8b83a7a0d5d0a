"""A filter over a theme's samples, written as text: `split=test,label=three`."""

from __future__ import annotations

import re
from typing import Any, get_args

from workbench.errors import NotFoundError, WorkbenchError, unknown_name
from workbench.store import Session
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, State

KEYS = ("state", "split", "label", "annotator", "search")
"""What a filter can ask for: decision, split (`none`: without one), label, annotator, part of the file name."""

# A comma with no "=" behind it belongs to the value, to a label such as "ready, set".
_PAIR = re.compile(r",(?=[^,]*=)")
_SPLITS = ("train", "valid", "test", "none")


def is_filter(text: str) -> bool:
    """Whether a text is meant as a filter: it begins with a known key and `=`."""
    key, equals, _ = text.partition("=")
    return bool(equals) and key.strip() in KEYS


def parse_filter(text: str, theme_id: int, *, session: Session) -> SampleFilter:
    """Read `key=value` pairs with commas between them; samples must meet all. A comma in a value stays part of it.

    Raises NotFoundError for an unknown key or label, WorkbenchError for a key that stands twice or a value that
    cannot be.
    """
    found: dict[str, Any] = {}
    for part in _PAIR.split(text):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key not in KEYS:
            raise NotFoundError(unknown_name("key of a filter", key, KEYS))
        if key in found or not value:
            problem = "stands twice" if key in found else "has no value"
            raise WorkbenchError(f"The filter '{text}': {key} {problem}. Write it like 'split=test,label=three'.")
        found[key] = value
    for key, allowed in (("split", _SPLITS), ("state", get_args(State))):
        if key in found and found[key] not in allowed:
            raise NotFoundError(unknown_name(key, found[key], allowed))
    name = found.pop("label", None)
    if name is not None:
        ids = {label.name: label.id for label in labels_of(theme_id, session=session)}
        if name not in ids:
            raise NotFoundError(unknown_name("label", name, ids))
        found["label_id"] = ids[name]
    return SampleFilter(**found)
