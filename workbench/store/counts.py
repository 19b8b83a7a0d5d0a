"""Counts of a theme by label and split."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import SPLITS, Sample

UNASSIGNED = "unassigned"


@dataclass(frozen=True)
class ThemeStatistics:
    """How the living samples of a theme are distributed.

    `counts` maps each label's name, in the order of the keys, to the number of its samples in each split and
    `unassigned`; `unlabeled` counts the samples without a label (`skipped` of them were skipped).
    """

    samples: int
    labeled: int
    unlabeled: int
    skipped: int
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def splits(self) -> dict[str, int]:
        """Labeled samples per split, and `unassigned`."""
        return {split: sum(row[split] for row in self.counts.values()) for split in (*SPLITS, UNASSIGNED)}


def theme_statistics(theme_id: int, *, session: Session) -> ThemeStatistics:
    """Count a theme's samples by label, split and state."""
    labels = labels_of(theme_id, session=session)
    counts = {label.name: dict.fromkeys((*SPLITS, UNASSIGNED), 0) for label in labels}
    names = {label.id: label.name for label in labels}
    unlabeled = skipped = 0
    rows = session.execute(
        select(Sample.label_id, Sample.split, Sample.skipped, func.count())
        .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
        .group_by(Sample.label_id, Sample.split, Sample.skipped)
    )
    for label_id, split, was_skipped, number in rows:
        if label_id is None:
            unlabeled += number
            skipped += number if was_skipped else 0
        else:
            counts[names[label_id]][split or UNASSIGNED] += number
    labeled = sum(sum(row.values()) for row in counts.values())
    return ThemeStatistics(labeled + unlabeled, labeled, unlabeled, skipped, counts)


def count_rows(
    theme_id: int, where: SampleFilter | None = None, *, session: Session
) -> list[tuple[int | None, bool, str | None, int]]:
    """Count the samples that a filter means by label id, skipping and split: (label, skipped, split, number) each."""
    # Grouped in the order of the index that holds all of them: one pass, nothing to sort.
    columns = (Sample.label_id, Sample.split, Sample.skipped)
    conditions = (where or SampleFilter()).conditions(theme_id)
    rows = session.execute(select(*columns, func.count()).where(*conditions).group_by(*columns))
    return [(label_id, bool(skipped), split, number) for label_id, split, skipped, number in rows]


def annotators_of(theme_id: int, *, limit: int = 50, session: Session) -> list[str]:
    """Return the names of those who decided about a theme's samples, in alphabetical order."""
    # From name to name through the index: a GROUP BY would read every sample of a large theme.
    found: list[str] = []
    query = select(func.min(Sample.annotator)).where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    name = session.scalar(query)
    while name is not None and len(found) < limit:
        found.append(name)
        name = session.scalar(query.where(Sample.annotator > name))
    return found
