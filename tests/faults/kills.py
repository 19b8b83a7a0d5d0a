"""Programs that are killed at random moments, and what has to hold afterwards.

A kill is drawn from its seed alone: the same seed kills after the same time. What is in the store then depends on the
machine too, so that a seed that fails may have to be tried more than once.
"""

import random
import time
from dataclasses import dataclass, field

from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.part_files import PART
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.bulk_edits import label_many
from workbench.store.counts import theme_counts
from workbench.store.history import history_of
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.themes import create_theme, get_theme
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.restore import restore

_BEGIN = """
    import itertools, os, random, sys
    from pathlib import Path
    from workbench.data.exporting import export_theme
    from workbench.data.importing.run import import_images
    from workbench.paths import find_project
    from workbench.store import open_store
    from workbench.store.bulk_edits import delete_samples, label_many, restore_samples
    from workbench.store.decisions import Decision
    from workbench.store.labels import labels_of
    from workbench.store.samples import SampleFilter
    from workbench.store.single_edits import Edit, decide
    from workbench.store.splits import assign_splits
    from workbench.store.themes import get_theme
    from workbench.store.undo import undo
    from workbench.store.upkeep.backup import backup

    name, seed, *ids = sys.argv[1], *map(int, sys.argv[2:])
    who = {"annotator": "ann"}
    drawn = random.Random(seed)
    if name != "upgrade":
        store = open_store()
        with store.read() as session:
            theme = get_theme("pets", session=session).id
            labels = [label.id for label in labels_of(theme, session=session)]
    print("begun", flush=True)
"""

PROGRAMS = {
    "label": """
    while True:
        some = drawn.sample(ids, drawn.randint(1, 3))
        texts = [drawn.choice([*map(str, labels), "skipped", None]) for _ in some]
        edits = [Edit(one, Decision.parse(text)) for one, text in zip(some, texts)]
        with store.write() as session:
            done = decide(theme, edits, session=session, **who)
        print(*(f"{outcome.sample_id}={outcome.decision.text}" for outcome in done), flush=True)
""",
    "bulk": """
    for label in itertools.cycle(labels):
        with store.write() as session:
            label_many(theme, SampleFilter(), label, session=session, **who)
        print(label, flush=True)
        with store.write() as session:
            undo(theme, session=session, **who)
        print("undone", flush=True)
        with store.write() as session:
            delete_samples(theme, SampleFilter(), session=session, **who)
        with store.write() as session:
            restore_samples(theme, SampleFilter(), session=session, **who)
""",
    "split": """
    for number in itertools.count():
        with store.write() as session:
            assign_splits(theme, seed=number, reset=True, session=session, **who)
        print(number, flush=True)
""",
    "import": """
    import_images(store, "pets", os.environ["KILLED_IMPORT"], progress=False, **who)
    print("whole", flush=True)
""",
    "backup": """
    for number in itertools.count():
        backup(store, find_project().backups / f"{seed}-{number}.zip")
        print(number, flush=True)
""",
    "export": """
    for number in itertools.count():
        kind = ("folder", "workbench", "coco")[number % 3]
        export_theme(store, "pets", find_project().runs / f"{seed}-{number}", kind, progress=False)
        print(number, flush=True)
""",
    "upgrade": """
    open_store()
    print("whole", flush=True)
""",
}


@dataclass
class Outcome:
    """What some kills came to: how many there were, what had been acknowledged before them, and what is not right."""

    kills: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)


def fill(store, draw_image, add_samples, number=24):
    """Make the theme that the programs work on, and return the ids of its samples."""
    with store.write() as session:
        theme = create_theme("pets", labels=["cat", "dog", "bird"], session=session).id
    ids = add_samples(store, theme, range(number))
    with store.write() as session:
        for position, label in enumerate(labels_of(theme, session=session)):
            label_many(theme, SampleFilter(ids=tuple(ids[position::3])), label.id, annotator="ann", session=session)
    return ids


