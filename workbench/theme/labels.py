"""The labels of a theme as a list that can be edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, overload

from workbench.store import Session, labels
from workbench.store.bulk_edits import BulkOutcome
from workbench.store.label_keys import Order
from workbench.store.schema import Label
from workbench.store.steps.labels import delete_label_in_steps, merge_labels_in_steps
from workbench.theme.base import id_of, public_names

if TYPE_CHECKING:
    from workbench.theme.theme import Theme


class Labels(Sequence[str]):
    """The names of a theme's labels in their order, read whenever they are looked at.

    >>> list(theme.labels)
    ['red', 'white']
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return [label.name for label in self._rows()][index]

    def __len__(self) -> int:
        return len(self._rows())

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])

    @property
    def colors(self) -> dict[str, str]:
        """The color of each label as `#rrggbb`.

        >>> list(theme.labels.colors)
        ['red', 'white']
        """
        return {label.name: label.color for label in self._rows()}

    def add(self, name: str, *, color: str | None = None) -> None:
        """Add a label at the end; its color is the next free one unless given as `#rrggbb`. Raises ConflictError.

        >>> theme.labels.add("blue", color="#0000ff")
        >>> theme.labels.delete("blue").changed
        0
        """
        with self._theme.store.write() as session:
            labels.add_label(id_of(self._theme, session), name, color=color, session=session)

    def rename(self, name: str, new: str) -> None:
        """Give a label another name; its samples keep it. Raises ConflictError for a name that is there.

        >>> theme.labels.rename("red", "crimson")
        >>> theme.labels.rename("crimson", "red")
        """
        with self._theme.store.write() as session:
            label_id = self._find(name, session).id
            labels.edit_label(label_id, name=new, annotator=self._theme.annotator, session=session)

    def recolor(self, name: str, color: str) -> None:
        """Give a label another color, `#rrggbb`.

        >>> theme.labels.recolor("red", "#ff0000")
        """
        with self._theme.store.write() as session:
            labels.edit_label(self._find(name, session).id, color=color, session=session)

    def key(self, name: str) -> str | None:
        """Return the key that gives a label in the panels: a digit or a small letter, None without one.

        >>> theme.labels.key("red")
        '1'
        """
        with self._theme.store.read() as session:
            return self._find(name, session).key

    def set_key(self, name: str, key: str | None) -> None:
        """Give a label the key of one letter or digit, or none. Raises ConflictError for another label's key.

        >>> theme.labels.set_key("red", "r")
        >>> theme.labels.set_key("red", "1")
        """
        with self._theme.store.write() as session:
            labels.set_key(self._find(name, session).id, key, session=session)

    def suggest_keys(self, order: Order = "name") -> None:
        """Give all labels new keys: the first of their letters that is free (`name`), or 1 to 9 and 0 (`number`).

        A label that is a digit keeps it.

        >>> theme.labels.suggest_keys()
        >>> [theme.labels.key(label) for label in theme.labels]
        ['r', 'w']
        >>> theme.labels.suggest_keys("number")
        """
        with self._theme.store.write() as session:
            labels.suggest_keys(id_of(self._theme, session), order, session=session)

    def reorder(self, names: Sequence[str]) -> None:
        """Put the labels, each named once, into another order; each keeps its key.

        >>> theme.labels.reorder(["white", "red"])
        >>> list(theme.labels)
        ['white', 'red']
        >>> theme.labels.reorder(["red", "white"])
        """
        with self._theme.store.write() as session:
            ids = [self._find(name, session).id for name in names]
            labels.reorder_labels(id_of(self._theme, session), ids, session=session)

    def merge(self, name: str, into: str) -> BulkOutcome:
        """Give every sample and box of a label another one, and delete the label. One batch, undone as one.

        >>> theme.labels.merge("red", into="white").changed, theme.undo().restored
        (4, 4)
        """
        with self._theme.store.read() as session:
            one, other = self._find(name, session), self._find(into, session)
        return merge_labels_in_steps(self._theme.store, one.id, other.id, annotator=self._theme.annotator)

    def delete(self, name: str) -> BulkOutcome:
        """Delete a label; its samples become unlabeled. One batch, undone as one. Raises ConflictError for boxes.

        >>> theme.labels.add("odd")
        >>> theme.labels.delete("odd").changed
        0
        """
        with self._theme.store.read() as session:
            label = self._find(name, session)
        return delete_label_in_steps(self._theme.store, label.id, annotator=self._theme.annotator)

    def _rows(self) -> list[Label]:
        with self._theme.store.read() as session:
            return labels.labels_of(id_of(self._theme, session), session=session)

    def _find(self, name: str, session: Session) -> Label:
        return labels.get_label(id_of(self._theme, session), name, session=session)

    def __repr__(self) -> str:
        return f"Labels({', '.join(self)})"

    def _repr_html_(self) -> str:
        from workbench.panels.base.static_summary import swatch

        return "<p>" + ", ".join(f"{swatch(row.color)} {escape(row.name)}" for row in self._rows()) + "</p>"

    def __dir__(self) -> list[str]:
        return public_names(self)
