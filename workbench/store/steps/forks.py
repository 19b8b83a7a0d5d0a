"""Forks: a theme that begins as a state of another one and is labeled apart; `fork_merges` brings it back.

Its images are those of the other theme, kept once under their hash. What belongs together there belongs together here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workbench.progress import Tell
from workbench.store.bulk_edits import give_decisions
from workbench.store.change_feed import last_event_of
from workbench.store.column_types import now
from workbench.store.connection import Store
from workbench.store.decisions import SKIPPED, UNDECIDED
from workbench.store.events import checked_annotator, start_batch
from workbench.store.groups.given import ensure_groups, group_names, put_into_groups
from workbench.store.groups.pairs import samples_not_compared, search_of
from workbench.store.ingest import IngestImage, ingest_images
from workbench.store.labels import add_label, label_names, labels_of
from workbench.store.samples import samples_by_id, samples_by_sha256
from workbench.store.schema import Batch, DuplicateSearch, Fork, NearDuplicate, Sample, Tag, Theme
from workbench.store.states.past import past_labels, split_of
from workbench.store.states.tags import LONGEST_TAG, LabelState, last_sample_of
from workbench.store.steps.themes import publish_theme, staged_theme
from workbench.store.steps.writing import Pace
from workbench.store.table_labels import refuse_boxes
from workbench.store.theme_rows import insert_rows, rows_of_theme
from workbench.store.themes import find_theme, free_theme_name


@dataclass(frozen=True)
class ForkedTheme:
    """A fork, or the theme that one is of: when it was forked, by whom, and from which state as its first tag says."""

    theme_id: int
    name: str
    at: datetime
    annotator: str


def forks_of(theme_id: int, *, session: Session) -> list[ForkedTheme]:
    """Return the living forks of a theme, the newest first."""
    return _forked(Fork.theme_id, Fork.origin_id == theme_id, session)


def origin_of(theme_id: int, *, session: Session) -> ForkedTheme | None:
    """Return the living theme that a fork is of, None where it is none or that theme is gone."""
    return next(iter(_forked(Fork.origin_id, Fork.theme_id == theme_id, session)), None)


def _forked(told: InstrumentedAttribute[int], meant: ColumnElement[bool], session: Session) -> list[ForkedTheme]:
    """Return the living themes at one end of some forks, `told`, the newest first."""
    query = select(Theme.id, Theme.name, Fork.at, Fork.annotator).join(Fork, told == Theme.id)
    query = query.where(meant, Theme.deleted_at.is_(None)).order_by(Theme.id.desc())
    return [ForkedTheme(*row) for row in session.execute(query)]


def link_of(theme_id: int, *, session: Session) -> tuple[Fork, str] | None:
    """Return the link of a fork to the theme that it is of, also a deleted one, and that theme's name; None without."""
    query = select(Fork, Theme.name).join(Theme, Fork.origin_id == Theme.id).where(Fork.theme_id == theme_id)
    row = session.execute(query).tuples().one_or_none()
    return None if row is None else (row[0], row[1])


def link_fork(fork: Fork, origin_name: str, *, session: Session) -> bool:
    """Link a theme that came from elsewhere to the one that it was forked from, and say whether that is here.

    That is the living theme of its name, if they have an image in common. `fork` comes without `origin_id`.
    """
    origin = find_theme(origin_name, session=session)
    if origin is None or origin.id == fork.theme_id:
        return False
    here = select(Sample.sha256).where(Sample.theme_id == fork.theme_id)
    common = select(Sample.id).where(Sample.theme_id == origin.id, Sample.sha256.in_(here)).limit(1)
    if session.scalar(common) is None:
        return False
    fork.origin_id = origin.id
    session.add(fork)
    session.flush()
    return True