def kill(run_python, program, ids, seed, longest):
    """Start a program, kill it after a time drawn from the seed, and return the lines that it had printed."""
    child = run_python(_BEGIN + PROGRAMS[program], program, seed, *ids)
    assert child.stdout.readline() == "begun\n", child.communicate()
    time.sleep(random.Random(seed).uniform(0, longest))
    child.kill()
    child.wait()
    # A line that was cut off was not acknowledged.
    return [line.rstrip("\n") for line in child.stdout.readlines() if line.endswith("\n")]


def look(program, store, lines, seed, tmp_path, source=None):
    """Return what is wrong after a kill, as a text; nothing when all is right."""
    # Of a labeled sample its history is looked at after each kill; all of the store now and then.
    found = check(store) if program != "label" or seed % 20 == 0 else None
    if found is not None and not found.ok:
        return f"the check finds {found.problems[:3]}"
    look_at = {"label": _labels, "bulk": _bulk, "split": _splits, "backup": _backups, "export": _exports}.get(program)
    if program == "import":
        return _imported(store, source)
    return look_at(store, lines, seed, tmp_path) if look_at else ""


def _labels(store, lines, _seed, _tmp_path):
    acknowledged = [pair.split("=") for line in lines for pair in line.split()]
    with store.read() as session:
        for sample_id, text in dict(acknowledged).items():
            events = [event.after for event in history_of(int(sample_id), session=session)]
            # The last event is what was acknowledged last, or came after it and was committed unheard.
            if (None if text == "None" else text) not in events[-2:] and events:
                return f"sample {sample_id}: {text} was acknowledged, its history ends in {events[-2:]}"
    return ""


def _bulk(store, _lines, _seed, _tmp_path):
    with store.read() as session:
        theme = get_theme("pets", session=session).id
        total, living = (
            count_samples(theme, SampleFilter(deleted=None), session=session),
            count_samples(theme, session=session),
        )
        counts = theme_counts(theme, session=session).by_label
        used = sorted(sum(row.values()) for row in counts.values())
    whole = [[0, 0, total], [total // 3] * 3]
    return "" if living in (0, total) and (used in whole or not living) else f"{living} live, by label {used}"


def _splits(store, _lines, _seed, _tmp_path):
    with store.read() as session:
        theme = get_theme("pets", session=session).id
        none = count_samples(theme, SampleFilter(split="none"), session=session)
        total = count_samples(theme, session=session)
    return "" if none in (0, total) else f"{none} of {total} samples have no split"


def _imported(store, source):
    import_images(store, "pets", source, progress=False, annotator="ann")
    with store.read() as session:
        theme = get_theme("pets", session=session).id
        names = [row.name for row in page_of_samples(theme, session=session, limit=1_000)]
    expected = sorted(file.name for file in source.iterdir())
    return "" if sorted(name for name in names if name.startswith("new")) == expected else f"imported are {names}"


def _backups(store, _lines, seed, tmp_path):
    whole = list(store.project.backups.glob(f"{seed}-*.zip"))
    for file in whole[-1:]:
        place = Project(tmp_path / f"restored-{seed}")
        place.root.mkdir()
        restore(place, file)
        opened = open_store(place)
        found = check(opened)
        opened.close()
        if not found.ok:
            return f"{file.name} restores to {found.problems[:3]}"
    backup(store, store.project.backups / f"{seed}-next.zip")
    left = list(store.project.backups.glob(f"{PART}*"))
    return f"{left} are left" if left else ""


def _exports(store, _lines, seed, _tmp_path):
    for folder in store.project.runs.glob(f"{seed}-*"):
        if folder.is_dir() and len(list(folder.rglob("*.png"))) != 24:
            return f"{folder.name} is not whole"
    export_theme(store, "pets", store.project.runs / f"{seed}-next", progress=False)
    left = list(store.project.runs.glob(f"{PART}*"))
    return f"{left} are left" if left else ""
