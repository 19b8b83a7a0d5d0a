"""Programs that work on a store, to be killed, and what has to hold of the store afterwards."""

import zipfile

import pytest

from tests.faults.kills import begin
from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.data.theme_of_crops import theme_of_crops
from workbench.part_files import PART
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.boxes import replace_boxes
from workbench.store.bulk_edits import label_many
from workbench.store.counts import theme_counts
from workbench.store.decisions import BoxData
from workbench.store.history import history_of
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Theme
from workbench.store.themes import create_theme, find_theme, get_theme
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.restore import restore

_BEGIN = """
    import itertools, os, random, sys
    from pathlib import Path
    from workbench.data.exporting import export_theme
    from workbench.data.importing.run import import_images
    from workbench.data.theme_of_crops import theme_of_crops
    from workbench.paths import find_project
    from workbench.store import open_store
    from workbench.store.bulk_edits import delete_samples, label_many, restore_samples
    from workbench.store.decisions import Decision
    from workbench.store.labels import labels_of
    from workbench.store.samples import SampleFilter
    from workbench.store.single_edits import Edit, decide
    from workbench.store.splits import assign_splits
    from workbench.store.steps import writing
    from workbench.store.steps.edits import delete_in_steps, label_in_steps, restore_in_steps, undo_of_any_size
    from workbench.store.themes import get_theme
    from workbench.store.undo import undo
    from workbench.store.upkeep import migrations
    from workbench.store.upkeep.backup import backup

    name, seed, *ids = sys.argv[1], *map(int, sys.argv[2:])
    who = {"annotator": "ann"}
    drawn = random.Random(seed)
    if name not in ("create", "upgrade"):
        store = open_store()
        with store.read() as session:
            theme = get_theme("pets", session=session).id
            labels = [label.id for label in labels_of(theme, session=session)]

    def in_small_steps():
        writing.AT_ONCE, writing._FIRST_STEP = 2, 3
        writing.Pace.rest = lambda pace, started: setattr(pace, "size", 3)

    print("begun", flush=True)
    sys.stdin.readline()
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
    "steps": """
    in_small_steps()
    for label in itertools.cycle(labels):
        label_in_steps(store, theme, SampleFilter(), label, **who)
        print(label, flush=True)
        undo_of_any_size(store, theme, **who)
        print("undone", flush=True)
        delete_in_steps(store, theme, SampleFilter(), **who)
        restore_in_steps(store, theme, SampleFilter(), **who)
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
    "archive": """
    in_small_steps()
    for number in itertools.count():
        import_images(store, f"back {seed} {number}", find_project().runs / "whole.zip", progress=False, **who)
        print(number, flush=True)
""",
    "crops": """
    in_small_steps()
    for number in itertools.count():
        theme_of_crops(store, "boxed", margin=(seed + number) % 4 / 10, progress=False, **who)
        print(number, flush=True)
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
    "create": """
    open_store()
    print("whole", flush=True)
""",
    "upgrade": """
    migrations.asset = lambda *parts: Path(os.environ["KILLED_UPGRADE"]).joinpath(*parts[2:])
    open_store(upgrade=True)
    print("whole", flush=True)
