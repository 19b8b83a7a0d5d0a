"""Data sets of each format with one odd value: refused in a sentence, or imported so that nothing is false."""

import contextlib
import itertools
import json
import shutil

import pytest

from tests.faults.examples import mutations, try_each
from tests.faults.mutations import ODD
from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.errors import WorkbenchError
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData, Decision
from workbench.store.labels import labels_of
from workbench.store.single_edits import Edit, decide
from workbench.store.themes import create_theme
from workbench.store.upkeep.integrity import check

ROUNDS = 14
TEXTS = (".json", ".csv", ".txt", ".xml", ".yaml", ".names", ".jsonl")


@pytest.fixture
def theme(sqlite_store, make_theme, add_samples):
    """A theme with labels and boxes, which each format holds as far as it can."""
    theme = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme, range(6), size=(20, 10))
    with sqlite_store.write() as session:
        cat, dog, _ = (label.id for label in labels_of(theme, session=session))
        decide(theme, [Edit(one, Decision.of(cat)) for one in ids[:2]], annotator="ann", session=session)
        for one in ids[2:]:
            boxes = [BoxData(cat, 1, 1, 5, 5), BoxData(dog, 2, 2, 7.5, 7)]
            replace_boxes(one, boxes, annotator="ann", session=session)
    return sqlite_store


@pytest.mark.parametrize("kind", ["coco", "csv", "fiftyone", "folder", "label-studio", "voc", "yolo"])
def test_an_odd_value_in_a_data_set(theme, tmp_path, kind):
    whole = tmp_path / "whole"
    export_theme(theme, "pets", whole, kind, progress=False)
    numbers = itertools.count()

    def each(drawn):
        name = f"mutated {next(numbers)}"
        mutated = tmp_path / name
        shutil.copytree(whole, mutated)
        mutate_set(mutated, drawn)
        with theme.write() as session:
            create_theme(name, session=session)
        with contextlib.suppress(WorkbenchError):
            import_images(theme, name, mutated, progress=False, annotator="ann")

    try_each(ROUNDS, mutations, each)
    assert check(theme).problems == []


def mutate_set(folder, drawn):
    """Change one thing in one of the texts of a data set, or in the name or the content of an image."""
    texts = sorted(file for file in folder.rglob("*") if file.suffix in TEXTS)
    if not texts or drawn.random() < 0.15:
        file = drawn.choice(sorted(file for file in folder.rglob("*.png")))
        if drawn.random() < 0.5:
            file.rename(file.with_name(drawn.choice(["ä b.png", "x.PNG", "-.png", ".png", "a%20b.png"])))
        else:
            file.write_bytes(file.read_bytes()[: drawn.randrange(60)])
        return
    file = drawn.choice(texts)
    content = file.read_bytes()
    if file.suffix == ".json" and drawn.random() < 0.7:
        data = json.loads(content)
        _mutate_tree(data, drawn)
        file.write_text(json.dumps(data))
        return
    kind = drawn.choice(["drop", "twice", "byte", "value", "cut"])
    lines = content.splitlines(keepends=True) or [b"\n"]
    number = drawn.randrange(len(lines))
    if kind == "drop":
        del lines[number]
    elif kind == "twice":
        lines.insert(number, lines[number])
    elif kind == "byte":
        at = drawn.randrange(len(lines[number]))
        lines[number] = lines[number][:at] + bytes([drawn.randrange(256)]) + lines[number][at + 1 :]
    elif kind == "cut":
        lines = [*lines[:number], lines[number][: drawn.randrange(len(lines[number]) + 1)]]
    else:
        words = lines[number].split()
        odd = str(drawn.choice([each for each in ODD if not isinstance(each, list | dict)])).encode("utf-8", "replace")
        lines[number] = lines[number].replace(drawn.choice(words), odd, 1) if words else odd
    file.write_bytes(b"".join(lines))


def _mutate_tree(data, drawn):
    """Replace, drop or double one node somewhere in the tree."""
    node = data
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = drawn.choice(keys)
        below = node[key]
        if isinstance(below, dict | list) and below and drawn.random() < 0.75:
            node = below
            continue
        if drawn.random() < 0.2:
            del node[key]
        elif isinstance(node, list) and drawn.random() < 0.2:
            node.append(below)
        else:
            node[key] = drawn.choice(ODD)
        return
