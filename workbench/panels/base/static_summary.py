"""What a panel shows where nobody can use it: in a batch run, on GitHub, in viewers without a kernel."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from workbench.compat.ipykernel import may_ask_for_input
from workbench.notebooks import is_batch, is_door


class StaticSummary:
    """Adds a static summary to what a widget displays; in a batch run it is all that is displayed."""

    def summary(self) -> str:
        """Return what the panel shows as static HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        name = self.__class__.__name__.removesuffix("Panel")
        plain = {"text/plain": f"{name} panel (run this cell in JupyterLab to use it)"}
        static = {"text/html": self.summary()}
        if is_batch() or not (is_door() or somebody_there()):
            return static | plain
        bundle = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        live = bundle[0] if isinstance(bundle, tuple) else bundle
        if in_kernel() and not is_door():
            display_beside(static["text/html"])
            return {**(live or {}), **plain}
        return {**(live or {}), **static, **plain}


# Beside the panel, not as another form of it: JupyterLab shows of a widget without its kernel that it is not there, and
# nothing else. While the panel is on the page its summary is not, nor until it has had the time to come; where the
# panel is missing, that is not told.
_BESIDE = """<style>
.jp-OutputArea-child:has(.wb-static):has(+ .jp-OutputArea-child :is([role=application], .jupyter-button)) {{
  display: none;
}}
.jp-OutputArea-child:has(.wb-static)
  + .jp-OutputArea-child:has(> .jupyter-widgets):not(:has([role=application], .jupyter-button)) {{
  display: none;
}}
.wb-static {{ overflow: hidden; animation: wb-static 1ms linear 3s backwards; }}
@keyframes wb-static {{ from {{ max-height: 0; visibility: hidden; }} }}
</style><div class="wb-static">{summary}</div>"""


def display_beside(summary: str) -> None:
    """Show HTML in the place of the panel or button that is shown next, wherever that is missing."""
    from IPython.display import HTML, display

    display(HTML(_BESIDE.format(summary=summary)))  # type: ignore[no-untyped-call]


def in_kernel() -> bool:
    """Whether this code runs in a cell of a kernel, so that something can be shown beside what it returns."""
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


def static_table(
    head: Sequence[str], rows: Sequence[Sequence[object]], *, texts: int = 1, leads: Sequence[str] = ()
) -> str:
    """Return a table as HTML: the first `texts` columns are words, on the left; all others numbers, on the right.

    Whole numbers get thousands separators, None is empty, words are escaped. `leads` are HTML that stands before the
    first cell of each row. JupyterLab and GitHub know no styles of ours, so each cell says its side itself.
    """
    lines = [_row(head, "th", texts, "")]
    lines += [_row(row, "td", texts, leads[index] if leads else "") for index, row in enumerate(rows)]
    return f"<table>{''.join(lines)}</table>"


def swatch(color: str) -> str:
    """Return a label's color as HTML that stands before its name."""
    return f"<span style='color:{color}'>&#9632;</span> "


def _row(cells: Sequence[object], tag: str, texts: int, lead: str) -> str:
    sides = ["left" if column < texts else "right" for column in range(len(cells))]
    written = [lead + _cell(cell) if column == 0 else _cell(cell) for column, cell in enumerate(cells)]
    pairs = zip(sides, written, strict=True)
    inner = "".join(f"<{tag} style='text-align:{side}'>{text}</{tag}>" for side, text in pairs)
    return f"<tr>{inner}</tr>"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else escape("" if value is None else str(value))


def somebody_there() -> bool:
    """Whether the cell runs for a person: batch runners do not allow a kernel to ask for input."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return True
    return may_ask_for_input(getattr(get_ipython(), "kernel", None))
