"""Where a setting stands, for errors that name the file, the line and the key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.errors import ConfigError

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Location:
    """A key in a settings file, or in settings that came from elsewhere: those have no lines.

    `source` names the file; `lines` has the line of each key in it, counted from 1. As text: `params.yaml:12`.
    """

    source: str
    lines: Mapping[Key, int] = field(default_factory=dict, repr=False)
    key: Key = ()

    def below(self, *parts: str | int) -> Location:
        """Return the location of a key below this one."""
        return Location(self.source, self.lines, (*self.key, *parts))

    @property
    def line(self) -> int | None:
        """The line of the key, or of the nearest one above it that stands in the file."""
        above = (self.key[:length] for length in range(len(self.key), -1, -1))
        return next((self.lines[key] for key in above if key in self.lines), None)

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"

    def error(self, message: str) -> ConfigError:
        """Return an error that begins with this location."""
        return ConfigError(f"{self}: {message}")
