"""States of a theme's labels: tags, what stood then, what differs, going back; counted from the rows."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store import now
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.history import theme_at
from workbench.store.label_merges import merge_labels
from workbench.store.labels import label_names, labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import LabelEvent, Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.states.diff import diff_states
from workbench.store.states.past import past_labels, past_of_samples, split_of
from workbench.store.states.tags import add_tag, delete_tag, find_state, tags_of
from workbench.store.steps import revert, writing
from workbench.store.steps.edits import undo_of_any_size
from workbench.store.steps.revert import revert_in_steps
from workbench.store.undo import undo


@pytest.fixture
def cleaned(store, make_theme, add_samples):
    """A theme that was labeled by ann, tagged, cleaned by bob, and grew: its id, its samples' ids, its labels' ids."""
    theme_id = make_theme(store, labels=("cat", "dog", "puppy"))
    ids = add_samples(store, theme_id, range(12))
    with store.read() as session:
        labels = {label.name: label.id for label in labels_of(theme_id, session=session)}
    cat, dog, puppy = (Decision.of(labels[name]) for name in ("cat", "dog", "puppy"))
    given = [cat] * 4 + [dog] * 3 + [puppy] * 2 + [SKIPPED]
    with store.write() as session:
        decide(theme_id, [Edit(*pair) for pair in zip(ids, given, strict=False)], annotator="ann", session=session)
    with store.write() as session:
        add_tag(theme_id, "before  cleaning", annotator="ann", note="all by ann", session=session)
    add_samples(store, theme_id, range(20, 22))
    with store.write() as session:
        edits = [Edit(ids[0], dog), Edit(ids[1], dog), Edit(ids[4], cat), Edit(ids[9], cat), Edit(ids[10], dog)]
        decide(theme_id, edits, annotator="bob", session=session)
        decide(theme_id, [Edit(ids[1], cat), Edit(ids[2])], annotator="cy", session=session)
        merge_labels(labels["puppy"], labels["dog"], annotator="bob", session=session)
        delete_samples(theme_id, SampleFilter(ids=(ids[3],)), annotator="bob", session=session)
    return theme_id, ids, labels


def _stood(store, theme_id, state):
    with store.read() as session:
        return {
            row.sample_id: row.label or ("skipped" if row.skipped else None)
            for row in theme_at(theme_id, find_state(theme_id, state, session=session), session=session)
        }


def test_a_tag_names_what_stood_then_whatever_happens_later(store, cleaned):
    theme_id, ids, _ = cleaned
    expected = ["cat"] * 4 + ["dog"] * 3 + ["puppy"] * 2 + ["skipped", None, None]
    assert _stood(store, theme_id, "before cleaning") == dict(zip(ids, expected, strict=True))
    with store.read() as session:
        (tag,) = tags_of(theme_id, session=session)
        state = find_state(theme_id, "before cleaning", session=session)
        past = past_labels(theme_id, state, session=session)
        few = past_of_samples(theme_id, state, [ids[0], ids[3], ids[9], ids[11] + 1], session=session)
        codes = {
            one: (label, split_of(split)) for one, label, split in zip(past.ids, past.labels, past.splits, strict=True)
        }
    assert (tag.name, tag.annotator, tag.note) == ("before cleaning", "ann", "all by ann")
    assert few == {one: codes[one] for one in (ids[0], ids[3], ids[9])}
    assert sum(past.counts.values()) == len(past) == 12
    assert len(past.matching(label=0)) == 2
    assert len(past.matching(labeled=True)) == 9


def test_the_names_of_tags(store, cleaned):
    theme_id, *_ = cleaned
    with store.write() as session:
        with pytest.raises(ConflictError, match="has a tag 'before cleaning' already"):
            add_tag(theme_id, "before cleaning", annotator="bob", session=session)
        for name in ("", "x" * 101, "now", "2026-11-01", "a\0b"):
            with pytest.raises(WorkbenchError, match="tag"):
                add_tag(theme_id, name, annotator="bob", session=session)
        with pytest.raises(NotFoundError, match="Did you mean 'before cleaning'"):
            find_state(theme_id, "before cleanin", session=session)
        with pytest.raises(WorkbenchError, match="no time zone"):
            find_state(theme_id, datetime(2026, 11, 1), session=session)
        assert find_state(theme_id, "2026-11-01T00:00+00:00", session=session).at == datetime(2026, 11, 1, tzinfo=UTC)
        delete_tag(theme_id, "before cleaning", session=session)
        with pytest.raises(NotFoundError, match="There are no tags yet"):
            delete_tag(theme_id, "before cleaning", session=session)


def _counted(store, theme_id, before, after):
    """Count the changes between two states from the events alone, replayed from the first one on."""
    with store.read() as session:
        names = label_names(theme_id, session=session)
        ends = [find_state(theme_id, each, session=session) for each in (before, after)]
        events = session.scalars(
            select(LabelEvent).where(LabelEvent.theme_id == theme_id).order_by(LabelEvent.id)
        ).all()
        samples = session.scalars(select(Sample.id).where(Sample.theme_id == theme_id)).all()
    stood = []
    for end in ends:
        state = dict.fromkeys(one for one in samples if end.last_sample is None or one <= end.last_sample)
        who = {}
        for event in events:
            if event.id > end.last_event:
                break
            if event.action == "delete":
                state.pop(event.sample_id)
            elif event.action == "label" and event.sample_id in state:
                state[event.sample_id] = event.after
                who[event.sample_id] = event.annotator
        stood.append((state, who))
    (first, _), (second, who) = stood

    def word(text):
        return names.get(int(text), text) if text and text.isdecimal() else text

    common = first.keys() & second.keys()
    changed = {one: (word(first[one]), word(second[one])) for one in common if first[one] != second[one]}
    return changed, {one: who.get(one) for one in changed}, second.keys() - first.keys(), first.keys() - second.keys()


def test_the_difference_of_two_states_is_what_the_events_say(store, cleaned):
    theme_id, ids, labels = cleaned
    changed, who, added, removed = _counted(store, theme_id, "before cleaning", None)
    with store.read() as session:
        before, after = (find_state(theme_id, each, session=session) for each in ("before cleaning", None))
        found = diff_states(theme_id, before, after, session=session)
        back = diff_states(theme_id, after, before, session=session)
    words = {number: name for name, number in labels.items()} | {0: None, -1: "skipped"}
    assert {row.sample_id: (words[row.before], words[row.after]) for row in found.changed} == changed
    assert {row.sample_id: row.annotator for row in found.changed} == who
    assert (set(found.added), set(found.removed)) == (added, removed) == ({*range(ids[11] + 1, ids[11] + 3)}, {ids[3]})
    assert found.cells[labels["puppy"], labels["dog"]] == 2
    assert found.by_annotator == {"bob": 6, "cy": 1}
    assert found.unchanged + len(changed) + len(added) == 13
    assert {(row.sample_id, row.after, row.before) for row in back.changed} == {
        (row.sample_id, row.before, row.after) for row in found.changed
    }


def test_what_was_taken_back_between_two_states_changed_nothing(store, cleaned):
    """Whoever a label stands from is named: not who changed it for a while, nor who was there before."""
    theme_id, ids, labels = cleaned
    cat, dog = (Decision.of(labels[name]) for name in ("cat", "dog"))
    with store.write() as session:
        add_tag(theme_id, "first", annotator="ann", session=session)
        decide(theme_id, [Edit(ids[5], cat), Edit(ids[11], dog)], annotator="bob", session=session)
    with store.write() as session:
        decide(theme_id, [Edit(ids[11], cat), Edit(ids[5], dog)], annotator="cy", session=session)
    with store.write() as session:
        assert undo(theme_id, annotator="cy", session=session).sample_ids == (ids[5],)
        decide(theme_id, [Edit(ids[11])], annotator="bob", session=session)
        decide(theme_id, [Edit(ids[11], cat)], annotator="dee", session=session)
    with store.write() as session:
        add_tag(theme_id, "second", annotator="ann", session=session)
        # What comes after both states is of neither.
        decide(theme_id, [Edit(ids[5], dog), Edit(ids[11])], annotator="eve", session=session)
    with store.read() as session:
        ends = [find_state(theme_id, each, session=session) for each in ("first", "second")]
        found = {row.sample_id: row for row in diff_states(theme_id, *ends, session=session).changed}
        back = {row.sample_id: row for row in diff_states(theme_id, *reversed(ends), session=session).changed}
        bob = select(LabelEvent.at).where(LabelEvent.sample_id == ids[5], LabelEvent.annotator == "bob")
        assert found[ids[5]].at == session.scalar(bob)
    assert {one: (row.annotator, row.source) for one, row in found.items()} == {
        ids[5]: ("bob", "human"),
        ids[11]: ("dee", "human"),
    }
    assert {one: row.annotator for one, row in back.items()} == {ids[5]: "bob", ids[11]: "dee"}


@pytest.mark.parametrize("at_once", [10_000, 2])
def test_going_back_is_one_batch_and_one_undo(store, cleaned, monkeypatch, at_once):
    theme_id, ids, _ = cleaned
    monkeypatch.setattr(writing, "AT_ONCE", at_once)
    monkeypatch.setattr(revert, "is_small", writing.is_small)
    before = _stood(store, theme_id, None)
    with store.read() as session:
        state = find_state(theme_id, "before cleaning", session=session)
    said = revert_in_steps(store, theme_id, state, annotator="ann", dry_run=True)
    assert (said.batch_id, said.changed) == (None, 5)
    assert _stood(store, theme_id, None) == before
    done = revert_in_steps(store, theme_id, state, annotator="ann")
    assert (done.changed, done.newer, done.gone, done.kept, done.cells) == (5, 2, 0, 0, said.cells)
    now_ = _stood(store, theme_id, None)
    # The merged label counts as what it went into, the deleted one and the newcomers stay as they are.
    expected = ["cat"] * 3 + ["dog"] * 5 + ["skipped", None, None]
    assert [now_[one] for one in ids if one != ids[3]] == expected
    assert done.changed + done.unchanged == len(expected)
    assert ids[3] not in now_
    assert undo_of_any_size(store, theme_id, annotator="ann").restored == 5
    assert _stood(store, theme_id, None) == before


def test_going_back_for_some_samples_leaves_the_others(store, cleaned):
    theme_id, ids, _ = cleaned
    before = _stood(store, theme_id, None)
    with store.read() as session:
        state = find_state(theme_id, "before cleaning", session=session)
    done = revert_in_steps(store, theme_id, state, [ids[0], ids[5]], annotator="ann")
    assert (done.changed, done.unchanged) == (1, 1)
    assert _stood(store, theme_id, None) == {**before, ids[0]: "cat"}


def test_what_is_decided_while_one_goes_back_stays(store, cleaned, monkeypatch):
    theme_id, ids, labels = cleaned
    with store.read() as session:
        state = find_state(theme_id, "before cleaning", session=session)
    written = revert.give_decisions

    def slow(batch, wanted, *, session):
        # What another one decided after the samples were read.
        session.get_one(Sample, ids[0]).label_id = labels["cat"]
        session.flush()
        written(batch, wanted, session=session)

    monkeypatch.setattr(revert, "give_decisions", slow)
    done = revert_in_steps(store, theme_id, state, annotator="ann")
    assert (done.changed, done.kept) == (4, 1)


def test_a_label_of_then_that_is_deleted_is_told(store, cleaned):
    theme_id, _, labels = cleaned
    with store.write() as session:
        label_many(theme_id, SampleFilter(), labels["dog"], annotator="bob", session=session)
    from workbench.store.label_merges import delete_label

    at = now()
    with store.write() as session:
        delete_label(labels["cat"], annotator="bob", session=session)
    with store.read() as session:
        state = find_state(theme_id, "before cleaning", session=session)
    done = revert_in_steps(store, theme_id, state, annotator="bob")
    assert done.gone == 3  # the cats that are there
    assert done.changed == 3  # the skipped one and two that were undecided
    with store.write() as session:
        undo(theme_id, annotator="bob", session=session)
    assert _stood(store, theme_id, None) == _stood(store, theme_id, at.isoformat())
