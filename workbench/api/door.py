"""The door: a link to a panel that has the window to itself.

Voila renders the panel's notebook, inside this server and behind its login, with a kernel of its own for each visitor
and without sources. What a visitor decides is as safe as in JupyterLab: the browser keeps it until it is saved.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.ioloop import IOLoop, PeriodicCallback
from voila import __version__ as voila_version
from voila.configuration import VoilaConfiguration
from voila.paths import collect_template_paths
from voila.tornado.handler import TornadoVoilaHandler

from workbench.api.spare_kernel import SpareKernel
from workbench.errors import NotFoundError, WorkbenchError
from workbench.paths import find_project, icon
from workbench.store import Store
from workbench.store.themes import get_theme

ROOT = "workbench/label"
_PREDICTIONS = "workbench/predictions"
EXPECTED = "WORKBENCH_LABEL"
"""The environment variable by which `workbench label` says that somebody will come through the door."""
_PREDICTIONS_PANEL = "from workbench import PredictionPanel\nPredictionPanel(theme, model)"
_TEMPLATE = "lab"
_EXTENSIONS = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget"]
_LOOK_EVERY_MS = 60_000
_NEXT_AFTER_S = 10
_LEFT_FOR = 5
"""So many looks in a row have to find a visitor's kernel without a browser, before it is ended."""

# Voila's own `theme` is light or dark; which of them the person prefers, only the browser knows.
_LIGHT_OR_DARK = """<!doctype html><meta charset="utf-8"><title>Label images</title><script>
const address = new URL(location.href);
address.searchParams.set("theme", matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
address.searchParams.delete("token");
location.replace(address);
</script>"""


def routes(serverapp: Any, store: Any) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """Return Tornado's routes of the door; `store` is called for the store when it is needed."""
    configuration = VoilaConfiguration(
        parent=serverapp,
        template=_TEMPLATE,
        strip_sources=True,
        extension_allowlist=_EXTENSIONS,
        page_config_hook=without_formulas,
        prelaunch_hook=for_a_visitor,
    )
    ours = str(Path(__file__).parent / "door_template")
    options = {
        "config": serverapp.config,
        "template_paths": [ours, *collect_template_paths(["voila", "nbconvert"], _TEMPLATE)],
        "voila_configuration": configuration,
        "store": store,
    }
    base = serverapp.web_app.settings["base_url"]
    visitors = Visitors(serverapp.kernel_manager)
    visitors.watch()
    if os.environ.get(EXPECTED):
        IOLoop.current().add_callback(visitors.prepare)
    return [
        (url_path_join(base, ROOT) + "(?:/(?P<theme>.*))?", DoorHandler, {**options, "visitors": visitors}),
        (
            url_path_join(base, _PREDICTIONS) + "/(?P<theme>.+)",
            DoorHandler,
            {**options, "visitors": visitors, "predictions": True},
        ),
    ]


class DoorHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """Shows the panel of a theme; without one, that of params.yaml, else the list of themes."""

    auth_resource = "workbench"

    def initialize(self, store: Any, visitors: Visitors, predictions: bool = False, **options: Any) -> None:
        super().initialize(**options)
        self._store, self._visitors, self.predictions = store, visitors, predictions
        self.theme: str | None = None

    @property
    def kernel_manager(self) -> Any:
        """The server's kernels; what is started through it is ended when its visitor is gone."""
        return self._visitors

    @web.authenticated
    @authorized
    async def get(self, theme: str | None = None) -> None:
        if not self.get_argument("theme", ""):
            self._visitors.prepare()
            self.finish(_LIGHT_OR_DARK)
            return
        self.theme = unquote(theme) if theme else None
        try:
            path = await asyncio.to_thread(self._path)
        except WorkbenchError as error:
            self.set_status(404)
            self.finish(f"<!doctype html><meta charset=utf-8><title>Not found</title><p>{escape(str(error))}</p>")
            return
        # The page sends it back when it is closed, so that its kernel may be ended; asked for, it becomes a cookie.
        _ = self.xsrf_token
        async for html in self.get_generator(path=path):
            self.write(html)
            self.flush()

    def _path(self) -> str:
        """The notebook to show, from the folder that the server shows."""
        store = self._store()
        if self.predictions and self.theme is not None:
            from workbench.panels.predictions.panel import answered_model

            answered_model(self.theme, "production", store)
            name = "06_predict.ipynb"
        else:
            name = notebook_for(self.theme, store)
        return below(self.contents_manager.root_dir, find_project().notebooks / name)


