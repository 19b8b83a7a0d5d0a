"""The build hook: what a wheel holds, and what it says where npm's registry cannot be reached."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def build(folder, out, **environment):
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", out]
    return subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)


def test_a_wheel_carries_the_built_panels_and_not_their_sources(tmp_path):
    done = build(ROOT, tmp_path)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "workbench/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    held = {name for name in names if "widgets/" in name}
    panels = {path.parent.name for path in (ROOT / "widgets").glob("*/panel.css")}
    assert held == {f"workbench/_assets/widgets/dist/{name}{suffix}" for name in panels for suffix in (".js", ".css")}


def test_without_the_registry_the_error_says_how_to_get_a_wheel(tmp_path):
    (tmp_path / "workbench").mkdir()
    for file in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py", "workbench/distribution.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    shutil.copytree(ROOT / "widgets", tmp_path / "widgets", ignore=shutil.ignore_patterns("dist", "node_modules"))
    nowhere = {"NPM_CONFIG_REGISTRY": "http://127.0.0.1:9/", "NPM_CONFIG_FETCH_RETRIES": "0"}
    done = build(tmp_path, tmp_path / "out", NPM_CONFIG_CACHE=str(tmp_path / "cache"), **nowhere)
    assert done.returncode != 0
    assert "python -m pip wheel --no-deps ." in done.stdout + done.stderr
    assert not (tmp_path / "widgets" / "dist").exists()
