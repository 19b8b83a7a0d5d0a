"""What tests of formats share: a data set written by hand, and what a theme holds after importing it."""

import pytest

from workbench.data.importing.run import import_images
from workbench.store.box_rows import boxes_of_samples
from workbench.store.labels import labels_of
from workbench.store.samples import page_of_samples
from workbench.store.themes import create_theme, get_theme


@pytest.fixture
def data_set(tmp_path, draw_image):
    """`data_set({"a.png": (40, 30), "a.txt": "text"})` writes images of a size, and texts, and returns the folder."""

    def write(files):
        root = tmp_path / "set"
        for number, (name, content) in enumerate(files.items()):
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                file.write_text(content, encoding="utf-8")
            else:
                file.write_bytes(draw_image(number, size=content))
        return root

    return write


@pytest.fixture
def bring_in(sqlite_store):
    """`bring_in(path)` imports into a fresh theme `cells` and returns the report and what the theme holds then."""

    def bring(path, format=None, theme="cells", **options):
        with sqlite_store.write() as session:
            create_theme(theme, session=session)
        report = import_images(sqlite_store, theme, path, format, annotator="mika", progress=False, **options)
        return report, held(sqlite_store, theme)

    return bring


def held(store, theme, *, by="name"):
    """What a theme holds: for each image its label, split and boxes as (label, x, y, width, height)."""
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        samples = page_of_samples(theme_id, limit=10_000, session=session)
        boxes = boxes_of_samples([sample.id for sample in samples], session=session)
        return {
            getattr(sample, by): (
                names.get(sample.label_id),
                sample.split,
                sorted((names[b.label_id], b.x, b.y, b.width, b.height) for b in boxes.get(sample.id, ())),
            )
            for sample in samples
        }


@pytest.fixture
def label_order(sqlite_store):
    """`label_order()` returns the labels of the theme `cells` in the order of their keys."""

    def names(theme="cells"):
        with sqlite_store.read() as session:
            theme_id = get_theme(theme, session=session).id
            return [label.name for label in labels_of(theme_id, session=session)]

    return names


@pytest.fixture(name="held")
def held_fixture(sqlite_store):
    """`held("cells")` returns what a theme holds, by the images' names or (`by="sha256"`) their content."""
    return lambda theme, **options: held(sqlite_store, theme, **options)
