"""Images that a person drops on the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.data.importing.run import import_uploads
from workbench.panels.base.messages import Answer
from workbench.panels.label.state import Desk
from workbench.store.schema import Theme


def upload(desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
    """Take pieces of files (see `parcels`) and import those that are complete."""
    files = desk.parcels.take(params["pieces"], buffers)
    if not files:
        return Answer({"added": 0, "duplicates": 0, "rejected": []})
    with desk.store.read() as session:
        theme = session.get_one(Theme, params["theme"]).name
    done = import_uploads(desk.store, theme, files, annotator=params["annotator"])
    rejected = [{"name": file.path, "reason": file.reason} for file in done.rejected]
    return Answer({"added": done.added, "duplicates": done.duplicates, "rejected": rejected})
