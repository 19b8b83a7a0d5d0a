"""The name of the person whose changes are recorded."""

from __future__ import annotations

import getpass
import os


def user_name() -> str:
    """Return the name that changes are recorded with unless one is given: JupyterHub's user, else the system's."""
    if name := os.environ.get("JUPYTERHUB_USER"):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that has no name.
        return "annotator"
