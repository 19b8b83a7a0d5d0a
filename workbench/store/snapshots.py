"""Snapshots: the frozen list of (sample, label, split) that a run used."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, insert, literal, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError
from workbench.store.decisions import Decision
from workbench.store.groups.certificate import certify
from workbench.store.labels import label_names, labels_of
from workbench.store.schema import Batch, Label, LabelEvent, ModelVersion, Sample, Snapshot, SnapshotSample
from workbench.store.steps.running import lock_idle_theme

FROZEN = ("sample_id", "label", "split", "given")
_CHUNK = 1_000
_ASKED = 20


@dataclass(frozen=True)
class SnapshotRow:
    """One sample as a run sees it. `uri` is the key of its bytes below the image store."""

    sample_id: int
    sha256: str
    uri: str
    label: str
    split: str


@dataclass(frozen=True)
class TrainedSample:
    """A sample as a version's run saw it, and the label that it has now."""

    sample_id: int
    name: str
    sha256: str
    split: str
    label: str
    label_now: str | None


def take_snapshot(theme_id: int, *, session: Session) -> Snapshot:
    """Freeze every living sample that has a label and a split.

    The digest is the SHA-256 over the class names and over one line `sha256 label split` per sample, sorted; a snapshot
    of the same content is returned as it is, with a certificate by what is known now of samples that belong together.
    """
    lock_idle_theme(theme_id, session=session)
    content = content_of(theme_id, session=session)
    found = find_snapshot(theme_id, content.digest, session=session)
    if found is not None:
        return certified(found, session=session)
    snapshot = Snapshot(theme_id=theme_id, digest=content.digest, class_names=content.class_names)
    session.add(snapshot)
    session.flush()
    rows = select(literal(snapshot.id), Sample.id, Label.name, Sample.split, _given())
    rows = rows.join(Label, Label.id == Sample.label_id).where(*_meant(theme_id)).order_by(Sample.id)
    session.execute(insert(SnapshotSample).from_select(["snapshot_id", *FROZEN], rows))
    return certified(snapshot, session=session)


def certified(snapshot: Snapshot, *, session: Session) -> Snapshot:
    """Record with a snapshot what is known now of its samples that belong together."""
    snapshot.certificate = certify(snapshot, session=session)
    session.flush()
    return snapshot


@dataclass(frozen=True)
class SnapshotContent:
    """What a snapshot of a theme would hold now: its digest, and the names of the labels in use."""

    digest: str
    class_names: list[str]


def content_of(theme_id: int, *, session: Session) -> SnapshotContent:
    """Return what `take_snapshot` would freeze."""
    meant = _meant(theme_id)
    used = set(session.scalars(select(Sample.label_id).where(*meant).distinct()))
    class_names = [label.name for label in labels_of(theme_id, session=session) if label.id in used]
    names = label_names(theme_id, session=session)
    return SnapshotContent(_digest(class_names, _lines(meant, names, session)), class_names)


def find_snapshot(theme_id: int, digest: str, *, session: Session) -> Snapshot | None:
    """Return a theme's snapshot of exactly this digest, None when there is none."""
    return session.scalar(select(Snapshot).where(Snapshot.theme_id == theme_id, Snapshot.digest == digest))


def rows_to_freeze(theme_id: int, *, session: Session) -> Iterator[tuple[int, str, str, str]]:
    """Yield the columns `FROZEN` of what `take_snapshot` would freeze, by sample."""
    query = select(Sample.id, Label.name, Sample.split, _given()).join(Label, Label.id == Sample.label_id)
    query = query.where(*_meant(theme_id)).order_by(Sample.id)
    for row in session.execute(query, execution_options={"yield_per": _CHUNK}):
        yield row[0], row[1], row[2] or "", row[3]


def _given() -> ColumnElement[str]:
    """How the label of a sample was given; see `SnapshotSample`."""
    how = case((LabelEvent.source == "model", "rest"), (and_(LabelEvent.source == "human", Batch.changed > 1), "page"))
    found = (
        select(how)
        .join(Batch, Batch.id == LabelEvent.batch_id)
        .where(LabelEvent.sample_id == Sample.id, LabelEvent.at == Sample.labeled_at, LabelEvent.action == "label")
        .limit(1)
        .correlate(Sample)
    )
    return func.coalesce(found.scalar_subquery(), "key")


