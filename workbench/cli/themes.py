"""Commands on themes and their splits."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from shlex import quote
from typing import Any

import click

from workbench.cli.history import history
from workbench.cli.options import annotator_option
from workbench.cli.printing import as_json_option, counted, counts_table, emit, table, theme_head


@click.group()
def theme() -> None:
    """Classification tasks: create, list, show, delete, history."""


theme.add_command(history)


@theme.command("create")
@click.argument("name")
@click.option("--label", "labels", multiple=True, help="A label; repeat it, in the order of the keys 1-9.")
@click.option("--description", default="", help="What the task is about.")
@click.option("--task", default="classification", show_default=True, help="classification or boxes.")
@as_json_option
def theme_create(name: str, labels: tuple[str, ...], description: str, task: str, as_json: bool) -> None:
    """Create a theme with its labels."""
    from workbench.store import open_store
    from workbench.store.themes import create_theme

    with open_store().write() as session:
        row = create_theme(name, labels=labels, description=description, task=task, session=session)
    text = f"Created the theme '{row.name}' with {counted(len(labels), 'label')}."
    text += f" Next: workbench import {quote(row.name)} FOLDER"
    emit(as_json, {"theme": row.name, "labels": list(labels)}, f"{text}{_other_default(row.name)}")


def _other_default(name: str) -> str:
    """Say how notebooks come to open a new theme, where the one that they would open does not exist."""
    from workbench.errors import ConfigError, NotFoundError
    from workbench.training.plan import default_theme

    try:
        default_theme()
    except NotFoundError:
        return f"\nTo have the notebooks open it without being told, write 'theme: {name}' into params.yaml."
    except ConfigError:
        # The next command that reads the settings says what is wrong with them.
        return ""
    return ""


@theme.command("list")
@as_json_option
def theme_list(as_json: bool) -> None:
    """List all themes with their counts."""
    from workbench.store import open_store
    from workbench.store.counts import how_far
    from workbench.store.themes import list_themes

    with open_store().read() as session:
        rows = list_themes(session=session)
        data = [{"theme": row.name, "task": row.task, **how_far(row, session=session)} for row in rows]
    text = table(data) if data else "There are no themes yet. Create one: workbench theme create NAME --label A"
    emit(as_json, data, text)


@theme.command("show")
@click.argument("name")
@as_json_option
def theme_show(name: str, as_json: bool) -> None:
    """Show a theme's labels with their counts per split."""
    from workbench.store import open_store
    from workbench.store.counts import boxes_by_split, how_far, theme_counts
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        row = get_theme(name, session=session)
        found = theme_counts(row.id, session=session)
        data: dict[str, Any] = {
            "theme": row.name,
            "description": row.description,
            "task": row.task,
            "samples": found.samples,
            "labeled": found.labeled,
            "unlabeled": found.unlabeled,
            "skipped": found.skipped,
            "labels": found.by_label,
        }
        if row.task == "boxes":
            data |= {**how_far(row, session=session), "boxes": boxes_by_split(row.id, session=session)}
    text = f"{theme_head(data)}\n{counts_table(data.get('boxes', found.by_label))}"
    emit(as_json, data, text)


@theme.command("annotators")
@click.argument("name")
@click.option("--encoder", default="auto", show_default=True, help="Whose feature vectors are used; see `embed`.")
@click.option("--number", default=10, show_default=True, help="How many doubtful labels and images to ask about.")
@click.option("--for", "annotator", help="Name images to ask this annotator about alone.")
@as_json_option
def theme_annotators(name: str, encoder: str, number: int, annotator: str | None, as_json: bool) -> None:
    """Say how far annotators agree, how good each of them and each label is, and whom to ask about which image next.

    Needs images that several have labeled (the label panel's team dialog) and feature vectors (`workbench embed`).
    """
    from dataclasses import asdict

    from workbench.assist.crowd import crowd_quality
    from workbench.store import open_store
    from workbench.store.annotators.agreement import agreement_of
    from workbench.store.themes import get_theme

    store = open_store()
    with store.read() as session:
        agreement = agreement_of(get_theme(name, session=session).id, session=session)
    found = crowd_quality(store, name, encoder, number=number, annotator=annotator)
    data = {"agreement": asdict(agreement), **found.as_dict()}
    emit(as_json, data, _annotators_text(data))


@theme.command("consistency")
@click.argument("name")
@as_json_option
def theme_consistency(name: str, as_json: bool) -> None:
    """Tell how often annotators said the same again of their own images, which the label panel's team dialog asks."""
    from dataclasses import asdict

    from workbench.store import open_store
    from workbench.store.annotators.consistency import consistency_of
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        data = [asdict(each) for each in consistency_of(get_theme(name, session=session).id, session=session)]
    rows = [{**row, "differing": len(row["differing"])} for row in data]
    emit(as_json, data, table(rows) if rows else "Nobody has looked at images of their own again yet.")


