"""The report of a model: the same facts as a page of HTML, as a model card in Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.paths import Project, atomic_write
from workbench.registry.model_loading import is_run_id
from workbench.report.charts import curves_svg
from workbench.report.facts import Facts, facts_of
from workbench.report.statements import INTERVALS, Statement, statements_of
from workbench.report.thumbnails import ShownMistake, shown_mistakes
from workbench.store import Store, open_store
from workbench.store.model_versions import list_model_versions

if TYPE_CHECKING:
    from jinja2 import Environment

FORMATS = {"html": ".html", "md": ".md"}
"""The forms of a report, and the endings of their files."""

SHOWN = 60
"""Mistakes that are shown with their images."""

_MATRIX_UP_TO = 40
_CONFUSED = 10
_FRAME_HEIGHT = 640


@dataclass(frozen=True, repr=False)
class Report:
    """What a model is, what it was measured on, and what its numbers rest on; it needs nothing but itself.

    `facts` is everything that is known, `statements` what a reader should know first, `mistakes` the surest ones with
    their thumbnails. A notebook shows it as a page.

    >>> report = wb.open_theme("cells").model("production").report()
    >>> report.save("cells.html").name, report.save("cells.md").name
    ('cells.html', 'cells.md')
    """

    facts: Facts
    statements: list[Statement]
    mistakes: list[ShownMistake]

    @cached_property
    def html(self) -> str:
        """The page: one file of HTML with all pictures inside, in the reader's light or dark theme.

        >>> wb.open_theme("cells").model(1).report().html.startswith("<!doctype html>")
        True
        """
        return self._rendered("page.html.j2", svg=curves_svg(self.facts.epochs))

    @cached_property
    def markdown(self) -> str:
        """The model card: Markdown with a YAML head, as Hugging Face reads it.

        >>> wb.open_theme("cells").model(1).report().markdown.splitlines()[0]
        '---'
        """
        return self._rendered("card.md.j2")

    def save(self, file: str | Path, format: str | None = None) -> Path:
        """Write it into a file, which is replaced; `format` is "html" or "md", by default what the name ends in.

        Raises WorkbenchError for another format, and where the file cannot be written.

        >>> wb.open_theme("cells").model(1).report().save("report.md").read_text().count("# cells")
        1
        """
        file = Path(file).expanduser()
        found = next((name for name, ending in FORMATS.items() if file.suffix.lower() in (ending, f".{name}")), "html")
        chosen = format or found
        if chosen not in FORMATS:
            raise WorkbenchError(f"There is no report in the format '{chosen}'. Allowed: {', '.join(FORMATS)}.")
        try:
            with atomic_write(file) as part:
                part.write_text(self.html if chosen == "html" else self.markdown, encoding="utf-8")
        except OSError as error:
            raise WorkbenchError(f"The report cannot be written to {file}: {error.strerror or error}.") from None
        return file

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON.

        >>> wb.open_theme("cells").model(1).report().as_dict()["theme"]
        'cells'
        """
        return {**self.facts.as_dict(), "statements": [asdict(each) for each in self.statements]}

    def _repr_html_(self) -> str:
        style = "width: 100%; border: 1px solid #8888; border-radius: 4px"
        return f'<iframe srcdoc="{escape(self.html)}" height="{_FRAME_HEIGHT}" style="{style}" sandbox></iframe>'

    def __repr__(self) -> str:
        accuracy = self.facts.metrics.get("test_accuracy")
        said = f", test accuracy {accuracy:.4f}" if accuracy is not None else ""
        return f"Report({self.facts.theme}, {self.facts.named}{said})"

    def _rendered(self, template: str, **further: Any) -> str:
        facts = self.facts
        return (
            _templates()
            .get_template(template)
            .render(
                facts=facts,
                statements=self.statements,
                mistakes=self.mistakes,
                per_class=facts.confusion.per_class() if facts.confusion else [],
                confused=_confused(facts)[:_CONFUSED],
                matrix=_matrix(facts),
                intervals=INTERVALS,
                **further,
            )
        )


