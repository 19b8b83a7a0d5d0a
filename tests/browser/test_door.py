"""One link to a panel that has the window to itself, for people who know nothing of notebooks."""

import os
import signal
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Door
from workbench.new_project import new_project
from workbench.paths import Project


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    from tests.browser.conftest import draw_digits

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
    contexts = []

    def opened(scheme="light"):
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(door.address)
        return page

    yield opened
    for context in contexts:
        context.close()


def saved(page):
    expect(page.locator("[data-health]")).to_have_text("saved", timeout=20_000)


def newest(door):
    """The kernel of the page that is open; one of a page before may take a moment to end."""
    return max(door.kernel_processes(), key=lambda process: process.create_time())


def test_a_visitor_gives_a_name_and_labels_and_finds_the_way_back(door, visit, labels_of):
    page = visit("dark")
    panel = page.get_by_role("application")
    expect(panel.get_by_role("dialog", name="Your name")).to_be_visible(timeout=30_000)
    page.keyboard.press("1")
    page.keyboard.press("Backspace")
    page.keyboard.type("mika")
    page.keyboard.press("Enter")
    panel.locator("[data-painted]").first.wait_for()
    expect(panel.get_by_label("First steps").locator("div")).to_have_count(4)
    box = panel.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 800)
    assert page.evaluate("() => document.body.dataset.jpThemeLight") == "false"
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
    kernel = newest(door)
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
    kernel = newest(door)
    kernel.kill()
    page.keyboard.press("6")
    expect(page.locator("[data-health]")).to_contain_text("1 waiting")
    expect(page.locator("[data-health]")).to_have_text("saved", timeout=150_000)
    assert labels_of(door.project)[every[4]] == "five"


def test_each_visitor_has_a_kernel_which_goes_with_the_page(door, visit):
    first, second = visit(), visit()
    for page in (first, second):
        expect(page.get_by_role("dialog", name="Your name")).to_be_visible(timeout=30_000)
    there = len(door.api("kernels"))
    assert there >= 2
    second.close(run_before_unload=True)
    deadline = time.monotonic() + 20
    while len(door.api("kernels")) >= there:
        assert time.monotonic() < deadline, "the kernel of a page that was closed goes on"
        time.sleep(0.1)


def test_nobody_comes_in_without_the_token_and_an_unknown_theme_is_named(door):
    def status(address):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.url
        except urllib.error.HTTPError as error:
            return error.read().decode()

    plain = door.address.split("?")[0]
    assert "/login" in status(plain)
    there = len(door.api("kernels"))
    said = status(f"http://127.0.0.1:{door.port}/workbench/label/cells?theme=light&token={door.token}")
    assert "cells" in said
    assert "digits" in said
    assert len(door.api("kernels")) == there
