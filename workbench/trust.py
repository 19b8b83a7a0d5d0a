"""Whether files of a project may run code: not when it came from elsewhere, until somebody has looked and said so once.

Code can stand behind `callbacks.custom` of params.yaml, and in the folders of registered models. A project comes from
elsewhere when its store was restored from a backup, or its folder was moved or copied here with its models.
"""

from __future__ import annotations

import json
from contextlib import suppress

from workbench.errors import NotTrustedError
from workbench.paths import Project, atomic_write

_MARK = "from_elsewhere.json"


def mark_foreign(project: Project, how: str) -> None:
    """Note that a project came from elsewhere; `how` goes on from "this project", say "was restored from a.zip"."""
    with atomic_write(project.db / _MARK) as part:
        part.write_text(json.dumps({"how": how}), encoding="utf-8")


def foreign_because(project: Project) -> str | None:
    """Return how a project came from elsewhere; None for one whose files may run code."""
    try:
        return str(json.loads((project.db / _MARK).read_text(encoding="utf-8"))["how"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return "came from elsewhere"


def require_trust(project: Project, what: str) -> None:
    """Raise NotTrustedError when a project came from elsewhere; `what` would run its code."""
    how = foreign_because(project)
    if how is not None:
        raise NotTrustedError(
            f"{what} would run code that came with the project, and this project {how}. Look at that code; if you "
            "trust it, allow it once with: workbench trust"
        )


def trust(project: Project) -> str | None:
    """Let a project's files run code from now on; return how it had come from elsewhere, None if it had not."""
    how = foreign_because(project)
    with suppress(FileNotFoundError):
        (project.db / _MARK).unlink()
    return how
