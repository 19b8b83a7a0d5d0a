"""The notebook for boxes as a batch run executes it, and the commands around it."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from PIL import Image

from workbench.cli import main
from workbench.cli.images import EXPORTS, IMPORTS
from workbench.data import formats

ROOT = Path(__file__).resolve().parents[2]

VOC = """<annotation><filename>{0}.png</filename><size><width>60</width><height>40</height></size>
<object><name>red</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>12</ymax></bndbox></object>
<object><name>white</name><bndbox><xmin>50</xmin><ymin>20</ymin><xmax>70</xmax><ymax>30</ymax></bndbox></object>
</annotation>"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project, and beside it a data set of three images with two boxes each, of which one stands over the edge."""
    root = tmp_path / "project"
    (root / "notebooks").mkdir(parents=True)
    (root / "params.yaml").write_text("theme: cells\n")
    shutil.copy(ROOT / "notebooks" / "01_label_boxes.ipynb", root / "notebooks")
    for folder in ("Annotations", "JPEGImages"):
        (tmp_path / "voc" / folder).mkdir(parents=True)
    for number in range(3):
        Image.new("RGB", (60, 40), (90 + number, 90, 90)).save(tmp_path / "voc" / "JPEGImages" / f"{number}.png")
        (tmp_path / "voc" / "Annotations" / f"{number}.xml").write_text(VOC.format(number))
    monkeypatch.setenv("WORKBENCH_ROOT", str(root))
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    return tmp_path


def workbench(*arguments):
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code == 0, done.stderr
    return done.stdout


def shown(run):
    cells = nbformat.read(run["output"], as_version=4).cells
    return [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]


def test_it_runs_before_there_are_boxes_and_sums_up_those_there_are(project):
    empty = json.loads(workbench("run", "01_label_boxes", "--json"))
    assert empty["theme"] is None
    assert any("--task boxes" in data.get("text/html", "") for data in shown(empty))

    workbench("theme", "create", "cells", "--task", "boxes")
    said = workbench("import", "cells", project / "voc")
    assert "6 boxes, 3 of them cut at the edge of their image" in said
    assert "3 samples, 3 labeled, 0 unlabeled, 6 boxes" in workbench("theme", "show", "cells")
    assert json.loads(workbench("theme", "list", "--json"))[0] == {
        "theme": "cells",
        "task": "boxes",
        "samples": 3,
        "labeled": 3,
        "unlabeled": 0,
        "skipped": 0,
        "train": 0,
        "valid": 0,
        "test": 0,
        "boxes": 6,
    }
    split = json.loads(workbench("split", "cells", "--json"))
    assert split["assigned"] == {"train": 1, "valid": 1, "test": 1}

    run = json.loads(workbench("run", "label_boxes", "-p", "theme", "cells", "--json"))
    assert (run["boxes"], run["labels"]) == (6, {"red": 3, "white": 3})
    html = "".join(data.get("text/html", "") for data in shown(run))
    assert "3 of 3 images done" in html
    assert html.count("<img") == 3
    assert any("image/png" in data for data in shown(run))
    assert not any("application/vnd.jupyter.widget-view+json" in data for data in shown(run))


def test_a_theme_is_exported_and_imported_under_either_command_and_help_names_every_format(project):
    workbench("theme", "create", "cells", "--task", "boxes")
    workbench("import", "cells", project / "voc")
    assert "Exported 3 images" in workbench("theme", "export", "cells", project / "cells.zip", "--format", "workbench")
    assert "Added 3 images to 'back'" in workbench("theme", "import", "back", project / "cells.zip")
    assert (IMPORTS, EXPORTS) == (formats.IMPORTS, formats.EXPORTS)
