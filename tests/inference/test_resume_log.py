"""A prediction that is stopped half-way goes on where it stopped."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from workbench import predict
from workbench.data.folder_scan import natural_key
from workbench.errors import ConflictError
from workbench.store.schema import Prediction, Sample

PREDICTING = """
import os, signal, sys
import mlflow.pyfunc, mlflow.store.db.utils, mlflow.store.tracking.sqlalchemy_store
import workbench.inference.store_writer, workbench.inference.forward
import workbench.inference.run as run
from workbench import predict

run._STEP_VALUES = 1  # every batch is a step of its own, so that a few images are enough
def wait_at_the_tenth(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)) and os.fspath(arguments[0]) == sys.argv[3]:
        while True:
            signal.pause()

sys.addaudithook(wait_at_the_tenth)
predict("shades", source=sys.argv[1], output=sys.argv[2], batch_size=4, num_workers=0, progress=False)
"""


class Stuck:
    """Predictions in processes of their own that wait forever where they would read the tenth image."""

    def __init__(self, run_python) -> None:
        self._run_python = run_python

    def start(self, source: str, output: Path, tenth: Path) -> None:
        self._child = self._run_python(PREDICTING, source, output, tenth)
        self._wait_for_rows(output.with_name(output.name + ".partial.json"), 8)

    def _wait_for_rows(self, state: Path, rows: int) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self._child.poll() is not None:
                raise AssertionError(f"the child ended early: {self._child.communicate()}")
            if state.is_file() and json.loads(state.read_text())["rows"] >= rows:
                return
            time.sleep(0.02)
        raise AssertionError("the child did not come so far")

    def interrupt(self) -> str:
        """Do what Ctrl+C does and return what the child says in the end."""
        os.kill(self._child.pid, signal.SIGINT)
        _, errors = self._child.communicate()
        return errors

    def kill(self) -> None:
        """End the child without a warning."""
        self._child.kill()
        self._child.wait()


@pytest.fixture
def stuck(run_python):
    return Stuck(run_python)


def tenth_sample(shades) -> Path:
    with shades.store.read() as session:
        uri = session.scalars(select(Sample.uri).order_by(Sample.id).offset(9).limit(1)).one()
    return shades.store.images.path(uri)


def answers(shades) -> list[int]:
    with shades.store.read() as session:
        return list(session.scalars(select(Prediction.sample_id).order_by(Prediction.sample_id)))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_after_a_kill_the_same_call_goes_on(shades, stuck, tmp_path, suffix):
    output = tmp_path / f"answers{suffix}"
    stuck.start("all", output, tenth_sample(shades))
    stuck.kill()
    assert not output.exists()
    # What a crash in the middle of writing leaves behind.
    with output.with_name(output.name + ".partial").open("ab") as file:
        file.write(b'half a ro"w')
    result = predict("shades", source="all", output=output, batch_size=4, num_workers=0)
    assert (result.resumed, result.images, result.stored) == (8, 21, 21)
    assert result.metrics["accuracy"] == 1.0
    assert result.confusion.total == 18
    whole = predict("shades", source="all", output=tmp_path / f"whole{suffix}", batch_size=4, num_workers=0)
    pd.testing.assert_frame_equal(result.table(), whole.table(), check_dtype=False, atol=1e-6)
    assert len(answers(shades)) == 21
    assert {path.name for path in tmp_path.iterdir()} == {"project", f"answers{suffix}", f"whole{suffix}"}


def test_an_interrupt_keeps_what_is_done_and_says_how_to_go_on(shades, stuck, tmp_path):
    stuck.start("all", tmp_path / "answers.csv", tenth_sample(shades))
    errors = stuck.interrupt()
    assert "Stopped after 8 images. Predict again in the same way to continue there." in errors
    assert len(answers(shades)) == 8
    assert predict("shades", source="all", output=tmp_path / "answers.csv").resumed == 8


def test_two_runs_never_write_the_same_file(shades, stuck, tmp_path):
    stuck.start("all", tmp_path / "answers.csv", tenth_sample(shades))
    with pytest.raises(ConflictError, match="choose another output"):
        predict("shades", source="test", output=tmp_path / "answers.csv")
    assert predict("shades", source="unlabeled", output=tmp_path / "others.csv").images == 3


def test_only_an_equal_job_goes_on(shades, stuck, tmp_path):
    output = tmp_path / "answers.csv"
    for change in ({"source": "test"}, {"views": ("flip",)}, {"resume": False}):
        stuck.start("all", output, tenth_sample(shades))
        stuck.kill()
        result = predict("shades", **{"source": "all", "output": output, **change})
        assert result.resumed == 0
        assert result.images == len(result.table()) == (18 if change.get("source") == "test" else 21)


def test_files_of_the_same_names_that_are_others_are_predicted_anew(shades, stuck, tmp_path, png):
    folder, output = tmp_path / "camera", tmp_path / "answers.csv"
    folder.mkdir()
    files = [folder / f"img_{number:02}.png" for number in range(12)]
    for number, file in enumerate(files):
        file.write_bytes(png(25, number))
    stuck.start(str(folder), output, files[9])
    stuck.kill()
    files[2].write_bytes(png(230, 2))
    result = predict("shades", source=str(folder), output=output, batch_size=4, num_workers=0)
    assert (result.resumed, result.by_label) == (0, {"dark": 11, "bright": 1})


@pytest.mark.parametrize(("removed", "resumed"), [(None, 8), (3, 0), (12, 8)])
def test_a_folder_goes_on_unless_what_was_done_has_changed(shades, stuck, tmp_path, removed, resumed):
    folder, output = shades.store.images.root, tmp_path / "answers.csv"
    files = sorted(folder.rglob("*.png"), key=lambda file: [natural_key(part) for part in file.parts])
    stuck.start(str(folder), output, files[9])
    stuck.kill()
    if removed is not None:
        files[removed].unlink()
    result = predict("shades", source=str(folder), output=output, batch_size=4, num_workers=0)
    assert (result.resumed, result.images) == (resumed, 21 if removed is None else 20)
    expected = [str(file) for file in files if file.exists()]
    assert list(result.table()["file"]) == expected
