"""Finding samples: one filter for pages, counts and bulk actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal, NamedTuple, Self

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text, update
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.given_rows import given_texts
from workbench.store.kept_counts import kept_total
from workbench.store.name_search import all_are_ascii, in_theme, is_common, is_indexed, name_holds, name_matches
from workbench.store.schema import Label, LabelEvent, Sample, Theme

State = Literal["all", "labeled", "unlabeled", "skipped"]
Range = tuple[int | None, int | None]
"""The least and the greatest value that are meant; None leaves an end open."""

Sort = Literal["id", "-id", "name", "-name", "labeled_at", "-labeled_at"]
_MOST_IDS = 5_000
_HEX = re.compile(r"[0-9a-f]{6,64}")
_DIGITS_OF_AN_ID = 18
_ANY: Range = (None, None)


class SampleFile(NamedTuple):
    """What reading a sample's image takes: its id, file name, the key of its bytes, and its label's name, if any."""

    id: int
    name: str
    uri: str
    label: str | None


@dataclass(frozen=True)
class SampleFilter:
    """Which samples of a theme are meant.

    `state`: by decision ("unlabeled" leaves out the skipped ones). `split`: a split, or "none" for unassigned ones.
    `search`: part of the file name, in any case and Unicode form; `planned` finds out whether it is `common`, or all
    names are `ascii`. `name`: a pattern of it with `*` and `?`, likewise; one without a slash is meant in every folder.
    `since` and `until`: when it was decided, the second not included. `width` and `height`: a range in pixels.
    `group_id`: those of a given group. `unseen`: only those whose label a model gave and nobody looked at. `deleted`:
    False for living samples, True for deleted, None for both.
    """

    state: State = "all"
    label_id: int | None = None
    split: str | None = None
    annotator: str | None = None
    search: str | None = None
    ids: tuple[int, ...] | None = None
    deleted: bool | None = False
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    width: Range | None = None
    height: Range | None = None
    unseen: bool = False
    group_id: int | None = None
    common: bool = False
    ascii: bool = False

    def conditions(self, theme_id: int) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions on `Sample`."""
        # By id rows are found at once, and no index holds the deleted ones. Where SQLite may take the theme from an
        # index, it goes through the whole theme by that, which takes ten times as long.
        of_theme = Sample.theme_id if self.deleted is False and self.ids is None else Sample.theme_id + 0
        found: list[ColumnElement[bool]] = [in_theme(theme_id) if self.uses_index else of_theme == theme_id]
        if self.deleted is not None:
            found.append(Sample.deleted_at.is_not(None) if self.deleted else Sample.deleted_at.is_(None))
        if self.state == "labeled":
            found.append(Sample.label_id.is_not(None))
        elif self.state == "unlabeled":
            found += [Sample.label_id.is_(None), Sample.skipped.is_(False)]
        elif self.state == "skipped":
            # No sample has both a label and a skip; the index for pages by label has the two before the order.
            found += [Sample.label_id.is_(None), Sample.skipped.is_(True)]
        if self.label_id is not None:
            found += [Sample.label_id == self.label_id, Sample.skipped.is_(False)]
        if self.split is not None:
            found.append(Sample.split.is_(None) if self.split == "none" else Sample.split == self.split)
        if self.annotator is not None:
            found.append(Sample.annotator == self.annotator)
        if self.search:
            found.append(name_holds(self.search, common=self.common, ascii=self.ascii))
        if self.name is not None:
            found.append(name_matches(self.name, ascii=self.ascii))
        if self.since is not None:
            found.append(Sample.labeled_at >= self.since)
        if self.until is not None:
            found.append(Sample.labeled_at < self.until)
        for column, (lowest, highest) in ((Sample.width, self.width or _ANY), (Sample.height, self.height or _ANY)):
            found += [column >= lowest] if lowest is not None else []
            found += [column <= highest] if highest is not None else []
        if self.group_id is not None:
            found.append(Sample.group_id == self.group_id)
        if self.unseen:
            found.append(labeled_unseen())
        if self.ids is not None:
            found.append(Sample.id.in_(self.ids))
        return found

    @property
    def is_kept(self) -> bool:
        """Whether `kept_counts` tells how many samples are meant, and among which ids they are."""
        return replace(self, state="all", label_id=None, split=None) == SampleFilter()

    @property
    def uses_index(self) -> bool:
        """Whether the samples are found by the index of the parts of their names."""
        return is_indexed(self.name) or (is_indexed(self.search, pattern=False) and not self.common)

    def planned(self, theme_id: int, *, session: Session) -> Self:
        """Return the same filter, which reads all names where that is quicker than the index of their parts."""
        if not self.search and self.name is None:
            return self
        found = replace(self, common=is_common(self.search or "", session=session))
        return found if found.uses_index else replace(found, ascii=all_are_ascii(theme_id, session=session))

    def parts(self) -> list[SampleFilter]:
        """Cut a long list of ids into filters that one statement takes each."""
        if self.ids is None or len(self.ids) <= _MOST_IDS:
            return [self]
        ids = tuple(dict.fromkeys(self.ids))
        return [replace(self, ids=ids[start : start + _MOST_IDS]) for start in range(0, len(ids), _MOST_IDS)]


