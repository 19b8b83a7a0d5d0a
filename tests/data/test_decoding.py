"""Every format and mode ends as the RGB image that a person would see."""

from __future__ import annotations

import io
import re
import struct
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from workbench.data import decoding
from workbench.data.decoding import PIXEL_LIMIT, ImageError, bits_in_use, check_image


def decode_rgb(data: bytes | Path, **options: tuple[int, int]) -> np.ndarray:
    """Decode, and see that the quick check says the same of every image in these tests."""
    try:
        pixels = decoding.decode_rgb(data, **options)
    except ImageError as error:
        with pytest.raises(ImageError, match=re.escape(str(error))):
            check_image(data)
        raise
    height, width = (decoding.decode_rgb(data) if options else pixels).shape[:2]
    assert check_image(data) == (width, height)
    return pixels


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def picture(height: int = 12, width: int = 20) -> np.ndarray:
    """Smooth colors with a red top left corner, so that lossy formats stay close and turning shows."""
    rows, columns = np.mgrid[0:height, 0:width]
    pixels = np.stack([255 - columns * 9, columns * 8, rows * 15], axis=2)
    return pixels.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "GIF", "PPM", "JPEG2000"])
def test_lossless_formats_keep_every_pixel(format: str) -> None:
    pixels = (picture() // 64) * 64
    assert np.array_equal(decode_rgb(encoded(Image.fromarray(pixels), format)), pixels)


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats_stay_close(format: str) -> None:
    decoded = decode_rgb(encoded(Image.fromarray(picture()), format, quality=95))
    assert decoded.shape == (12, 20, 3)
    assert decoded.dtype == np.uint8
    assert np.abs(decoded.astype(int) - picture()).mean() < 6


def test_a_path_reads_like_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(encoded(Image.fromarray(picture()), "PNG"))
    assert np.array_equal(decode_rgb(file), picture())


def test_an_animated_gif_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 6), color) for color in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert (decode_rgb(data) == (255, 0, 0)).all()


@pytest.mark.parametrize("mode", ["L", "1"])
def test_gray_becomes_three_equal_channels(mode: str) -> None:
    gray = Image.fromarray(picture()).convert(mode)
    decoded = decode_rgb(encoded(gray, "PNG"))
    assert np.array_equal(decoded[..., 0], np.array(gray.convert("L")))
    assert (decoded[..., 0] == decoded[..., 1]).all()
    assert (decoded[..., 0] == decoded[..., 2]).all()


def test_a_palette_shows_its_colors() -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 10, 200, 30])
    assert (decode_rgb(encoded(image, "PNG")) == (10, 200, 30)).all()


def test_alpha_is_laid_over_white() -> None:
    image = Image.new("RGBA", (3, 1))
    image.putdata([(200, 0, 0, 255), (200, 0, 0, 0), (0, 0, 0, 128)])
    for format in ("PNG", "TIFF"):
        opaque, clear, half = decode_rgb(encoded(image, format))[0]
        assert tuple(opaque) == (200, 0, 0)
        assert tuple(clear) == (255, 255, 255)
        assert abs(int(half[0]) - 127) <= 1


@pytest.mark.parametrize("mode", ["L", "P", "RGB"])
def test_a_transparent_color_becomes_white(mode: str) -> None:
    transparent = (0, 0, 0) if mode == "RGB" else 0
    decoded = decode_rgb(encoded(Image.new(mode, (4, 4)), "PNG", transparency=transparent))
    assert (decoded == 255).all()


def test_gray_with_alpha() -> None:
    image = Image.new("LA", (2, 1))
    image.putdata([(90, 255), (90, 0)])
    assert decode_rgb(encoded(image, "PNG"))[0].tolist() == [[90] * 3, [255] * 3]


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_16_bit_gray_is_scaled_not_cut(format: str) -> None:
    values = np.array([[0, 257, 32768, 65535]], np.uint16)
    decoded = decode_rgb(encoded(Image.fromarray(values), format))
    assert decoded[0, :, 0].tolist() == [0, 1, 128, 255]


def test_16_bit_rgb_is_scaled_to_8() -> None:
    decoded = decode_rgb(png16([[(0, 32768, 65535), (257 * 40, 257 * 80, 257 * 120)]]))
    assert decoded[0].tolist() == [[0, 128, 255], [40, 80, 120]]


