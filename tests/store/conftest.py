"""What the tests of check, backup and garbage collection work on."""

import pytest

from workbench.store.labeling import Decision, decide, delete_samples
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits


@pytest.fixture
def trained(store, make_theme, add_samples):
    """A theme with labels, splits, a snapshot and a deleted sample. Returns its id and its samples' ids."""
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(24))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [Decision(sample_id, (cat if number % 2 else dog).id) for number, sample_id in enumerate(ids[:20])]
        decide(theme_id, [*decisions, Decision(ids[20], skip=True)], annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
        take_snapshot(theme_id, session=session)
        delete_samples(theme_id, SampleFilter(ids=(ids[23],)), annotator="ann", session=session)
    return theme_id, ids


@pytest.fixture
def uri_of():
    """`uri_of(store, sample_id)` is the key of a sample's image."""

    def find(store, sample_id):
        with store.read() as session:
            return session.get_one(Sample, sample_id).uri

    return find
