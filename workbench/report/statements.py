"""What the numbers of a model rest on, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.report.facts import Facts
from workbench.store.groups.certificate import leaks, sentence

INTERVALS = (
    "Intervals are of figures on test, at a level with which those of all models measured there hold at 95 %: Wilson's "
    "of accuracy and of the precision and recall of a class; of F1 and of means over the classes by a bootstrap "
    "from the test images. A dash stands where there are fewer than five mistakes to draw from, and beside "
    "losses and calibration errors, which answers alone do not tell, and figures on valid, which chose the epoch."
)
"""What the intervals beside a report's figures are."""


@dataclass(frozen=True)
class Statement:
    """A sentence of a report. `warning` is for what a reader of the numbers should not miss."""

    title: str
    text: str
    warning: bool = False


def statements_of(facts: Facts) -> list[Statement]:
    """Word what a reader should know before taking the numbers for what they look like."""
    return [*_interval(facts), *_data(facts), *_leaks(facts), *_changed(facts), *_unseen(facts), *_code(facts)]


def _interval(facts: Facts) -> list[Statement]:
    if facts.confusion is None or facts.interval is None:
        text = "The run keeps no answers for test images, so its figures cannot be traced to images."
        return [Statement("Test", text, warning=True)]
    words = facts.meter.words(int(facts.confusion.counts.trace()), facts.confusion.total)
    return [Statement("Test", f"{words}. {str(facts.meter).capitalize()}.")]


def _changed(facts: Facts) -> list[Statement]:
    if facts.changed is None:
        return []
    told = facts.changed.words
    return [Statement("Since then", f"{told[0].upper()}{told[1:]}.", warning=facts.changed.is_stale)]


def _data(facts: Facts) -> list[Statement]:
    if not facts.snapshot_digest:
        return [Statement("Data", "The run names no snapshot: what it was trained on is not known.", warning=True)]
    if not facts.counts:
        text = f"The snapshot {facts.snapshot_digest[:12]} is not in this store: what it holds is not known."
        return [Statement("Data", text, warning=True)]
    parts = ", ".join(f"{number:,} {split}" for split, number in facts.totals.items())
    text = f"Frozen as snapshot {facts.snapshot_digest[:12]}: {parts}, in {len(facts.counts):,} classes."
    return [Statement("Data", text)]


def _leaks(facts: Facts) -> list[Statement]:
    if not facts.counts:
        return []
    told = sentence(facts.certificate)
    return [Statement("Leaks", f"{told[0].upper()}{told[1:]}.", warning=bool(leaks(facts.certificate)))]


def _unseen(facts: Facts) -> list[Statement]:
    if not facts.labels_unseen:
        return []
    images = "1 label was" if facts.labels_unseen == 1 else f"{facts.labels_unseen:,} labels were"
    return [Statement("Labels", f"{images} accepted from a model without anybody looking at the image.", warning=True)]


def _code(facts: Facts) -> list[Statement]:
    if not facts.git_dirty:
        return []
    return [Statement("Code", "There were changes that are in no commit when it was trained.", warning=True)]
