"""The guide for annotators names the keys that the panels' own help names."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "labeling.md").read_text()


@pytest.mark.parametrize(
    ("file", "name"), [("label/keys.js", "HELP"), ("label/review.js", "REVIEW_HELP"), ("boxes/keys.js", "HELP")]
)
def test_every_key_of_the_help_is_in_the_guide(file, name):
    source = (ROOT / "widgets" / file).read_text()
    listed = re.search(rf"^export const {name} = \[\n(.*?)^\];", source, flags=re.DOTALL | re.MULTILINE)[1]
    rows = [re.findall(r'"((?:[^"\\]|\\.)*)"', line) for line in re.findall(r"\[(.*?)\]", listed, re.DOTALL)]
    assert rows
    missing = [row for row in rows if f"| {' | '.join(row)} |" not in PAGE]
    assert missing == [], "Add these rows to the table in docs/labeling.md."
