"""Who may see optuna-dashboard, which has no login of its own: whoever has the token of the process that serves it.

On a machine of several people every one of them reaches a port on loopback, and so does any page that a browser shows
(DNS rebinding). Therefore each request needs the token, names a host under which the dashboard is known, and, where it
changes something, comes from one of its own pages.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

TOKEN_HEADER = "X-Workbench-Token"
"""How Jupyter's proxy tells the token, once Jupyter has checked who asks."""
_QUERY = "token"
_SAFE = ("GET", "HEAD")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def with_token(path: str, token: str) -> str:
    """Return an address or a path with the token in its query; the first answer leads on without it."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode({_QUERY: token})}"


def guarded(application: Application, token: str, hosts: Collection[str] = ()) -> Application:
    """Answer requests with the token, and refuse all others. `hosts` are known besides loopback, with their ports."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        by_jupyter = _is(environ.get("HTTP_X_WORKBENCH_TOKEN"), token)
        if not by_jupyter and host not in hosts and re.sub(r":\d+$", "", host).lower() not in _LOOPBACK:
            return _refuse(start_response, f"'{host}' is not where optuna-dashboard is.")
        if environ["REQUEST_METHOD"] not in _SAFE and not _of_its_own_page(environ, host):
            return _refuse(start_response, "This page may not change a study.")
        query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if _is(dict(query).get(_QUERY), token):
            return _lead_on(environ, start_response, query, token)
        if by_jupyter or _is(_cookies(environ).get(_cookie_name(environ)), token):
            return application(environ, start_response)
        return _refuse(
            start_response, "Open the address that 'workbench dashboard' prints, or the page below Jupyter's."
        )

    return answer


def _lead_on(
    environ: dict[str, Any], start_response: Callable[..., Any], query: list[tuple[str, str]], token: str
) -> list[bytes]:
    """Keep the token in a cookie and send the browser to the same page without it."""
    rest = urlencode([(name, value) for name, value in query if name != _QUERY])
    # Relative: a proxy may have put its prefix before the path.
    last = environ.get("PATH_INFO", "").rpartition("/")[2] or "./"
    path = environ.get("HTTP_X_FORWARDED_PREFIX", "").rstrip("/") + "/"
    cookie = f"{_cookie_name(environ)}={token}; Path={path}; HttpOnly; SameSite=Strict"
    location = f"{last}?{rest}" if rest else last
    start_response("303 See Other", [("Location", location), ("Set-Cookie", cookie), ("Content-Length", "0")])
    return [b""]


def _refuse(start_response: Callable[..., Any], reason: str) -> list[bytes]:
    body = reason.encode()
    start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def _of_its_own_page(environ: dict[str, Any], host: str) -> bool:
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or urlsplit(origin).netloc == host


def _cookie_name(environ: dict[str, Any]) -> str:
    # Cookies know no ports, and each server has a token of its own.
    return f"workbench-dashboard-{environ.get('SERVER_PORT', '')}"


def _cookies(environ: dict[str, Any]) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in environ.get("HTTP_COOKIE", "").split(";"))
    return {name: value for name, _, value in pairs}


def _is(given: str | None, token: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), token.encode())
