"""Running the project's notebooks in batch through papermill, and reading back what they recorded."""

from __future__ import annotations

import ast
import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from workbench.errors import InterruptedRunError, NotFoundError, WorkbenchError, first_line, nearest, unknown_name
from workbench.masking import masked
from workbench.paths import Project, atomic_write, find_project
from workbench.quiet import quiet_loggers

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULT_MIME = "application/vnd.workbench.result+json"
BATCH_VARIABLE = "WORKBENCH_BATCH"


@dataclass(frozen=True)
class NotebookRun:
    """An executed notebook: the copy with its outputs, what it recorded as its result, and how long it took."""

    notebook: str
    output: Path
    result: dict[str, Any]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the run as one JSON-ready document: the recorded result plus `notebook`, `output`, `seconds`."""
        return {**self.result, "notebook": self.notebook, "output": str(self.output), "seconds": round(self.seconds, 2)}


def is_batch() -> bool:
    """Whether this kernel runs a notebook unattended, so that progress and panels should be static."""
    return os.environ.get(BATCH_VARIABLE) == "1"


def is_door() -> bool:
    """Whether this kernel runs a notebook of which Voila shows the panel alone, to whoever was sent a link."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila/")


def record_result(result: Mapping[str, Any]) -> None:
    """Record a notebook's result so that batch callers can read it from the executed copy.

    `result` must be JSON-ready (paths are turned into text). Shown in the notebook as a small table.

    >>> wb.record_result({"theme": "cells", "samples": 8})
    {...}
    """
    from IPython.display import display

    data = json.loads(json.dumps(dict(result), default=str))
    bundle = {
        RESULT_MIME: data,
        "text/html": _table(data),
        "text/plain": json.dumps(data, indent=2),
    }
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def find_notebook(name: str, project: Project) -> Path:
    """Return a notebook of the project by its file name; the number, the suffix or the words may be left out.

    Raises NotFoundError, which names the nearest one.
    """
    folder = project.notebooks
    given = Path(name)
    for path in (given, folder / given, folder / f"{given}.ipynb"):
        if path.is_file() and path.suffix == ".ipynb":
            return path.resolve()
    stems = sorted(path.stem for path in folder.glob("*.ipynb"))
    for stem in stems:
        number, _, words = stem.partition("_")
        if name in {number, number.lstrip("0"), words}:
            return folder / f"{stem}.ipynb"
    raise NotFoundError(unknown_name("notebook", name, stems))


