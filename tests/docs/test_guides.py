"""What the guides say can be typed: every line that begins with `workbench` is run, in the order of its page.

RUN_ID stands for the newest run. Commands in the middle of a sentence must exist with their options.
"""

import ast
import importlib
import inspect
import json
import re
import shlex
import textwrap
import threading
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workbench.cli import main
from workbench.store import open_store
from workbench.store.model_versions import add_model_version
from workbench.store.themes import get_theme

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# What the commands are tried on elsewhere: a theme with versions, an empty folder, servers that run until Ctrl+C.
ELSEWHERE = {
    "cluster.md": r".*",  # tests/engine
    "models.md": r".*",  # tests/docs/test_models_page.py
    "operations.md": r"workbench (init|db restore) ",  # below
    "tuning.md": r"workbench (dashboard|mlflow|tune digits --workers 2)$",  # cli/test_servers.py, tuning/test_tune.py
}


def lines_to_type(page):
    """The lines of a page's blocks that are commands of ours, without comments."""
    lines = re.findall(r"^(?: {4,}|)(?:\.venv/bin/)?(workbench [a-z-].*)$", page.read_text(), flags=re.MULTILINE)
    left_out = re.compile(ELSEWHERE.get(page.name, "(?!)"))
    return [line.split(" #")[0].strip() for line in lines if not left_out.match(line)]


RUN = {page.name: lines for page in PAGES if (lines := lines_to_type(page))}


def commands_named(text):
    """Every command of ours in code: a line of a block or its end, or inline code, also without `workbench`."""
    lines = re.findall(r"^(?: {4,}.*&& | {4,}|\t)?(?:\.venv/bin/)?(workbench [a-z].*)$", text, flags=re.MULTILINE)
    inline = re.findall(r"`(workbench [a-z][^`\n]*)`", text)
    short = [f"workbench {command}" for command in re.findall(r"`((?:db|models|theme) [a-z][^`\n]*)`", text)]
    return [line.split(" #")[0].split(" (")[0].strip() for line in lines + inline + short]


NAMED = sorted({(page.name, command) for page in PAGES for command in commands_named(page.read_text())})


def newest_run():
    from workbench.paths import find_project
    from workbench.registry.tracking import connect

    client = connect(find_project())
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return client.search_runs(experiments, order_by=["attributes.start_time DESC"], max_results=1)[0].info.run_id


def label_two_of_three():
    """What a person does in the label panel between importing and splitting."""
    from workbench.store import open_store
    from workbench.store.decisions import Decision
    from workbench.store.labels import labels_of
    from workbench.store.samples import page_of_samples
    from workbench.store.single_edits import Edit, decide
    from workbench.store.themes import get_theme

    store = open_store()
    with store.write() as session:
        theme_id = get_theme("cells", session=session).id
        keys = [label.id for label in labels_of(theme_id, session=session)]
        samples = page_of_samples(theme_id, session=session)[:20]
        decisions = [Edit(sample.id, Decision.of(keys[number % 3])) for number, sample in enumerate(samples)]
        decide(theme_id, decisions, annotator="mika", session=session)
    store.close()


def stop_a_training():
    """What a person does who presses Stop."""
    from workbench.training import Control, train

    enough = threading.Event()
    train("digits", num_epochs=3, control=Control(stop=enough, listeners=[lambda _epoch: enough.set()]))


def take_photos_of_patients():
    """What a group has: a theme, photos in a folder for each film, and who is on which."""
    from PIL import Image

    assert CliRunner().invoke(main, ["theme", "create", "cells"]).exit_code == 0
    files = [f"film_{number // 3}/patient_{number}_a.png" for number in range(6)]
    for number, name in enumerate(files):
        file = Path("photos") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 20), (number, 0, 0)).save(file)
    rows = "".join(f"{name},{number // 2}\n" for number, name in enumerate(files))
    (Path("photos") / "samples.csv").write_text(f"file,patient\n{rows}")
    Path("patients.csv").write_text(f"file,patient\n{rows}")


# What happens before a line, by page and line.
BEFORE = {
    ("groups.md", r"workbench import cells photos/ --group-pattern 'patient_(\d+)'"): take_photos_of_patients,
    ("README.md", "workbench split cells"): label_two_of_three,
    ("training.md", "workbench resume RUN_ID"): stop_a_training,
}


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


@pytest.mark.parametrize("page", sorted(RUN))
def test_the_commands_of_a_page_run(page, guide_project):
    for line in RUN[page]:
        BEFORE.get((page, line), lambda: None)()
        words = shlex.split(line.replace("RUN_ID", newest_run()) if "RUN_ID" in line else line)
        done = CliRunner().invoke(main, words[1:])
        assert done.exit_code == 0, f"{page}: {line}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_block_marked_sh_holds_commands_of_ours_only(page):
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    assert [line for line in "".join(blocks).splitlines() if not line.startswith("workbench ")] == []


def test_a_backup_is_restored_elsewhere_as_the_page_says(guide_project, tmp_path, monkeypatch):
    page = (ROOT / "docs" / "operations.md").read_text()
    (section,) = re.findall(r"^## Restore\n(.*?)^## ", page, flags=re.DOTALL | re.MULTILINE)
    lines = [line.strip() for line in re.findall(r"^    (.*)$", section, flags=re.MULTILINE)]
    backup = guide_project / "monday.zip"
    with open_store().write() as session:
        theme = get_theme("digits", session=session)
        add_model_version(theme.id, 1, run_id="abc", snapshot_id=None, metrics={}, session=session)
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
    assert "To use its 1 registered model, copy mlflow.db and artifacts/" in done.stdout
    shown = CliRunner().invoke(main, ["theme", "show", "digits"])
    assert Path.cwd() == tmp_path / "elsewhere"
    assert "60" in shown.stdout, shown.stderr


def test_a_store_moves_to_postgresql_as_the_page_says(guide_project, postgresql_url, tmp_path, monkeypatch):
    page = (ROOT / "docs" / "group.md").read_text()
    (sentence,) = re.findall(r"^A store that began on SQLite.*?\n\n", page, flags=re.DOTALL | re.MULTILINE)
    backup, restore = (shlex.split(command)[1:] for command in re.findall(r"`(workbench [^`]*)`", sentence))
    assert CliRunner().invoke(main, backup).exit_code == 0
    monkeypatch.delenv("WORKBENCH_ROOT")
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", postgresql_url)
    assert CliRunner().invoke(main, ["init", str(tmp_path / "empty")]).exit_code == 0
    monkeypatch.chdir(tmp_path / "empty")
    done = CliRunner().invoke(main, [str(guide_project / word) if word == backup[-1] else word for word in restore])
    assert done.exit_code == 0, done.stderr
    shown = json.loads(CliRunner().invoke(main, ["theme", "show", "digits", "--json"]).stdout)
    assert shown["labeled"] == 60
    assert not (tmp_path / "empty" / "db" / "workbench.db").exists()


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
