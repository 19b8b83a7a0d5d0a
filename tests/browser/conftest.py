"""A real JupyterLab in a real Chromium, for every test that needs a browser.

One JupyterLab server and one Chromium live per test session; each test gets a project folder of its own below the
server's root, and a fresh browser profile. What a test asks for:

- `project`: a new project folder (params.yaml, db/) as `workbench.paths.Project`; notebooks opened from it find it as
  their project. `digits` is the same with the theme "digits" in its store: scikit-learn's 8x8 digits, written as PNG
  files (60 of them; `draw_digits(project, count)` draws another number).
- `lab`: the server. `lab.open(project, cells)` writes a notebook of these code cells, opens it in a new tab and waits
  until its kernel is idle; `lab.open_file(project, "01_label.ipynb")` opens one that is there already. Both return a
  `NotebookTab`:

      def test_panel_opens(lab, digits):
          tab = lab.open(digits, ["from workbench import LabelPanel", "LabelPanel('digits')"])
          tab.run_all()                                # returns when every cell has run
          tab.panel.get_by_role("option").first.wait_for()
          tab.screenshot("label-grid")                 # a PNG under runs/screenshots of the checkout

  `tab.page` is Playwright's page, `tab.panel` the locator of the panel (`role=application`), `tab.kernel_pid()`,
  `tab.restart_kernel()`, `tab.cells()` and `tab.run_cell(i)` do what they say, `tab.press("Enter", "3", "u")` presses
  keys. `lab.open(..., dark=True, width=1920)` sets JupyterLab's theme and the window. `lab.second_tab(tab)` opens the
  same notebook in another tab of the same profile. `lab.open_panel(project)` opens a notebook with a LabelPanel of the
  theme "digits", runs it and waits for the first images. `lab.take_over(project, cells)` is like `lab.open`, but quick:
  it empties a notebook of the tests before.
- `labels_of(project)`: what the store holds, as {file name: label name, "skipped" or None}.

Chromium is `CHROMIUM` of the environment, `chromium` on the PATH, or the one that `playwright install chromium` got.
"""

from __future__ import annotations

import io
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.lab import CHROMIUM_ARGUMENTS, PATIENCE_MS, Lab, NotebookTab, find_chromium, make_project
from workbench.paths import Project

# A slow machine takes its time; what is there is seen at once all the same.
expect.set_options(timeout=PATIENCE_MS)

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab_server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"), chromium)
    try:
        yield lab.wait_up()
    finally:
        lab.stop()


@pytest.fixture
def lab(lab_server: Lab) -> Iterator[Lab]:
    yield lab_server
    lab_server.forget_sessions()


@pytest.fixture
def project(lab_server: Lab) -> Project:
    return make_project(lab_server.root / secrets.token_hex(4))


@contextmanager
def stopped(tab: NotebookTab) -> Iterator[None]:
    """Hold a notebook's kernel still: it is alive, and does not answer."""
    pid = tab.kernel_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def label_digits(project: Project, name: str = "digits") -> None:
    """Give every image of a theme that `draw_digits` made the label of its file name."""
    from sqlalchemy import update

    from workbench.store import open_store
    from workbench.store.labels import labels_of as labels_in_order
    from workbench.store.schema import Sample
    from workbench.store.themes import get_theme

    store = open_store(project)
    try:
        with store.write() as session:
            theme_id = get_theme(name, session=session).id
            for number, label in enumerate(labels_in_order(theme_id, session=session)):
                named = (Sample.theme_id == theme_id) & Sample.name.like(f"%-{number}.png")
                session.execute(update(Sample).where(named).values(label_id=label.id, annotator="fixture"))
    finally:
        store.close()


def draw_digits(project: Project, count: int = 60, *, name: str = "digits") -> int:
    """Make a theme of scikit-learn's handwritten digits in the project's store and return its id; none is labeled.

    The files are named `0000-3.png`: number and true digit. The labels are "zero" to "nine", so keys 1 to 9 and "nine"
    by its letters.
    """
    from workbench.data.importing.run import import_uploads
    from workbench.store import open_store
    from workbench.store.themes import create_theme

    store = open_store(project)
    try:
        with store.write() as session:
            theme_id = create_theme(name, labels=DIGITS, description="Handwritten digits", session=session).id
        import_uploads(store, name, digit_files(count), annotator="fixture")
    finally:
        store.close()
    return theme_id


def digit_files(count: int) -> list[tuple[str, bytes]]:
    """Return digits of scikit-learn as PNG files of 32 x 32 pixels: (name, content)."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    found = []
    for index in range(count):
        pixels = (digits.images[index] * 15.9).astype("uint8")
        out = io.BytesIO()
        Image.fromarray(pixels).resize((32, 32), Image.Resampling.NEAREST).save(out, "PNG")
        found.append((f"{index:04}-{digits.target[index]}.png", out.getvalue()))
    return found


def predict_digits(project: Project) -> None:
    """Store what version 1 says of sixty digits: right but for the last ten, which it calls zeros, least certain."""
    from workbench.store import open_store
    from workbench.store.labels import labels_of as labels_in_order
    from workbench.store.model_versions import add_model_version, set_stage
    from workbench.store.predictions import Predicted, write_predictions
    from workbench.store.samples import page_of_samples
    from workbench.store.themes import get_theme

    store = open_store(project)
    with store.write() as session:
        theme = get_theme("digits", session=session)
        ids = [label.id for label in labels_in_order(theme.id, session=session)]
        version = add_model_version(theme.id, 1, run_id="r" * 32, snapshot_id=None, metrics={}, session=session)
        set_stage(theme.id, 1, "production", session=session)
        samples = page_of_samples(theme.id, sort="name", session=session)
        answers = [
            Predicted(sample.id, ids[int(sample.name[5])] if n < 50 else ids[0], 0.6 + n / 200 if n < 50 else 0.3)
            for n, sample in enumerate(samples)
        ]
        write_predictions(version.id, answers, session=session)
    store.close()


@pytest.fixture
def digits(project: Project) -> Project:
    draw_digits(project)
    return project


def labels_of(project: Project, theme: str = "digits") -> dict[str, str | None]:
    """Return what the store holds of each living sample: its label's name, "skipped" or None, by file name."""
    from workbench.store import open_store
    from workbench.store.labels import labels_of as labels_in_order
    from workbench.store.paging import open_page
    from workbench.store.samples import SampleFilter, count_samples
    from workbench.store.themes import get_theme

    store = open_store(project)
    try:
        with store.read() as session:
            found = get_theme(theme, session=session)
            names = {label.id: label.name for label in labels_in_order(found.id, session=session)}
            total = count_samples(found.id, SampleFilter(), session=session)
            samples = open_page(found.id, SampleFilter(), limit=total, total=total, session=session)
            return {s.name: names.get(s.label_id or 0, "skipped" if s.skipped else None) for s in samples}
    finally:
        store.close()


@pytest.fixture(name="labels_of")
def labels_of_fixture() -> Callable[..., dict[str, str | None]]:
    return labels_of


@pytest.fixture(name="draw_digits")
def draw_digits_fixture() -> Callable[..., int]:
    return draw_digits


@pytest.fixture
def labeled_digits(project: Project) -> Project:
    """Two hundred digits, each with its label."""
    draw_digits(project, 200)
    label_digits(project)
    return project


@pytest.fixture(name="digit_files")
def digit_files_fixture() -> Callable[[int], list[tuple[str, bytes]]]:
    return digit_files
