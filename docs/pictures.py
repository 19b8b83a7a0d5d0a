"""Draw the two pictures of the architecture page from the code itself: `make docs` runs this.

The rooms come from the import rules in pyproject.toml, the schema from the store's SQLAlchemy models.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from sqlalchemy import MetaData, Table

from workbench.store.schema import Base

DOCS = Path(__file__).resolve().parent
INK, LINE, PAPER, SHADE = "#1f2933", "#7b8794", "#ffffff", "#e8f0f7"
CAPTIONS = {
    "notebooks/": "the work, numbered in its order",
    "workbench.cli": "one command per library function",
    "workbench.jupyter_server_config": "no delays",
    "workbench.api": "REST beside JupyterLab",
    "workbench.theme": "the face for people who write Python",
    "workbench.panels": "Python half; widgets/ is the browser half",
    "workbench.inference": "predict, write back, compare",
    "workbench.tuning": "search space, study, trials",
    "workbench.report": "one file to hand on",
    "workbench.training": "networks, Lightning, callbacks, train()",
    "workbench.registry": "MLflow runs, versions, stages, the pyfunc",
    "workbench.assist": "the model beside",
    "workbench.embeddings": "feature vectors of images",
    "workbench.engine": "this machine, or a cluster",
    "workbench.jobs": "processes in the background",
    "workbench.data": "decode, preprocess, augment, batches, cache, formats",
    "workbench.store": "themes, labels, samples, splits, history; SQL and files",
    "workbench.new_project": "workbench init",
    "workbench.notebooks": "papermill",
    "workbench.configuration": "YAML, checked",
    "workbench.trust": "may it run code",
    "workbench.paths": "the project, the assets",
    "workbench.user": "the annotator's name",
    "workbench.errors": "what went wrong, and what to do",
    "workbench.compat": "private parts",
    "workbench.distribution": "for pip",
    "workbench.figures": "beside pyplot",
    "workbench.lazy": "late imports",
    "workbench.masking": "no passwords",
    "workbench.part_files": "half-written",
    "workbench.progress": "bars",
    "workbench.quiet": "logs of others",
}
# Column and row of each table in the drawing; a table that is missing here goes below the others.
PLACES = {
    "themes": (0, 0),
    "labels": (0, 1),
    "batches": (0, 2),
    "samples": (1, 0),
    "boxes": (1, 1),
    "label_events": (2, 0),
    "second_opinions": (2, 1),
    "assignments": (2, 2),
    "snapshots": (3, 0),
    "snapshot_samples": (3, 1),
    "models": (3, 2),
    "stage_events": (3, 3),
    "predictions": (1, 2),
}
COLUMNS = 4
ABREAST = 3


def main() -> None:
    """Write docs/images/rooms.svg and docs/images/schema.svg."""
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "workbench", "font.family": "sans-serif"})
    rules = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    draw_rooms(rules["contracts"][0]["layers"], DOCS / "images" / "rooms.svg")
    draw_schema(Base.metadata, DOCS / "images" / "schema.svg")


def draw_rooms(layers: list[str], file: Path) -> None:
    """Draw the layers from top to bottom; each may import those below it."""
    rows = [(["notebooks/"], True)]
    for layer in layers:
        names = [f"workbench.{name.strip()}" for name in layer.split("|")]
        rows += [(names[start : start + ABREAST], start == 0) for start in range(0, len(names), ABREAST)]
    axes = _sheet(9, 0.62 * len(rows) + 0.2)
    height, top = 1 / len(rows), 1.0
    for names, begins in rows:
        # What is left of a layer stands close to its beginning.
        top -= (0.24 if begins else 0.06) * height
        _row(axes, names, top, 0.76 * height)
        top -= 0.76 * height
    axes.annotate(
        "", xy=(0.992, 0.03), xytext=(0.992, 0.97), arrowprops={"arrowstyle": "-|>", "color": LINE, "linewidth": 1.5}
    )
    _save(file)


def _row(axes: Axes, names: list[str], top: float, height: float) -> None:
    width = (0.94 - 0.02 * (len(names) - 1)) / len(names)
    for position, name in enumerate(names):
        left, middle = 0.02 + position * (width + 0.02), top - height / 2
        _box(axes, left, top - height, width, height, SHADE)
        axes.text(left + 0.015, middle, name, va="center", color=INK, fontsize=10, weight="bold")
        axes.text(
            left + width - 0.015,
            middle,
            CAPTIONS[name],
            va="center",
            ha="right",
            color=LINE,
            fontsize=8 if len(names) == 1 else 7,
        )


def draw_schema(metadata: MetaData, file: Path) -> None:
    """Draw every table with its columns; a column that refers to another table names it."""
    columns: list[list[Table]] = [[] for _ in range(COLUMNS)]
    placed = sorted(metadata.tables.values(), key=lambda table: PLACES.get(table.name, (99, 0)))
    for table in placed:
        shortest = min(range(COLUMNS), key=lambda column: sum(_height(each) for each in columns[column]))
        columns[PLACES[table.name][0] if table.name in PLACES else shortest].append(table)
    tallest = max(sum(_height(table) for table in column) for column in columns)
    axes = _sheet(11, 0.19 * tallest)
    axes.set_ylim(tallest, 0)
    for number, column in enumerate(columns):
        top = 0.0
        for table in column:
            _table(axes, table, number / COLUMNS + 0.005, top, 1 / COLUMNS - 0.01)
            top += _height(table)
    _save(file)


def _height(table: Table) -> float:
    return len(table.columns) + 2.4


def _table(axes: Axes, table: Table, left: float, top: float, width: float) -> None:
    _box(axes, left, top + 0.2, width, 1.3, SHADE)
    _box(axes, left, top + 1.5, width, len(table.columns) + 0.3, PAPER)
    axes.text(left + 0.008, top + 0.9, table.name, va="center", color=INK, fontsize=10, weight="bold")
    for number, column in enumerate(table.columns):
        line = top + 2.1 + number
        axes.text(
            left + 0.008,
            line,
            column.name,
            va="center",
            color=INK,
            fontsize=8,
            weight="bold" if column.primary_key else "normal",
        )
        target = next((f"→ {key.column.table.name}" for key in column.foreign_keys), "")
        kind = target or str(column.type).split("(")[0].lower() + (" null" if column.nullable else "")
        axes.text(left + width - 0.008, line, kind, va="center", ha="right", color=LINE, fontsize=7)


def _sheet(width: float, height: float) -> Axes:
    figure = pyplot.figure(figsize=(width, height), facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.axis("off")
    return axes


def _box(axes: Axes, left: float, bottom: float, width: float, height: float, color: str) -> None:
    axes.add_patch(
        FancyBboxPatch((left, bottom), width, height, boxstyle="square,pad=0", facecolor=color, edgecolor=LINE)
    )


def _save(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pyplot.savefig(file, format="svg", metadata={"Date": None})
    pyplot.close()


if __name__ == "__main__":
    main()