@pytest.mark.parametrize(("bits", "format"), [(12, "PNG"), (12, "TIFF"), (10, "TIFF"), (14, "PNG"), (8, "PNG")])
def test_gray_with_fewer_bits_in_use_is_scaled_by_these(bits, format):
    top = 2**bits - 1
    file = io.BytesIO()
    Image.fromarray(np.array([[0, top // 2, top]], np.uint16)).save(file, format)
    assert decode_rgb(file.getvalue())[0, :, 0].tolist() == [0, 127, 255]
    assert bits_in_use(file.getvalue()) == bits


@pytest.mark.parametrize(
    ("suffix", "alpha", "turned"),
    [(".png", 0, 0), (".tif", 0, 0), (".ppm", 0, 0), (".png", 4095, 0), (".png", 65535, 0), (".png", 0, 3)],
)
def test_colors_with_12_bits_in_use_are_scaled_by_these(suffix: str, alpha: int, turned: int) -> None:
    values = np.array([[[0, 2047, 4095], [4095, 0, 16]]], np.uint16)[:, :, ::-1]
    if alpha:
        values = np.dstack([values, np.full((1, 2), alpha, np.uint16)])
    content = cv2.imencode(suffix, values)[1].tobytes()
    if turned:
        exif = b"MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\3\0\0\0\0\0\0"
        content = content[:33] + chunk(b"eXIf", exif) + content[33:]
    expected = [[0, 127, 255], [255, 0, 1]]
    assert decode_rgb(content)[0].tolist() == (expected[::-1] if turned else expected)
    assert bits_in_use(content) == 12


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("part", [b"cHRM\0", b"iCCPa\0\0" + zlib.compress(bytes(2**22)), b"gAMA"])
def test_what_a_png_says_of_colors_never_refuses_it(part: bytes) -> None:
    content = encoded(Image.fromarray(picture()), "PNG")
    content = content[:33] + chunk(part[:4], part[4:]) + content[33:]
    assert np.array_equal(decode_rgb(content), picture())


def test_an_avif_is_one_by_what_it_is_compatible_with_too() -> None:
    content = encoded(Image.fromarray(picture()), "AVIF")
    content = content[:8] + b"mif1" + content[12:]
    assert not decoding.is_heic(content)
    assert decode_rgb(content).shape == (12, 20, 3)


def png16(rows: list[list[tuple[int, int, int]]]) -> bytes:
    """A 16 bit RGB PNG, which Pillow reads and cannot write."""

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 16, 2, 0, 0, 0)
    lines = b"".join(b"\0" + b"".join(struct.pack(">3H", *pixel) for pixel in row) for row in rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_shows_its_colors(format: str) -> None:
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red, green, blue = decode_rgb(encoded(image, format)).reshape(-1, 3).mean(axis=0)
    assert red > 200
    assert green < 60
    assert blue < 60


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_orientation_is_applied(format: str, orientation: int, turns: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    upright = Image.fromarray(picture(16, 32)).resize((64, 32))
    options = {} if format in ("PNG", "TIFF") else {"quality": 95}
    decoded = decode_rgb(encoded(upright, format, exif=exif, **options))
    expected = np.rot90(np.array(upright), turns)
    assert decoded.shape == expected.shape
    assert np.abs(decoded.astype(int) - expected).mean() < 6


def test_floating_point_tiff_from_zero_to_one() -> None:
    values = np.array([[0.0, 0.5, 1.0]], np.float32)
    assert decode_rgb(encoded(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == [0, 128, 255]
    with pytest.raises(ImageError, match="floating point"):
        decode_rgb(encoded(Image.fromarray(values * 900), "TIFF"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html>not found</html>", "not an image"),
        (b"%PDF-1.7 some document", "not an image"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"\x89PNG\r\n\x1a\n", "not an image|damaged"),
    ],
)
def test_what_is_no_image_says_so(data: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        decode_rgb(data)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "PPM", "JPEG2000", "AVIF"])
def test_a_cut_off_file_is_refused(format: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), format)
    with pytest.raises(ImageError):
        decode_rgb(data[: len(data) // 2])


def test_a_damaged_png_is_refused() -> None:
    data = bytearray(encoded(Image.fromarray(picture(64, 64)), "PNG"))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(ImageError, match="damaged"):
        decode_rgb(bytes(data))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        decode_rgb(tmp_path / "gone.png")


@pytest.mark.parametrize("side", [9_460, 40_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    assert side * side > PIXEL_LIMIT
    with pytest.raises(ImageError, match="pixels"):
        decode_rgb(data)


def test_a_large_jpeg_can_come_out_smaller_but_never_below_what_was_asked() -> None:
    photo = encoded(Image.fromarray(picture(64, 64)).resize((1600, 1200)), "JPEG")
    small = decode_rgb(photo, at_least=(224, 224))
    assert small.shape == (300, 400, 3)
    assert decode_rgb(photo).shape == (1200, 1600, 3)
    assert decode_rgb(photo, at_least=(1100, 100)).shape == (1200, 1600, 3)


def test_texts_in_a_png_never_refuse_it() -> None:
    plain = encoded(Image.fromarray(picture()), "PNG")
    long = struct.pack(">I", 1_000) + b"tEXt" + b"x" * 1_000 + bytes(4)  # its checksum is wrong
    packed = b"Raw profile\0\0" + zlib.compress(b"x" * (2 << 20))
    profile = struct.pack(">I", len(packed)) + b"zTXt" + packed
    profile += struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    time = struct.pack(">I", 7) + b"tIME" + bytes(7) + b"\1\2\3\4"
    assert np.array_equal(decode_rgb(plain[:33] + long + profile + time + plain[33:]), picture())


def test_a_strip_of_a_pixel_is_refused_with_the_limit_of_a_side() -> None:
    buffer = io.BytesIO()
    Image.new("L", (1, 8_000_000)).save(buffer, "PNG")
    for read in (check_image, decode_rgb):
        with pytest.raises(ImageError, match="1 x 8000000 pixels, and a side may have 65,535"):
            read(buffer.getvalue())


def test_heic_is_read_where_its_extra_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    image = Image.new("RGB", (64, 48), (200, 30, 30))
    file = io.BytesIO()
    image.save(file, "HEIF", quality=95)
    pixels = decode_rgb(file.getvalue())
    assert pixels.shape == (48, 64, 3)
    assert np.abs(pixels.astype(int) - (200, 30, 30)).max() < 8

    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageError, match=r"a HEIC photo: install .*image-workbench\[heic\]"):
        decode_rgb(file.getvalue())
