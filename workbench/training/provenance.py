"""Where a result comes from: the code's commit, the versions of the packages, DVC where present."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from workbench.distribution import VERSION

PACKAGES = (
    "torch",
    "torchvision",
    "lightning",
    "torchmetrics",
    "albumentations",
    "opencv-python-headless",
    "numpy",
    "pillow",
    "mlflow",
)
_TIMEOUT_S = 10


def git_state(folder: Path) -> dict[str, str]:
    """Return `git.commit` and `git.dirty` ("true" or "false") of the repository around a folder; empty without one."""
    commit = _output(folder, "git", "rev-parse", "HEAD")
    if not commit:
        return {}
    changes = _output(folder, "git", "status", "--porcelain", "--untracked-files=no")
    return {"git.commit": commit, "git.dirty": "true" if changes else "false"}


def versions() -> dict[str, str]:
    """Return the version of Python and of each package that has a say in the result."""
    found = {"python": platform.python_version(), "workbench": VERSION}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def dvc_state(folder: Path) -> dict[str, str]:
    """Return `dvc.version` where the project is under DVC and the program is installed; empty otherwise."""
    if not (folder / ".dvc").is_dir():
        return {}
    answer = _output(folder, "dvc", "--version")
    return {"dvc.version": answer} if answer else {}


def provenance(folder: Path) -> dict[str, str]:
    """Return everything above as one mapping, ready to be tags."""
    packages = {f"version.{name}": text for name, text in versions().items()}
    return {**git_state(folder), **dvc_state(folder), **packages}


def _output(folder: Path, *command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
