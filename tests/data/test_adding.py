"""Adding images whose bytes are at hand."""

from workbench.data.adding import add_images
from workbench.store.labeling import delete_samples
from workbench.store.samples import SampleFilter, count_samples, page_of_samples


def test_good_images_are_added_and_bad_files_named(sqlite_store, make_theme, draw_image):
    theme_id = make_theme(sqlite_store)
    files = [
        ("a.png", draw_image(1)),
        ("notes.txt", b"hello"),
        ("cut.png", draw_image(2)[:-20]),
        ("b.png", draw_image(3)),
    ]
    done = add_images(sqlite_store, theme_id, files, annotator="ann")
    assert (done.added, done.duplicates, done.restored) == (2, 0, 0)
    assert [name for name, _ in done.rejected] == ["notes.txt", "cut.png"]
    assert all(reason for _, reason in done.rejected)
    with sqlite_store.read() as session:
        found = page_of_samples(theme_id, session=session)
        assert [(s.name, s.width, s.height) for s in found] == [("a.png", 8, 8), ("b.png", 8, 8)]
        assert sqlite_store.images.read(found[0].uri) == draw_image(1)


def test_the_same_content_is_added_once_under_any_name(sqlite_store, make_theme, draw_image):
    theme_id = make_theme(sqlite_store)
    first = add_images(sqlite_store, theme_id, [("a.png", draw_image(1)), ("b.png", draw_image(1))], annotator="ann")
    again = add_images(sqlite_store, theme_id, [("c.png", draw_image(1))], annotator="ann")
    assert (first.added, first.duplicates) == (1, 1)
    assert (again.added, again.duplicates) == (0, 1)


def test_a_deleted_image_comes_back(sqlite_store, make_theme, draw_image):
    theme_id = make_theme(sqlite_store)
    add_images(sqlite_store, theme_id, [("a.png", draw_image(1))], annotator="ann")
    with sqlite_store.write() as session:
        delete_samples(theme_id, SampleFilter(), annotator="ann", session=session)
    done = add_images(sqlite_store, theme_id, [("a.png", draw_image(1))], annotator="ann")
    assert (done.added, done.restored, done.duplicates) == (0, 1, 0)
    with sqlite_store.read() as session:
        assert count_samples(theme_id, session=session) == 1
