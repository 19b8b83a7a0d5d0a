"""What the guides say can be typed: blocks marked `sh` are run line by line, every other command must at least exist.

In a block marked `sh`, RUN_ID stands for the newest run.
"""

import ast
import importlib
import inspect
import re
import shlex
import textwrap
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workbench.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
RUN = {page.name: re.findall(r"^```sh\n(.*?)^```", page.read_text(), flags=re.DOTALL | re.MULTILINE) for page in PAGES}


def commands_named(text):
    """Every `workbench ...` in code: a line of a block, or a piece of inline code."""
    lines = re.findall(r"^(?: {4,}|\t)?(?:\.venv/bin/)?(workbench [a-z].*)$", text, flags=re.MULTILINE)
    inline = re.findall(r"`(workbench [a-z][^`\n]*)`", text)
    return [line.split(" #")[0].split(" (")[0].strip() for line in lines + inline]


NAMED = sorted({(page.name, command) for page in PAGES for command in commands_named(page.read_text())})


def newest_run():
    from workbench.paths import find_project
    from workbench.registry.tracking import connect

    client = connect(find_project())
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return client.search_runs(experiments, order_by=["attributes.start_time DESC"], max_results=1)[0].info.run_id


@pytest.mark.parametrize(("page", "command"), NAMED)
def test_every_command_and_option_that_is_named_exists(page, command):
    words, group = shlex.split(command)[1:], main
    while isinstance(group, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        if name == "...":
            return
        assert name in group.commands, f"{page}: '{command}': there is no '{name}'"
        group = group.commands[name]
    options = {option for parameter in group.params for option in parameter.opts} | {"--help"}
    for word in words:
        if re.match(r"--?[a-z]", word):
            assert word.split("=")[0] in options, f"{page}: '{command}': there is no option {word}"


@pytest.mark.parametrize("page", sorted(name for name, blocks in RUN.items() if blocks))
def test_the_commands_of_a_page_run(page, guide_project):
    lines = [line.split(" #")[0].strip() for block in RUN[page] for line in block.splitlines() if line.strip()]
    for line in lines:
        words = shlex.split(line.replace("RUN_ID", newest_run()) if "RUN_ID" in line else line)
        assert words[0] == "workbench", f"{page}: '{line}' is no command of ours; blocks marked sh hold nothing else"
        done = CliRunner().invoke(main, words[1:])
        assert done.exit_code == 0, f"{page}: {line}\n{done.stderr}"


def test_a_backup_is_restored_elsewhere_as_the_page_says(guide_project, tmp_path, monkeypatch):
    page = (ROOT / "docs" / "operations.md").read_text()
    (section,) = re.findall(r"^## Restore\n(.*?)^## ", page, flags=re.DOTALL | re.MULTILINE)
    lines = [line.strip() for line in re.findall(r"^    (.*)$", section, flags=re.MULTILINE)]
    backup = guide_project / "monday.zip"
    assert CliRunner().invoke(main, ["db", "backup", str(backup)]).exit_code == 0
    monkeypatch.delenv("WORKBENCH_ROOT")
    monkeypatch.chdir(tmp_path)
    for command in (command for line in lines for command in line.split(" && ")):
        words = shlex.split(command.replace("/path/to/monday.zip", str(backup)))
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
            continue
        done = CliRunner().invoke(main, words[1:])
        assert done.exit_code == 0, f"{command}\n{done.stderr}"
    shown = CliRunner().invoke(main, ["theme", "show", "digits"])
    assert Path.cwd() == tmp_path / "elsewhere"
    assert "60" in shown.stdout, shown.stderr


def python_in(text):
    """Blocks marked as Python, and indented ones that begin with an import."""
    indented = re.findall(r"^    (?:from|import) .*\n(?:^    .*\n|^\n(?=    ))*", text, flags=re.MULTILINE)
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE) + list(
        map(textwrap.dedent, indented)
    )


PYTHON = [(page.name, block) for page in PAGES for block in python_in(page.read_text())]


@pytest.mark.parametrize(("page", "block"), PYTHON)
def test_python_names_what_exists_and_calls_it_as_it_is(page, block):
    tree = ast.parse(block)
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("workbench"):
            module = importlib.import_module(str(node.module))
            known |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in known:
            given = {word.arg: None for word in call.keywords if word.arg}
            inspect.signature(known[call.func.id]).bind(*call.args, **given)
