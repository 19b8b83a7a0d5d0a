"""The name of the person whose changes are recorded, and who may record under another name."""

from __future__ import annotations

import getpass
import os

ACT_FOR_OTHERS = "WORKBENCH_ACT_FOR_OTHERS"
"""The setting that names who may record changes under other names, with commas between them; `*` is everybody."""


def is_named() -> bool:
    """Whether somebody has logged in under a name of their own, rather than that of whoever runs the server."""
    return bool(os.environ.get("JUPYTERHUB_USER"))


def user_name() -> str:
    """Return the name that changes are recorded with unless one is given: JupyterHub's user, else the system's."""
    if name := os.environ.get("JUPYTERHUB_USER"):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that has no name.
        return "annotator"


def may_act_for_others(user: str) -> bool:
    """Whether a user of the REST interface may record changes under another name than their own."""
    allowed = {name.strip() for name in os.environ.get(ACT_FOR_OTHERS, "").split(",")}
    return "*" in allowed or user in allowed
