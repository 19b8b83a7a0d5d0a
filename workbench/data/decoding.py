"""From the bytes of an image file to the RGB pixels that a person would see."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from workbench.errors import ImageError, first_line
from workbench.paths import is_endless

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF", "PPM", "JPEG2000", "AVIF")
"""What is read; of an animated file the first frame. With the extra `heic` HEIC too."""

SUFFIXES = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".bmp",
        ".dib",
        ".tif",
        ".tiff",
        ".webp",
        ".gif",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
        ".jp2",
        ".j2k",
        ".avif",
        ".heic",
        ".heif",
    ]
)
"""Lower-case file name endings of those formats."""

PIXEL_LIMIT = 89_478_485
"""Width times height above which an image is refused: 256 MiB as RGB, and the size at which Pillow starts to warn."""

SIDE_LIMIT = 65_535
"""Width or height above which an image is refused: the most that a JPEG can have."""

_PNG = b"\x89PNG\r\n\x1a\n"
_HEIC = frozenset([b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"])
_PNG_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_Found = TypeVar("_Found")
_PLAIN = frozenset({"1", "L", "P", "RGB", "CMYK", "YCbCr"})
_MAY_BE_WIDE = (b"II", b"MM", b"P5", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")
_DEPTHS = (8, 10, 12, 14, 16)
_WIDE_GRAY = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I"})


def decode_rgb(data: bytes | Path, *, at_least: tuple[int, int] | None = None) -> np.ndarray:
    """Decode an image file to uint8 RGB of shape (height, width, 3).

    EXIF orientation is applied, palettes are resolved, alpha is laid over white, CMYK is converted, more than 8 bits
    are scaled to 8, by the bits in use: 12 of a camera that fills 16. `data` is the file's content or its path.
    With `at_least` (height, width), a JPEG may come out at 1/2, 1/4 or 1/8 of its size as long as both sides stay at or
    above it, which is several times quicker; other formats keep their size.

    Raises ImageError with a reason for a person when there is no image in it, or one above the limits.
    """
    return _decoded(data, lambda image, content: _pixels(image, content, at_least))


def check_image(data: bytes | Path) -> tuple[int, int]:
    """Return the (width, height) of what `decode_rgb` makes of an image file, in less time and memory.

    Raises ImageError exactly where `decode_rgb` does.
    """
    return _decoded(data, lambda image, _: _size(image))


def swaps_sides(data: bytes) -> int:
    """Return the EXIF orientation of an image file where it swaps width and height (5 to 8), else 0."""
    with Image.open(io.BytesIO(data), formats=_formats(data)) as image:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    return orientation if orientation in (5, 6, 7, 8) else 0


def bits_in_use(data: bytes) -> int | None:
    """Return how many bits of an image file with more than 8 per channel are in use, None for any other image.

    Raises ImageError as `decode_rgb` does.
    """
    if not data.startswith((_PNG, *_MAY_BE_WIDE)) or (data.startswith(_PNG) and data[24:25] != b"\x10"):
        return None
    return _decoded(data, _bits)


def _bits(image: Image.Image, content: bytes) -> int | None:
    wide = np.array(image) if image.mode in _WIDE_GRAY else _wide_rgb(image, content)
    return None if wide is None else _bits_used(wide)


def is_heic(data: bytes) -> bool:
    """Whether an image file is HEIC, as phones write photos."""
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC


def _formats(content: bytes) -> tuple[str, ...]:
    """The formats to try. Raises ImageError for HEIC when what reads it is not installed."""
    if not is_heic(content):
        return FORMATS
    try:
        import pillow_heif
    except ImportError:
        raise ImageError(
            "a HEIC photo: install what reads them (pip install 'image-workbench[heic]'), or save it as JPEG"
        ) from None
    pillow_heif.register_heif_opener()
    return ("HEIF",)


def _decoded(data: bytes | Path, finish: Callable[[Image.Image, bytes], _Found]) -> _Found:
    """Open an image file and return what `finish`, which has to load it, makes of it."""
    content = _content(data)
    if content.startswith(_PNG):
        content = _without_text(content)
    try:
        with Image.open(io.BytesIO(content), formats=_formats(content)) as image:
            _refuse_bomb(image)
            if image.format == "PNG":
                _check_png(content)
            return finish(image, content)
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(f"not an image in a known format ({', '.join(FORMATS)})") from None
    except Image.DecompressionBombError:
        raise ImageError(f"more than {PIXEL_LIMIT:,} pixels: make it smaller, then import it again") from None
    except MemoryError:
        raise ImageError("not enough memory to decode it") from None
    except Exception as error:
        # Decoders meet damaged files with whatever happens to break first: struct.error, IndexError, SyntaxError ...
        raise ImageError(f"damaged or cut off ({first_line(error)})") from None


def _pixels(image: Image.Image, content: bytes, at_least: tuple[int, int] | None) -> np.ndarray:
    if at_least is not None and image.format == "JPEG":
        image.draft(None, _turned(image, at_least))
    image.load()
    wide = _wide_rgb(image, content)
    return _upright_rgb(image) if wide is None or _bits_used(wide) == 16 else _scaled(wide)


def _wide_rgb(image: Image.Image, content: bytes) -> np.ndarray | None:
    """The uint16 pixels of an upright image with 16 bits per color, of which Pillow keeps the upper 8."""
    if image.mode != "RGB" or image.info.keys() & {"exif", "transparency"}:
        return None
    tags = getattr(image, "tag_v2", {})
    if content[24:25] != b"\x10" if image.format == "PNG" else (tags.get(258), tags.get(274, 1)) != ((16, 16, 16), 1):
        return None
    values = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None or values.dtype != np.uint16 or values.ndim != 3 or values.shape[2] != 3:
        return None
    return values[:, :, ::-1]


def _size(image: Image.Image) -> tuple[int, int]:
    image.load()
    if image.mode in _PLAIN and not image.info.keys() & {"exif", "transparency"}:
        return image.size  # nothing about its conversion can fail
    height, width = _upright_rgb(image).shape[:2]
    return width, height


def _content(data: bytes | Path) -> bytes:
    if isinstance(data, bytes | bytearray | memoryview):
        content = bytes(data)
    else:
        try:
            if is_endless(data):
                raise ImageError("neither a file nor a folder")
            content = data.read_bytes()
        except OSError as error:
            raise ImageError(f"cannot be read: {error.strerror or error}") from None
    if not content:
        raise ImageError("the file is empty")
    return content


def _refuse_bomb(image: Image.Image) -> None:
    width, height = image.size
    if max(width, height) > SIDE_LIMIT:
        raise ImageError(
            f"{width} x {height} pixels, and a side may have {SIDE_LIMIT:,}: cut it into parts, then import them"
        )
    if width * height > PIXEL_LIMIT:
        raise ImageError(
            f"{width} x {height} pixels, more than the limit of {PIXEL_LIMIT:,}: make it smaller, then import it again"
        )


def _without_text(content: bytes) -> bytes:
    """A PNG without its texts, and without what else has a wrong checksum and no pixel needs.

    Pillow refuses long texts, and any part with a wrong checksum.
    """
    parts = []
    at, kept = 8, 0
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        spare = kind in _PNG_TEXTS or (kind[0] & 32 and kind != b"tRNS" and _is_wrong(content, at, end))
        if spare and end <= len(content):
            parts.append(content[kept:at])
            kept = end
        at = end
    return b"".join([*parts, content[kept:]]) if parts else content


def _is_wrong(content: bytes, start: int, end: int) -> bool:
    """Whether the checksum at the end of a part of a PNG is not that of its content."""
    return zlib.crc32(content[start + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big")


def _check_png(content: bytes) -> None:
    """Compare the checksums of the pixel chunks, which Pillow skips: flipped bits would pass as odd colors."""
    at = 8
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 8 + length
        if end + 4 > len(content):
            raise ImageError("damaged or cut off (the file ends too early)")
        if kind == b"IDAT" and _is_wrong(content, at, end + 4):
            raise ImageError("damaged (a checksum inside the file is wrong)")
        if kind == b"IEND":
            return
        at = end + 4
    raise ImageError("damaged or cut off (the file ends too early)")


def _turned(image: Image.Image, at_least: tuple[int, int]) -> tuple[int, int]:
    """The (width, height) to ask the JPEG decoder for, which knows nothing of the orientation."""
    height, width = at_least
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1) if "exif" in image.info else 1
    return (height, width) if orientation in (5, 6, 7, 8) else (width, height)


def _upright_rgb(image: Image.Image) -> np.ndarray:
    # Pillow turns TIFF upright by itself while loading; asking for EXIF costs, so only files that carry it are asked.
    if "exif" in image.info and image.format != "TIFF":
        image = ImageOps.exif_transpose(image)
    if image.mode in _WIDE_GRAY:
        return _from_wide_gray(image)
    if image.mode == "F":
        return _from_float(image)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = _over_white(image)
    elif image.mode == "L":
        return cv2.cvtColor(np.asarray(image), cv2.COLOR_GRAY2RGB)  # as Pillow does it, in a third of the time
    elif image.mode == "LAB":
        image = _from_lab(image)
    elif image.mode != "RGB":
        image = image.convert("RGB")
    return np.array(image)


def _over_white(image: Image.Image) -> Image.Image:
    colored = image.convert("RGBA")
    white = Image.new("RGBA", colored.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, colored).convert("RGB")


def _from_wide_gray(image: Image.Image) -> np.ndarray:
    values = np.array(image).astype(np.int64)
    if values.size and (values.min() < 0 or values.max() > 65535):
        raise ImageError("32 bit integer pixels outside 0 to 65535: save it with 8 or 16 bits")
    gray = _scaled(values)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        gray[values == transparent] = 255
    return np.repeat(gray[:, :, None], 3, axis=2)


def _scaled(values: np.ndarray) -> np.ndarray:
    """Values of more than 8 bits as uint8."""
    highest = 2 ** _bits_used(values) - 1
    return ((values.astype(np.int64) * 255 + highest // 2) // highest).astype(np.uint8)


def _bits_used(values: np.ndarray) -> int:
    """How many bits the values need, of those that cameras have: they are scaled by these, not by the file's 16."""
    largest = int(values.max()) if values.size else 0
    return next(bits for bits in _DEPTHS if largest < 2**bits)


def _from_float(image: Image.Image) -> np.ndarray:
    values = np.array(image)
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
        raise ImageError("floating point pixels outside 0 to 1: save it with 8 or 16 bits")
    return np.repeat(np.round(values * 255).astype(np.uint8)[:, :, None], 3, axis=2)


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    transform: Any = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:
        raise ImageError("its LAB colors cannot be converted: save it as RGB")
    return converted
