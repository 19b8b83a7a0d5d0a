"""The name of the person whose changes are recorded."""

from __future__ import annotations

import getpass
import os


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
