"""The counts of a theme of boxes after one image was saved: counting all boxes would take longer than drawing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.store.counts import BoxCounts
from workbench.store.decisions import Decision


def counts_after(counts: BoxCounts, before: Decision, after: Decision) -> BoxCounts:
    """Return a theme's counts after the decision about one image has become another one."""
    return replace(
        counts,
        boxes=counts.boxes + len(after.boxes or ()) - len(before.boxes or ()),
        submitted=counts.submitted + (before.boxes is None and after.boxes is not None),
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
