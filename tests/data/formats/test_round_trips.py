"""Whatever a theme holds comes back from every format, to the pixel."""

import shutil

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.errors import WorkbenchError
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import SKIPPED, BoxData, Decision
from workbench.store.labels import add_label, checked_name
from workbench.store.samples import page_of_samples
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.themes import create_theme

WIDTH, HEIGHT = 61, 47
FORMATS = ("csv", "coco", "voc", "yolo", "fiftyone", "label-studio", "parquet")
WHOLE_IMAGES = (*FORMATS, "folder")


def can_be_label(name):
    try:
        return checked_name(name, exact=True) == name
    except WorkbenchError:
        return False


# What people and programs call labels and files, also what formats take for their own.
words = st.sampled_from(
    ["images", "labels", "train", "-v", ".x", "x.", " a ", "truck/bus", "a\\b", "N/A", "nan", "no", "007", "1e3"]
)
odd = st.sampled_from(["e\u0301", "گل\u200cک", "👩\u200d🚀", "thumbs.db", "a: b #c", "\ufeffz", "猫" * 60, "50%2F"])
letters = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"])
names = st.one_of(words, odd, st.text(letters, min_size=1, max_size=12)).filter(can_be_label)
labels = st.lists(names, min_size=2, max_size=4, unique=True)
nested = st.lists(st.one_of(words, odd), max_size=3).map(lambda found: "/".join([*found, "x.png"]))
file_names = st.one_of(st.text(max_size=20), nested, odd.map(lambda name: f"{name * 9}.png"))
files = st.lists(file_names, min_size=3, max_size=3)
splits = st.lists(st.sampled_from([None, "train", "valid", "test"]), min_size=3, max_size=3)


@st.composite
def boxes(draw):
    x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
    return draw(st.integers(0, 1)), x, y, draw(st.integers(1, WIDTH - x)), draw(st.integers(1, HEIGHT - y))


@pytest.fixture
def round_trip(sqlite_store, add_samples, tmp_path, held):
    """`round_trip(labels, files, splits, boxes, format)`: build a theme, export it, import that, return both contents.

    Each of the three samples has a label, or boxes when `boxes` is given.
    """
    number = 0

    def go(labels, files, splits, boxes, format):
        nonlocal number
        number += 1
        here, there, target = f"here {number}", f"there {number}", tmp_path / f"export {number}"
        with sqlite_store.write() as session:
            theme = create_theme(here, session=session).id
            for label in labels:
                add_label(theme, label, exact=True, session=session)
        ids = add_samples(sqlite_store, theme, range(3), size=(WIDTH, HEIGHT))
        first = label_ids(sqlite_store, theme)
        with sqlite_store.write() as session:
            for sample_id, name, split, drawn in zip(ids, files, splits, boxes or [None] * 3, strict=True):
                if drawn is None:
                    chosen = first[sample_id % len(first)]
                    decide(theme, [Edit(sample_id, Decision.of(chosen))], annotator="mika", session=session)
                else:
                    rows = [BoxData(first[label], *box) for label, *box in drawn]
                    replace_boxes(sample_id, rows, annotator="mika", session=session)
                sample = session.get_one(Sample, sample_id)
                sample.name, sample.split = name.replace("\0", ""), split
        export_theme(sqlite_store, here, target, format, progress=False)
        with sqlite_store.write() as session:
            create_theme(there, session=session)
        report = import_images(sqlite_store, there, target, format, annotator="lea", progress=False)
        assert report.rejected == []
        shutil.rmtree(target)
        return held(here, by="sha256"), held(there, by="sha256")

    return go


def label_ids(store, theme_id):
    from workbench.store.labels import labels_of

    with store.read() as session:
        return [label.id for label in labels_of(theme_id, session=session)]


few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("format", FORMATS)
@few
@example(labels=["a"], files=["", "x", "0.0"], splits=[None] * 3, boxes=[[], [], []])
@example(labels=["images"], files=["thumbs.db/x.png", "@eaDir", ".x/y.png"], splits=[None] * 3, boxes=[[], [], []])
@given(labels=labels, files=files, splits=splits, boxes=st.lists(st.lists(boxes(), max_size=3), min_size=3, max_size=3))
def test_boxes_come_back(round_trip, labels, files, splits, boxes, format):
    before, after = round_trip(labels, files, splits, boxes, format)
    assert after == before, (labels, files, splits)


@pytest.mark.parametrize("format", WHOLE_IMAGES)
@few
@given(labels=labels, files=files, splits=splits)
def test_labels_come_back(round_trip, labels, files, splits, format):
    before, after = round_trip(labels, files, splits, None, format)
    if format == "folder":
        before, after = ({key: label for key, (label, *_) in each.items()} for each in (before, after))
    assert after == before, (labels, files, splits)


@pytest.mark.parametrize("format", FORMATS)
def test_odd_file_names_keep_their_splits(round_trip, format):
    before, after = round_trip(
        ["a", "b"], ["x .png", "y 1.png", "a\u2028b\x85.png"], ["train"] * 3, [[], [], []], format
    )
    assert after == before


def test_what_nobody_decided_on_stays_undecided(sqlite_store, make_theme, add_samples, tmp_path):
    """These formats tell a sample without boxes from one that nobody looked at, and from one that was skipped."""
    theme = make_theme(sqlite_store, "here")
    ids = add_samples(sqlite_store, theme, range(3))
    label = label_ids(sqlite_store, theme)[0]
    with sqlite_store.write() as session:
        replace_boxes(ids[0], [BoxData(label, 1, 1, 3, 3)], annotator="mika", session=session)
        decide(theme, [Edit(ids[2], SKIPPED)], annotator="mika", session=session)
    for format in FORMATS:
        export_theme(sqlite_store, "here", tmp_path / format, format, progress=False)
        other = make_theme(sqlite_store, f"there {format}", labels=())
        import_images(sqlite_store, f"there {format}", tmp_path / format, format, annotator="lea", progress=False)
        with sqlite_store.read() as session:
            found = {sample.sha256: sample.labeled_at for sample in page_of_samples(other, session=session)}
            assert (len(found), sum(at is None for at in found.values())) == (3, 2), format
