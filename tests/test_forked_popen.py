"""Programs that are forked warm are children like any other."""

import json
import os
import signal
import subprocess
import sys

import psutil

PROGRAM = """
import json, os, subprocess, sys
from pathlib import Path

if sys.argv[1:] == ["sleep"]:
    print("begun", flush=True)
    sys.stdin.read()
inner = [sys.executable, __file__, "inner"]
told = {"parent": os.getppid(), "folder": os.getcwd(), "path": sys.path[0], "color": os.environ.get("COLOR"),
        "arguments": sys.argv[1:], "warm": "torch" in sys.modules, "environment": len({*os.environ} - {"LC_CTYPE"})}
if sys.argv[1:] != ["inner"]:
    told["inner"] = json.loads(subprocess.run(inner, stdout=subprocess.PIPE, env={"COLOR": "blue"}).stdout)
    told["own"] = os.getpid()
print(json.dumps(told))
print("loud", file=sys.stderr)
raise SystemExit(3)
"""


def test_a_forked_program_is_what_a_started_one_is(tmp_path, cold_programs):
    import tests.forked_popen as forked

    script, folder = tmp_path / "program.py", tmp_path / "elsewhere"
    script.write_text(PROGRAM)
    folder.mkdir()
    command = [sys.executable, str(script), "one", "two words"]

    def told():
        environment = {**os.environ, "COLOR": "red"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        return done.returncode, done.stderr.count("loud"), json.loads(done.stdout)

    cold = told()
    with forked.resumed():
        warm = told()
        sleeping = subprocess.Popen(
            [*command[:2], "sleep"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        # A kernel's manager asks for the group at once, and interrupts all of it when the kernel ends.
        assert os.getsid(sleeping.pid) == sleeping.pid
        assert sleeping.stdout.readline() == b"begun\n"
        assert psutil.Process(sleeping.pid).cmdline()[:3] == [*command[:2], "sleep"]
        os.killpg(sleeping.pid, signal.SIGTERM)
        assert sleeping.wait() == -signal.SIGTERM
        sleeping.stdin.close()
        sleeping.stdout.close()
    for each, is_warm in ((cold, False), (warm, True)):
        own, inner = each[2].pop("own"), each[2]["inner"]
        assert (each[2].pop("warm"), inner.pop("warm")) == (is_warm, is_warm)
        assert (each[2].pop("parent"), inner.pop("parent")) == (os.getpid(), own)
    assert warm == cold
    assert cold[:2] == (3, 2)
