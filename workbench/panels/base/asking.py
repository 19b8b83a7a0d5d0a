"""A question before something expensive: nothing that takes long starts because all cells of a notebook were run."""

from __future__ import annotations

import threading
from html import escape

from workbench.compat.ipykernel import route_by_request, run_no_cell_hooks
from workbench.notebooks import is_batch, is_door
from workbench.panels.base.static_summary import display_beside, in_kernel, somebody_there


def ask_before(action: str, *, run: bool = False) -> None:
    """Show a button that says what comes next, and wait for its click; the cells below wait with it.

    Goes on at once where `run` is true, and where nobody could click: in a batch run, through papermill or nbconvert.
    Interrupting the kernel ends the wait.

    >>> wb.ask_before("Train here", run=True)
    """
    if run or is_batch() or is_door() or not in_kernel() or not somebody_there():
        return
    from IPython.display import clear_output, display
    from ipywidgets import HTML, Button, HBox

    pressed = threading.Event()
    button = Button(description=action, button_style="primary", layout={"width": "auto"})
    button.on_click(lambda _: pressed.set())
    # The cell is running: the click must be heard beside it.
    route_by_request(button.comm)
    run_no_cell_hooks(button.comm)
    # A notebook may be saved while it asks.
    display_beside(f"<p>Nothing was started here: run this cell, and press <i>{escape(action)}</i>.</p>")
    display(HBox([button, HTML("or interrupt the kernel. With <code>run = True</code> above nothing is asked.")]))
    try:
        while not pressed.wait(0.2):
            pass
    finally:
        clear_output()
