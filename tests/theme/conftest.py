"""A theme of eight small images in a scratch project; tests of the face change it and read it."""

import pytest
from PIL import Image

COLORS = {"red": (200, 20, 20), "white": (230, 230, 230)}


@pytest.fixture
def theme(sqlite_store, tmp_path, monkeypatch):
    """`cells`: four red and four white images that are labeled, in folders of `photos` in the working directory."""
    import workbench as wb

    monkeypatch.chdir(tmp_path)
    for label, color in COLORS.items():
        folder = tmp_path / "photos" / label
        folder.mkdir(parents=True)
        for number in range(4):
            image = Image.new("RGB", (10 + number, 8), color)
            image.putpixel((0, 0), (number, 0, 0))
            image.save(folder / f"{label}_{number}.png")
    made = wb.create_theme("cells", labels=list(COLORS), store=sqlite_store)
    made.import_images("photos", progress=False)
    return made
