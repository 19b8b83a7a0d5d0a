"""The keys of labels: which are allowed, and which a label gets that nobody chose one for. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Literal

from workbench.errors import WorkbenchError

Order = Literal["number", "name"]
ORDERS: tuple[Order, ...] = ("number", "name")
# Letters that mean something in the panels as long as no label has them: suggested last.
_COMMANDS = "suac"
_DIGITS = "1234567890"


def checked_key(key: str) -> str:
    """Return a key in small letters. Raises WorkbenchError unless it is one letter or one digit."""
    plain = unicodedata.normalize("NFC", key.strip()).lower()
    if len(plain) != 1 or not (plain.isalpha() or plain in _DIGITS):
        raise WorkbenchError(f"{key!r} cannot be the key of a label. Allowed: one letter or one digit.")
    return plain


def new_key(name: str, position: int, taken: Collection[str]) -> str | None:
    """Return the key of a new label: its own digit where it is one, else that of its position, 0 for the tenth.

    None when that is taken or the position is beyond the tenth: such labels are given by their first letters.
    """
    if name in _DIGITS and len(name) == 1 and name not in taken:
        return name
    key = _DIGITS[position - 1 : position]
    return key if key and key not in taken else None


def suggested_keys(names: Sequence[str], order: Order) -> list[str | None]:
    """Return a key for each name, no key twice.

    Names that are a digit keep it. The others get 1 to 9 and 0 in their order (`number`), or the first of their letters
    that is free (`name`). None where nothing is left.
    """
    own = [name if len(name) == 1 and name in _DIGITS else None for name in names]
    taken = {key for key in own if key}
    found: list[str | None] = []
    for name, digit in zip(names, own, strict=True):
        key = digit or next((one for one in _candidates(name, order) if one not in taken), None)
        taken.update(key or "")
        found.append(key)
    return found


def _candidates(name: str, order: Order) -> list[str]:
    if order == "number":
        return list(_DIGITS)
    plain = unicodedata.normalize("NFC", name).lower()
    letters = [one for one in plain if one.isalpha()]
    return [*(one for one in letters if one not in _COMMANDS), *letters]