def labeled_unseen() -> ColumnElement[bool]:
    """The label that stands was a model's suggestion, accepted by somebody who did not look at the sample."""
    event = exists().where(
        LabelEvent.sample_id == Sample.id,
        LabelEvent.at == Sample.labeled_at,
        LabelEvent.source == "model",
        LabelEvent.action == "label",
    )
    return and_(Sample.label_id.is_not(None), event.correlate(Sample))


def page_of_samples(
    theme_id: int,
    where: SampleFilter | None = None,
    *,
    sort: Sort = "id",
    offset: int = 0,
    limit: int = 100,
    session: Session,
) -> list[Sample]:
    """Return one page of samples in a total order (ties are broken by id)."""
    where = (where or SampleFilter()).planned(theme_id, session=session)
    query = _sorted(select(Sample).where(*where.conditions(theme_id)), sort)
    return list(session.scalars(query.offset(offset).limit(limit)))


def page_of_sample_files(
    theme_id: int, where: SampleFilter, *, after: int = 0, limit: int = 2_000, session: Session
) -> list[SampleFile]:
    """Return a page of samples by id, those behind the id `after`."""
    query = (
        select(Sample.id, Sample.name, Sample.uri, Label.name)
        .outerjoin(Label, Label.id == Sample.label_id)
        .where(*where.conditions(theme_id), Sample.id > after)
        .order_by(Sample.id)
        .limit(limit)
    )
    return [SampleFile(*row) for row in session.execute(query)]


def digests_and_files(theme_id: int, where: SampleFilter, *, session: Session) -> list[tuple[str, str]]:
    """Return the SHA-256 and the key of the bytes of each sample that a filter means, by id."""
    query = select(Sample.sha256, Sample.uri).where(*where.conditions(theme_id)).order_by(Sample.id)
    return list(session.execute(query).tuples())


def digests_by_id(theme_id: int, *, session: Session) -> list[tuple[int, str]]:
    """Return id and SHA-256 of each of a theme's living samples, in the order of their ids."""
    query = select(Sample.id, Sample.sha256).where(*SampleFilter().conditions(theme_id)).order_by(Sample.id)
    return list(session.execute(query).tuples())


def pages_of_samples(theme_id: int, *, size: int = 500, session: Session) -> Iterator[list[Sample]]:
    """Yield a theme's living samples in the order of their ids, a page at a time; the session forgets each page."""
    living = select(Sample).where(*SampleFilter().conditions(theme_id)).order_by(Sample.id).limit(size)
    last = 0
    while page := list(session.scalars(living.where(Sample.id > last))):
        last = page[-1].id
        yield page
        session.expunge_all()


