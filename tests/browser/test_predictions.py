"""Correcting predictions by keys, from the side of the person who presses them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import predict_digits


@pytest.fixture
def predicted(digits):
    """Version 1 is right about every digit but the last ten, which it takes for zeros; those it is least sure of."""
    predict_digits(digits)
    return digits


@pytest.fixture
def gallery(lab, predicted):
    cells = ["from workbench import PredictionPanel", "PredictionPanel('digits', annotator='mika')"]
    tab = lab.take_over(predicted, cells).run_all()
    tab.panel.locator("[data-painted]").first.wait_for()
    return tab


def saved(tab):
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")


def test_the_least_certain_come_first_with_what_the_model_said(gallery):
    expect(gallery.page.get_by_role("application", name="Prediction gallery")).to_be_visible()
    first = gallery.panel.get_by_role("option").first
    expect(first).to_have_attribute("aria-label", "0050-2.png, unlabeled, predicted zero, 30 %")
    expect(first).to_contain_text("zero")
    expect(gallery.panel.get_by_role("region", name="Predictions")).to_contain_text("not labeled60")


def test_wrong_ones_are_corrected_by_their_key_and_the_page_accepted_by_one(gallery, labels_of, predicted):
    gallery.press("3")
    saved(gallery)
    assert labels_of(predicted)["0050-2.png"] == "two"
    expect(gallery.panel.get_by_role("region", name="Predictions")).to_contain_text("differs from label1")
    gallery.panel.get_by_role("button", name="50 to 90 %").click()
    expect(gallery.panel.get_by_role("option").first).to_have_attribute(
        "aria-label", "0000-0.png, unlabeled, predicted zero, 60 %"
    )
    gallery.panel.get_by_role("button", name="50 to 90 %").click()
    gallery.panel.get_by_role("button", name="not labeled").click()
    expect(gallery.panel.get_by_role("option")).to_have_count(59)
    gallery.panel.locator("[data-painted]").first.wait_for()
    gallery.panel.get_by_role("listbox").focus()
    gallery.press("4")
    gallery.press("Shift+A")
    # Not all of them are in sight: how many, how sure, and from which certainty on.
    dialog = gallery.panel.get_by_role("dialog")
    expect(dialog).to_contain_text("58 predictions, not all of them in sight; the least certain: 30 %")
    dialog.get_by_label("Least certainty in percent").fill("60")
    expect(dialog.get_by_role("button", name="Accept 50 predictions")).to_be_visible()
    dialog.get_by_label("Least certainty in percent").fill("0")
    gallery.press("Enter")
    expect(gallery.panel.locator(".wb-notice")).to_contain_text("58 predictions accepted")
    expect(gallery.panel.get_by_role("option")).to_have_count(0)
    found = labels_of(predicted)
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    assert all(found[name] == names[int(name[5])] for name in list(found)[:50])
    # What was corrected by hand stays, also what still stood on the page.
    assert [found[name] for name in sorted(found)[50:54]] == ["two", "three", "zero", "zero"]
    gallery.press("u")
    expect(gallery.panel.locator(".wb-notice")).to_contain_text("Undone for 58 images")
    assert list(labels_of(predicted).values()).count(None) == 58


def test_a_accepts_one_after_the_other_in_the_large_view(gallery, labels_of, predicted):
    gallery.press("Enter")
    gallery.panel.locator(".wb-frame img").wait_for()
    expect(gallery.panel.locator(".wb-line")).to_contain_text("zero")
    gallery.press("a", "a", "2")
    saved(gallery)
    found = labels_of(predicted)
    assert [found[name] for name in sorted(found)[50:54]] == ["zero", "zero", "one", None]
    gallery.panel.get_by_role("button", name="A Accept").click()
    saved(gallery)
    found = labels_of(predicted)
    assert found[sorted(found)[53]] is not None


def test_keys_stay_in_the_panel_and_disagreement_is_told_in_words(gallery):
    before = gallery.cells()
    gallery.press("d", "d", "a", "b", "x")
    saved(gallery)
    assert gallery.cells() == before
    gallery.panel.get_by_role("button", name="agrees with label").click()
    expect(gallery.panel.get_by_role("option")).to_have_count(1)
    expect(gallery.panel.get_by_role("option").first).to_have_attribute(
        "aria-label", "0050-2.png, zero, predicted zero, 30 %"
    )
