"""Pages answered at once, on each database: one batch, read back, undone, and what nobody looked at told apart."""

import pytest

from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store.annotators.assignments import reserve_samples, reserved_by_others
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.assistance import (
    AnsweredPage,
    answer_page,
    answered_pages,
    assisted_theme,
    changes_for_model,
    labeled_by_model,
)
from workbench.store.change_feed import last_event_of
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, samples_by_id
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo


@pytest.fixture
def theme(store, make_theme, add_samples):
    """A theme, its samples' ids and its labels' ids."""
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(20))
    with store.read() as session:
        return theme_id, ids, [label.id for label in labels_of(theme_id, session=session)]


def labels_now(store, ids):
    with store.read() as session:
        found = samples_by_id(ids, session=session)
    return [found[each].label_id for each in ids]


def test_a_page_is_one_batch_that_is_read_back_and_undone(store, theme):
    theme_id, ids, (cat, dog) = theme
    page = AnsweredPage("suggested", tuple(ids[:6]), cat, off=(ids[1],), said=(0.9,) * 6, planted=(ids[2],))
    with store.write() as session:
        decide(theme_id, [Edit(ids[0], Decision.of(dog))], annotator="ben", session=session)
        since = assisted_theme(theme_id, session=session).since
        done = answer_page(theme_id, page, annotator="ann", client_key="k", session=session)
        assert (done.changed, done.unchanged) == (3, 1)
        assert answer_page(theme_id, page, annotator="ann", client_key="k", session=session) == done
    assert labels_now(store, ids[:6]) == [dog, None, None, cat, cat, cat]
    with store.read() as session:
        (kept,) = answered_pages(theme_id, session=session)
        assert (kept.shown, kept.off, kept.planted, kept.said) == (page.shown, page.off, page.planted, page.said)
        found = assisted_theme(theme_id, session=session)
        assert found.by == dict.fromkeys(ids[3:6], "page")
        last, changes = changes_for_model(theme_id, since, session=session)
        assert last == last_event_of(theme_id, session=session)
        assert [(each.sample_id, each.together) for each in changes] == [(each, 3) for each in ids[3:6]]
    with store.write() as session:
        assert undo(theme_id, annotator="ann", session=session).restored == 3
        assert answered_pages(theme_id, session=session) == []
        assert changes_for_model(theme_id, since, session=session) is None
    assert labels_now(store, ids[:6]) == [dog] + [None] * 5


def test_a_second_look_changes_only_what_is_still_as_it_was_seen(store, theme):
    theme_id, ids, (cat, dog) = theme
    with store.write() as session:
        decide(theme_id, [Edit(each, Decision.of(cat)) for each in ids[:3]], annotator="ann", session=session)
        decide(theme_id, [Edit(ids[1], Decision.of(dog))], annotator="ben", session=session)
        page = AnsweredPage("second look", tuple(ids[:3]), off=(ids[2],), labels=(dog, dog, dog), seen=(cat, cat, cat))
        assert answer_page(theme_id, page, annotator="ann", session=session).changed == 1
        whose = samples_by_id(ids[:3], session=session)
        assert [whose[each].annotator for each in ids[:3]] == ["ann", "ben", "ann"]
    assert labels_now(store, ids[:3]) == [dog, dog, cat]


def test_what_a_check_takes_off_loses_its_label_until_it_comes_again(store, theme):
    theme_id, ids, (cat, dog) = theme
    with store.write() as session:
        answer_page(theme_id, AnsweredPage("suggested", tuple(ids[:5]), cat), annotator="ann", session=session)
        draw = AnsweredPage("drawn", tuple(ids[:7]), labels=(cat,) * 7, population=20, total=20)
        drawn = answer_page(theme_id, draw, annotator="ann", session=session).batch_id
    with store.write() as session:
        # Decided since, by somebody who saw it alone; planted; taken off, but not to be seen.
        decide(theme_id, [Edit(ids[1], Decision.of(dog))], annotator="ben", session=session)
        decide(theme_id, [Edit(ids[1], Decision.of(cat))], annotator="ben", session=session)
        since = assisted_theme(theme_id, session=session).since
        off, unseen = (ids[0], ids[1], ids[3], ids[5]), (ids[3],)
        page = AnsweredPage("check", tuple(ids[:7]), cat, off=off, unseen=unseen, drawn=drawn)
        done = answer_page(theme_id, page, annotator="ann", session=session)
    assert done.changed == 2
    assert labels_now(store, ids[:7]) == [None, cat, cat, cat, cat, None, cat]
    with store.read() as session:
        _, changes = changes_for_model(theme_id, since, session=session)
        assert {each.sample_id: each.after.label for each in changes} == {ids[0]: None, ids[6]: cat}
        assert answered_pages(theme_id, session=session)[-1].refused == {ids[0], ids[1], ids[5]}
    with store.write() as session:
        assert undo(theme_id, annotator="ann", session=session).restored == 2
    assert labels_now(store, ids[:7]) == [cat] * 5 + [None] * 2


def test_what_nobody_looked_at_is_no_persons_label(store, theme):
    theme_id, ids, (cat, dog) = theme
    unseen = SampleFilter(unseen=True)
    with store.write() as session:
        rest = AnsweredPage("rest", tuple(ids[:10]), labels=(cat, dog) * 5, said=(0.9,) * 10)
        assert answer_page(theme_id, rest, annotator="ann", session=session).changed == 10
    with store.write() as session:
        decide(theme_id, [Edit(ids[0], Decision.of(dog))], annotator="ben", session=session)
        assert count_samples(theme_id, unseen, session=session) == labeled_by_model(theme_id, session=session) == 9
        assert answered_pages(theme_id, session=session)[0].shown == ()
        assert set(assisted_theme(theme_id, session=session).by.values()) == {"model"}
        with pytest.raises(ConflictError, match="Nobody looked"):
            give_opinion(theme_id, ids[1], cat, annotator="ben", session=session)
        assert give_opinion(theme_id, ids[0], cat, annotator="ann", session=session).status == "differs"
    with store.write() as session:
        done = undo(theme_id, annotator="ann", session=session)
        while done.action != "page":
            done = undo(theme_id, annotator="ann", session=session)
        assert (done.restored, done.kept) == (9, 1)
        assert count_samples(theme_id, unseen, session=session) == 0


def test_reserved_samples_are_kept_from_others(store, theme):
    theme_id, ids, _ = theme
    with store.write() as session:
        assert reserve_samples(theme_id, "ann", ids[:5], session=session) == ids[:5]
        assert reserve_samples(theme_id, "ben", ids[3:8], session=session) == ids[5:8]
        assert reserve_samples(theme_id, "ann", ids[:5], session=session) == ids[:5]
        assert reserved_by_others(theme_id, "ann", session=session) == set(ids[5:8])


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        ({"kind": "guess"}, WorkbenchError, "no page of the kind 'guess'"),
        ({"label_id": 10**6}, NotFoundError, "label"),
        ({"labels": (1,)}, WorkbenchError, "each needs one"),
    ],
)
def test_a_wrong_page_is_refused_and_nothing_is_written(store, theme, changed, kind, words):
    theme_id, ids, (cat, _) = theme
    page = AnsweredPage(**{"kind": "suggested", "shown": tuple(ids[:3]), "label_id": cat, **changed})
    with pytest.raises(kind, match=words), store.write() as session:
        answer_page(theme_id, page, annotator="ann", session=session)
    with store.read() as session:
        assert answered_pages(theme_id, session=session) == []
    assert labels_now(store, ids[:3]) == [None] * 3
