"""Progress of a long operation: a bar in a terminal, a widget in a notebook, silence in a batch run."""

from __future__ import annotations

import sys
from typing import Any


def progress_bar(total: int | None, doing: str, *, unit: str = " images", show: bool = True) -> Any:
    """Return a tqdm bar to use in a `with` statement; `update(n)` moves it.

    It draws nothing when `show` is false, when the output is not a terminal, or when `TQDM_DISABLE` is set.
    """
    options: dict[str, Any] = {"total": total, "desc": doing, "unit": unit, "leave": False, "mininterval": 0.2}
    if show and _in_notebook():
        from tqdm.auto import tqdm as notebook_bar

        return notebook_bar(**options)
    from tqdm import tqdm

    return tqdm(**options, disable=None if show else True)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell is not None else None
    return instance is not None and hasattr(instance, "kernel")
