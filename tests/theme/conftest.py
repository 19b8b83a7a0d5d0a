"""A theme of eight small images in a scratch project; tests of the face change it and read it."""

import pytest
from PIL import Image

COLORS = {"red": (200, 20, 20), "white": (230, 230, 230)}


def draw_photos(folder):
    """Four red and four white images, each width once per color, in a folder for each color."""
    for label, color in COLORS.items():
        (folder / label).mkdir(parents=True)
        for number in range(4):
            image = Image.new("RGB", (10 + number, 8), color)
            image.putpixel((0, 0), (number, 0, 0))
            image.save(folder / label / f"{label}_{number}.png")


@pytest.fixture
def theme(sqlite_store, tmp_path, monkeypatch):
    """`cells`: four red and four white images that are labeled, in folders of `photos` in the working directory."""
    import workbench as wb

    monkeypatch.chdir(tmp_path)
    draw_photos(tmp_path / "photos")
    made = wb.create_theme("cells", labels=list(COLORS), store=sqlite_store)
    made.import_images("photos", progress=False)
    return made
