"""The model beside the annotator in the label panel: pages, answered by keys and clicks."""

import re
from contextlib import closing

from playwright.sync_api import expect

from tests.assist.conftest import make_shelves
from tests.browser.axe import serious_findings
from tests.browser.conftest import draw_digits, labels_of
from workbench.store import open_store
from workbench.store.assistance import goal_of
from workbench.store.themes import get_theme

KEYS = "1234567890"
"""The keys of the labels, from "zero" on."""


def goal_now(project):
    with closing(open_store(project)) as store, store.read() as session:
        return goal_of(get_theme("digits", session=session).id, session=session)


def test_pages_are_labeled_by_one_key_without_what_was_clicked_off(lab, project):
    draw_digits(project, 300)
    tab = lab.open(
        project, ["from workbench import LabelPanel", "LabelPanel('digits', annotator='mika', encoder='hog')"]
    )
    tab.run_all()
    panel = tab.panel
    panel.get_by_role("option").first.wait_for()
    tab.press("Shift+P")
    cards = panel.locator(".wb-assist [data-sample]")
    cards.first.wait_for(timeout=60_000)
    expect(panel.locator(".wb-assist-head")).to_contain_text("Which label?")
    expect(panel.locator(".wb-assist [data-painted]").first).to_be_visible()
    shown = cards.evaluate_all("cards => cards.map(card => card.title)")
    true = [name[5] for name in shown]
    common = max(set(true), key=true.count)
    for index, digit in enumerate(true):
        if digit != common:
            cards.nth(index).click()
    tab.screenshot("assist-page")
    tab.press(KEYS[int(common)])
    expect(panel.locator("[data-health]")).to_have_text("saved")
    stored = labels_of(project)
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    for name, digit in zip(shown, true, strict=True):
        assert stored[name] == (names[int(common)] if digit == common else None)
    expect(panel.locator(".wb-assist [data-sample] >> nth=0")).not_to_have_attribute("title", shown[0])
    tab.press("Control+z")
    expect(panel.locator("[data-count=labeled]")).to_have_text(re.compile("^0 of 300"))
    goal = panel.get_by_label("Goal in percent")
    expect(goal).to_have_value("99")
    goal.fill("20")
    goal.press("Enter")
    expect(panel.locator(".wb-notice")).to_contain_text("from 50 to 99.99 %, not 20")
    expect(goal).to_have_value("99")
    goal.fill("97,5")
    goal.press("Enter")
    expect(goal).to_have_value("97.5")
    assert goal_now(project) == 0.975
    tab.press("Escape")
    expect(panel.get_by_role("listbox", name="Images", exact=True)).to_be_visible()
    # With two labels there are suggestions, which stand beside the large image, too.
    tab.press("Shift+P")
    given = set()
    while len(given) < 2:
        expect(panel.locator(".wb-assist [data-painted]").first).to_be_visible()
        shown = cards.evaluate_all("cards => cards.map(card => card.title)")
        given.add(max("0123456789", key=[name[5] for name in shown].count))
        tab.press(KEYS[int(max("0123456789", key=[name[5] for name in shown].count))])
        expect(cards.first).not_to_have_attribute("title", shown[0])
    tab.press("Escape")
    expect(panel.locator(".wb-standing")).to_contain_text("right: about", timeout=30_000)
    tab.press("Enter")
    expect(panel.get_by_role("region", name="Suggested")).to_be_visible(timeout=20_000)
    tab.screenshot("assist-suggested")


def test_the_boxes_of_a_theme_are_looked_at_as_images(lab, project, tmp_path):
    make_shelves(project, tmp_path / "shelves", 55).store.close()
    cells = ["from workbench import LabelPanel", "LabelPanel('shelves', annotator='mika', encoder='hog')"]
    tab = lab.open(project, cells)
    tab.run_all()
    panel = tab.panel
    panel.get_by_role("option").first.wait_for()
    tab.screenshot("boxes-light")
    panel.get_by_role("button", name="Boxes as images").click()
    expect(panel.locator("[data-count=labeled]")).to_have_text("220 of 220 labeled")
    panel.get_by_role("option").first.wait_for()
    panel.get_by_role("listbox", name="Images", exact=True).focus()
    tab.press("Shift+E")
    page = panel.get_by_role("listbox", name="Images of this page")
    expect(page.get_by_role("option", name="00/0_0_32_32.png, beams, looks like bars")).to_be_visible()
    tab.change_theme(dark=True)
    tab.screenshot("boxes-dark")
    assert serious_findings(panel, tab.page) == []
