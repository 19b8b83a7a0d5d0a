"""One link to a panel that has the window to itself, for people who know nothing of notebooks."""

import os
import signal
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import digit_files, draw_digits, predict_digits
from tests.browser.lab import Door
from workbench.data.importing.run import import_uploads
from workbench.new_project import new_project
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.box_queries import box_extents
from workbench.store.themes import create_theme, get_theme


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    root = tmp_path_factory.mktemp("door") / "project"
    new_project(root)
    project = Project(root)
    project.db.mkdir()
    draw_digits(project, 60)
    door = Door(project, "digits").wait_up()
    yield door
    door.stop()


@pytest.fixture
def visit(chromium, door):
    """`visit()` opens the link in a browser that was never here; returns the page."""
    yield from visits(chromium, door.address)


def visits(chromium, link):
    contexts = []

    def opened(scheme="light", address=link):
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def saved(page):
    expect(page.locator("[data-health]")).to_have_text("saved", timeout=20_000)


def kernel_of(page, door):
    """The process of the kernel of a page."""
    found = page.evaluate("() => JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    return next(process for process in door.kernel_processes() if found in " ".join(process.cmdline()))


def give_name(page):
    panel = page.get_by_role("application")
    expect(panel.get_by_role("dialog", name="Your name").get_by_role("textbox")).to_be_focused(timeout=30_000)
    page.keyboard.type("mika")
    page.keyboard.press("Enter")
    return panel


def test_a_visitor_gives_a_name_and_labels_and_finds_the_way_back(door, visit, labels_of):
    page = visit("dark")
    panel = page.get_by_role("application")
    expect(panel.get_by_role("dialog", name="Your name").get_by_role("textbox")).to_be_focused(timeout=30_000)
    page.keyboard.press("1")
    page.keyboard.press("Backspace")
    page.keyboard.type("mika")
    page.keyboard.press("Enter")
    panel.locator("[data-painted]").first.wait_for()
    hint = panel.get_by_label("First steps")
    expect(hint.locator("div")).to_have_count(4)
    images = panel.get_by_role("listbox", name="Images").bounding_box()
    assert hint.bounding_box()["x"] + hint.bounding_box()["width"] <= images["x"], "the hint covers images"
    box = panel.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 800)
    assert page.evaluate("() => document.body.dataset.jpThemeLight") == "false"
    assert page.evaluate("root => getComputedStyle(root).backgroundColor", panel.element_handle()) == "rgb(33, 33, 33)"
    assert [url for url in page.asked if not url.startswith(("data:", "blob:", "about:", door.address[:21]))] == []

    page.keyboard.press("2")
    page.keyboard.press("Enter")
    panel.locator(".wb-frame img").wait_for()
    page.keyboard.press("3")
    page.keyboard.press("4")
    saved(page)
    every = sorted(labels_of(door.project))
    assert [labels_of(door.project)[name] for name in every[:4]] == ["one", "two", "three", None]
    at = panel.locator(".wb-focus").get_attribute("aria-label")
    assert at.startswith(every[3])

    # A new page while something waits: one is back at the image, and nothing is lost.
    page.reload()
    expect(panel.locator(".wb-focus")).to_have_attribute("aria-label", at, timeout=30_000)
    panel.locator(".wb-frame img").wait_for()
    kernel = kernel_of(page, door)
    os.kill(kernel.pid, signal.SIGSTOP)
    page.keyboard.press("5")
    expect(page.locator("[data-health]")).to_contain_text("1 waiting")
    page.reload()
    expect(panel.locator(".wb-focus")).to_be_visible(timeout=30_000)
    saved(page)
    assert labels_of(door.project)[every[3]] == "four"
    assert panel.get_by_role("textbox", name="annotator").input_value() == "mika"

    # A kernel that dies: the page loads itself once more.
    panel.locator(".wb-frame img").wait_for()
    kernel = kernel_of(page, door)
    kernel.kill()
    page.keyboard.press("6")
    expect(page.locator("[data-health]")).to_contain_text("1 waiting")
    expect(page.locator("[data-health]")).to_have_text("saved", timeout=150_000)
    assert labels_of(door.project)[every[4]] == "five"

    # The next day at another machine: behind what was decided last.
    other = visit()
    panel = give_name(other)
    looked_at = panel.locator(".wb-card.wb-current")
    expect(looked_at).to_have_accessible_name(f"{every[5]}, unlabeled", timeout=20_000)
    expect(panel.get_by_role("option", name=f"{every[4]}, five")).to_be_visible()


