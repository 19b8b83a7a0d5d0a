"""Themes and their labels: creating, editing, deleting."""

from __future__ import annotations

from dataclasses import asdict
from typing import NotRequired, TypedDict

from workbench.data.thumbnails import SIDES
from workbench.panels.base.instructions import as_text
from workbench.panels.base.labels import LabelJson, labels_json
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState, SheetJson
from workbench.panels.label.messages import ThemeParams
from workbench.panels.label.rows import moment_json
from workbench.store import Session
from workbench.store import labels as label_store
from workbench.store import themes as theme_store
from workbench.store.counts import box_counts, theme_counts
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter
from workbench.store.schema import Theme


class ThemeCountsJson(TypedDict):
    """How far a theme is, in samples; `splits` has those of train, valid, test and unassigned."""

    samples: int
    labeled: int
    skipped: int
    splits: dict[str, int]


class ThemeCardJson(TypedDict):
    """A theme in the list of themes. `about` is its description without the marks of Markdown.

    `boxes` are the fields of `BoxCounts` for a theme of boxes.
    """

    id: int
    name: str
    description: str
    about: str
    born: str | None
    labels: list[LabelJson]
    task: str
    counts: ThemeCountsJson
    boxes: dict[str, int] | None


class CoversJson(TypedDict):
    """The pictures of themes: a theme and a sample of it each, and the samples' thumbnails."""

    covers: list[tuple[int, int]]
    sheet: SheetJson | None


class NewLabelJson(TypedDict):
    """A label of a theme that is to be created; the color may be empty."""

    name: str
    color: NotRequired[str | None]


class CreateThemeParams(TypedDict):
    """A theme to create."""

    name: str
    description: NotRequired[str]
    labels: NotRequired[list[NewLabelJson]]
    task: NotRequired[str]


class EditThemeParams(TypedDict):
    """What to change of a theme."""

    theme: int
    name: NotRequired[str]
    description: NotRequired[str]


class DeleteThemeParams(TypedDict):
    """A theme to delete."""

    theme: int
    annotator: str


def list_themes(state: PanelState, _params: object) -> Answer[list[ThemeCardJson]]:
    """Return every theme with its counts."""
    with state.store.read() as session:
        return Answer([_card(theme, session) for theme in theme_store.list_themes(session=session)])


def covers(state: PanelState, _params: object) -> Answer[CoversJson]:
    """Return the first image of every theme that has one."""
    with state.store.read() as session:
        firsts = [
            (theme.id, sample.id, sample.uri)
            for theme in theme_store.list_themes(session=session)
            for sample in open_page(theme.id, SampleFilter(), limit=1, total=1, session=session)
        ]
    sheet, content = state.sheet([(sample, uri) for _, sample, uri in firsts], SIDES[0])
    return Answer({"covers": [(theme, sample) for theme, sample, _ in firsts], "sheet": sheet}, content)


def create_theme(state: PanelState, params: CreateThemeParams) -> Answer[ThemeCardJson]:
    """Create a theme; `labels` is a list of `{name, color}`, color may be empty."""
    with state.store.write() as session:
        description, task = params.get("description", ""), params.get("task", "classification")
        theme = theme_store.create_theme(params["name"], description=description, task=task, session=session)
        for label in params.get("labels", []):
            label_store.add_label(theme.id, label["name"], color=label.get("color") or None, session=session)
        return Answer(_card(theme, session))


def edit_theme(state: PanelState, params: EditThemeParams) -> Answer[ThemeCardJson]:
    """Rename or describe a theme and return its card."""
    with state.store.write() as session:
        theme = theme_store.edit_theme(
            params["theme"], name=params.get("name"), description=params.get("description"), session=session
        )
        session.flush()
        return Answer(_card(theme, session))


def delete_theme(state: PanelState, params: DeleteThemeParams) -> Answer[None]:
    """Delete a theme; it can be restored."""
    with state.store.write() as session:
        theme_store.delete_theme(params["theme"], annotator=params["annotator"], session=session)
    return Answer(None)


def restore_theme(state: PanelState, params: ThemeParams) -> Answer[ThemeCardJson]:
    """Bring a deleted theme back and return its card."""
    with state.store.write() as session:
        return Answer(_card(theme_store.restore_theme(params["theme"], session=session), session))


def _card(theme: Theme, session: Session) -> ThemeCardJson:
    counts = theme_counts(theme.id, session=session)
    return {
        "id": theme.id,
        "name": theme.name,
        "description": theme.description,
        "about": as_text(theme.description),
        "born": moment_json(theme.created_at),
        "labels": labels_json(theme.id, session),
        "task": theme.task,
        "counts": {
            "samples": counts.samples,
            "labeled": counts.labeled,
            "skipped": counts.skipped,
            "splits": counts.splits,
        },
        "boxes": asdict(box_counts(theme.id, session=session)) if theme.task == "boxes" else None,
    }
