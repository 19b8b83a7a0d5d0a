"""Finding images: filters, search, order, pages, table, selection, zoom."""

from playwright.sync_api import expect


def cards(tab):
    return tab.panel.get_by_role("option")


def names(tab):
    return cards(tab).evaluate_all("cards => cards.map(card => card.getAttribute('aria-label').split(',')[0])")


def choose(tab, menu, choice):
    tab.panel.get_by_role("button", name=menu).click()
    tab.panel.get_by_role("menuitemradio", name=choice, exact=True).click()


def test_filters_narrow_the_page_and_the_counts_follow(lab, digits):
    tab = lab.open_panel(digits)
    tab.press("1", "1", "2", "s")
    panel = tab.panel
    expect(panel.locator("[data-health]")).to_have_text("saved")
    panel.get_by_role("button", name="Labeled 3", exact=True).click()
    expect(cards(tab)).to_have_count(3)
    panel.get_by_role("button", name="Skipped 1").click()
    expect(cards(tab)).to_have_count(1)
    expect(panel.get_by_role("button", name="Show only zero, 0 of 2")).to_be_visible()
    panel.get_by_role("button", name="Unlabeled 56").click()
    expect(panel.locator(".wb-pager")).to_contain_text("56 images")
    panel.get_by_role("button", name="All 60").click()
    panel.get_by_role("button", name="Show only one").click()
    expect(cards(tab)).to_have_count(1)
    panel.get_by_role("button", name="Show only one").click()
    panel.get_by_role("button", name="mika").click()
    expect(cards(tab)).to_have_count(4)
    expect(panel.get_by_role("button", name="Show only zero, 2 of 2")).to_be_visible()


def test_search_and_order(lab, digits):
    tab = lab.open_panel(digits)
    tab.panel.get_by_role("searchbox", name="Search by file name").fill("-7")
    expect(cards(tab)).to_have_count(6)
    found = names(tab)
    assert all(name.endswith("-7.png") for name in found)
    choose(tab, "Order", "file name Z–A")
    expect(cards(tab).first).to_have_attribute("aria-label", f"{max(found)}, unlabeled")
    assert names(tab) == sorted(found, reverse=True)


def test_pages_are_turned_by_key_button_and_number(lab, project, draw_digits):
    draw_digits(project, 130)
    tab = lab.open_panel(project)
    choose(tab, "A page holds", "50")
    pager = tab.panel.locator(".wb-pager")
    expect(pager).to_contain_text("page 1 of 3")
    tab.panel.get_by_role("listbox").focus()
    tab.press("PageDown")
    expect(cards(tab).first).to_have_attribute("aria-label", "0050-2.png, unlabeled")
    tab.panel.get_by_role("button", name="Next page").click()
    expect(cards(tab)).to_have_count(30)
    tab.panel.get_by_role("spinbutton", name="Go to page").fill("2")
    tab.press("Enter")
    expect(pager).to_contain_text("page 2 of 3")


def test_under_a_filter_every_image_comes_once_however_pages_are_turned(lab, project, draw_digits, labels_of):
    draw_digits(project, 130)
    every = sorted(labels_of(project))
    tab = lab.open_panel(project)
    choose(tab, "A page holds", "50")
    panel = tab.panel
    panel.get_by_role("button", name="Unlabeled 130").click()
    expect(panel.get_by_role("listbox")).to_have_attribute("aria-busy", "false")
    expect(panel.locator("[data-painted]")).to_have_count(50)
    panel.get_by_role("listbox").focus()
    tab.press(*"1" * 49)
    expect(panel.locator(".wb-pager")).to_contain_text("81 images")
    tab.press("PageDown")
    expect(cards(tab).first).to_have_attribute("aria-label", f"{every[50]}, unlabeled")
    expect(panel.get_by_role("button", name="Unlabeled 81")).to_be_visible()
    # The last key of a page goes on to the next one; what follows it labels no image twice.
    expect(panel.locator("[data-painted]")).to_have_count(50)
    panel.get_by_role("listbox").focus()
    tab.press("End", "2")
    expect(cards(tab).first).to_have_attribute("aria-label", f"{every[100]}, unlabeled")
    expect(panel.locator("[data-painted]")).to_have_count(30)
    tab.press("End", "3", "4", "5")
    expect(panel.locator(".wb-notice")).to_contain_text("last image")
    expect(panel.locator("[data-health]")).to_have_text("saved")
    assert [labels_of(project)[name] for name in (every[99], every[129])] == ["one", "two"]


def test_escape_ends_a_search(lab, digits):
    tab = lab.open_panel(digits)
    box = tab.panel.get_by_role("searchbox", name="Search by file name")
    tab.press("/", *"-7")
    expect(cards(tab)).to_have_count(6)
    tab.press("Escape")
    expect(cards(tab)).to_have_count(60)
    expect(box).to_have_value("")
    tab.page.wait_for_timeout(2500)  # as long as the panel needs to hear of others' changes and draw itself once more
    expect(box).to_have_value("")
    assert tab.page.evaluate("() => document.activeElement.getAttribute('role')") == "listbox"


