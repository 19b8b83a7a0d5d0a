"""The boxes of a theme by a filter, on both databases."""

import pytest

from workbench.store.box_queries import (
    box_extents,
    box_ids,
    boxes_by_id,
    count_boxes,
    has_boxes,
    is_theme_of_boxes,
    page_of_boxes_by_sample,
    page_of_boxes_on_samples,
)
from workbench.store.boxes import replace_boxes
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import BoxData
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter


@pytest.fixture
def boxed(store, pets):
    """Twelve samples: two boxes of the first label on the second sample, one of the second label on the first."""
    theme_id, ids = pets
    with store.write() as session:
        first, second, _ = labels_of(theme_id, session=session)
        drawn = [BoxData(first.id, 1, 2, 3, 4), BoxData(first.id, 0, 0, 8, 8)]
        replace_boxes(ids[1], drawn, annotator="ann", session=session)
        replace_boxes(ids[0], [BoxData(second.id, 2, 2, 2, 2)], annotator="ann", session=session)
    return theme_id, ids, first.id


def test_boxes_are_found_by_label_and_name_in_the_order_in_which_they_were_drawn(store, boxed):
    theme_id, ids, label_id = boxed
    everything, of_label = SampleFilter(), SampleFilter(label_id=label_id)
    with store.read() as session:
        found = page_of_boxes_on_samples(theme_id, everything, limit=10, session=session)
        assert [box.sample_id for box in found] == [ids[1], ids[1], ids[0]]
        assert [box.id for box in found] == box_ids(theme_id, everything, session=session)
        assert boxes_by_id(theme_id, [found[2].id, found[0].id], session=session) == [found[0], found[2]]
        assert page_of_boxes_on_samples(theme_id, everything, offset=1, limit=1, session=session) == [found[1]]
        assert count_boxes(theme_id, of_label, session=session) == 2
        assert count_boxes(theme_id, SampleFilter(search=found[2].sample_name), session=session) == 1
        by_sample = page_of_boxes_by_sample(theme_id, session=session)
        assert [box.sample_id for box in by_sample] == [ids[0], ids[1], ids[1]]
        rest = page_of_boxes_by_sample(theme_id, after=(ids[0], by_sample[0].id), session=session)
        assert rest == by_sample[1:]
        extents = box_extents(theme_id, session=session)
        assert [(box.width, box.height, box.image_width) for box in extents] == [(3, 4, 8), (8, 8, 8), (2, 2, 8)]


def test_boxes_on_deleted_samples_do_not_count(store, boxed):
    theme_id, ids, _ = boxed
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(ids=(ids[0], ids[1])), annotator="ann", session=session)
        assert count_boxes(theme_id, SampleFilter(), session=session) == 0
        assert not has_boxes(theme_id, session=session)
        assert not is_theme_of_boxes(theme_id, session=session)
        replace_boxes(ids[2], [], annotator="ann", session=session)
        assert not has_boxes(theme_id, session=session)
        assert is_theme_of_boxes(theme_id, session=session), "somebody looked for boxes there"
