"""Processes of jobs: they stand behind what people wait for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Where the system knows no such groups there is nothing to read, and nothing to give way with.
GROUP = Path("/proc/self/autogroup")
SHOWN = f"""
import os, pathlib
from workbench.jobs.processes import give_way
give_way()
group = pathlib.Path("{GROUP}")
print(os.getpriority(os.PRIO_PROCESS, 0), group.read_text().split()[-1] if group.exists() else "")
"""


@pytest.mark.parametrize("own", [True, False], ids=["a session of its own", "another's session"])
def test_a_job_gives_way_as_a_session_and_takes_no_other_down_with_it(own):
    command = [sys.executable, "-c", SHOWN]
    out = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=own)
    usual = GROUP.read_text().split()[-1:] if GROUP.exists() else []
    behind = ["10" if own else each for each in usual]
    assert out.stdout.split() == [str(min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)), *behind]
