"""Groups that somebody gave: one patient, one film, one folder. A change of them is one batch, undone as one."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import islice

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError, unknown_name
from workbench.store.bulk_edits import BulkOutcome
from workbench.store.connection import Store
from workbench.store.events import Event, start_batch, write_events
from workbench.store.locks import lock_theme
from workbench.store.samples import forget_samples
from workbench.store.schema import Batch, Group, Sample
from workbench.store.steps.writing import Phase, is_small, wait_until_idle, write_in_steps

ACTION = "set group"
_CHUNK = 1_000
_LONGEST = 200


def set_groups(
    store: Store, theme_id: int, wanted: Mapping[int, str | None], *, annotator: str, note: str = ""
) -> BulkOutcome:
    """Put each sample (by its id) into the group of a name, which is made where it is new; None takes it out of its.

    One batch, of many samples in steps. Raises WorkbenchError for a name that cannot be one; nothing is changed then.
    """
    names = {name: checked_name(name) for name in dict.fromkeys(wanted.values()) if name is not None}
    found: dict[str | None, int | None] = {None: None}

    def begin(session: Session) -> Batch:
        batch = start_batch(theme_id, ACTION, annotator=annotator, source="human", note=note, session=session)
        ids = ensure_groups(theme_id, list(names.values()), session)
        found.update((name, ids[checked]) for name, checked in names.items())
        return batch

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        put_into_groups(batch, {one: found[wanted[one]] for one in ids}, session)

    ordered = array("q", sorted(wanted))
    if is_small(len(ordered)):
        with store.write() as session:
            lock_theme(theme_id, session=session)
            batch = begin(session)
            change(batch, ordered, session)
            return BulkOutcome(batch.id, batch.changed, batch.unchanged)
    wait_until_idle(store, theme_id)
    phase = Phase(begin, lambda _session: ordered, change, heeds_decisions=False)
    return write_in_steps(
        store, theme_id, [phase], lambda written, session: _outcome(session.get_one(Batch, written[0].batch_id))
    )


def checked_name(name: str) -> str:
    """Return a group's name with single blanks between its words. Raises WorkbenchError when it cannot be one."""
    checked = " ".join(name.split())
    if not checked or len(checked) > _LONGEST or not checked.isprintable():
        raise WorkbenchError(
            f"{name[:100]!r} cannot be the name of a group. Allowed: 1 to {_LONGEST} printable characters."
        )
    return checked


def groups_of(theme_id: int, *, session: Session) -> dict[str, int]:
    """Count the living samples of each given group, by its name, in alphabetical order; empty ones are left out."""
    query = (
        select(Group.name, func.count())
        .join(Sample, Sample.group_id == Group.id)
        .where(Group.theme_id == theme_id, Sample.deleted_at.is_(None))
        .group_by(Group.name)
        .order_by(Group.name)
    )
    return dict(session.execute(query).tuples().all())


def group_names(theme_id: int, *, session: Session) -> dict[int, str]:
    """Return the names of a theme's given groups by their ids."""
    query = select(Group.id, Group.name).where(Group.theme_id == theme_id)
    return dict(session.execute(query).tuples().all())


def group_of_name(theme_id: int, name: str, *, session: Session) -> int:
    """Return the id of a given group. Raises NotFoundError, which names the nearest one."""
    known = {text: number for number, text in group_names(theme_id, session=session).items()}
    if name not in known:
        raise NotFoundError(unknown_name("group", name, sorted(known)))
    return known[name]


def ensure_groups(theme_id: int, names: Sequence[str], session: Session) -> dict[str, int]:
    """Return the id of each name's group, which is made where there is none."""
    known = {text: number for number, text in group_names(theme_id, session=session).items()}
    new = [{"theme_id": theme_id, "name": name} for name in dict.fromkeys(names) if name not in known]
    if new:
        session.execute(insert(Group), new)
        known = {text: number for number, text in group_names(theme_id, session=session).items()}
    return known


def put_into_groups(batch: Batch, wanted: Mapping[int, int | None], session: Session) -> None:
    """Give samples, by their ids, the group of an id, or none, as part of a batch."""
    names = group_names(batch.theme_id, session=session)
    stream = iter(wanted)
    while part := list(islice(stream, _CHUNK)):
        query = select(Sample.id, Sample.group_id).where(Sample.theme_id == batch.theme_id, Sample.id.in_(part))
        before = dict(session.execute(query).tuples().all())
        changed = [one for one in part if one in before and before[one] != wanted[one]]
        if changed:
            events = [Event(one, names.get(before[one] or 0), names.get(wanted[one] or 0)) for one in changed]
            write_events(batch, "group", events, session=session)
            statement = update(Sample).where(Sample.id == bindparam("one")).values(group_id=bindparam("group"))
            session.connection().execute(statement, [{"one": one, "group": wanted[one]} for one in changed])
        batch.changed += len(changed)
        batch.unchanged += len(part) - len(changed)
    session.flush()
    forget_samples(session)


def _outcome(batch: Batch) -> BulkOutcome:
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)
