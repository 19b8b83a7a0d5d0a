"""Every operation of the interface."""

from __future__ import annotations

from workbench.api import annotators, assistant, groups, samples, themes
from workbench.api.operations import Operation

OPERATIONS: list[Operation] = [
    *themes.OPERATIONS,
    *samples.OPERATIONS,
    *annotators.OPERATIONS,
    *assistant.OPERATIONS,
    *groups.OPERATIONS,
]
