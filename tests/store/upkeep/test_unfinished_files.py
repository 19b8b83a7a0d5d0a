"""What killed backups and exports leave goes with the next one, and with `db clean`; what is being written stays."""

import os
import signal

import pytest

from workbench.data.exporting import export_theme
from workbench.part_files import PART, part_name
from workbench.store import now
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.garbage import collect_garbage

WRITING = """
    import sys
    from pathlib import Path
    from workbench.data.exporting import export_theme
    from workbench.store import open_store
    from workbench.store.upkeep.backup import backup

    class Images:
        # Stands before the images of the store, and stops at the second one.
        def __init__(self, images):
            self.images, self.left = images, 1

        def __getattr__(self, name):
            return getattr(self.images, name)

        def path(self, uri):
            self.left -= 1
            if self.left < 0:
                print("half-way", flush=True)
                sys.stdin.read()
            return self.images.path(uri)

        def read_each(self, uris):
            for uri in uris:
                yield uri, self.path(uri).read_bytes()

    store = open_store()
    object.__setattr__(store, "images", Images(store.images))
    kind, target = sys.argv[1], Path(sys.argv[2])
    if kind == "backup":
        backup(store, target)
    else:
        export_theme(store, "pets", target, kind, progress=False)
"""


@pytest.mark.parametrize("kind", ["backup", "folder", "workbench"])
def test_the_next_one_removes_what_a_killed_one_left(sqlite_store, make_theme, add_samples, run_python, kind):
    add_samples(sqlite_store, make_theme(sqlite_store), range(4))
    folder = sqlite_store.project.backups
    folder.mkdir()
    killed, alive = (run_python(WRITING, kind, str(folder / name)) for name in ("killed.zip", "alive.zip"))
    for process in (killed, alive):
        assert process.stdout.readline() == "half-way\n"
    assert len(parts(folder)) == 2
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    if kind == "backup":
        backup(sqlite_store, folder / "next.zip")
    else:
        export_theme(sqlite_store, "pets", folder / "next.zip", kind, progress=False)
    assert len(parts(folder)) == 1, "the one that is being written"
    alive.stdin.close()
    assert alive.wait() == 0
    assert sorted(path.name for path in folder.iterdir()) == ["alive.zip", "next.zip"]


def test_cleaning_removes_them_everywhere_in_the_project(sqlite_store, run_python):
    project = sqlite_store.project
    process = run_python("import os; from workbench.part_files import part_name; print(part_name(), os.getpid())")
    name = process.stdout.readline().split()[0]
    process.wait()
    ours, of_others = part_name(), f"{PART}00000000-1-abcdef01"
    for folder in (project.root, project.db, project.backups, project.runs / "exports"):
        folder.mkdir(exist_ok=True, parents=True)
        (folder / name).mkdir()
        (folder / name / "half.png").write_bytes(b"x")
        for kept in (ours, of_others):
            (folder / kept).write_bytes(b"x")
    old = project.db / f"{PART}00000000-2-abcdef01"
    old.write_bytes(b"x")
    os.utime(old, (1, 1))
    report = collect_garbage(sqlite_store, deleted_before=now(), annotator="ann")
    assert report.unfinished == 5
    assert {path.name for path in project.root.rglob(f"{PART}*")} == {ours, of_others}


def parts(folder):
    return list(folder.glob(f"{PART}*"))
