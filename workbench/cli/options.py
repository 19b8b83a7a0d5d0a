"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from workbench.user import user_name


def annotator_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--annotator`, by default the user."""
    return click.option(
        "--annotator", default=user_name, show_default="your user name", help="Name recorded with each change."
    )(command)
