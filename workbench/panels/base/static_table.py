"""Tables of the panels' static summaries."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


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
    told = [lead + _cell(cell) if column == 0 else _cell(cell) for column, cell in enumerate(cells)]
    inner = "".join(f"<{tag} style='text-align:{side}'>{text}</{tag}>" for side, text in zip(sides, told, strict=True))
    return f"<tr>{inner}</tr>"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else escape("" if value is None else str(value))