""",
}

LONGEST = {"label": 0.06, "bulk": 0.15, "steps": 0.4, "split": 0.15, "import": 0.12, "backup": 0.4, "export": 0.15}
LONGEST |= {"create": 0.25, "upgrade": 0.25, "archive": 0.5, "crops": 0.4}
"""Within so many seconds of its beginning a program is killed."""


def fill(store, add_samples, number=24):
    """Make the theme that the programs work on, and return the ids of its samples."""
    with store.write() as session:
        theme = create_theme("pets", labels=["cat", "dog", "bird"], session=session).id
    ids = add_samples(store, theme, range(number))
    with store.write() as session:
        for position, label in enumerate(labels_of(theme, session=session)):
            label_many(theme, SampleFilter(ids=tuple(ids[position::3])), label.id, annotator="ann", session=session)
    return ids


def prepare(store, program, add_samples):
    """Make what one of the programs needs besides."""
    if program == "archive":
        export_theme(store, "pets", store.project.runs / "whole.zip", "workbench", progress=False)
    if program == "crops":
        with store.write() as session:
            theme = create_theme("boxed", labels=["cat", "dog"], task="boxes", session=session).id
        ids = add_samples(store, theme, range(100, 112), size=(20, 20))
        with store.write() as session:
            cat, dog = (label.id for label in labels_of(theme, session=session))
            for one in ids:
                boxes = [BoxData(cat, 1, 1, 8, 8), BoxData(dog, 5, 5, 12, 9)]
                replace_boxes(one, boxes, annotator="ann", session=session)


def start(run_python, program, seed, ids=()):
    """Start one of the programs; it has begun when this returns."""
    return begin(run_python, _BEGIN + PROGRAMS[program], program, seed, *ids)


def look(program, store, lines, seed, tmp_path):
    """Return what is wrong after a kill, as a text; nothing when all is right."""
    if program in ("steps", "archive", "crops"):
        # Whoever opens the store next takes back, or ends, what was begun.
        open_store(store.project).close()
    # Of what was labeled the history is looked at after each kill; all of the store now and then.
    found = check(store) if program != "label" or seed % 20 == 0 else None
    if found is not None and not found.ok:
        return f"the check finds {found.problems[:3]}"
    looks = {"label": _labels, "bulk": _bulk, "steps": _bulk, "split": _splits, "backup": _backups, "export": _exports}
    looks |= {"archive": _archives, "crops": _crops}
    return looks[program](store, lines, seed, tmp_path) if program in looks else ""


def _labels(store, lines, _seed, _tmp_path):
    acknowledged = dict(pair.split("=") for line in lines for pair in line.split())
    with store.read() as session:
        for sample_id, text in acknowledged.items():
            events = [event.after for event in history_of(int(sample_id), session=session)]
            # The last event is what was acknowledged last, or came after it and was committed unheard.
            if (None if text == "None" else text) not in [None, *events][-2:]:
                return f"sample {sample_id}: {text} was acknowledged, its history ends in {events[-2:]}"
    return ""


def decisions(store):
    """What stands of each sample of the theme: its label, split, and how many events it has."""
    with store.read() as session:
        theme = get_theme("pets", session=session).id
        return [
            (row.id, row.label_id, row.skipped, row.split, len(history_of(row.id, session=session)))
            for row in page_of_samples(theme, session=session, limit=1_000)
        ]


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


def _archives(store, lines, seed, _tmp_path):
    expected = {f"back {seed} {line}" for line in lines}
    with store.read() as session:
        # A deleted theme, or one that is being written, would be among these.
        there = {theme.name: theme.id for theme in session.query(Theme) if theme.name != "pets"}
        numbers = {
            name: count_samples(theme, SampleFilter(state="labeled"), session=session) for name, theme in there.items()
        }
        missing = [name for name in expected if find_theme(name, session=session) is None]
    odd = {name: number for name, number in numbers.items() if number != 24 or not name.startswith("back ")}
    return f"{missing} were acknowledged, and there is {odd}" if missing or odd else ""


def _crops(store, lines, _seed, _tmp_path):
    with store.read() as session:
        found = find_theme("boxed-crops", session=session)
        if found is None:
            return "what was acknowledged is gone" if lines else ""
        total = count_samples(found.id, SampleFilter(deleted=None), session=session)
    if total < 24:
        return f"a new theme has {total} crops"
    theme_of_crops(store, "boxed", margin=0, progress=False, annotator="ann")
    with store.read() as session:
        numbers = [count_samples(found.id, SampleFilter(state=state), session=session) for state in ("all", "labeled")]
        without = count_samples(found.id, SampleFilter(split="none"), session=session)
    problems = check(store).problems[:3]
    return "" if (numbers, without, problems) == ([24, 24], 0, []) else f"{numbers} crops, {without}, {problems}"


def imported(store, source):
    """Import a killed folder once more, and return what is wrong then."""
    import_images(store, "pets", source, progress=False, annotator="ann")
    found = check(store)
    if not found.ok:
        return f"the check finds {found.problems[:3]}"
    with store.read() as session:
        theme = get_theme("pets", session=session).id
        names = [row.name for row in page_of_samples(theme, SampleFilter(search=f"{source.name} "), session=session)]
    expected = sorted(file.name for file in source.iterdir())
    return "" if sorted(names) == expected else f"imported are {names}"


def _backups(store, _lines, seed, tmp_path):
    whole = list(store.project.backups.glob(f"{seed}-*.zip"))
    for file in whole:
        with zipfile.ZipFile(file) as opened:
            if opened.testzip() is not None:
                return f"{file.name} is damaged"
    # To restore one takes as long as a dozen kills.
    for file in whole[-1:] if seed % 3 == 0 else []:
        place = Project(tmp_path / f"restored-{seed}")
        place.root.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            # Whatever the database was, there is one for each backup.
            patch.delenv("WORKBENCH_DATABASE_URL", raising=False)
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
