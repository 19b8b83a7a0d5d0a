"""Prediction, embedding and import on workers: what comes out is what comes out here."""

import shutil
from zipfile import ZipFile

import numpy as np
import pytest
from sqlalchemy import func, select

import workbench as wb
from tests.engine.conftest import IMAGES
from workbench import predict
from workbench.engine.upkeep import backup_anywhere, check_anywhere
from workbench.store.schema import Prediction, Sample
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.integrity import check


@pytest.fixture
def photos(tmp_path, png):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.png").write_bytes(png((25, 128, 230)[number % 3], number))
    (folder / "bad.png").write_bytes(b"no image")
    return folder


def stored(theme):
    with theme.store.read() as session:
        return session.scalar(select(func.count()).select_from(Prediction))


def test_processes_of_this_machine_write_the_same_bytes(shades, tmp_path, photos):
    predict("shades", source=str(photos), output=tmp_path / "here.csv", batch_size=4)
    there = predict("shades", source=str(photos), output=tmp_path / "there.csv", batch_size=4, on="local")
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert (there.images, there.failed) == (41, 1)
    assert sum(line.images for line in there.workers.lines.values()) == 41
    assert not list((shades.project.cache / "parts").rglob("*.parquet"))


def test_workers_elsewhere_do_what_is_done_here(group, machines, tmp_path, photos):
    machines.start(2)
    shutil.rmtree(group.project.cache / "images")
    options = {"source": "unlabeled", "batch_size": 8, "on": machines.address}
    there = predict("shades", output=tmp_path / "there.csv", **options)
    assert (there.images, there.stored, len(there.workers.lines)) == (IMAGES + 3, IMAGES + 3, 2)
    # Each machine fetched its share; this one none of it.
    assert not list(group.project.cache.rglob("*.png"))
    options |= {"on": None, "num_workers": 0}
    predict("shades", output=tmp_path / "here.csv", **options)
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert stored(group) == IMAGES + 3

    theme = wb.open_theme("shades")
    report = theme.embed("model", on=machines.address, progress=False)
    assert (report.made, report.unreadable) == (IMAGES + 21, 0)
    vectors, ids = theme.vectors("model")
    next(group.project.embeddings.glob("*/vectors.f16")).parent.rename(tmp_path / "kept")
    theme.embed("model", progress=False)
    alone, same_ids = theme.vectors("model")
    assert ids == same_ids
    np.testing.assert_array_equal(vectors, alone)

    one, other = (wb.create_theme(name, labels=["red"]) for name in ("one", "other"))
    done = one.import_images(photos, on=machines.address, progress=False)
    expected = other.import_images(photos, progress=False)
    assert (done.added, done.rejected) == (expected.added, expected.rejected) == (40, done.rejected)
    with group.store.read() as session:
        rows = [
            session.execute(
                select(Sample.name, Sample.sha256, Sample.uri).filter_by(theme_id=_id(each)).order_by(Sample.id)
            ).all()
            for each in (one, other)
        ]
    assert rows[0] == rows[1]
    _what_is_lost_is_found(group, machines.address, tmp_path)


def _what_is_lost_is_found(group, on, tmp_path):
    """Check and backup by workers say what those of one process say, and the backups hold the same bytes."""
    storage, base = group.store.images._storage
    with group.store.read() as session:
        lost, damaged = session.scalars(select(Sample.uri).order_by(Sample.id).limit(2))
    storage.rm_file(f"{base}/{lost}")
    storage.pipe_file(f"{base}/{damaged}", b"damaged")
    found = check_anywhere(group.store, on=on)
    assert found == check(group.store)
    assert {(problem.kind, problem.subject) for problem in found.problems} >= {
        ("missing file", lost),
        ("damaged file", damaged),
    }
    there = backup_anywhere(group.store, tmp_path / "there.zip", on=on)
    here = backup(group.store, tmp_path / "here.zip")
    assert set(there.missing) == {lost, damaged}
    assert (there.rows, there.images, there.bytes, there.missing) == (here.rows, here.images, here.bytes, here.missing)
    with ZipFile(there.file) as saved, ZipFile(here.file) as expected:
        assert sorted(saved.namelist()) == sorted(expected.namelist())
        names = set(saved.namelist()) - {"manifest.json"}
        assert all(saved.read(name) == expected.read(name) for name in names)
    assert not [name for name in storage.find(base) if "/parts/" in name]


def _id(theme):
    from workbench.theme.base import id_of

    with theme.store.read() as session:
        return id_of(theme, session)
