"""Counts of samples that are kept beside them: neither counting nor finding a page reads a theme of millions.

Triggers keep the table (see its migration): the living samples of each theme by block of ids, label, split and
skipping. On PostgreSQL a count is the sum of several rows, some of them negative: who labels only adds rows, and waits
for nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, column, delete, func, literal, literal_column, select, table
from sqlalchemy.orm import Session

from workbench.store.schema import Sample

if TYPE_CHECKING:
    from workbench.store.samples import SampleFilter

TABLE = "sample_counts"
"""It is made of the samples and stands in no backup."""

_BLOCK_BITS = 13
_counts = table(TABLE, *map(column, ("theme_id", "block", "label_id", "split", "skipped", "number")))
_number = func.sum(_counts.c.number)


def kept_rows(
    theme_id: int, where: SampleFilter, *, session: Session
) -> list[tuple[int | None, bool, str | None, int]]:
    """Return the counts of a filter that `is_kept` by label id, skipping and split: (label, skipped, split, number)."""
    key = (_counts.c.label_id, _counts.c.skipped, _counts.c.split)
    rows = session.execute(_of(theme_id, where, *key, _number).group_by(*key).having(_number != 0))
    return [(label or None, bool(skipped), split or None, int(number)) for label, skipped, split, number in rows]


def kept_total(theme_id: int, where: SampleFilter, *, session: Session) -> int:
    """Count the samples that a filter means which `is_kept`."""
    return int(session.scalar(_of(theme_id, where, _number)) or 0)


def kept_blocks(theme_id: int, where: SampleFilter, *, session: Session) -> list[tuple[range, int]]:
    """Return each range of ids that holds such samples, in order, with their number; neighbors are not joined."""
    block = _counts.c.block
    rows = session.execute(_of(theme_id, where, block, _number).group_by(block).having(_number > 0).order_by(block))
    return [(range(n << _BLOCK_BITS, (n + 1) << _BLOCK_BITS), int(number)) for n, number in rows]


def forget_counts(theme_id: int, *, session: Session) -> None:
    """Remove what is kept of a theme that has no samples any more."""
    session.execute(delete(_counts).where(_counts.c.theme_id == theme_id))


def wrong_counts(*, session: Session) -> list[int]:
    """Return the ids of themes whose kept counts are not those of their samples."""
    key = (
        Sample.theme_id,
        Sample.id.op(">>")(literal_column(str(_BLOCK_BITS))),
        func.coalesce(Sample.label_id, literal_column("0")),
        func.coalesce(Sample.split, literal_column("''")),
        Sample.skipped,
    )
    kept = select(*list(_counts.c)).subquery().select()
    counted = select(*key, -func.count()).where(Sample.deleted_at.is_(None)).group_by(*key)
    both = kept.union_all(counted).subquery()
    names = [both.c[name] for name in ("theme_id", "block", "label_id", "split", "skipped")]
    wrong = select(both.c.theme_id).group_by(*names).having(func.sum(both.c.number) != 0)
    return sorted(set(session.scalars(wrong)))


def _of(theme_id: int, where: SampleFilter, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    label, split, skipped = _counts.c.label_id, _counts.c.split, _counts.c.skipped
    is_skipped = skipped == literal(True)
    states = {
        "all": (),
        "labeled": (label != 0,),
        "unlabeled": (label == 0, ~is_skipped),
        "skipped": (label == 0, is_skipped),
    }
    found = [_counts.c.theme_id == theme_id, *states[where.state]]
    if where.label_id is not None:
        found += [label == where.label_id, ~is_skipped]
    if where.split is not None:
        found.append(split == ("" if where.split == "none" else where.split))
    return select(*columns).where(and_(*found))
