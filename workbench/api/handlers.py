"""Tornado's side: finds the operation of a request, checks what came, answers in JSON."""

from __future__ import annotations

import asyncio
import json
import re
from asyncio import Future
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from pydantic import TypeAdapter, ValidationError
from tornado import web

from workbench.api.all_operations import OPERATIONS
from workbench.api.models import LARGEST_ID
from workbench.api.multipart import MultipartFiles
from workbench.api.openapi import document
from workbench.api.operations import Operation, Picture, Request, status_of
from workbench.errors import WorkbenchError
from workbench.store import Store, open_store
from workbench.user import user_name

ROOT = "workbench/api"
UPLOAD_LIMIT = 2**31
"""Bytes that one upload may bring. Its files lie on the disk until they are imported."""
BODY_LIMIT = 16 * 2**20
"""Bytes that any other request may bring, which are read in memory."""


@cache
def shared_store() -> Store:
    """Return the store of this server's project."""
    return open_store()


def routes(base_url: str) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """Return Tornado's routes: one per path, and the OpenAPI document's."""
    found: list[tuple[str, type[web.RequestHandler], dict[str, Any]]] = [
        (url_path_join(base_url, ROOT, "openapi.json"), DocumentHandler, {"base_url": base_url})
    ]
    for path in dict.fromkeys(operation.path for operation in OPERATIONS):
        operations = {operation.method: operation for operation in OPERATIONS if operation.path == path}
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
        takes_files = any(operation.uploads for operation in operations.values())
        handler = UploadHandler if takes_files else OperationHandler
        found.append((url_path_join(base_url, ROOT, pattern), handler, {"operations": operations}))
    return found


class DocumentHandler(APIHandler):
    """Describes the interface."""

    auth_resource = "workbench"

    def initialize(self, base_url: str) -> None:
        self._base_url = base_url

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.finish(json.dumps(document(OPERATIONS, url_path_join(self._base_url, ROOT))))


@web.stream_request_body
class OperationHandler(APIHandler):
    """Runs the operations of one path, in a thread: the store may have to wait for a lock.

    Who may not send a body, or sends too large a one, is refused before it is read.
    """

    auth_resource = "workbench"
    _answering = False
    _limit = BODY_LIMIT

    def initialize(self, operations: dict[str, Operation]) -> None:
        self._operations = operations
        self._body = bytearray()

    async def prepare(self) -> None:  # type: ignore[override]
        prepared = super().prepare()
        if prepared is not None:
            await prepared
        length = int(self.request.headers.get("Content-Length") or 0)
        self.request.connection.set_max_body_size(max(length, self._limit))  # type: ignore[union-attr]
        if self._finished or self.request.method not in ("POST", "PATCH", "DELETE"):
            return
        if self.current_user is None:
            raise web.HTTPError(403)
        if length > self._limit:
            self.set_header("Connection", "close")
            limit = f"{self._limit // 2**20:,} MiB"
            self._problem(413, f"{length:,} bytes are announced, and one request may bring {limit}. Send several.")

    def data_received(self, chunk: bytes) -> None:
        self._body += chunk

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == 405:
            self.set_header("Allow", ", ".join(self._operations))
        super().write_error(status_code, **kwargs)

    @web.authenticated
    @authorized
    async def get(self, **path: str) -> None:
        await self._answer("GET", path)

    @web.authenticated
    @authorized
    async def post(self, **path: str) -> None:
        await self._answer("POST", path)

    @web.authenticated
    @authorized
    async def patch(self, **path: str) -> None:
        await self._answer("PATCH", path)

    @web.authenticated
    @authorized
    async def delete(self, **path: str) -> None:
        await self._answer("DELETE", path)

    async def _answer(self, method: str, path: dict[str, str]) -> None:
        operation = self._operations.get(method)
        if operation is None:
            self.set_header("Allow", ", ".join(self._operations))
            return self._problem(405, f"{method} is not possible here. Allowed: {', '.join(self._operations)}.")
        self._answering = True
        try:
            request = await asyncio.to_thread(self._request, operation, path)
            answer = await asyncio.to_thread(operation.run, request)
        except ValidationError as error:
            return self._problem(400, "; ".join(_plain(problem) for problem in error.errors()))
        except WorkbenchError as error:
            return self._problem(status_of(error), str(error))
        self.set_status(operation.status)
        if isinstance(answer, Picture):
            self.set_header("Cache-Control", "private, max-age=31536000, immutable")
            self.finish(answer.content, set_content_type=answer.media_type)
        elif answer is None:
            self.finish()
        else:
            self.finish(TypeAdapter(operation.answer).dump_json(answer))
        return None

    def _request(self, operation: Operation, path: dict[str, str]) -> Request:
        query = {name: values[-1].decode(errors="replace") for name, values in self.request.query_arguments.items()}
        query.pop("token", None)
        body = None
        if operation.body is not None:
            if not self.request.headers.get("Content-Type", "").startswith("application/json"):
                raise WorkbenchError("The body must be application/json.")
            body = operation.body.model_validate_json(bytes(self._body))
        return Request(
            shared_store(),
            {name: _path_value(name, value) for name, value in path.items()},
            operation.query.model_validate(query),
            body,
            self._files() if operation.uploads else [],
            _person(self.current_user),
        )

    def _files(self) -> list[tuple[str, Path]]:
        """The uploaded files, where the path takes any."""
        return []

    def _problem(self, status: int, message: str) -> None:
        self.set_status(status)
        self.finish(json.dumps({"message": message}))


class UploadHandler(OperationHandler):
    """Takes files as they arrive, onto the disk."""

    _limit = UPLOAD_LIMIT
    _parts: MultipartFiles | None = None
    _fault: WorkbenchError | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        if self._finished or self.request.method != "POST":
            return
        try:
            self._parts = MultipartFiles(self.request.headers.get("Content-Type", ""), "files")
        except WorkbenchError as error:
            self._fault = error

    def data_received(self, chunk: bytes) -> None:
        if self._parts is not None and self._fault is None:
            try:
                self._parts.feed(chunk)
            except WorkbenchError as error:
                self._fault = error

    def finish(self, *args: Any, **options: Any) -> Future[Any]:
        # Before the answer: whoever has it finds nothing left.
        self._discard()
        return super().finish(*args, **options)

    def on_connection_close(self) -> None:
        super().on_connection_close()
        # The import may be reading them yet, and discards them when it is done.
        if not self._answering:
            self._discard()

    def _files(self) -> list[tuple[str, Path]]:
        if self._fault is not None:
            raise self._fault
        return [] if self._parts is None else self._parts.finish()

    def _discard(self) -> None:
        if self._parts is not None:
            self._parts.close()


def _person(user: Any) -> str:
    """Who is recorded with what a request changes, unless the request says so.

    Behind a token alone there is no login, and Jupyter makes up a new name for each request: whoever has the token
    writes for the one who runs the server, as the notebooks do.
    """
    made_up = user.name.startswith("Anonymous ") and re.fullmatch(r"[0-9a-f]{32}", user.username)
    return user_name() if made_up else str(user.username)


def _path_value(name: str, value: str) -> str | int:
    value = unquote(value)
    if name == "theme":
        return value.replace("\x00", "\ufffd")
    if not re.fullmatch(r"[0-9]{1,16}", value) or not 1 <= int(value) <= LARGEST_ID:
        raise WorkbenchError(f"'{value[:50]}' is not an id. Allowed: a whole number from 1.")
    return int(value)


def _plain(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])
