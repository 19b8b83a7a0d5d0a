"""The assistant through its whole life: look-alikes, pages to accept, the estimate, the check, the rest."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from tests.assist.conftest import Person
from workbench.assist.assistant import Assistant
from workbench.errors import ConflictError, WorkbenchError
from workbench.store.assistance import goal_of, labeled_by_model, set_goal
from workbench.theme.base import id_of


def right_share(theme, person):
    frame = theme.samples().to_frame()
    ids = {name: label for label, name in zip(sorted(set(person.truth.values())), theme.labels, strict=True)}
    return np.mean([ids.get(row.label) == person.truth[int(row.id)] for row in frame.itertuples()])


def test_a_theme_is_labeled_with_few_presses_and_what_is_announced_holds(patterns, assistant, person):
    assert assistant.standing().stage == "look-alikes"
    now = person.label_until("done")
    assert person.presses < 120
    # Drawn at random and looked at: offered to the split `test`.
    assert len(assistant.checked_ids()) == now.checked.checked == 100
    assert now.checked.low <= right_share_with_rest(patterns, assistant, person) <= now.checked.high
    assert patterns.counts().labeled == 600


def right_share_with_rest(theme, assistant, person):
    """Accept the rest, and return the share of right labels; what nobody looked at is the model's, undone as one."""
    open_before = theme.counts().unlabeled
    done = assistant.answer(assistant.rest(), annotator=person.name)
    assert done.changed == open_before
    with theme.store.read() as session:
        assert labeled_by_model(id_of(theme, session), session=session) == open_before
    share = right_share(theme, person)
    assert theme.undo().batch_id is None  # somebody else's
    theme.annotator = person.name
    assert theme.undo().restored == open_before
    with theme.store.read() as session:
        assert labeled_by_model(id_of(theme, session), session=session) == 0
    assistant.answer(assistant.rest(), annotator=person.name)
    assistant.refresh(wait=True)
    assert assistant.standing().by_model == open_before
    return share


def test_who_overlooks_what_is_planted_is_told_so_and_the_estimate_knows(patterns, assistant):
    blind = Person(patterns, assistant, blind=True)
    blind.label_until("done")
    now = assistant.standing()
    assert now.overlooked > 0.05
    frame = patterns.samples().to_frame()
    wrong = sum(name not in file for name, file in zip(frame.label, frame.name, strict=True) if isinstance(name, str))
    assert now.checked.low <= 1 - wrong / 600


def test_a_goal_that_is_reached_among_the_look_alikes_is_checked_once(assistant, person):
    assistant.goal = 0.6
    now = person.label_until("done", most=40)
    assert now.decided < now.images
    assert now.checked.checked == 100


def test_two_annotators_are_served_different_pages_and_a_page_is_not_served_twice(patterns, assistant):
    seen: dict[str, list[set[int]]] = {"ann": [], "ben": []}
    for _ in range(4):
        for name, shown in seen.items():
            shown.append(set(assistant.page(name).sample_ids))
    assert not set.union(*seen["ann"]) & set.union(*seen["ben"])
    # Another process knows what is reserved from the store.
    with patterns.store.read() as session:
        other = Assistant(patterns.store, id_of(patterns, session), "hog")
    other.refresh(wait=True)
    assert not set(other.page("cem").sample_ids) & set.union(*seen["ann"], *seen["ben"])


def test_an_answer_that_is_sent_twice_counts_once_and_leaves_alone_what_was_decided_since(patterns, assistant, person):
    page = assistant.page("ann")
    first, second = page.sample_ids[:2]
    patterns.annotator = "ben"
    patterns.samples([first]).label("dots")
    patterns.samples([second]).skip()
    for _ in range(2):
        person.answer(page, client_key="once")
    table = patterns.samples(list(page.sample_ids)).to_frame().set_index("id")
    assert table.loc[first, "label"] == "dots"
    assert table.loc[first, "annotator"] == "ben"
    assert table.loc[second, "state"] == "skipped"
    assistant.refresh(wait=True)
    assert sum(each.kind == "look-alikes" for each in assistant._told.pages) == 1


def test_undone_pages_are_unlearned_and_served_once_more(patterns, assistant, person):
    page = assistant.page("ann")
    person.answer(page)
    patterns.annotator = "ann"
    assert patterns.undo().restored > 0
    assistant.refresh(wait=True)
    assert assistant.standing().decided == 0
    assert assistant._told.pages == ()


