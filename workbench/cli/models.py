"""Commands on registered models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import annotator_option
from workbench.cli.printing import as_json_option, counted, emit, local_time, metrics_line, table

if TYPE_CHECKING:
    from workbench.inference.comparison import Comparison
    from workbench.registry.lineage import SampleLineage, VersionLineage
    from workbench.registry.sync import SyncReport
    from workbench.registry.versions import VersionSummary


@click.group()
def models() -> None:
    """Registered models: list, promote, compare, trace, check, export."""


@models.command("list")
@click.argument("name", metavar="THEME")
@as_json_option
def models_list(name: str, as_json: bool) -> None:
    """List a theme's model versions with their stages."""
    from workbench.registry.versions import leak_lines, list_versions

    versions = list_versions(name)
    data = [
        {
            "version": version.version,
            "stage": version.stage,
            "run_id": version.run_id,
            "created_at": version.created_at.isoformat(timespec="seconds"),
            "predictions": version.predictions,
            "metrics": version.metrics,
            "leaks": version.leaks,
            "changed_labels": version.changed and version.changed.as_dict(),
            "test_accuracy_now": version.test_accuracy_now,
            **(version.test.as_dict() if version.test else {}),
        }
        for version in versions
    ]
    rows = [
        {
            **dict(list(entry.items())[:5]),
            "created_at": local_time(version.created_at),
            "labels changed": version.changed and version.changed.number,
            "test (95 %)": _percent(version.test_interval),
            "metrics": metrics_line(version.metrics),
        }
        for entry, version in zip(data, versions, strict=True)
    ]
    text = table(rows) if data else f"'{name}' has no models yet: workbench register {quote(name)}"
    lines = [*_meter_line(name, versions), *leak_lines(versions), *_stale_lines(name, versions)]
    emit(as_json, data, "\n".join([text, *lines]))


@models.command("meter")
@click.argument("name", metavar="THEME")
@as_json_option
def models_meter(name: str, as_json: bool) -> None:
    """Tell how often the test split was looked at since splits were last reset: which run, by whom, for what.

    The more models are measured there, the wider the interval of each figure has to be to hold for all of them.
    """
    from workbench.theme.theme import open_theme

    meter = open_theme(name).test_meter()
    rows = [{**vars(each), "at": local_time(each.at)} for each in meter.evaluations]
    text = f"{meter}; intervals of test figures are computed at {100 * meter.level:.2f} %."
    emit(
        as_json,
        meter.as_dict(),
        f"{text}\n{table(rows)}" if rows else f"No model was measured on the test of '{name}'.",
    )


@models.command("stale")
@click.argument("name", metavar="THEME")
@as_json_option
def models_stale(name: str, as_json: bool) -> None:
    """Tell which versions, runs and studies rest on labels that have changed since, and how many."""
    from workbench.theme.theme import open_theme

    found = open_theme(name).stale()
    rows = [{"rests": f"{row.kind} {row.name}", "labels": row.words} for row in found.itertuples()]
    text = table(rows) if rows else f"No label changed under what rests on '{name}'."
    emit(as_json, found.to_dict("records"), f"{text}\nTrain once more: workbench train {quote(name)}" if rows else text)


@models.command("rescore")
@click.argument("name", metavar="THEME")
@click.argument("model", default="production")
@click.option("--stored", is_flag=True, help="All predictions that the store keeps, not the run's test images.")
@as_json_option
def models_rescore(name: str, model: str, stored: bool, as_json: bool) -> None:
    """Score what a model has answered once more, on today's labels; no network runs.

    MODEL is production, staging, a version, or the id of a run. Lists the samples whose label changed since.
    """
    from workbench.registry.rescoring import rescored

    found = rescored(name, model, "stored" if stored else None)
    told = found.as_dict()
    moved: list[dict[str, Any]] = [
        {"sample": row.sample_id, "file": row.name, "answer": row.answer, "label then": row.then, "label now": row.now}
        for row in found.moved[:20]
    ]
    parts = [f"{found.model} of '{name}': {found}", table(told["per_class"]) if told["per_class"] else ""]
    emit(as_json, told, "\n\n".join(filter(None, [*parts, table(moved) if moved else ""])))


@models.command("promote")
@click.argument("name", metavar="THEME")
@click.argument("version", type=int)
@click.argument("stage")
@annotator_option
@as_json_option
def models_promote(name: str, version: int, stage: str, annotator: str, as_json: bool) -> None:
    """Put a model version into a stage; the former one of that stage is archived."""
    from workbench.registry.versions import promote

    promoted = promote(name, version, stage, annotator=annotator)
    former = f" Version {promoted.archived} is archived." if promoted.archived is not None else ""
    emit(as_json, promoted.as_dict(), f"Version {version} of '{name}' is now in {stage}.{former}")


