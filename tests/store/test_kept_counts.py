"""Counts that are kept beside the samples: they follow every change, and lead to every page."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from workbench.store import now
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.counts import count_rows, theme_counts
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision
from workbench.store.kept_counts import kept_blocks, wrong_counts
from workbench.store.labels import labels_of
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.splits import assign_splits
from workbench.store.steps.edits import restore_in_steps, undo_of_any_size
from workbench.store.steps.removal import remove_theme
from workbench.store.themes import delete_theme
from workbench.store.upkeep.integrity import check

WHERES = [
    SampleFilter(),
    SampleFilter(state="labeled"),
    SampleFilter(state="unlabeled"),
    SampleFilter(state="skipped"),
    SampleFilter(split="train"),
    SampleFilter(split="none", state="labeled"),
]


@pytest.fixture
def scattered(store, make_theme):
    """A theme whose samples lie in several blocks of ids, some of them neighbors, between those of another theme."""
    theme_id, other = make_theme(store), make_theme(store, "others")
    numbers = [*range(8185, 8200), *range(16380, 16390), *range(60_000, 60_030), 500_000]
    with store.write() as session:
        label = labels_of(theme_id, session=session)[0].id
        for number in numbers:
            decided = {"label_id": label, "annotator": "ann", "labeled_at": now()} if number % 3 == 0 else {}
            session.add(_sample(number, theme_id, split=("train", "valid", None)[number % 5 % 3], **decided))
        session.add_all(_sample(number, other) for number in (1, 16_400))
    return theme_id


def _sample(number, theme_id, **given):
    about = {"sha256": f"{number:064}", "uri": f"{number}.png", "name": f"{number}.png", "width": 8, "height": 8}
    skipped = number % 7 == 0 and "label_id" not in given
    return Sample(id=number, theme_id=theme_id, size_bytes=9, skipped=skipped, **about, **given)


def counted(theme_id, where, session):
    """The same counts, by reading all samples."""
    key = (Sample.label_id, Sample.skipped, Sample.split)
    rows = session.execute(select(*key, func.count()).where(*where.conditions(theme_id)).group_by(*key))
    return sorted(map(tuple, rows), key=str)


@pytest.mark.parametrize("where", WHERES, ids=str)
def test_every_page_is_found_by_the_blocks_of_ids_that_hold_it(store, scattered, where):
    with store.read() as session:
        whole = list(session.scalars(select(Sample.id).where(*where.conditions(scattered)).order_by(Sample.id)))
        assert sum(number for _, number in kept_blocks(scattered, where, session=session)) == len(whole) > 0
        assert count_samples(scattered, where, session=session) == len(whole)
        assert sorted(count_rows(scattered, where, session=session), key=str) == counted(scattered, where, session)
        for sort, order in (("id", whole), ("-id", whole[::-1])):
            for limit in (1, 4, 25, 100):
                for offset in range(0, len(whole) + 2, 3):
                    page = open_page(
                        scattered, where, sort=sort, offset=offset, limit=limit, total=len(whole), session=session
                    )
                    assert [sample.id for sample in page] == order[offset : offset + limit]


def test_counts_follow_whatever_happens_to_samples(store, make_theme, add_samples):
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(40))
    with store.read() as session:
        label, other, _ = (label.id for label in labels_of(theme_id, session=session))
    cat, dog = Decision.of(label), Decision.of(other)

    def agree():
        with store.read() as session:
            assert wrong_counts(session=session) == []
            rows = sorted(count_rows(theme_id, session=session), key=str)
            assert rows == counted(theme_id, SampleFilter(), session)
            return theme_counts(theme_id, session=session)

    assert agree().unlabeled == 40
    with store.write() as session:
        edits = [Edit(ids[0], cat), Edit(ids[1], SKIPPED), Edit(ids[2], dog)]
        decide(theme_id, edits, annotator="ann", session=session)
        decide(theme_id, [Edit(ids[2], UNDECIDED), Edit(ids[0], dog)], annotator="ann", session=session)
        decide(theme_id, [Edit(ids[0], cat)], annotator="ann", session=session)
    assert (agree().labeled, agree().skipped) == (1, 1)
    with store.write() as session:
        label_many(theme_id, SampleFilter(ids=tuple(ids[5:30])), label, annotator="ann", session=session)
        label_many(theme_id, SampleFilter(ids=tuple(ids[25:30])), other, annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
    assert agree().labeled == 26
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(ids=tuple(ids[:10])), annotator="ann", session=session)
    assert agree().samples == 30
    undo_of_any_size(store, theme_id, annotator="ann")
    assert agree().samples == 40
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(), annotator="ann", session=session)
        session.rollback()
    assert agree().samples == 40
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(state="labeled"), annotator="ann", session=session)
    restore_in_steps(store, theme_id, SampleFilter(deleted=True), annotator="ann")
    assert agree().labeled == 26
    with store.write() as session:
        delete_theme(theme_id, annotator="ann", session=session)
    remove_theme(store, theme_id)
    with store.read() as session:
        assert session.scalar(text("SELECT count(*) FROM sample_counts")) == 0


def test_many_who_label_at_once_leave_right_counts(store, make_theme, add_samples):
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(12))
    with store.read() as session:
        labels = [label.id for label in labels_of(theme_id, session=session)]

    def label(seed):
        draw = random.Random(seed)
        for _ in range(40):
            decisions = [Edit(number, Decision.of(draw.choice(labels))) for number in draw.sample(ids, 2)]
            with store.write() as session:
                decide(theme_id, decisions, annotator=f"annotator {seed}", session=session)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(label, range(4)))
    with store.read() as session:
        assert wrong_counts(session=session) == []
        assert session.scalar(text("SELECT count(*) FROM sample_counts")) < 200


def test_counts_that_are_wrong_are_found_by_the_check(store, make_theme, add_samples):
    theme_id = make_theme(store)
    add_samples(store, theme_id, range(3))
    assert check(store).ok
    with store.write() as session:
        session.execute(text("UPDATE sample_counts SET number = number + 1"))
    assert [problem.kind for problem in check(store).problems] == ["counts differ from the samples"]
