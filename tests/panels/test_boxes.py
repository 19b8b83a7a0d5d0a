"""The box panel's kernel half: what its messages and changes leave in the store."""

import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.boxes import BoxPanel
from workbench.store.box_rows import boxes_of
from workbench.store.boxes import box_counts
from workbench.store.history import history_of
from workbench.store.samples import get_sample

RED = {"x": 1, "y": 2, "width": 10, "height": 5, "label": "red"}
WHITE = {"x": 20, "y": 10, "width": 30, "height": 20, "label": "white"}


@pytest.fixture
def cells(sqlite_store, make_theme, add_samples):
    """A theme with three images of 60 x 40 pixels; the ids of the images."""
    return add_samples(
        sqlite_store, make_theme(sqlite_store, "cells", labels=("red", "white")), range(3), size=(60, 40)
    )


@pytest.fixture
def open_panel(sqlite_store, cells):
    return lambda annotator="mika": BoxPanel("cells", annotator=annotator, store=sqlite_store)


def draw(panel, *boxes, on=None):
    """Change the boxes as the browser does: all in one message, with the image it shows."""
    panel.set_state({"drawn_on": panel.sample if on is None else on, "bboxes": [dict(box) for box in boxes]})


def ask(panel, act, sample=None):
    panel._handle_custom_msg({"type": act, "sample": panel.sample if sample is None else sample}, [])


def stored(store, sample_id):
    with store.read() as session:
        return [(box.label_id, box.x, box.y, box.width, box.height) for box in boxes_of(sample_id, session=session)]


def test_drawing_is_saved_at_once_and_submitting_goes_on(sqlite_store, cells, open_panel):
    panel = open_panel()
    assert (panel.sample, panel.classes, panel.heading["position"]) == (cells[0], ["red", "white"], 1)
    draw(panel, RED)
    assert stored(sqlite_store, cells[0]) == [(1, 1, 2, 10, 5)]
    draw(panel, RED, WHITE)
    ask(panel, "submit")

    assert (panel.sample, panel.bboxes, panel.status) == (cells[1], [], "saved: 2 boxes")
    assert stored(sqlite_store, cells[0]) == [(1, 1, 2, 10, 5), (2, 20, 10, 30, 20)]
    with sqlite_store.read() as session:
        assert {event.annotator for event in history_of(cells[0], session=session)} == {"mika"}
    assert (panel.heading["submitted"], panel.heading["boxes"]) == (1, 2)


def test_a_press_without_a_drag_decides_nothing_and_an_empty_box_is_left_out(sqlite_store, cells, open_panel):
    panel = open_panel()
    draw(panel, {**RED, "width": 0, "height": 0})
    with sqlite_store.read() as session:
        assert get_sample(cells[0], session=session).labeled_at is None
        assert history_of(cells[0], session=session) == []
    draw(panel, {**RED, "width": 0, "height": 0}, WHITE, {**RED, "x": 55})
    assert stored(sqlite_store, cells[0]) == [(2, 20, 10, 30, 20), (1, 55, 2, 5, 5)]
    assert panel.status == "saved: 2 boxes; 1 without area left out"


def test_submitting_an_empty_image_says_that_nothing_is_on_it(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "submit")
    with sqlite_store.read() as session:
        assert get_sample(cells[0], session=session).annotator == "mika"
        assert box_counts(get_sample(cells[0], session=session).theme_id, session=session).submitted == 1


def test_skip_next_previous_and_undo(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "skip")
    assert panel.sample == cells[1]
    draw(panel, RED)
    ask(panel, "skip")
    assert (panel.sample, "boxes on this image" in panel.status) == (cells[1], True)
    ask(panel, "next")
    ask(panel, "next")
    assert (panel.sample, panel.status) == (cells[2], "This is the last image.")
    ask(panel, "undo")
    assert (panel.sample, panel.bboxes, stored(sqlite_store, cells[1])) == (cells[1], [], [])
    ask(panel, "undo")
    assert panel.sample == cells[0]
    with sqlite_store.read() as session:
        assert get_sample(cells[0], session=session).skipped is False
    ask(panel, "undo")
    assert panel.status == "There is nothing to undo."
    ask(panel, "previous")
    assert panel.status == "This is the first image."


