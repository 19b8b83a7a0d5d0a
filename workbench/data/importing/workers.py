"""Preparing one file for import: read, hash, decode, check against what is said of it, put among the images."""

from __future__ import annotations

import errno
import math
import os
from dataclasses import dataclass, replace

from workbench.data.decoding import ImageError, bits_in_use, check_image, is_avif, is_heic, swaps_sides
from workbench.data.formats.entry import Entry, EntryBox, Rejection
from workbench.errors import WorkbenchError
from workbench.store.box_rows import clip
from workbench.store.images import ImageFiles, sha256_of

FILE_LIMIT = 512 * 2**20
"""Bytes above which a file is refused without being read."""

_NAME_LIMIT = 1_000
_SIGNATURES = (
    (b"\x89PNG", "png"),
    (b"\xff\xd8", "jpg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"RIFF", "webp"),
    (b"II", "tif"),
    (b"MM", "tif"),
    (b"P1", "pbm"),
    (b"P2", "pgm"),
    (b"P3", "ppm"),
    (b"P4", "pbm"),
    (b"P5", "pgm"),
    (b"P6", "ppm"),
    (b"\0\0\0\x0cjP  ", "jp2"),
    (b"\xff\x4f\xff\x51", "j2k"),
)


@dataclass(frozen=True)
class PreparedImage:
    """A good image whose bytes are in the image store. `boxes` are in pixels, inside the image.

    `turned` says that its size and boxes were stated as stored, before EXIF turns it. `refused` are the boxes that
    could not be taken, `clipped` counts those that stood over the edge. Where a box was refused, here or by the
    reader, `boxes` is None and `held_back` counts the sound ones. `bits` says how many are in use of an image that
    has more than 8.
    """

    entry: Entry
    name: str
    sha256: str
    uri: str
    width: int
    height: int
    size_bytes: int
    boxes: tuple[EntryBox, ...] | None = None
    refused: tuple[Rejection, ...] = ()
    clipped: int = 0
    turned: bool = False
    undecided: bool = False
    held_back: int = 0
    bits: int | None = None


def prepare_image(entry: Entry, images: ImageFiles) -> PreparedImage | Rejection:
    """Prepare one image, or say what is wrong with it. Raises WorkbenchError when the image store itself fails."""
    if entry.fault:
        return _refusal(entry, entry.fault)
    try:
        content = read_content(entry)
        width, height = check_image(content)
    except ImageError as error:
        return _refusal(entry, str(error))
    stored = entry.size
    if entry.size is not None and entry.size != (width, height):
        turned = swaps_sides(content) if entry.size == (height, width) else 0
        if not turned:
            stated = f"{entry.size[0]} x {entry.size[1]}"
            return _refusal(entry, f"says that the image has {stated} pixels, but it has {width} x {height}")
        entry = replace(entry, boxes=_upright_boxes(entry, turned), size=(width, height))
    sha256, suffix = sha256_of(content), _suffix(content)
    try:
        uri = images.put(content, sha256=sha256, suffix=suffix)
    except OSError as error:
        raise _storage_error(error, images) from None
    if entry.content is not None:
        entry = replace(entry, content=None)  # a thousand of them wait to be written
    found = PreparedImage(
        entry,
        entry.name[-_NAME_LIMIT:],
        sha256,
        uri,
        width,
        height,
        len(content),
        turned=stored != entry.size,
        bits=bits_in_use(content),
    )
    return found if entry.boxes is None else _with_boxes(found, entry.boxes)


def read_content(entry: Entry) -> bytes:
    """Return an image file's bytes. Raises ImageError where there is no file, or too large a one."""
    if entry.content is not None:
        return entry.content
    if entry.path is None:
        raise ImageError(f"the image {entry.name} was not found")
    try:
        with open(entry.path, "rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size > FILE_LIMIT:
                raise ImageError(f"larger than {FILE_LIMIT // 2**20} MiB: make it smaller, then import it again")
            return file.read()
    except FileNotFoundError:
        raise ImageError(f"the image {entry.name} was not found") from None
    except OSError as error:
        raise ImageError(f"cannot be read: {error.strerror or error}") from None


def _refusal(entry: Entry, reason: str) -> Rejection:
    """Blame the image file, or the line that names it."""
    if not entry.source:
        return Rejection(entry.name, reason)
    return Rejection(entry.source, reason if entry.name in reason else f"{entry.name}: {reason}")


def _suffix(content: bytes) -> str:
    """The suffix by the content, so that one content has one key whatever its file is called."""
    if is_avif(content):
        return "avif"
    if is_heic(content):
        return "heic"
    return next((suffix for signature, suffix in _SIGNATURES if content.startswith(signature)), "img")


def _with_boxes(found: PreparedImage, boxes: tuple[EntryBox, ...]) -> PreparedImage:
    kept: list[EntryBox] = []
    refused: list[Rejection] = []
    clipped = 0
    for box in boxes:
        scaled = _in_pixels(box, found) if found.entry.fractions else box
        cut = clip((scaled.x, scaled.y, scaled.width, scaled.height), found.width, found.height)
        if cut is None:
            where = box.source or found.entry.source or found.name
            called = f"{found.name}, {box.mark}" if box.mark else found.name
            refused.append(Rejection(where, f"{called}: {_fault(scaled)}", "box"))
            continue
        inside = replace(scaled, x=cut[0], y=cut[1], width=cut[2], height=cut[3])
        clipped += _moved(scaled, inside)
        kept.append(inside)
    if refused or found.entry.incomplete:
        return replace(found, refused=tuple(refused), undecided=True, held_back=len(kept))
    return replace(found, boxes=tuple(kept), refused=tuple(refused), clipped=clipped)


def _upright_boxes(entry: Entry, orientation: int) -> tuple[EntryBox, ...] | None:
    """Turn boxes that are stated on the stored pixels, of the entry's size, as EXIF turns the image (5 to 8)."""
    if entry.boxes is None or entry.size is None:
        return entry.boxes
    width, height = (1.0, 1.0) if entry.fractions else entry.size
    turned = []
    for box in entry.boxes:
        right, bottom = width - box.x - box.width, height - box.y - box.height
        x = box.y if orientation in (5, 8) else bottom
        y = box.x if orientation in (5, 6) else right
        turned.append(replace(box, x=x, y=y, width=box.height, height=box.width))
    return tuple(turned)


def _in_pixels(box: EntryBox, found: PreparedImage) -> EntryBox:
    # Six decimals are far below what can be seen, and undo the noise that the detour over fractions brings.
    return replace(
        box,
        x=round(box.x * found.width, 6),
        y=round(box.y * found.height, 6),
        width=round(box.width * found.width, 6),
        height=round(box.height * found.height, 6),
    )


def _moved(before: EntryBox, after: EntryBox) -> bool:
    """Whether clipping was more than the rounding of fractions."""
    return max(abs(before.width - after.width), abs(before.height - after.height)) > 0.01


def _fault(box: EntryBox) -> str:
    shown = f"the box x={box.x:g} y={box.y:g} width={box.width:g} height={box.height:g} of '{box.label}'"
    if not all(math.isfinite(value) for value in (box.x, box.y, box.width, box.height)):
        return f"{shown} has a coordinate that is not a number"
    if box.width <= 0 or box.height <= 0:
        return f"{shown} has no area"
    return f"{shown} lies outside the image"


def _storage_error(error: OSError, images: ImageFiles) -> WorkbenchError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WorkbenchError(
            f"The disk is full: no more images fit below {images.root}. Free some space, then import again; "
            "what was imported before is safe."
        )
    return WorkbenchError(f"An image cannot be written below {images.root}: {error.strerror or error}.")
