"""Facts about every image of a theme: size, brightness, a small gray version; and what looks odd among them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import cv2
import numpy as np

from workbench.data.decoding import ImageError
from workbench.data.inspection.inspected_images import InspectedImage

SIDE = 16
"""Side of the small gray version by which images are compared."""

_ENOUGH = (64, 64)
_AT_ONCE = 64


@dataclass
class Profile:
    """Facts about the first `done` images; `advance` goes on.

    `mean` and `std` float64 (N, 3) per channel over the pixels scaled to 0..1, `gray` float32 (N, SIDE * SIDE);
    rows of `damaged` images stay 0. Large JPEGs are measured on a smaller decoded version.
    """

    images: Sequence[InspectedImage]
    done: int = 0
    damaged: dict[int, str] = field(default_factory=dict)
    mean: np.ndarray = field(init=False)
    std: np.ndarray = field(init=False)
    gray: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.mean = np.zeros((len(self.images), 3))
        self.std = np.zeros((len(self.images), 3))
        self.gray = np.zeros((len(self.images), SIDE * SIDE), np.float32)

    @property
    def finished(self) -> bool:
        return self.done == len(self.images)

    def advance(self, seconds: float = float("inf")) -> Iterator[int]:
        """Look at further images, for about so many seconds; yields how many are done after each lot."""
        stop = time.monotonic() + seconds
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            while not self.finished and time.monotonic() < stop:
                numbers = range(self.done, min(self.done + _AT_ONCE, len(self.images)))
                for number, facts in zip(numbers, pool.map(self._look, numbers), strict=True):
                    if isinstance(facts, str):
                        self.damaged[number] = facts
                    else:
                        self.mean[number], self.std[number], self.gray[number] = facts
                self.done = numbers.stop
                yield self.done

    @property
    def sound(self) -> np.ndarray:
        """int64 positions of the images that were looked at and are not damaged."""
        return np.array([number for number in range(self.done) if number not in self.damaged], dtype=np.int64)

    def overall(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and deviation per channel over all pixels, each image counting alike: float64 (3,) twice."""
        sound = self.sound
        if not len(sound):
            return np.zeros(3), np.zeros(3)
        mean = self.mean[sound].mean(axis=0)
        squares = (self.std[sound] ** 2 + self.mean[sound] ** 2).mean(axis=0)
        return mean, np.sqrt(np.maximum(squares - mean**2, 0))

    def _look(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | str:
        try:
            image = self.images[number].pixels(_ENOUGH)
        except ImageError as error:
            return str(error)
        mean, std = cv2.meanStdDev(image)
        gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        small = cv2.resize(gray, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
        return mean.ravel() / 255, std.ravel() / 255, small


@dataclass(frozen=True)
class Issue:
    """An image that a person should look at before training on it, and why."""

    number: int
    kind: str
    reason: str


TINY = 8
EXTREME_ASPECT = 4.0
BLANK = 0.01


def find_issues(profile: Profile) -> list[Issue]:
    """Find damaged, blank, tiny and very long images among those that were looked at.

    Blank: the deviation of every channel is below 1 % of the range. Tiny: a side below 8 pixels. Very long: one side
    more than 4 times the other.
    """
    found = [Issue(number, "damaged", reason) for number, reason in profile.damaged.items()]
    for number in profile.sound.tolist():
        image = profile.images[number]
        short, long = sorted((image.width, image.height))
        if short < TINY:
            found.append(Issue(number, "tiny", f"{image.width} x {image.height} pixels"))
        elif profile.std[number].max() < BLANK:
            found.append(Issue(number, "blank", "one color all over"))
        if long > EXTREME_ASPECT * short:
            found.append(Issue(number, "very long", f"{image.width} x {image.height} pixels"))
    return sorted(found, key=lambda issue: (issue.kind, issue.number))
