"""Thumbnails and sheets of them."""

import io

import numpy as np
import pytest
from PIL import Image

from workbench.data.thumbnails import Thumbnails
from workbench.store.images import ImageFiles, sha256_of


@pytest.fixture
def images(tmp_path):
    return ImageFiles(tmp_path / "images")


@pytest.fixture
def thumbnails(images, tmp_path):
    return Thumbnails(images, tmp_path / "cache")


def put(images, pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return images.put(out.getvalue(), sha256=sha256_of(out.getvalue()), suffix="png")


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_a_small_image_is_its_own_thumbnail_to_the_pixel(images, thumbnails):
    pixels = noise(28, 20)
    np.testing.assert_array_equal(thumbnails.get(put(images, pixels), 128), pixels)


def test_a_cache_that_cannot_be_written_costs_no_picture(images, thumbnails, tmp_path):
    (tmp_path / "cache").write_text("a file in the way")
    assert thumbnails.get(put(images, noise(300, 600)), 128).shape == (64, 128, 3)


def test_a_large_image_keeps_its_aspect_and_is_made_once(images, thumbnails, tmp_path):
    uri = put(images, noise(300, 600))
    assert thumbnails.get(uri, 128).shape == (64, 128, 3)
    images.path(uri).unlink()
    assert thumbnails.get(uri, 128).shape == (64, 128, 3)


def test_a_damaged_cache_file_is_made_again(images, thumbnails, tmp_path):
    uri = put(images, noise(300, 600))
    first = thumbnails.get(uri, 128)
    (kept,) = (tmp_path / "cache").rglob("*.jpg")
    kept.write_bytes(b"junk")
    np.testing.assert_array_equal(thumbnails.get(uri, 128).shape, first.shape)


def test_a_missing_image_has_no_thumbnail_and_an_empty_place_on_the_sheet(images, thumbnails):
    good, bad = put(images, noise(10, 10)), put(images, noise(10, 10, 1))
    images.path(bad).unlink()
    sheet = thumbnails.sheet([good, bad, good], 128)
    assert sheet.sizes == [(10, 10), (0, 0), (10, 10)]


def test_every_thumbnail_stands_in_its_cell(images, thumbnails):
    pictures = [noise(12, 9, seed) for seed in range(7)]
    sheet = thumbnails.sheet([put(images, pixels) for pixels in pictures], 128)
    canvas = np.asarray(Image.open(io.BytesIO(sheet.content)))
    for index, pixels in enumerate(pictures):
        top, left = index // sheet.columns * sheet.cell, index % sheet.columns * sheet.cell
        np.testing.assert_array_equal(canvas[top : top + 12, left : left + 9], pixels)


def test_when_the_time_is_up_the_first_ones_are_there(images, thumbnails):
    uris = [put(images, noise(8, 8, seed)) for seed in range(40)]
    assert 1 <= thumbnails.sheet(uris, 128, seconds=0).shown < 40
