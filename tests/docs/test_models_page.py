"""What docs/models.md tells a reader to type works, line by line, in the order of the page."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from workbench import predict, register
from workbench.cli import main
from workbench.data.batches.tta import VIEWS
from workbench.inference.filter_text import KEYS
from workbench.inference.sources import THEME_SOURCES
from workbench.registry.tracking import connect

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "models.md").read_text()
BLOCKS = re.findall(r"(?:^    .*\n|^\n(?=    ))+", PAGE, flags=re.MULTILINE)


@pytest.fixture
def reader(shades, png, monkeypatch, notebooks_in_process):
    """The project of a reader whose theme has two versions and who is about to register a third."""
    shutil.copytree(ROOT / "notebooks", shades.project.notebooks)
    register("shades", shades.log_run(accuracy=0.5), "none")
    predict("shades", model=2, source="all")
    register("shades", shades.log_run(accuracy=0.6), "none")
    shades.log_run(accuracy=0.9)
    (shades.project.root / "image.png").write_bytes(png(25, 1))
    monkeypatch.chdir(shades.project.root)
    connect(shades.project)
    return shades


def test_everything_that_the_page_says_to_type_works(reader):
    ran = 0
    for block in BLOCKS:
        text = re.sub(r"^    ", "", block, flags=re.MULTILINE).replace("digits", "shades").replace("two", "gray")
        if text.strip().startswith(("from", "import")):
            exec(compile(text, "docs/models.md", "exec"), {})
            continue
        for line in text.strip().splitlines():
            words = shlex.split(line)
            if words[0] == "workbench":
                done = CliRunner().invoke(main, words[1:])
                assert done.exit_code == 0, f"{line}\n{done.output}"
                ran += 1
    assert ran == PAGE.count("\n    workbench ")
    assert (reader.project.root / "model.onnx").is_file()


def test_the_page_names_every_source_view_and_key():
    for word in (*THEME_SOURCES, *VIEWS, *KEYS):
        assert f"`{word}`" in PAGE, word
