"""Labels that come back from a table: from cleanlab, a spreadsheet, another tool, a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from workbench.errors import WorkbenchError
from workbench.store import Session, Store
from workbench.store.events import checked_annotator
from workbench.store.label_merges import labels_by_any_name
from workbench.store.labels import add_label, get_label
from workbench.store.steps.tables import label_from_table_in_steps
from workbench.store.steps.writing import is_small
from workbench.store.table_labels import Replace, label_from_table, refuse_boxes
from workbench.store.themes import get_theme
from workbench.theme.criteria import moment
from workbench.theme.matching import find_ids, key_column

if TYPE_CHECKING:
    import pandas as pd

    from workbench.data.formats.entry import Rejection

_SHOWN = 5
_TABLES = frozenset([".csv", ".tsv", ".txt", ""])


@dataclass(frozen=True)
class LabelReport:
    """What the labels of a table did, or with `dry_run` would do. The lists name samples by their file names.

    `changed` got the label (`replaced` of them had been decided otherwise), `unchanged` had it already. `decided` were
    decided otherwise and left alone; `decided_since` likewise, because somebody else decided after the table was read.
    `unknown` are keys of the table that no sample has, `blank` counts its rows without a label, and `left_out`
    tells what a data set says of no image.

    >>> theme.set_labels(theme.samples().to_frame()).unchanged
    8
    """

    theme: str
    changed: list[str]
    replaced: int
    unchanged: int
    decided: list[str]
    decided_since: list[str]
    unknown: list[str]
    blank: int = 0
    new_labels: list[str] = field(default_factory=list)
    left_out: list[Rejection] = field(default_factory=list)
    dry_run: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        would = "would change" if self.dry_run else "changed"
        lines = [f"'{self.theme}': {len(self.changed):,} {would}, {self.unchanged:,} had their label already."]
        if self.replaced:
            lines.append(f"{self.replaced:,} of those had been decided otherwise before.")
        if self.new_labels:
            lines.append(f"New labels: {', '.join(self.new_labels)}.")
        for names, words in (
            (self.decided, "left alone, being decided otherwise already"),
            (self.decided_since, "left alone, since somebody else has decided after the table was read"),
            (self.unknown, "named in the table, but not in the theme"),
        ):
            if names:
                more = ", ..." if len(names) > _SHOWN else ""
                lines.append(f"{len(names):,} {words}: {', '.join(names[:_SHOWN])}{more}")
        if self.blank:
            lines.append(f"{self.blank:,} rows have no label and say nothing.")
        if self.left_out:
            shown = "; ".join(f"{each.path}: {each.reason}" for each in self.left_out[:_SHOWN])
            lines.append(f"{len(self.left_out):,} left out: {shown}{'; ...' if len(self.left_out) > _SHOWN else ''}")
        return "\n".join(lines)

    __repr__ = __str__


def read_table(file: Path | str, label: str | None = None) -> pd.DataFrame:
    """Read a CSV of labels as texts; `label` is its column of labels where it has another name.

    Raises WorkbenchError when it cannot be read.
    The separator may be a comma, a semicolon or a tab; `file` and the other names that an import knows count as `path`.
    """
    import pandas as pd

    from workbench.data.formats.csv_table import read_columns

    return pd.DataFrame(read_columns(Path(file), label), dtype=str)


def set_labels(
    store: Store,
    theme: str,
    frame: pd.DataFrame | Path | str,
    *,
    on: str | None = None,
    format: str | None = None,
    field: str | None = None,
    control: str | None = None,
    replace: bool | str = False,
    since: datetime | str | None = None,
    add_labels: bool = False,
    dry_run: bool = False,
    annotator: str,
) -> LabelReport:
    """Write a table's labels into a theme, in one batch; see `Theme.set_labels`, where all is explained."""
    names: dict[str, str] = {}
    left_out: list[Rejection] = []
    if isinstance(frame, str | Path):
        file = Path(frame).expanduser()
        if format is None and control is None and not _is_data_set(file):
            table = read_table(file, field)
        else:
            table, names, left_out = _read_data_set(file, format, field, control, store.project.cache)
    else:
        table = frame
    if "label" not in table.columns:
        raise WorkbenchError(
            f"The table has no column 'label'. It has: {', '.join(map(str, table.columns)) or 'none'}."
        )
    if replace not in (True, False, "all"):
        raise WorkbenchError(f"replace={replace!r} is not known. Allowed: False, True, 'all'.")
    how: Replace = "all" if replace == "all" else "seen" if replace else "nothing"
    key = key_column(table, on)
    given = table[table["label"].notna() & (table["label"].astype(str).str.strip() != "") & table[key].notna()]
    wanted = dict(zip(given[key].tolist(), given["label"].astype(str).tolist(), strict=True))
    _refuse_two_labels(given, key, wanted, names)
    seen = _seen(given, key, moment(since))
    note = f"labels of a table, found by {key}"
    with store.read() as session:
        row = get_theme(theme, session=session)
        found = find_ids(row.id, list(wanted), key, session=session)
    refuse_boxes(row)
    how_given: dict[str, Any] = {
        "seen": None if seen is None else {sample: seen[value] for value, ids in found.items() for sample in ids},
        "replace": how,
        "annotator": checked_annotator(annotator),
        "note": note,
    }
    # In one transaction new labels stay only with what is given them.
    at_once = dry_run or is_small(len(found))
    with (store.read if dry_run or not (at_once or add_labels) else store.write)() as session:
        ids, new = _label_ids(row.id, wanted, add_labels, dry_run, session)
        labels = _by_sample(found, {value: ids[label] for value, label in wanted.items()})
        if at_once:
            outcome = label_from_table(row.id, labels, dry_run=dry_run, session=session, **how_given)
    if not at_once:
        outcome = label_from_table_in_steps(store, row.id, labels, **how_given)
    return LabelReport(
        theme=theme,
        replaced=outcome.replaced,
        unchanged=len(outcome.unchanged),
        unknown=[names.get(value, str(value)) for value in wanted if value not in found],
        blank=len(table) - len(given),
        left_out=left_out,
        new_labels=new,
        dry_run=dry_run,
        changed=[outcome.names[sample_id] for sample_id in outcome.changed],
        decided=[outcome.names[sample_id] for sample_id in outcome.decided],
        decided_since=[outcome.names[sample_id] for sample_id in outcome.decided_since],
    )


