"""Checking a store: the database's own consistency, what the rows claim of each other, and every image's checksum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from workbench.errors import NotFoundError
from workbench.store.connection import Store
from workbench.store.decisions import decision_column
from workbench.store.images import ImageFiles, sha256_of
from workbench.store.kept_counts import wrong_counts
from workbench.store.samples import uris_in_use
from workbench.store.schema import Batch, Box, Label, LabelEvent, Sample, Theme
from workbench.store.upkeep.wrong_values import wrong_values

_SHOWN = 1_000


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: its kind, what it is about, and what to do. `row_id` is the sample's, if it is one."""

    kind: str
    subject: str
    advice: str
    row_id: int = 0


@dataclass(frozen=True)
class IntegrityReport:
    """What a check looked at and found. `count` is the number of problems, of which the first 1,000 are listed.

    Orphans are image files that no sample refers to, unfinished files what crashed imports left: neither is a problem,
    garbage collection removes both.
    """

    samples: int
    files: int
    bytes: int
    orphans: int
    unfinished: int
    count: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.count == 0


class ImageClaim(NamedTuple):
    """What samples say of an image file: its key, the SHA-256 of its bytes, and how many those are."""

    uri: str
    sha256: str
    size: int


Verify = Callable[[Sequence[ImageClaim]], Iterable[Problem | None]]


def check(store: Store, *, verify: Verify | None = None, progress: bool = False) -> IntegrityReport:
    """Look at every row and read every image file; nothing is changed. `progress` shows a bar.

    People may go on working at the same time: the rows are of one moment, files that come later are not missed.
    `verify` looks at the files in place of `verify_files`.
    """
    from tqdm import tqdm

    problems: list[Problem] = []
    with store.read() as session:
        problems += _database(session)
        problems += contradictions(session=session)
        problems += _values(session)
        samples = session.scalar(select(func.count()).select_from(Sample)) or 0
        files = [ImageClaim(*row) for row in session.execute(_files())]
    found = verify(files) if verify is not None else verify_files(files, store.images)
    shown = tqdm(found, desc="Checking images", unit="file", disable=not progress, total=len(files))
    problems += [problem for problem in shown if problem is not None]
    total = sum(file.size for file in files)
    orphans = _orphans(store, {file.uri for file in files})
    unfinished = len(store.images.unfinished())
    return IntegrityReport(samples, len(files), total, orphans, unfinished, len(problems), problems[:_SHOWN])


def verify_files(files: Iterable[ImageClaim], images: ImageFiles) -> Iterator[Problem | None]:
    """Read image files and yield what is wrong with each, in order; None for one that is as its samples say."""
    wanted = {file.uri: file for file in files}
    for uri, content in images.read_each(wanted):
        yield _file(uri, content, wanted[uri].sha256, wanted[uri].size)


def _files() -> Select[str, str, int]:
    return select(Sample.uri, func.min(Sample.sha256), func.min(Sample.size_bytes)).group_by(Sample.uri)


def _file(uri: str, content: bytes | Exception, sha256: str, size: int) -> Problem | None:
    advice = "Import the original image again, or restore a backup."
    if isinstance(content, NotFoundError):
        return Problem("missing file", uri, advice)
    if isinstance(content, Exception):
        return Problem("unreadable file", f"{uri}: {content}", advice)
    if len(content) != size or sha256_of(content) != sha256:
        return Problem("damaged file", uri, advice)
    return None


def _orphans(store: Store, wanted: object) -> int:
    found = [uri for uri in store.images.uris() if uri not in wanted]  # type: ignore[operator]
    if not found:
        return 0
    # Samples may have been imported since the rows were read.
    with store.read() as session:
        return len(set(found) - uris_in_use(found, session=session))


