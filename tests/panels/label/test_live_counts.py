"""Counts that follow what happens are those that one would count again, on both databases."""

from workbench.panels.label.live_counts import LiveCounts
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.counts import count_rows
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo

WHERES = [
    SampleFilter(),
    *(SampleFilter(state=state) for state in ("labeled", "unlabeled", "skipped")),
    SampleFilter(label_id=1),
    SampleFilter(split="none", state="labeled"),
]


def test_counts_follow_decisions_deletions_and_undo(store, make_theme, add_samples):
    theme = make_theme(store)
    ids = add_samples(store, theme, range(30))
    with store.read() as session:
        cat, dog = (label.id for label in labels_of(theme, session=session)[:2])
    edits = [
        lambda s: decide(theme, [Edit(i, Decision.of(cat)) for i in ids[:5]], annotator="ann", session=s),
        lambda s: decide(theme, [Edit(ids[0], Decision.of(dog)), Edit(ids[9], SKIPPED)], annotator="bo", session=s),
        lambda s: delete_samples(theme, SampleFilter(ids=(ids[0], ids[9])), annotator="bo", session=s),
        lambda s: label_many(theme, SampleFilter(state="unlabeled"), dog, annotator="ann", session=s),
        lambda s: undo(theme, annotator="ann", session=s),
        lambda s: decide(theme, [Edit(ids[7], Decision.of(cat))], annotator="ann", session=s),
    ]
    live = LiveCounts()
    for edit in [None, *edits]:
        if edit is not None:
            with store.write() as session:
                edit(session)
        with store.read() as session:
            live.follow(theme, session=session)
            assert sorted(live.rows, key=str) == sorted(count_rows(theme, session=session), key=str)
            for where in WHERES:
                assert live.total(where) == count_samples(theme, where, session=session)
    assert live.counted < len(edits), "single decisions are followed without counting again"