@models.command("demote")
@click.argument("name", metavar="THEME")
@click.argument("version", type=int)
@annotator_option
@as_json_option
def models_demote(name: str, version: int, annotator: str, as_json: bool) -> None:
    """Take a model version out of its stage: it is archived."""
    from workbench.registry.versions import demote

    demoted = demote(name, version, annotator=annotator)
    emit(as_json, demoted.as_dict(), f"Version {version} of '{name}' is archived.")


@models.command("delete")
@click.argument("name", metavar="THEME")
@click.argument("version", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@annotator_option
@as_json_option
def models_delete(name: str, version: int, yes: bool, annotator: str, as_json: bool) -> None:
    """Delete a version and what it predicted; refused for the one in production. Its run stays."""
    from workbench.registry.versions import delete_version

    question = f"Delete version {version} of '{name}' with everything that it predicted?"
    if not yes and not click.confirm(question, err=True):
        raise click.Abort
    count = delete_version(name, version, annotator=annotator)
    text = f"Deleted version {version} of '{name}' and its {counted(count, 'prediction')}."
    emit(as_json, {"theme": name, "deleted": version, "predictions": count}, text)


@models.command("history")
@click.argument("name", metavar="THEME")
@as_json_option
def models_history(name: str, as_json: bool) -> None:
    """Show which version was put into which stage, when and by whom."""
    from workbench.registry.versions import history_of_stages

    data = [
        {
            "at": event.at.isoformat(timespec="seconds"),
            "version": event.version,
            "from": event.before,
            "to": event.after or "deleted",
            "by": event.annotator,
        }
        for event in history_of_stages(name)
    ]
    rows = [{**entry, "at": local_time(str(entry["at"]))} for entry in data]
    emit(as_json, data, table(rows) if data else f"'{name}' has no models yet: workbench register {quote(name)}")


@models.command("compare")
@click.argument("name", metavar="THEME")
@click.argument("first")
@click.argument("second")
@as_json_option
def models_compare(name: str, first: str, second: str, as_json: bool) -> None:
    """Compare two models: metrics, classes, and the samples on which they differ.

    FIRST and SECOND are production, staging, a version, or the id of a run, which need not be registered.
    """
    from workbench.inference.comparison import compare

    found = compare(name, first, second)
    emit(as_json, found.as_dict(), _comparison_text(found))


@models.command("lineage")
@click.argument("name", metavar="THEME")
@click.option("--version", type=int, help="A model version: its run, snapshot and samples.")
@click.option("--sample", help="A sample by id, file name or the beginning of its SHA-256: who learned from it.")
@click.option("--samples", is_flag=True, help="With --version and --json: every sample of the snapshot.")
@as_json_option
def models_lineage(name: str, version: int | None, sample: str | None, samples: bool, as_json: bool) -> None:
    """Trace a model version to its run and samples, or a sample to the versions that saw it."""
    from dataclasses import asdict

    from workbench.errors import WorkbenchError
    from workbench.registry.lineage import sample_lineage, samples_of_version, version_lineage

    if (version is None) == (sample is None):
        raise WorkbenchError("Give either --version NUMBER or --sample ID.")
    if version is None:
        traced = sample_lineage(name, str(sample))
        emit(as_json, traced.as_dict(), _sample_text(traced))
        return
    found = version_lineage(name, version)
    data = found.as_dict()
    if samples:
        data["samples"] = [asdict(row) for row in samples_of_version(name, version)]
    emit(as_json, data, _version_text(found))


@models.command("check")
@click.argument("name", metavar="THEME")
@click.option("--repair", is_flag=True, help="Repair what can be repaired; the store's stages win.")
@annotator_option
@as_json_option
@click.pass_context
def models_check(ctx: click.Context, name: str, repair: bool, annotator: str, as_json: bool) -> None:
    """Compare MLflow's registry with the store; exit code 1 when they differ."""
    from workbench.registry.sync import check_registry, repair_registry

    report = repair_registry(name, annotator=annotator) if repair else check_registry(name)
    emit(as_json, report.as_dict(), _sync_text(report))
    if not report.ok:
        ctx.exit(1)


@models.command("export")
@click.argument("name", metavar="THEME")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--model", default="production", show_default=True, help="production, staging, a version or a run id.")
@as_json_option
def models_export(name: str, file: Path, model: str, as_json: bool) -> None:
    """Export a model to an ONNX file whose answers are checked against the model's own."""
    from workbench.registry.onnx_export import export_onnx

    done = export_onnx(name, model, file)
    text = (
        f"Wrote {done.file}; {done.checked} {_ORIGIN[done.checked_on]} got the served model's answers "
        f"(largest difference {done.largest_difference:.1g})."
    )
    emit(as_json, done.as_dict(), text)


@click.command("report")
@click.argument("model", metavar="RUN|VERSION")
@click.option("--theme", help="Whose version is meant; not needed for the id of a run.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file [THEME-MODEL.html in this folder].")
@click.option("--format", type=click.Choice(["html", "md"]), help="A page, or a model card in Markdown [html].")
@as_json_option
def report(model: str, theme: str | None, output: Path | None, format: str | None, as_json: bool) -> None:
    """Write all about a model into one file to hand on: figures, mistakes, data, provenance, how to reproduce.

    RUN is the id of a run; VERSION a version, production or staging, also as THEME/VERSION.
    """
    from workbench.report import report_of
    from workbench.report.report import default_file, theme_and_model

    theme, named = theme_and_model(model, theme)
    made = report_of(theme, named)
    file = made.save(output or default_file(made, format), format)
    emit(as_json, {"file": str(file), **made.as_dict()}, f"Wrote {file}: {made}.")


_ORIGIN = {"theme": "images of the theme", "given": "images", "drawn": "drawn images"}


def _percent(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{100 * interval[0]:.1f}-{100 * interval[1]:.1f} %"


def _meter_line(name: str, versions: Sequence[VersionSummary]) -> list[str]:
    """Say what the intervals take into account."""
    from workbench.theme.theme import open_theme

    meter = open_theme(name).test_meter() if any(version.test_interval for version in versions) else None
    if meter is None or not meter.models:
        return []
    widened = "; the intervals are widened for that" if meter.models > 1 else ""
    return [f"{meter}{widened}. Which, by whom: workbench models meter {quote(name)}"]


def _stale_lines(name: str, versions: Sequence[VersionSummary]) -> list[str]:
    """A sentence for each version that rests on labels which changed."""
    lines = []
    for version in versions:
        if version.changed is not None and version.changed.is_stale:
            line = f"Version {version.version}: {version.changed.words}"
            now = version.test_accuracy_now
            line += f"; test accuracy on today's labels {now:.4f}" if now is not None else ""
            lines.append(f"{line}.")
    return [*lines, f"Train once more: workbench train {quote(name)}"] if lines else []


def _comparison_text(found: Comparison) -> str:
    first, second = found.first.name, found.second.name
    metrics = [{"metric": name, first: one, second: two} for name, (one, two) in found.metrics.items()]
    classes: list[dict[str, Any]] = [
        {"class": name, f"F1 {first}": one.f1, f"F1 {second}": two.f1, "support": one.support}
        for name, (one, two) in found.per_class.items()
    ]
    rows: list[dict[str, Any]] = [
        {"sample": row.sample_id, "file": row.name, "label": row.actual, first: row.first, second: row.second}
        for row in found.differences[:20]
    ]
    parts = [table(metrics) if metrics else "", table(classes) if classes else "", table(rows) if rows else ""]
    return "\n\n".join([*(part for part in parts if part), str(found)])


def _version_text(found: VersionLineage) -> str:
    counts = "; ".join(f"{split}: {sum(labels.values()):,}" for split, labels in found.counts.items())
    lines = [
        f"{found.theme} version {found.version} ({found.stage})",
        f"run       {found.run_id} {found.run.get('name', '(no longer in MLflow)')}",
        f"commit    {found.run.get('git_commit') or 'unknown'}",
        f"snapshot  {found.snapshot_digest or 'unknown'}",
        f"samples   {counts or 'unknown'}",
        f"classes   {', '.join(found.class_names)}",
        *(
            f"{local_time(event['at'])}  {event['before'] or 'registered'} -> {event['after'] or 'deleted'} "
            f"by {event['annotator']}"
            for event in found.history
        ),
    ]
    return "\n".join(lines)


def _sample_text(found: SampleLineage) -> str:
    gone = ", deleted" if found.deleted else ""
    head = (
        f"{found.name} (sample {found.sample_id}, {found.sha256[:12]}): label {found.label}, split {found.split}{gone}"
    )
    uses = [
        {
            "version": use.version,
            "stage": use.stage,
            "used for": use.split,
            "label then": use.label_then,
            "predicted": use.predicted,
            "score": use.score,
        }
        for use in found.uses
    ]
    runs = [
        {
            "run": run.name,
            "version": run.version,
            "used for": run.split,
            "label then": run.label_then,
            "predicted": run.predicted,
            "score": run.score,
        }
        for run in found.runs
    ]
    parts = [table(uses) if uses else "No model version has seen it.", table(runs) if runs else ""]
    return "\n\n".join([f"{head}\n{parts[0]}", *filter(None, parts[1:])])


def _sync_text(report: SyncReport) -> str:
    lines = [f"repaired: {text}" for text in report.repaired]
    for each in report.differences:
        lines.append(f"{each.text}. {f'Repair: {each.repair}.' if each.repair else 'Nothing here can repair that.'}")
    if report.ok:
        versions = "1 version" if report.versions == 1 else f"{report.versions} versions"
        lines.append(f"MLflow and the store agree on {versions} of '{report.theme}'.")
    return "\n".join(lines)
