"""A theme as it was: how long a million samples take to be looked at as of a tag, on SQLite and on PostgreSQL.

    python bench/states.py [--samples 1000000] [--databases sqlite postgresql]

Half of the samples are labeled, and tagged; then one in twenty gets another label. The first page of the tag is what
the label panel shows at once. All of it is read once, for counts, filters and further pages, and kept until somebody
decides something; a further page is one out of the middle then, of all images or of one label's.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from comparison import Row, report
from store import database, fill, median_ms

from workbench.paths import Project
from workbench.store import Store, open_store
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, samples_by_id
from workbench.store.states.diff import diff_states
from workbench.store.states.past import first_of_past, past_labels
from workbench.store.states.tags import NOW, add_tag, find_state
from workbench.store.steps.edits import label_in_steps

PAGE = 60
GOAL_MS = 300


def main() -> None:
    """Print the rows of each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    given = parser.parse_args()
    rows: list[Row] = []
    for kind in given.databases:
        with tempfile.TemporaryDirectory(prefix="bench-states-") as name, database(kind, Path(name)):
            root = Path(name) / "project"
            root.mkdir()
            store = open_store(Project(root))
            rows += look(store, fill(store, given.samples), given.samples, kind)
            store.close()
    report(rows)


def look(store: Store, theme_id: int, number: int, kind: str) -> list[Row]:
    """Tag, change, and look at the tag."""
    with store.write() as session:
        add_tag(theme_id, "before", annotator="bench", session=session)
        label = labels_of(theme_id, session=session)[0].id
    changed = SampleFilter(ids=tuple(range(1, number, 20)))
    label_in_steps(store, theme_id, changed, label, annotator="bench")
    with store.read() as session:
        state = find_state(theme_id, "before", session=session)

    def first() -> None:
        with store.read() as session:
            shown = first_of_past(theme_id, state, PAGE, session=session)
            samples_by_id([sample_id for sample_id, *_ in shown], session=session)

    def whole_s(call: Callable[[], object]) -> float:
        begun = time.perf_counter()
        call()
        return time.perf_counter() - begun

    with store.read() as session:
        past = past_labels(theme_id, state, session=session)
        read_s = whole_s(lambda: past_labels(theme_id, state, session=session))
        now = find_state(theme_id, NOW, session=session)
        diff_s = whole_s(lambda: diff_states(theme_id, state, now, session=session))

    def further(label: int | None) -> Callable[[], None]:
        def call() -> None:
            found = past.matching(label=label)
            middle = found[len(found) // 2 :][:PAGE]
            with store.read() as session:
                samples_by_id(past.ids[middle].tolist(), session=session)

        return call

    figures = {
        "first page": median_ms(first),
        "a further page": median_ms(further(None)),
        "a further page of one label": median_ms(further(label)),
    }
    rows = [
        Row(f"{kind}, {number:,} samples as of a tag: {what}", f"{ms:.0f} ms", goal=f"{GOAL_MS} ms", met=ms <= GOAL_MS)
        for what, ms in figures.items()
    ]
    told = f"{kind}, {number:,} samples as of a tag"
    return [
        *rows,
        Row(f"{told}: all of it, once", f"{read_s:.1f} s"),
        Row(f"{told}: what changed since, and by whom", f"{diff_s:.1f} s"),
    ]


if __name__ == "__main__":
    main()
