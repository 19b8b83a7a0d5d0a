"""Groups with samples in two splits: listing them, and bringing each into one, never out of test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError
from workbench.store.connection import Store
from workbench.store.events import start_batch, write_events_where
from workbench.store.groups.given import group_names
from workbench.store.groups.together import alone, members, together
from workbench.store.samples import update_samples
from workbench.store.schema import SPLITS, Batch, Sample
from workbench.store.steps.running import lock_idle_theme
from workbench.store.steps.writing import Phase, is_small, wait_until_idle, write_in_steps
from workbench.store.undo import MEND

_CHUNK = 5_000


@dataclass(frozen=True)
class StraddlingGroup:
    """A group in more than one split: `id` is its first sample, `names` the given groups in it, if any.

    `splits` counts its living samples; `target` is the split that mending brings them into: test where it has one of
    them, else valid. `moved` samples would change theirs.
    """

    id: int
    names: tuple[str, ...]
    splits: dict[str, int]
    target: str
    moved: int
    sample_ids: tuple[int, ...]


@dataclass(frozen=True)
class Mended:
    """What mending did: `groups` are in one split now, `moved` says how many samples came from where ("train")."""

    groups: int
    moved: dict[str, int]
    batch_id: int | None = None

    def __str__(self) -> str:
        if not self.groups:
            return "No group is in two splits."
        came = ", ".join(f"{number:,} from {split}" for split, number in self.moved.items() if number)
        told = f"{self.groups:,} {'group is' if self.groups == 1 else 'groups are'} in one split now ({came})."
        if self.moved.get("train"):
            told += " Models trained before have seen those from train: train once more before comparing."
        return told


def straddling_groups(theme_id: int, *, session: Session) -> list[StraddlingGroup]:
    """Return the groups with samples in more than one split, those with samples in train and test first."""
    partition = together(theme_id, session=session)
    if not partition:
        return []
    columns = select(Sample.id, Sample.split, Sample.group_id).where(
        Sample.theme_id == theme_id, Sample.deleted_at.is_(None), ~alone(theme_id, session=session)
    )
    rows = {row.id: (row.split, row.group_id) for row in session.execute(columns)}
    names = group_names(theme_id, session=session)
    found = []
    for least, ids in members(partition).items():
        living = [one for one in ids if one in rows]
        splits = Counter(split for one in living if (split := rows[one][0]))
        if len(splits) > 1:
            given = dict.fromkeys(names[group] for one in living if (group := rows[one][1]) is not None)
            found.append(_straddling(least, tuple(given), splits, living))
    return sorted(found, key=lambda each: ("train" not in each.splits or "test" not in each.splits, each.id))


def mend_groups(store: Store, theme_id: int, groups: Iterable[int] | None = None, *, annotator: str) -> Mended:
    """Bring each straddling group (or those of some ids) into one split, as one batch of the history, undone as one.

    Into test where it has samples there, else into valid: nothing leaves test, and nothing enters train. Raises
    NotFoundError for an id that is no straddling group.
    """
    wait_until_idle(store, theme_id)
    with store.read() as session:
        wanted = _wanted(straddling_groups(theme_id, session=session), groups)
    if not wanted:
        return Mended(0, {})
    target = {one: each.target for each in wanted for one in each.sample_ids}
    moved: Counter[str] = Counter()

    def begin(session: Session) -> Batch:
        note = f"{len(wanted)} groups"
        return start_batch(theme_id, MEND, annotator=annotator, source="human", note=note, session=session)

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        for split in SPLITS[1:]:
            part = [one for one in ids if target[one] == split]
            for start in range(0, len(part), _CHUNK):
                moved.update(_move(batch, part[start : start + _CHUNK], split, session))

    ids = sorted(target)
    if is_small(len(ids)):
        with store.write() as session:
            lock_idle_theme(theme_id, session=session)
            batch = begin(session)
            change(batch, ids, session)
            return Mended(len(wanted), dict(moved), batch.id)
    phase = Phase(begin, lambda _session: ids, change, heeds_decisions=False)
    return write_in_steps(
        store, theme_id, [phase], lambda written, _session: Mended(len(wanted), dict(moved), written[0].batch_id)
    )


def _straddling(least: int, names: tuple[str, ...], splits: Counter[str], living: list[int]) -> StraddlingGroup:
    target = "test" if splits["test"] else "valid"
    counts = {split: splits[split] for split in SPLITS if splits[split]}
    moved = sum(number for split, number in counts.items() if split != target)
    return StraddlingGroup(least, names, counts, target, moved, tuple(sorted(living)))


def _wanted(found: list[StraddlingGroup], groups: Iterable[int] | None) -> list[StraddlingGroup]:
    if groups is None:
        return found
    known = {each.id: each for each in found}
    asked = list(dict.fromkeys(groups))
    if unknown := [number for number in asked if number not in known]:
        raise NotFoundError(
            f"{unknown[0]} is no group in two splits. Those there are: {', '.join(map(str, known)) or 'none'}."
        )
    return [known[number] for number in asked]


def _move(batch: Batch, ids: Sequence[int], split: str, session: Session) -> Counter[str]:
    which = [Sample.id.in_(ids), Sample.deleted_at.is_(None), Sample.split.is_not(None), Sample.split != split]
    # What came into test since stays there.
    which += [] if split == "test" else [Sample.split != "test"]
    came = Counter[str](split for split in session.scalars(select(Sample.split).where(*which)) if split)
    write_events_where(batch, "split", which, before=Sample.split, after=split, session=session)
    batch.changed += update_samples(which, session=session, split=split)
    session.flush()
    return came
