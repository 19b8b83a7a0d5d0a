"""What every panel shows where nobody can use it: in a batch run, and in viewers without a kernel."""

from __future__ import annotations

from typing import Any

from workbench.compat.ipykernel import may_ask_for_input
from workbench.notebooks import is_batch


class StaticForm:
    """Adds a static summary to what a widget displays; in a batch run it is all that is displayed."""

    def summary(self) -> str:
        """Return what the panel shows as static HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        name = self.__class__.__name__.removesuffix("Panel")
        static = {"text/html": self.summary(), "text/plain": f"{name} panel (run this cell in JupyterLab to use it)"}
        if is_batch() or not _somebody_there():
            return static
        bundle = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        live = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**(live or {}), **static}


def _somebody_there() -> bool:
    """Whether the cell runs for a person: batch runners do not allow a kernel to ask for input."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return True
    return may_ask_for_input(getattr(get_ipython(), "kernel", None))