def fork_theme(
    store: Store, theme_id: int, name: str, state: LabelState, *, annotator: str, tell: Tell = lambda _done, _of: None
) -> Theme:
    """Make a theme of another one's samples with the labels and splits of a state; no image is copied.

    What belongs together there by now, given or found, belongs together here. `tell` gets how many samples are there.

    Raises ConflictError for a name that is taken, or in a theme of boxes.
    """
    who = checked_annotator(annotator)
    with store.read() as session:
        origin = session.get_one(Theme, theme_id)
        refuse_boxes(origin)
        free_theme_name(name, session=session)
        origin_name, description = origin.name, origin.description
        past = past_labels(theme_id, state, session=session)
        used = {code for code in past.labels.tolist() if code > 0}
        living = {label.name: label.color for label in labels_of(theme_id, session=session)}
        names = label_names(theme_id, session=session)
        # Also those that the state had and that are deleted or merged by now.
        wanted = dict.fromkeys([*living, *(names[label] for label in sorted(used))])
        groups = group_names(theme_id, session=session)
        known = list(zip(past.ids.tolist(), past.labels.tolist(), past.splits.tolist(), strict=True))
    with staged_theme(store, description=description) as fork_id:
        note = f"fork of {origin_name}, {state.name}"
        with store.write() as session:
            ids = {
                text: add_label(fork_id, text, color=living.get(text), exact=True, session=session).id
                for text in wanted
            }
            batch_id = start_batch(fork_id, "import", annotator=who, source="import", note=note, session=session).id
            made = ensure_groups(fork_id, list(groups.values()), session)
        given = {number: made[text] for number, text in groups.items()}
        codes = {label: ids[text] for label, text in names.items() if text in ids}
        pace, done, twins = Pace(store), 0, dict[int, int]()
        while part := known[done : done + pace.size]:
            done += len(part)
            with pace.step(len(part)) as session:
                twins |= _fill(fork_id, batch_id, part, codes, given, session)
            tell(done, len(known))
        _copy_pairs(pace, theme_id, fork_id, twins)
        with store.write() as session:
            marks = {"last_event": last_event_of(fork_id, session=session)}
            marks["last_sample"] = last_sample_of(fork_id, session=session)
            session.add(Fork(theme_id=fork_id, origin_id=theme_id, at=now(), annotator=who, **marks))
            # What was changed in it since can be looked at like what changed since any tag.
            session.add(Tag(theme_id=fork_id, name=note[:LONGEST_TAG].strip(), at=now(), annotator=who, **marks))
            return publish_theme(fork_id, name, replace_empty=False, session=session)


def _fill(
    fork_id: int,
    batch_id: int,
    known: list[tuple[int, int, int]],
    codes: dict[int, int],
    groups: dict[int, int],
    session: Session,
) -> dict[int, int]:
    """Add some samples and return the id of each here by that of the other theme."""
    batch = session.get_one(Batch, batch_id)
    rows = samples_by_id([sample_id for sample_id, _, _ in known], session=session)
    images = [
        IngestImage(
            name=row.name,
            sha256=row.sha256,
            uri=row.uri,
            width=row.width,
            height=row.height,
            size_bytes=row.size_bytes,
            label_id=codes[label] if label > 0 else None,
            split=split_of(split),
        )
        for sample_id, label, split in known
        if (row := rows.get(sample_id)) is not None
    ]
    grouped = {sample_id: groups[row.group_id] for sample_id, row in rows.items() if row.group_id is not None}
    digests = {sample_id: row.sha256 for sample_id, row in rows.items()}
    ingest_images(fork_id, images, batch=batch, session=session)
    found = samples_by_sha256(fork_id, list(digests.values()), session=session)
    twins = {sample_id: found[sha256].id for sample_id, sha256 in digests.items()}
    skipped = [twins[sample_id] for sample_id, label, _ in known if label < 0 and sample_id in twins]
    if skipped:
        give_decisions(batch, dict.fromkeys(skipped, (UNDECIDED, SKIPPED)), session=session)
    changed = batch.changed
    put_into_groups(batch, {twins[sample_id]: group for sample_id, group in grouped.items()}, session)
    batch.changed = changed
    return twins


def _copy_pairs(pace: Pace, theme_id: int, fork_id: int, twins: dict[int, int]) -> None:
    """Give a fork the near duplicates that were found among its images, and what is known of the search."""
    with pace.store.read() as session:
        search = search_of(theme_id, session=session)
        if search is None:
            return
        known = {name: getattr(search, name) for name in ("at", "annotator", "method", "encoder", "encoder_digest")}
        known |= {"threshold": search.threshold, "unreadable": search.unreadable}
        new = [twins[one] for one in samples_not_compared(theme_id, session=session) if one in twins]
        rows = (
            {"theme_id": fork_id, "first_id": min(pair), "second_id": max(pair), "score": row["score"]}
            for row in rows_of_theme(NearDuplicate, theme_id, session=session)
            if (pair := (twins.get(row["first_id"], 0), twins.get(row["second_id"], 0))) and all(pair)
        )
        while part := list(islice(rows, pace.size)):
            with pace.step(len(part)) as writing:
                insert_rows(NearDuplicate, part, session=writing)
    with pace.store.write() as session:
        # What was not compared has to stay so here; of the others some may be held for new, too.
        last = min(new) - 1 if new else last_sample_of(fork_id, session=session)
        marks = {"last_event": last_event_of(fork_id, session=session), "last_sample": last}
        session.add(DuplicateSearch(theme_id=fork_id, images=len(twins) - len(new), **known, **marks))
