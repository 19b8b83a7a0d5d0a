"""Is "so many more labels bring so much" right? Forecasts from some labels against what a probe then has.

    python bench/learning_curve.py [--mnist FOLDER] [--draws 5]

Of each set of images some are labeled, a forecast is made, and then as many more as it spoke of are; the truth is the
accuracy of a probe on all of these labels, on all other images. A forecast is right when that lies within a percentage
point of what was said; where nothing is said, nothing is counted. FOLDER has MNIST as train/0 ... 9.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from comparison import Row, report

from workbench.assist.classifier import choose, fit
from workbench.assist.learning_curve import forecast, measure
from workbench.embeddings.projection import fit_projection

LABELED = (300, 600, 1_000, 2_000)
MORE = (0.2, 0.5, 1.0)
GOAL = 0.8


def main() -> None:
    """Print a row per set and number of labels, and one for all forecasts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnist", type=Path, help="folder with train/0..9")
    parser.add_argument("--draws", type=int, default=5, help="how often each number of labels is drawn")
    given = parser.parse_args()
    sets = {"digits, pixels": digits(), "digits, 3 of 10 pixels noise": digits(noise=0.3)}
    if given.mnist:
        images, targets = mnist(given.mnist)
        sets |= {"MNIST, hog": (images, targets), "MNIST, 1 label of 20 wrong": (images, mistaken(targets, 0.05))}
    rows, total = [], []
    for name, (vectors, classes) in sets.items():
        for labeled in LABELED:
            if labeled * (1 + max(MORE)) > 0.8 * len(classes):
                continue
            begun = time.perf_counter()
            off, asked = _cases(vectors, classes, labeled, given.draws)
            total += off
            took = (time.perf_counter() - begun) / given.draws
            far = f", median {100 * float(np.median(np.abs(off))):.2f} points off" if off else ""
            what = f"forecast, {name}, {labeled:,} labels, {took:.1f} s"
            rows.append(Row(what, f"{_right(off)} of {len(off)} right{far}", f"{asked} asked"))
    share = _right(total) / max(len(total), 1)
    rows.append(
        Row("forecasts within one point", f"{share:.0%} of {len(total)}", goal=f"{GOAL:.0%}", met=share >= GOAL)
    )
    report(rows)


def _right(off: list[float]) -> int:
    return sum(abs(each) <= 0.01 for each in off)


def _cases(vectors: np.ndarray, classes: np.ndarray, labeled: int, draws: int) -> tuple[list[float], int]:
    """How far each forecast was off, and how many were asked for."""
    off, asked = [], 0
    for draw in range(draws):
        generator = np.random.default_rng(draw)
        order = generator.permutation(len(classes))
        features = fit_projection(vectors[order[:labeled]])(vectors[order])
        targets = classes[order]
        strength = choose([features[:labeled]], targets[:labeled]).strength
        curve = measure(vectors[order[:labeled]], targets[:labeled], strength=strength)
        for share in MORE:
            asked += 1
            more = int(share * labeled)
            said = forecast(curve, labeled, more)
            if said is not None:
                off.append(said.then - _truth(features, targets, labeled + more, strength))
    return off, asked


def _truth(features: np.ndarray, targets: np.ndarray, labeled: int, strength: float) -> float:
    model = fit(features[:labeled], targets[:labeled], int(targets.max()) + 1, strength=strength)
    assert model is not None
    return float((model.probabilities(features[labeled:]).argmax(axis=1) == targets[labeled:]).mean())


def digits(noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's 1,797 digits of 8 x 8 pixels; of each image a share of the pixels may be noise."""
    from sklearn.datasets import load_digits

    found = load_digits()
    generator = np.random.default_rng(0)
    pixels = np.where(
        generator.random(found.data.shape) < noise, generator.integers(0, 17, found.data.shape), found.data
    )
    return pixels.astype(np.float32), found.target.astype(np.int64)


def mnist(folder: Path, each: int = 1_000) -> tuple[np.ndarray, np.ndarray]:
    """10,000 of MNIST's training images as histograms of gradients."""
    from PIL import Image

    from workbench.embeddings.encoder import squared
    from workbench.embeddings.hog import Hog

    encoder = Hog()
    files = [file for digit in range(10) for file in sorted((folder / "train" / str(digit)).iterdir())[:each]]
    pixels = [squared(np.asarray(Image.open(file).convert("RGB")), encoder.side) for file in files]
    return encoder.encode(np.stack(pixels)), np.array([int(file.parent.name) for file in files], np.int64)


def mistaken(classes: np.ndarray, share: float) -> np.ndarray:
    """The classes, a share of them replaced by random ones."""
    generator = np.random.default_rng(1)
    wrong = generator.random(len(classes)) < share
    return np.where(wrong, generator.integers(0, classes.max() + 1, len(classes)), classes)


if __name__ == "__main__":
    main()
