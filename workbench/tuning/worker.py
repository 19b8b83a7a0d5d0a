"""A worker process: reads a `tune` call as one line of JSON, joins its study, and ends when no trial is left.

It also ends when its standard input does, which is when the process that began it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading


def main() -> None:
    """Work until the study is done."""
    from workbench.paths import find_project
    from workbench.tuning.reporting import Reporter
    from workbench.tuning.tune import Call, begin, plan_of

    _load_libraries()
    line = sys.stdin.readline()
    if not line:
        return
    call = Call(**json.loads(line))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        project = find_project()
        job = begin(plan_of(call, project), project, join=True)
        job.work(Reporter(job.study))
    except KeyboardInterrupt:
        sys.exit(0)


def _load_libraries() -> None:
    """Import what a trial needs, while the process that began this one is still reading its settings."""
    from workbench.data import datamodule  # noqa: F401
    from workbench.registry import tracking  # noqa: F401
    from workbench.training import (
        mlflow_logging,  # noqa: F401
    )
    from workbench.tuning import trial  # noqa: F401


def _end_with_parent() -> None:
    # Not sys.stdin.read(), which holds a lock all the while: the processes that prepare images are forked from this one
    # and close their standard input first, for which they would wait forever.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