def test_it_is_resumed_where_one_stopped(sqlite_store, cells, open_panel):
    first = open_panel()
    ask(first, "submit")
    draw(first, RED)
    assert open_panel().sample == cells[1]
    assert open_panel().bboxes == [RED]
    ask(first, "submit")
    assert open_panel().sample == cells[2]
    assert open_panel("lea").sample == cells[2]
    ask(first, "submit")
    assert first.status == "Every image is done."


def test_what_comes_late_is_not_given_to_the_next_image(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "submit")
    draw(panel, RED, on=cells[0])
    ask(panel, "submit", sample=cells[0])
    assert panel.sample == cells[1]
    assert stored(sqlite_store, cells[1]) == []


def test_two_annotators_never_overwrite_each_other(sqlite_store, cells, open_panel):
    mika, lea = open_panel("mika"), open_panel("lea")
    draw(mika, RED)
    draw(lea, WHITE)
    assert stored(sqlite_store, cells[0]) == [(1, 1, 2, 10, 5)]
    assert (lea.bboxes, "Somebody else" in lea.status) == ([RED], True)
    draw(lea, RED, WHITE)
    assert len(stored(sqlite_store, cells[0])) == 2


def test_a_label_that_is_not_there_is_told(cells, open_panel):
    panel = open_panel()
    draw(panel, {**RED, "label": "blue"})
    assert "no label 'blue'" in panel.status


def test_other_formats_reach_the_browser_as_png(sqlite_store, make_theme, tmp_path):
    from PIL import Image

    from workbench.data.importing import import_images

    make_theme(sqlite_store, "scans", labels=("red",))
    Image.new("CMYK", (9, 7)).save(tmp_path / "scan.tif")
    import_images(sqlite_store, "scans", tmp_path / "scan.tif", annotator="mika", progress=False)
    assert BoxPanel("scans", store=sqlite_store).image_bytes.startswith(b"\x89PNG")


def test_without_a_person_it_is_a_static_summary(sqlite_store, cells, open_panel):
    panel = open_panel()
    draw(panel, RED, WHITE)
    html = panel.summary()
    assert "1 of 3 images done" in html
    assert "img_00000.png: 2 boxes" in html
    assert "<td>white</td><td style='text-align:right'>1</td>" in html
    assert panel.result() == {"theme": "cells", "samples": 3, "submitted": 1, "skipped": 0, "boxes": 2}


def test_sizes_and_positions_are_plotted_per_label(cells, open_panel):
    panel = open_panel()
    draw(panel, RED, WHITE)
    sizes, centers = panel.sizes_and_positions().axes
    assert [text.get_text() for text in sizes.get_legend().get_texts()] == ["red (1)", "white (1)"]
    assert [tuple(each.get_offsets()[0]) for each in sizes.collections] == [(10, 5), (30, 20)]
    assert tuple(centers.collections[1].get_offsets()[0]) == pytest.approx((35 / 60, 20 / 40))


def test_a_theme_that_cannot_be_labeled_is_a_clear_error(sqlite_store, cells, make_theme, add_samples):
    make_theme(sqlite_store, "bare")
    add_samples(sqlite_store, make_theme(sqlite_store, "nameless", labels=()), range(1))
    for name, error, words in [
        ("cell", NotFoundError, "Did you mean 'cells'"), ("bare", WorkbenchError, "no images"),
        ("nameless", WorkbenchError, "no labels"),
    ]:  # fmt: skip
        with pytest.raises(error, match=words):
            BoxPanel(name, store=sqlite_store)
