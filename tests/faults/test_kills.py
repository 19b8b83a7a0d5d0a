"""Processes killed with SIGKILL at random moments: nothing that was acknowledged is lost, nothing is half-done.

`python -m tests.faults --long` does the same thousands of times, on both databases.
"""

import shutil

import pytest

from tests.faults.kills import Outcome, kill, kill_together, seeds
from tests.faults.store_programs import LONGEST, decisions, fill, imported, look, prepare, start
from workbench.errors import StoreVersionError
from workbench.paths import asset
from workbench.store import open_store
from workbench.store.upkeep import migrations
from workbench.store.upkeep.integrity import check

LABELING, LABELERS, OTHERS = 100, 4, 10
"""Of each database: so many who label, together; and so many kills of each other work."""


@pytest.fixture
def lived(store, add_samples):
    for folder in (store.project.backups, store.project.runs):
        folder.mkdir(parents=True, exist_ok=True)
    return store, fill(store, add_samples)


def test_labeling(lived, run_python, tmp_path):
    store, ids = lived
    outcome = Outcome()
    for first in seeds(LABELING)[::LABELERS]:
        # Each has samples of its own: whose decision came last is known.
        together = {first + place: ids[place::LABELERS] for place in range(LABELERS)}
        children = {seed: start(run_python, "label", seed, own) for seed, own in together.items()}
        for seed, lines in kill_together(children, LONGEST["label"]).items():
            number = sum(line.count("=") for line in lines)
            outcome.add(seed, acknowledged=number, fault=look("label", store, lines, seed, tmp_path))
    outcome.report()


@pytest.mark.parametrize("program", ["bulk", "steps", "split", "backup", "export", "archive", "crops"])
def test_work_on_a_whole_theme(lived, run_python, add_samples, tmp_path, program):
    store, _ = lived
    prepare(store, program, add_samples)
    outcome = Outcome()
    for seed in seeds(OTHERS, cost=2):
        lines = kill(start(run_python, program, seed), seed, LONGEST[program])
        outcome.add(seed, acknowledged=len(lines), fault=look(program, store, lines, seed, tmp_path))
    outcome.report()


def test_imports(lived, run_python, tmp_path, draw_image, monkeypatch):
    store, _ = lived
    outcome = Outcome()
    for seed in seeds(OTHERS, cost=2):
        source = tmp_path / f"new {seed}"
        source.mkdir()
        for number in range(40):
            (source / f"new {seed} {number}.png").write_bytes(draw_image(1_000 + 100 * seed + number))
        monkeypatch.setenv("KILLED_IMPORT", str(source))
        lines = kill(start(run_python, "import", seed), seed, LONGEST["import"])
        outcome.add(seed, killed="whole" not in lines, fault=imported(store, source))
    outcome.report()


def test_the_first_opening(fresh_database, project, run_python):
    outcome = Outcome()
    for seed in seeds(OTHERS if fresh_database == "sqlite" else 1, cost=2):
        shutil.rmtree(project.db, ignore_errors=True)
        lines = kill(start(run_python, "create", seed), seed, LONGEST["create"])
        opened = open_store(project)
        outcome.add(seed, killed="whole" not in lines, fault=look("create", opened, lines, seed, None))
        opened.close()
    outcome.report()


UPGRADE = '''
"""Rebuilds the samples with another column, fills it, and takes the one before out."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "{number}", "{before}"


def upgrade() -> None:
    with op.batch_alter_table("samples") as table:
        table.add_column(sa.Column("added_{number}", sa.Text(), nullable=False, server_default="none"))
    op.execute("UPDATE samples SET added_{number} = name")
    op.create_index("ix_added_{number}", "samples", ["added_{number}"])
'''


def test_upgrades_of_an_older_store(
    fresh_database, project, draw_image, add_samples, run_python, tmp_path, monkeypatch
):
    store = open_store(project)
    fill(store, add_samples)
    before = decisions(store)
    store.close()
    code = tmp_path / "newer migrations"
    shutil.copytree(asset("db", "migrations"), code)
    monkeypatch.setenv("KILLED_UPGRADE", str(code))
    monkeypatch.setattr(migrations, "asset", lambda *parts: code.joinpath(*parts[2:]))
    outcome = Outcome()
    for number, seed in enumerate(seeds(OTHERS, cost=2), start=9_000):
        text = UPGRADE.format(number=number, before=migrations.latest_version())
        (code / "versions" / f"{number}_added.py").write_text(text)
        lines = kill(start(run_python, "upgrade", seed), seed, LONGEST["upgrade"])
        whole = "whole" in lines
        outcome.add(seed, killed=not whole, fault=upgraded(project, before, whole=whole))
    outcome.report()


def upgraded(project, before, *, whole):
    """Upgrade once more what may be an older store yet, and return what is wrong then."""
    try:
        open_store(project).close()
    except StoreVersionError as error:
        if whole or "workbench db upgrade" not in str(error):
            return str(error)
    store = open_store(project, upgrade=True)
    found = check(store)
    after = decisions(store)
    store.close()
    return "" if found.ok and after == before else f"{found.problems[:3]} {after}"
