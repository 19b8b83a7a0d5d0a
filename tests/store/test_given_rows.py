"""Rows as parameters of one statement: what is given is what the database has, on both."""

import pytest
from sqlalchemy import BigInteger, Boolean, Text, select

from workbench.store.given_rows import given_rows, given_texts
from workbench.store.samples import samples_by_sha256

ROWS = [
    ("plain", "a, 'b' \"c\" {d} \\ %s :e", 1, True),
    ("\x01\x02 of control", None, 2**40, False),
    ("two\nlines", "", None, True),
    ("Straße 猫", "NULL", -1, False),
]


def test_rows_come_as_they_are_given(store):
    kinds = {"name": Text, "note": Text, "number": BigInteger, "so": Boolean}
    with store.read() as session:
        columns, order, given = given_rows(kinds, ROWS, session=session)
        rows = session.execute(select(*columns.values()).order_by(order), given).all()
        assert [(*row[:3], bool(row[3])) for row in rows] == ROWS


@pytest.mark.parametrize("values", [["b", "a", "\x01"], []])
def test_texts_come_as_they_are_given(store, values):
    with store.read() as session:
        query, given = given_texts(values, session=session)
        assert set(session.scalars(query, given)) == set(values)
        assert samples_by_sha256(1, values, session=session) == {}