def count_samples(theme_id: int, where: SampleFilter | None = None, *, session: Session) -> int:
    """Count the samples that a filter means."""
    where = where or SampleFilter()
    if where.is_kept:
        return kept_total(theme_id, where, session=session)
    where = where.planned(theme_id, session=session)
    query = select(func.count()).select_from(Sample).where(*where.conditions(theme_id))
    if (where.search or where.name) and not where.uses_index:
        # All names are read then, and stand together in one index alone; SQLite finds it by this, and PostgreSQL where
        # it does not take its pages for ones on a slow disk.
        query = query.where(Sample.name >= "")
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL random_page_cost = 1.1"))
    return session.scalar(query) or 0


def get_sample(sample_id: int, *, session: Session) -> Sample:
    """Return one sample. Raises NotFoundError when there is none of that id."""
    sample = session.get(Sample, sample_id)
    if sample is None:
        raise NotFoundError(f"There is no sample {sample_id}. It may have been removed by garbage collection.")
    return sample


def living_sample(theme_id: int, sample_id: int, *, lock: bool = False, session: Session) -> Sample | None:
    """Return a theme's sample as it is now, None when it is deleted or of another theme. `lock` locks its row."""
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.id == sample_id, Sample.deleted_at.is_(None))
    query = query.with_for_update() if lock else query
    return session.scalar(query, execution_options={"populate_existing": True})


def find_sample(theme_id: int, given: int | str, *, session: Session) -> Sample:
    """Return the sample, deleted or not, that is named by its id, its file name or the beginning of its SHA-256.

    Raises NotFoundError when there is none, WorkbenchError when several are meant.
    """
    text = str(given).strip()
    conditions = [Sample.name == text]
    # More digits than an id can have are those of a checksum.
    if text.isdecimal() and len(text) <= _DIGITS_OF_AN_ID:
        conditions.append(Sample.id == int(text))
    if _HEX.fullmatch(text.lower()):
        conditions.append(Sample.sha256.startswith(text.lower()))
    query = select(Sample).where(Sample.theme_id == theme_id, or_(*conditions)).order_by(Sample.id).limit(3)
    found = list(session.scalars(query))
    if not found:
        raise NotFoundError(
            f"There is no sample '{given}' in this theme. Name it by its id, its whole file name, or 6 or more digits "
            "of its SHA-256."
        )
    if len(found) > 1:
        shown = ", ".join(f"{row.id} ({row.name})" for row in found)
        raise WorkbenchError(f"'{given}' means several samples: {shown} ... Name one by its id.")
    return found[0]


def samples_by_id(sample_ids: Sequence[int], *, session: Session) -> dict[int, Sample]:
    """Return some samples by their ids, deleted ones too; ids that there are not are left out."""
    found: dict[int, Sample] = {}
    for start in range(0, len(sample_ids), _MOST_IDS):
        query = select(Sample).where(Sample.id.in_(sample_ids[start : start + _MOST_IDS]))
        found.update((sample.id, sample) for sample in session.scalars(query))
    return found


def samples_by_name(theme_id: int, name: str, *, session: Session) -> list[Sample]:
    """Return a theme's samples of a file name, deleted ones too: several images may have come under one."""
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.name == name)
    return list(session.scalars(query.order_by(Sample.id)))


def sample_ids(theme_id: int, where: SampleFilter | None = None, *, session: Session) -> list[int]:
    """Return the ids of all samples that a filter means."""
    conditions = (where or SampleFilter()).conditions(theme_id)
    return list(session.scalars(select(Sample.id).where(*conditions).order_by(Sample.id)))


def living_ids(theme_id: int, sample_ids: Sequence[int], *, session: Session) -> set[int]:
    """Return those of some ids that are samples of the theme and not deleted."""
    found: set[int] = set()
    for part in SampleFilter(ids=tuple(sample_ids)).parts():
        found.update(session.scalars(select(Sample.id).where(*part.conditions(theme_id))))
    return found


