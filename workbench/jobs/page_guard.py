"""Who may see the pages of servers that have no login of their own (optuna-dashboard, MLflow): whoever has the token.

On a machine of several people every one of them reaches a port on loopback, and so does any page that a browser shows
(DNS rebinding). Therefore each request needs the token, names a host under which the server is known, and, where it
changes something, comes from one of the server's own pages.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from workbench.paths import url_parts

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_Channel = Callable[..., Awaitable[Any]]
AsgiApplication = Callable[[dict[str, Any], _Channel, _Channel], Awaitable[Any]]

TOKEN_HEADER = "X-Workbench-Token"
"""How Jupyter's proxy tells the token, once Jupyter has checked who asks."""
_QUERY = "token"
_SAFE = ("GET", "HEAD")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def with_token(path: str, token: str) -> str:
    """Return an address or a path with the token in its query; the first answer leads on without it."""
    before, mark, fragment = path.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{urlencode({_QUERY: token})}{mark}{fragment}"


def address_with_token(path: str) -> str:
    """Return a path of a server that this process started, as a browser has to open it at first."""
    return with_token(path, process_token())


@cache
def process_token() -> str:
    """Return the token of what this process serves: random, and kept in its memory alone."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Guard:
    """The pages of `name` are for those who have its token; `hosts` are known besides loopback, with their ports."""

    name: str
    token: str
    hosts: Collection[str] = ()

    def wsgi(self, application: WsgiApplication) -> WsgiApplication:
        """Answer requests with the token by the application, and refuse all others."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            headers = {
                name.removeprefix("HTTP_").replace("_", "-").lower(): value
                for name, value in environ.items()
                if name.startswith("HTTP_")
            }
            path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
            asked = _Asked(environ["REQUEST_METHOD"], path, query, headers, str(environ.get("SERVER_PORT", "")))
            reply = self._reply(asked)
            if reply is None:
                return application(environ, start_response)
            start_response(f"{reply.status.value} {reply.status.phrase}", reply.headers)
            return [reply.body]

        return answer

    def asgi(self, application: AsgiApplication) -> AsgiApplication:
        """The same for an application that is served asynchronously."""

        async def answer(scope: dict[str, Any], receive: _Channel, send: _Channel) -> None:
            reply = None if scope["type"] == "lifespan" else self._reply(_asked(scope))
            if reply is None:
                await application(scope, receive, send)
            elif scope["type"] != "http":
                await send({"type": "websocket.close", "code": 1008})
            else:
                lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers]
                await send({"type": "http.response.start", "status": reply.status.value, "headers": lines})
                await send({"type": "http.response.body", "body": reply.body})

        return answer

    def _reply(self, asked: _Asked) -> _Reply | None:
        """What is answered in place of the application; None where the application answers."""
        host = asked.headers.get("host", "")
        by_jupyter = _is(asked.headers.get(TOKEN_HEADER.lower()), self.token)
        if not by_jupyter and host not in self.hosts and re.sub(r":\d+$", "", host).lower() not in _LOOPBACK:
            return _refusal(f"'{host}' is not where {self.name} is.")
        origin = asked.headers.get("origin")
        if asked.method not in _SAFE and origin is not None and url_parts(origin).netloc != host:
            return _refusal(f"This page may not change anything of {self.name}.")
        query = parse_qsl(asked.query, keep_blank_values=True)
        if _is(dict(query).get(_QUERY), self.token):
            return self._lead_on(asked, query)
        # Programs say it as they say MLFLOW_TRACKING_TOKEN.
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if by_jupyter or _is(bearer, self.token) or _is(_cookies(asked).get(self._cookie(asked)), self.token):
            return None
        return _refusal(
            f"Open the address that 'workbench {self.name}' prints, with its token, or the page below Jupyter's."
        )

    def _lead_on(self, asked: _Asked, query: list[tuple[str, str]]) -> _Reply:
        """Keep the token in a cookie and send the browser to the same page without it."""
        rest = urlencode([(name, value) for name, value in query if name != _QUERY])
        # Relative: a proxy may have put its prefix before the path.
        last = asked.path.rpartition("/")[2] or "./"
        path = asked.headers.get("x-forwarded-prefix", "").rstrip("/") + "/"
        cookie = f"{self._cookie(asked)}={self.token}; Path={path}; HttpOnly; SameSite=Strict"
        location = f"{last}?{rest}" if rest else last
        headers = [("Location", location), ("Set-Cookie", cookie), ("Content-Length", "0")]
        return _Reply(HTTPStatus.SEE_OTHER, headers, b"")

    def _cookie(self, asked: _Asked) -> str:
        # Cookies know no ports, and each server has a token of its own.
        return f"workbench-{self.name}-{asked.port}"


@dataclass(frozen=True)
class _Asked:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    """By their names in small letters."""
    port: str


@dataclass(frozen=True)
class _Reply:
    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes


def _asked(scope: dict[str, Any]) -> _Asked:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    _, port = scope.get("server") or ("", "")
    query = scope.get("query_string", b"").decode("latin-1")
    return _Asked(scope.get("method", "POST"), scope["path"], query, headers, str(port))


def _refusal(reason: str) -> _Reply:
    body = reason.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    return _Reply(HTTPStatus.FORBIDDEN, headers, body)


def _cookies(asked: _Asked) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in asked.headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}


def _is(given: str | None, token: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), token.encode())
