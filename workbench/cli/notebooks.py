"""Commands that run a notebook unattended, and those that go on with what such a run began."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import on_option
from workbench.cli.printing import as_json_option, brief, emit
from workbench.errors import InterruptedRunError, WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.training.params import Params
    from workbench.training.result import TrainingResult


@click.command("run")
@click.argument("notebook")
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter.")
@click.option("-y", "--yaml", "yaml_text", metavar="YAML", help="Parameters as one YAML mapping.")
@as_json_option
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
_WEIGHTS = "model.pretrained"
_run_name = click.option("--run-name", help="Name of the MLflow run.")


@click.command("train")
@click.argument("name", metavar="THEME")
@_run_name
@_params_file
@click.option("--num-epochs", type=int, help="Override training.num_epochs.")
@_overrides
@as_json_option
def train(name: str, overrides: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Train a model on a theme (runs 03_train).

    What is not given is as the notebook's parameters cell and params.yaml say. torchrun and srun may start it, too
    (docs/cluster.md has scripts); it trains without the notebook then.
    """
    values = _from_here({"theme": name, "overrides": _parse_overrides(overrides), **_given(options)})
    if _is_one_of_several(_check_training("03_train", values)):
        # What torchrun or srun starts must be this process: Lightning takes no kernel of a notebook for one of several.
        from workbench.training import train

        result = train(**values)
        emit(as_json, result.as_dict(), _ended(result))
        return
    try:
        _run("03_train", values, as_json)
    except InterruptedRunError as error:
        raise InterruptedRunError(f"{error}{_how_to_go_on(name, str(error))}") from None


def _is_one_of_several(params: Params) -> bool:
    from workbench.training.distributed import is_one_of_several

    return is_one_of_several(params.training)


def _ended(result: TrainingResult) -> str:
    state = "was stopped" if result.stopped else "is complete"
    return f"Run {result.run_id} {state}: {result.on_test}."


def _how_to_go_on(theme: str, said: str) -> str:
    """Name the run that was cut short, unless its kernel had the time to do so."""
    from workbench.paths import find_project
    from workbench.training.progress_file import progress_of_theme

    newest = next(iter(progress_of_theme(find_project(), theme)), None)
    if newest is None or newest["state"] == "complete" or newest["run_id"] in said:
        return ""
    kept = "keeps its last whole epoch; go on" if newest["epochs"] else "had no whole epoch yet; start it over"
    return f"\nThe run {kept} with `workbench resume {newest['run_id']}`."


