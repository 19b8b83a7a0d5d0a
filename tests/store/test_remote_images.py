"""Images in S3: a real S3 server program on loopback, and the whole store on top of it."""

import multiprocessing
import os
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from workbench.errors import NotFoundError, WorkbenchError
from workbench.inference.items import ThemeSource
from workbench.store import now, open_store
from workbench.store.bulk_edits import delete_samples
from workbench.store.images import sha256_of
from workbench.store.remote_images import fetch_on_demand, open_images
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.garbage import collect_garbage
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.restore import restore

BUCKET = "pictures"


@pytest.fixture
def pets(s3, sqlite_store, make_theme, add_samples):
    theme_id = make_theme(sqlite_store)
    return theme_id, add_samples(sqlite_store, theme_id, range(4))


def _uri(store, sample_id):
    with store.read() as session:
        return {sample.id: sample.uri for sample in page_of_samples(1, session=session)}[sample_id]


def test_images_lie_in_the_bucket_and_not_below_db(pets, s3, sqlite_store):
    assert len(s3.find(BUCKET)) == 4
    assert not sqlite_store.project.images.exists()
    assert check(sqlite_store).ok


def test_another_machine_reads_them_through_a_local_copy(pets, s3, sqlite_store, tmp_path, draw_image):
    import shutil

    shutil.rmtree(sqlite_store.project.cache)
    images = open_store(sqlite_store.project).images
    uri = _uri(sqlite_store, pets[1][0])
    assert images.path(uri).read_bytes() == draw_image(0) == images.read(uri)
    s3.rm(f"{BUCKET}/images/{uri}")
    assert images.path(uri).read_bytes() == draw_image(0)
    with pytest.raises(NotFoundError, match="missing below s3://pictures/images"):
        images.read(uri)
    others = [_uri(sqlite_store, sample_id) for sample_id in pets[1][1:]]
    assert [path.read_bytes() for path in images.paths(others)] == [draw_image(number) for number in range(1, 4)]


def test_a_damaged_object_is_found_by_the_check_and_never_handed_out(pets, s3, sqlite_store):
    import shutil

    uri = _uri(sqlite_store, pets[1][0])
    s3.pipe_file(f"{BUCKET}/images/{uri}", b"something else")
    assert [(problem.kind, problem.subject) for problem in check(sqlite_store).problems] == [("damaged file", uri)]
    shutil.rmtree(sqlite_store.project.cache)
    with pytest.raises(NotFoundError, match="is damaged"):
        sqlite_store.images.path(uri)
    s3.rm(f"{BUCKET}/images/{_uri(sqlite_store, pets[1][1])}")
    source = ThemeSource(sqlite_store, pets[0], SampleFilter(), "all")
    assert [Path(item.path).is_file() for item in source.items(None)] == [False, False, True, True]


def test_garbage_collection_and_orphans(pets, s3, sqlite_store, monkeypatch):
    from workbench.store.upkeep import garbage

    theme_id, ids = pets
    content = b"left over"
    sqlite_store.images.put(content, sha256=sha256_of(content), suffix="png")
    assert check(sqlite_store).orphans == 1
    with sqlite_store.write() as session:
        delete_samples(theme_id, SampleFilter(ids=(ids[0],)), annotator="ann", session=session)
    assert collect_garbage(sqlite_store, deleted_before=now(), annotator="ann").files == 0
    monkeypatch.setattr(garbage, "GRACE", timedelta(0))
    assert collect_garbage(sqlite_store, deleted_before=now(), annotator="ann").files == 2
    assert len(s3.find(BUCKET)) == 3
    assert check(sqlite_store).orphans == 0


def test_a_backup_moves_images_from_s3_to_a_local_folder(pets, s3, sqlite_store, tmp_path, monkeypatch):
    from workbench.paths import Project

    report = backup(sqlite_store, tmp_path / "b.zip")
    monkeypatch.delenv("WORKBENCH_IMAGES_URL")
    place = Project(tmp_path / "elsewhere")
    restore(place, report.file)
    there = open_store(place)
    assert check(there).ok
    assert len(list(place.images.rglob("*.png"))) == 4
    there.close()


def test_a_storage_that_does_not_answer(project, monkeypatch):
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", "s3://nobody/images")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store = open_store(project)
    with pytest.raises(WorkbenchError, match="image storage s3://nobody/images does not work"):
        store.images.read("ab/" + "ab" * 32 + ".png")
    store.close()


