"""What an annotator is told of a theme: its description as Markdown, and pictures of each label."""

from __future__ import annotations

from typing import TypedDict

from workbench.panels.base.messages import Answer
from workbench.panels.base.state import SheetJson
from workbench.panels.label.state import LabelPanelState
from workbench.store.labels import labels_of
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter
from workbench.store.schema import Theme

_EXAMPLES = 3


class InstructionsParams(TypedDict):
    """The instructions of a theme, with thumbnails whose longer side is so many pixels."""

    theme: int
    side: int


class ExamplesJson(TypedDict):
    """Samples that have a label."""

    label: int
    samples: list[int]


class InstructionsJson(TypedDict):
    """The description as HTML, and examples of each label that has any; their thumbnails travel beside."""

    html: str
    examples: list[ExamplesJson]
    sheet: SheetJson | None


def instructions(state: LabelPanelState, params: InstructionsParams) -> Answer[InstructionsJson]:
    """Return a theme's instructions; the examples of a label are the first three images that have it."""
    files: list[tuple[int, str]] = []
    examples: list[ExamplesJson] = []
    with state.store.read() as session:
        text = session.get_one(Theme, params["theme"]).description
        for label in labels_of(params["theme"], session=session):
            where = SampleFilter(label_id=label.id)
            found = open_page(params["theme"], where, limit=_EXAMPLES, total=_EXAMPLES, session=session)
            if found:
                examples.append({"label": label.id, "samples": [sample.id for sample in found]})
                files += [(sample.id, sample.uri) for sample in found]
    sheet, content = state.sheet(files, params["side"])
    return Answer({"html": as_html(text), "examples": examples, "sheet": sheet}, content)


def as_html(text: str) -> str:
    """Return Markdown as HTML; tags in it are shown as they are written, and no image is fetched from elsewhere."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render(text)
