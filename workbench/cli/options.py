"""Options that several commands share."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from typing import Any

import click


def user_name() -> str:
    """Return who is at work: the JupyterHub user or the system's."""
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()


def annotator_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--annotator`, by default the user."""
    return click.option(
        "--annotator", default=user_name, show_default="your user name", help="Name recorded with each change."
    )(command)