def labels_given(snapshot_id: int, *, session: Session) -> dict[str, int]:
    """Count the labels of a snapshot by how they had been given: `key`, `page` and `rest`; see `SnapshotSample`."""
    query = (
        select(SnapshotSample.given, func.count())
        .where(SnapshotSample.snapshot_id == snapshot_id, SnapshotSample.given.is_not(None))
        .group_by(SnapshotSample.given)
    )
    return {str(given): number for given, number in session.execute(query)}


def _meant(theme_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Sample.theme_id == theme_id, Sample.deleted_at.is_(None), Sample.split.is_not(None))


def _lines(
    meant: Sequence[ColumnElement[bool]], names: Mapping[int, str], session: Session
) -> Iterator[tuple[str, str, str]]:
    """Yield SHA-256, label and split of some samples in the order of the first, which no two of a theme share."""
    query = select(Sample.sha256, Sample.label_id, Sample.split).where(*meant, Sample.label_id.is_not(None))
    rows = session.execute(query.order_by(Sample.sha256), execution_options={"yield_per": _CHUNK})
    for sha256, label_id, split in rows.tuples():
        yield sha256, names[label_id or 0], split or ""


def get_snapshot(digest: str, *, theme_id: int, session: Session) -> Snapshot:
    """Return a theme's snapshot by its digest or the beginning of it."""
    query = select(Snapshot).where(Snapshot.theme_id == theme_id, Snapshot.digest.startswith(digest, autoescape=True))
    found = list(session.scalars(query.limit(2)))
    if len(found) != 1:
        count = "no" if not found else "more than one"
        raise NotFoundError(f"There is {count} snapshot whose digest begins with '{digest}' in this theme.")
    return found[0]


def has_snapshot(digest: str, *, theme_id: int, session: Session) -> bool:
    """Whether a theme has the snapshot with exactly this digest."""
    return find_snapshot(theme_id, digest, session=session) is not None


def snapshot_counts(snapshot_id: int, *, session: Session) -> dict[str, dict[str, int]]:
    """Count a snapshot's samples by split and by label, as it was called then."""
    query = (
        select(SnapshotSample.split, SnapshotSample.label, func.count())
        .where(SnapshotSample.snapshot_id == snapshot_id)
        .group_by(SnapshotSample.split, SnapshotSample.label)
        .order_by(SnapshotSample.split, SnapshotSample.label)
    )
    counts: dict[str, dict[str, int]] = {}
    for split, label, number in session.execute(query):
        counts.setdefault(split, {})[label] = number
    return counts


def page_of_snapshot(
    snapshot_id: int,
    *,
    split: str | None = None,
    label: str | None = None,
    after: int = 0,
    limit: int = 2_000,
    session: Session,
) -> list[TrainedSample]:
    """Return a page of a snapshot's samples by id, deleted ones too, behind the sample of the id `after`.

    `split` and `label` (as it was called then) narrow it.
    """
    query = (
        select(
            Sample.id,
            Sample.name,
            Sample.sha256,
            SnapshotSample.split,
            SnapshotSample.label,
            Label.name.label("label_now"),
        )
        .join(Sample, Sample.id == SnapshotSample.sample_id)
        .outerjoin(Label, Label.id == Sample.label_id)
        .where(SnapshotSample.snapshot_id == snapshot_id, Sample.id > after)
        .order_by(Sample.id)
        .limit(limit)
    )
    if split is not None:
        query = query.where(SnapshotSample.split == split)
    if label is not None:
        query = query.where(SnapshotSample.label == label)
    return [TrainedSample(*row) for row in session.execute(query)]


def snapshot_ids(
    snapshot_id: int, *, split: str | None = None, label: str | None = None, session: Session
) -> list[int]:
    """Return the ids of a snapshot's samples, deleted ones too; `split` and `label` (of then) narrow it."""
    query = select(SnapshotSample.sample_id).where(SnapshotSample.snapshot_id == snapshot_id)
    query = query if split is None else query.where(SnapshotSample.split == split)
    query = query if label is None else query.where(SnapshotSample.label == label)
    return list(session.scalars(query.order_by(SnapshotSample.sample_id)))


