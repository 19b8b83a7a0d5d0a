"""The command line: one command per library function. Heavy imports happen inside the commands."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from workbench import __version__
from workbench.errors import WorkbenchError


class _Group(click.Group):
    """Shows the workbench's own errors as one message on stderr, with exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkbenchError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)


def _as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")(command)


def _annotator(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--annotator", default=_user, show_default="your user name", help="Name recorded with each change."
    )(command)


def _user() -> str:
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()


def _emit(as_json: bool, data: Any, text: str) -> None:
    click.echo(json.dumps(data, indent=2, default=str) if as_json else text)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="workbench")
def main() -> None:
    """Label, split, train, tune, register and predict: a workbench for image classification.

    Works on the project that the current folder belongs to (the nearest folder above with params.yaml), or on the
    one that WORKBENCH_ROOT names.
    """


@main.group()
def db() -> None:
    """The store: upgrade, check, back up, restore."""


@db.command("upgrade")
@_as_json
def db_upgrade(as_json: bool) -> None:
    """Bring the store to the version of this code."""
    from workbench.store import open_store
    from workbench.store.migrations import current_version

    store = open_store(upgrade=True)
    version = current_version(store.engine)
    _emit(as_json, {"version": version}, f"The store is at schema version {version}.")


@main.group()
def theme() -> None:
    """Classification tasks: create, list, show, delete."""


@theme.command("create")
@click.argument("name")
@click.option("--label", "labels", multiple=True, help="A label; repeat it, in the order of the keys 1-9.")
@click.option("--description", default="", help="What the task is about.")
@click.option("--task", default="classification", show_default=True, help="classification or boxes.")
@_as_json
def theme_create(name: str, labels: tuple[str, ...], description: str, task: str, as_json: bool) -> None:
    """Create a theme with its labels."""
    from workbench.store import open_store
    from workbench.store.themes import create_theme

    with open_store().write() as session:
        row = create_theme(name, labels=labels, description=description, task=task, session=session)
    text = f"Created the theme '{row.name}' with {len(labels)} labels. Next: workbench import {row.name} FOLDER"
    _emit(as_json, {"theme": row.name, "labels": list(labels)}, text)


@theme.command("list")
@_as_json
def theme_list(as_json: bool) -> None:
    """List all themes with their counts."""
    from workbench.store import open_store
    from workbench.store.themes import list_themes, theme_counts

    with open_store().read() as session:
        rows = [(row.name, theme_counts(row.id, session=session)) for row in list_themes(session=session)]
    data = [
        {"theme": name, "samples": counts.samples, "labeled": counts.labeled, "unlabeled": counts.unlabeled,
         "train": counts.train, "valid": counts.valid, "test": counts.test}
        for name, counts in rows
    ]  # fmt: skip
    text = _table(data) if data else "There are no themes yet. Create one: workbench theme create NAME --label A"
    _emit(as_json, data, text)


@theme.command("show")
@click.argument("name")
@_as_json
def theme_show(name: str, as_json: bool) -> None:
    """Show a theme's labels with their counts per split."""
    from workbench.store import open_store
    from workbench.store.statistics import theme_statistics
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        row = get_theme(name, session=session)
        found = theme_statistics(row.id, session=session)
    data = {
        "theme": row.name, "description": row.description, "task": row.task, "samples": found.samples,
        "labeled": found.labeled, "unlabeled": found.unlabeled, "skipped": found.skipped, "labels": found.counts,
    }  # fmt: skip
    _emit(as_json, data, f"{_head(data)}\n{_counts_table(found.counts)}")


@theme.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_annotator
@_as_json
def theme_delete(name: str, yes: bool, annotator: str, as_json: bool) -> None:
    """Delete a theme. Its images and history stay until garbage collection."""
    from workbench.store import open_store
    from workbench.store.themes import delete_theme, get_theme, theme_counts

    store = open_store()
    with store.read() as session:
        row = get_theme(name, session=session)
        number = theme_counts(row.id, session=session).samples
    if not yes and not click.confirm(f"Delete the theme '{name}' with its {number:,} samples?", err=True):
        raise click.Abort
    with store.write() as session:
        delete_theme(row.id, annotator=annotator, session=session)
    _emit(as_json, {"deleted": name, "samples": number}, f"Deleted the theme '{name}' with its {number:,} samples.")


