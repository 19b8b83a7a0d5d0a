"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from workbench.user import user_name

PORT = click.IntRange(1, 65_535)
"""The numbers that ports have."""


def on_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--on`, which says whose processes work."""
    return click.option(
        "--on",
        metavar="WHERE",
        help="Have workers do it: cluster (as cluster.yaml says), local (processes of this machine), or the address of "
        "a Dask scheduler.",
    )(command)


def annotator_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--annotator`, by default the user."""
    return click.option(
        "--annotator", default=user_name, show_default="your user name", help="Name recorded with each change."
    )(command)
