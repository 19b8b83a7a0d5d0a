"""The command that tells what happened to a theme, and how it stood at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.printing import as_json_option, counts_table, emit, local_time, table

if TYPE_CHECKING:
    from workbench.store import Session
    from workbench.store.history import HistoryRow
    from workbench.store.states.tags import LabelState


@click.command("history")
@click.argument("name")
@click.option(
    "--at", metavar="STATE", help="How it stood then: a tag, or a time (ISO 8601; without a zone, local time)."
)
@click.option("--sample", help="Only the events of the sample of this file name.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="So many events.")
@as_json_option
def history(name: str, at: str | None, sample: str | None, limit: int, as_json: bool) -> None:
    """Tell who changed what, when, and from what to what, the latest first; or how the theme stood at a time."""
    from workbench.store import open_store
    from workbench.store.history import theme_history
    from workbench.store.states.tags import find_state
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        theme_id = get_theme(name, session=session).id
        if at is not None:
            data = _stood(theme_id, find_state(theme_id, at, session=session), session)
            text = f"{name} at {at}: {data['samples']:,} samples, {data['labeled']:,} labeled"
            emit(as_json, {"theme": name, **data}, f"{text}\n{counts_table(data['labels'])}")
            return
        found = theme_history(theme_id, sample=sample, limit=limit, session=session)
    rows = [_row(change) for change in found]
    shown = [{**row, "at": local_time(row["at"])} for row in rows]
    emit(as_json, rows, table(shown) if shown else "Nothing has happened yet.")


def _stood(theme_id: int, state: LabelState, session: Session) -> dict[str, Any]:
    from workbench.store.history import theme_at

    samples = theme_at(theme_id, state, session=session)
    counted = Counter((row.label, row.split or "unassigned") for row in samples if row.label)
    splits = ("train", "valid", "test", "unassigned")
    labels = {
        label: {split: counted[label, split] for split in splits} for label in sorted({key[0] for key in counted})
    }
    return {"at": state.at.isoformat(), "samples": len(samples), "labeled": counted.total(), "labels": labels}


def _row(change: HistoryRow) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(timespec="seconds"),
        "by": change.annotator,
        "source": change.source,
        "action": change.action,
        "sample": change.name or "",
        "from": change.before,
        "to": change.after,
    }
