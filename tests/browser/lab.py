"""A JupyterLab server and its notebooks in a browser, as the tests and the measurements drive them."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import psutil
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from playwright.sync_api import Error as PlaywrightError

from workbench.jobs.ports import free_port
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
PATIENCE_MS = 60_000


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
        return self.lab.kernel_process(kernel).pid

    def restart_kernel(self) -> None:
        """Restart the kernel without asking, and wait until it is idle again."""
        self.page.evaluate(
            "async () => { await jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart(); }"
        )
        self.wait_ready()

    def change_theme(self, *, dark: bool) -> None:
        """Show JupyterLab in its dark or its light theme."""
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        change = f"jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})"
        self.page.evaluate(f"async () => {{ await {change}; }}")
        self.until(f"() => document.body.dataset.jpThemeLight === '{str(not dark).lower()}'")

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
        self._spare: list[NotebookTab] = []
        self._lent: list[NotebookTab] = []
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

    def wait_up(self, seconds: float = 180) -> Lab:
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

    def post(self, what: str) -> None:
        """Ask the server for something over REST, as another program would."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/api/{what}", method="POST", headers=headers)
        urllib.request.urlopen(request, timeout=60).close()

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
        tab.change_theme(dark=dark)
        return tab

    def open_panel(
        self,
        project: Project,
        theme: str = "digits",
        *,
        annotator: str = "mika",
        fresh: bool = False,
        dark: bool = False,
        **window: Any,
    ) -> NotebookTab:
        """Open a notebook with a label panel, run it, and wait until its images are painted.

        A `fresh` one, or one with a window of its own, is nobody's before; others are as `take_over` gives them.
        """
        cells = ["from workbench import LabelPanel", f"LabelPanel({theme!r}, annotator={annotator!r})"]
        if fresh or window:
            tab = self.open(project, cells, name=f"label-{annotator}.ipynb", dark=dark, **window)
        else:
            tab = self.take_over(project, cells, dark=dark)
        tab.run_all()
        tab.panel.locator("[data-painted]").first.wait_for()
        return tab

    def take_over(self, project: Project, cells: list[str], *, dark: bool = False) -> NotebookTab:
        """Make a notebook of the tests before like a new one of these cells in that project, which takes a second.

        Nothing of theirs is in it but a warm kernel; opening a new one takes several seconds. Each that a test asks for
        has a browser profile of its own. Who changes the page's own objects or starts servers needs a new one (`open`).
        """
        cells = [f"import os\nos.chdir({str(project.root)!r})\n{cells[0]}", *cells[1:]]
        if not self._spare:
            tab = self.open(make_project(self.root / secrets.token_hex(4)), cells, dark=dark)
        else:
            tab = self._spare.pop()
            self._empty(tab, cells)
            tab.change_theme(dark=dark)
        self._lent.append(tab)
        return tab

    def _empty(self, tab: NotebookTab, cells: list[str]) -> None:
        tab.page.evaluate(
            """async (cells) => {
                localStorage.clear();
                const { content, context } = jupyterapp.shell.currentWidget;
                const kernel = context.sessionContext.session.kernel;
                const code = 'import ipywidgets; ipywidgets.Widget.close_all(); get_ipython().reset()';
                await kernel.requestExecute({ code, silent: true }).done;
                const notebook = content.model.sharedModel;
                const fresh = cells.map(source => ({ cell_type: 'code', source, metadata: {}, outputs: [] }));
                notebook.transact(() => {
                    notebook.deleteCellRange(0, notebook.cells.length);
                    notebook.insertCells(0, fresh);
                });
                await jupyterapp.commands.execute('docmanager:save');
            }""",
            cells,
        )
        tab.page.get_by_role("application").first.wait_for(state="detached")

    def _take_back(self) -> None:
        """Keep two notebooks for the tests to come, if their pages and kernels are well."""
        for tab in self._lent:
            try:
                for page in tab.page.context.pages:
                    if page is not tab.page:
                        page.close()
                # A test that failed amid a drag has left them pressed.
                tab.page.mouse.up()
                for key in ("Shift", "Control", "Alt", "Meta"):
                    tab.page.keyboard.up(key)
                well = tab.page.evaluate(
                    """() => {
                        const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel;
                        return kernel?.connectionStatus === 'connected' && kernel?.status === 'idle';
                    }"""
                )
            except PlaywrightError:
                well = False
            if well and len(self._spare) < 2:
                self._spare.append(tab)
        self._lent = []

    def second_tab(self, tab: NotebookTab) -> NotebookTab:
        """Open the same notebook in another tab of the same browser profile."""
        return self._visit(tab.page.context.new_page(), tab.path, tab.name)

    def _visit(self, page: Page, path: str, name: str) -> NotebookTab:
        workspace = secrets.token_hex(4)
        page.goto(f"{self.url}/lab/workspaces/{workspace}/tree/{path}?token={self.token}")
        return NotebookTab(self, page, path, name).wait_ready()

    def forget_sessions(self) -> None:
        """Close every browser profile and end every kernel, but for those of the notebooks to be taken over."""
        self._take_back()
        spare = [tab.page.context for tab in self._spare]
        for context in self.contexts:
            if context not in spare:
                context.close()
        self.contexts = spare
        kept = {tab.path for tab in self._spare}
        sessions = [session for session in self.api("sessions") if session["path"] not in kept]
        for session in sessions:
            # Asked to shut down, each would take a second or more to do so.
            with contextlib.suppress(LookupError, ProcessLookupError):
                os.killpg(self.kernel_process(session["kernel"]["id"]).pid, signal.SIGKILL)
        for session in sessions:
            request = urllib.request.Request(
                f"{self.url}/api/sessions/{session['id']}",
                method="DELETE",
                headers={"Authorization": f"token {self.token}"},
            )
            with contextlib.suppress(OSError):
                urllib.request.urlopen(request, timeout=10).close()

    def kernel_process(self, kernel: str) -> psutil.Process:
        """Return the process of a kernel by the kernel's id."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any(kernel in argument for argument in process.cmdline()):
                    return process
        raise LookupError(f"No process runs kernel {kernel}")

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


class Door:
    """`workbench label` on a theme of a project, as a person starts it."""

    base_url = "/"

    def __init__(self, project: Project, theme: str) -> None:
        self.project, self.token, self.port = project, secrets.token_hex(8), free_port()
        environment = os.environ | {"JUPYTER_TOKEN": self.token, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "workbench.cli", "label", theme, "--no-browser", f"--port={self.port}"]
        self.process = subprocess.Popen(command, cwd=project.root, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    @classmethod
    def behind(cls, project: Project, base_url: str, theme: str, folder: Path) -> Door:
        """The address that `workbench label` gives where a server of the project runs already, as a hub starts it."""
        from workbench.paths import SERVER_CONFIG

        door = cls.__new__(cls)
        door.project, door.token, door.port, door.base_url = project, secrets.token_hex(8), free_port(), base_url
        environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(folder), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--config={SERVER_CONFIG}"]
        command += [f"--ServerApp.base_url={base_url}", f"--port={door.port}", f"--IdentityProvider.token={door.token}"]
        command += ["--ServerApp.jpserver_extensions={'workbench.api': True, 'voila.server_extension': True}"]
        door.process = subprocess.Popen(
            command, cwd=project.root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )
        door.wait_up()
        label = [sys.executable, "-m", "workbench.cli", "label", theme, "--no-browser"]
        found = subprocess.run(label, cwd=project.root, env=environment, capture_output=True, text=True, check=True)
        door.address = found.stdout.strip()
        return door

    def api(self, what: str) -> list | dict:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{self.base_url}api/{what}", headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def wait_up(self) -> Door:
        deadline = time.monotonic() + 180
        while True:
            try:
                self.api("status")
                return self
            except OSError:
                assert self.process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)

    def kernel_processes(self) -> list[psutil.Process]:
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # ended, and its parent has not asked yet
                if "ipykernel_launcher" in " ".join(child.cmdline()):
                    found.append(child)
        return found

    def stop(self) -> None:
        children = psutil.Process(self.process.pid).children(recursive=True)
        for child in [psutil.Process(self.process.pid), *children]:
            child.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


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
