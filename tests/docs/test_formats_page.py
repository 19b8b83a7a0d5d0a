"""The examples of the page about formats are read as the page says."""

import re
from pathlib import Path

import pytest
from PIL import Image

from workbench.data.importing.run import import_images
from workbench.store.box_rows import boxes_of
from workbench.store.labels import labels_of
from workbench.store.samples import page_of_samples
from workbench.store.themes import create_theme

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text()
SECTIONS = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##)", PAGE, flags=re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("format", SECTIONS)
def test_an_example_is_one_image_with_its_box_and_split(sqlite_store, tmp_path, format):
    files = re.findall(r"^`([^`\n]+)`\n\n```\w+\n(.*?)```", SECTIONS[format], flags=re.DOTALL | re.MULTILINE)
    assert files
    for name, content in [*files, ("images/a.png", None)]:
        (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            Image.new("RGB", (40, 30)).save(tmp_path / "set" / name)
        else:
            (tmp_path / "set" / name).write_text(content)
    with sqlite_store.write() as session:
        theme = create_theme("cells", task="boxes", session=session).id
    report = import_images(sqlite_store, "cells", tmp_path / "set", annotator="mika", progress=False)
    assert (report.format, report.added, report.rejected) == (format, 1, [])
    with sqlite_store.read() as session:
        (sample,) = page_of_samples(theme, session=session)
        (box,) = boxes_of(sample.id, session=session)
        assert [label.name for label in labels_of(theme, session=session)] == ["red"]
        assert (sample.split, [box.x, box.y, box.width, box.height]) == ("train", pytest.approx([4, 3, 10, 20]))


def test_the_page_names_every_format():
    from workbench.cli.images import EXPORTS, IMPORTS

    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) \|$", PAGE, flags=re.MULTILINE))
    assert set(rows) == set(IMPORTS)
    assert {name for name, row in rows.items() if row.split(" | ")[1] == "yes"} == set(EXPORTS)
