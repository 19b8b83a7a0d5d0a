"""What the server does for a link to a panel: which notebook, which of its cells, and which kernels it ends."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from workbench.api.door import Visitors, launcher_card, notebook_for, of_a_visitor
from workbench.errors import NotFoundError
from workbench.jupyter_server_config import without_news
from workbench.paths import asset
from workbench.registry.mlflow_ui import mlflow_proxy
from workbench.store.themes import create_theme
from workbench.tuning.dashboard import dashboard_proxy


@pytest.mark.parametrize("name", ["01_label", "01_label_boxes", "06_predict"])
def test_a_visitor_gets_the_cells_of_the_panel_and_the_theme_of_the_link(name):
    notebook = nbformat.read(asset("notebooks", f"{name}.ipynb"), as_version=4)
    sources = [cell.source for cell in of_a_visitor(notebook, 'my "cells"').cells]
    assert sources[1] == 'theme = "my \\"cells\\""'
    assert "Panel" in sources[-1]
    assert not any("record_result(" in source for source in sources)
    assert notebook.metadata["title"] == 'my "cells"'


def test_a_notebook_without_tags_keeps_its_code():
    cells = [nbformat.v4.new_markdown_cell("# Mine"), nbformat.v4.new_code_cell("LabelPanel('cells')")]
    notebook = of_a_visitor(nbformat.v4.new_notebook(cells=cells), None)
    assert [cell.source for cell in notebook.cells] == ["LabelPanel('cells')"]


def test_the_notebook_follows_what_is_labeled(sqlite_store, make_theme):
    make_theme(sqlite_store, "cells")
    with sqlite_store.write() as session:
        create_theme("tissue", labels=["edge"], task="boxes", session=session)
    assert notebook_for(None, sqlite_store) == notebook_for("cells", sqlite_store) == "01_label.ipynb"
    assert notebook_for("tissue", sqlite_store) == "01_label_boxes.ipynb"
    with pytest.raises(NotFoundError, match="Known: cells, tissue"):
        notebook_for("sky", sqlite_store)


class Kernels(dict):
    """Kernels by their ids, each with the number of browsers at it."""

    async def start_kernel(self, **_):
        self[str(len(self))] = 0
        return str(len(self) - 1)

    def kernel_model(self, kernel_id):
        return {"connections": self[kernel_id]}

    async def shutdown_kernel(self, kernel_id):
        del self[kernel_id]


def test_the_kernel_of_a_visitor_who_left_without_a_word_is_ended_and_no_other():
    async def looked():
        kernels = Kernels(mine=0)
        visitors = Visitors(kernels)
        start = {"kernel_name": "python3", "path": "", "env": {}}
        left, stays = await visitors.start_kernel(**start), await visitors.start_kernel(**start)
        kernels[stays] = 1
        for _ in range(4):
            await visitors.look()
        assert left in kernels, "a laptop that sleeps for a moment comes back"
        for _ in range(6):
            await visitors.look()
        return kernels, stays

    # In a thread of its own: browser tests of the same session keep an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        kernels, stays = thread.submit(lambda: asyncio.run(looked())).result()
    assert set(kernels) == {"mine", stays}


@pytest.mark.parametrize("card", [launcher_card, mlflow_proxy, dashboard_proxy])
def test_a_card_of_the_launcher_has_a_picture(card):
    entry = card()["launcher_entry"]
    assert Path(entry["icon_path"]).read_text(encoding="utf-8").startswith("<svg")


def test_the_server_of_the_project_does_not_ask_whether_it_may_fetch_news():
    page = without_news(None, {"disabledExtensions": ["other"]})
    assert page["disabledExtensions"] == ["other", "@jupyterlab/apputils-extension:announcements"]
