"""Tables of groups and near duplicates; and from a table, a pattern or folders to the groups that samples get."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from workbench.errors import NotFoundError, WorkbenchError, unknown_name
from workbench.store import Store
from workbench.store.bulk_edits import BulkOutcome
from workbench.store.groups.given import group_names, set_groups
from workbench.store.groups.pairs import checked_threshold, pairs_around, search_of
from workbench.store.groups.together import members, together
from workbench.store.labels import label_names
from workbench.store.samples import pages_of_samples, samples_by_id
from workbench.store.schema import SPLITS
from workbench.store.themes import get_theme
from workbench.theme.matching import find_ids, key_column

if TYPE_CHECKING:
    import pandas as pd

_GROUP_COLUMNS = ("id", "names", "samples", *SPLITS, "unassigned", "straddling")


def groups_table(store: Store, theme: str) -> pd.DataFrame:
    """Return the groups of `Theme.groups`."""
    import pandas as pd

    rows = []
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        names = group_names(theme_id, session=session)
        partition = together(theme_id, session=session)
        samples = samples_by_id(list(partition), session=session)
        for least, ids in members(partition).items():
            living = [samples[one] for one in ids if samples[one].deleted_at is None]
            if len(living) < 2:
                continue
            splits = Counter(each.split or "unassigned" for each in living)
            given = sorted({names[each.group_id] for each in living if each.group_id is not None})
            counts = [splits[split] for split in (*SPLITS, "unassigned")]
            straddling = sum(splits[split] > 0 for split in SPLITS) > 1
            rows.append((least, ", ".join(given), len(living), *counts, straddling))
    rows.sort(key=lambda row: (not row[-1], row[0]))
    return pd.DataFrame(rows, columns=list(_GROUP_COLUMNS))


def pairs_table(store: Store, theme: str, around: float | None, number: int) -> pd.DataFrame:
    """Return the pairs of `Theme.near_duplicates`."""
    import pandas as pd

    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        search = search_of(theme_id, session=session)
        if search is None:
            raise NotFoundError(f"Nobody has looked for near duplicates in '{theme}' yet: theme.find_groups() does.")
        threshold = search.threshold if around is None else checked_threshold(around)
        pairs = pairs_around(theme_id, threshold, number, session=session)
        ids = sorted({one for pair in pairs for one in (pair.first_id, pair.second_id)})
        samples, labels = samples_by_id(ids, session=session), label_names(theme_id, session=session)
    rows = []
    for pair in pairs:
        two = [samples[pair.first_id], samples[pair.second_id]]
        rows.append(
            (
                pair.score,
                pair.score >= threshold,
                *(each.name for each in two),
                *(labels.get(each.label_id or 0) for each in two),
                *(each.split for each in two),
                *(each.id for each in two),
            )
        )
    columns = [f"{which}{suffix}" for suffix in ("", "_label", "_split", "_id") for which in ("first", "second")]
    return pd.DataFrame(rows, columns=["score", "together", *columns])


def set_groups_by(
    store: Store,
    theme: str,
    given: Mapping[str, str] | pd.DataFrame | Path | str | None,
    *,
    field: str,
    on: str | None,
    pattern: str | None,
    level: int | None,
    annotator: str,
) -> BulkOutcome:
    """Do what `Theme.set_groups` does."""
    if [given is None, pattern is None, level is None].count(False) != 1:
        raise WorkbenchError(
            "Groups come from one of: a table or mapping, a pattern of the names, a level of the folders."
        )
    if given is not None:
        wanted, note = _of_table(store, theme, given, field, on), f"column {field}"
    elif pattern is not None:
        wanted, note = _of_names(store, theme, lambda name: _by_pattern(compiled(pattern), name)), f"pattern {pattern}"
    else:
        assert level is not None
        wanted, note = _of_names(store, theme, lambda name: _by_folder(level, name)), f"folder level {level}"
    if not wanted:
        raise WorkbenchError(f"No image of '{theme}' has a group by the {note}. Nothing was changed.")
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
    return set_groups(store, theme_id, wanted, annotator=annotator, note=note)


@dataclass(frozen=True)
class ImportedGroups:
    """Where an import's groups come from: a column of its CSV, a pattern of the names, a level of the folders.

    Raises as `Theme.set_groups` does when it is made, before anything is imported.
    """

    path: Path
    field: str | None = None
    pattern: str | None = None
    level: int | None = None

    def __post_init__(self) -> None:
        if self.pattern is not None:
            compiled(self.pattern)
        if self.field is not None:
            _read(self.table(), self.field)

    def table(self) -> Path:
        """Return the CSV that is imported, or the only one in the folder."""
        if self.path.is_file():
            return self.path
        found = sorted(self.path.glob("*.csv")) if self.path.is_dir() else []
        if len(found) != 1:
            raise NotFoundError(
                f"--group-field names a column of a CSV; in {self.path} there is {len(found) or 'none'}. Give groups "
                "afterwards: workbench groups set THEME FILE.csv --field COLUMN."
            )
        return found[0]

    def give(self, store: Store, theme: str, *, annotator: str) -> BulkOutcome:
        """Give the theme's samples their groups."""
        return set_groups_by(
            store,
            theme,
            None if self.field is None else self.table(),
            field=self.field or "",
            on=None,
            pattern=self.pattern,
            level=self.level,
            annotator=annotator,
        )


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of names. Raises WorkbenchError for what is no regular expression."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise WorkbenchError(
            f"'{pattern}' is no regular expression: {error}. An example: 'patient_(\\d+)' takes the number behind it."
        ) from None


