"""Pages of samples: the same order however one walks through it."""

from datetime import timedelta
from itertools import pairwise

import pytest

from workbench.store import now, paging
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.change_feed import changes_since
from workbench.store.counts import annotators_of, count_rows
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision
from workbench.store.labels import labels_of
from workbench.store.name_search import fold_all_names
from workbench.store.paging import SORTS, KnownCursors, cursor_of, learn_cursors, open_page, samples_along
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide

WHERES = [
    SampleFilter(),
    SampleFilter(state="unlabeled"),
    SampleFilter(state="labeled"),
    SampleFilter(search="img_000"),
]


@pytest.fixture
def theme(store, make_theme, add_samples):
    """Thirty samples, ten of them decided, several at the same moment and several of the same name."""
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(30))
    moment = now()
    with store.write() as session:
        label = labels_of(theme_id, session=session)[0].id
        for index, sample_id in enumerate(ids[5:15]):
            sample = session.get_one(Sample, sample_id)
            sample.label_id, sample.annotator = label, "ann"
            sample.labeled_at = moment + timedelta(seconds=index // 3)
            sample.name = f"same_{index // 4}.png"
    return theme_id


def walked(theme_id, where, sort, limit, session):
    total = count_samples(theme_id, where, session=session)
    return [
        sample.id
        for offset in range(0, total, limit)
        for sample in open_page(theme_id, where, sort=sort, offset=offset, limit=limit, total=total, session=session)
    ]


@pytest.mark.parametrize("where", WHERES, ids=["all", "unlabeled", "labeled", "search"])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_sample_once_in_the_order(store, theme, where, sort):
    with store.read() as session:
        total = count_samples(theme, where, session=session)
        whole = walked(theme, where, sort, total, session)
        assert len(set(whole)) == total
        for limit in (1, 7, 11):
            assert walked(theme, where, sort, limit, session) == whole


@pytest.mark.parametrize("where", WHERES, ids=["all", "unlabeled", "labeled", "search"])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_found_from_remembered_places_are_the_same(store, theme, where, sort, monkeypatch):
    monkeypatch.setattr(paging, "_SHORTEST_STEP", 4)
    with store.read() as session:
        total = count_samples(theme, where, session=session)
        whole = walked(theme, where, sort, total, session)
        learned, remembered = KnownCursors(), KnownCursors()
        for _ in range(10):
            known = learn_cursors(theme, where, sort=sort, total=total, known=learned, seconds=0, session=session)
        assert known
        # Those by id are found by the kept counts.
        assert total < 8 or learned.cursors or (where.is_kept and sort.endswith("id"))
        for cursors in (learned, remembered):
            for offset in (0, 20, 6, 13, 27, 4, 9):
                page = open_page(
                    theme, where, sort=sort, offset=offset, limit=5, total=total, known=cursors, session=session
                )
                assert [sample.id for sample in page] == whole[offset : offset + 5]


def test_a_narrow_order_is_remembered_at_as_many_places_as_a_long_one():
    steps = [KnownCursors() for _ in range(3)]
    for cursors, total in zip(steps, (50, 53_000, 1_000_000), strict=True):
        cursors.begin(total)
        cursors.begin(10 * total)
    assert [cursors.step for cursors in steps] == [100, 530, 4_000]


@pytest.mark.parametrize("sort", SORTS)
def test_going_on_from_a_sample_leads_through_the_same_order(store, theme, sort):
    with store.read() as session:
        whole = walked(theme, SampleFilter(), sort, 30, session)
        found = whole[:1]
        while True:
            cursor = cursor_of(session.get_one(Sample, found[-1]), sort)
            part = samples_along(theme, SampleFilter(), sort=sort, cursor=cursor, limit=4, session=session)
            if not part:
                break
            found += [sample.id for sample in part]
        assert found == whole
        for index in (0, 1, 12, 29):
            cursor = cursor_of(session.get_one(Sample, whole[index]), sort)
            before = samples_along(
                theme, SampleFilter(), sort=sort, cursor=cursor, backwards=True, limit=6, session=session
            )
            assert [sample.id for sample in before] == whole[max(0, index - 6) : index]


def test_names_are_found_in_any_case_beyond_ascii_too(store, theme):
    names = {"Ähre 1.png", "ÄHRE 2.png", "ähre_3.png", "AHRE 4.png", "ÉTÉ été.png", "Straße.png"}
    with store.write() as session:
        ids = walked(theme, SampleFilter(), "id", 30, session)
        for sample_id, name in zip(ids, sorted(names), strict=False):
            session.get_one(Sample, sample_id).name = name
            session.flush()
            fold_all_names(session=session)
    found = {}
    with store.read() as session:
        for text in ("ähre", "ÄHRE", "ahre", "été ÉTÉ", "STRASSE", "straße", "ähre_"):
            samples = walked(theme, SampleFilter(search=text), "id", 30, session)
            found[text] = {session.get_one(Sample, sample_id).name for sample_id in samples}
    three = {"Ähre 1.png", "ÄHRE 2.png", "ähre_3.png"}
    assert (found["ähre"], found["ÄHRE"], found["ahre"]) == (three, three, {"AHRE 4.png"})
    assert (found["été ÉTÉ"], found["straße"], found["ähre_"]) == ({"ÉTÉ été.png"}, {"Straße.png"}, {"ähre_3.png"})
    assert found["STRASSE"] == {"Straße.png"}


def test_the_order_is_the_one_that_was_asked_for(store, theme):
    with store.read() as session:
        names = [session.get_one(Sample, i).name for i in walked(theme, SampleFilter(), "name", 8, session)]
        assert names == sorted(names)
        times = [
            session.get_one(Sample, i).labeled_at for i in walked(theme, SampleFilter(), "-labeled_at", 8, session)
        ]
        assert all(late >= early for late, early in pairwise(times[:10]))
        assert times[10:] == [None] * 20


def test_changes_tell_each_decision_once_and_who_made_it(store, theme):
    with store.read() as session:
        ids = walked(theme, SampleFilter(state="unlabeled"), "id", 30, session)
        cat, dog = (label.id for label in labels_of(theme, session=session)[:2])
        before = changes_since(theme, 0, 0, session=session)
    with store.write() as session:
        edits = [Edit(ids[0], Decision.of(cat)), Edit(ids[0], Decision.of(dog)), Edit(ids[1], SKIPPED)]
        decide(theme, edits, annotator="bo", session=session)
    with store.read() as session:
        found = changes_since(theme, before.last_event, before.newest_sample, session=session)
        fresh = [change for change in found.decisions if change.event_id > before.last_event]
        assert found.whole
        assert [(c.sample_id, c.before, c.after, c.annotator) for c in fresh] == [
            (ids[0], UNDECIDED, Decision.of(cat), "bo"),
            (ids[0], Decision.of(cat), Decision.of(dog), "bo"),
            (ids[1], UNDECIDED, SKIPPED, "bo"),
        ]
        again = changes_since(theme, found.last_event, found.newest_sample, session=session)
        assert [change for change in again.decisions if change.event_id > found.last_event] == []


@pytest.mark.parametrize("act", ["delete", "upload", "bulk"])
def test_changes_that_a_list_cannot_tell_ask_for_a_new_look(store, theme, act, add_samples):
    with store.read() as session:
        before = changes_since(theme, 0, 0, limit=5, session=session)
        label = labels_of(theme, session=session)[0].id
    if act == "upload":
        add_samples(store, theme, range(100, 101))
    else:
        with store.write() as session:
            if act == "delete":
                delete_samples(theme, SampleFilter(ids=(1,)), annotator="bo", session=session)
            else:
                label_many(theme, SampleFilter(state="unlabeled"), label, annotator="bo", session=session)
    with store.read() as session:
        found = changes_since(theme, before.last_event, before.newest_sample, limit=5, session=session)
        assert not found.whole
        assert changes_since(theme, found.last_event, found.newest_sample, limit=500, session=session).whole


def test_many_are_skipped_at_once_and_labels_stay(store, theme):
    with store.write() as session:
        done = label_many(theme, SampleFilter(), None, skip=True, annotator="bo", session=session)
        assert (done.changed, done.unchanged) == (20, 10)
    with store.read() as session:
        assert count_samples(theme, SampleFilter(state="skipped"), session=session) == 20
        assert count_samples(theme, SampleFilter(state="labeled"), session=session) == 10
        assert annotators_of(theme, session=session) == ["ann", "bo"]
        assert sum(row[3] for row in count_rows(theme, session=session)) == 30
