"""A query over a theme's samples: nothing is read before it is asked for, and each call reads the store afresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, overload

from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store import Session, Store
from workbench.store.bulk_edits import BulkOutcome
from workbench.store.groups.given import set_groups
from workbench.store.labels import get_label, label_names, labels_of
from workbench.store.paging import SORTS, cursor_of, open_page, samples_along
from workbench.store.sample_table import checked_order, columns_of, ordered_ids, parts_of_table, rows_of_table
from workbench.store.samples import SampleFilter, Sort, count_samples, sample_ids
from workbench.store.steps.edits import delete_in_steps, label_in_steps, restore_in_steps
from workbench.store.themes import get_theme
from workbench.theme.base import id_of, public_names
from workbench.theme.criteria import Criteria, Resolved, resolve
from workbench.theme.frames import TableMaker, to_frame, to_hf
from workbench.theme.positions import Choice, Draw, Slice, chosen_positions, ids_at
from workbench.theme.sample import Sample

if TYPE_CHECKING:
    import datasets
    import pandas as pd
    import pyarrow as pa

    from workbench.panels.label.panel import LabelPanel
    from workbench.theme.theme import Theme

_PAGE = 500
_THUMBNAILS = 12


@dataclass(frozen=True, repr=False)
class Samples:
    """Some samples of a theme: filtered, sorted, sliced, drawn. `Theme.samples` makes one.

    It is a sequence of `Sample`; its edits are one batch each, which one `theme.undo()` takes back.

    >>> reds = theme.samples(label="red").sort("-width")
    >>> len(reds), len(reds[:2]), reds[0].label
    (4, 2, 'red')
    """

    theme: Theme
    criteria: Criteria
    order: str = "id"
    _choices: tuple[Choice, ...] = field(default=())
    _asked: str | int | None = None
    """The model whose answers chose them, by its version or run."""

    def sort(self, by: str = "id") -> Samples:
        """Return the same samples in another order, descending with `-` before it; ties are broken by age.

        `by` is id (the order in which they came), name, labeled_at, label, split, width, height, size_bytes, or score
        where the query names a model. What has none comes last.

        >>> theme.samples().sort("-name")[0].name
        'white/white_3.png'
        """
        checked_order(by, scored=self.criteria.asks_model)
        if not self._choices:
            return replace(self, order=by)
        return replace(self._alone(), order=by)

    def sample(self, number: int, seed: int = 42) -> Samples:
        """Return so many of them (or all, if they are fewer), drawn at random; a seed gives the same ones every time.

        >>> len(theme.samples().sample(3, seed=1))
        3
        """
        if number < 0:
            raise WorkbenchError(f"{number} samples cannot be drawn. Give 0 or more.")
        return replace(self, _choices=(*self._choices, Draw(number, seed)))

    @property
    def ids(self) -> list[int]:
        """The ids of the samples, in their order.

        >>> len(theme.samples(split="none").ids)
        8
        """
        with self.theme.store.read() as session:
            return list(self._ids(*self._resolved(session), session))

    def __len__(self) -> int:
        with self.theme.store.read() as session:
            return len(self._positions(*self._resolved(session), session))

    def __iter__(self) -> Iterator[Sample]:
        with self.theme.store.read() as session:
            theme_id, found = self._resolved(session)
            paged = self._is_paged(found) and not self._choices
            ids = () if paged else self._ids(theme_id, found, session)
        if paged:
            yield from self._pages(theme_id, found, self.order)  # type: ignore[arg-type]
        for start in range(0, len(ids), _PAGE):
            yield from self._read(theme_id, ids[start : start + _PAGE], found)

    @overload
    def __getitem__(self, index: int) -> Sample: ...
    @overload
    def __getitem__(self, index: slice) -> Samples: ...
    def __getitem__(self, index: int | slice) -> Sample | Samples:
        if isinstance(index, slice):
            return replace(self, _choices=(*self._choices, Slice(index)))
        with self.theme.store.read() as session:
            theme_id, found = self._resolved(session)
            total = self._count(theme_id, found, session)
            positions = chosen_positions(total, self._choices)
            if not -len(positions) <= index < len(positions):
                raise IndexError(f"There is no sample {index}: these are {len(positions):,}, counted from 0.")
            at = positions[index]
            if self._is_paged(found):
                sort: Sort = self.order  # type: ignore[assignment]
                page = open_page(theme_id, found.where, sort=sort, offset=at, limit=1, total=total, session=session)
                chosen: Sequence[int] = [row.id for row in page]
            else:
                chosen = ids_at(self._in_order(theme_id, found, session), range(at, at + 1))
        return self._read(theme_id, chosen, found)[0]

    def to_arrow(self) -> pa.Table:
        """Return a pyarrow Table with a column per fact; see `to_frame`.

        >>> theme.samples().to_arrow().num_rows
        8
        """
        with self.theme.store.read() as session:
            theme_id, found = self._resolved(session)
            labels = {label.id: label.name for label in labels_of(theme_id, session=session)}
            if self.criteria.deleted is not False:
                known = set(labels.values())
                gone = label_names(theme_id, session=session).items()
                labels |= {label_id: name for label_id, name in gone if label_id not in labels and name not in known}
            maker = TableMaker(self.theme.store, labels, scored=found.model_id is not None)
            answers = {"model_id": found.model_id, "merged": found.merged}
            if self._choices or len(found.where.parts()) > 1:
                ids = self._ids(theme_id, found, session)
                rows = rows_of_table(theme_id, ids, session=session, **answers)  # type: ignore[arg-type]
                return maker.table(map(columns_of, rows))
            parts = parts_of_table(theme_id, found.where, order=self.order, session=session, **answers)  # type: ignore[arg-type]
            return maker.table(parts)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame with a row per sample and a column per fact.

        Columns: `id`, `sha256`, `name`, `path`, `label`, `state`, `split` and `annotator` (categories), `labeled_at`
        (UTC), `width` and `height` (pixels), `size_bytes`, `created_at` (UTC); where the query names a model
        `suggested` and `score` (probability, 0 to 1).

        >>> frame = theme.samples().to_frame()
        >>> frame.label.value_counts().to_dict()
        {'red': 4, 'white': 4}
        """
        return to_frame(self.to_arrow())

    def to_hf(self) -> datasets.Dataset:
        """Return a Dataset of Hugging Face: `image`, decoded when it is looked at, and the columns of `to_frame`.

        `label` is a ClassLabel of the theme's labels, None where nobody decided. Raises WorkbenchError where the
        package `datasets` is missing.

        >>> rows = theme.samples(label="white").to_hf()
        >>> rows[0]["image"].size, rows.features["label"].int2str(rows[0]["label"])
        ((10, 8), 'white')
        """
        return to_hf(self.to_arrow())

    def show(self, *, height: int = 640, annotator: str | None = None) -> LabelPanel:
        """Open the label panel on just these (20,000 at most), in the order of the query.

        Raises NotFoundError when there are none.

        >>> panel = theme.samples(label="red").show()
        """
        if not len(self):
            raise NotFoundError(f"There is nothing to show: {repr(self).strip('<>')}.")
        return self.theme.label_panel(samples=self, height=height, annotator=annotator)

    def label(self, name: str) -> BulkOutcome:
        """Give all of them a label. One batch. Raises NotFoundError, which names the nearest label.

        >>> theme.samples(name="red_1*").label("white").changed
        1
        >>> theme.undo().restored
        1
        """

        def edit(store: Store, theme_id: int, where: SampleFilter) -> BulkOutcome:
            with store.read() as session:
                label = get_label(theme_id, name, session=session)
            return label_in_steps(store, theme_id, where, label.id, annotator=self.theme.annotator)

        return self._edit(edit, decides=True)

    def clear(self) -> BulkOutcome:
        """Take the decisions away: label or skipping. One batch.

        >>> theme.samples(name="red_1*").clear().changed, theme.undo().restored
        (1, 1)
        """

        def edit(store: Store, theme_id: int, where: SampleFilter) -> BulkOutcome:
            return label_in_steps(store, theme_id, where, None, annotator=self.theme.annotator)

        return self._edit(edit, decides=True)

    def skip(self) -> BulkOutcome:
        """Skip them: those that have a label keep it. One batch.

        >>> theme.samples(label="red").skip().changed
        0
        """

        def edit(store: Store, theme_id: int, where: SampleFilter) -> BulkOutcome:
            return label_in_steps(store, theme_id, where, None, skip=True, annotator=self.theme.annotator)

        return self._edit(edit, decides=True)

    def tag_group(self, name: str | None) -> BulkOutcome:
        """Say that they belong together: never in two splits. One batch; None takes them out of their group.

        Those of the group that have a split decide where the others go: `theme.split()` then gives it to them, too.

        >>> theme.samples(label="red").tag_group("patient 7").changed, len(theme.samples(group="patient 7"))
        (4, 4)
        """

        def edit(store: Store, theme_id: int, where: SampleFilter) -> BulkOutcome:
            with store.read() as session:
                ids = [number for part in where.parts() for number in sample_ids(theme_id, part, session=session)]
            return set_groups(store, theme_id, dict.fromkeys(ids, name), annotator=self.theme.annotator)

        return self._edit(edit)

    def delete(self) -> BulkOutcome:
        """Delete them; they can be restored until garbage collection (`workbench db clean`). One batch.

        >>> theme.samples(name="red_1*").delete().changed, len(theme.samples())
        (1, 7)
        >>> theme.samples(deleted=True).restore().changed
        1
        """

        def edit(store: Store, theme_id: int, where: SampleFilter) -> BulkOutcome:
            return delete_in_steps(store, theme_id, where, annotator=self.theme.annotator)

        return self._edit(edit)

    def restore(self) -> BulkOutcome:
        """Bring deleted ones back with their labels and splits: `theme.samples(deleted=True).restore()`. One batch.

        >>> theme.samples(deleted=True).restore().changed
        0
        """

        def edit(store: Store, theme_id: int, where: SampleFilter) -> BulkOutcome:
            return restore_in_steps(store, theme_id, where, annotator=self.theme.annotator)

        return self._edit(edit)

    def _edit(self, edit: Callable[[Store, int, SampleFilter], BulkOutcome], *, decides: bool = False) -> BulkOutcome:
        store = self.theme.store
        with store.read() as session:
            row = get_theme(self.theme.name, session=session)
            if decides and row.task == "boxes":
                raise ConflictError(
                    f"'{row.name}' is a theme of boxes: its images have no labels of their own. Use the box panel."
                )
            found = resolve(row.name, row.id, self.criteria, session=session)
            where = found.where
            if self._choices:
                where = SampleFilter(ids=tuple(self._ids(row.id, found, session)), deleted=where.deleted)
        return edit(store, row.id, where)

    def _alone(self) -> Samples:
        """The same samples as a query of their ids, so that they can be put into another order."""
        among = Criteria(
            among=tuple(self.ids),
            deleted=None,
            model=self.criteria.model or ("production" if self.criteria.asks_model else None),
        )
        return Samples(self.theme, among, _asked=self._asked)

    def _resolved(self, session: Session) -> tuple[int, Resolved]:
        theme_id = id_of(self.theme, session)
        return theme_id, resolve(self.theme.name, theme_id, self.criteria, session=session)

    def _is_paged(self, found: Resolved) -> bool:
        """Whether the order is one in which pages are found quickly, wherever they are."""
        return self.order in SORTS and len(found.where.parts()) == 1

    def _count(self, theme_id: int, found: Resolved, session: Session) -> int:
        return sum(count_samples(theme_id, part, session=session) for part in found.where.parts())

    def _positions(self, theme_id: int, found: Resolved, session: Session) -> Sequence[int]:
        return chosen_positions(self._count(theme_id, found, session), self._choices)

    def _in_order(self, theme_id: int, found: Resolved, session: Session) -> Iterator[int]:
        return ordered_ids(theme_id, found.where, order=self.order, model_id=found.model_id, session=session)

    def _ids(self, theme_id: int, found: Resolved, session: Session) -> Sequence[int]:
        positions = self._positions(theme_id, found, session)
        return ids_at(self._in_order(theme_id, found, session), positions)

    def _pages(self, theme_id: int, found: Resolved, sort: Sort) -> Iterator[Sample]:
        """Yield all samples a page at a time, each read in a session of its own: nothing is held open in between."""
        with self.theme.store.read() as session:
            total = count_samples(theme_id, found.where, session=session)
            rows = open_page(theme_id, found.where, sort=sort, limit=_PAGE, total=total, session=session)
        while rows:
            yield from self._read(theme_id, [row.id for row in rows], found)
            with self.theme.store.read() as session:
                rows = samples_along(
                    theme_id, found.where, sort=sort, cursor=cursor_of(rows[-1], sort), limit=_PAGE, session=session
                )

    def _read(self, theme_id: int, ids: Sequence[int], found: Resolved) -> list[Sample]:
        with self.theme.store.read() as session:
            names = label_names(theme_id, session=session)
            parts = rows_of_table(theme_id, ids, model_id=found.model_id, merged=found.merged, session=session)
            return [Sample.of_row(row, names, self.theme) for part in parts for row in part]

    def __repr__(self) -> str:
        words = self.criteria.words()
        return f"<{len(self):,} samples of '{self.theme.name}'{': ' if words else ''}{words}>"

    def _repr_html_(self) -> str:
        from html import escape

        from workbench.panels.label.summary import pictures

        head = f"<p>{escape(repr(self).strip('<>'))}</p>"
        shown = [sample.thumbnail for sample in self[:_THUMBNAILS]]
        return head + pictures(self.theme.store, shown)

    def __dir__(self) -> list[str]:
        return public_names(self)
