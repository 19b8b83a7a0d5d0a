"""What the kernel half declares of its messages and what the browser half declares of them have the same fields."""

import re
from typing import get_type_hints

import pytest

from workbench.panels.base.state import SheetJson
from workbench.panels.boxes import messages as boxes
from workbench.panels.explore import messages as explore
from workbench.panels.label import annotators, themes
from workbench.panels.label import messages as label
from workbench.panels.launch import messages as launch
from workbench.panels.models import messages as models
from workbench.panels.training import messages as training
from workbench.paths import asset

DECLARED = [
    ("label/messages.js", "Label", label.LabelJson),
    ("label/messages.js", "Item", label.SampleJson),
    ("label/messages.js", "Decision", label.DecisionJson),
    ("label/messages.js", "Where", label.WhereJson),
    ("label/messages.js", "Entry", label.EntryJson),
    ("label/messages.js", "Outcome", label.OutcomeJson),
    ("label/messages.js", "Change", label.ChangeJson),
    ("label/messages.js", "ThemeCard", themes.ThemeCardJson),
    ("label/messages.js", "Sheet", SheetJson),
    ("label/queue.js", "Member", annotators.MemberJson),
    ("label/queue.js", "Team", annotators.TeamJson),
    ("boxes/state.js", "Drawing", boxes.DrawingParams),
    ("boxes/state.js", "DrawingAnswer", boxes.DrawingJson),
    ("boxes/surface.js", "DrawnBox", boxes.BoxJson),
    ("explore/state.js", "Row", explore.SampleJson),
    ("launch/state.js", "Launch", launch.LaunchJson),
    ("launch/state.js", "Found", launch.StateJson),
    ("models/state.js", "Version", models.VersionJson),
    ("models/state.js", "Event", models.StageEventJson),
    ("models/state.js", "Run", models.RunJson),
    ("training/state.js", "Image", training.TestImageJson),
]


def fields_in_browser(file, name):
    """The fields of a JSDoc type: those of `@property` lines, or of the braces before its name."""
    text = asset("widgets", *file.split("/")).read_text(encoding="utf-8")
    written = re.search(rf"@typedef \{{object\}} {name}\b(.*?)(?=@typedef|\*/)", text, re.S)
    if written:
        return set(re.findall(r"@property \{.*\} \[?(\w+)\]?", written[1]))
    inline = re.search(rf"@typedef \{{\{{(.*)\}}\}} {name}\b", text)
    assert inline, f"{file} declares no {name}"
    return set(re.findall(r"(\w+)\??:", without_nested(inline[1])))


def without_nested(text):
    """Leave out what stands in inner brackets."""
    while (shorter := re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>", "", text)) != text:
        text = shorter
    return text


@pytest.mark.parametrize(("file", "name", "declared"), DECLARED)
def test_both_halves_of_a_panel_declare_the_same_fields(file, name, declared):
    assert fields_in_browser(file, name) == set(get_type_hints(declared))
