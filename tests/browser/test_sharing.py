"""Several annotators on one theme in the label panel: other images for each, second opinions, review."""

import re

import pytest
from playwright.sync_api import expect

from workbench.store import open_store
from workbench.store.annotators.second_opinions import review_queue
from workbench.store.schema import Sample, SecondOpinion
from workbench.store.themes import edit_theme, get_theme


@pytest.fixture
def few(project, draw_digits):
    draw_digits(project, 12)
    return project


def set_overlap(project, overlap):
    store = open_store(project)
    with store.write() as session:
        edit_theme(get_theme("digits", session=session).id, overlap=overlap, session=session)
    store.close()


def annotators(project):
    """Return who decided about each image, and the opinions of further annotators."""
    store = open_store(project)
    with store.read() as session:
        first = {sample.id: sample.annotator for sample in session.query(Sample)}
        opinions = {(row.sample_id, row.annotator): row.decision for row in session.query(SecondOpinion)}
        waiting = review_queue(get_theme("digits", session=session).id, session=session)
    store.close()
    return first, opinions, waiting


def answer(tab, *keys):
    """Press each key once its image is painted."""
    for key in keys:
        expect(tab.panel.locator(".wb-frame[aria-busy=false] img")).to_be_visible()
        shown = tab.panel.locator(".wb-focus").get_attribute("data-sample")
        tab.press(key)
        expect(tab.panel.locator(f".wb-focus[data-sample='{shown}']")).to_have_count(0)


def saved(tab):
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")


def test_two_annotators_are_given_different_images_and_see_each_other(lab, few):
    ann, bob = lab.open_panel(few, annotator="ann"), lab.open_panel(few, annotator="bob")
    bob.panel.get_by_role("button", name="Next for me").click()
    answer(bob, "1", "1")
    saved(bob)
    ann.panel.get_by_role("listbox").focus()
    ann.press("Shift+N")
    answer(ann, "2", "3")
    # Bob holds the eight others: ann is told who has them, and is given them when he leaves.
    expect(ann.panel.locator(".wb-wait")).to_contain_text("Nothing is left for you now. 8 images are with bob.")
    expect(ann.panel.get_by_role("region", name="Team")).to_contain_text("bob")
    bob.press("Escape")
    expect(bob.panel.get_by_role("listbox")).to_be_visible()
    answer(ann, "4")
    saved(ann)
    first, _, _ = annotators(few)
    assert sorted(filter(None, first.values())) == ["ann", "ann", "ann", "bob", "bob"]


def test_a_second_opinion_is_blind_and_a_reviewer_settles_with_one_key(lab, few, labels_of):
    ann = lab.open_panel(few, annotator="ann")
    ann.press("Shift+N")
    answer(ann, *"111111111111")
    expect(ann.panel.locator(".wb-wait")).to_contain_text("Nothing is left for you now")
    saved(ann)
    set_overlap(few, 1.0)
    bob = lab.open_panel(few, annotator="bob")
    bob.press("Shift+N")
    frame = bob.panel.locator(".wb-focus")
    expect(frame).to_have_attribute("aria-label", re.compile("unlabeled$"))
    answer(bob, "1", "2", "3")
    # He may think again; what ann said is nowhere to be seen.
    bob.press("u")
    answer(bob, "2")
    saved(bob)
    expect(bob.panel.locator(".wb-strip")).not_to_contain_text("ann")
    _, opinions, waiting = annotators(few)
    assert sum(annotator == "bob" for _, annotator in opinions) == 3
    assert len(waiting) == 2
    bob.press("Escape")
    bob.close()
    eve = lab.open_panel(few, annotator="eve")
    eve.panel.get_by_role("button", name="Review 2").click()
    said = eve.panel.get_by_role("region", name="Opinions")
    expect(said).to_contain_text("ann")
    expect(said).to_contain_text("bob")
    answer(eve, "2", "4")
    expect(eve.panel.locator(".wb-wait")).to_contain_text("No disagreement waits")
    saved(eve)
    assert sorted(labels_of(few).values()) == ["one", "three", *["zero"] * 10]
    eve.press("u")
    saved(eve)
    assert len(annotators(few)[2]) == 1
    answer(eve, "1")
    eve.press("Escape")
    eve.panel.get_by_role("button", name="Team").click()
    dialog = eve.panel.get_by_role("dialog")
    # The figures come from libraries that the kernel imports now.
    expect(dialog.get_by_role("table", name="Pairs of annotators")).to_contain_text("ann, bob", timeout=30_000)
    expect(dialog.get_by_role("table", name="Annotators", exact=True)).to_contain_text("eve")
    expect(dialog).to_contain_text("33.3 % of the pairs of answers agree")
