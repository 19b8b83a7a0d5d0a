"""Workers, clients and schedulers killed at random: each image answered once, the same bytes as on one machine.

Each kind of work meets `WORKBENCH_KILLS` kills (2 here, in the suite); set it to 100 for a long run.
"""

import os
import random
import shutil
import time

import pytest
from sqlalchemy import func, select

import workbench as wb
from tests.engine.conftest import IMAGES
from tests.shades import draw_png
from workbench import predict
from workbench.store.schema import Prediction, Sample

KILLS = int(os.environ.get("WORKBENCH_KILLS", "2"))
PER_ROUND = 5
CLIENT = """
import sys
import distributed, mlflow.pyfunc, torch, s3fs
import workbench.inference.predicting, workbench.inference.on_workers, workbench.registry.pyfunc
import workbench.embeddings.filling, workbench.embeddings.on_workers, workbench.engine.importing
import workbench as wb

print("begun", flush=True)
kind, on, target = sys.argv[1:]
if kind == "predict":
    wb.predict(
        "shades", source="unlabeled", output=target, batch_size=4, num_workers=0, on=on, progress=False, model=1
    )
elif kind == "embed":
    wb.open_theme("shades").embed("hog", on=on, progress=False)
else:
    wb.open_theme("killed").import_images(target, on=on, progress=False)
"""
LOST = ("The connection to", "does not answer", "Another prediction", "Another process", "is gone")


class Killed:
    """Runs a client until it has ended well, and kills something now and then before."""

    def __init__(self, machines, run_python, project, seed):
        self.machines, self.run_python, self.draw = machines, run_python, random.Random(seed)
        self.kills = {"worker": 0, "client": 0, "scheduler": 0}
        (project.root / "small.yaml").write_text(f"engine: dask\naddress: {machines.address}\nchunk: 8\n")

    def until_done(self, kind, target, kills):
        done = 0
        while True:
            self.machines.start(2)
            client = self.run_python(CLIENT, kind, "small.yaml", target)
            assert client.stdout.readline() == "begun\n", client.stderr.read()
            while client.poll() is None and done < kills:
                time.sleep(self.draw.uniform(0.1, 1.5))
                if client.poll() is None:
                    done += 1
                    self._kill(client)
            _, said = client.communicate()
            if client.returncode == 0:
                return
            assert client.returncode < 0 or any(words in said for words in LOST), said

    def _kill(self, client):
        victim = self.draw.choice(("worker", "worker", "client", "scheduler"))
        self.kills[victim] += 1
        if victim == "worker":
            _end(self.draw.choice(self.machines.workers))
            self.machines.start(2)
        elif victim == "client":
            client.kill()
        else:
            # Workers end by themselves then, some time later: until then they would count as there.
            for process in (self.machines.scheduler, *self.machines.workers):
                _end(process)


def _end(process):
    process.kill()
    process.wait()


@pytest.fixture
def killed(machines, run_python, group):
    return Killed(machines, run_python, group.project, seed=24)


def rounds():
    left = KILLS
    while left > 0:
        yield min(left, PER_ROUND)
        left -= PER_ROUND


def test_each_image_is_answered_once_whatever_dies(killed, group, tmp_path):
    predict("shades", source="unlabeled", output=tmp_path / "here.csv", batch_size=4, num_workers=0, model=1)
    for number, kills in enumerate(rounds()):
        with group.store.write() as session:
            session.query(Prediction).delete()
        target = tmp_path / f"{number}.csv"
        killed.until_done("predict", target, kills)
        assert target.read_bytes() == (tmp_path / "here.csv").read_bytes()
        with group.store.read() as session:
            assert session.scalar(select(func.count()).select_from(Prediction)) == IMAGES + 3
    print(killed.kills)


def test_each_vector_is_made_once_and_each_photo_imported_once(killed, group, tmp_path):
    theme = wb.open_theme("shades")
    theme.embed("hog", progress=False)
    (kept,) = group.project.embeddings.glob("hog-*")
    here = {name: (kept / name).read_bytes() for name in ("vectors.f16", "digests.bin")}
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(IMAGES):
        (photos / f"{number:03}.png").write_bytes(draw_png(number, 5_000 + number))
    wb.create_theme("alone", labels=["red"]).import_images(photos, progress=False)
    for kills in rounds():
        shutil.rmtree(kept)
        killed.until_done("embed", "-", (kills + 1) // 2)
        assert {name: (kept / name).read_bytes() for name in here} == here
        theme = wb.create_theme("killed", labels=["red"])
        killed.until_done("import", photos, (kills + 1) // 2)
        assert _rows(group, "killed") == _rows(group, "alone")
        theme.delete()
    print(killed.kills)


def _rows(group, name):
    from workbench.store.themes import get_theme

    with group.store.read() as session:
        theme_id = get_theme(name, session=session).id
        query = select(Sample.name, Sample.sha256, Sample.uri).filter_by(theme_id=theme_id).order_by(Sample.id)
        return session.execute(query).all()
