"""Processes of jobs: they stand behind what people wait for."""

import json
import os
import subprocess
import sys

import pytest

# Linux puts a new session into a group of its own; there may be no such groups, and who began before them has none.
SHOWN = """
import json, os, pathlib
from workbench.jobs.processes import give_way

def niceness():
    group = pathlib.Path("/proc/self/autogroup")
    return os.getpriority(os.PRIO_PROCESS, 0), group.read_text().split()[-1:] if group.exists() else []

before = niceness()
give_way()
print(json.dumps([before, niceness()]))
"""


@pytest.mark.parametrize("own", [True, False], ids=["a session of its own", "another's session"])
def test_a_job_gives_way_as_a_session_and_takes_no_other_down_with_it(own):
    command = [sys.executable, "-c", SHOWN]
    out = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=own)
    (nice, group), after = json.loads(out.stdout)
    assert nice == os.getpriority(os.PRIO_PROCESS, 0)
    assert after == [min(19, nice + 10), ["10"] if own and group else group]