def report_of(theme: str, model: str | int, project: Project | None = None, *, store: Store | None = None) -> Report:
    """Make the report of a version, of the model in a stage, or of a run.

    Raises NotFoundError for an unknown theme, version or run, WorkbenchError for a run that is not finished.
    """
    if store is None:
        with closing(open_store(project)) as opened:
            return report_of(theme, model, store=opened)
    facts = facts_of(theme, model, store)
    return Report(facts, statements_of(facts), shown_mistakes(facts.mistakes[:SHOWN], store))


def default_file(report: Report, format: str | None = None) -> Path:
    """The file in the working directory that a report goes into where none is named."""
    facts = report.facts
    name = f"{facts.theme}-{facts.run_id[:8] if facts.version is None else f'v{facts.version}'}"
    readable = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in name)
    return Path(readable + FORMATS[format or "html"])


def theme_and_model(model: str, theme: str | None = None, project: Project | None = None) -> tuple[str, str]:
    """Return which theme is meant, and the model without it: the id of a run tells its theme.

    `model` may be `THEME/VERSION`. Raises WorkbenchError for a version where several themes have models.
    """
    from workbench.registry.tracking import THEME_TAG, get_run

    if theme is None and "/" in model:
        theme, _, model = model.rpartition("/")
    if theme is not None:
        return theme, model
    with closing(open_store(project)) as store:
        if is_run_id(model):
            tagged = get_run(model, store.project).data.tags.get(THEME_TAG)
            if tagged:
                return tagged, model
            raise WorkbenchError(f"The run '{model}' does not say whose it is. Name its theme: --theme THEME.")
        with store.read() as session:
            names = [
                each.theme
                for each in list_model_versions(session=session)
                if model in (str(each.row.version), each.row.stage)
            ]
    if len(names) == 1:
        return names[0], model
    if not names:
        raise WorkbenchError(
            f"No theme has a registered model '{model}'. Name a run by its id, or a version as THEME/VERSION."
        )
    listed = ", ".join(f"{name}/{model}" for name in names[:10])
    raise WorkbenchError(f"'{model}' may be a version of several themes. Say which: {listed}.")


def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("workbench.report", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"cell": _cell, "quoted": _quoted, "duration": _duration, "within": _within}
    return made


def _confused(facts: Facts) -> list[tuple[str, str, int]]:
    """True label, what it was taken for, how often; the most frequent first."""
    if facts.confusion is None:
        return []
    labels, counts = facts.confusion.labels, facts.confusion.counts
    found = [
        (labels[true], labels[other], int(counts[true, other]))
        for true, other in zip(*counts.nonzero(), strict=True)
        if true != other
    ]
    return sorted(found, key=lambda each: (-each[2], each[:2]))


def _matrix(facts: Facts) -> list[tuple[str, list[tuple[int, int]]]]:
    """Each true label with its counts and their shares of the row in percent; none where it would be too wide."""
    if facts.confusion is None or len(facts.confusion.labels) > _MATRIX_UP_TO:
        return []
    rows: Sequence[Sequence[int]] = facts.confusion.counts.tolist()
    return [
        (label, [(count, round(100 * count / max(sum(row), 1))) for count in row])
        for label, row in zip(facts.confusion.labels, rows, strict=True)
    ]


def _cell(text: object) -> str:
    """A text as it stands in a table of Markdown: no sign of it ends the cell or begins something else."""
    line = " ".join(str(text).split())
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#|~" else sign for sign in line)


def _quoted(text: object) -> str:
    """A text as YAML and JSON have it."""
    import json

    return json.dumps(str(text), ensure_ascii=False)


def _within(interval: tuple[float, float] | None, digits: int = 3) -> str:
    """Write an interval, a dash where there is none."""
    return "–" if interval is None else f"{interval[0]:.{digits}f} to {interval[1]:.{digits}f}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
