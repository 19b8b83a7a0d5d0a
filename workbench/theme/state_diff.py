"""What changed between two states of a theme's labels, as a person reads it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError, unknown_name
from workbench.store.samples import sample_names
from workbench.store.states.tags import find_state
from workbench.store.states.words import SKIPPED, UNLABELED, code_words
from workbench.theme.base import id_of, public_names

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from workbench.theme.query import Samples
    from workbench.theme.theme import Theme


@dataclass(frozen=True)
class RelabeledSample:
    """A sample whose decision changed: a label's name, `unlabeled` or `skipped`, then and now; who changed it last."""

    sample_id: int
    name: str
    before: str
    after: str
    annotator: str
    source: str
    at: datetime | None


@dataclass(frozen=True, repr=False)
class LabelDiff:
    """The samples whose labels differ between two states of a theme. `Theme.diff` makes one.

    `changes` are the relabeled samples by id; `unchanged` counts the others that both states have. `added` and
    `removed` are the ids of the samples that only the later or the earlier state has. `by_annotator` counts the changed
    samples by who changed them last.

    >>> theme.diff("before cleaning")
    LabelDiff('cells', before cleaning -> now: 1 of 8 labels changed)
    """

    theme: Theme
    before: str
    after: str
    changes: list[RelabeledSample]
    unchanged: int
    added: list[int]
    removed: list[int]
    by_annotator: dict[str, int]

    @property
    def matrix(self) -> pd.DataFrame:
        """How many samples went from what (rows) to what (columns): a confusion matrix of the changes.

        >>> int(theme.diff("before cleaning").matrix.loc["red", "white"])
        1
        """
        import pandas as pd

        pairs = pd.DataFrame([(row.before, row.after) for row in self.changes], columns=["before", "after"])
        table = pd.crosstab(pairs["before"], pairs["after"])
        known = [*self.theme.labels, SKIPPED, UNLABELED]
        rows, columns = ([*dict.fromkeys([*known, *each])] for each in (table.index, table.columns))
        table = table.reindex(index=rows, columns=columns, fill_value=0)
        return table.loc[table.sum(axis=1) > 0, table.sum(axis=0) > 0]

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The pairs `before`, `after` with the number of their `samples`, the most first.

        >>> theme.diff("before cleaning").cells
        [{'before': 'red', 'after': 'white', 'samples': 1}]
        """
        counts: dict[tuple[str, str], int] = {}
        for row in self.changes:
            counts[row.before, row.after] = counts.get((row.before, row.after), 0) + 1
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [{"before": was, "after": became, "samples": number} for (was, became), number in ordered]

    def samples(self, before: str | None = None, after: str | None = None) -> Samples:
        """Return the changed samples as a query, of one cell where `before` or `after` is given.

        Raises WorkbenchError for what no sample changed from or to.

        >>> len(theme.diff("before cleaning").samples("red", "white"))
        1
        """
        for given, known in (
            (before, {row.before for row in self.changes}),
            (after, {row.after for row in self.changes}),
        ):
            if given is not None and given not in known:
                raise WorkbenchError(unknown_name("change from or to", given, sorted(known)))
        wanted = [row for row in self.changes if before in (None, row.before) and after in (None, row.after)]
        return self.theme.samples([row.sample_id for row in wanted], deleted=None)

    def to_frame(self) -> pd.DataFrame:
        """Return a row per changed sample: `id`, `name`, `before`, `after`, `annotator`, `source`, `at` (UTC).

        >>> theme.diff("before cleaning").to_frame().after.tolist()
        ['white']
        """
        import pandas as pd

        columns = ["id", "name", "before", "after", "annotator", "source", "at"]
        return pd.DataFrame([tuple(asdict(row).values()) for row in self.changes], columns=columns)

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON.

        >>> theme.diff("before cleaning").as_dict()["changed"]
        1
        """
        return {
            "theme": self.theme.name,
            "before": self.before,
            "after": self.after,
            "changed": len(self.changes),
            "unchanged": self.unchanged,
            "added": len(self.added),
            "removed": len(self.removed),
            "by_annotator": self.by_annotator,
            "cells": self.cells,
            "changes": [{**asdict(row), "at": row.at and row.at.isoformat(timespec="seconds")} for row in self.changes],
        }

    def __str__(self) -> str:
        both = len(self.changes) + self.unchanged
        parts = [f"{len(self.changes):,} of {both:,} labels changed"]
        parts += [f"{len(self.added):,} images came"] if self.added else []
        parts += [f"{len(self.removed):,} were deleted"] if self.removed else []
        return f"{self.before} -> {self.after}: {', '.join(parts)}"

    def __repr__(self) -> str:
        return f"LabelDiff('{self.theme.name}', {self})"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p>{escape(str(self))}</p>{self.matrix.to_html() if self.changes else ''}"

    def __dir__(self) -> list[str]:
        return public_names(self)


def label_diff(theme: Theme, before: datetime | str, after: datetime | str | None) -> LabelDiff:
    """Compare two states of a theme, as `Theme.diff` does."""
    from workbench.store.states.diff import diff_states

    with theme.store.read() as session:
        theme_id = id_of(theme, session)
        one, two = (find_state(theme_id, each, session=session) for each in (before, after))
        found = diff_states(theme_id, one, two, session=session)
        words = code_words(theme_id, session=session)
        files = sample_names([row.sample_id for row in found.changed], session=session)
    changes = [
        RelabeledSample(
            row.sample_id,
            files.get(row.sample_id, ""),
            words[row.before],
            words[row.after],
            row.annotator,
            row.source,
            row.at,
        )
        for row in found.changed
    ]
    told = (changes, found.unchanged, found.added, found.removed, found.by_annotator)
    return LabelDiff(theme, one.name, two.name, *told)
