"""The program of a job's process: runs the task of a record and writes into the record how it ended.

`python -m workbench.jobs.run RECORD`
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from workbench.errors import InterruptedRunError, WorkbenchError
from workbench.jobs.processes import started_at
from workbench.jobs.records import read_job
from workbench.masking import masked


def main(record: Path) -> int:
    """Run the task; return the exit status, 0 when it ended well."""
    job = read_job(record)
    if job is None:
        raise SystemExit(f"{record} is no record of a job.")
    # A kernel ignores interrupts between its cells, and so would what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if job.pid is None:
        # Lightning starts this program once more for each further device; the first one is the job.
        job = job.changed(pid=os.getpid(), born=started_at())
    ended: dict[str, Any]
    try:
        module, _, function = job.task.partition(":")
        result = getattr(importlib.import_module(module), function)(job)
        ended = {"state": "stopped" if result.get("stopped") else "complete", "result": result}
    except (InterruptedRunError, KeyboardInterrupt) as error:
        ended = {"state": "interrupted", "error": str(error) or "stopped before its work had begun"}
    except WorkbenchError as error:
        ended = {"state": "failed", "error": str(error)}
    except Exception as error:
        print(masked(traceback.format_exc()), file=sys.stderr)
        ended = {"state": "failed", "error": masked(f"{type(error).__name__}: {error}")}
    if "error" in ended:
        print(ended["error"], file=sys.stderr)
    job.changed(**ended, ended=time.time())
    return 0 if "result" in ended else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
