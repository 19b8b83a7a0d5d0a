"""The page about Python: every block of it runs, in its order."""

import re
import shutil
from pathlib import Path

import workbench as wb
from tests.theme.conftest import draw_photos, trained, trained_template  # noqa: F401  (fixtures)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"
HEAD = "## Out of training"


def blocks_of(text):
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def run(blocks, names):
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    return names


def test_every_block_of_the_page_runs(sqlite_store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_photos(tmp_path / "photos")
    blocks = blocks_of(PAGE.read_text(encoding="utf-8").partition(HEAD)[0])
    names = run(blocks, {})
    assert len(blocks) >= 6
    assert len(names["y"]) == 2


def test_what_comes_out_of_a_training_is_there(trained):  # noqa: F811
    for name in ("a.png", "b.png"):
        shutil.copy("photos/red/red_0.png", name)
    wb.register("cells", trained.train().run_id)
    blocks = blocks_of(PAGE.read_text(encoding="utf-8").partition(HEAD)[2])
    names = run(blocks, {"wb": wb, "theme": trained})
    assert len(blocks) == 2
    assert names["model"].checkpoint.is_file()
    assert len(names["result"].curves) == 1
