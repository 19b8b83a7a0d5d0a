"""The store: themes, labels, samples, splits, snapshots, models and predictions in SQL, images as files.

Functions of this package take a keyword-only `session` and never commit: `Store.write()` alone does.
`Session` is there to annotate what takes one: no other room imports sqlalchemy.
"""

from sqlalchemy.orm import Session

from workbench.store.column_types import now
from workbench.store.connection import Store, open_store

__all__ = ["Session", "Store", "now", "open_store"]
