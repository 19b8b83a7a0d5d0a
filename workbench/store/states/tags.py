"""Tags: names for states of a theme's labels. And what else may name a state: a time, or nothing for today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, NotFoundError, WorkbenchError, nearest
from workbench.store.change_feed import last_event_of
from workbench.store.column_types import now
from workbench.store.events import checked_annotator
from workbench.store.locks import lock_theme
from workbench.store.schema import LabelEvent, Sample, Tag
from workbench.store.steps.running import lock_idle_theme

NOW = "now"
LONGEST_TAG = 100


@dataclass(frozen=True)
class LabelState:
    """A state of a theme: what its events and samples up to a time amount to, or those up to the ids of a tag.

    `name` is how it was asked for.
    """

    name: str
    at: datetime
    last_event: int | None = None
    last_sample: int | None = None

    def later_events(self) -> ColumnElement[bool]:
        """The condition on label events that came after this state."""
        return LabelEvent.at > self.at if self.last_event is None else LabelEvent.id > self.last_event

    def has_sample(self) -> ColumnElement[bool]:
        """The condition on samples that had been added by then."""
        return Sample.created_at <= self.at if self.last_sample is None else Sample.id <= self.last_sample


def add_tag(theme_id: int, name: str, *, annotator: str, note: str = "", session: Session) -> Tag:
    """Name the labels and splits that a theme has at this moment.

    Raises ConflictError for a name that is taken or while many samples are being changed, WorkbenchError for one that
    cannot be a tag's.
    """
    name = checked_tag(name)
    theme = lock_idle_theme(theme_id, session=session)
    if _find(theme_id, name, session) is not None:
        raise ConflictError(
            f"'{theme.name}' has a tag '{name}' already. Choose another name, or delete that one first."
        )
    tag = Tag(
        theme_id=theme_id,
        name=name,
        at=now(),
        annotator=checked_annotator(annotator),
        note=note.strip(),
        last_event=last_event_of(theme_id, session=session),
        last_sample=last_sample_of(theme_id, session=session),
    )
    session.add(tag)
    session.flush()
    return tag


def delete_tag(theme_id: int, name: str, *, session: Session) -> None:
    """Delete a name; the labels and their history stay. Raises NotFoundError for one that there is not."""
    lock_theme(theme_id, session=session)
    tag = _find(theme_id, name, session)
    if tag is None:
        raise _unknown(theme_id, name, session)
    session.delete(tag)
    session.flush()


def tags_of(theme_id: int, *, session: Session) -> list[Tag]:
    """Return a theme's tags, the newest first."""
    return list(session.scalars(select(Tag).where(Tag.theme_id == theme_id).order_by(Tag.id.desc())))


def find_state(theme_id: int, given: datetime | str | None = None, *, session: Session) -> LabelState:
    """Return the state that a tag, a time or nothing ("now") names. A text without a zone is meant in this machine's.

    Raises NotFoundError, which names the nearest tag, for a text that is neither; WorkbenchError for a time without a
    zone.
    """
    if given is None or given == NOW:
        return LabelState(NOW, now(), *_newest(theme_id, session))
    if isinstance(given, datetime):
        if given.tzinfo is None:
            raise WorkbenchError(
                f"{given.isoformat()} has no time zone. Give one, for example {given.isoformat()}+00:00."
            )
        return LabelState(given.isoformat(), given)
    tag = _find(theme_id, given.strip(), session)
    if tag is not None:
        return LabelState(tag.name, tag.at, tag.last_event, tag.last_sample)
    try:
        return LabelState(given, datetime.fromisoformat(given).astimezone(UTC))
    except ValueError:
        raise _unknown(theme_id, given, session) from None


def last_sample_of(theme_id: int, *, session: Session) -> int:
    """Return the highest id among a theme's samples, deleted ones too; 0 when there is none."""
    return session.scalar(select(func.max(Sample.id)).where(Sample.theme_id == theme_id)) or 0


def _newest(theme_id: int, session: Session) -> tuple[int, int]:
    return last_event_of(theme_id, session=session), last_sample_of(theme_id, session=session)


def _find(theme_id: int, name: str, session: Session) -> Tag | None:
    return session.scalar(select(Tag).where(Tag.theme_id == theme_id, Tag.name == name))


def _unknown(theme_id: int, name: str, session: Session) -> NotFoundError:
    known = [tag.name for tag in tags_of(theme_id, session=session)]
    close = nearest(name, known)
    meant = f" Did you mean '{close}'?" if close else ""
    listed = f" Tags: {', '.join(known[:20])}." if known else " There are no tags yet."
    return NotFoundError(
        f"'{name}' is neither a tag nor a time.{meant}{listed} "
        "A time is ISO 8601, as '2026-11-01' or '2026-11-01T14:30'."
    )


def checked_tag(name: str) -> str:
    """Return a tag's name with single blanks between its words. Raises WorkbenchError when it cannot be one."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_TAG or not name.isprintable():
        raise WorkbenchError(
            f"{name[:LONGEST_TAG]!r} cannot be the name of a tag. Allowed: 1 to {LONGEST_TAG} printable characters."
        )
    if name == NOW or _is_time(name):
        raise WorkbenchError(f"'{name}' means a time already. Give the tag another name.")
    return name


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
