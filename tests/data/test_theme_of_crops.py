"""Boxes as samples: the theme of crops follows the boxes, and no image is in two splits."""

import io

import numpy as np
import pytest
from PIL import Image

from workbench.data.crops import crop
from workbench.data.decoding import decode_rgb
from workbench.data.theme_of_crops import cut_boxes, theme_of_crops
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store.boxes import replace_boxes
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import BoxData, Decision
from workbench.store.history import history_of
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.steps import writing
from workbench.store.themes import create_theme, get_theme, list_themes
from workbench.store.upkeep.integrity import check

QUIET = {"annotator": "training", "progress": False}
WIDTH, HEIGHT = 60, 40


@pytest.fixture
def cells(sqlite_store):
    """Ten images of noise with two boxes each: red on the left, white on the right. Returns their ids."""
    random = np.random.default_rng(0)
    with sqlite_store.write() as session:
        theme = create_theme("cells", labels=["red", "white"], task="boxes", session=session)
        red, white = (label.id for label in labels_of(theme.id, session=session))
        ids = []
        for number in range(10):
            buffer = io.BytesIO()
            Image.fromarray(random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)).save(buffer, "PNG")
            content = buffer.getvalue()
            digest = sha256_of(content)
            uri = sqlite_store.images.put(content, sha256=digest, suffix="png")
            sample = Sample(
                theme_id=theme.id,
                sha256=digest,
                uri=uri,
                name=f"cell_{number}.jpg",
                width=WIDTH,
                height=HEIGHT,
                size_bytes=len(content),
            )
            session.add(sample)
            session.flush()
            replace_boxes(
                sample.id,
                [BoxData(red, 2, 4, 10, 20), BoxData(white, 30, 10, 25, 15)],
                annotator="mika",
                session=session,
            )
            ids.append(sample.id)
    return ids


def crops_of(store, theme="cells-crops"):
    """The living crops: name to (label, split, size)."""
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        samples = page_of_samples(theme_id, limit=1000, session=session)
        return {s.name: (names.get(s.label_id), s.split, (s.width, s.height)) for s in samples}


def test_each_box_becomes_a_sample_with_its_surroundings(sqlite_store, cells):
    name = theme_of_crops(sqlite_store, "cells", margin=0.2, **QUIET)

    found = crops_of(sqlite_store, name)
    assert len(found) == 20
    # 10 x 20 with 2 and 4 more on each side, cut at the edges of the image.
    assert found["cell_0/2_4_10_20.png"][::2] == ("red", (14, 28))
    assert found["cell_0/30_10_25_15.png"][::2] == ("white", (35, 21))
    with sqlite_store.read() as session:
        theme = get_theme(name, session=session)
        sample = next(s for s in page_of_samples(theme.id, session=session) if s.name == "cell_0/30_10_25_15.png")
        first = page_of_samples(get_theme("cells", session=session).id, session=session)[0]
        original = decode_rgb(sqlite_store.images.path(first.uri))
        assert np.array_equal(decode_rgb(sqlite_store.images.path(sample.uri)), original[7:28, 25:60])


def test_all_crops_of_an_image_are_in_its_split_and_every_split_has_some(sqlite_store, cells):
    theme_of_crops(sqlite_store, "cells", **QUIET)
    splits = {}
    for name, (_, split, _) in crops_of(sqlite_store).items():
        splits.setdefault(name.partition("/")[0], set()).add(split)
    assert all(len(found) == 1 for found in splits.values())
    assert set.union(*splits.values()) == {"train", "valid", "test"}


def test_nothing_is_done_again_while_nothing_changes(sqlite_store, cells):
    theme_of_crops(sqlite_store, "cells", **QUIET)
    before = crops_of(sqlite_store)
    for uri in list(sqlite_store.images.uris()):
        sqlite_store.images.path(uri).unlink()
    theme_of_crops(sqlite_store, "cells", **QUIET)
    assert crops_of(sqlite_store) == before