def test_images_come_go_and_are_relabeled_meanwhile(patterns, assistant, person, tmp_path):
    for _ in range(8):
        person.answer(assistant.page("ann"))
    assistant.refresh(wait=True)
    before = assistant.standing()
    gone = assistant.page("ann").sample_ids[:10]
    patterns.samples(list(gone)).delete()
    from tests.assist.conftest import draw

    draw("rings", np.random.default_rng(99)).save(tmp_path / "new_rings.png")
    patterns.import_images(tmp_path / "new_rings.png", progress=False)
    patterns.labels.merge("beams", into="bars")
    patterns.embed("hog", progress=False)
    assistant.refresh(wait=True)
    now = assistant.standing()
    assert now.images == before.images - 9
    assert now.with_features == now.images
    assert now.decided == patterns.counts().labeled
    assert not set(assistant.page("ann").sample_ids) & set(gone)
    assert not now.trouble


def test_suggestions_likeness_and_the_most_useful(patterns, assistant, person):
    person.label_until("suggested")
    open_ones = patterns.samples(state="unlabeled").ids
    found = assistant.suggestions(open_ones)
    assert set(found) == set(open_ones)
    best = {sample: labels[0] for sample, labels in found.items()}
    assert np.mean([label == person.truth[sample] for sample, (label, _) in best.items()]) > 0.8
    useful = assistant.useful("ann", 5)
    others = np.median([score for _, score in best.values()])
    assert np.mean([best[sample][1] for sample in useful]) < others
    like = assistant.similar([open_ones[0]], 20)
    assert open_ones[0] not in like
    assert np.mean([person.truth[sample] == person.truth[open_ones[0]] for sample in like]) > 0.8


def test_a_second_look_finds_planted_errors_and_changes_only_what_is_marked(patterns, assistant, person):
    person.label_until("suggested")
    assistant.answer(assistant.rest(), annotator="ann")
    names = list(patterns.labels)
    frame = patterns.samples().to_frame()
    wrong = {}
    for row in frame.sample(18, random_state=0).itertuples():
        truth = row.name.split("_")[1].removesuffix(".png")
        wrong[int(row.id)] = next(name for name in names if name != truth)
        patterns.samples([int(row.id)]).label(wrong[int(row.id)])
    assistant.refresh(wait=True)
    page = assistant.page("ann", "second look", size=40)
    assert len(set(wrong) & set(page.sample_ids)) >= 16
    mends = dict(zip(page.sample_ids, page.labels, strict=True))
    right = tuple(
        sample for sample in page.sample_ids if mends[sample] != person.truth[sample] or sample in page.planted
    )
    table = patterns.samples().to_frame().set_index("id").label
    assistant.answer(page.answered(None, right), annotator="ann")
    changed = patterns.samples().to_frame().set_index("id").label != table
    assert set(changed.index[changed]) == set(page.sample_ids) - set(right)
    assistant.refresh(wait=True)
    again = assistant.page("ann", "second look", size=40)
    assert again is None or not set(again.sample_ids) & set(page.sample_ids) - set(again.planted)


def test_the_goal_is_kept_with_the_theme(patterns):
    with patterns.store.write() as session:
        theme_id = id_of(patterns, session)
        assert goal_of(theme_id, session=session) is None
        set_goal(theme_id, 0.995, annotator="ann", session=session)
    with patterns.store.read() as session:
        assert goal_of(theme_id, session=session) == 0.995
    with pytest.raises(WorkbenchError, match=r"Allowed: 0\.5 to 0\.9999"), patterns.store.write() as session:
        set_goal(theme_id, 1.0, annotator="ann", session=session)


def test_before_there_is_anything_to_learn_it_says_so(patterns, assistant):
    with pytest.raises(ConflictError, match="label some images"):
        assistant.rest()
    assert assistant.suggestions(patterns.samples().ids) == {}
    assert assistant.standing().estimate is None


def test_pages_and_answers_do_not_wait_for_a_fit(patterns, assistant, person, monkeypatch):
    import workbench.assist.assistant as module

    for _ in range(6):
        person.answer(assistant.page("ann"))
    assistant.refresh(wait=True)
    held = threading.Event()
    fit = module.learn

    def slowly(*given):
        assert held.wait(60)
        return fit(*given)

    monkeypatch.setattr(module, "learn", slowly)
    first = assistant.page("ann")
    person.answer(first)
    second = assistant.page("ann")
    assert not set(first.sample_ids) & set(second.sample_ids)
    person.answer(second)
    assert not assistant.standing().fresh
    held.set()
    assistant.refresh(wait=True)
    assert assistant.standing().fresh
