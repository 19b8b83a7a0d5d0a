"""Images that a person drops on the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.data.adding import add_images
from workbench.panels.calls import Answer
from workbench.panels.labeling.desk import Desk


def upload(desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
    """Take pieces of files (see `parcels`) and add those that are complete."""
    files = desk.parcels.take(params["pieces"], buffers)
    if not files:
        return Answer({"added": 0, "restored": 0, "duplicates": 0, "rejected": []})
    done = add_images(desk.store, params["theme"], files, annotator=params["annotator"])
    return Answer(
        {
            "added": done.added,
            "restored": done.restored,
            "duplicates": done.duplicates,
            "rejected": [{"name": name, "reason": reason} for name, reason in done.rejected],
        }
    )
