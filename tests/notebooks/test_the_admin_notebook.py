"""The admin notebook as a batch run executes it."""

import json
import shutil
from pathlib import Path

import nbformat
from click.testing import CliRunner

from workbench.cli import main

ROOT = Path(__file__).resolve().parents[2]


def test_it_records_the_themes_and_shows_them(tmp_path, monkeypatch, cold_programs):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params.yaml").write_text("theme: pets\n")
    shutil.copy(ROOT / "notebooks" / "07_admin.ipynb", tmp_path / "notebooks")
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["theme", "create", "pets", "--label", "cat"]).exit_code == 0
    done = CliRunner().invoke(main, ["run", "admin", "--json"])
    assert done.exit_code == 0, done.stderr
    run = json.loads(done.stdout)
    assert run["themes"] == [{"name": "pets", "samples": 0, "labeled": 0, "models": 0}]
    cells = nbformat.read(run["output"], as_version=4).cells
    html = "".join(output.get("data", {}).get("text/html", "") for cell in cells for output in cell.get("outputs", []))
    assert ">pets</td>" in html
