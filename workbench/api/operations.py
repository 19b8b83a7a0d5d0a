"""What an operation is, and the errors that it answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from workbench.api.models import Nothing
from workbench.errors import ConflictError, NotFoundError, StoreFailedError, WorkbenchError
from workbench.store import Store

Method = Literal["GET", "POST", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Request:
    """A checked request: names and ids of the path, the query, the body, uploaded files, and the logged-in user."""

    store: Store
    path: dict[str, Any]
    query: Any
    body: Any
    files: list[tuple[str, bytes]]
    user: str

    @property
    def annotator(self) -> str:
        """Who is recorded with a change."""
        given = getattr(self.body, "annotator", None) or getattr(self.query, "annotator", None)
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
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, ConflictError):
        return 409
    if isinstance(error, StoreFailedError):
        return 503
    return 400