def samples_by_sha256(theme_id: int, digests: Sequence[str], *, session: Session) -> dict[str, Sample]:
    """Return those samples of a theme, deleted ones too, whose bytes have one of the given SHA-256 digests."""
    given, parameters = given_texts(digests, session=session)
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.sha256.in_(given))
    return {sample.sha256: sample for sample in session.scalars(query, parameters)}


def sample_ids_by_sha256(
    theme_id: int, digests: Sequence[str], *, living: bool = False, session: Session
) -> dict[str, int]:
    """Return the ids of those samples of a theme whose bytes have one of the given digests.

    Those of deleted ones, too, unless only the `living` are meant.
    """
    found: dict[str, int] = {}
    alive = [Sample.deleted_at.is_(None)] if living else []
    for start in range(0, len(digests), _MOST_IDS):
        wanted = Sample.sha256.in_(digests[start : start + _MOST_IDS])
        query = select(Sample.sha256, Sample.id).where(Sample.theme_id == theme_id, wanted, *alive)
        found.update(session.execute(query).tuples().all())
    return found


def sample_ids_by_name(theme_id: int, names: Sequence[str], *, session: Session) -> dict[str, list[int]]:
    """Return the ids of the theme's living samples of each of some file names: several images may be of one name."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(names), _MOST_IDS):
        wanted = [Sample.theme_id == theme_id, Sample.deleted_at.is_(None)]
        wanted.append(Sample.name.in_(names[start : start + _MOST_IDS]))
        # Sorted here: asked for the order of ids, SQLite would go through the whole theme in it.
        for name, sample_id in sorted(session.execute(select(Sample.name, Sample.id).where(*wanted)).tuples()):
            found.setdefault(name, []).append(sample_id)
    return found


def sample_names(sample_ids: Sequence[int], *, session: Session) -> dict[int, str]:
    """Return the file names of some samples, deleted ones too, by their ids."""
    found: dict[int, str] = {}
    for start in range(0, len(sample_ids), _MOST_IDS):
        query = select(Sample.id, Sample.name).where(Sample.id.in_(sample_ids[start : start + _MOST_IDS]))
        found.update(session.execute(query).tuples().all())
    return found


def uris_in_use(uris: Sequence[str], *, session: Session) -> set[str]:
    """Return those of some keys of images that samples refer to, in any theme, deleted ones too."""
    found: set[str] = set()
    for start in range(0, len(uris), _MOST_IDS):
        # A key holds the digest, and digests have an index.
        digests = [PurePosixPath(uri).stem for uri in uris[start : start + _MOST_IDS]]
        query = select(Sample.uri).where(Sample.theme_id.in_(select(Theme.id)), Sample.sha256.in_(digests))
        found.update(session.scalars(query))
    return found.intersection(uris)


def _sorted(query: Select[Sample], sort: Sort) -> Select[Sample]:
    column = {"id": Sample.id, "name": Sample.name, "labeled_at": Sample.labeled_at}[sort.lstrip("-")]
    if sort.startswith("-"):
        return query.order_by(column.desc().nulls_last(), Sample.id.desc())
    return query.order_by(column.nulls_last(), Sample.id)


def update_samples(which: Iterable[ColumnElement[bool]], *, session: Session, **values: object) -> int:
    """Set columns of each sample that the conditions mean, inside the database, and return how many those were."""
    statement = update(Sample).where(*which).values(**values).execution_options(synchronize_session=False)
    changed = session.execute(statement).rowcount  # type: ignore[attr-defined]
    forget_samples(session)
    return int(changed)


def forget_samples(session: Session) -> None:
    """Make a session read its samples again when they are next used, after they were changed inside the database."""
    for row in session.identity_map.values():
        if isinstance(row, Sample):
            session.expire(row)
