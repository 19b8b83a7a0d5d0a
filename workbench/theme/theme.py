"""The theme as an object: from it everything is reached, without a session and without an id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.paths import Project
from workbench.store import Store, open_store
from workbench.store import themes as theme_rows
from workbench.store.counts import ThemeCounts, how_far, theme_counts
from workbench.store.predictions import LabelMatch
from workbench.store.samples import Range, State
from workbench.store.steps.edits import undo_of_any_size
from workbench.store.undo import UndoOutcome
from workbench.theme.base import id_of
from workbench.theme.criteria import Criteria, moment
from workbench.theme.groups import ThemeGroups
from workbench.theme.labels import Labels
from workbench.theme.matching import key_column
from workbench.theme.opening import ThemePanels
from workbench.theme.query import Samples
from workbench.theme.records import ThemeRecords
from workbench.theme.work import ThemeWork

if TYPE_CHECKING:
    import pandas as pd

    from workbench.data.exporting import ExportReport
    from workbench.data.importing.run import ImportReport
    from workbench.theme.table import LabelReport


def create_theme(
    name: str,
    labels: Sequence[str] = (),
    *,
    description: str = "",
    task: str = "classification",
    project: Project | None = None,
    store: Store | None = None,
) -> Theme:
    """Create a theme with its labels, in the order of their keys. `task` is `classification` or `boxes`.

    Raises ConflictError when a theme of that name exists, WorkbenchError for a name or task that is not allowed.

    >>> wb.create_theme("leaves", labels=["oak", "elm"]).labels
    Labels(oak, elm)
    """
    theme = Theme(name, project=project, store=store)
    with theme.store.write() as session:
        row = theme_rows.create_theme(name, labels=labels, description=description, task=task, session=session)
        theme.name = row.name
    return theme


def open_theme(name: str, *, project: Project | None = None, store: Store | None = None) -> Theme:
    """Open a theme by its name. Raises NotFoundError, which names the nearest one.

    >>> wb.open_theme("cells").name
    'cells'
    """
    theme = Theme(name, project=project, store=store)
    with theme.store.read() as session:
        id_of(theme, session)
    return theme


def themes(*, project: Project | None = None, store: Store | None = None) -> pd.DataFrame:
    """Return a table of all themes: name, description, task, and numbers of samples, labeled, unlabeled and skipped.

    >>> "cells" in wb.themes().theme.values
    True
    """
    import pandas as pd

    numbers = ("samples", "labeled", "unlabeled", "skipped")
    with (store or open_store(project)).read() as session:
        rows = []
        for row in theme_rows.list_themes(session=session):
            counts = how_far(row, session=session)
            rows.append((row.name, row.description, row.task, *(counts[name] for name in numbers)))
    columns = ["theme", "description", "task", *numbers]
    return pd.DataFrame(rows, columns=columns)


class Theme(ThemeRecords, ThemeGroups, ThemeWork, ThemePanels):
    """One classification task: its labels, its samples, its models.

    `open_theme` and `create_theme` make it. It keeps no session: each call reads or writes the store as it is then.
    `annotator` is the name that changes are recorded with (default: the JupyterHub user, else the system's).

    >>> theme
    Theme('cells': 8 samples, 8 labeled, 0 unlabeled; red 4, white 4)
    """

    @property
    def description(self) -> str:
        """What the task is about.

        >>> theme.describe("Blood cells")
        >>> theme.description
        'Blood cells'
        """
        with self.store.read() as session:
            return theme_rows.get_theme(self.name, session=session).description

    @property
    def task(self) -> str:
        """`classification` or `boxes`.

        >>> theme.task
        'classification'
        """
        with self.store.read() as session:
            return theme_rows.get_theme(self.name, session=session).task

    @property
    def labels(self) -> Labels:
        """Its labels, to look at and to edit.

        >>> len(theme.labels), theme.labels[0]
        (2, 'red')
        """
        return Labels(self)

    def describe(self, description: str) -> None:
        """Write down what the task is about.

        >>> theme.describe("Blood cells")
        """
        with self.store.write() as session:
            theme_rows.edit_theme(id_of(self, session), description=description, session=session)

    def rename(self, name: str) -> None:
        """Give it another name. Raises ConflictError for one that is taken, or when it has been trained on.

        >>> leaves = wb.create_theme("leafs")
        >>> leaves.rename("more leaves")
        """
        with self.store.write() as session:
            self.name = theme_rows.edit_theme(id_of(self, session), name=name, session=session).name

    def delete(self) -> None:
        """Delete it: it is gone from every list, and its images stay until garbage collection.

        >>> wb.create_theme("old").delete()
        """
        with self.store.write() as session:
            theme_rows.delete_theme(id_of(self, session), annotator=self.annotator, session=session)

    def import_images(
        self,
        path: str | Path,
        *,
        format: str | None = None,
        add_labels: bool = False,
        field: str | None = None,
        control: str | None = None,
        group_field: str | None = None,
        group_pattern: str | None = None,
        group_level: int | None = None,
        on: str | None = None,
        progress: bool = True,
    ) -> ImportReport:
        """Import a file or folder: images alone, or a data set with its labels (see `workbench import`).

        `field` is that of FiftyOne, parquet or CSV that holds the labels, `control` that of Label Studio. One of
        `group_field` (a column of the CSV), `group_pattern` and `group_level` says which images belong together, as
        `set_groups` has it. `on` has
        workers read, check and keep the images, as `workbench.predict` says.

        Raises NotFoundError for a path that is not there, WorkbenchError for one that cannot be read.

        >>> theme.import_images("photos").duplicates
        8
        """
        from workbench.engine.importing import import_anywhere

        grouping = None
        if any(given is not None for given in (group_field, group_pattern, group_level)):
            from workbench.theme.group_tables import ImportedGroups

            grouping = ImportedGroups(Path(path).expanduser(), group_field, group_pattern, group_level)
        report = import_anywhere(
            self.store,
            self.name,
            path,
            on=on,
            format=format,
            annotator=self.annotator,
            add_labels=add_labels,
            field=field,
            control=control,
            progress=progress,
        )
        if grouping is not None:
            grouping.give(self.store, self.name, annotator=self.annotator)
        return report

    def export(self, path: str | Path, *, format: str = "folder", progress: bool = True) -> ExportReport:
        """Export images, labels, splits and boxes into a new folder, or with format "workbench" into one file.

        Raises ConflictError when something is at `path`, WorkbenchError for a format that there is not.

        >>> theme.export("out", format="csv").exported
        8
        """
        from workbench.data.exporting import export_theme

        return export_theme(self.store, self.name, path, format=format, progress=progress)

    def samples(
        self,
        among: pd.DataFrame | Iterable[int | str | PathLike[str]] | None = None,
        *,
        label: str | None = None,
        split: str | None = None,
        state: State = "all",
        annotator: str | None = None,
        unseen: bool = False,
        name: str | None = None,
        search: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        width: Range | None = None,
        height: Range | None = None,
        model: str | int | None = None,
        suggested: str | None = None,
        score: tuple[float | None, float | None] | None = None,
        match: LabelMatch = "any",
        group: str | None = None,
        deleted: bool | None = False,
    ) -> Samples:
        """Return a query over its samples; nothing is read yet.

        `among` are those of a data frame (by its column sha256, path or name), or of a list of ids, paths or names.
        `label` and `split` (train, valid, test, "none") are as they are now; `state` is all, labeled, unlabeled or
        skipped. `unseen` leaves those whose label is a suggestion that was accepted unseen. `name` is a pattern with
        `*` and `?`, `search` a part of the name, both in any case. `since` and
        `until` say when it was decided; `width` and `height` are ranges in pixels as (least, greatest), None leaves an
        end open. `model` is a stage, a version, or `imported: FIELD` of predictions that came with a data set
        (production, where only the others are given, or the latest imported): `suggested` is the label it gave, `score`
        a range of its probability (0 to 1), `match` how it stands to people's: agrees, differs or open
        (nobody decided). `group` is the name of a given group. `deleted` True are the deleted ones, None both.

        >>> theme.samples(label="red", name="red_1*")
        <1 samples of 'cells': label='red', name='red_1*'>
        """
        known, on = _among(among)
        return Samples(
            self,
            Criteria(
                label=label,
                split=split,
                state=state,
                annotator=annotator,
                unseen=unseen,
                name=name,
                search=search,
                since=moment(since),
                until=moment(until),
                width=width,
                height=height,
                model=model,
                suggested=suggested,
                score=score,
                match=match,
                among=known,
                among_on=on,
                group=group,
                deleted=deleted,
            ),
        )

    def set_labels(
        self,
        frame: pd.DataFrame | Path | str,
        *,
        on: str | None = None,
        format: str | None = None,
        replace: bool | str = False,
        since: datetime | str | None = None,
        add_labels: bool = False,
        dry_run: bool = False,
    ) -> LabelReport:
        """Write the labels of a data frame, of a CSV file or of a data set, in one batch that one `undo()` takes back.

        Its column `label` holds the labels; `on` names the column that says whose: sha256, path (in the store or
        anywhere else) or name; without it the first of these that is there. Rows without a label say nothing.
        `replace` False gives labels only to samples that nobody decided yet, True replaces decisions too. But what
        somebody else decided after the table was read is left alone: its column `labeled_at`, as `to_frame()` writes
        it, tells that, or `since`; "all" replaces even that. `dry_run` says what would change, and changes nothing.

        A data set may be in each `format` that is imported (found out by itself): a folder, a JSON file, a zip. Its
        images, which must be in the theme, say whose the labels are.

        Raises NotFoundError for a label that the theme does not have (unless `add_labels`), WorkbenchError for a frame
        without the columns or with two labels for one sample; nothing is written then.

        >>> frame = theme.samples(label="red").to_frame().assign(label="white")
        >>> len(theme.set_labels(frame, on="sha256", replace=True).changed)
        4
        >>> theme.undo().restored
        4
        """
        from workbench.theme.table import set_labels

        return set_labels(
            self.store,
            self.name,
            frame,
            on=on,
            format=format,
            replace=replace,
            since=since,
            add_labels=add_labels,
            dry_run=dry_run,
            annotator=self.annotator,
        )

    def counts(self) -> ThemeCounts:
        """Count its samples by label, split and state.

        >>> theme.counts().labeled
        8
        """
        with self.store.read() as session:
            return theme_counts(id_of(self, session), session=session)

    def undo(self) -> UndoOutcome:
        """Take back one's latest change of samples that is not undone yet, as a whole.

        What somebody changed since stays and is counted in `kept`; `batch_id` is None when there is nothing to undo.

        >>> theme.samples().clear().changed, theme.undo().restored
        (8, 8)
        """
        with self.store.read() as session:
            theme_id = id_of(self, session)
        return undo_of_any_size(self.store, theme_id, annotator=self.annotator)

    def __repr__(self) -> str:
        counts = self.counts()
        labels = ", ".join(f"{name} {sum(row.values()):,}" for name, row in counts.by_label.items())
        return (
            f"Theme('{self.name}': {counts.samples:,} samples, {counts.labeled:,} labeled, "
            f"{counts.unlabeled:,} unlabeled{'; ' if labels else ''}{labels})"
        )

    def _repr_html_(self) -> str:
        from workbench.panels.label.summary import theme_summary

        with self.store.read() as session:
            theme_id = id_of(self, session)
        return theme_summary(self.store, theme_id)


def _among(given: Any) -> tuple[tuple[Any, ...] | None, Any]:
    """Return the samples that were named, and by what: None for ids."""
    if given is None:
        return None, None
    if hasattr(given, "columns"):
        if "id" in given.columns:
            return tuple(int(number) for number in given["id"]), None
        on = key_column(given, None)
        return tuple(given[on].dropna()), on
    values = tuple([given] if isinstance(given, str | PathLike) else given)
    if all(not isinstance(value, str | PathLike) for value in values):
        return tuple(int(value) for value in values), None
    return tuple(values), "path"
