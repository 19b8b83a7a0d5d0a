"""From what a person has - a path, a file name, a digest - to the samples that are meant."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.errors import WorkbenchError, unknown_name
from workbench.store import Session
from workbench.store.images import sha256_of
from workbench.store.samples import sample_ids_by_name, sample_ids_by_sha256

if TYPE_CHECKING:
    import pandas as pd

On = Literal["sha256", "path", "name"]
KEYS: tuple[On, ...] = ("sha256", "path", "name")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def key_column(frame: pd.DataFrame, on: str | None) -> On:
    """Return the column that names the samples: `on`, else the first of sha256, path and name that the frame has.

    Raises WorkbenchError, which says which columns there are.
    """
    columns = [str(column) for column in frame.columns]
    if on is not None and on not in KEYS:
        raise WorkbenchError(unknown_name("column to find samples by", on, KEYS))
    found = next((key for key in ((on,) if on else KEYS) if key in columns), None)
    if found is None:
        wanted = f"the column '{on}'" if on else "any of the columns sha256, path and name"
        raise WorkbenchError(f"The table has not {wanted}. It has: {', '.join(columns) or 'none'}.")
    return found  # type: ignore[return-value]


def find_ids(theme_id: int, values: Sequence[Any], on: On, *, session: Session) -> dict[Any, list[int]]:
    """Return the ids of the living samples that each value means; a value that means none is left out."""
    asked = list(dict.fromkeys(values))
    if on == "name":
        return _by_name(theme_id, asked, str, session)
    digests = {value: _digest(value) if on == "path" else str(value).lower() for value in asked}
    wanted = [digest for digest in digests.values() if digest]
    known = sample_ids_by_sha256(theme_id, wanted, living=True, session=session)
    found = {value: [known[digest]] for value, digest in digests.items() if digest in known}
    if on == "path":
        rest = [value for value in asked if value not in found]
        found |= _by_name(theme_id, rest, lambda value: os.fspath(value).replace("\\", "/"), session)
    return found


def _by_name(
    theme_id: int, values: Sequence[Any], name: Callable[[Any], str], session: Session
) -> dict[Any, list[int]]:
    names = {value: name(value) for value in values}
    known = sample_ids_by_name(theme_id, list(dict.fromkeys(names.values())), session=session)
    return {value: known[named] for value, named in names.items() if named in known}


def _digest(path: str | os.PathLike[str]) -> str | None:
    """Return the digest of the image that a path means: of one in the store its name says it, else its bytes do."""
    path = Path(path)
    if _DIGEST.fullmatch(path.stem):
        return path.stem
    try:
        return sha256_of(path.read_bytes())
    except (OSError, ValueError):
        return None
