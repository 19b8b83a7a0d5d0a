"""Commands on groups: samples that belong together and are never to be in two splits."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.options import annotator_option, on_option
from workbench.cli.printing import as_json_option, counted, emit, table

_SHOWN = 40


@click.group()
def groups() -> None:
    """Samples that belong together: find near duplicates, give groups, list and mend those in two splits."""


@groups.command("list")
@click.argument("name", metavar="THEME")
@click.option("--straddling", is_flag=True, help="Only those in more than one split.")
@as_json_option
def groups_list(name: str, straddling: bool, as_json: bool) -> None:
    """List the groups of two samples or more, those in more than one split first."""
    from workbench.theme.theme import open_theme

    frame = open_theme(name).groups()
    frame = frame[frame["straddling"]] if straddling else frame
    rows = [dict(zip(frame.columns, row, strict=True)) for row in frame.astype(object).values.tolist()]
    text = table(rows[:_SHOWN]) if rows else "No groups." if not straddling else "No group is in more than one split."
    text += f"\n... {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
    emit(as_json, rows, text)


@groups.command("find")
@click.argument("name", metavar="THEME")
@click.option("--encoder", default="hog", show_default=True, help="Encoder whose neighbors are compared.")
@click.option("--threshold", type=float, help="Match from which two images belong together, above 0 to 1 [0.12].")
@on_option
@annotator_option
@as_json_option
def groups_find(
    name: str, encoder: str, threshold: float | None, on: str | None, annotator: str, as_json: bool
) -> None:
    """Look for near duplicates: crops, copies of other size, quality or brightness, mirror images, frames of a film."""
    from workbench.theme.theme import open_theme

    theme = open_theme(name)
    theme.annotator = annotator
    found = theme.find_groups(encoder, threshold=threshold, on=on, progress=not as_json)
    emit(as_json, found.as_dict(), str(found))


@groups.command("pairs")
@click.argument("name", metavar="THEME")
@click.option("--around", type=float, metavar="MATCH", help="Show pairs on both sides of this match [the threshold].")
@click.option("--number", type=click.IntRange(1, 1_000), default=10, show_default=True, help="So many on each side.")
@as_json_option
def groups_pairs(name: str, around: float | None, number: int, as_json: bool) -> None:
    """Show the pairs of images on both sides of the threshold, the best match first."""
    from workbench.theme.theme import open_theme

    frame = open_theme(name).near_duplicates(around=around, number=number)
    rows = [dict(zip(frame.columns, row, strict=True)) for row in frame.astype(object).values.tolist()]
    shown = [
        {key: row[key] for key in ("score", "together", "first", "second", "first_split", "second_split")}
        for row in rows
    ]
    emit(as_json, rows, table(shown) if rows else "No pairs of images match.")


@groups.command("threshold")
@click.argument("name", metavar="THEME")
@click.argument("threshold", type=float)
@annotator_option
@as_json_option
def groups_threshold(name: str, threshold: float, annotator: str, as_json: bool) -> None:
    """Let pairs count as near duplicates from another match on; nothing is compared again."""
    from workbench.theme.theme import open_theme

    theme = open_theme(name)
    theme.annotator = annotator
    found = theme.move_threshold(threshold)
    emit(as_json, found.as_dict(), str(found))


@groups.command("set")
@click.argument("name", metavar="THEME")
@click.argument("csv", type=click.Path(path_type=Path), required=False)
@click.option("--field", default="group", show_default=True, help="The CSV's column that names the groups.")
@click.option("--pattern", help=r"Groups by the names of the files: 'patient_(\d+)' takes what the parenthesis holds.")
@click.option("--level", type=int, help="Groups by folders: 1 the first of a name, -1 the one that holds the file.")
@annotator_option
@as_json_option
def groups_set(
    name: str,
    csv: Path | None,
    field: str,
    pattern: str | None,
    level: int | None,
    annotator: str,
    as_json: bool,
) -> None:
    """Say which samples belong together, by a CSV (columns name, file, path or sha256), a pattern, or folders."""
    from workbench.theme.theme import open_theme

    theme = open_theme(name)
    theme.annotator = annotator
    done = theme.set_groups(csv, field=field, pattern=pattern, level=level)
    result = {"changed": done.changed, "unchanged": done.unchanged}
    emit(as_json, result, f"Gave {counted(done.changed, 'sample')} a group; {done.unchanged:,} had it already.")


@groups.command("mend")
@click.argument("name", metavar="THEME")
@click.argument("groups", type=int, nargs=-1)
@click.option("--yes", is_flag=True, help="Do not ask.")
@annotator_option
@as_json_option
def groups_mend(name: str, groups: tuple[int, ...], yes: bool, annotator: str, as_json: bool) -> None:
    """Bring groups in more than one split (those of some ids, or all) into one: into test, else valid."""
    from workbench.theme.theme import open_theme

    theme = open_theme(name)
    theme.annotator = annotator
    found = theme.groups()
    meant = found[found["straddling"] & (found["id"].isin(groups) if groups else True)]
    question = f"Bring {counted(len(meant), 'group')} into one split each? Nothing leaves test, nothing enters train."
    if len(meant) and not yes and not as_json and not click.confirm(question, err=True):
        raise click.Abort
    done = theme.mend_groups(groups or None)
    emit(as_json, {"groups": done.groups, "moved": done.moved}, str(done))
