"""From the bytes of an image file to the RGB pixels that a person would see."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from workbench.data.png_chunks import SIGNATURE, check_pixel_chunks, without_spare_chunks
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
        ".j2c",
        ".jpc",
        ".jpx",
        ".jpf",
        ".avif",
        ".heic",
        ".heif",
        ".hif",
        ".mpo",
        ".apng",
    ]
)
"""Lower-case file name endings of those formats."""

PIXEL_LIMIT = 89_478_485
"""Width times height above which an image is refused: 256 MiB as RGB, and the size at which Pillow starts to warn."""

SIDE_LIMIT = 65_535
"""Width or height above which an image is refused: the most that a JPEG can have."""

_HEIC = frozenset([b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"])
_ANY_HEIF = frozenset([b"mif1", b"msf1"])
_AVIF = frozenset([b"avif", b"avis"])
_MOST_BRANDS = 256  # bytes
_KNOWN_OTHERS = (
    (b"version https://git-lfs", "a pointer of Git LFS, not the image itself: run 'git lfs pull', then import again"),
    (b"<", "it is a text of tags, such as the page of a failed download"),
)
_Found = TypeVar("_Found")
_PLAIN = frozenset({"1", "L", "P", "RGB", "CMYK", "YCbCr"})
_MAY_BE_WIDE = (b"II", b"MM", b"P5", b"P6", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")
_DEPTHS = (8, 10, 12, 14, 16)
_PPM_HEAD = 1_000
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
    content = without_spare_chunks(data) if data.startswith(SIGNATURE) else data
    with Image.open(io.BytesIO(content), formats=_formats(content)) as image:
        orientation = _orientation(image)
    return orientation if orientation in (5, 6, 7, 8) else 0


def bits_in_use(data: bytes) -> int | None:
    """Return how many bits of an image file with more than 8 per channel are in use, None for any other image.

    Raises ImageError as `decode_rgb` does.
    """
    if not data.startswith((SIGNATURE, *_MAY_BE_WIDE)) or (data.startswith(SIGNATURE) and data[24:25] != b"\x10"):
        return None
    return _decoded(data, _bits)


def _bits(image: Image.Image, content: bytes) -> int | None:
    wide = np.array(image) if image.mode in _WIDE_GRAY else _wide_colors(image, content)
    return None if wide is None else _bits_used(wide if wide.ndim == 2 else wide[:, :, :3])


def is_heic(data: bytes) -> bool:
    """Whether an image file is HEIC, as phones write photos."""
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC and not is_avif(data)


def is_avif(data: bytes) -> bool:
    """Whether an image file is AVIF, by its brand, or by those that it is compatible with where that says no more."""
    if data[4:8] != b"ftyp":
        return False
    brands = [data[at : at + 4] for at in range(8, min(int.from_bytes(data[:4], "big"), _MOST_BRANDS), 4)]
    return not _AVIF.isdisjoint(brands if data[8:12] in _ANY_HEIF else brands[:1])


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
    if content.startswith(SIGNATURE):
        content = without_spare_chunks(content)
    try:
        with Image.open(io.BytesIO(content), formats=_formats(content)) as image:
            _refuse_bomb(image)
            if image.format == "PNG":
                check_pixel_chunks(content)
            return finish(image, content)
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(_what_it_is(content)) from None
    except Image.DecompressionBombError:
        raise ImageError(f"more than {PIXEL_LIMIT:,} pixels: make it smaller, then import it again") from None
    except MemoryError:
        raise ImageError("not enough memory to decode it") from None
    except Exception as error:
        # Decoders meet damaged files with whatever happens to break first: struct.error, IndexError, SyntaxError ...
        raise ImageError(f"damaged or cut off ({first_line(error)})") from None


def _what_it_is(content: bytes) -> str:
    """Say of a file that is no image what may have happened to it."""
    if content.startswith(SIGNATURE):
        return "damaged or cut off (the parts before its pixels cannot be read)"
    known = next((words for start, words in _KNOWN_OTHERS if content.startswith(start)), "")
    return f"not an image in a known format ({', '.join(FORMATS)}){f': {known}' if known else ''}"


def _pixels(image: Image.Image, content: bytes, at_least: tuple[int, int] | None) -> np.ndarray:
    if at_least is not None and image.format == "JPEG":
        image.draft(None, _turned(image, at_least))
    image.load()
    wide = _wide_colors(image, content)
    if wide is not None and _bits_used(wide[:, :, :3]) < 16:
        image = _narrowed(wide, image)
    return _upright_rgb(image)


def _wide_colors(image: Image.Image, content: bytes) -> np.ndarray | None:
    """The uint16 pixels, RGB or RGBA as stored, of an image with 16 bits per color: Pillow keeps the upper 8."""
    if image.mode not in ("RGB", "RGBA", "LA") or not _states_16_bits(image, content):
        return None
    values = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None or values.dtype != np.uint16 or values.ndim != 3 or values.shape[2] not in (3, 4):
        return None
    return values[:, :, [2, 1, 0, 3][: values.shape[2]]]


def _states_16_bits(image: Image.Image, content: bytes) -> bool:
    if image.format == "PNG":
        return content[24:25] == b"\x10"
    if image.format == "PPM":
        head = re.sub(rb"#[^\n]*", b"", content[:_PPM_HEAD]).split()
        return (head[0], head[3:4]) == (b"P6", [b"65535"])
    tags = getattr(image, "tag_v2", {})
    return set(tags.get(258, ())) == {16} and tags.get(274, 1) == 1


def _narrowed(wide: np.ndarray, image: Image.Image) -> Image.Image:
    """The image with its 16 bits scaled to 8 by those in use, and what else is known of it as before."""
    bits = _bits_used(wide[:, :, :3])
    colors = _scaled(wide[:, :, :3], bits)
    transparent = image.info.get("transparency")
    if wide.shape[2] == 4:
        alpha = _scaled(wide[:, :, 3], bits if wide[:, :, 3].max() < 2**bits else 16)
    else:
        matches = wide == transparent if isinstance(transparent, tuple) else np.zeros(wide.shape, bool)
        alpha = np.where(matches.all(axis=2), np.uint8(0), np.uint8(255))
    found = Image.fromarray(np.dstack([colors, alpha]))
    found.info = {key: value for key, value in image.info.items() if key == "exif"}
    return found


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


def _turned(image: Image.Image, at_least: tuple[int, int]) -> tuple[int, int]:
    """The (width, height) to ask the JPEG decoder for, which knows nothing of the orientation."""
    height, width = at_least
    return (height, width) if _orientation(image) in (5, 6, 7, 8) else (width, height)


def _orientation(image: Image.Image) -> Any:
    """How EXIF turns an image, 1 to 8 if it is sound; a TIFF states it among its tags."""
    told = "exif" in image.info or image.format == "TIFF"
    return image.getexif().get(ExifTags.Base.Orientation, 1) if told else 1


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
    gray = _scaled(values, _bits_used(values))
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        gray[values == transparent] = 255
    return np.repeat(gray[:, :, None], 3, axis=2)


def _scaled(values: np.ndarray, bits: int) -> np.ndarray:
    """Values of so many bits as uint8."""
    highest = 2**bits - 1
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
