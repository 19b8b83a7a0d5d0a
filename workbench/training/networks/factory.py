"""What makes a network: a function or class that is called with `num_classes` and further arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

Factory = Callable[..., "nn.Module"]
