"""Ending with the process that started one: the operating system closes the pipe between them when that is gone.

`python -m workbench.jobs.with_parent COMMAND...` runs any command for as long as its standard input is open.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading


def end_with_parent() -> None:
    """From now on, end this process by SIGTERM as soon as its standard input is closed."""
    threading.Thread(target=_end_this_process, daemon=True).start()


def _end_this_process() -> None:
    _wait_for_the_end_of_input()
    os.kill(os.getpid(), signal.SIGTERM)


def _wait_for_the_end_of_input() -> None:
    # Not sys.stdin.read(), which holds a lock all the while: the processes that prepare images are forked from this one
    # and close their standard input first, for which they would wait forever; and Python cannot end while it is held.
    while os.read(sys.stdin.fileno(), 1024):
        pass


def main() -> int:
    """Start the command in the arguments and end it, with what it started, when standard input ends."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    ending = threading.Lock()
    threading.Thread(target=_end_with_input, args=(process, ending), daemon=True).start()
    returncode = process.wait()
    with ending:  # this process would take the thread with it before every child has got its signal
        return returncode


def _end_with_input(process: subprocess.Popen[bytes], ending: threading.Lock) -> None:
    import psutil

    _wait_for_the_end_of_input()
    with ending:
        try:
            family = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        process.terminate()
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.terminate()


if __name__ == "__main__":
    sys.exit(main())
