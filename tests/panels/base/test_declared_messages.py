"""What the kernel half declares of its messages and what the browser half declares of them have the same fields."""

import re
from typing import get_type_hints

import pytest

from workbench.panels.admin import messages as admin
from workbench.panels.admin.panel import AdminPanel
from workbench.panels.base import instructions
from workbench.panels.base.labels import LabelJson
from workbench.panels.base.state import SheetJson
from workbench.panels.boxes import messages as boxes
from workbench.panels.boxes.panel import BoxPanel
from workbench.panels.explore import messages as explore
from workbench.panels.explore.panel import ExplorePanel
from workbench.panels.label import annotators, forks, states, themes
from workbench.panels.label import messages as label
from workbench.panels.label.panel import LabelPanel
from workbench.panels.launch import messages as launch
from workbench.panels.launch.panel import LaunchPanel
from workbench.panels.models import messages as models
from workbench.panels.models.panel import ModelsPanel
from workbench.panels.training import messages as training
from workbench.panels.training.panel import TrainingPanel
from workbench.panels.tuning.panel import TuningPanel
from workbench.paths import asset

DECLARED = [
    ("admin", "ThemeRow", admin.ThemeRowJson),
    ("admin", "ModelRow", admin.ModelRowJson),
    ("admin", "EventRow", admin.EventRowJson),
    ("admin", "Page", admin.SamplesJson),
    ("admin", "About", admin.AboutJson),
    ("boxes", "DrawnBox", boxes.BoxJson),
    ("boxes", "Drawing", boxes.DrawingParams),
    ("boxes", "DrawingAnswer", boxes.DrawingJson),
    ("boxes", "SeenImage", boxes.SeenImageJson),
    ("boxes", "Overview", boxes.OverviewJson),
    ("explore", "PictureInfo", explore.PictureJson),
    ("explore", "Row", explore.SampleJson),
    ("explore", "Theme", explore.ThemeJson),
    ("explore", "Settings", explore.SettingsJson),
    ("explore", "Preview", explore.PreviewJson),
    ("explore", "Batch", explore.BatchJson),
    ("explore", "Subject", explore.SubjectJson),
    ("explore", "Pair", explore.PairJson),
    ("explore", "Geometry", explore.GeometryJson),
    ("label", "Sample", label.SampleJson),
    ("label", "Decision", label.DecisionJson),
    ("label", "Where", label.WhereJson),
    ("label", "Entry", label.EntryJson),
    ("label", "Outcome", label.OutcomeJson),
    ("label", "Change", label.ChangeJson),
    ("label", "Changes", label.ChangesJson),
    ("label", "ThemeCounts", label.CountsJson),
    ("label", "Theme", label.ThemeJson),
    ("label", "ThemeCard", themes.ThemeCardJson),
    ("label", "Opened", label.OpenedJson),
    ("label", "Member", annotators.MemberJson),
    ("label", "Team", annotators.TeamJson),
    ("label", "Tag", states.TagJson),
    ("label", "ForkedTheme", forks.ForkedThemeJson),
    ("label", "Forks", forks.ForksJson),
    ("label", "StatePage", states.StatePageJson),
    ("label", "StateDiff", states.StateDiffJson),
    ("launch", "Launch", launch.LaunchJson),
    ("launch", "Found", launch.StateJson),
    ("models", "Version", models.VersionJson),
    ("models", "StageEvent", models.StageEventJson),
    ("models", "Run", models.RunJson),
    ("models", "SampleRow", models.SampleJson),
    ("shared", "Instructions", instructions.InstructionsJson),
    ("shared", "Label", LabelJson),
    ("shared", "Sheet", SheetJson),
    ("training", "TestImage", training.TestImageJson),
]


def declaration(panel, name):
    """What stands in the braces of a JSDoc type, or its `@property` lines."""
    text = asset("widgets", panel, "messages.js").read_text(encoding="utf-8")
    written = re.search(rf"@typedef \{{object\}} {name}\b(.*?)(?=@typedef|\*/)", text, re.S)
    if written:
        return written[1]
    end = re.search(rf"\}}\}} {name}\b", text)
    assert end, f"{panel}/messages.js declares no {name}"
    begin = text.rindex("@typedef {{", 0, end.start())
    return text[begin + len("@typedef {{") : end.start()]


def fields_in_browser(panel, name):
    """The fields of a JSDoc type, by their names."""
    declared = declaration(panel, name)
    if "@property" in declared:
        return set(re.findall(r"@property \{.*\} \[?(\w+)\]?", declared))
    return {quoted or plain for quoted, plain in re.findall(r'(?:"([^"]+)"|(\w+))\??:', without_nested(declared))}


def without_nested(text):
    """Leave out what stands in inner brackets."""
    while (shorter := re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>", "", text)) != text:
        text = shorter
    return text


@pytest.mark.parametrize(("panel", "name", "declared"), DECLARED)
def test_both_halves_of_a_panel_declare_the_same_fields(panel, name, declared):
    assert fields_in_browser(panel, name) == set(get_type_hints(declared))


@pytest.mark.parametrize(
    ("panel", "calls", "open_panel"),
    [
        ("admin", "AdminCalls", lambda store: AdminPanel(store=store)),
        ("boxes", "BoxCalls", lambda store: BoxPanel(store=store)),
        ("explore", "ExploreCalls", lambda store: ExplorePanel("pets", store=store)),
        ("label", "LabelCalls", lambda store: LabelPanel("pets", store=store)),
        ("launch", "LaunchCalls", lambda store: LaunchPanel("pets", store=store)),
        ("models", "ModelsCalls", lambda store: ModelsPanel("pets", store=store)),
        ("training", "TrainingCalls", lambda store: TrainingPanel("pets", store=store)),
        ("tuning", "TuningCalls", lambda store: TuningPanel("pets", project=store.project)),
    ],
)
def test_the_browser_half_declares_the_calls_that_the_kernel_half_answers(
    sqlite_store, make_theme, panel, calls, open_panel
):
    make_theme(sqlite_store, "pets")
    # What waits in the label panel's journal goes ahead of its calls, as one of its own.
    answered = set(open_panel(sqlite_store)._methods) - ({"commit"} if panel == "label" else set())
    assert fields_in_browser(panel, calls) == answered