@main.command("split")
@click.argument("name", metavar="THEME")
@click.option("--ratios", nargs=3, type=float, metavar="TRAIN VALID TEST", help="Shares that sum to 1 [params.yaml].")
@click.option("--seed", type=int, help="Seed of the assignment [params.yaml].")
@click.option("--reset", is_flag=True, help="First take all splits away; samples may leave the test set (recorded).")
@_annotator
@_as_json
def split(
    name: str, ratios: tuple[float, float, float] | None, seed: int | None, reset: bool, annotator: str, as_json: bool
) -> None:
    """Assign train, valid and test to the labeled samples that have no split yet."""
    from workbench.paths import find_project
    from workbench.store import open_store
    from workbench.store.splits import assign_splits
    from workbench.store.themes import get_theme
    from workbench.training.params import load_params

    defaults = load_params(find_project().params_file).data
    with open_store().write() as session:
        row = get_theme(name, session=session)
        done = assign_splits(
            row.id, ratios or defaults.split_ratio, seed=defaults.seed if seed is None else seed, reset=reset,
            annotator=annotator, session=session,
        )  # fmt: skip
    new = ", ".join(f"{number:,} {split}" for split, number in done.assigned.items())
    text = f"Assigned {new}.\n{_counts_table(done.counts)}"
    if reset:
        text = f"Took the splits of {done.reset:,} samples away.\n{text}"
    _emit(as_json, {"assigned": done.assigned, "counts": done.counts, "reset": done.reset}, text)


@main.command("import")
@click.argument("name", metavar="THEME")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_", help="folder, images, csv, coco, voc, yolo ... [found out from the path]")
@click.option("--add-labels", is_flag=True, help="Add labels that the theme does not have yet.")
@_annotator
@_as_json
def import_(name: str, path: Path, format_: str | None, add_labels: bool, annotator: str, as_json: bool) -> None:
    """Import images, with their labels where the folder or file has some."""
    from workbench.data.importing import import_images
    from workbench.store import open_store

    report = import_images(
        open_store(), name, path, format=format_, annotator=annotator, add_labels=add_labels, progress=not as_json
    )
    _emit(as_json, report.as_dict(), report.as_text())


@main.command("export")
@click.argument("name", metavar="THEME")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_", required=True, help="folder, csv, coco, voc, yolo ...")
@_as_json
def export(name: str, path: Path, format_: str, as_json: bool) -> None:
    """Export a theme's images and labels."""
    from workbench.data.exporting import export_theme
    from workbench.store import open_store

    report = export_theme(open_store(), name, path, format=format_)
    _emit(as_json, report.as_dict(), report.as_text())


@main.command("run")
@click.argument("notebook")
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter.")
@click.option("-y", "--yaml", "yaml_text", metavar="YAML", help="Parameters as one YAML mapping.")
@_as_json
def run(notebook: str, parameters: tuple[tuple[str, str], ...], yaml_text: str | None, as_json: bool) -> None:
    """Run a notebook of notebooks/ unattended; the executed copy goes to runs/.

    NOTEBOOK is its file name; number and suffix may be left out (`03_train`, `03`, `train`).
    """
    from workbench.notebooks import find_notebook, parse_parameters
    from workbench.paths import find_project

    project = find_project()
    values = _yaml_mapping(yaml_text) if yaml_text else {}
    values |= parse_parameters(find_notebook(notebook, project), dict(parameters))
    _run(notebook, values, as_json)


_overrides = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a key of params.yaml; repeat it."
)
_params_file = click.option("--params-file", type=click.Path(), help="Another file than params.yaml.")
_run_name = click.option("--run-name", help="Name of the MLflow run.")