def _by_pattern(pattern: re.Pattern[str], name: str) -> str | None:
    found = pattern.search(name)
    return None if found is None else (found[1] if pattern.groups else found[0])


def _by_folder(level: int, name: str) -> str | None:
    folders = PurePosixPath(name).parts[:-1]
    if level == 0 or not -len(folders) <= level <= len(folders):
        return None
    # The whole way: `7/left` and `8/left` are two groups.
    return "/".join(folders[: level if level > 0 else len(folders) + level + 1])


def _of_names(store: Store, theme: str, group: Any) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        for page in pages_of_samples(theme_id, size=5_000, session=session):
            found.update((sample.id, name) for sample in page if (name := group(sample.name)))
    return found


def _read(path: Path, field: str) -> pd.DataFrame:
    import pandas as pd

    if not path.is_file():
        raise NotFoundError(f"There is no file '{path}'. Give the CSV whose column '{field}' names the groups.")
    try:
        frame = pd.read_csv(path, dtype=str, sep=None, engine="python", encoding="utf-8-sig")
    except (ValueError, csv.Error) as error:
        raise WorkbenchError(f"{path} is no CSV that names groups: {error}.") from None
    _require_column(frame, field)
    return frame


def _require_column(frame: pd.DataFrame, field: str) -> None:
    if field not in frame:
        raise NotFoundError(unknown_name("column", field, [str(each) for each in frame.columns]))


def _of_table(
    store: Store, theme: str, given: Mapping[str, str] | pd.DataFrame | Path | str, field: str, on: str | None
) -> dict[int, str | None]:
    import pandas as pd

    if isinstance(given, Mapping):
        frame = pd.DataFrame({"name": list(given), field: list(given.values())})
    elif isinstance(given, str | os.PathLike):
        frame = _read(Path(given).expanduser(), field)
    else:
        frame = given
    if "name" not in frame and "file" in frame:
        frame = frame.rename(columns={"file": "name"})
    _require_column(frame, field)
    key = key_column(frame, "name" if on == "file" else on)
    said = frame[[key, field]].dropna().astype(str)
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        ids = find_ids(theme_id, said[key].tolist(), key, session=session)
    wanted: dict[int, str | None] = {}
    for value, name in said.itertuples(index=False):
        for one in ids.get(value, ()):
            if wanted.setdefault(one, name) != name:
                raise WorkbenchError(f"The table names two groups for '{value}': '{wanted[one]}' and '{name}'.")
    return wanted