@pytest.fixture
def hub(tmp_path_factory):
    """A server with the prefix of a user of a hub, and in its project a theme of boxes beside one with predictions."""
    root = tmp_path_factory.mktemp("hub") / "project"
    new_project(root)
    project = Project(root)
    project.db.mkdir()
    draw_digits(project)
    predict_digits(project)
    store = open_store(project)
    with store.write() as session:
        create_theme("cells", labels=["red"], task="boxes", description="Round *things*.", session=session)
    import_uploads(store, "cells", digit_files(2), annotator="fixture")
    store.close()
    door = Door.behind(project, "/user/ana/", "cells", tmp_path_factory.mktemp("runtime"))
    yield door
    door.stop()


def test_behind_a_hub_boxes_and_predictions_have_a_door_and_each_visitor_a_kernel(hub, chromium, labels_of):
    assert f":{hub.port}/user/ana/workbench/label/cells?token=" in hub.address
    pages = visits(chromium, hub.address)
    opened = next(pages)
    boxes = opened("dark")
    panel = give_name(boxes)
    # What the theme's labels mean stands beside the image from the beginning.
    beside = panel.get_by_role("region", name="Instructions")
    expect(beside.locator("em")).to_have_text("things")
    image = panel.locator(".wb-boxes-drawing img")
    boxes.wait_for_function("() => document.querySelector('.wb-boxes-drawing img')?.naturalWidth === 32")
    at = image.bounding_box()
    boxes.mouse.move(at["x"] + at["width"] / 4, at["y"] + at["height"] / 4)
    boxes.mouse.down()
    boxes.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    boxes.mouse.move(at["x"] + at["width"] * 3 / 4, at["y"] + at["height"] * 3 / 4)
    boxes.mouse.up()
    expect(panel.locator("[data-said]")).to_contain_text("saved: 1 box")
    assert serious_findings(panel, boxes) == []
    store = open_store(hub.project)
    with store.read() as session:
        (box,) = box_extents(get_theme("cells", session=session).id, session=session)
        assert (box.x, box.y, box.width, box.height) == (8, 8, 16, 16)
    store.close()
    # A new page is a new kernel: one is back at the image, with what is to be drawn beside it.
    boxes.keyboard.press("ArrowRight")
    expect(panel.locator("[data-name]")).to_contain_text("0001-1.png")
    boxes.reload()
    expect(panel.locator("[data-name]")).to_contain_text("0001-1.png", timeout=30_000)
    expect(beside.get_by_role("img", name="Example of red")).to_have_count(1)

    predictions = opened(address=hub.address.replace("/label/cells", "/predictions/digits"))
    panel = give_name(predictions)
    panel.locator("[data-painted]").first.wait_for()
    first = panel.get_by_role("listbox").get_by_role("option").first
    expect(first).to_have_attribute("aria-label", "0050-2.png, unlabeled, predicted zero, 30 %")
    predictions.keyboard.press("3")
    saved(predictions)
    assert serious_findings(panel, predictions) == []
    assert labels_of(hub.project)["0050-2.png"] == "two"

    # Each has a kernel of its own, which goes with the page.
    mine, other = kernel_of(boxes, hub), kernel_of(predictions, hub)
    assert mine.pid != other.pid
    predictions.close(run_before_unload=True)
    other.wait(20)
    assert mine.is_running()
    pages.close()


def test_nobody_comes_in_without_the_token_and_an_unknown_theme_is_named(door):
    def status(address):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.url
        except urllib.error.HTTPError as error:
            return error.read().decode()

    plain = door.address.split("?")[0]
    assert "/login" in status(plain)
    said = status(f"http://127.0.0.1:{door.port}/workbench/label/cells?theme=light&token={door.token}")
    assert "cells" in said
    assert "digits" in said
