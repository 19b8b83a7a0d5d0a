"""Every operation of the interface."""

from __future__ import annotations

from workbench.api import annotators

from workbench.api import samples

from workbench.api import themes
from workbench.api.operations import Operation

OPERATIONS: list[Operation] = [*themes.OPERATIONS, *samples.OPERATIONS, *annotators.OPERATIONS]