def test_the_table_tells_the_same_and_is_remembered(lab, digits):
    tab = lab.open_panel(digits, width=1920)
    tab.press("3")
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")
    tab.panel.get_by_role("button", name="Table").click()
    first = cards(tab).first
    expect(first).to_contain_text("0000-0.png")
    expect(first).to_contain_text("two")
    expect(first).to_contain_text("mika")
    expect(first).to_contain_text("32 × 32")
    tab.panel.get_by_role("button", name="File name").click()
    expect(tab.panel.get_by_role("button", name="File name ▲")).to_be_visible()
    tab.panel.get_by_role("button", name="File name ▲").click()
    expect(cards(tab).first).to_have_attribute("aria-label", "0059-3.png, unlabeled")
    tab.run_all()
    expect(tab.panel.locator("table")).to_be_visible()
    expect(cards(tab).first).to_have_attribute("aria-label", "0059-3.png, unlabeled")


def test_the_size_slider_enlarges_the_cards(lab, digits):
    tab = lab.open_panel(digits, width=1920)
    before = cards(tab).first.bounding_box()["width"]
    tab.panel.get_by_role("slider", name="Size of the images").fill("200")
    tab.until(f"() => document.querySelector('[role=option]').getBoundingClientRect().width > {before} + 60")


def test_a_tiny_image_is_shown_pixel_by_pixel_and_zoom_keeps_it_in_its_frame(lab, digits):
    tab = lab.open_panel(digits)
    tab.press("Enter")
    image = tab.panel.locator(".wb-frame img")
    image.wait_for()
    assert image.evaluate("image => getComputedStyle(image).imageRendering") == "pixelated"
    width = image.bounding_box()["width"]
    assert width % 32 == 0
    tab.press("+", "+")
    tab.until(f"() => document.querySelector('.wb-frame img').getBoundingClientRect().width > {width} * 1.5")
    frame = tab.panel.locator(".wb-frame").bounding_box()
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    before = image.bounding_box()["y"]
    tab.page.mouse.move(*middle)
    tab.page.mouse.down()
    tab.page.mouse.move(middle[0], middle[1] - 40)
    tab.page.mouse.up()
    assert image.bounding_box()["y"] < before
    tab.press("=")
    tab.until(f"() => document.querySelector('.wb-frame img').getBoundingClientRect().width === {width}")


def test_from_the_focus_view_back_to_the_page_of_the_image(lab, project, draw_digits):
    draw_digits(project, 130)
    tab = lab.open_panel(project)
    choose(tab, "A page holds", "50")
    expect(tab.panel.locator(".wb-pager")).to_contain_text("page 1 of 3")
    expect(cards(tab)).to_have_count(50)
    tab.panel.get_by_role("listbox").focus()
    tab.press("End", "Enter")
    focus = tab.panel.locator(".wb-focus")
    expect(focus).to_have_attribute("aria-label", "0049-0.png, unlabeled")
    tab.press("ArrowRight", "ArrowRight")
    expect(focus).to_have_attribute("aria-label", "0051-2.png, unlabeled")
    tab.press("Escape")
    expect(tab.panel.locator(".wb-pager")).to_contain_text("page 2 of 3")
    expect(tab.panel.locator(".wb-card.wb-current")).to_have_attribute("aria-label", "0051-2.png, unlabeled")


def test_deleted_images_leave_and_come_back_with_undo(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    cards(tab).nth(0).click()
    cards(tab).nth(2).click(modifiers=["Shift"])
    tab.press("Shift+Delete")
    dialog = tab.panel.get_by_role("dialog")
    dialog.get_by_role("button", name="Delete 3 images").click()
    expect(tab.panel.locator(".wb-notice")).to_contain_text("3 images deleted")
    expect(cards(tab)).to_have_count(57)
    assert len(labels_of(digits)) == 57
    tab.panel.locator(".wb-notice").get_by_role("button", name="Undo").click()
    expect(cards(tab)).to_have_count(60)
    assert len(labels_of(digits)) == 60


def test_samples_that_the_notebook_chose_are_shown_alone_until_all_are_wanted(lab, digits):
    cells = [
        "from workbench import LabelPanel\npanel = LabelPanel('digits', samples=[2, 5, 8], about='3 taken for 8')",
        "panel",
        "panel.show_samples([1, 4], about='9 taken for 4')",
    ]
    tab = lab.open(digits, cells)
    tab.run_cell(0)
    tab.run_cell(1)
    expect(cards(tab)).to_have_count(3)
    chip = tab.panel.locator(".wb-chosen")
    expect(chip).to_contain_text("3 chosen samples: 3 taken for 8")
    expect(tab.panel.get_by_role("button", name="All 3", exact=True)).to_be_visible()
    tab.panel.get_by_role("listbox").focus()
    tab.press("Control+a", "Control+a", "2")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("3 of 3 images labeled “one”")
    expect(tab.panel.get_by_role("button", name="Show only one, 3 of 3")).to_be_visible()
    chip.get_by_role("button", name="Show all").click()
    expect(cards(tab)).to_have_count(60)
    expect(tab.panel.get_by_role("button", name="Labeled 3", exact=True)).to_be_visible()
    chip.get_by_role("button", name="Show the 3 chosen samples").click()
    expect(cards(tab)).to_have_count(3)
    tab.run_cell(2)
    expect(cards(tab)).to_have_count(2)
    expect(chip).to_contain_text("2 chosen samples: 9 taken for 4")