@click.command("tune")
@click.argument("name", metavar="THEME")
@_run_name
@_params_file
@click.option("--optuna-params-file", type=click.Path(), help="Another file than optuna_params.yaml.")
@click.option("--n-trials", type=int, help="Number of trials of the study, earlier ones included.")
@click.option("--timeout", type=float, help="Begin no further trial after so many seconds.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that share the trials [1].")
@on_option
@_overrides
@as_json_option
def tune(name: str, overrides: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Search for better parameters (runs 04_tune); the same command again goes on with a study that was stopped.

    What is not given is as the notebook's parameters cell, optuna_params.yaml and params.yaml say.
    """
    values = _from_here({"theme": name, "overrides": _parse_overrides(overrides), **_given(options)})
    _check_training("04_tune", values)
    with _same_command_goes_on():
        _run("04_tune", values, as_json)


@click.command("register")
@click.argument("name", metavar="THEME")
@click.option("--run-id", default="best", show_default=True, help="A run, or the best one by its validation metric.")
@click.option("--metric", help="What 'best' goes by [best_valid_accuracy].")
@click.option("--stage", default="staging", show_default=True, help="none, staging or production.")
@click.option("--description", help="What the version's description says.")
@as_json_option
def register(name: str, as_json: bool, **options: Any) -> None:
    """Make a run's model a version of the theme's registered model (runs 05_register)."""
    _check_theme(name)
    _run("05_register", {"theme": name, **_given(options)}, as_json)


@click.command("predict")
@click.argument("name", metavar="THEME")
@click.option("--model", default="production", show_default=True, help="production, staging, a version or a run id.")
@click.option(
    "--source",
    default="test",
    show_default=True,
    help="A split, 'unlabeled', 'label=cat', 'boxes', a folder or a glob.",
)
@click.option("--output", help="A .csv, .parquet or .jsonl file.")
@click.option(
    "--view",
    "views",
    multiple=True,
    help="Average over flip, flip_vertical, rotate or shift (repeat it), or none; without, the model's own.",
)
@click.option("--precision", help="32, bf16-mixed or 16-mixed [32].")
@click.option("--batch-size", type=int, help="Images that go through the network together [64].")
@click.option("--workers", "num_workers", type=int, help="Processes that read images; with --on, threads of each [2].")
@on_option
@as_json_option
def predict(name: str, views: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Predict with a registered model (runs 06_predict); the same command again goes on after an interruption."""
    from workbench.inference.predicting import check_prediction
    from workbench.inference.sources import settled
    from workbench.paths import find_project

    values = {"theme": name, **({"views": list(views)} if views else {}), **_given(options)}
    check_prediction(name, values["model"], values["source"], on=values.get("on"))
    if find_project().root != Path.cwd():
        # The notebook works in the project's folder; what was typed is meant from here.
        values["source"] = settled(values["source"])
        values |= {"output": str(Path(values["output"]).expanduser().absolute())} if "output" in values else {}
    with _same_command_goes_on():
        _run("06_predict", values, as_json)


@click.command("resume")
@click.argument("run_id")
@as_json_option
def resume(run_id: str, as_json: bool) -> None:
    """Go on with an interrupted training in the same MLflow run, as if it had not stopped."""
    _check_run(run_id)
    from workbench.training import resume

    click.echo(f"Going on with the run {run_id}.", err=True)
    result = resume(run_id)
    emit(as_json, result.as_dict(), _ended(result))


@click.command("reproduce")
@click.argument("run_id")
@as_json_option
@click.pass_context
def reproduce(ctx: click.Context, run_id: str, as_json: bool) -> None:
    """Train again what a run trained and compare the metrics; exit code 1 when they differ."""
    _check_run(run_id)
    from workbench.training import reproduce

    click.echo(f"Training again what the run {run_id} trained.", err=True)
    done = reproduce(run_id)
    lines = [f"{each.metric}: {each.before:.6g} before, {each.after:.6g} now" for each in done.differences]
    verdict = "All equal" if done.equal else f"{len(done.differences)} differ"
    lines.append(f"Run {done.repeated.run_id} repeated {run_id}; {done.compared} metrics compared. {verdict}.")
    emit(as_json, done.as_dict(), "\n".join(lines))
    ctx.exit(0 if done.equal else 1)


def _check_training(notebook: str, values: dict[str, Any]) -> Params:
    """Refuse a wrong setting or theme before a kernel starts, which takes seconds; return the settings."""
    from workbench.notebooks import effective_parameters, find_notebook
    from workbench.paths import find_project
    from workbench.training.plan import read_params

    project = find_project()
    wanted = effective_parameters(find_notebook(notebook, project), values)
    names = ("theme", "params_file", "overrides", "num_epochs", "run_name")
    params = read_params(project, **{name: wanted[name] for name in names if name in wanted})
    _check_theme(params.theme)
    return params


def _from_here(values: dict[str, Any]) -> dict[str, Any]:
    """Make the paths of files that are seen from the working directory absolute: the notebook works elsewhere."""
    from workbench.paths import find_project

    if find_project().root == Path.cwd():
        return values
    named: dict[str, str] = {key: values[key] for key in ("params_file", "optuna_params_file") if key in values}
    weights = {key: path for key, path in values["overrides"].items() if key == _WEIGHTS and isinstance(path, str)}
    return {**values, **_absolute(named), "overrides": {**values["overrides"], **_absolute(weights)}}


def _absolute(paths: dict[str, str]) -> dict[str, str]:
    return {key: str(Path(path).absolute()) for key, path in paths.items() if Path(path).is_file()}


def _check_theme(name: str) -> None:
    from workbench.store import open_store
    from workbench.store.themes import get_theme

    with open_store().read() as session:
        get_theme(name, session=session)


def _check_run(run_id: str) -> None:
    """Refuse a run that is not there before what trains is imported, which takes seconds."""
    from workbench.paths import find_project
    from workbench.registry.tracking import get_run

    get_run(run_id, find_project())


@contextmanager
def _same_command_goes_on() -> Iterator[None]:
    """Say how to go on, unless the notebook had the time to say so."""
    try:
        yield
    except InterruptedRunError as error:
        said = str(error)
        advice = "" if " again " in said else "\nThe same command again goes on where it stopped."
        raise InterruptedRunError(f"{said}{advice}") from None


def _run(notebook: str, values: dict[str, Any], as_json: bool) -> None:
    from workbench.notebooks import effective_parameters, find_notebook, run_notebook
    from workbench.paths import find_project

    file = find_notebook(notebook, find_project())
    saved = {name: value for name, value in effective_parameters(file, {}).items() if name not in values}
    line = f"Running {file.name} with {_listed(values) or 'nothing given'}"
    line += f"; from its parameters cell: {rest}" if (rest := _listed(saved)) else ""
    click.echo(line, err=True)
    done = run_notebook(notebook, values)
    lines = [f"{key}: {text}" for key, value in done.result.items() if (text := brief(value))]
    text = "\n".join([*lines, f"executed notebook: {done.output} ({done.seconds:.0f} s)"])
    emit(as_json, done.as_dict(), text)


def _listed(values: dict[str, Any]) -> str:
    """Name the parameters that say something; an empty one leaves it to the settings."""
    return ", ".join(f"{name}={value}" for name, value in values.items() if value not in (None, "", [], {}))


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
        # YAML would take what follows " #" for a comment, which nobody writes on a command line.
        found |= {key: text} if _is_cut(text) else _yaml_mapping(f"{key}: {text}")
    return found


def _is_cut(text: str) -> bool:
    return " #" in text and not text.lstrip().startswith(("'", '"', "[", "{"))


def _yaml_mapping(text: str) -> dict[str, Any]:
    from workbench.configuration import NotYamlError, parse_yaml

    try:
        data = parse_yaml(text)
    except NotYamlError as error:
        raise WorkbenchError(f"{text!r} is not valid YAML: {error}.") from None
    if not isinstance(data, dict):
        raise WorkbenchError(f"{text!r} is not a YAML mapping, for example 'theme: digits'.")
    return data
