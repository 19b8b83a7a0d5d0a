"""The scripts beside the package (benchmarks, demo, docs) still find what they import of it.

They run for minutes, so that nobody would otherwise notice a rename before the next `make bench`.
"""

import ast
import importlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = [path for folder in ("bench", "demo", "docs") for path in sorted((ROOT / folder).glob("*.py"))]


def imports_of(source, siblings):
    """Yield (module, name) for what a source imports of our code, within functions and programs in strings too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            named = [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "from workbench" in node.value:
            try:
                named = list(imports_of(textwrap.dedent(node.value), siblings))
            except SyntaxError:  # a sentence
                continue
        else:
            continue
        yield from (pair for pair in named if pair[0].split(".")[0] in {"workbench", "tests", *siblings})


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_script_finds_what_it_imports(script, monkeypatch):
    siblings = {path.stem for path in script.parent.glob("*.py")} - {"__main__"}
    monkeypatch.syspath_prepend(script.parent)
    monkeypatch.syspath_prepend(ROOT)
    for name in siblings:
        monkeypatch.delitem(sys.modules, name, raising=False)
    for module, name in imports_of(script.read_text(), siblings):
        found = importlib.import_module(module)
        if name is not None and not hasattr(found, name):
            importlib.import_module(f"{module}.{name}")
    for name in siblings:
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_the_runner_of_the_benchmarks_starts():
    done = subprocess.run([sys.executable, ROOT / "bench", "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("labeling", "training", "predict", "store"))
