"""What every preprocessing step is: settings that can be applied to an image."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field

from workbench.configuration import Settings

Side = Annotated[int, Field(ge=1, le=16384)]


def _as_pair(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, value)
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("one number of pixels (a square) or [height, width] is needed")
    return value


Size = Annotated[tuple[Side, Side], BeforeValidator(_as_pair)]
"""(height, width) in pixels; one number means a square."""


def _as_color(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, value, value)
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise ValueError("a gray level from 0 to 255 or [red, green, blue] is needed")
    return value


Level = Annotated[int, Field(ge=0, le=255)]
Color = Annotated[tuple[Level, Level, Level], BeforeValidator(_as_color)]
"""Red, green, blue from 0 to 255; one number means gray."""


class Step(Settings):
    """A deterministic step on one image; its fields are its keys in the file."""

    enabled: bool = True

    def pixels(self, height: int, width: int) -> int:
        """Return how many pixels `apply` needs at one moment for an image of that size."""
        return height * width

    @abstractmethod
    def apply(self, image: np.ndarray) -> list[np.ndarray]:
        """Turn uint8 RGB (H, W, 3) into one or more of the same kind; the argument is left as it is."""