def test_the_crops_follow_the_boxes_but_not_over_a_persons_word(sqlite_store, cells):
    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    before = crops_of(sqlite_store)
    with sqlite_store.write() as session:
        theme = get_theme("cells-crops", session=session)
        red, white = (label.id for label in labels_of(get_theme("cells", session=session).id, session=session))
        corrected = next(s.id for s in page_of_samples(theme.id, session=session) if s.name == "cell_1/2_4_10_20.png")
        there = {label.name: label.id for label in labels_of(theme.id, session=session)}
        decide(theme.id, [Edit(corrected, Decision.of(there["white"]))], annotator="lea", session=session)
        # Relabeled and moved on the first image, all gone from the third.
        replace_boxes(
            cells[0], [BoxData(white, 2, 4, 10, 20), BoxData(white, 31, 10, 25, 15)], annotator="mika", session=session
        )
        replace_boxes(cells[2], [], annotator="mika", session=session)

    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)

    after = crops_of(sqlite_store)
    assert before.keys() - after.keys() == {
        "cell_0/30_10_25_15.png",
        "cell_2/2_4_10_20.png",
        "cell_2/30_10_25_15.png",
    }
    assert after.keys() - before.keys() == {"cell_0/31_10_25_15.png"}
    assert after["cell_0/2_4_10_20.png"][0] == "white"
    assert after["cell_1/2_4_10_20.png"][0] == "white"
    with sqlite_store.read() as session:
        assert [event.annotator for event in history_of(corrected, session=session)][-1] == "lea"

    with sqlite_store.write() as session:
        boxes = [BoxData(red, 2, 4, 10, 20), BoxData(white, 30, 10, 25, 15)]
        replace_boxes(cells[2], boxes, annotator="mika", session=session)
    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    assert crops_of(sqlite_store)["cell_2/2_4_10_20.png"] == before["cell_2/2_4_10_20.png"]


def test_a_crop_that_a_person_deleted_stays_away(sqlite_store, cells):
    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    with sqlite_store.write() as session:
        theme = get_theme("cells-crops", session=session)
        ids = {sample.name: sample.id for sample in page_of_samples(theme.id, session=session)}
        where = SampleFilter(ids=(ids["cell_1/2_4_10_20.png"],))
        delete_samples(theme.id, where, annotator="lea", session=session)
        replace_boxes(cells[2], [], annotator="mika", session=session)
    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    assert "cell_1/2_4_10_20.png" not in crops_of(sqlite_store)
    assert len(crops_of(sqlite_store)) == 17


def test_crops_come_in_steps_and_an_interrupted_change_is_done_by_the_next_training(sqlite_store, cells, monkeypatch):
    left, themes = [4], []

    def rest(pace, _started):
        pace.size = 3
        with sqlite_store.write() as session:
            theme = get_theme("cells", session=session)
            theme.description += "."
            themes.append({each.name for each in list_themes(deleted=True, session=session)})
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    monkeypatch.setattr(writing, "AT_ONCE", 2)
    monkeypatch.setattr(writing, "_FIRST_STEP", 3)
    monkeypatch.setattr(writing.Pace, "rest", rest)
    with pytest.raises(KeyboardInterrupt):
        theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    left[0] = 6
    with pytest.raises(KeyboardInterrupt):
        theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    # Nobody has seen the new theme before its end.
    assert all(names == {"cells"} for names in themes)
    first = crops_of(sqlite_store)
    assert len(first) == 20
    with sqlite_store.write() as session:
        white = labels_of(get_theme("cells", session=session).id, session=session)[1].id
        boxes = [BoxData(white, 2, 4, 10, 20), BoxData(white, 31, 10, 25, 15)]
        for sample_id in cells[:5]:
            replace_boxes(sample_id, boxes, annotator="mika", session=session)
        replace_boxes(cells[9], [], annotator="mika", session=session)
    for steps in (1, 2, 3, 4, 5):
        left[0] = steps
        with pytest.raises(KeyboardInterrupt):
            theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
        assert check(sqlite_store).ok
    left[0] = 0
    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    now = crops_of(sqlite_store)
    assert len(now) == 18
    assert [label for label, _, _ in now.values()].count("white") == 5 + 5 + 4
    # The boxes are as they were before: their crops come back, also when that was killed at its first step.
    with sqlite_store.write() as session:
        red, white = (label.id for label in labels_of(get_theme("cells", session=session).id, session=session))
        for sample_id in (*cells[:5], cells[9]):
            boxes = [BoxData(red, 2, 4, 10, 20), BoxData(white, 30, 10, 25, 15)]
            replace_boxes(sample_id, boxes, annotator="mika", session=session)
    for steps in (3, 4):
        left[0] = steps
        with pytest.raises(KeyboardInterrupt):
            theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    left[0] = 0
    theme_of_crops(sqlite_store, "cells", margin=0, **QUIET)
    assert {name: label for name, (label, _, _) in crops_of(sqlite_store).items()} == {
        name: label for name, (label, _, _) in first.items()
    }
    assert {label for label, _, _ in now.values()} == {"red", "white"}
    assert all(split for _, split, _ in now.values())


