"""Whether files of a project may run code: not when it came from elsewhere, until somebody has looked and said so once.

Code can stand behind `callbacks.custom` of params.yaml, and in the folders of registered models. A project comes from
elsewhere when its store was restored from a backup, or its folder was moved or copied here with its store or models.
"""

from __future__ import annotations

import json
from contextlib import suppress

from workbench.errors import NotTrustedError
from workbench.paths import Project, atomic_write

MOVED = "was moved or copied here"

_MARK = "from_elsewhere.json"
_HOMES = "homes.json"


def mark_foreign(project: Project, how: str) -> None:
    """Note that a project came from elsewhere; `how` goes on from "this project", say "was restored from a.zip"."""
    with atomic_write(project.db / _MARK) as part:
        part.write_text(json.dumps({"how": how}), encoding="utf-8")


def foreign_because(project: Project) -> str | None:
    """Return how a project came from elsewhere; None for one whose files may run code."""
    try:
        return str(json.loads((project.db / _MARK).read_text(encoding="utf-8"))["how"])
    except FileNotFoundError:
        homes = _homes(project)
        return None if homes is None or _here(project) in homes else MOVED
    except (OSError, ValueError, KeyError, TypeError):
        return "came from elsewhere"


def note_home(project: Project) -> None:
    """Note that a project was begun, or is trusted, under its present path: under others it was moved or copied."""
    homes = dict.fromkeys([*(_homes(project) or []), _here(project)])
    with atomic_write(project.db / _HOMES) as part:
        part.write_text(json.dumps(list(homes)), encoding="utf-8")


def is_at_home(project: Project) -> bool:
    """Whether a project was begun, or is trusted, under its present path."""
    return _here(project) in (_homes(project) or [])


def is_begun(project: Project) -> bool:
    """Whether there is anything yet of what a project comes to hold."""
    return any((project.db / name).exists() for name in (_HOMES, _MARK, "workbench.db", "mlflow.db", "artifacts"))


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
    if how is not None:
        note_home(project)
    with suppress(FileNotFoundError):
        (project.db / _MARK).unlink()
    return how


def _here(project: Project) -> str:
    return str(project.root.resolve())


def _homes(project: Project) -> list[str] | None:
    """The paths under which a project was begun or is trusted; None where none was noted."""
    try:
        return list(map(str, json.loads((project.db / _HOMES).read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        return []
