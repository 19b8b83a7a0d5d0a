"""The map of all images in the label panel: looked at, selected by a line or by keys, labeled by one key."""

import re
from contextlib import closing

from playwright.sync_api import expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import draw_digits, labels_of
from workbench.embeddings.filling import embed
from workbench.store import open_store

PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def hover_over_an_image(page, frame, hovered):
    """Move the pointer along lines of the frame until an image is under it."""
    left, top, width, height = frame
    for row in range(1, 24):
        for column in range(1, 24):
            page.mouse.move(left + column / 24 * width, top + row / 24 * height)
            page.evaluate(PAINTED)
            if hovered.locator("*").count():
                return
    raise AssertionError("No image is under the pointer anywhere")


def test_a_cloud_is_selected_by_a_line_or_by_keys_and_labeled_with_one_key(lab, project):
    draw_digits(project, 300)
    with closing(open_store(project)) as store:
        embed(store, "digits", "hog", progress=False)
    cells = ["from workbench import LabelPanel", "LabelPanel('digits', annotator='mika', encoder='hog')"]
    tab = lab.open(project, cells)
    tab.run_all()
    panel = tab.panel
    panel.get_by_role("option").first.wait_for()
    tab.press("Shift+O")
    # Something is to be seen before the map that is wanted has been computed, and that takes its place.
    frame = panel.get_by_role("group", name=re.compile("^Map of 300 images"))
    expect(frame).to_have_attribute("data-points", "300", timeout=60_000)
    expect(panel.get_by_role("button", name="t-SNE")).to_have_attribute("aria-pressed", "true", timeout=90_000)
    expect(frame).to_have_attribute("aria-busy", "false")
    legend = panel.get_by_role("list", name="What the colors mean")
    expect(legend).to_contain_text("not labeled300")
    preview = panel.get_by_role("group", name="Some of the selected images")
    box = frame.bounding_box()
    left, top, width, height = (box[side] for side in ("x", "y", "width", "height"))
    mouse = tab.page.mouse

    def line(*corners):
        (x, y), *others = corners
        mouse.move(left + x * width, top + y * height)
        mouse.down()
        for x, y in others:
            mouse.move(left + x * width, top + y * height, steps=4)
        mouse.up()

    # A key without a selection labels nothing.
    tab.press("1")
    expect(panel.get_by_role("alert")).to_contain_text("Nothing is selected")
    line((0.02, 0.02), (0.5, 0.02), (0.5, 0.98), (0.02, 0.98), (0.02, 0.02))
    expect(frame).not_to_have_attribute("data-selected", "0")
    half = int(frame.get_attribute("data-selected"))
    assert 30 < half < 270
    expect(preview.locator("[data-painted]")).to_have_count(24)
    tab.screenshot("map-light")
    assert serious_findings(panel, tab.page) == []
    tab.press("1")
    expect(panel.locator("[data-health]")).to_have_text("saved")
    expect(panel.locator("[data-count=labeled]")).to_have_text(f"{half} of 300 labeled")
    assert sum(label == "zero" for label in labels_of(project).values()) == half
    expect(legend).to_contain_text(f"zero{half}")
    panel.get_by_role("button", name=re.compile("^Colored by")).click()
    panel.get_by_role("menuitemradio", name="annotator", exact=True).click()
    expect(legend).to_contain_text(f"mika{half}")
    # What is decided is not selected with the others, unless one wants it.
    panel.get_by_role("button", name="Rectangle").click()
    line((0.01, 0.01), (0.99, 0.99))
    expect(frame).to_have_attribute("data-selected", str(300 - half))
    tab.press("Escape")
    panel.get_by_role("checkbox", name="only undecided").uncheck()
    frame.focus()
    tab.press("Control+a")
    expect(frame).to_have_attribute("data-selected", "300")
    # What lies under the pointer is shown; the wheel goes nearer, so that fewer are in sight.
    hovered = panel.locator(".wb-map-hover")
    hover_over_an_image(tab.page, (left, top, width, height), hovered)
    expect(hovered.locator("[data-painted]")).to_be_visible()
    expect(hovered).to_contain_text(".png")
    mouse.move(left + width / 2, top + height / 2)
    mouse.wheel(0, -900)
    fewer = panel.locator(".wb-map-frame:not([data-selected='300'], [data-selected='0'])")
    for _ in range(50):
        tab.press("Control+a")
        if fewer.count():
            break
    expect(fewer).to_be_visible()
    frame.focus()
    tab.press("=", "Control+a")
    expect(frame).to_have_attribute("data-selected", "300")
    tab.press("Escape", "Control+z")
    expect(panel.locator("[data-count=labeled]")).to_have_text("0 of 300 labeled")
    expect(legend).to_contain_text("nobody300")
    # By keys alone: look for an image, and span a rectangle.
    tab.change_theme(dark=True)
    frame.focus()
    tab.press("=", *["Shift+ArrowRight"] * 8, *["Shift+ArrowDown"] * 8)
    expect(frame).not_to_have_attribute("data-selected", "0")
    tab.screenshot("map-dark")
    assert serious_findings(panel, tab.page) == []
    tab.press("Escape", "Escape")
    expect(panel.get_by_role("listbox", name="Images", exact=True)).to_be_visible()
