"""Themes and their labels."""

from __future__ import annotations

from workbench.api.models import (
    LabelEdit,
    LabelIn,
    LabelOut,
    SplitsIn,
    SplitsOut,
    StatisticsOut,
    ThemeEdit,
    ThemeIn,
    ThemeOut,
    WhoQuery,
)
from workbench.api.operations import Operation, Request
from workbench.embeddings.duplicates.newcomers import compare_newcomers
from workbench.errors import NotFoundError
from workbench.store import Session, labels, themes
from workbench.store.counts import theme_counts
from workbench.store.schema import Label, Theme
from workbench.store.steps.labels import delete_label_in_steps
from workbench.store.steps.splits import assign_splits_in_steps


def list_themes(request: Request) -> list[ThemeOut]:
    with request.store.read() as session:
        return [_theme(theme, session) for theme in themes.list_themes(session=session)]


def create_theme(request: Request) -> ThemeOut:
    given: ThemeIn = request.body
    with request.store.write() as session:
        theme = themes.create_theme(given.name, labels=given.labels, description=given.description, session=session)
        return _theme(theme, session)


def get_theme(request: Request) -> ThemeOut:
    with request.store.read() as session:
        return _theme(themes.get_theme(request.path["theme"], session=session), session)


def edit_theme(request: Request) -> ThemeOut:
    given: ThemeEdit = request.body
    with request.store.write() as session:
        theme = themes.get_theme(request.path["theme"], session=session)
        themes.edit_theme(
            theme.id, name=given.name, description=given.description, overlap=given.overlap, session=session
        )
        return _theme(theme, session)


def delete_theme(request: Request) -> None:
    with request.store.write() as session:
        theme = themes.get_theme(request.path["theme"], session=session)
        themes.delete_theme(theme.id, annotator=request.annotator, session=session)


def add_label(request: Request) -> LabelOut:
    given: LabelIn = request.body
    with request.store.write() as session:
        theme = themes.get_theme(request.path["theme"], session=session)
        return _label(labels.add_label(theme.id, given.name, color=given.color, session=session))


def edit_label(request: Request) -> LabelOut:
    given: LabelEdit = request.body
    with request.store.write() as session:
        label_id = _label_id(request, session)
        edited = labels.edit_label(
            label_id, name=given.name, color=given.color, annotator=request.annotator, session=session
        )
        return _label(edited if given.key is None else labels.set_key(label_id, given.key, session=session))


def delete_label(request: Request) -> None:
    with request.store.read() as session:
        label_id = _label_id(request, session)
    delete_label_in_steps(request.store, label_id, annotator=request.annotator)


def assign_splits(request: Request) -> SplitsOut:
    given: SplitsIn = request.body
    with request.store.read() as session:
        theme = themes.get_theme(request.path["theme"], session=session)
    compare_newcomers(request.store, theme.name, annotator=request.annotator)
    done = assign_splits_in_steps(
        request.store,
        theme,
        given.ratios,
        seed=given.seed,
        reset=given.reset,
        valid_from_train=given.valid_from_train,
        annotator=request.annotator,
    )
    return SplitsOut(
        assigned=done.assigned,
        counts=done.counts,
        reset=done.reset,
        moved=done.moved,
        groups=None if done.groups is None else str(done.groups),
    )


def get_statistics(request: Request) -> StatisticsOut:
    with request.store.read() as session:
        theme = themes.get_theme(request.path["theme"], session=session)
        found = theme_counts(theme.id, session=session)
    return StatisticsOut(
        samples=found.samples,
        labeled=found.labeled,
        unlabeled=found.unlabeled,
        skipped=found.skipped,
        counts=found.by_label,
    )


def _theme(theme: Theme, session: Session) -> ThemeOut:
    counts = theme_counts(theme.id, session=session)
    return ThemeOut(
        name=theme.name,
        description=theme.description,
        task=theme.task,
        overlap=theme.overlap,
        created_at=theme.created_at,
        labels=[_label(label) for label in labels.labels_of(theme.id, session=session)],
        samples=counts.samples,
        labeled=counts.labeled,
        skipped=counts.skipped,
    )


def _label(label: Label) -> LabelOut:
    return LabelOut(id=label.id, name=label.name, position=label.position, color=label.color, key=label.key)


def _label_id(request: Request, session: Session) -> int:
    theme = themes.get_theme(request.path["theme"], session=session)
    label_id = int(request.path["label"])
    if label_id not in {label.id for label in labels.labels_of(theme.id, session=session)}:
        raise NotFoundError(f"The theme '{theme.name}' has no label {label_id}. Look at the theme for its labels.")
    return label_id


OPERATIONS = [
    Operation("GET", "/themes", "List the themes", list_themes, list[ThemeOut]),
    Operation("POST", "/themes", "Create a theme", create_theme, ThemeOut, body=ThemeIn, status=201),
    Operation("GET", "/themes/{theme}", "Show a theme", get_theme, ThemeOut),
    Operation("PATCH", "/themes/{theme}", "Rename or describe a theme", edit_theme, ThemeOut, body=ThemeEdit),
    Operation("DELETE", "/themes/{theme}", "Delete a theme", delete_theme, query=WhoQuery, status=204),
    Operation("POST", "/themes/{theme}/labels", "Add a label", add_label, LabelOut, body=LabelIn, status=201),
    Operation(
        "PATCH",
        "/themes/{theme}/labels/{label}",
        "Rename or recolor a label, change its key",
        edit_label,
        LabelOut,
        body=LabelEdit,
    ),
    Operation(
        "DELETE",
        "/themes/{theme}/labels/{label}",
        "Delete a label; its samples become unlabeled",
        delete_label,
        query=WhoQuery,
        status=204,
    ),
    Operation("POST", "/themes/{theme}/splits", "Assign splits", assign_splits, SplitsOut, body=SplitsIn),
    Operation("GET", "/themes/{theme}/statistics", "Count by label and split", get_statistics, StatisticsOut),
]
