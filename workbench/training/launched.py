"""The program behind `background.launch`: runs the training notebook and writes down how it ended.

`python -m workbench.training.launched RECORD`
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from workbench.errors import InterruptedRunError, WorkbenchError
from workbench.notebooks import run_notebook
from workbench.paths import find_project
from workbench.training.background import NOTEBOOK, RECORD, read_record, write_record
from workbench.training.distributed import started_at


def main(record: Path) -> int:
    """Run what the record asks for; return the exit status."""
    content = read_record(record)
    if content is None:
        raise SystemExit(f"{record} is no record of a launch.")
    # A kernel ignores interrupts between its cells, and so would what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    content |= {"pid": os.getpid(), "born": started_at()}
    write_record(record, content)
    output = record.with_name(f"{record.name.removesuffix(RECORD)}.ipynb")
    ended: dict[str, Any]
    try:
        done = run_notebook(NOTEBOOK, content["parameters"], project=find_project(), output=output, stream=sys.stdout)
        ended = {"state": "stopped" if done.result.get("stopped") else "complete", "result": done.result}
    except (InterruptedRunError, KeyboardInterrupt) as error:
        ended = {"state": "interrupted", "error": str(error) or "stopped before its training had begun"}
    except WorkbenchError as error:
        ended = {"state": "failed", "error": str(error)}
    except Exception as error:
        ended = {"state": "failed", "error": f"{type(error).__name__}: {error}"}
    if "error" in ended:
        print(ended["error"], file=sys.stderr)
    write_record(record, {**content, **ended, "ended": time.time()})
    return 0 if "result" in ended else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
