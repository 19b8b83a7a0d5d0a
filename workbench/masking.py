"""Passwords, keys and tokens taken out of every text that is shown, logged or recorded."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from urllib.parse import unquote

MASK = "***"

_SETTINGS = ("WORKBENCH_DATABASE_URL", "WORKBENCH_MLFLOW_URI", "WORKBENCH_OPTUNA_URL", "WORKBENCH_IMAGES_URL")
_SECRET_NAMES = re.compile(r"(?:^|_)(?:(?:PG)?PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY)(?:_|$)", re.IGNORECASE)
# A shorter one may be a part of any word; the parts of URLs are masked whatever their length.
_SHORTEST = 6
# user:password@ of a URL, also where one of its slashes or the colon is missing; a password may hold "@" and "/".
_USER_INFO = re.compile(r"(:/|//)([^\s:/@'\"]*):([^\s'\"\\]+)@")
_QUERY = re.compile(
    r"((?:^|[\s?&;])[\w.-]*(?:password|passwd|pwd|secret|token|signature|credential|api_?key|access_?key)[\w.-]*=)"
    r"[^\s&;'\"\\]+",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^[\w+.-]*:?/{1,2}")


def masked(text: str) -> str:
    """Return a text with every secret in it replaced by `***`.

    Secrets are the passwords in URLs, the values of query parameters that are named like one, and what the settings
    and the environment of this process hold (the passwords of the workbench's URLs, `AWS_SECRET_ACCESS_KEY`, ...).
    """
    for secret in _known():
        text = text.replace(secret, MASK)
    return _QUERY.sub(rf"\1{MASK}", _USER_INFO.sub(rf"\1\2:{MASK}@", text))


def _known() -> list[str]:
    """The secrets of this process's environment, longest first: one may be the beginning of another."""
    found = {secret for name in _SETTINGS for secret in _of_url(os.environ.get(name, ""))}
    found |= {value for name, value in os.environ.items() if _SECRET_NAMES.search(name) and len(value) >= _SHORTEST}
    return sorted(found, key=len, reverse=True)


def _of_url(url: str) -> Iterator[str]:
    """The password of a URL, misspelled ones too, as it is written and as it is meant."""
    user_info = _SCHEME.sub("", url.rpartition("@")[0])
    password = user_info.partition(":")[2]
    if len(password) >= _SHORTEST:
        yield from (password, unquote(password))
