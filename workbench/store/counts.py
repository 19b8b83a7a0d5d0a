"""Counts of a theme: its samples by label, split and state, and its boxes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.store.box_browsing import done
from workbench.store.kept_counts import kept_rows
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import SPLITS, Box, Sample, Theme

UNASSIGNED = "unassigned"


@dataclass(frozen=True)
class ThemeCounts:
    """How far a theme is, and how its samples are distributed: numbers of those that are not deleted.

    `unlabeled` are the samples without a label, the `skipped` ones among them. `splits` has the number of samples of
    each split and `unassigned`; `by_label` the same for each label by its name, in the order of the keys.
    """

    samples: int
    labeled: int
    unlabeled: int
    skipped: int
    splits: dict[str, int]
    by_label: dict[str, dict[str, int]]

    @property
    def labeled_splits(self) -> dict[str, int]:
        """Labeled samples per split, and `unassigned`."""
        return {split: sum(row[split] for row in self.by_label.values()) for split in (*SPLITS, UNASSIGNED)}


@dataclass(frozen=True)
class BoxCounts:
    """How far a theme of boxes is: living samples, those somebody submitted, those skipped, and all boxes."""

    samples: int
    submitted: int
    skipped: int
    boxes: int


def theme_counts(theme_id: int, *, session: Session) -> ThemeCounts:
    """Count a theme's samples by label, split and state."""
    labels = labels_of(theme_id, session=session)
    by_label = {label.name: dict.fromkeys((*SPLITS, UNASSIGNED), 0) for label in labels}
    names = {label.id: label.name for label in labels}
    splits = dict.fromkeys((*SPLITS, UNASSIGNED), 0)
    unlabeled = skipped = 0
    for label_id, was_skipped, split, number in count_rows(theme_id, session=session):
        splits[split or UNASSIGNED] += number
        if label_id is None:
            unlabeled += number
            skipped += number if was_skipped else 0
        else:
            by_label[names[label_id]][split or UNASSIGNED] += number
    total = sum(splits.values())
    return ThemeCounts(total, total - unlabeled, unlabeled, skipped, splits, by_label)


def count_rows(
    theme_id: int, where: SampleFilter | None = None, *, session: Session
) -> list[tuple[int | None, bool, str | None, int]]:
    """Count the samples that a filter means by label id, skipping and split: (label, skipped, split, number) each."""
    where = where or SampleFilter()
    if where.is_kept:
        return kept_rows(theme_id, where, session=session)
    columns = (Sample.label_id, Sample.split, Sample.skipped)
    conditions = where.planned(theme_id, session=session).conditions(theme_id)
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


def box_counts(theme_id: int, *, session: Session) -> BoxCounts:
    """Count a theme's samples by what was decided about their boxes."""
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    samples = count_samples(theme_id, session=session)
    skipped = count_samples(theme_id, SampleFilter(state="skipped"), session=session)
    submitted = session.scalar(select(func.count()).select_from(Sample).where(*living, done())) or 0
    boxes = session.scalar(select(func.count()).select_from(Box).join(Sample).where(*living)) or 0
    return BoxCounts(samples, submitted, skipped, boxes)


def how_far(theme: Theme, *, session: Session) -> dict[str, int]:
    """Count a theme's samples; in a theme of boxes, what is labeled is an image on which somebody has decided."""
    counts = theme_counts(theme.id, session=session)
    boxes = box_counts(theme.id, session=session) if theme.task == "boxes" else None
    labeled = boxes.submitted if boxes else counts.labeled
    return {
        "samples": counts.samples,
        "labeled": labeled,
        "unlabeled": counts.samples - labeled,
        "skipped": counts.skipped,
        **{split: counts.splits[split] for split in SPLITS},
        "boxes": boxes.boxes if boxes else 0,
    }


def boxes_by_split(theme_id: int, *, session: Session) -> dict[str, dict[str, int]]:
    """Count the boxes of living samples by label, in the order of the keys, and by the split of their images."""
    labels = labels_of(theme_id, session=session)
    names = {label.id: label.name for label in labels}
    counts = {label.name: dict.fromkeys((*SPLITS, UNASSIGNED), 0) for label in labels}
    query = (
        select(Box.label_id, Sample.split, func.count())
        .join(Sample)
        .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
        .group_by(Box.label_id, Sample.split)
    )
    for label_id, split, number in session.execute(query):
        counts[names[label_id]][split or UNASSIGNED] += number
    return counts