@pytest.mark.parametrize("url", ["pigeon://x/y", "ftp://no.such.host.invalid/images"])
def test_a_url_that_leads_nowhere(project, monkeypatch, url):
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", url)
    store = open_store(project)
    with pytest.raises(WorkbenchError, match=f"WORKBENCH_IMAGES_URL is '{url}', which cannot be used"):
        list(store.images.uris())
    store.close()


def test_other_storages_write_to_a_temporary_name_first(project, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", "memory://images")
    store = open_store(project)
    content = b"some bytes"
    uri = store.images.put(content, sha256=sha256_of(content), suffix="png")
    assert list(store.images.uris()) == [uri]
    assert store.images.unfinished() == []
    assert store.images.read(uri) == content
    assert store.images.remove(uri) == len(content)
    assert list(store.images.uris()) == []
    store.close()


def test_what_a_killed_writer_left_and_what_is_no_image(project, monkeypatch):
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", "memory://left")
    storage = fsspec.filesystem("memory")
    for name in ("ab/.part-0123", "ab/.DS_Store"):
        storage.pipe_file(f"/left/{name}", b"x")
    store = open_store(project)
    assert list(store.images.uris()) == []
    assert store.images.unfinished() == ["ab/.part-0123"]
    assert store.images.discard_unfinished(older_than=timedelta(hours=1)) == 0
    assert store.images.discard_unfinished() == 1
    assert store.images.unfinished() == []
    store.close()


def test_a_shared_folder(project, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", str(tmp_path / "shared"))
    store = open_store(project)
    content = b"some bytes"
    uri = store.images.put(content, sha256=sha256_of(content), suffix="png")
    assert (tmp_path / "shared" / uri).read_bytes() == content
    store.close()


class MeetingFileSystem(MemoryFileSystem):
    """A storage whose files are only handed out four at a time: whoever asks for one after the other waits forever."""

    protocol = "meeting"
    barrier = threading.Barrier(4)

    def cat_file(self, path, start=None, end=None, **kwargs):
        self.barrier.wait(30)
        return super().cat_file(path, start, end, **kwargs)


def test_check_and_backup_read_side_by_side(project, sqlite_store, make_theme, add_samples, monkeypatch, tmp_path):
    fsspec.register_implementation("meeting", MeetingFileSystem, clobber=True)
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", "meeting://pictures")
    add_samples(sqlite_store, make_theme(sqlite_store), range(8))
    assert check(sqlite_store).ok
    report = backup(sqlite_store, tmp_path / "all.zip")
    assert (report.images, report.missing) == (8, ())


def test_a_bucket_that_is_not_there_is_named(s3, project, monkeypatch, draw_image):
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", "s3://no-such-pictures/images")
    images = open_images(project)
    content = draw_image(1)
    with pytest.raises(WorkbenchError, match="There is no bucket of the image storage s3://no-such-pictures/images"):
        images.put(content, sha256=sha256_of(content), suffix="png")
    # A file that is missing is told as that, also in a bucket of such a name.
    s3.mkdir("my-bucket")
    monkeypatch.setenv("WORKBENCH_IMAGES_URL", "s3://my-bucket/images")
    images = open_images(project)
    uri = images.uri(sha256_of(content), "png")
    with pytest.raises(NotFoundError, match="is missing below s3://my-bucket/images"):
        images.read(uri)
    assert images.remove(uri) == 0


def test_copies_above_the_limit_go_unless_they_were_used_of_late(s3, sqlite_store, pets):
    images = sqlite_store.images
    uris = [_uri(sqlite_store, sample_id) for sample_id in pets[1]]
    files = images.paths(uris)
    an_hour_ago = time.time() - 3_600
    for number, file in enumerate(files):
        os.utime(file, (an_hour_ago + number, an_hour_ago + number))
    small = replace(images, limit=sum(files[number].stat().st_size for number in (0, 2, 3)))
    small.path(uris[0])  # it is in use again
    files[3].unlink()
    small.path(uris[3])
    assert [file.is_file() for file in files] == [True, False, True, True]
    assert small.path(uris[1]).read_bytes() == small.read(uris[1])


def test_on_demand_each_process_fetches_what_it_asks_for(s3, sqlite_store, pets):
    images = sqlite_store.images
    for file in images.paths([_uri(sqlite_store, sample_id) for sample_id in pets[1]]):
        file.unlink()
    fetch = fetch_on_demand(images)
    wanted = [_uri(sqlite_store, sample_id) for sample_id in pets[1][:2]]
    fetch(wanted[0])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.map(fetch, wanted[1:])
    assert sorted(file.name for file in images.root.glob("*/*.png")) == sorted(uri[3:] for uri in wanted)