def _is_data_set(path: Path) -> bool:
    """Whether labels lie there with their images, or in another format than a table."""
    return path.is_dir() or path.suffix.lower() not in _TABLES


def _read_data_set(
    path: Path, format: str | None, field: str | None, control: str | None, scratch: Path
) -> tuple[pd.DataFrame, dict[str, str], list[Rejection]]:
    import pandas as pd

    from workbench.data.importing.labels_alone import LabelOfImage, read_labels_alone

    found, left_out = read_labels_alone(path, format, field=field, control=control, scratch=scratch)
    table = pd.DataFrame(found, columns=LabelOfImage._fields, dtype=str)
    return table.drop(columns="name"), {row.sha256: row.name for row in found}, left_out


def _refuse_two_labels(given: pd.DataFrame, key: str, wanted: Mapping[Any, str], names: Mapping[str, str]) -> None:
    if len(wanted) == len(given):
        return
    differing = given.groupby(key)["label"].nunique()
    if (differing > 1).any():
        key_of_most = str(differing.idxmax())
        which = names.get(key_of_most, key_of_most)
        raise WorkbenchError(f"The table gives '{which}' {differing.max()} labels. Give it one.")


def _label_ids(
    theme_id: int, wanted: Mapping[Any, str], add_labels: bool, dry_run: bool, session: Session
) -> tuple[dict[str, int], list[str]]:
    named = labels_by_any_name(theme_id, session=session)
    known = {name: labels[0].id for name, labels in named.items() if len(labels) == 1}
    by_text = {normalize("NFC", name): label_id for name, label_id in known.items()}
    ids: dict[str, int] = {}
    new: list[str] = []
    for name in dict.fromkeys(wanted.values()):
        # As it stands, as in an import: a blank at its end makes it another label; then in the other Unicode form.
        label_id = known.get(name) or by_text.get(normalize("NFC", name))
        if label_id is None and not add_labels:
            get_label(theme_id, name, session=session)
        if label_id is None:
            new.append(name)
            # Of a dry run nothing stays: its labels have numbers that no label has.
            label_id = -len(new) if dry_run else add_label(theme_id, name, exact=True, session=session).id
        ids[name] = label_id
    return ids, new


def _by_sample(found: Mapping[Any, list[int]], labels: Mapping[Any, int]) -> dict[int, int]:
    result: dict[int, int] = {}
    for value, ids in found.items():
        if len(ids) > 1:
            raise WorkbenchError(
                f"{len(ids)} samples are named '{value}'. Say which is meant by the column sha256 or path."
            )
        if result.setdefault(ids[0], labels[value]) != labels[value]:
            raise WorkbenchError(f"The table gives the image of '{value}' two labels under two names. Give it one.")
    return result


def _seen(given: pd.DataFrame, key: str, since: datetime | None) -> dict[Any, datetime | None] | None:
    """When each sample had been decided as the table was read: its column `labeled_at` says so, or `since`."""
    import pandas as pd

    if since is not None:
        return dict.fromkeys(given[key].tolist(), since)
    if "labeled_at" not in given.columns:
        return None
    times = pd.to_datetime(given["labeled_at"], utc=True, format="ISO8601", errors="coerce")
    moments = pd.DatetimeIndex(times).to_pydatetime()
    moments[times.isna().to_numpy()] = None
    return dict(zip(given[key].tolist(), moments, strict=True))
