"""Papermill without a kernel, for tests of what a command does: starting one and importing all there takes seconds.

The cells run in the test's own process, as IPython runs them; `tests/notebooks/` runs every notebook in a real kernel.
"""

import base64
from types import ModuleType

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_output
from papermill.engines import Engine
from traitlets.config import Config


class InProcess(Engine):
    """Runs a notebook's cells one after the other until one fails, and keeps what they show."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        without_history = Config(HistoryManager={"enabled": False})
        shell = InteractiveShell.instance(user_module=ModuleType("notebook"), config=without_history)
        try:
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type != "code":
                    continue
                nb_man.cell_start(cell, index)
                with shell.builtin_trap, shell.display_trap, capture_output() as captured:
                    done = shell.run_cell(cell.source)
                cell.outputs = [_shown(output) for output in captured.outputs]
                if captured.stdout:
                    cell.outputs.append(new_output("stream", name="stdout", text=captured.stdout))
                error = done.error_before_exec or done.error_in_exec
                if error is not None:
                    cell.outputs.append(new_output("error", ename=type(error).__name__, evalue=str(error)))
                    nb_man.cell_exception(cell, index, exception=error)
                    return
                nb_man.cell_complete(cell, index)
        finally:
            InteractiveShell.clear_instance()


def _shown(output):
    # As a kernel does before it sends what is shown.
    data = {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in output.data.items()
    }
    return new_output("display_data", data=data, metadata=dict(output.metadata or {}))
