"""The counts of a theme of boxes after one image was saved: counting all boxes would take longer than drawing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.store.box_rows import boxes_from_text
from workbench.store.boxes import BoxCounts, BoxOutcome


def counts_after(counts: BoxCounts, before: str | None, outcome: BoxOutcome) -> BoxCounts:
    """Return a theme's counts after an image was saved; `before` is the state that it had."""
    return replace(
        counts,
        boxes=counts.boxes + len(outcome.boxes) - len(boxes_from_text(before)),
        submitted=counts.submitted + (before in (None, "skipped") and outcome.state is not None),
        skipped=counts.skipped - (before == "skipped" and outcome.state != "skipped"),
    )


def per_label_after(
    per_label: Mapping[str, int], before: str | None, outcome: BoxOutcome, names: Mapping[int, str]
) -> dict[str, int]:
    """Return the number of boxes per label after an image was saved; `names` are the labels' by their ids."""
    found = dict(per_label)
    for boxes, by in ((boxes_from_text(before), -1), (outcome.boxes, 1)):
        for box in boxes:
            name = names.get(box.label_id, "")
            found[name] = found.get(name, 0) + by
    return found
