"""Commands on the states of a theme's labels: naming one, comparing two, going back to one."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import annotator_option
from workbench.cli.printing import as_json_option, emit, local_time, table

if TYPE_CHECKING:
    from workbench.theme.theme import Theme

_STATE = "a tag or a time (ISO 8601; without a zone, local time)"
_SHOWN = 20


@click.command("tag")
@click.argument("name", metavar="THEME")
@click.argument("tag", required=False)
@click.option("--note", default="", help="What the state is, in a sentence.")
@click.option("--delete", is_flag=True, help="Delete the name; labels and history stay as they are.")
@annotator_option
@as_json_option
def tag(name: str, tag: str | None, note: str, delete: bool, annotator: str, as_json: bool) -> None:
    """Name the labels and splits that a theme has at this moment; without TAG, list the names that there are.

    Nothing is copied. `workbench diff` compares states, `workbench revert` goes back to one, `workbench theme history
    --at TAG` tells how the theme stood.
    """
    from workbench.errors import WorkbenchError

    theme = _theme(name, annotator)
    if tag is None:
        if delete:
            raise WorkbenchError("Say which tag is to be deleted: workbench tag THEME TAG --delete")
        rows = [
            dict(zip(("tag", "at", "by", "note"), row, strict=True)) for row in theme.tags().itertuples(index=False)
        ]
        listed = [{**row, "at": row["at"].isoformat(timespec="seconds")} for row in rows]
        shown = [{**row, "at": local_time(row["at"].to_pydatetime())} for row in rows]
        emit(as_json, listed, table(shown) if rows else f"'{name}' has no tags yet: workbench tag {quote(name)} TAG")
    elif delete:
        theme.delete_tag(tag)
        emit(as_json, {"theme": name, "deleted": tag}, f"Deleted the tag '{tag}'. The labels stay as they are.")
    else:
        made = theme.tag(tag, note=note)
        data = {"theme": name, "tag": made.name, "at": made.at.isoformat(timespec="seconds"), "by": made.annotator}
        text = f"The labels of '{name}' as they are now are called '{made.name}'."
        text += f" What changes from here on: workbench diff {quote(name)} {quote(made.name)}"
        emit(as_json, {**data, "note": made.note}, text)


@click.command("diff", help=f"Tell who changed which labels from what to what between two states: each {_STATE}.")
@click.argument("name", metavar="THEME")
@click.argument("before")
@click.argument("after", required=False)
@as_json_option
def diff(name: str, before: str, after: str | None, as_json: bool) -> None:
    from workbench.user import user_name

    found = _theme(name, user_name()).diff(before, after)
    parts = [str(found)]
    if found.changes:
        who = ", ".join(f"{who} {number:,}" for who, number in found.by_annotator.items())
        rows = [
            {"sample": row.sample_id, "file": row.name, "from": row.before, "to": row.after, "by": row.annotator}
            for row in found.changes[:_SHOWN]
        ]
        more = len(found.changes) - len(rows)
        parts += [f"By {who}.", table(found.cells), table(rows)]
        parts += [f"and {more:,} more: --json lists all"] if more else []
    emit(as_json, found.as_dict() if as_json else None, "\n\n".join(parts))


@click.command("revert", help=f"Give samples the labels that they had in a state, {_STATE}: one batch, undone as one.")
@click.argument("name", metavar="THEME")
@click.argument("state")
@click.option("--label", help="Only samples that have this label now.")
@click.option("--file", "files", multiple=True, help="Only samples of this file name; * and ? stand for any letters.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@annotator_option
@as_json_option
def revert(
    name: str, state: str, label: str | None, files: tuple[str, ...], dry_run: bool, annotator: str, as_json: bool
) -> None:
    from workbench.errors import NotFoundError
    from workbench.store.steps.revert import RevertOutcome

    theme = _theme(name, annotator)
    ids: list[int] | None = None
    if label is not None or files:
        ids = [one for file in files or (None,) for one in theme.samples(label=label, name=file).ids]
        if not ids:
            raise NotFoundError(f"No sample of '{name}' is meant by that. Look: workbench theme show {quote(name)}")
    done: RevertOutcome = theme.revert_to(state, ids, dry_run=dry_run)
    told: dict[str, Any] = {
        each: getattr(done, each) for each in ("batch_id", "changed", "unchanged", "newer", "gone", "kept")
    }
    emit(as_json, {"theme": name, "state": state, "dry_run": dry_run, **told}, done.words(state))


@click.command(
    "fork", help=f"Make a theme of another one's images with the labels of a state: {_STATE}. Nothing is copied."
)
@click.argument("name", metavar="THEME")
@click.argument("fork", metavar="NEW")
@click.option("--at", metavar="STATE", help="The state that it begins with; without, today's labels.")
@annotator_option
@as_json_option
def fork(name: str, fork: str, at: str | None, annotator: str, as_json: bool) -> None:
    made = _theme(name, annotator).fork(fork, at=at)
    counts = made.counts()
    text = f"'{made.name}' has {counts.samples:,} images of '{name}', {counts.labeled:,} labeled. "
    text += f"Bring its decisions back with: workbench merge-back {quote(made.name)}"
    data = {"theme": made.name, "of": name, "samples": counts.samples, "labeled": counts.labeled}
    emit(as_json, data, text)


@click.command("merge-back")
@click.argument("name", metavar="FORK")
@click.option("--dry-run", is_flag=True, help="Say what would become of its decisions; write nothing.")
@annotator_option
@as_json_option
def merge_back(name: str, dry_run: bool, annotator: str, as_json: bool) -> None:
    """Bring what was decided in a fork back to the theme that it is of.

    Where both decided otherwise, the fork's decision becomes a second opinion, which waits for a reviewer.
    """
    from dataclasses import asdict

    from workbench.store.steps.forks import origin_of
    from workbench.store.themes import get_theme

    theme = _theme(name, annotator)
    done = theme.merge_back(dry_run=dry_run)
    with theme.store.read() as session:
        origin = origin_of(get_theme(name, session=session).id, session=session)
    said = done.words(name, origin.name if origin else "", dry_run=dry_run)
    emit(as_json, {"fork": name, "dry_run": dry_run, **asdict(done)}, said)


def _theme(name: str, annotator: str) -> Theme:
    from workbench.theme.theme import open_theme

    theme = open_theme(name)
    theme.annotator = annotator
    return theme
