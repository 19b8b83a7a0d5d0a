"""Progress of a long operation: a bar in a terminal and in a notebook, now and then a line in a batch run."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from typing import Any

Tell = Callable[[int, int], None]
"""Is told now and then how many of how many are done; what it raises ends the work."""

_FIRST_LINE_S = 10
_LONGEST_SILENCE_S = 600


def progress_bar(total: int | None, doing: str, *, unit: str = " images", show: bool = True, initial: int = 0) -> Any:
    """Return a tqdm bar to use in a `with` statement; `update(n)` moves it, `initial` is done already.

    It draws nothing when `show` is false, when the output is not a terminal, or when `TQDM_DISABLE` is set.
    """
    options: dict[str, Any] = {"total": total, "desc": doing, "unit": unit, "leave": False, "mininterval": 0.2}
    options["initial"] = initial
    if show and _in_notebook():
        return _notebook_bar(**options)
    from tqdm import tqdm

    return tqdm(**options, disable=None if show else True)


def progress_lines(
    total: int | None,
    doing: str,
    *,
    initial: int = 0,
    clock: Callable[[], float] = time.monotonic,
) -> Callable[[int], None]:
    """Return a function to be told of so many more images that are done, which prints a line now and then.

    After 10 s, 20 s, 40 s and so on, for logs that nobody watches: a minute leaves three lines, an hour some ten.
    """
    began = clock()
    done, wait, due = initial, float(_FIRST_LINE_S), began + _FIRST_LINE_S

    def update(more: int) -> None:
        nonlocal done, wait, due
        done += more
        now = clock()
        if now < due:
            return
        of = "" if total is None else f" of {total:,}"
        print(f"{doing}: {done:,}{of} images, {(done - initial) / (now - began):,.0f} a second", flush=True)
        wait, due = min(2 * wait, _LONGEST_SILENCE_S), now + min(wait, _LONGEST_SILENCE_S)

    return update


def _notebook_bar(**options: Any) -> Any:
    """A bar of text in the output of a cell, of which nothing is left when it is closed.

    tqdm's own is a widget: of a notebook that was saved before its end, an error is shown the next day.
    """
    from IPython.display import display
    from tqdm import tqdm

    shown = display({"text/plain": ""}, raw=True, display_id=True)  # type: ignore[no-untyped-call]

    class NotebookBar(tqdm):  # type: ignore[type-arg]
        def display(self, msg: str | None = None, pos: int | None = None) -> None:
            if shown is not None:
                shown.update({"text/plain": str(self) if msg is None else msg}, raw=True)

    return NotebookBar(**options, file=io.StringIO(), ascii=False, ncols=100)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell is not None else None
    return instance is not None and hasattr(instance, "kernel")
