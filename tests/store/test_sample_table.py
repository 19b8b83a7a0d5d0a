"""Samples as plain columns: the same rows, in the same order, on both databases."""

from datetime import timedelta

import pytest

from workbench.errors import WorkbenchError
from workbench.store import now
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.sample_table import TableRow, checked_order, ordered_ids, parts_of_table, rows_of_table, utc_time
from workbench.store.samples import SampleFilter


@pytest.fixture
def table(store, pets, label_ids):
    """Of twelve samples the first three are cats, the next two dogs, the sixth is skipped and the last one deleted."""
    theme_id, ids = pets
    with store.write() as session:
        for chosen, label, skip in ((ids[:3], "cat", False), (ids[3:5], "dog", False), (ids[5:6], None, True)):
            label_many(
                theme_id,
                SampleFilter(ids=tuple(chosen)),
                label_ids.get(label),
                skip=skip,
                annotator="ann",
                session=session,
            )
        delete_samples(theme_id, SampleFilter(ids=(ids[-1],)), annotator="ann", session=session)
    return theme_id, ids


def test_rows_hold_the_facts_and_times_are_read_in_utc(store, table, label_ids):
    theme_id, ids = table
    with store.read() as session:
        parts = list(parts_of_table(theme_id, SampleFilter(), session=session))
    rows = [TableRow(*row) for part in parts for row in zip(*part.values(), strict=True)]
    assert [row.id for row in rows] == ids[:-1]
    assert [row.label_id for row in rows[:6]] == [label_ids["cat"]] * 3 + [label_ids["dog"]] * 2 + [None]
    assert [bool(row.skipped) for row in rows] == [False] * 5 + [True] + [False] * 5
    assert (rows[0].annotator, rows[6].annotator, rows[0].score) == ("ann", None, None)
    for told in (rows[0].labeled_at, rows[6].created_at):
        assert timedelta(0) <= now() - utc_time(told) < timedelta(minutes=5)
    assert utc_time(rows[6].labeled_at) is None


def test_every_order_is_that_of_the_ids_and_nothing_comes_last(store, table):
    theme_id, ids = table
    with store.read() as session:
        for order in ("name", "-name", "label", "-label", "-labeled_at", "width", "-id"):
            parts = parts_of_table(theme_id, SampleFilter(), order=order, session=session)
            along = [sample_id for part in parts for sample_id in part["id"]]
            assert along == list(ordered_ids(theme_id, SampleFilter(), order=order, session=session)), order
        undecided = ids[5:11]
        by_label = list(ordered_ids(theme_id, SampleFilter(), order="label", session=session))
        downwards = list(ordered_ids(theme_id, SampleFilter(), order="-label", session=session))
        assert (by_label[-6:], downwards[-6:]) == (undecided, undecided[::-1])


def test_named_rows_come_as_they_were_named_without_those_that_are_gone(store, table):
    theme_id, ids = table
    asked = [ids[4], ids[-1], ids[0], 10**6]
    with store.read() as session:
        rows = [row.id for part in rows_of_table(theme_id, asked, session=session) for row in part]
    assert rows == [ids[4], ids[-1], ids[0]]


def test_an_order_by_scores_needs_a_model(store):
    with pytest.raises(WorkbenchError, match="name one"):
        checked_order("-score", scored=False)
