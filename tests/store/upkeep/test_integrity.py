"""What the check of a store finds, and what it leaves alone."""

import os

from sqlalchemy import delete

from workbench.store.history import history_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample, SnapshotSample
from workbench.store.themes import get_theme
from workbench.store.upkeep.integrity import check


class TestCheck:
    def test_a_sound_store(self, store, trained):
        report = check(store)
        assert report.ok
        assert (report.samples, report.files, report.orphans, report.unfinished) == (24, 24, 0, 0)
        assert report.bytes == sum(file.stat().st_size for file in store.project.images.rglob("*.png"))

    def test_files_that_are_missing_or_damaged(self, store, trained, uri_of):
        _, ids = trained
        missing, cut, changed = (uri_of(store, sample_id) for sample_id in ids[:3])
        store.images.path(missing).unlink()
        os.truncate(store.images.path(cut), 10)
        content = bytearray(store.images.read(changed))
        content[-1] ^= 1
        store.images.path(changed).write_bytes(content)
        report = check(store)
        assert {(problem.kind, problem.subject) for problem in report.problems} == {
            ("missing file", missing),
            ("damaged file", cut),
            ("damaged file", changed),
        }
        assert not report.ok

    def test_files_that_belong_to_nothing(self, store, trained):
        store.images.put(b"left over", sha256="ab" * 32, suffix="png")
        (store.project.images / "ab" / ".part-1234").write_bytes(b"half")
        report = check(store)
        assert (report.ok, report.orphans, report.unfinished) == (True, 1, 1)

    def test_rows_that_contradict_each_other(self, store, trained, make_theme):
        _, ids = trained
        make_theme(store, "other", ("x",))
        with store.write() as session:
            foreign = labels_of(get_theme("other", session=session).id, session=session)[0].id
            session.get_one(Sample, ids[0]).label_id = foreign
            session.get_one(Sample, ids[1]).skipped = True
            session.get_one(Sample, ids[2]).split = None
            session.get_one(Sample, ids[3]).nothing_there = True
        kinds = {(problem.kind, problem.subject.split()[1]) for problem in check(store).problems}
        assert kinds == {
            ("label of another theme or deleted label", str(ids[0])),
            ("label differs from its history", str(ids[0])),
            ("labeled and skipped", str(ids[1])),
            ("split differs from its history", str(ids[2])),
            ("nothing there, and yet decided otherwise", str(ids[3])),
        }

    def test_a_sample_that_is_gone_while_its_history_stays(self, store, trained):
        _, ids = trained
        with store.write() as session:
            events = {event.id for event in history_of(ids[23], session=session)}
            session.execute(delete(SnapshotSample).where(SnapshotSample.sample_id == ids[23]))
            session.execute(delete(Sample).where(Sample.id == ids[23]))
        found = {problem.subject for problem in check(store).problems if problem.kind == "event without sample"}
        assert found == {f"event {event} of sample {ids[23]}" for event in events}
