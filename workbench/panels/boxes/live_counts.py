"""The counts of a theme of boxes after one image was saved: counting all boxes would take longer than drawing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.store.counts import BoxCounts
from workbench.store.decisions import Decision


def counts_after(counts: BoxCounts, before: Decision, after: Decision, *, done: bool) -> BoxCounts:
    """Return a theme's counts after something was drawn on one image, which was `done` before or not."""
    return replace(
        counts,
        boxes=counts.boxes + len(after.boxes or ()) - len(before.boxes or ()),
        submitted=counts.submitted - (done and after.boxes is None),
        skipped=counts.skipped - (before.skipped and not after.skipped),
    )


def per_label_after(
    per_label: Mapping[str, int], before: Decision, after: Decision, names: Mapping[int, str]
) -> dict[str, int]:
    """Return the number of boxes per label after the same; `names` are the labels' by their ids."""
    found = dict(per_label)
    for decision, by in ((before, -1), (after, 1)):
        for box in decision.boxes or ():
            name = names.get(box.label_id, "")
            found[name] = found.get(name, 0) + by
    return found
