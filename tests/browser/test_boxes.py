"""Drawing boxes in a real browser, from the side of the person who draws."""

import io
import os
import re
import signal

import pytest
from PIL import Image
from playwright.sync_api import expect

from workbench.store import open_store
from workbench.store.box_rows import boxes_of_samples
from workbench.store.images import sha256_of
from workbench.store.label_merges import delete_label
from workbench.store.labels import edit_label, labels_of
from workbench.store.samples import page_of_samples
from workbench.store.schema import Sample
from workbench.store.themes import create_theme, get_theme

CELLS = ["from workbench import BoxPanel", "panel = BoxPanel('cells', annotator='mika')\npanel"]
WIDTH, HEIGHT = 400, 300


def image(number):
    """A gray image as a PNG file, another one for each number."""
    buffer = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (90 + number, 90, 90)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def cells(project):
    """A project with a theme of boxes: three gray images of 400 x 300 pixels, the labels red and white."""
    store = open_store(project)
    with store.write() as session:
        theme = create_theme("cells", labels=["red", "white"], task="boxes", session=session)
        for number in range(3):
            content = image(number)
            digest = sha256_of(content)
            uri = store.images.put(content, sha256=digest, suffix="png")
            session.add(
                Sample(
                    theme_id=theme.id,
                    sha256=digest,
                    uri=uri,
                    name=f"cell_{number}.png",
                    width=WIDTH,
                    height=HEIGHT,
                    size_bytes=len(content),
                )
            )
    store.close()
    return project


def stored(project, theme="cells"):
    """What the store holds: for each image its boxes as (label, x, y, width, height), "skipped", or None."""
    store = open_store(project)
    with store.read() as session:
        theme = get_theme(theme, session=session)
        names = {label.id: label.name for label in labels_of(theme.id, session=session)}
        samples = page_of_samples(theme.id, session=session)
        boxes = boxes_of_samples([sample.id for sample in samples], session=session)
        found = {}
        for sample in samples:
            drawn = [(names[b.label_id], b.x, b.y, b.width, b.height) for b in boxes.get(sample.id, ())]
            found[sample.name] = drawn or ("skipped" if sample.skipped else [] if sample.labeled_at else None)
    store.close()
    return found


@pytest.fixture
def tab(lab, cells):
    opened = lab.take_over(cells, CELLS).run_all()
    picture(opened)
    return opened


def picture(tab):
    """The image, once it is painted in its full size."""
    image = tab.panel.locator(".wb-boxes-drawing img")
    image.wait_for()
    tab.until(f"() => document.querySelector('.wb-boxes-drawing img')?.naturalWidth === {WIDTH}")
    return image.bounding_box()


def at(tab, x, y):
    """The place of a pixel of the image on the page."""
    frame = picture(tab)
    return frame["x"] + x * frame["width"] / WIDTH, frame["y"] + y * frame["height"] / HEIGHT