def _database(session: Session) -> Iterator[Problem]:
    if session.get_bind().dialect.name != "sqlite":
        return
    advice = "Restore a backup into an empty project: workbench db restore FILE."
    for (answer,) in session.execute(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield Problem("damaged database", str(answer), advice)
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield Problem("dangling reference", f"{row[0]} row {row[1]} refers to a missing row of {row[2]}", advice)


def contradictions(*, theme_id: int | None = None, session: Session) -> Iterator[Problem]:
    """Yield what the rows of a theme, or of the whole store, claim against each other."""
    relabel = "Label the sample again."
    label = aliased(Label)
    labeled = select(Sample.id, Theme.name).join(Theme, Theme.id == Sample.theme_id)
    labeled = labeled.where(Theme.deleted_at.is_(None) if theme_id is None else Theme.id == theme_id)
    wrong = labeled.join(label, label.id == Sample.label_id).where(
        or_(label.theme_id != Sample.theme_id, label.deleted_at.is_not(None))
    )
    yield from _samples(session, wrong, "label of another theme or deleted label", relabel)
    both = labeled.where(Sample.label_id.is_not(None), Sample.skipped.is_(True))
    yield from _samples(session, both, "labeled and skipped", relabel)
    unsigned = labeled.where(Sample.label_id.is_not(None), Sample.annotator.is_(None))
    yield from _samples(session, unsigned, "label without annotator", relabel)
    drawn = exists().where(Box.sample_id == Sample.id)
    decided = or_(Sample.label_id.is_not(None), Sample.skipped.is_(True), drawn)
    contradicts = labeled.where(Sample.nothing_there.is_(True), decided)
    yield from _samples(session, contradicts, "nothing there, and yet decided otherwise", "Look at its boxes again.")
    yield from _samples(session, _differing(labeled, drawn), "label differs from its history", relabel)
    moved = labeled.join(LabelEvent, LabelEvent.id == _last_event("split"))
    moved = moved.where(LabelEvent.after.is_distinct_from(Sample.split))
    yield from _samples(session, moved, "split differs from its history", relabel)

    if theme_id is None:
        yield from _lone_events(session)
        for number in wrong_counts(session=session):
            yield Problem("counts differ from the samples", f"theme {number}", "Make a backup, restore it elsewhere.")


def _lone_events(session: Session) -> Iterator[Problem]:
    without_batch = select(LabelEvent.id, Theme.name).join(Theme, Theme.id == LabelEvent.theme_id, isouter=True)
    without_batch = without_batch.join(Batch, Batch.id == LabelEvent.batch_id, isouter=True)
    for event_id, theme in session.execute(without_batch.where(or_(Theme.id.is_(None), Batch.id.is_(None)))):
        yield Problem("event without batch", f"event {event_id} of theme '{theme}'", "Restore a backup.")
    without_sample = select(LabelEvent.id, LabelEvent.sample_id).join(
        Sample, Sample.id == LabelEvent.sample_id, isouter=True
    )
    for event_id, sample_id in session.execute(without_sample.where(Sample.id.is_(None))):
        yield Problem("event without sample", f"event {event_id} of sample {sample_id}", "Restore a backup.")


def _values(session: Session) -> Iterator[Problem]:
    for wrong in wrong_values(session=session):
        subject = f"{wrong.model.__tablename__} row {wrong.row_id}: {wrong.reason}"
        yield Problem("value that cannot be", subject, "Decide about the sample again, or restore a backup.")


def _differing(samples: Select[int, str], drawn: ColumnElement[bool]) -> Select[int, str]:
    """Samples whose decision is not the one of their last event: the boxes are there or not, the rest is the same."""
    samples = samples.join(LabelEvent, LabelEvent.id == _last_event("label", "boxes"))
    has_boxes = and_(LabelEvent.action == "boxes", LabelEvent.after.startswith("[["))
    same = LabelEvent.after.is_not_distinct_from(decision_column())
    return samples.where(case((has_boxes, ~drawn), else_=~same))


def _last_event(*actions: str) -> ColumnElement[int]:
    event = aliased(LabelEvent)
    return select(func.max(event.id)).where(event.sample_id == Sample.id, event.action.in_(actions)).scalar_subquery()


def _samples(session: Session, query: Select[int, str], kind: str, advice: str) -> Iterator[Problem]:
    for sample_id, theme in session.execute(query.order_by(Sample.id)):
        yield Problem(kind, f"sample {sample_id} of theme '{theme}'", advice, sample_id)
