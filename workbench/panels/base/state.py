"""What a panel's kernel half keeps between two messages, and the thumbnails that it sends."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypedDict

from workbench.data.thumbnails import Sheet, Thumbnails
from workbench.panels.base.unfinished_files import UnfinishedFiles
from workbench.store import Store


class SheetJson(TypedDict):
    """Thumbnails in one picture, which travels beside: see `workbench.data.thumbnails.Sheet`.

    `left` are the samples whose thumbnails were not ready in time: the browser asks for them with its next message.
    """

    ids: list[int]
    sizes: list[tuple[int, int]]
    columns: int
    cell: int
    type: str
    left: list[int]


@dataclass
class PanelState:
    """A store, its thumbnails, and files on their way into it."""

    store: Store
    uploads: UnfinishedFiles = field(default_factory=UnfinishedFiles, kw_only=True)

    @cached_property
    def thumbnails(self) -> Thumbnails:
        """The thumbnails of the store's images, kept in the project's cache."""
        return Thumbnails(self.store.images, self.store.project.cache / "thumbnails")

    def sheet(
        self, files: Sequence[tuple[int, str]], side: int, *, seconds: float = math.inf
    ) -> tuple[SheetJson | None, list[bytes]]:
        """Return a sheet of thumbnails and its picture; None and nothing without files.

        `files` are samples' ids and the keys of their images, `side` is one of `SIDES` or smaller, in pixels; making
        thumbnails stops after `seconds`.
        """
        if not files:
            return None, []
        made = self.thumbnails.sheet([uri for _, uri in files], side, seconds=seconds)
        return sheet_json(made, [sample_id for sample_id, _ in files])


def sheet_json(made: Sheet, ids: Sequence[int]) -> tuple[SheetJson, list[bytes]]:
    """Return a sheet of the pictures of some ids as the browser takes it, and the picture that travels beside."""
    return {
        "ids": list(ids[: made.shown]),
        "sizes": made.sizes,
        "columns": made.columns,
        "cell": made.cell,
        "type": made.media_type,
        "left": list(ids[made.shown :]),
    }, [made.content]


def store_key(store: Store) -> str:
    """Name the store so that a browser keeps the journals of two projects apart; where it is stays unknown."""
    url = store.engine.url.render_as_string(hide_password=True)
    return hashlib.sha256(url.encode()).hexdigest()[:16]
