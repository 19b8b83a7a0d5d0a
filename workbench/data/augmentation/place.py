"""Where in a YAML file a value stands, so that an error can name the line."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.configuration import Key, Lines
from workbench.errors import ConfigError


@dataclass(frozen=True)
class Place:
    """A key in a file (or in plain data, when there are no lines)."""

    source: str = "augmentation settings"
    lines: Lines = field(default_factory=dict)
    key: Key = ()

    def at(self, *parts: str | int) -> Place:
        return Place(self.source, self.lines, (*self.key, *parts))

    def error(self, message: str) -> ConfigError:
        """A ConfigError that starts with the file and the nearest line above the key."""
        line = next((self.lines[self.key[:n]] for n in range(len(self.key), 0, -1) if self.key[:n] in self.lines), None)
        return ConfigError(f"{self.source}:{line}: {message}" if line else f"{self.source}: {message}")
