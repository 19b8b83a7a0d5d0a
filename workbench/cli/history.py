"""The command that tells what happened to a theme, and how it stood at a time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.printing import as_json_option, counts_table, emit, local_time, table

if TYPE_CHECKING:
    from workbench.store import Session
    from workbench.store.history import LabelChange
    from workbench.store.schema import LabelEvent


@click.command("history")
@click.argument("name")
@click.option("--at", metavar="TIME", help="How the theme stood then (ISO 8601; without a zone, local time).")
@click.option("--sample", help="Only the events of the sample of this file name.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="So many events.")
@as_json_option
def theme_history(name: str, at: str | None, sample: str | None, limit: int, as_json: bool) -> None:
    """Tell who changed what, when, and from what to what, the latest first; or how the theme stood at a time."""
    from workbench.store import open_store
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        theme_id = get_theme(name, session=session).id
        if at is not None:
            data = _stood(theme_id, _moment(at), session)
            text = f"{name} at {data['at']}: {data['samples']:,} samples, {data['labeled']:,} labeled"
            emit(as_json, {"theme": name, **data}, f"{text}\n{counts_table(data['labels'])}")
            return
        rows = _events(theme_id, sample, limit, session)
    shown = [{**row, "at": local_time(row["at"])} for row in rows]
    emit(as_json, rows, table(shown) if shown else "Nothing has happened yet.")


def _moment(at: str) -> datetime:
    from workbench.errors import WorkbenchError

    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise WorkbenchError(f"'{at}' is not a time. Allowed: ISO 8601, for example 2026-11-26T14:30.") from None
    return moment if moment.tzinfo else moment.astimezone()


def _stood(theme_id: int, at: datetime, session: Session) -> dict[str, Any]:
    from workbench.store.history import theme_at

    samples = theme_at(theme_id, at, session=session)
    counted = Counter((row.label, row.split or "unassigned") for row in samples if row.label)
    splits = ("train", "valid", "test", "unassigned")
    labels = {
        label: {split: counted[label, split] for split in splits} for label in sorted({key[0] for key in counted})
    }
    return {"at": at.isoformat(), "samples": len(samples), "labeled": counted.total(), "labels": labels}


def _events(theme_id: int, sample: str | None, limit: int, session: Session) -> list[dict[str, Any]]:
    from workbench.errors import NotFoundError
    from workbench.store.history import event_words, events_of_theme, history_of, label_changes
    from workbench.store.labels import label_names
    from workbench.store.samples import samples_by_id, samples_by_name

    if sample is None:
        found = events_of_theme(theme_id, limit=limit, session=session)
    else:
        # Several images may have come under one name.
        named = samples_by_name(theme_id, sample, session=session)
        if not named:
            raise NotFoundError(f"No sample of this theme is named '{sample}'. Names hold the folder: cats/1.png.")
        events = [event for row in named for event in history_of(row.id, session=session)]
        found = sorted(events, key=lambda event: -event.id)[:limit]
    names = label_names(theme_id, session=session)
    samples = samples_by_id([event.sample_id for event in found], session=session)
    rows = []
    for event in found:
        before, after = event_words(event, names)
        rows.append(_row(event, samples[event.sample_id].name, before, after))
    if sample is None:
        changes = label_changes(theme_id, limit=limit, session=session)
        rows += [_row(change, "", change.before, change.after) for change in changes]
    return sorted(rows, key=lambda row: row["at"], reverse=True)[:limit]


def _row(what: LabelEvent | LabelChange, sample: str, before: str | None, after: str | None) -> dict[str, Any]:
    return {
        "at": what.at.isoformat(timespec="seconds"),
        "by": what.annotator,
        "source": what.source,
        "action": what.action,
        "sample": sample,
        "from": before,
        "to": after,
    }
