"""Finding the image that a data set's file names."""

import pytest

from workbench.data.formats.files import ImageFinder


@pytest.fixture(scope="module")
def finder(tmp_path_factory):
    root = tmp_path_factory.mktemp("set")
    for name in ("a b.png", "train/x.png", "test/y.png", "1/same.png", "2/same.png", "caf\u00e9.jpg", "deep/IMG.JPG"):
        file = root / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"")
    return ImageFinder(root)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("train/x.png", "train/x.png"),
        ("a%20b.png", "a b.png"),
        ("file:///data/a%20b.png", "a b.png"),
        ("cafe\u0301.jpg", "caf\u00e9.jpg"),
        ("C:\\Users\\me\\train\\x.png", "train/x.png"),
        ("/home/me/2/same.png", "2/same.png"),
        ("x", "train/x.png"),
        ("img.jpg", "deep/IMG.JPG"),
        ("same.png", "2 are called like it (1/same.png, 2/same.png)"),
        ("train/y.png", "was not found"),
        ("valid/y.png", "was not found"),
        ("../../secret.png", "leads out"),
        ("", "was not found"),
    ],
)
def test_an_image_is_found_under_the_names_of_other_machines_where_one_alone_is_meant(finder, name, found):
    path, fault = finder.find(name)
    if path is None:
        assert found in fault
    else:
        assert path == str(finder.root / found)
