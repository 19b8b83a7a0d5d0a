"""Start-up: a command's help, and the first cell of each notebook on a fresh kernel.

    python bench/startup.py

`workbench --help` beside a Python that does nothing, in turn, medians. For each notebook a new kernel runs the
parameters (with a theme that is there) and then the first cell after them, imports and panel, as a person's first click
does; the kernel's own start is not counted. The first time of three counts as warming the disk, the median of the rest
is reported. 05_register and 06_predict do their work in that cell: their imports alone are measured.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from comparison import Row, report
from jupyter_client.manager import KernelManager
from traitlets.config import Config
from tuning import make_project

from workbench.paths import Project, asset

HELP_LIMIT_S = 0.3
CELL_LIMIT_S = 3.0
HELP_ROUNDS = 9
CELL_ROUNDS = 3
WORKS_AT_ONCE = ("05_register", "06_predict")


def main() -> None:
    """Measure both and print the rows."""
    ours, bare = measure_help()
    rows = [
        Row(
            "start, workbench --help",
            f"{ours:.2f} s",
            f"{bare:.2f} s bare Python",
            goal=f"{HELP_LIMIT_S} s more",
            met=ours - bare <= HELP_LIMIT_S,
        )
    ]
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder))
        for notebook in sorted(asset("notebooks").glob("*.ipynb")):
            seconds = measure_notebook(notebook, project)
            what = "imports" if notebook.stem in WORKS_AT_ONCE else "first cell"
            rows.append(
                Row(
                    f"start, {what} of {notebook.stem}",
                    f"{seconds:.2f} s",
                    goal=f"{CELL_LIMIT_S:.0f} s",
                    met=seconds <= CELL_LIMIT_S,
                )
            )
    report(rows)


def measure_help() -> tuple[float, float]:
    """Median seconds of the command and of a bare Python."""
    commands = [[sys.executable, "-m", "workbench.cli", "--help"], [sys.executable, "-c", "pass"]]
    seconds: list[list[float]] = [[], []]
    for _ in range(HELP_ROUNDS):
        for times, command in zip(seconds, commands, strict=True):
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - started)
    return statistics.median(seconds[0][1:]), statistics.median(seconds[1][1:])


def measure_notebook(notebook: Path, project: Project) -> float:
    """Median seconds of the cell after the parameters, each time on a new kernel."""
    cells = [cell for cell in nbformat.read(str(notebook), as_version=4).cells if cell.cell_type == "code"]
    at = next(index for index, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", []))
    parameters, first = cells[at].source, cells[at + 1].source
    if "theme" in parameters and notebook.stem != "01_label_boxes":
        parameters += "\ntheme = 'digits'"
    if notebook.stem in WORKS_AT_ONCE:
        first = "\n".join(line for line in first.splitlines() if line.startswith(("from ", "import ")))
    times = [run_cell(parameters, first, project) for _ in range(CELL_ROUNDS)]
    return statistics.median(times[1:])


def run_cell(parameters: str, first: str, project: Project) -> float:
    """Seconds that a new kernel takes for the second of two cells."""
    environment = {**os.environ, "WORKBENCH_ROOT": str(project.root), "PYTHONPATH": os.pathsep.join(sys.path)}
    # Without encryption a kernel of these days begins with a warning.
    manager = KernelManager(config=Config(KernelManager={"transport_encryption": "auto"}))
    manager.start_kernel(cwd=str(project.root), env=environment)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        execute(client, parameters)
        started = time.perf_counter()
        execute(client, first)
        return time.perf_counter() - started
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def execute(client: Any, code: str) -> None:
    """Run code and wait for its end; a cell that fails ends the measurement."""
    answer = client.execute_interactive(code, timeout=60, output_hook=lambda _message: None, store_history=False)
    if answer["content"]["status"] != "ok":
        raise SystemExit(f"The cell failed: {answer['content'].get('evalue')}\n{code}")


if __name__ == "__main__":
    main()
