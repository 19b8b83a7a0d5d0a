"""Types of columns that behave alike on SQLite and PostgreSQL; and the current time."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, TypeDecorator
from sqlalchemy.types import TypeEngine

# SQLite hands out row numbers by itself only for INTEGER primary keys.
BigId = BigInteger().with_variant(Integer(), "sqlite")


# Text that PostgreSQL compares byte by byte, not by the rules of a language. Names sort so on every database, so that
# pages come in the same order; of digests it halves what an index of a million of them costs.
def plain_text(length: int) -> TypeEngine[str]:
    """Return text of that length at most, which sorts by code point on every database."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC on every database (SQLite itself keeps no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without time zone was given to the store; use workbench.store.now()")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return datetime.now(UTC)
