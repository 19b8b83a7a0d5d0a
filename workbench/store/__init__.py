"""The store: themes, labels, samples, splits, snapshots, models and predictions in SQL, images as files.

Functions of this package take a keyword-only `session` and never commit; `Store.write()` is the one place that does.
"""

from workbench.store.connection import Store, open_store
from workbench.store.schema import now

__all__ = ["Store", "now", "open_store"]