def drag(tab, start, end):
    tab.page.mouse.move(*at(tab, *start))
    tab.page.mouse.down()
    tab.page.mouse.move(*at(tab, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    tab.page.mouse.move(*at(tab, *end))
    tab.page.mouse.up()


def says(tab, words):
    expect(tab.panel.locator("[data-said]")).to_contain_text(words, timeout=15_000)


def near(found, wanted):
    """Whether boxes are the wanted ones but for two pixels that the mouse may be off."""
    pairs = list(zip(found, wanted, strict=True))
    return all(f[0] == w[0] and all(abs(a - b) <= 2 for a, b in zip(f[1:], w[1:], strict=True)) for f, w in pairs)


def test_draw_relabel_move_delete_submit_and_skip(tab, cells):
    drag(tab, (50, 40), (150, 120))
    says(tab, "saved: 1 box")
    tab.press("2")
    drag(tab, (200, 100), (300, 200))
    says(tab, "saved: 2 boxes")
    boxes = stored(cells)["cell_0.png"]
    assert near(boxes, [("red", 50, 40, 100, 80), ("white", 200, 100, 100, 100)]), boxes

    # The box that is selected leads to the runs that know it: none yet.
    tab.panel.get_by_role("button", name="Models", exact=True).click()
    dialog = tab.panel.get_by_role("dialog")
    expect(dialog.get_by_label("Box").locator("option:checked")).to_contain_text(re.compile(r"white, \d+ × \d+ at"))
    expect(dialog).to_contain_text("No run was trained or tested on this box")
    tab.press("Escape")
    expect(dialog).to_have_count(0)

    # The box drawn last is selected: relabel it, move it by ten pixels, then delete the other one.
    tab.press("1", "c", "Shift+D", "Shift+Tab", "Delete")
    says(tab, "saved: 1 box")
    tab.press("Enter")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_1.png")
    boxes = stored(cells)["cell_0.png"]
    assert near(boxes, [("red", 210, 100, 100, 100)]), boxes

    picture(tab)
    tab.press("Space")
    says(tab, "skipped")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_2.png")
    assert stored(cells)["cell_1.png"] == "skipped"
    tab.press("u")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_1.png")
    assert stored(cells)["cell_1.png"] is None

    # Zoomed in, a box is drawn to the pixel all the same.
    picture(tab)
    before = tab.panel.locator(".wb-boxes-drawing img").bounding_box()["width"]
    tab.press("+")
    assert tab.panel.locator(".wb-boxes-drawing img").bounding_box()["width"] > before
    drag(tab, (40, 40), (160, 140))
    says(tab, "saved: 1 box")
    boxes = stored(cells)["cell_1.png"]
    assert near(boxes, [("red", 40, 40, 120, 100)]), boxes
    # With Shift another one is drawn within it; submitted are those images alone that were.
    tab.page.keyboard.down("Shift")
    drag(tab, (60, 60), (120, 110))
    tab.page.keyboard.up("Shift")
    says(tab, "saved: 2 boxes")
    boxes = stored(cells)["cell_1.png"]
    assert near(boxes, [("red", 40, 40, 120, 100), ("red", 60, 60, 60, 50)]), boxes
    expect(tab.panel.locator("[data-count=progress]")).to_have_text("1 of 3 images done")

    # Ctrl+drag and Shift+arrows move the enlarged image, and draw nothing.
    for _ in range(4):
        tab.press("+")
    stage = tab.panel.locator(".wb-boxes-drawing")
    before = picture(tab)["x"]
    tab.page.keyboard.down("Control")
    middle = stage.bounding_box()
    x, y = middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x - 100, y)
    tab.page.mouse.up()
    tab.page.keyboard.up("Control")
    assert picture(tab)["x"] == pytest.approx(before - 100, abs=2)
    tab.press("Shift+ArrowLeft")
    assert picture(tab)["x"] == pytest.approx(before - 20, abs=2)
    assert len(stored(cells)["cell_1.png"]) == 2


def test_all_images_are_looked_at_and_labels_and_themes_are_made_in_the_panel(tab, cells):
    drag(tab, (50, 40), (150, 120))
    says(tab, "saved: 1 box")
    tab.press("Escape")
    cards = tab.panel.get_by_role("listbox").get_by_role("option")
    expect(cards).to_have_count(3)
    expect(cards.first).to_have_accessible_name("cell_0.png, undecided, 1 box")
    expect(cards.first.locator("rect")).to_have_count(1)
    tab.press("ArrowRight", "ArrowRight", "Enter")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_2.png")
    picture(tab)
    tab.press("Space")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_0.png")
    tab.press("Escape")
    expect(cards.nth(2)).to_have_accessible_name("cell_2.png, skipped, 0 boxes")
    tab.press("Enter")

    tab.panel.get_by_role("button", name="Edit labels").click()
    dialog = tab.panel.get_by_role("dialog", name="Labels of cells")
    dialog.get_by_label("New label").fill("platelet")
    dialog.get_by_label("New label").press("Enter")
    expect(dialog.get_by_label("Name of platelet")).to_be_visible()
    dialog.get_by_label("Key of red").fill("x")
    dialog.get_by_label("Key of red").press("Enter")
    dialog.press("Escape")
    expect(dialog).to_have_count(0)
    expect(tab.panel.locator("[data-label=red]")).to_contain_text("X")
    # The label that is drawn stays chosen when another one gets a new name.
    red, white = tab.panel.locator("[data-label=red]"), tab.panel.locator("[data-label=white]")
    tab.press("2")
    expect(white).to_have_attribute("aria-pressed", "true")
    tab.panel.get_by_role("button", name="Edit labels").click()
    dialog.get_by_label("Name of platelet").fill("thrombocyte")
    dialog.get_by_label("Name of platelet").press("Enter")
    expect(tab.panel.locator("[data-label=thrombocyte]")).to_be_visible()
    dialog.press("Escape")
    expect(dialog).to_have_count(0)
    expect(white).to_have_attribute("aria-pressed", "true")
    tab.press("x")
    expect(red).to_have_attribute("aria-pressed", "true")

    # What the labels mean stands beside the image, with what was drawn.
    tab.panel.get_by_role("button", name="Instructions").click()
    beside = tab.panel.get_by_role("region", name="Instructions")
    expect(beside.get_by_role("img", name="Example of red")).to_have_count(1)
    beside.get_by_role("button", name="Edit").click()
    dialog = tab.panel.get_by_role("dialog", name="Edit cells")
    dialog.get_by_label("Description").fill("Draw **whole** cells.")
    dialog.get_by_role("button", name="Save").click()
    expect(beside.locator("strong")).to_have_text("whole")

    tab.panel.get_by_role("button", name="New theme").click()
    dialog = tab.panel.get_by_role("dialog", name="New theme of boxes")
    dialog.get_by_label("Name").fill("parts")
    dialog.get_by_label("Labels, one a line").fill("bolt\nnut")
    dialog.get_by_role("button", name="Create theme").click()
    expect(tab.panel.get_by_text("This theme has no images yet")).to_be_visible()
    with tab.page.expect_file_chooser() as chooser:
        tab.panel.get_by_role("button", name="Add images").click()
    chooser.value.set_files([{"name": "one.png", "mimeType": "image/png", "buffer": image(7)}])
    expect(tab.panel.locator("[data-name]")).to_contain_text("one.png")
    drag(tab, (50, 40), (150, 120))
    says(tab, "saved: 1 box")
    assert near(stored(cells, "parts")["one.png"], [("bolt", 50, 40, 100, 80)])


def test_a_killed_kernel_loses_nothing_and_the_panel_goes_on_where_one_stopped(lab, cells):
    tab = lab.open(cells, CELLS).run_all()
    picture(tab)
    tab.press("Enter")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_1.png")
    drag(tab, (10, 10), (60, 60))
    says(tab, "saved: 1 box")
    os.kill(tab.kernel_pid(), signal.SIGKILL)
    assert near(stored(cells)["cell_1.png"], [("red", 10, 10, 50, 50)])

    # While there is no kernel that knows the panel, drawing goes on, and the browser keeps it.
    health = tab.panel.locator("[data-health]")
    expect(health).to_contain_text("the kernel was restarted", timeout=30_000)
    # JupyterLab tells of it in a dialog of its own.
    tab.page.locator(".jp-Dialog button").click()
    drag(tab, (100, 100), (180, 160))
    expect(health).to_contain_text("1 waiting")
    assert len(stored(cells)["cell_1.png"]) == 1

    tab.wait_ready().run_all()
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_1.png")
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")
    says(tab, "saved: 2 boxes")
    assert near(stored(cells)["cell_1.png"], [("red", 10, 10, 50, 50), ("red", 100, 100, 80, 60)])
    picture(tab)
    expect(tab.panel.locator("svg rect").first).to_be_visible()
    tab.press("Enter")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_2.png")
    assert stored(cells)["cell_0.png"] == []


def test_boxes_are_cut_at_the_edge_and_a_reload_shows_what_the_store_holds(tab, cells):
    drag(tab, (300, 200), (415, 310))
    says(tab, "saved: 1 box")
    assert near(stored(cells)["cell_0.png"], [("red", 300, 200, 100, 100)])
    tab.page.mouse.click(*at(tab, 50, 50))
    expect(tab.panel.locator("[data-label=red] .wb-number").first).to_have_text("1")
    tab.save()
    tab.reload()
    picture(tab)
    expect(tab.panel.locator("[data-label=red] .wb-number").first).to_have_text("1")
    drag(tab, (20, 20), (80, 80))
    says(tab, "saved: 2 boxes")
    assert len(stored(cells)["cell_0.png"]) == 2


def test_two_annotators_see_each_other_and_decide_whose_boxes_stay(lab, cells):
    mika = lab.take_over(cells, CELLS).run_all()
    lea = lab.take_over(cells, [cell.replace("mika", "lea") for cell in CELLS]).run_all()
    picture(lea)
    drag(mika, (50, 40), (150, 120))
    says(mika, "saved: 1 box")
    drag(lea, (200, 100), (300, 200))
    expect(lea.panel.get_by_role("alert")).to_contain_text("Somebody else changed this image")
    assert near(stored(cells)["cell_0.png"], [("red", 50, 40, 100, 80)])
    lea.panel.get_by_role("button", name="Use mine (1)").click()
    says(lea, "saved: 1 box")
    assert near(stored(cells)["cell_0.png"], [("red", 200, 100, 100, 100)])


def test_a_label_that_is_renamed_or_deleted_meanwhile_costs_no_box(tab, cells):
    store = open_store(cells)
    with store.write() as session:
        red, white = labels_of(get_theme("cells", session=session).id, session=session)
        edit_label(red.id, name="crimson", session=session)
        white_id = white.id
    drag(tab, (50, 40), (150, 120))
    says(tab, "saved: 1 box")
    expect(tab.panel.locator("[data-label=crimson] .wb-number").first).to_have_text("1")
    assert near(stored(cells)["cell_0.png"], [("crimson", 50, 40, 100, 80)])

    tab.press("2")
    with store.write() as session:
        delete_label(white_id, annotator="lea", session=session)
    store.close()
    drag(tab, (200, 100), (300, 200))
    says(tab, "There is no label 'white' any more")
    expect(tab.panel.locator("[data-health]")).to_have_text("1 waiting")
    tab.press("ArrowRight")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_1.png")
    expect(tab.panel.locator(".wb-facet")).to_have_count(1)
    tab.press("ArrowLeft")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_0.png")
    picture(tab)
    # The box stands there again: it is selected and given the other label.
    tab.press("Shift+Tab", "1", "c")
    says(tab, "saved: 2 boxes")
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")
    wanted = [("crimson", 50, 40, 100, 80), ("crimson", 200, 100, 100, 100)]
    assert near(stored(cells)["cell_0.png"], wanted), stored(cells)


def test_keys_stay_in_the_panel_and_the_dark_theme_is_readable(lab, cells):
    tab = lab.take_over(cells, CELLS, dark=True).run_all()
    picture(tab)
    before = tab.cells()
    tab.press("d", "d")
    for key, name in (("ArrowRight", "cell_1.png"), ("ArrowLeft", "cell_0.png"), ("ArrowRight", "cell_1.png")):
        tab.press(key)
        expect(tab.panel.locator("[data-name]")).to_contain_text(name)
    assert tab.cells() == before
    tab.press("?")
    tab.panel.get_by_role("dialog", name="Keys").wait_for()
    tab.press("ArrowLeft", "Backspace", "Escape")
    expect(tab.panel.get_by_role("dialog", name="Keys")).to_have_count(0)
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_1.png")
    tab.press("ArrowLeft")
    expect(tab.panel.locator("[data-name]")).to_contain_text("cell_0.png")
    tab.press("Control+s")
    tab.until("() => jupyterapp.shell.currentWidget.context.model.dirty === false")
    colors = tab.panel.locator("button").evaluate_all(
        "buttons => buttons.map(button => [getComputedStyle(button).backgroundColor, getComputedStyle(button).color])"
    )
    assert len(colors) >= 6
    assert all(back != front and back != "rgb(238, 238, 238)" for back, front in colors)
    tab.screenshot("boxes-dark", only_panel=True)
