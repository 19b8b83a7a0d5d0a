"""What an operation is, and the errors that it answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from workbench.api.models import Nothing
from workbench.errors import ConflictError, NotAllowedError, NotFoundError, StoreFailedError, WorkbenchError
from workbench.store import Store
from workbench.user import ACT_FOR_OTHERS, may_act_for_others

Method = Literal["GET", "POST", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Request:
    """A checked request: names and ids of the path, the query, the body, uploaded files, and the logged-in user."""

    store: Store
    path: dict[str, Any]
    query: Any
    body: Any
    files: list[tuple[str, Path]]
    user: str

    @property
    def annotator(self) -> str:
        """Who is recorded with a change: the user, or whom the request names when the user may act for others.

        Raises NotAllowedError when the request names somebody else and the user may not.
        """
        given = getattr(self.body, "annotator", None) or getattr(self.query, "annotator", None)
        if given and given != self.user and not may_act_for_others(self.user):
            raise NotAllowedError(
                f"'{self.user}' may not record changes as '{given}'. Leave out 'annotator', or start the server with "
                f"{ACT_FOR_OTHERS}={self.user} (several names with commas between them; * for everybody)."
            )
        return given or self.user


@dataclass(frozen=True)
class Picture:
    """Bytes of an image and their media type."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Operation:
    """One method on one path. `path` is a template such as `/themes/{theme}`."""

    method: Method
    path: str
    summary: str
    run: Callable[[Request], BaseModel | list[Any] | Picture | None]
    answer: Any = None
    query: type[BaseModel] = Nothing
    body: type[BaseModel] | None = None
    uploads: bool = False
    picture: bool = False
    status: int = 200


def status_of(error: WorkbenchError) -> int:
    """Return the HTTP status that says what kind of error it is."""
    if isinstance(error, NotAllowedError):
        return 403
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, ConflictError):
        return 409
    if isinstance(error, StoreFailedError):
        return 503
    return 400