@dataclass(frozen=True)
class SnapshotOfSample:
    """A snapshot that holds a sample, by its digest, with the sample's split and label of then."""

    digest: str
    split: str
    label: str


def snapshots_of_sample(sample_id: int, *, session: Session) -> list[SnapshotOfSample]:
    """Return every snapshot that holds a sample, the newest first."""
    query = (
        select(Snapshot.digest, SnapshotSample.split, SnapshotSample.label)
        .join(Snapshot, Snapshot.id == SnapshotSample.snapshot_id)
        .where(SnapshotSample.sample_id == sample_id)
        .order_by(Snapshot.id.desc())
    )
    return [SnapshotOfSample(*row) for row in session.execute(query)]


def snapshot_rows(snapshot_id: int, *, session: Session) -> Iterator[SnapshotRow]:
    """Yield a snapshot's samples ordered by SHA-256, those deleted or relabeled since among them."""
    query = (
        select(Sample.id, Sample.sha256, Sample.uri, SnapshotSample.label, SnapshotSample.split)
        .join(Sample, Sample.id == SnapshotSample.sample_id)
        .where(SnapshotSample.snapshot_id == snapshot_id)
        .order_by(Sample.sha256)
    )
    for row in session.execute(query, execution_options={"yield_per": _CHUNK}):
        yield SnapshotRow(*row)


def count_registered(sample_ids: Sequence[int], *, session: Session) -> int:
    """Count those of some samples that a registered model was trained or tested on: garbage collection keeps them."""
    query = (
        select(func.count(SnapshotSample.sample_id.distinct()))
        .join(ModelVersion, ModelVersion.snapshot_id == SnapshotSample.snapshot_id)
        .where(SnapshotSample.sample_id.in_(sample_ids))
    )
    return session.scalar(query) or 0


def snapshot_labels(snapshot_id: int, class_names: Sequence[str], *, session: Session) -> dict[str, int]:
    """Return the id of the label that each of some classes of a snapshot was, whatever it is called by now.

    The events before the snapshot tell, those of most of up to 20 samples of the class. A class of which they do not
    tell, as one of boxes, is left out.
    """
    taken = session.get_one(Snapshot, snapshot_id).created_at
    found: dict[str, int] = {}
    for name in class_names:
        some = select(SnapshotSample.sample_id).where(
            SnapshotSample.snapshot_id == snapshot_id, SnapshotSample.label == name
        )
        latest = (
            select(func.max(LabelEvent.id))
            .where(LabelEvent.sample_id.in_(some.limit(_ASKED)), LabelEvent.action == "label", LabelEvent.at <= taken)
            .group_by(LabelEvent.sample_id)
        )
        said = session.scalars(select(LabelEvent.after).where(LabelEvent.id.in_(latest)))
        labels = Counter(label for text in said if (label := Decision.parse(text).label) is not None)
        if labels:
            found[name] = labels.most_common(1)[0][0]
    return found


def trained_among(snapshot_id: int, sample_ids: Sequence[int], *, session: Session) -> set[int]:
    """Return those of some samples that were in the training split of a snapshot."""
    query = select(SnapshotSample.sample_id).where(
        SnapshotSample.snapshot_id == snapshot_id,
        SnapshotSample.split == "train",
        SnapshotSample.sample_id.in_(sample_ids),
    )
    return set(session.scalars(query))


def valid_set_digest(snapshot_id: int, *, session: Session) -> str:
    """Name the samples of a snapshot's valid split with their labels: metrics over equal ones can be compared."""
    query = (
        select(SnapshotSample.sample_id, SnapshotSample.label)
        .where(SnapshotSample.snapshot_id == snapshot_id, SnapshotSample.split == "valid")
        .order_by(SnapshotSample.sample_id)
    )
    content = hashlib.sha256()
    for sample_id, label in session.execute(query):
        content.update(f"{sample_id}\t{label}\n".encode())
    return content.hexdigest()


def _digest(class_names: list[str], rows: Iterable[tuple[str, str, str]]) -> str:
    content = hashlib.sha256()
    for name in class_names:
        content.update(f"class\t{name}\n".encode())
    for row in rows:
        content.update(("\t".join(row) + "\n").encode())
    return content.hexdigest()
