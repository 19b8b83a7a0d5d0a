"""Files and folders that are being written under a temporary name, and those that a killed writer left behind."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

PART = ".part-"
"""What the temporary name of an unfinished file or folder begins with."""

_ABANDONED_AFTER_S = 24 * 3600


def part_name() -> str:
    """Return a new temporary name, which tells the process that writes it."""
    return f"{PART}{writer_name()}"


def writer_name() -> str:
    """Return a new name for something that this process writes, which tells the process."""
    return f"{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"


def has_ended(writer: str) -> bool | None:
    """Whether the process of a `writer_name` has ended; None where it ran on another machine, which cannot be asked."""
    machine, _, rest = writer.partition("-")
    pid = rest.partition("-")[0]
    if machine != _machine() or not pid.isdecimal():
        return None
    import psutil

    return not psutil.pid_exists(int(pid))


def remove_abandoned(folder: Path) -> int:
    """Remove the unfinished files and folders in a folder that nobody writes any more, and return how many those were.

    Nobody does when the process has ended, or, where it ran on another machine, when nothing was written for a day.
    """
    removed = 0
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        for part in folder.glob(f"{PART}*"):
            if _is_abandoned(part):
                discard(part)
                removed += not part.exists()
    return removed


def discard(path: Path) -> None:
    """Remove a file, a folder, or what is there of it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _is_abandoned(part: Path) -> bool:
    ended = has_ended(part.name.removeprefix(PART))
    if ended is not None:
        return ended
    with suppress(FileNotFoundError):
        return time.time() - _newest([part, *part.rglob("*")]) > _ABANDONED_AFTER_S
    return False


def _newest(paths: Iterable[Path]) -> float:
    return max(path.lstat().st_mtime for path in paths)


@cache
def _machine() -> str:
    """What tells this machine, since it was started, from all others; containers count as machines of their own."""
    parts = [platform.node()]
    for read in (lambda: Path("/proc/sys/kernel/random/boot_id").read_text(), lambda: os.readlink("/proc/self/ns/pid")):
        with suppress(OSError):
            parts.append(read())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