@theme.command("forecast")
@click.argument("name")
@click.option("--more", type=click.IntRange(min=1), default=200, show_default=True, help="How many more labels.")
@click.option("--encoder", default="auto", show_default=True, help="Whose feature vectors are used; see `embed`.")
@click.option("--by-training", is_flag=True, help="Train networks on parts of the images, instead of a linear probe.")
@click.option("--num-epochs", type=click.IntRange(min=1), help="Of each such training [params.yaml].")
@annotator_option
@as_json_option
def theme_forecast(
    name: str, more: int, encoder: str, by_training: bool, num_epochs: int | None, annotator: str, as_json: bool
) -> None:
    """Say whether labeling more is worth it: what it should bring, for which label most, in which time.

    Needs feature vectors (`workbench embed`), with --by-training none, but as long as two trainings. The time is at
    the pace of the annotator's latest labels.
    """
    if by_training:
        from workbench.tuning.forecast import forecast_by_training

        # What a training says of splits and leaks is no part of the answer.
        with redirect_stdout(sys.stderr):
            found = forecast_by_training(name, more, num_epochs=num_epochs, annotator=annotator)
    else:
        from workbench.assist.worth import worth_labeling
        from workbench.store import open_store

        found = worth_labeling(open_store(), name, more, encoder=encoder, annotator=annotator)
    emit(as_json, found.as_dict(), str(found))


def _annotators_text(data: dict[str, Any]) -> str:
    """Word how good annotators and labels are, and whom to ask."""
    agreement = data["agreement"]
    head = f"{counted(data['several'], 'image')} labeled by several: {agreement['percent']:.1f} % of the answers agree"
    head += f", Fleiss' kappa {agreement['fleiss']:.2f}" if agreement["fleiss"] is not None else ""
    head += f". {counted(data['left_out'], 'image')} without a feature vector left out." if data["left_out"] else "."
    pairs = [{"pair": f"{row['first']}, {row['second']}", **row} for row in agreement["pairs"]]
    asks = [{"ask": row["annotator"], "sample": row["sample_id"], "file": row["name"]} for row in data["ask"]]
    doubts = [
        {name: row[name] for name in ("sample_id", "name", "label", "consensus", "quality")} for row in data["labels"]
    ]
    for row in pairs:
        del row["first"], row["second"]
    parts = [table(rows) for rows in (data["annotators"], pairs, doubts, asks) if rows]
    return "\n\n".join([head, *parts])


@theme.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@annotator_option
@as_json_option
def theme_delete(name: str, yes: bool, annotator: str, as_json: bool) -> None:
    """Delete a theme. Its images and history stay until garbage collection."""
    from workbench.store import open_store
    from workbench.store.counts import theme_counts
    from workbench.store.themes import delete_theme, get_theme

    store = open_store()
    with store.read() as session:
        row = get_theme(name, session=session)
        number = theme_counts(row.id, session=session).samples
    if not yes and not click.confirm(f"Delete the theme '{name}' with its {counted(number, 'sample')}?", err=True):
        raise click.Abort
    with store.write() as session:
        delete_theme(row.id, annotator=annotator, session=session)
    text = f"Deleted the theme '{name}' with its {counted(number, 'sample')}."
    emit(as_json, {"deleted": name, "samples": number}, text)


@click.command("split")
@click.argument("name", metavar="THEME")
@click.option("--ratios", nargs=3, type=float, metavar="TRAIN VALID TEST", help="Shares that sum to 1 [params.yaml].")
@click.option("--seed", type=int, help="Seed of the assignment [params.yaml].")
@click.option("--reset", is_flag=True, help="First take all splits away; samples may leave the test set (recorded).")
@click.option(
    "--valid-from-train", is_flag=True, help="Fill valid up to its share with samples of train; test stays as it is."
)
@click.option("--dry-run", is_flag=True, help="Show what would be assigned, and the counts then; write nothing.")
@annotator_option
@as_json_option
def split(
    name: str,
    ratios: tuple[float, float, float] | None,
    seed: int | None,
    reset: bool,
    valid_from_train: bool,
    dry_run: bool,
    annotator: str,
    as_json: bool,
) -> None:
    """Assign train, valid and test to the labeled samples that have no split yet, or to the images with boxes."""
    from workbench.embeddings.duplicates.newcomers import compare_newcomers
    from workbench.paths import find_project
    from workbench.store import open_store
    from workbench.store.splits import preview_splits_by_task
    from workbench.store.steps.splits import assign_splits_in_steps
    from workbench.store.themes import get_theme
    from workbench.training.params import load_params

    defaults = load_params(find_project().params_file).data
    store, shares = open_store(), ratios or defaults.split_ratio
    how: dict[str, Any] = {"reset": reset, "valid_from_train": valid_from_train}
    how["seed"] = defaults.seed if seed is None else seed
    with store.read() as session:
        row = get_theme(name, session=session)
        done = preview_splits_by_task(row, shares, session=session, **how) if dry_run else None
    if done is None:
        compare_newcomers(store, name, annotator=annotator, progress=not as_json)
        done = assign_splits_in_steps(store, row, shares, annotator=annotator, **how)
    new = ", ".join(f"{number:,} {split}" for split, number in done.assigned.items())
    said = (
        f"Assigned {new}." if any(done.assigned.values()) else "Nothing to assign: each labeled sample has its split."
    )
    text = f"{said}\n{counts_table(done.counts)}"
    if done.groups is not None:
        text = f"{text}\n{done.groups}"
    if reset:
        text = f"Took the splits of {counted(done.reset, 'sample')} away.\n{text}"
    if valid_from_train:
        text = f"Took {done.moved:,} of train into valid.\n{text}"
    if dry_run:
        text = f"Nothing is written; this is what would be.\n{text}"
    result = {"assigned": done.assigned, "counts": done.counts, "reset": done.reset, "moved": done.moved}
    result["groups"] = None if done.groups is None else asdict(done.groups)
    emit(as_json, result, text)
