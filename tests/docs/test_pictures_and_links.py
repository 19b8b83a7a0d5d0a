"""The pictures of the architecture page show today's code, and no page points at something that is not there."""

import re
import tomllib
from pathlib import Path

import pytest

from workbench.store.schema import Base

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md"))]


def words_of(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", (ROOT / "docs" / "images" / picture).read_text())


def test_the_schema_picture_shows_every_table_and_column():
    shown = words_of("schema.svg")
    tables = Base.metadata.tables.values()
    expected = [table.name for table in tables] + [column.name for table in tables for column in table.columns]
    assert sorted(set(expected) - set(shown)) == [], "draw it again: python docs/pictures.py"
    assert [shown.count(name) >= expected.count(name) for name in expected] == [True] * len(expected)


def test_the_rooms_picture_shows_every_layer():
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    layers = [f"workbench.{name.strip()}" for layer in rules["layers"] for name in layer.split("|")]
    assert set(layers) <= set(words_of("rooms.svg"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    missing = [each for each in targets if "://" not in each and not (page.parent / each).exists()]
    assert missing == []


def test_the_index_leads_to_every_guide():
    listed = (ROOT / "docs" / "index.md").read_text().split()
    guides = {page.stem for page in (ROOT / "docs").glob("*.md")} - {"index"}
    assert guides <= set(listed)
