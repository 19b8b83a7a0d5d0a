"""A full training from a study's best settings in a process of its own, which outlives the notebook that began it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.notebooks import BATCH_VARIABLE
from workbench.paths import find_project
from workbench.tuning.workers import same_code

if TYPE_CHECKING:
    from workbench.paths import Project

_DONE = "done: "
_FAILED = "failed: "


@dataclass(frozen=True)
class FullRun:
    """A training that was begun with `start_full_run`; `log` is what it prints."""

    process: subprocess.Popen[bytes]
    log: Path

    def state(self) -> dict[str, Any]:
        """How far it is: `running`, whether it `failed`, and the `text` of its last line."""
        running = self.process.poll() is None
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        last = lines[-1].strip() if lines else ""
        # Libraries may have a word of their own at the end of a process.
        said = next((line for line in reversed(lines) if line.startswith((_DONE, _FAILED))), "")
        if said.startswith(_DONE):
            return {"running": False, "failed": False, "text": said.removeprefix(_DONE)}
        if running:
            return {"running": True, "failed": False, "text": last or "getting ready"}
        early = f"the process ended early with exit code {self.process.returncode}, see {self.log}"
        reason = said.removeprefix(_FAILED) or early
        return {"running": False, "failed": True, "text": f"The training did not end well: {reason}"}


def start_full_run(project: Project, study_name: str, num_epochs: int | None = None) -> FullRun:
    """Begin to train a run of its own with the study's best settings, for the trials' epochs or another number.

    Raises WorkbenchError for a number of epochs below 1.
    """
    if num_epochs is not None and num_epochs < 1:
        raise WorkbenchError(f"The number of epochs is {num_epochs}; at least 1 is needed.")
    folder = project.cache / "tuning"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "workbench.tuning.full_run", study_name, str(num_epochs or "")]
    environment = {**os.environ, **same_code(project), BATCH_VARIABLE: "1", "PYTHONUNBUFFERED": "1"}
    log = folder / f"full-run-{os.getpid()}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment,
            cwd=project.root, start_new_session=True,
        )  # fmt: skip
    return FullRun(process, log)


def main() -> int:
    """Train with the best settings of the study in the first argument, for the epochs in the second."""
    from workbench.tuning.reading import read_result
    from workbench.tuning.study import find_study

    name, epochs = sys.argv[1:]
    project = find_project()
    try:
        trained = read_result(find_study(project, name), project).train_best(num_epochs=int(epochs) if epochs else None)
    except WorkbenchError as error:
        print(_FAILED + " ".join(str(error).split()))
        return 2
    accuracy = trained.metrics["test_accuracy"]
    print(f"{_DONE}Trained the run '{trained.run_name}' ({trained.run_id}): test accuracy {accuracy:.4f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