class Visitors:
    """The server's kernels, which remembers those that it started: they are a visitor's, and go with them."""

    def __init__(self, kernels: Any) -> None:
        self._kernels = kernels
        self._spare = SpareKernel(kernels)
        self._alone: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kernels, name)

    def prepare(self) -> None:
        """Have a kernel ready for who comes next."""
        with suppress(WorkbenchError):  # a visitor is told
            folder = below(self._kernels.root_dir, find_project().notebooks)
            name = self._kernels.default_kernel_name
            self._spare.prepare(kernel_name=name, path=folder, env={"SERVER_SOFTWARE": f"voila/{voila_version}"})

    async def start_kernel(self, *, kernel_name: str, path: str, env: Mapping[str, str]) -> str:
        """Give a visitor the kernel that waits, or start one as the server's own manager does; then ready the next."""
        kernel_id = await self._spare.take(kernel_name=kernel_name, path=path)
        if kernel_id is None:
            kernel_id = await self._kernels.start_kernel(kernel_name=kernel_name, path=path, env=env)
        assert kernel_id is not None
        self._alone[kernel_id] = 0
        # Not at once: until the panel stands there, the processor is the visitor's.
        asyncio.get_running_loop().call_later(_NEXT_AFTER_S, self.prepare)
        return kernel_id

    def watch(self) -> None:
        """Look now and then whether somebody is still there; a browser that is closed says so itself."""
        PeriodicCallback(self.look, _LOOK_EVERY_MS).start()

    async def look(self) -> None:
        """End the kernels at which no browser has been for some time."""
        for kernel_id in list(self._alone):
            if kernel_id not in self._kernels:
                del self._alone[kernel_id]
                continue
            there = self._kernels.kernel_model(kernel_id)["connections"] > 0
            self._alone[kernel_id] = 0 if there else self._alone[kernel_id] + 1
            if self._alone[kernel_id] >= _LEFT_FOR:
                await self._kernels.shutdown_kernel(kernel_id)


def below(root: str, path: Path) -> str:
    """Return a path from the folder that a server shows. Raises NotFoundError when it is not below it."""
    try:
        return path.relative_to(Path(root).resolve()).as_posix()
    except ValueError:
        raise NotFoundError(
            f"{path} is not below the folder that this server shows. Start it in the project's folder: workbench label."
        ) from None


def launcher_card() -> dict[str, Any]:
    """jupyter-server-proxy: a card in JupyterLab's launcher that opens the door; nothing is served by a proxy."""
    # JupyterLab shows the pictures of cards in its own categories alone.
    card = {"title": "Label images", "category": "Notebook", "icon_path": icon("label"), "path_info": ROOT}
    return {"command": [], "launcher_entry": card}


def without_formulas(page_config: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Keep the page from asking another server for MathJax: a panel has no formulas."""
    return {**page_config, "fullMathjaxUrl": "about:blank#"}


def notebook_for(theme: str | None, store: Store) -> str:
    """Return the notebook in which a theme's labels are given. Raises NotFoundError when there is no such theme."""
    if theme is None:
        return "01_label.ipynb"
    with store.read() as session:
        return "01_label_boxes.ipynb" if get_theme(theme, session=session).task == "boxes" else "01_label.ipynb"


def for_a_visitor(handler: DoorHandler, notebook: Any, cwd: str) -> Any:
    """Prepare a notebook for the visitor of a request, before Voila starts a kernel for it."""
    prepared = of_a_visitor(notebook, handler.theme)
    if handler.predictions:
        from nbformat.v4 import new_code_cell

        # What the model has said is looked at: nobody waits until it has predicted everything once more.
        before = [cell for cell in prepared.cells if "door" not in _tags(cell)]
        prepared.cells = [*before, new_code_cell(_PREDICTIONS_PANEL)]
    return prepared


def of_a_visitor(notebook: Any, theme: str | None) -> Any:
    """Return a notebook with only the cells that a panel needs, those tagged `door`, and its theme as a parameter.

    One whose cells have no such tag keeps all its code.
    """
    from nbformat.v4 import new_code_cell

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells = [cell for cell in code if {"parameters", "door"} & _tags(cell)]
    if not any("door" in _tags(cell) for cell in cells):
        cells = code
    if theme is not None:
        at = next((index + 1 for index, cell in enumerate(cells) if "parameters" in _tags(cell)), 0)
        cells.insert(at, new_code_cell(f"theme = {json.dumps(theme)}"))
    notebook.cells = cells
    notebook.metadata["title"] = theme or "Label images"
    return notebook


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", ()))
