"""Whether two pictures show the same: how many details of one lie in the other, all moved alike.

Details are SIFT's (Lowe, 2004) of a gray version with 256 pixels along its longer side. Those that find their like in
the other picture vote for one shift, turn and size of the whole (RANSAC). Pictures with few details are compared as a
whole besides.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

METHOD = "details"
THRESHOLD = 0.12
"""The match from which two images belong together. Measured in bench/duplicates.py."""
FLOOR = 0.03
"""Pairs that match less are not kept."""
SIDE = 256
_DETAILS = 200
_CONTRAST = 0.02
_RATIO = 0.8
_TOLERANCE = 3.0
_SIZES = (0.7, 1.4)
_BY_CHANCE = 4
_STEADY = 12
_PICTURE = 32
_ALIKE = 0.99
_PLAIN = 1.0


@dataclass(frozen=True)
class Details:
    """What is compared of a picture: where its details are, float32 (N, 2), what they look like, float32 (N, 128).

    `picture` is the whole, float32 (1024,) with mean 0 and length 1; None where it is one plain color.
    """

    points: np.ndarray
    looks: np.ndarray
    picture: np.ndarray | None


def details_of(image: np.ndarray, *, mirrored: bool = False) -> Details:
    """Describe uint8 RGB (H, W, 3), or its mirror image."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    factor = SIDE / max(gray.shape)
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    if mirrored:
        gray = np.ascontiguousarray(gray[:, ::-1])
    sift = cv2.SIFT_create(nfeatures=_DETAILS, contrastThreshold=_CONTRAST)  # type: ignore[attr-defined]
    found, looks = sift.detectAndCompute(gray, None)
    points = np.array([each.pt for each in found], np.float32).reshape(-1, 2)
    looks = np.zeros((0, 128), np.float32) if looks is None else looks
    # Roots of shares are compared better than the numbers themselves (Arandjelovic and Zisserman, 2012).
    looks = np.sqrt(looks / np.maximum(looks.sum(axis=1, keepdims=True), 1e-6))
    return Details(points, looks, _picture(gray))


def match(one: Details, other: Details) -> float:
    """Return how well two pictures match, from 0 to 1.

    The share of the details of the picture that has fewer which lie at the same place in the other, less what is there
    by chance; with few details, the share is drawn down. Pictures that are the same as a whole match by that.
    """
    fewest = min(len(one.points), len(other.points))
    shared = max(0, _at_one_place(one, other) - _BY_CHANCE) / (fewest + _STEADY)
    return float(min(1.0, max(shared, _as_a_whole(one, other))))


def _as_a_whole(one: Details, other: Details) -> float:
    if one.picture is None or other.picture is None:
        return 0.0
    return max(0.0, (float(one.picture @ other.picture) - _ALIKE) / (1 - _ALIKE))


def _at_one_place(one: Details, other: Details) -> int:
    """Count the details of one picture whose like in the other is where the whole was moved to."""
    if min(len(one.points), len(other.points)) < 3:
        return 0
    pairs = cv2.BFMatcher().knnMatch(one.looks, other.looks, k=2)
    clear = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(clear) < 3:
        return 0
    moved, inside = cv2.estimateAffinePartial2D(
        other.points[[each.trainIdx for each in clear]],
        one.points[[each.queryIdx for each in clear]],
        method=cv2.RANSAC,
        ransacReprojThreshold=_TOLERANCE,
    )
    if moved is None or not _SIZES[0] < float(np.hypot(moved[0, 0], moved[1, 0])) < _SIZES[1]:
        return 0
    return int(inside.sum())


def _picture(gray: np.ndarray) -> np.ndarray | None:
    small = cv2.resize(gray, (_PICTURE, _PICTURE), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    if small.std() < _PLAIN:
        return None
    small -= small.mean()
    return small / np.linalg.norm(small)
