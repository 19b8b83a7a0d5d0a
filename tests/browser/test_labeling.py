"""Labeling by keys, from the side of the person who presses them."""

import re

from playwright.sync_api import expect

from workbench.store import open_store
from workbench.store.labels import get_label, set_key
from workbench.store.themes import get_theme

KERNEL = "jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"


def names(count):
    """The file names of the first digits, in their order."""
    from sklearn.datasets import load_digits

    return [f"{index:04}-{digit}.png" for index, digit in enumerate(load_digits().target[:count])]


def saved(tab):
    """Wait until the kernel has acknowledged everything."""
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")


def shown(tab):
    return tab.panel.locator(".wb-focus").get_attribute("aria-label")


def enter_focus(tab):
    tab.press("Enter")
    tab.panel.locator(".wb-frame img").wait_for()


def test_keys_label_and_go_on_to_the_next_image(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    enter_focus(tab)
    tab.page.evaluate(f"() => {{ window.marks = []; {KERNEL}.statusChanged.connect((_, mark) => marks.push(mark)); }}")
    tab.press("1", "2", "3", "s", "4")
    saved(tab)
    labels = labels_of(digits)
    first = names(6)
    assert [labels[name] for name in first] == ["zero", "one", "two", "skipped", "three", None]
    assert shown(tab).startswith(first[5])
    expect(tab.panel.locator("[data-count=labeled]")).to_have_text("4 of 60 labeled")
    assert tab.page.evaluate("marks") == [], "JupyterLab's mark of a busy kernel went on and off with each key"
    tab.page.evaluate(f"() => {KERNEL}.requestExecute({{ code: '1' }}).done")
    assert tab.page.evaluate("marks") == ["busy", "idle"]


def test_backspace_clears_and_u_takes_back_step_by_step(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    enter_focus(tab)
    first = names(2)
    tab.press("5", "6", "ArrowLeft", "Backspace")
    saved(tab)
    assert [labels_of(digits)[name] for name in first] == ["four", None]
    tab.press("u")
    saved(tab)
    assert labels_of(digits)[first[1]] == "five"
    assert shown(tab).startswith(first[1])
    tab.press("Control+z", "u")
    saved(tab)
    assert [labels_of(digits)[name] for name in first] == [None, None]
    assert shown(tab).startswith(first[0])


def test_each_label_is_given_by_its_own_key_the_tenth_by_zero_one_without_a_key_by_its_letters(lab, digits, labels_of):
    with open_store(digits).write() as session:
        theme_id = get_theme("digits", session=session).id
        for label, key in (("zero", "z"), ("six", "s"), ("seven", None)):
            set_key(get_label(theme_id, label, session=session).id, key, session=session)
    tab = lab.open_panel(digits)
    enter_focus(tab)
    # "s" is the key of six: Space skips all the same.
    tab.press("0", "z", "s", "Space", "e")
    saved(tab)
    assert [labels_of(digits)[name] for name in names(5)] == ["nine", "zero", "six", "skipped", None]
    tab.press(".", "s", "e", "v", "e", "n", "2", ".", "f", "o")
    saved(tab)
    assert [labels_of(digits)[name] for name in names(7)[4:]] == ["seven", "one", "four"]


def test_undo_after_a_restart_of_everything_takes_back_the_last_act(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    enter_focus(tab)
    tab.press("7", "8")
    saved(tab)
    tab.restart_kernel()
    tab.run_all()
    tab.panel.locator("[data-painted]").first.wait_for()
    tab.press("u")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("Undone for 1 image")
    assert [labels_of(digits)[name] for name in names(2)] == ["six", None]


def test_keys_that_would_edit_the_notebook_stay_in_the_panel(lab, digits):
    tab = lab.open_panel(digits)
    before = tab.cells()
    tab.press("d", "d", "a", "b", "x", "c", "v", "m", "y", "z", "Control+Enter", "Shift+Enter", "Alt+Enter")
    enter_focus(tab)
    tab.press("d", "d", "a", "b", "x", "i", "i", "Escape", "Escape")
    assert tab.cells() == before
    assert tab.page.locator(".jp-Dialog").count() == 0
    assert tab.page.evaluate("() => document.activeElement.closest('.wb-label') !== null")


def test_control_s_still_saves_the_notebook(lab, digits):
    tab = lab.open_panel(digits)
    assert tab.page.evaluate("() => jupyterapp.shell.currentWidget.context.model.dirty")
    tab.press("Control+s")
    tab.until("() => !jupyterapp.shell.currentWidget.context.model.dirty")


def test_a_key_is_refused_while_the_image_is_not_painted(lab, digits, labels_of):
    tab = lab.open_panel(digits, fresh=True)
    # Whatever the panel puts into an image from now on, the browser cannot show.
    tab.page.evaluate(
        """() => Object.defineProperty(HTMLImageElement.prototype, 'src', {
            set() { this.setAttribute('src', 'data:image/png;base64,nothing'); },
        })"""
    )
    tab.press("Enter")
    expect(tab.panel.locator(".wb-wait")).to_contain_text("Cannot be shown")
    tab.press("3")
    expect(tab.panel.get_by_role("alert")).to_contain_text("cannot be shown")
    assert set(labels_of(digits).values()) == {None}


def test_a_selection_is_labeled_by_one_key_and_taken_back_by_one_undo(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    cards = tab.panel.get_by_role("option")
    expect(cards).to_have_count(60)
    cards.nth(1).click()
    cards.nth(4).click(modifiers=["Shift"])
    cards.nth(6).click(modifiers=["Control"])
    expect(tab.panel.locator(".wb-selection")).to_contain_text("5 selected")
    tab.press("3")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("5 of 5 images labeled “two”")
    chosen = [names(7)[index] for index in (1, 2, 3, 4, 6)]
    assert {name for name, label in labels_of(digits).items() if label == "two"} == set(chosen)
    tab.press("u")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("Undone for 5 images")
    assert set(labels_of(digits).values()) == {None}


def test_a_click_is_where_the_keys_begin_and_does_not_stay_behind(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    cards = tab.panel.get_by_role("option")
    expect(cards).to_have_count(60)
    cards.nth(1).click()
    tab.press("2", "3")
    cards.nth(5).click()
    tab.press("ArrowRight", "4")
    cards.nth(10).click()
    tab.press("Enter")
    for number in range(10, 50):
        expect(tab.panel.locator(".wb-focus")).to_have_attribute("data-sample", str(number + 1))
        tab.press("ArrowRight")
    tab.press("Escape")
    expect(cards.nth(50)).to_have_class(re.compile("wb-current"))
    expect(cards.nth(50)).to_be_in_viewport()
    tab.press("5")
    saved(tab)
    labeled = {number: label for number, label in enumerate(labels_of(digits).values()) if label}
    assert labeled == {1: "one", 2: "two", 6: "three", 50: "four"}


def test_all_that_match_are_labeled_with_an_honest_count(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    tab.press("4")
    saved(tab)
    tab.press("Control+a", "Control+a")
    expect(tab.panel.locator(".wb-selection")).to_contain_text("60 selected")
    tab.press("4")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("59 of 60 images labeled “three”; 1 had it already")
    assert set(labels_of(digits).values()) == {"three"}
    expect(tab.panel.locator("[data-count=labeled]")).to_have_text("60 of 60 labeled")


def test_everything_works_from_the_keyboard_alone(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    tab.press("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "2")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("3 of 3 images labeled “one”")
    tab.press("?")
    expect(tab.panel.get_by_role("dialog")).to_contain_text("undo the last change")
    tab.press("Escape")
    tab.press("/")
    tab.page.keyboard.type("0007")
    expect(tab.panel.get_by_role("option")).to_have_count(1)
    tab.press("Enter", "1")
    saved(tab)
    labels = labels_of(digits)
    assert [labels[name] for name in names(4)] == [None, "one", "one", "one"]
    assert labels[names(8)[7]] == "zero"


def test_after_the_last_image_no_key_labels_it_again(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    tab.press("End")
    enter_focus(tab)
    tab.press("3", "4", "5")
    expect(tab.panel.locator(".wb-frame")).to_contain_text("That was the last image here")
    saved(tab)
    last = names(60)[-1]
    assert labels_of(digits)[last] == "two"
    tab.press("u")
    expect(tab.panel.locator(".wb-focus")).to_have_attribute("aria-label", f"{last}, unlabeled")


def test_what_the_mouse_selects_a_click_on_a_label_labels(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    cards = tab.panel.get_by_role("option")
    labels = tab.panel.get_by_role("region", name="Labels")
    labels.get_by_title("two: key 3").click()
    expect(tab.panel.locator(".wb-notice")).to_contain_text("Select images first")
    first, third = cards.nth(0).bounding_box(), cards.nth(2).bounding_box()
    tab.page.mouse.move(first["x"] + 9, first["y"] + 9)
    tab.page.mouse.down()
    tab.page.mouse.move(third["x"] + 20, third["y"] + 20, steps=4)
    tab.page.mouse.up()
    expect(tab.panel.locator(".wb-selection")).to_contain_text("3 selected")
    expect(tab.panel.locator(".wb-band")).to_have_count(0)
    labels.get_by_title("two: key 3").click()
    expect(tab.panel.locator(".wb-notice")).to_contain_text("3 of 3 images labeled “two”")
    assert {name for name, label in labels_of(digits).items() if label == "two"} == set(names(3))
    labels.get_by_role("button", name="Show only two").click()
    expect(cards).to_have_count(3)


def test_keys_beside_the_panel_destroy_nothing_and_one_click_brings_them_back(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    back = tab.panel.get_by_role("button", name="Keys go elsewhere")
    expect(back).to_have_count(0)
    before = tab.cells()
    tab.page.locator(".jp-InputPrompt").first.click()
    expect(back).to_be_visible()
    tab.press("d", "d", "x", "0", "0", "i", "i", "3")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("went to the notebook")
    assert tab.cells() == before
    assert tab.page.locator(".jp-Dialog").count() == 0
    back.click()
    tab.press("3")
    saved(tab)
    assert labels_of(digits)[names(1)[0]] == "two"


def test_a_sitting_counts_what_one_person_did_on_one_theme(lab, digits, draw_digits):
    draw_digits(digits, 12, name="more")
    tab = lab.open_panel(digits)
    sitting = tab.panel.locator(".wb-pace")
    tab.press("1", "2", "3", "u")
    expect(sitting).to_contain_text("2 in this sitting")
    tab.panel.get_by_role("textbox", name="annotator").fill("alex")
    tab.press("Enter", "4")
    expect(sitting).to_contain_text("1 in this sitting")
    tab.panel.get_by_role("button", name="digits").click()
    tab.panel.get_by_role("button", name="Open more").click()
    tab.panel.locator("[data-painted]").first.wait_for()
    expect(sitting).to_have_count(0)


def test_the_panel_takes_the_window_and_gives_it_back(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    tab.panel.get_by_role("button", name="Full window").click()
    assert tab.panel.bounding_box() == {"x": 0, "y": 0, **tab.page.viewport_size}
    tab.press("1")
    saved(tab)
    assert labels_of(digits)[names(1)[0]] == "zero"
    tab.panel.get_by_role("button", name="Leave full window").click()
    assert tab.panel.bounding_box()["width"] < tab.page.viewport_size["width"]
