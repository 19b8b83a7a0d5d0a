"""The chunks of a PNG: which ones no pixel needs, and whether those of the pixels are sound."""

from __future__ import annotations

import struct
import zlib

from workbench.errors import ImageError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""How every PNG begins."""

# Texts, and what says how colors are meant: no pixel needs it, and Pillow refuses what is long or damaged in it.
_SPARE = frozenset([b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"cHRM", b"gAMA"])


def without_spare_chunks(content: bytes) -> bytes:
    """A PNG without its texts, and without what else no pixel needs and Pillow may refuse: a wrong checksum, say."""
    parts = []
    at, kept = 8, 0
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        spare = kind in _SPARE or (kind[0] & 32 and kind != b"tRNS" and _is_wrong(content, at, end))
        if spare and end <= len(content):
            parts.append(content[kept:at])
            kept = end
        at = end
    return b"".join([*parts, content[kept:]]) if parts else content


def _is_wrong(content: bytes, start: int, end: int) -> bool:
    """Whether the checksum at the end of a part of a PNG is not that of its content."""
    return zlib.crc32(content[start + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big")


def check_pixel_chunks(content: bytes) -> None:
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
