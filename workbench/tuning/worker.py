"""The task of a worker process: it takes part in the study of a `tune` call, and ends when no trial is left.

It begins when a line comes on its standard input, and ends when that does, which is when its parent is gone.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

from workbench.jobs.with_parent import end_with_parent

if TYPE_CHECKING:
    from workbench.jobs.records import Job


def work(job: Job) -> dict[str, Any]:
    """Run trials until the study is done."""
    # Ended from outside it leaves at once: a trial that it had begun is queued by the others.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from workbench.paths import find_project
    from workbench.tuning.trial_lines import TrialLines
    from workbench.tuning.tune import Call, begin, plan_of

    _load_libraries()
    if not sys.stdin.readline():
        return {}
    end_with_parent()
    try:
        project = find_project()
        search = begin(plan_of(Call(**job.arguments), project), project, join=True)
        search.work(TrialLines(search.study))
    except KeyboardInterrupt:
        return {"stopped": True}
    return {}


def _load_libraries() -> None:
    """Import what a trial needs, while the process that began this one is still reading its settings."""
    from workbench.data import datamodule  # noqa: F401
    from workbench.registry import tracking  # noqa: F401
    from workbench.training import fit, mlflow_logging  # noqa: F401
    from workbench.tuning import trial  # noqa: F401