def test_a_theme_that_only_has_the_name_is_left_alone(sqlite_store, cells, make_theme, add_samples):
    add_samples(sqlite_store, make_theme(sqlite_store, "cells-crops"), range(3))
    with pytest.raises(ConflictError, match="'cells-crops' holds images that are no crops of 'cells'"):
        theme_of_crops(sqlite_store, "cells", **QUIET)
    assert len(crops_of(sqlite_store)) == 3


def test_an_image_leads_to_the_samples_that_its_boxes_are_and_were(sqlite_store, cells):
    def told(image, **more):
        found = cut_boxes(sqlite_store, image, **more)
        return [(cut.box.x, names.get(cut.sample_id), cut.there) for cut in found]

    names = {}
    assert told(cells[0]) == [(2, None, True), (30, None, True)]
    theme_of_crops(sqlite_store, "cells", **QUIET)
    with sqlite_store.read() as session:
        crops = page_of_samples(get_theme("cells-crops", session=session).id, limit=100, session=session)
        names = {sample.id: sample.name for sample in crops}
    red, white = "cell_0/2_4_10_20.png", "cell_0/30_10_25_15.png"
    # Also where they were cut out with another margin.
    assert told(cells[0]) == told(cells[0], margin=0.3) == [(2, red, True), (30, white, True)]
    with sqlite_store.write() as session:
        # The left one was moved; the right one is called red, but is what it was. Of the same pixels is another image.
        boxes = [BoxData(1, 3, 4, 10, 20), BoxData(1, 30, 10, 25, 15)]
        replace_boxes(cells[0], boxes, annotator="mika", session=session)
        twin = session.get_one(Sample, cells[0])
        copy = {name: getattr(twin, name) for name in ("theme_id", "uri", "width", "height", "size_bytes")}
        sample = Sample(name="copy.jpg", sha256="0" * 64, **copy)
        session.add(sample)
        session.flush()
        replace_boxes(sample.id, boxes[1:], annotator="mika", session=session)
    assert told(cells[0]) == [(3, None, True), (30, white, True), (2, red, False)]
    assert told(sample.id) == [(30, white, True)]


def test_a_theme_without_boxes_is_a_clear_error(sqlite_store, make_theme):
    make_theme(sqlite_store, "bare")
    with pytest.raises(WorkbenchError, match="has no boxes"):
        theme_of_crops(sqlite_store, "bare", **QUIET)
    with pytest.raises(NotFoundError, match="Did you mean 'bare'"):
        theme_of_crops(sqlite_store, "bear", **QUIET)


@pytest.mark.parametrize(
    ("box", "margin", "size"),
    [((0, 0, 60, 40), 1, (60, 40)), ((59.6, 39.6, 0.2, 0.2), 0, (1, 1)), ((10.5, 10.5, 1, 1), 0, (2, 2))],
)
def test_crops_stay_inside_the_image(box, margin, size):
    cut = crop(np.zeros((40, 60, 3), dtype=np.uint8), BoxData(1, *box), margin)
    assert cut.shape[1::-1] == size
