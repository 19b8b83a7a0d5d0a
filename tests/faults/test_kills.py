"""Processes killed with SIGKILL at random moments: nothing that was acknowledged is lost, nothing is half-done.

`python -m tests.faults --long` does the same thousands of times, on both databases.
"""

import os
import shutil

import pytest

from tests.faults.kills import Outcome, fill, kill, look
from workbench.store import open_store

SEED = int(os.environ.get("FAULTS_SEED", "1"))
"""Another seed kills at other moments."""
TIMES = int(os.environ.get("FAULTS_TIMES", "1"))
LABELING, OTHERS = 100, 10


@pytest.fixture
def lived(store, draw_image, add_samples):
    for folder in (store.project.backups, store.project.runs):
        folder.mkdir(parents=True, exist_ok=True)
    return store, fill(store, draw_image, add_samples)


def test_labeling(lived, run_python, tmp_path):
    report(_killed("label", lived, run_python, tmp_path, LABELING * TIMES, 0.06))


@pytest.mark.parametrize("program", ["bulk", "split", "backup", "export"])
def test_acts_on_a_whole_theme(lived, run_python, tmp_path, program):
    report(_killed(program, lived, run_python, tmp_path, OTHERS * TIMES, 0.15))


def test_imports(lived, run_python, tmp_path, draw_image, monkeypatch):
    outcome = Outcome()
    for seed in range(SEED, SEED + OTHERS * TIMES):
        source = tmp_path / f"new {seed}"
        source.mkdir()
        for number in range(40):
            (source / f"new {seed} {number}.png").write_bytes(draw_image(1_000 + 100 * seed + number))
        monkeypatch.setenv("KILLED_IMPORT", str(source))
        lines = kill(run_python, "import", lived[1], seed, 0.12)
        outcome.kills += "whole" not in lines
        fault = look("import", lived[0], lines, seed, tmp_path, source) if seed == SEED else _whole(lived[0], source)
        outcome.faults += [f"seed {seed}: {fault}"] if fault else []
    report(outcome)


def _whole(store, source):
    from workbench.data.importing.run import import_images
    from workbench.store.samples import SampleFilter, count_samples
    from workbench.store.themes import get_theme

    import_images(store, "pets", source, progress=False, annotator="ann")
    with store.read() as session:
        theme = get_theme("pets", session=session).id
        number = count_samples(theme, SampleFilter(search=f"{source.name} "), session=session)
    return "" if number == 40 else f"{number} of 40 images are there"


def test_the_first_opening(project, run_python):
    outcome = Outcome()
    for seed in range(SEED, SEED + OTHERS * TIMES):
        shutil.rmtree(project.db, ignore_errors=True)
        lines = kill(run_python, "upgrade", [], seed, 0.25)
        outcome.kills += "whole" not in lines
        opened = open_store(project)
        fault = look("upgrade", opened, lines, seed, None)
        opened.close()
        outcome.faults += [f"seed {seed}: {fault}"] if fault else []
    report(outcome)


def _killed(program, lived, run_python, tmp_path, number, longest):
    store, ids = lived
    outcome = Outcome()
    for seed in range(SEED, SEED + number):
        lines = kill(run_python, program, ids, seed, longest)
        outcome.kills += 1
        outcome.acknowledged += sum(line.count("=") if program == "label" else 1 for line in lines)
        fault = look(program, store, lines, seed, tmp_path)
        outcome.faults += [f"seed {seed}: {fault}"] if fault else []
    return outcome


def report(outcome):
    print(f"FAULTS {outcome.kills} kills, {outcome.acknowledged} acknowledged, {len(outcome.faults)} faults")
    assert outcome.faults == []
