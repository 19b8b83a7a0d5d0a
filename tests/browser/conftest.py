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
  theme "digits", runs it and waits for the first images.
- `labels_of(project)`: what the store holds, as {file name: label name, "skipped" or None}.

Chromium is `CHROMIUM` of the environment, `chromium` on the PATH, or the one that `playwright install chromium` got.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from workbench.paths import Project

CHECKOUT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


class NotebookTab:
    """A notebook that is open in a browser tab, with its kernel."""

    def __init__(self, lab: Lab, page: Page, path: str, name: str) -> None:
        self.lab, self.page, self.path, self.name = lab, page, path, name

    @property
    def panel(self) -> Locator:
        """The panel that is shown last in the notebook."""
        return self.page.get_by_role("application").last

    def wait_ready(self) -> NotebookTab:
        """Wait until JupyterLab is restored, the notebook is loaded and its kernel is idle."""
        self.until("() => window.jupyterapp !== undefined")
        self.page.evaluate("async () => { await jupyterapp.started; await jupyterapp.restored; }")
        self.until("() => jupyterapp.shell.currentWidget?.context?.isReady === true")
        self.until(
            """() => {
                const session = jupyterapp.shell.currentWidget.context.sessionContext;
                const kernel = session.session?.kernel;
                return kernel?.connectionStatus === 'connected' && kernel?.status === 'idle';
            }"""
        )
        return self

    def until(self, expression: str, seconds: float = PATIENCE_MS / 1000) -> None:
        """Wait until a JavaScript function returns true."""
        self.page.wait_for_function(expression, timeout=seconds * 1000, polling=50)

    def run_all(self, *, wait: bool = True) -> NotebookTab:
        """Run every cell and return when the last one is done; without `wait`, return while they run."""
        run = "jupyterapp.commands.execute('notebook:run-all-cells')"
        self.page.evaluate(f"async () => {{ await {run}; }}" if wait else f"() => {{ void {run}; }}")
        return self

    def run_cell(self, index: int, *, wait: bool = True) -> None:
        """Run one cell by its index; without `wait`, return while it runs."""
        run = f"""() => {{
            jupyterapp.shell.currentWidget.content.activeCellIndex = {index};
            return jupyterapp.commands.execute('notebook:run-cell');
        }}"""
        self.page.evaluate(run if wait else run.replace("return ", "void "))

    def cells(self) -> list[str]:
        """Return the sources of the notebook's cells as the browser holds them."""
        return self.page.evaluate(
            "() => [...jupyterapp.shell.currentWidget.content.model.cells].map(cell => cell.sharedModel.getSource())"
        )

    def outputs(self, index: int) -> list[dict]:
        """Return the outputs of one cell as the browser holds them."""
        return self.page.evaluate(
            f"() => jupyterapp.shell.currentWidget.content.model.cells.get({index}).outputs.toJSON()"
        )

    def save(self) -> None:
        self.page.evaluate("async () => { await jupyterapp.commands.execute('docmanager:save'); }")

    def reload(self) -> NotebookTab:
        self.page.reload()
        return self.wait_ready()

    def kernel_pid(self) -> int:
        """Return the process id of the notebook's kernel."""
        kernel = next(s["kernel"]["id"] for s in self.lab.api("sessions") if s["path"] == self.path)
        for process in psutil.Process(self.lab.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any(kernel in argument for argument in process.cmdline()):
                    return process.pid
        raise LookupError(f"No process runs kernel {kernel}")

    def restart_kernel(self) -> None:
        """Restart the kernel without asking, and wait until it is idle again."""
        self.page.evaluate(
            "async () => { await jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart(); }"
        )
        self.wait_ready()

    def screenshot(self, name: str, *, only_panel: bool = False) -> Path:
        """Keep a picture of the page, or of the panel, under runs/screenshots."""
        folder = CHECKOUT / "runs" / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{name}.png"
        (self.panel if only_panel else self.page).screenshot(path=target)
        return target

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def close(self) -> None:
        self.page.close()


class Lab:
    """A JupyterLab server on loopback, and the browser that visits it."""

    def __init__(self, folder: Path, browser: Browser, config: Path | None = None) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        self.browser, self.token = browser, secrets.token_hex(8)
        self.contexts: list[BrowserContext] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "jupyterlab.log"
        self.process = self._start(folder, config)

    def _start(self, folder: Path, config: Path | None) -> subprocess.Popen[bytes]:
        configuration = folder / "config"
        (configuration / "labconfig").mkdir(parents=True)
        news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (configuration / "labconfig" / "page_config.json").write_text(json.dumps(news))
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(configuration),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT), os.environ.get("PYTHONPATH", "")]),
            "OMP_NUM_THREADS": "1",
        }
        environment.pop("WORKBENCH_ROOT", None)
        environment.pop("WORKBENCH_DATABASE_URL", None)
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
        command += [f"--port={self.port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}"]
        command += [
            f"--ServerApp.root_dir={self.root}",
            "--expose-app-in-browser",
            "--LabApp.extension_manager=readonly",
        ]
        command += [f"--config={config}"] if config else []
        with self.log.open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.root)

    def wait_up(self, seconds: float = 60) -> Lab:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.api("status")
                return self
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
        raise RuntimeError(f"JupyterLab did not come up:\n{self.log.read_text()[-4000:]}")

    def api(self, what: str) -> list | dict:
        request = urllib.request.Request(f"{self.url}/api/{what}", headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def open(
        self,
        project: Project,
        cells: list[str],
        *,
        name: str = "notebook.ipynb",
        dark: bool = False,
        width: int = 1280,
        height: int = 900,
    ) -> NotebookTab:
        """Write a notebook of these code cells into the project and open it in a fresh browser profile."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, project.root / name)
        return self.open_file(project, name, dark=dark, width=width, height=height)

    def open_file(
        self, project: Project, name: str, *, dark: bool = False, width: int = 1280, height: int = 900
    ) -> NotebookTab:
        """Open a notebook of the project in a fresh browser profile."""
        context = self.browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        tab = self._visit(context.new_page(), str((project.root / name).relative_to(self.root)), name)
        tab.page.evaluate("async () => { await jupyterapp.commands.execute('application:toggle-left-area'); }")
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        change = f"jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})"
        tab.page.evaluate(f"async () => {{ await {change}; }}")
        tab.until(f"() => document.body.dataset.jpThemeLight === '{str(not dark).lower()}'")
        return tab

    def open_panel(
        self, project: Project, theme: str = "digits", *, annotator: str = "mika", **window: Any
    ) -> NotebookTab:
        """Open a notebook with a label panel, run it, and wait until its images are painted."""
        cells = ["from workbench import LabelPanel", f"LabelPanel({theme!r}, annotator={annotator!r})"]
        tab = self.open(project, cells, name=f"label-{annotator}.ipynb", **window).run_all()
        tab.panel.locator("[data-painted]").first.wait_for()
        return tab

    def second_tab(self, tab: NotebookTab) -> NotebookTab:
        """Open the same notebook in another tab of the same browser profile."""
        return self._visit(tab.page.context.new_page(), tab.path, tab.name)

    def _visit(self, page: Page, path: str, name: str) -> NotebookTab:
        workspace = secrets.token_hex(4)
        page.goto(f"{self.url}/lab/workspaces/{workspace}/tree/{path}?token={self.token}")
        return NotebookTab(self, page, path, name).wait_ready()

    def forget_sessions(self) -> None:
        """Close every browser profile and shut down every kernel."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()
        for session in self.api("sessions"):
            request = urllib.request.Request(
                f"{self.url}/api/sessions/{session['id']}",
                method="DELETE",
                headers={"Authorization": f"token {self.token}"},
            )
            with contextlib.suppress(OSError):
                urllib.request.urlopen(request, timeout=10).close()

    def stop(self) -> None:
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for child in children:
            with contextlib.suppress(psutil.Error):
                child.kill()


def find_chromium() -> str | None:
    """Return the Chromium to run, or None for the one that Playwright installed."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def make_project(root: Path) -> Project:
    """Make an empty project in a new folder."""
    root.mkdir(parents=True)
    (root / "params.yaml").write_text("theme: digits\n")
    project = Project(root)
    project.db.mkdir()
    return project


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
    from workbench.data.importing import import_uploads
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
