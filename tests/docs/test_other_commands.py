"""The commands of the guides that are other programs': the targets, files, extras and options that they name exist."""

import re
import shlex
import subprocess
import tomllib
from json import loads
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from workbench.distribution import NAME

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


def make(target):
    assert subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=False).returncode == 0


def pip(action, *words):
    assert action in {"install", "wheel"}
    for word in words:
        if word.endswith(".txt"):
            assert (ROOT / word).is_file(), word
        elif not word.startswith("--"):
            name, extras = re.fullmatch(rf"(\.|{NAME})(?:\[(.+)\])?", word).groups()
            assert set((extras or "").split(",")) - {""} <= EXTRAS.keys(), name


def uv(*words):
    assert words[0] == "pip"
    pip(*words[1:])


def conda(*words):
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text())
    assert words in {("env", "create", "-f", "environment.yml"), ("activate", environment["name"])}


def python(*words):
    if words[0] == "-m":
        module, *rest = words[1:]
        {"pip": pip, "pytest": pytest_files, "venv": lambda folder: None}[module](*rest)
    else:
        text = (ROOT / words[0]).read_text()
        assert [word for word in words if word.startswith("--") and f'"{word}"' not in text] == []


def pytest_files(*words):
    assert all((ROOT / word).exists() for word in words)


def pre_commit(*words):
    assert words == ("install",)
    assert (ROOT / ".pre-commit-config.yaml").is_file()
    assert any(each.startswith("pre-commit") for each in EXTRAS["dev"])


def npm(run, script):
    assert run == "run"
    assert script in loads((ROOT / "widgets" / "package.json").read_text())["scripts"]


def export(assignment):
    name, _, _ = assignment.partition("=")
    assert any(f'"{name}"' in file.read_text() for file in (ROOT / "workbench").rglob("*.py")), name


def mlflow(*words):
    # tests/registry/test_pyfunc.py runs the line.
    from mlflow.cli import cli

    context = click.Context(cli)
    group, command, *rest = words
    found = cli.get_command(context, group).get_command(context, command)
    found.make_context(command, rest)


def cron(*words):
    # What it runs is a command of ours, after the folder was changed: tests/docs/test_guides.py looks at its options.
    line = " ".join(words[5:])
    assert re.fullmatch(r"cd \S+ && \.venv/bin/workbench [a-z].*", line)
    # In a crontab a bare % ends the command.
    assert "%" not in line.replace("\\%", "")


def tried_elsewhere(*words):
    """`curl` by tests/api/test_api.py and tests/registry/test_pyfunc.py; `source` is the shell's own."""
    assert words


CHECKS = {
    "conda": conda,
    "cron": cron,
    "curl": tried_elsewhere,
    "export": export,
    "make": make,
    "mlflow": mlflow,
    "npm": npm,
    "pip": pip,
    "pre-commit": pre_commit,
    "python": python,
    "python3": python,
    "source": tried_elsewhere,
    "uv": uv,
}


FIRST = rf"(?:\.venv/bin/)?(?:{'|'.join(CHECKS)}) "
LINE = re.compile(rf"^    ({FIRST}.+)$", re.MULTILINE)
SCHEDULED = re.compile(r"^    ((?:[\d*/,-]+ ){4}[\d*/,-]+ .+)$", re.MULTILINE)
INLINE = re.compile(rf"`((?:{FIRST}|bench/)[^`]+)`")


def commands_in(text):
    """Commands of a page's blocks without their comments, those of a schedule, and those within sentences."""
    lines = [line.split(" #")[0].strip() for line in LINE.findall(text)]
    within = [f"python {command}" if command.startswith("bench/") else command for command in INLINE.findall(text)]
    return lines + [f"cron {line}" for line in SCHEDULED.findall(text)] + within


COMMANDS = sorted({(page.name, command) for page in PAGES for command in commands_in(page.read_text())})


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_what_a_command_of_another_program_names_is_there(page, command):
    program, *words = command.split() if command.startswith("cron ") else shlex.split(command.rstrip("\\"))
    CHECKS[program.removeprefix(".venv/bin/")](*words)


def test_every_kind_of_command_is_met():
    assert {command.split()[0].removeprefix(".venv/bin/") for _, command in COMMANDS} == CHECKS.keys()
