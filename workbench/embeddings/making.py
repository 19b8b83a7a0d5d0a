"""From keys of images to the vectors that are kept: the same in this process and on a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.data.decoding import decode_rgb
from workbench.embeddings.encoder import Encoder, squared
from workbench.errors import ImageError, NotFoundError
from workbench.store.images import ImageFiles

AT_ONCE = 64
"""Images that go through an encoder together."""


@dataclass(frozen=True)
class MadeVectors:
    """Vectors float16 (N, D) of N `digests`; those of `unreadable` images hold no numbers. `gone` have no file."""

    digests: list[str]
    vectors: np.ndarray
    unreadable: int
    gone: frozenset[str]


def make_vectors(images: Sequence[tuple[str, str]], encoder: Encoder, files: ImageFiles) -> MadeVectors:
    """Make the vectors of a few images, given as digest and key. Raises WorkbenchError when the image store fails."""
    found: dict[str, np.ndarray | None] = {}
    gone: set[str] = set()
    for (digest, _), (_, content) in zip(images, files.read_each([uri for _, uri in images]), strict=True):
        if isinstance(content, NotFoundError):
            gone.add(digest)
            continue
        if isinstance(content, Exception):
            raise content
        try:
            found[digest] = squared(decode_rgb(content, at_least=(encoder.side,) * 2), encoder.side)
        except ImageError:
            found[digest] = None
    vectors = np.full((len(found), encoder.dimensions), np.nan, np.float32)
    sound = [position for position, image in enumerate(found.values()) if image is not None]
    if sound:
        vectors[sound] = encoder.encode(np.stack([image for image in found.values() if image is not None]))
    return MadeVectors(list(found), vectors.astype(np.float16), len(found) - len(sound), frozenset(gone))
