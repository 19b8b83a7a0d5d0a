"""optuna-dashboard's own files: its page and its program, made to work below a prefix that a proxy puts first.

They name addresses from the root of the server, and no setting changes that. Run with optuna-dashboard 0.21; in 0.20
the program finds its server in another way. Where a part is gone, the page says so, and how to see the dashboard
without a prefix.
"""

from __future__ import annotations

import gzip
import logging
from functools import cache
from importlib.metadata import version
from pathlib import Path

_log = logging.getLogger(__name__)

# Where the pages' program names addresses from the root of the server.
_ADDRESSES = (
    ('url_prefix:"/dashboard"', 'url_prefix:"{prefix}/dashboard"'),
    ("fetch(`${{this.baseURL}}/api", "fetch(`{prefix}${{this.baseURL}}/api"),
    ("`/csv/", "`{prefix}/csv/"),
)
_INSTEAD = (
    "<!doctype html><title>Optuna Dashboard</title><p>optuna-dashboard {version} cannot be shown below the address of "
    "Jupyter. Run <code>workbench dashboard</code> in a terminal and open its address, or install version 0.21.</p>"
)


def page_below(prefix: str) -> bytes:
    """Return the dashboard's page as HTML that finds its program below `prefix`, or one that says why it cannot."""
    page = _read("index.html")
    if '"/static/' not in page or not program_below(prefix):
        _log.warning("optuna-dashboard %s has other files than those known here.", version("optuna-dashboard"))
        return _INSTEAD.format(version=version("optuna-dashboard")).encode()
    return page.replace('"/static/', f'"{prefix}/static/').replace('"/favicon.ico', f'"{prefix}/favicon.ico').encode()


@cache
def program_below(prefix: str) -> bytes:
    """Return the pages' program, compressed by gzip, with `prefix` before every address; empty where it is unknown."""
    text = _read("public", "bundle.js")
    for known, changed in _ADDRESSES:
        sought = known.replace("{{", "{").replace("}}", "}")
        if sought not in text:
            return b""
        text = text.replace(sought, changed.format(prefix=prefix))
    return gzip.compress(text.encode(), compresslevel=5)


def _read(*names: str) -> str:
    import optuna_dashboard

    try:
        return Path(optuna_dashboard.__file__).parent.joinpath(*names).read_text(encoding="utf-8")
    except OSError:
        return ""