@main.command("train")
@click.argument("name", metavar="THEME")
@_run_name
@_params_file
@click.option("--num-epochs", type=int, help="Override training.num_epochs.")
@_overrides
@_as_json
def train(name: str, overrides: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Train a model on a theme (runs 03_train)."""
    _run("03_train", {"theme": name, "overrides": _parse_overrides(overrides), **_given(options)}, as_json)


@main.command("tune")
@click.argument("name", metavar="THEME")
@_run_name
@_params_file
@click.option("--optuna-params-file", type=click.Path(), help="Another file than optuna_params.yaml.")
@click.option("--n-trials", type=int, help="Number of trials of the study, earlier ones included.")
@click.option("--timeout", type=float, help="Stop after so many seconds.")
@_as_json
def tune(name: str, as_json: bool, **options: Any) -> None:
    """Search for better parameters (runs 04_tune)."""
    _run("04_tune", {"theme": name, **_given(options)}, as_json)


@main.command("register")
@click.argument("name", metavar="THEME")
@click.option("--run-id", default="best", show_default=True, help="A run, or the best one by its validation metric.")
@click.option("--stage", default="staging", show_default=True, help="none, staging or production.")
@_as_json
def register(name: str, run_id: str, stage: str, as_json: bool) -> None:
    """Make a run's model a version of the theme's registered model (runs 05_register)."""
    _run("05_register", {"theme": name, "run_id": run_id, "stage": stage}, as_json)


@main.command("predict")
@click.argument("name", metavar="THEME")
@click.option("--model", default="production", show_default=True, help="production, staging, a version or a run id.")
@click.option("--source", default="test", show_default=True, help="A split, 'unlabeled', a folder or a glob.")
@click.option("--output", help="A .csv, .parquet or .jsonl file.")
@_as_json
def predict(name: str, as_json: bool, **options: Any) -> None:
    """Predict with a registered model (runs 06_predict)."""
    _run("06_predict", {"theme": name, **_given(options)}, as_json)


@main.group()
def models() -> None:
    """Registered models: list, promote."""


@models.command("list")
@click.argument("name", metavar="THEME")
@_as_json
def models_list(name: str, as_json: bool) -> None:
    """List a theme's model versions with their stages."""
    from workbench.store import open_store
    from workbench.store.model_versions import model_versions
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        row = get_theme(name, session=session)
        versions = model_versions(row.id, session=session)
    data = [
        {"version": version.version, "stage": version.stage, "run_id": version.run_id,
         "created_at": version.created_at.isoformat(timespec="seconds"), "metrics": version.metrics}
        for version in versions
    ]  # fmt: skip
    shown = [{**entry, "metrics": _metrics(entry["metrics"])} for entry in data]
    _emit(as_json, data, _table(shown) if data else f"'{name}' has no models yet: workbench register {name}")


@models.command("promote")
@click.argument("name", metavar="THEME")
@click.argument("version", type=int)
@click.argument("stage")
@_as_json
def models_promote(name: str, version: int, stage: str, as_json: bool) -> None:
    """Put a model version into a stage; the former one of that stage is archived."""
    from workbench.registry.versions import promote

    promoted = promote(name, version, stage)
    _emit(as_json, promoted.as_dict(), f"Version {version} of '{name}' is now in {stage}.")


@main.command("lab")
@click.option("--port", default=8888, show_default=True, help="Port on loopback.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def lab(port: int, no_browser: bool) -> None:
    """Open JupyterLab on this project."""
    from workbench.paths import asset, find_project

    project = find_project()
    os.environ["WORKBENCH_ROOT"] = str(project.root)
    command = [
        sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--port={port}", f"--ServerApp.root_dir={project.root}",
        f"--config={asset('workbench', 'jupyter_server_config.py')}",
        "--LabApp.default_url=/lab/tree/notebooks/01_label.ipynb",
    ]  # fmt: skip
    os.execv(sys.executable, command + (["--no-browser"] if no_browser else []))


def _run(notebook: str, values: dict[str, Any], as_json: bool) -> None:
    from workbench.notebooks import run_notebook

    done = run_notebook(notebook, values)
    lines = [f"{key}: {_shown(value)}" for key, value in done.result.items()]
    text = "\n".join([*lines, f"executed notebook: {done.output} ({done.seconds:.0f} s)"])
    _emit(as_json, done.as_dict(), text)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _parse_overrides(pairs: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise WorkbenchError(
                f"--set {pair!r} is not of the form KEY=VALUE, for example training.learning_rate=0.01."
            )
        found |= _yaml_mapping(f"{key}: {text}")
    return found


def _yaml_mapping(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise WorkbenchError(f"{text!r} is not valid YAML: {error}.") from None
    if not isinstance(data, dict):
        raise WorkbenchError(f"{text!r} is not a YAML mapping, for example 'theme: digits'.")
    return data


def _head(data: dict[str, Any]) -> str:
    line = f"{data['theme']}: {data['samples']:,} samples, {data['labeled']:,} labeled, {data['unlabeled']:,} unlabeled"
    line += f" ({data['skipped']:,} skipped)" if data["skipped"] else ""
    return f"{line}\n{data['description']}" if data["description"] else line


def _counts_table(counts: dict[str, dict[str, int]]) -> str:
    return _table([{"label": label, **row} for label, row in counts.items()]) if counts else "no labels"


def _table(rows: list[dict[str, Any]]) -> str:
    names = list(rows[0])
    cells = [[_shown(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    numeric = [all(isinstance(row[name], int | float) for row in rows) for name in names]

    def line(values: list[str]) -> str:
        parts = zip(values, widths, numeric, strict=True)
        return "  ".join(value.rjust(width) if right else value.ljust(width) for value, width, right in parts).rstrip()

    return "\n".join([line(names), *(line(row) for row in cells)])


def _metrics(metrics: dict[str, Any]) -> str:
    return " ".join(f"{name}={value:.4g}" for name, value in metrics.items() if isinstance(value, float))


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, default=str)


if __name__ == "__main__":
    main()
