"""Bringing a theme of crops up to date while others go on: a new one is there at once, a former one follows in steps.

What a killed training leaves undone is done by the next one, which finds that the digest of the boxes is not noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.store.bulk_edits import give_decision, mark_deleted
from workbench.store.connection import Store
from workbench.store.crop_themes import ACTION, SUFFIX, Crop, find_crop_theme
from workbench.store.events import came_to_its_end, start_batch, write_events_where
from workbench.store.ingest import IngestImage, ingest_images
from workbench.store.labels import add_label, labels_of
from workbench.store.locks import lock_theme
from workbench.store.samples import update_samples
from workbench.store.schema import SPLITS, Batch, LabelEvent, Sample, Theme
from workbench.store.steps.themes import publish_theme, staged_theme
from workbench.store.steps.writing import Pace, Phase, wait_until_idle, write_in_steps

_CHUNK = 500


@dataclass(frozen=True)
class _Changes:
    """What is to be done: ids of crops that go and come back, their new labels and splits, and the new ones."""

    gone: list[int]
    back: list[int]
    labels: dict[int, int]
    splits: dict[int, str]
    new: list[IngestImage]


def write_crops(
    store: Store, theme: Theme, labels: Iterable[tuple[str, str]], crops: Sequence[Crop], *, digest: str, annotator: str
) -> str:
    """Bring the theme of a theme's crops up to date, and return its name. `digest` is of the boxes that they come from.

    It gets the labels (name and color) in their order. New crops are added, those whose boxes are gone are deleted,
    returned ones restored; labels and splits follow. A crop that a person has given another label keeps it, and one
    that a person has deleted stays deleted. Raises ConflictError as `find_crop_theme` does.
    """
    name, labels = f"{theme.name}{SUFFIX}", list(labels)
    how = {"digest": digest, "annotator": annotator}
    with store.read() as session:
        found = find_crop_theme(theme, session=session)
    if found is None:
        about = f"The boxes of '{theme.name}', cut out. They follow what is drawn there."
        # Another training may be the first to have them.
        with suppress(ConflictError), staged_theme(store, description=about) as theme_id:
            _bring_up_to_date(store, theme_id, labels, crops, **how)
            with store.write() as session:
                publish_theme(theme_id, name, session=session)
            return name
        with store.read() as session:
            found = find_crop_theme(theme, session=session)
        if found is None:
            raise ConflictError(f"The theme '{name}' has been made and deleted meanwhile. Train again.")
    _bring_up_to_date(store, found.id, labels, crops, **how)
    return name


def _bring_up_to_date(
    store: Store,
    theme_id: int,
    labels: Iterable[tuple[str, str]],
    crops: Sequence[Crop],
    *,
    digest: str,
    annotator: str,
) -> None:
    with store.write() as session:
        lock_theme(theme_id, session=session)
        present = {label.name for label in labels_of(theme_id, session=session)}
        for label, color in labels:
            if label not in present:
                add_label(theme_id, label, color=color, exact=True, session=session)
        batch_id = start_batch(theme_id, ACTION, annotator=annotator, source="import", session=session).id
    wanted: dict[str, Crop] = {}
    for crop in crops:
        # Two boxes with the same pixels are one sample; the first says what it is.
        wanted.setdefault(crop.image.sha256, crop)
    with store.read() as session:
        changes = _changes(theme_id, wanted, annotator, session)
    phases = _phases(theme_id, changes, annotator)
    if phases:
        wait_until_idle(store, theme_id)
        write_in_steps(store, theme_id, phases, lambda _written, _session: None)
    pace, new = Pace(store), iter(changes.new)
    while part := list(islice(new, pace.size)):
        with pace.step(len(part)) as session:
            ingest_images(theme_id, part, batch=session.get_one(Batch, batch_id), session=session)
    with store.write() as session:
        session.get_one(Batch, batch_id).note = digest


def _changes(theme_id: int, wanted: Mapping[str, Crop], annotator: str, session: Session) -> _Changes:
    columns = (Sample.id, Sample.sha256, Sample.label_id, Sample.annotator, Sample.split, Sample.deleted_at)
    rows = session.execute(select(*columns).where(Sample.theme_id == theme_id).order_by(Sample.id)).all()
    label_ids = {label.name: label.id for label in labels_of(theme_id, session=session)}
    changes = _Changes([], [], {}, {}, [])
    for row in rows:
        crop = wanted.get(row.sha256)
        if crop is None:
            if row.deleted_at is None:
                changes.gone.append(row.id)
            continue
        if row.deleted_at is not None:
            changes.back.append(row.id)
        label_id = label_ids[crop.label]
        if row.label_id != label_id and row.annotator == annotator:
            # No person has said otherwise.
            changes.labels[row.id] = label_id
        if row.split != crop.image.split and crop.image.split is not None:
            changes.splits[row.id] = crop.image.split
    known = {row.sha256 for row in rows}
    changes.new.extend(
        replace(crop.image, label_id=label_ids[crop.label]) for sha256, crop in wanted.items() if sha256 not in known
    )
    return replace(changes, back=_deleted_with_box(changes.back, session))


def _phases(theme_id: int, changes: _Changes, annotator: str) -> list[Phase]:
    def phase(action: str, ids: Iterable[int], change: Callable[[Batch, Sequence[int], Session], None]) -> Phase:
        def begin(session: Session) -> Batch:
            return start_batch(theme_id, action, annotator=annotator, source="import", session=session)

        # What somebody decides about a crop meanwhile stays; the split is its image's in any case.
        return Phase(begin, lambda _session: list(ids), change, heeds_decisions=action != "split")

    def mark(batch: Batch, ids: Sequence[int], session: Session) -> None:
        still = Sample.deleted_at.is_(None) if batch.action == "delete" else Sample.deleted_at.is_not(None)
        mark_deleted(batch, [Sample.id.in_(ids), still], session=session)

    def label(batch: Batch, ids: Sequence[int], session: Session) -> None:
        for label_id in sorted({changes.labels[one] for one in ids}):
            which = [Sample.id.in_([one for one in ids if changes.labels[one] == label_id])]
            give_decision(batch, which, label_id, skip=False, session=session)

    def split(batch: Batch, ids: Sequence[int], session: Session) -> None:
        for name in SPLITS:
            some = [one for one in ids if changes.splits[one] == name]
            which = [Sample.id.in_(some), Sample.split.is_distinct_from(name)]
            write_events_where(batch, "split", which, before=Sample.split, after=name, session=session)
            batch.changed += update_samples(which, session=session, split=name)

    all_phases = (
        ("delete", changes.gone, mark),
        ("restore", changes.back, mark),
        ("label", changes.labels, label),
        ("split", changes.splits, split),
    )
    return [phase(action, ids, change) for action, ids, change in all_phases if ids]


def _deleted_with_box(ids: list[int], session: Session) -> list[int]:
    """Those of some deleted samples that went with their boxes, not by a person's decision."""
    found: list[int] = []
    # A change that was killed, and its being taken back, say nothing: before them it went with its box, or did not.
    for start in range(0, len(ids), _CHUNK):
        part = LabelEvent.sample_id.in_(ids[start : start + _CHUNK])
        latest = select(func.max(LabelEvent.id)).join(Batch, Batch.id == LabelEvent.batch_id)
        latest = latest.where(part, LabelEvent.action == "delete", came_to_its_end())
        query = select(LabelEvent.sample_id).where(
            LabelEvent.id.in_(latest.group_by(LabelEvent.sample_id)), LabelEvent.source == "import"
        )
        found += session.scalars(query)
    return found
