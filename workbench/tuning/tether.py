"""Runs a command for as long as this process's standard input is open.

The operating system closes it when the process at the other end is gone, however it went.
"""

from __future__ import annotations

import subprocess
import sys
import threading


def main() -> int:
    """Start the command in the arguments and end it, with what it started, when standard input ends."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_input, args=(process,), daemon=True).start()
    return process.wait()


def _end_with_input(process: subprocess.Popen[bytes]) -> None:
    import psutil

    sys.stdin.buffer.read()
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return
    process.terminate()
    for child in family:
        child.terminate()


if __name__ == "__main__":
    sys.exit(main())
