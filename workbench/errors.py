"""Errors that a person can act on: what came, what is allowed, what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from workbench.masking import masked


class WorkbenchError(Exception):
    """Bad input or a state that the user can mend. The message is shown without a traceback, and without passwords."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*(masked(each) if isinstance(each, str) else each for each in arguments))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the message alone helps here."""
        return [str(self)]


class NotFoundError(WorkbenchError):
    """A name that does not exist (a theme, a label, a model version ...)."""


class ConflictError(WorkbenchError):
    """What was asked for contradicts what is there already (a theme that exists, a protected sample ...)."""


class NotAllowedError(WorkbenchError):
    """The one who asks may not do this; others may."""


class NotTrustedError(WorkbenchError):
    """A file of a project that came from elsewhere would run code, which nobody has allowed yet."""


class ConfigError(WorkbenchError):
    """A YAML file or an override with an unknown key or a value that is not allowed."""


class StoreVersionError(WorkbenchError):
    """The database is older or newer than this code."""


class StoreFailedError(WorkbenchError):
    """The database cannot be read or written now; what was asked for is right and may be asked for again later."""


class StoreLockedError(StoreFailedError):
    """Another process held the database's write lock for too long."""


class InterruptedRunError(WorkbenchError):
    """A long operation was stopped by the user; what it had finished is kept."""


# What follows is raised in one room, and known to all: a notebook's kernel hands over no more than a name.


class ImageError(WorkbenchError):
    """A file that is not an image, is damaged, or is too large; the message is the reason."""


class WeightsError(WorkbenchError):
    """Pretrained weights were asked for and cannot be had."""


class DivergedError(WorkbenchError):
    """The loss became NaN or infinite."""


class MemoryShortError(WorkbenchError):
    """The network and a batch do not fit into memory."""


class SmallBatchError(WorkbenchError):
    """A norm layer was given a single value per channel."""


def first_line(error: BaseException) -> str:
    """Return the first line of what an error of another library says, its type's name when it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `given`, or None when none is close."""
    names = list(known)
    folded = {name.lower(): name for name in names}
    if given.lower() in folded:
        return folded[given.lower()]
    found = difflib.get_close_matches(given, names, n=1, cutoff=0.5)
    if found:
        return found[0]
    found = difflib.get_close_matches(given.lower(), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def unknown_name(kind: str, given: object, known: Iterable[str], *, then: str = "") -> str:
    """Word the message for a name that is not among the known ones.

    `kind` is the word for what was looked up ("theme"); `then` says what to do next.
    """
    names = list(known)
    parts = [f"There is no {kind} '{given}'."]
    close = nearest(str(given), names)
    if close is not None:
        parts.append(f"Did you mean '{close}'?")
    if names:
        shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
        parts.append(f"Known: {shown}.")
    if then:
        parts.append(then)
    return " ".join(parts)
