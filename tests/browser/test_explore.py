"""The explore panel in a real JupyterLab."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.axe import serious_findings
from tests.browser.conftest import draw_digits
from tests.browser.lab import make_project
from workbench.data.config.augment import AugmentConfig
from workbench.paths import Project, asset
from workbench.store import open_store
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme

CELLS = [
    "from workbench import ExplorePanel",
    "ExplorePanel('digits')",
    "ExplorePanel('scenes')",
    "ExplorePanel('films')",
]


@pytest.fixture(scope="module")
def project(lab_server: Any) -> Project:
    """A project with the themes "digits", "scenes" and "films"; a test that writes to the last is alone with it."""
    project = make_project(lab_server.root / "explore")
    draw_digits(project)
    add_scenes(project)
    add_films(project)
    return project


@pytest.fixture(scope="module")
def notebook(lab_server: Any, project: Project) -> Iterator[Any]:
    """A notebook whose kernel has imported what the panel needs, which takes longer than most tests here."""
    opened = lab_server.open(project, CELLS)
    opened.run_cell(0)
    yield opened
    lab_server.forget_sessions()


@pytest.fixture
def settings(project: Project) -> Path:
    """The shipped auguments.yaml, as no other test has changed it."""
    return Path(shutil.copy(asset("auguments.yaml"), project.augment_file))


@pytest.fixture
def tab(notebook: Any, settings: Path) -> Any:
    """A new explore panel on the digits, the only one in the notebook, with its first picture painted."""
    return show(notebook, 1)


def show(notebook: Any, cell: int) -> Any:
    notebook.page.evaluate("async () => { await jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); }")
    notebook.panel.wait_for(state="detached")
    notebook.run_cell(cell)
    notebook.panel.locator(".wb-stage img").first.wait_for()
    return notebook


def stages(tab: Any) -> list[str]:
    return tab.panel.locator(".wb-stage strong").all_inner_texts()


def test_lists_hold_what_they_say_and_every_part_can_be_reached(tab: Any) -> None:
    inside = tab.panel.get_by_role("listbox", name="Images").locator("> *")
    assert inside.count() > 0
    assert inside.evaluate_all("nodes => nodes.every(node => node.getAttribute('role') === 'option')")
    # The image that is looked at may not be among those that are found.
    search = tab.panel.get_by_label("Search by file name")
    search.fill("no such image")
    expect(inside).to_have_count(0)
    assert serious_findings(tab.panel, tab.page) == []
    search.press("Escape")
    expect(inside).to_have_count(40)
    assert search.input_value() == ""
    tab.panel.get_by_role("tabpanel").focus()
    assert tab.page.evaluate("() => document.activeElement.getAttribute('role')") == "tabpanel"


def test_it_opens_on_the_first_image_and_its_steps(tab: Any) -> None:
    assert stages(tab) == ["original", "resize"]
    samples = tab.panel.get_by_role("listbox", name="Images").get_by_role("option")
    assert samples.count() == 40
    assert samples.and_(tab.panel.get_by_role("option", selected=True)).count() == 1
    chart = tab.panel.locator(".wb-chart").first
    chart.get_by_role("img").hover()
    expect(chart.locator(".wb-read")).to_contain_text(re.compile(r"\d: red \d"))
    tab.screenshot("explore-steps")


def test_a_picture_that_arrives_does_not_take_away_what_is_being_typed(tab: Any) -> None:
    tab.panel.get_by_role("tab", name="Augmentation").click()
    tab.panel.get_by_label("rotate from, number").fill("-90")
    tab.panel.get_by_label("rotate from, number").press("Enter")
    upper = tab.panel.get_by_label("rotate to, number")
    upper.fill("90")
    tab.panel.get_by_text("changed", exact=True).wait_for()
    tab.until("() => document.querySelector('.wb-status').textContent.includes('Not saved yet')")
    assert upper.input_value() == "90"
    upper.press("Enter")
    tab.panel.get_by_role("button", name="Save augmentation settings").click()
    tab.panel.get_by_text("Saved the augmentation settings (auguments.yaml).").wait_for()
    assert "rotate: [-90, 90]" in (tab.lab.root / tab.path).with_name("auguments.yaml").read_text()


def test_switching_a_step_on_and_sliding_changes_the_picture(tab: Any) -> None:
    tab.panel.get_by_label("gamma", exact=True).check()
    tab.panel.locator(".wb-stage strong", has_text="gamma").wait_for()
    assert stages(tab) == ["original", "gamma", "resize"]
    picture = tab.panel.locator(".wb-stage img").nth(1)
    before = picture.get_attribute("src")
    slider = tab.panel.get_by_role("slider", name="gamma")
    slider.fill("2.5")
    tab.until(f"() => document.querySelectorAll('.wb-stage img')[1].src !== '{before}'")
    tab.panel.get_by_text("gamma 2.5").wait_for()
    tab.panel.get_by_role("button", name="Undo").click()
    tab.panel.get_by_role("button", name="Undo").click()
    tab.until("() => document.querySelectorAll('.wb-stage').length === 2")


def test_what_was_seen_is_saved_with_the_comments_and_trained_with(tab: Any, settings: Path) -> None:
    before = settings.read_text()
    tab.panel.get_by_label("gamma", exact=True).check()
    tab.panel.get_by_role("button", name="Move gamma down").click()
    tab.panel.get_by_role("tab", name="Augmentation").click()
    tab.panel.get_by_role("checkbox", name="RandomBrightnessContrast").uncheck()
    tab.panel.get_by_role("button", name="Save augmentation settings").click()
    tab.panel.get_by_text("Saved the augmentation settings (auguments.yaml).").wait_for()
    config = AugmentConfig.load(settings)
    assert [name for name, _ in config.steps()] == ["resize", "gamma"]
    assert [next(iter(entry)) for entry in config.transforms("train")] == ["Affine"]
    comments = [line.split("#")[1] for line in before.splitlines() if "#" in line]
    after = settings.read_text()
    assert all(comment in after for comment in comments)
    tab.until("() => document.querySelector('.wb-status').innerText.includes('Saved')")
    assert tab.panel.get_by_role("button", name="Save augmentation settings").is_disabled()


def test_augmented_versions_and_another_roll(tab: Any) -> None:
    tab.panel.get_by_role("tab", name="Augmentation").click()
    cells = tab.panel.locator(".wb-cell")
    cells.nth(11).wait_for()
    tab.until("() => document.querySelector('.wb-cell figcaption').innerText === 'original'")
    captions = cells.locator("figcaption").all_inner_texts()
    assert any("Affine" in caption for caption in captions)
    source = cells.nth(1).locator("img").get_attribute("src")
    tab.panel.get_by_role("button", name="Roll again").click()
    tab.until(f"() => document.querySelectorAll('.wb-cell img')[1].src !== '{source}'")
    tab.screenshot("explore-augmentation")


def test_a_transform_is_added_changed_and_removed(tab: Any) -> None:
    tab.panel.get_by_role("tab", name="Augmentation").click()
    field = tab.panel.get_by_label("Transform to add", exact=True)
    field.fill("HorizontlFlip")
    field.press("Enter")
    tab.panel.get_by_text("has no transform 'HorizontlFlip'").wait_for()
    field.fill("CoarseDropout")
    field.press("Enter")
    added = tab.panel.get_by_role("checkbox", name="CoarseDropout")
    added.wait_for()
    tab.panel.get_by_role("button", name="Remove CoarseDropout").click()
    added.wait_for(state="detached")


def test_every_view_shows_pictures(tab: Any) -> None:
    for name in ("Splits", "Libraries", "Batch"):
        tab.panel.get_by_role("tab", name=name).click()
        tab.panel.locator(".wb-cell img").first.wait_for()
        tab.screenshot(f"explore-{name.lower()}")
    tab.panel.get_by_role("tab", name="Data").click()
    tab.panel.get_by_text("Labels and splits").wait_for()
    tab.panel.get_by_text("8 × 8").or_(tab.panel.get_by_text("32 × 32")).first.wait_for()
    tab.screenshot("explore-data")


def test_look_alikes_with_different_labels_and_odd_images_are_pointed_out(notebook: Any, settings: Path) -> None:
    tab = show(notebook, 2)
    tab.panel.get_by_role("tab", name="Data").click()
    tab.panel.get_by_text("1 pair of near duplicates").wait_for()
    tab.panel.get_by_text("different labels").wait_for()
    tab.panel.get_by_text("1 odd image").wait_for()
    tab.screenshot("explore-data-found")
    tab.panel.get_by_role("button", name="Look at scene_8.png: sea").click()
    tab.panel.locator(".wb-stage img").first.wait_for()
    assert "scene_8.png" in tab.panel.locator(".wb-bar").inner_text()


def test_near_duplicates_are_looked_for_shown_around_the_threshold_and_mended(
    notebook: Any, settings: Path, project: Project
) -> None:
    tab = show(notebook, 3)
    tab.panel.get_by_role("tab", name="Data").click()
    tab.panel.get_by_role("button", name="Look for them").click()
    tab.panel.get_by_text("12 images compared").wait_for(timeout=120_000)
    tab.panel.get_by_role("heading", name="Just together").wait_for()
    tab.panel.get_by_text("1 group in more than one split").wait_for()
    tab.screenshot("explore-groups")
    tab.panel.get_by_role("button", name="Bring it into one split").click()
    question = tab.panel.get_by_role("alertdialog", name="Bring groups into one split")
    question.get_by_role("button", name="Bring 1 group into one split").click()
    tab.panel.get_by_text("1 group is in one split now (1 from train)").wait_for()
    threshold = tab.panel.get_by_label("Together from a match of")
    threshold.fill("1")
    threshold.press("Tab")
    tab.panel.get_by_text("0 pairs in 0 groups").wait_for()
    tab.change_theme(dark=True)
    tab.screenshot("explore-groups-dark")
    tab.change_theme(dark=False)
    store = open_store(project)
    with store.read() as session:
        splits = {sample.name: sample.split for sample in session.scalars(select(Sample)) if "film" in sample.name}
    store.close()
    assert splits["film_0_0.png"] == splits["film_0_1.png"] == "test"


def add_films(project: Project) -> None:
    """A theme of four films of three frames each; two frames of the first are in two splits."""
    random = np.random.default_rng(5)
    store = open_store(project)
    try:
        with store.write() as session:
            theme = create_theme("films", session=session)
            for film in range(4):
                rough = random.integers(0, 256, (24, 32, 3), dtype=np.uint8)
                scene = cv2.resize(rough, (360, 280), interpolation=cv2.INTER_CUBIC)
                for number in range(3):
                    content = bytes(cv2.imencode(".png", scene[4 * number :, 6 * number :][:240, :320])[1])
                    digest = sha256_of(content)
                    session.add(
                        Sample(
                            theme_id=theme.id,
                            sha256=digest,
                            uri=store.images.put(content, sha256=digest, suffix="png"),
                            name=f"film_{film}_{number}.png",
                            width=320,
                            height=240,
                            size_bytes=len(content),
                            split=("train", "test", None)[number] if film == 0 else None,
                        )
                    )
    finally:
        store.close()


def add_scenes(project: Project) -> None:
    """A theme of eight scenes in two labels and three splits, one once more in the other label, and a blank image."""
    random = np.random.default_rng(0)
    shapes = [random.integers(0, 256, (5, 6, 3), dtype=np.uint8) for _ in range(8)]
    scenes = [cv2.resize(shape, (240, 180), interpolation=cv2.INTER_CUBIC) for shape in shapes]
    scenes += [cv2.add(scenes[0], 3), np.full((180, 240, 3), 90, np.uint8)]
    store = open_store(project)
    try:
        with store.write() as session:
            theme = create_theme("scenes", labels=["land", "sea"], session=session)
            labels = [label.id for label in labels_of(theme.id, session=session)]
            for number, scene in enumerate(scenes):
                content = bytes(cv2.imencode(".png", scene)[1])
                digest = sha256_of(content)
                uri = store.images.put(content, sha256=digest, suffix="png")
                session.add(
                    Sample(
                        theme_id=theme.id,
                        sha256=digest,
                        uri=uri,
                        name=f"scene_{number}.png",
                        width=240,
                        height=180,
                        size_bytes=len(content),
                        label_id=labels[number // 4 % 2 if number < 8 else 1],
                        split=("train", "train", "valid", "test")[number % 4],
                    )
                )
    finally:
        store.close()


def test_keys_walk_through_images_and_views_and_never_reach_the_notebook(tab: Any) -> None:
    cells = tab.cells()
    sample = tab.panel.get_by_role("listbox", name="Images").get_by_role("option").first
    sample.click()
    first = sample.get_attribute("data-sample")
    tab.panel.focus()
    tab.page.keyboard.press("j")
    tab.until(f"() => document.querySelector('.wb-chosen').dataset.sample !== '{first}'")
    tab.page.keyboard.press("k")
    tab.until(f"() => document.querySelector('.wb-chosen').dataset.sample === '{first}'")
    tab.page.keyboard.press("2")
    tab.panel.locator(".wb-cell img").first.wait_for()
    for key in ("d", "d", "a", "b", "x", "0", "0"):
        tab.page.keyboard.press(key)
    assert tab.cells() == cells
    tab.page.keyboard.press("?")
    tab.panel.get_by_role("dialog", name="Keys").wait_for()
    tab.page.keyboard.press("j")
    tab.page.keyboard.press("Escape")
    tab.panel.get_by_role("dialog", name="Keys").wait_for(state="detached")
    assert tab.panel.locator(".wb-chosen").get_attribute("data-sample") == first
    tab.panel.get_by_role("tab", name="Augmentation").press("ArrowRight")
    assert tab.panel.get_by_role("tab", selected=True).inner_text() == "Splits"


def test_a_wrong_setting_is_told_and_the_picture_stays(tab: Any) -> None:
    tab.panel.get_by_label("image size").fill("99999")
    tab.panel.get_by_label("image size").press("Enter")
    tab.panel.locator(".wb-problem").wait_for()
    assert "16384" in tab.panel.locator(".wb-problem").inner_text()
    assert tab.panel.locator(".wb-stage img").count() == 2
    tab.panel.get_by_label("image size").fill("24")
    tab.panel.get_by_label("image size").press("Enter")
    tab.panel.locator(".wb-problem").wait_for(state="detached")


def test_a_file_that_another_changed_is_not_overwritten(tab: Any, settings: Path) -> None:
    mine = settings.read_text() + "# mine\n"
    settings.write_text(mine)
    tab.panel.get_by_label("gamma", exact=True).check()
    tab.panel.get_by_role("button", name="Save augmentation settings").click()
    tab.panel.get_by_text("changed outside of this panel").wait_for()
    assert settings.read_text() == mine
    # What was not saved is asked about beside the click, and kept by Escape.
    tab.panel.get_by_role("button", name="Load file").click()
    asked = tab.panel.get_by_role("alertdialog")
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    tab.press("Escape")
    expect(asked).to_have_count(0)
    expect(tab.panel.get_by_role("checkbox", name="gamma")).to_be_checked()
    tab.panel.get_by_role("button", name="Load file").click()
    asked.get_by_role("button", name="Drop my changes and load").click()
    expect(tab.panel.get_by_role("checkbox", name="gamma")).not_to_be_checked()


def test_a_reloaded_page_shows_the_panel_again(tab: Any) -> None:
    tab.save()
    tab.reload()
    tab.panel.locator(".wb-stage img").first.wait_for()


def test_the_dark_theme(tab: Any) -> None:
    tab.change_theme(dark=True)
    try:
        tab.screenshot("explore-dark")
        tab.panel.get_by_role("tab", name="Augmentation").click()
        tab.panel.locator(".wb-cell img").nth(5).wait_for()
        tab.screenshot("explore-dark-augmentation")
        background = tab.panel.evaluate("element => getComputedStyle(element).backgroundColor")
        assert sum(int(part) for part in background.strip("rgba()").split(",")[:3]) < 200
    finally:
        tab.change_theme(dark=False)