def parse_parameters(notebook: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """Turn parameters from a command line into the types that the notebook declares.

    A parameter declared as `str` keeps its text (`007` stays `007`); all others are read as YAML. Raises WorkbenchError
    for a parameter that the notebook does not have.
    """
    types = {name: kind for name, (kind, _) in notebook_parameters(notebook).items()}
    check_parameters(notebook, given, types)
    return {name: _parsed(name, text, types[name]) for name, text in given.items()}


def notebook_parameters(notebook: Path) -> dict[str, tuple[str, str]]:
    """Return a notebook's parameters: name to (declared type, default), both as source text.

    Read from the assignments in the cell tagged `parameters`; papermill's own inspection does not know `str | None`.
    Raises WorkbenchError for a file that is no notebook.
    """
    found: dict[str, tuple[str, str]] = {}
    for source in _parameter_cells(notebook):
        for node in ast.parse(source).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                found[node.target.id] = (ast.unparse(node.annotation), ast.unparse(node.value))
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = ("", ast.unparse(node.value))
    return found


def _parameter_cells(notebook: Path) -> list[str]:
    # As plain JSON: nbformat takes a second to load, and the format's version 4 is ten years old.
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkbenchError(f"{notebook} cannot be read as a notebook: {first_line(error)}.") from None


def effective_parameters(notebook: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a notebook runs with: the given parameters, and its saved `parameters` cell for all others.

    Defaults that are no plain values are left out.
    """
    values: dict[str, Any] = {}
    for name, (_, text) in notebook_parameters(notebook).items():
        with suppress(ValueError):
            values[name] = ast.literal_eval(text)
    return {**values, **given}


def check_parameters(notebook: Path, given: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> None:
    """Raise WorkbenchError for a parameter that the notebook's `parameters` cell does not have."""
    known = notebook_parameters(notebook) if known is None else known
    for name in given:
        if name not in known:
            close = nearest(name, known)
            hint = f" Did you mean '{close}'?" if close else ""
            raise WorkbenchError(
                f"{notebook.name} has no parameter '{name}'.{hint} Allowed: {', '.join(known) or 'none'}."
            )


def run_notebook(
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    project: Project | None = None,
    output: Path | None = None,
    stream: IO[str] | None = None,
) -> NotebookRun:
    """Execute a notebook of the project and keep the executed copy under `runs/`.

    `parameters` replaces the defaults of its `parameters` cell; `stream` (default: stderr) shows what the notebook
    prints while it runs. Raises WorkbenchError with the notebook's own message when it fails for bad input, and with
    the failing cell otherwise; the executed copy is kept in both cases.

    >>> wb.run_notebook("03_trian")
    Traceback (most recent call last):
    ...
    workbench.errors.NotFoundError: ...
    """
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    project = project or find_project()
    notebook = find_notebook(name, project)
    values = dict(parameters or {})
    check_parameters(notebook, values)
    target = output or _output_path(project, notebook, values.get("theme"))
    target.parent.mkdir(parents=True, exist_ok=True)
    stream = stream or sys.stderr
    started = time.monotonic()
    # Papermill's own chatter (input, output, dead kernels) does not belong on the terminal: what is wrong is raised.
    with _batch_environment(project), quiet_loggers("papermill", "traitlets", level=logging.CRITICAL):
        try:
            executed = papermill.execute_notebook(
                str(notebook),
                str(target),
                parameters=values,
                kernel_name="python3",
                cwd=str(project.root),
                progress_bar=False,
                store_widget_state=False,
                stdout_file=stream,
                stderr_file=stream,
                # A kernel that is interrupted while it answers would write tracebacks of its own onto the terminal.
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
                # Without encryption a kernel of these days begins with a warning in every log.
                config=Config(KernelManager={"transport_encryption": "auto"}),
            )
        except PapermillExecutionError as error:
            raise _plain_error(error, target) from None
        except DeadKernelError:
            raise InterruptedRunError(
                "The notebook's kernel ended while a cell ran: it was interrupted or killed, for instance because "
                f"memory ran out.\n(the executed notebook is {target})"
            ) from None
        except KeyboardInterrupt:
            # A kernel that dies of it leaves a task behind, whose traceback would follow when the program ends.
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)
            # The kernel was interrupted, too, and its last words say what is kept and how to go on.
            said = _last_error(target) or "The notebook was interrupted."
            raise InterruptedRunError(f"{said}\n(the executed notebook is {target})") from None
        finally:
            _mask_file(target)
    return NotebookRun(notebook.stem, target, result_of(executed), time.monotonic() - started)


def _mask_file(notebook: Path) -> None:
    """Take passwords out of an executed notebook: out of its parameters, and of what other libraries printed."""
    if not notebook.is_file():
        return
    text = notebook.read_text(encoding="utf-8")
    without = masked(text)
    if without != text:
        with atomic_write(notebook) as part:
            part.write_text(without, encoding="utf-8")


def result_of(executed: Any) -> dict[str, Any]:
    """Return what an executed notebook recorded with `record_result`; empty when it recorded nothing."""
    result: dict[str, Any] = {}
    for cell in executed.cells:
        for shown in cell.get("outputs", []):
            result = dict(shown.get("data", {}).get(RESULT_MIME, result))
    return result


def _parsed(name: str, text: str, kind: str) -> Any:
    from workbench.configuration import NotYamlError, parse_yaml

    if kind in {"str", "str | None"}:
        return text
    try:
        return parse_yaml(text)
    except NotYamlError as error:
        raise WorkbenchError(f"The parameter '{name}' is {text!r}, which is not valid YAML: {error}.") from None


def _output_path(project: Project, notebook: Path, theme: str | None) -> Path:
    when = datetime.now().strftime("%Y%m%d-%H%M%S")
    stem = "-".join(part for part in (when, notebook.stem, (theme or "").replace(" ", "_")) if part)
    path = project.runs / f"{stem}.ipynb"
    number = 2
    while path.exists():
        path = project.runs / f"{stem}-{number}.ipynb"
        number += 1
    return path


@contextmanager
def _batch_environment(project: Project) -> Iterator[None]:
    """Let the kernel know the project and that nobody watches."""
    wanted = {
        "WORKBENCH_ROOT": str(project.root),
        BATCH_VARIABLE: "1",
        "PYTHONUNBUFFERED": "1",
        # Without it the kernel prints a warning about frozen modules into every notebook.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _plain_error(error: Any, target: Path) -> WorkbenchError:
    known = {cls.__name__: cls for cls in _subclasses(WorkbenchError)}
    if error.ename in known:
        kind = known[error.ename]
        return kind(f"{error.evalue}\n(the executed notebook is {target})")
    return WorkbenchError(
        f"Cell {error.exec_count} of the notebook failed with {error.ename}: {error.evalue}\n"
        f"Open {target} to see where."
    )


def _last_error(target: Path) -> str:
    """What the failing cell of an executed notebook said; empty where none failed or nothing was kept."""
    import nbformat

    if not target.is_file():
        return ""
    outputs = [output for cell in nbformat.read(str(target), as_version=4).cells for output in cell.get("outputs", [])]
    errors = [
        output for output in outputs if output["output_type"] == "error" and output["ename"] != "KeyboardInterrupt"
    ]
    return str(errors[-1]["evalue"]) if errors else ""


def _subclasses(cls: type[WorkbenchError]) -> list[type[WorkbenchError]]:
    found = [cls]
    for child in cls.__subclasses__():
        found.extend(_subclasses(child))
    return found


def _table(values: Mapping[str, Any]) -> str:
    """Values as an HTML table; mappings are tables in it, and lists of words stand side by side."""
    left = "style='text-align:left;vertical-align:top'"
    rows = (
        f"<tr><th {left}>{escape(str(key))}</th><td {left}>{_cell(value)}</td></tr>" for key, value in values.items()
    )
    return f"<table>{''.join(rows)}</table>"


def _cell(value: Any) -> str:
    if isinstance(value, dict) and value:
        return _table(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return escape(", ".join(value))
    if isinstance(value, float):
        return f"{value:.6g}"
    return escape(value if isinstance(value, str) else json.dumps(value))
