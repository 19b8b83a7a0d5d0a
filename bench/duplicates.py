"""Near duplicates: how many variants of real photographs are found, how many pairs are wrong, and how long it takes.

    python bench/duplicates.py [--photos FOLDER] [--number 100] [--vectors 100000]

Each photograph (default: 100 of those in `shared/data/bccd`, and scikit-learn's two) is kept and saved in seven other
ways: cropped by 3 to 6 %, by as much at each edge, saved at quality 40, resized, brightened, mirrored, and as the next
frame of a film (shifted, turned, nearer, with noise). Recall is the share of variants that are in the group of
their photograph, precision the share of recorded pairs that are of one photograph; beside it the detector that compares
16 x 16 gray versions. The time of neighbors is that of `find_candidates` over drawn vectors of the encoder `hog`, of
which one in ten lies near another one; what is compared of pictures comes on top, per pair.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from comparison import Row, report
from sklearn.datasets import load_sample_images

import workbench as wb
from workbench.data.inspection.inspected_images import images_to_inspect
from workbench.data.inspection.near_duplicates import near_duplicates
from workbench.data.inspection.profile import Profile
from workbench.embeddings.duplicates.candidates import find_candidates
from workbench.embeddings.hog import Hog
from workbench.new_project import new_project
from workbench.paths import Project
from workbench.store.groups.pairs import joined_pairs
from workbench.store.groups.together import together

ROOT = Path(__file__).resolve().parent.parent
Image = np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, default=ROOT / "shared/data/bccd/JPEGImages")
    parser.add_argument("--number", type=int, default=100, help="of photographs; 0 for the time of neighbors alone")
    parser.add_argument("--vectors", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-duplicates-") as folder:
        found = quality(Path(folder), given.photos, given.number) if given.number else []
        report([*found, neighbors(Path(folder), given.vectors)])


def quality(folder: Path, photos: Path, number: int) -> list[Row]:
    """Measure recall and precision on variants of photographs."""
    found = sorted(photos.glob("*.jp*g"))
    images = [cv2.imread(str(file)) for file in found[:: max(1, len(found) // number)][:number]]
    images += [image[..., ::-1] for image in load_sample_images().images]
    pool = folder / "photos"
    pool.mkdir()
    rng = np.random.default_rng(7)
    for one, image in enumerate(images):
        cv2.imwrite(str(pool / f"{one:04d}_first.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 92])
        for kind, make in VARIANTS.items():
            made = make(np.ascontiguousarray(image), rng)
            cv2.imwrite(str(pool / f"{one:04d}_{kind}.jpg"), made, [cv2.IMWRITE_JPEG_QUALITY, 92])
    new_project(folder / "project")
    theme = wb.create_theme("photos", project=Project(folder / "project"))
    theme.import_images(pool, progress=False)
    theme.embed("hog", progress=False)
    start = time.perf_counter()
    done = theme.find_groups(progress=False)
    seconds = time.perf_counter() - start
    with theme.store.read() as session:
        partition = together(1, session=session)
        pairs = joined_pairs(1, done.threshold, session=session)
    whose = {sample.id: sample.name[:4] for sample in theme.samples()}
    first = {sample.name[:4]: sample.id for sample in theme.samples(name="*_first.jpg")}
    total, right = Counter[str](), Counter[str]()
    for sample in theme.samples():
        kind = Path(sample.name).stem[5:]
        if kind != "first":
            total[kind] += 1
            least = partition.get(first[sample.name[:4]])
            right[kind] += least is not None and partition.get(sample.id) == least
    same = sum(whose[one] == whose[other] for one, other in pairs)
    profile = Profile(images_to_inspect(theme.store, 1)[0])
    list(profile.advance())
    old = near_duplicates(profile, limit=10**9)
    names = [each.name for each in profile.images]
    hits = {tuple(sorted((names[pair.first], names[pair.second]))) for pair in old}
    direct = [tuple(sorted((f"{one}_first.jpg", f"{one}_{kind}.jpg"))) for one in first for kind in total]
    before = sum(each in hits for each in direct) / len(direct)
    recall, precision = right.total() / total.total(), same / max(1, len(pairs))
    worst = min(total, key=lambda kind: right[kind] / total[kind])
    told = f"variants of {len(images)} photographs in their group (worst: {worst} {right[worst] / total[worst]:.1%})"
    pace = f"{seconds / done.compared * 1000:.0f} ms an image"
    return [
        Row(told, f"{recall:.1%}", f"{before:.1%} 16 x 16 gray", None, "at least 95 %", recall >= 0.95),
        Row("pairs that are of one photograph", f"{precision:.1%}", "", None, "at least 99 %", precision >= 0.99),
        Row(f"near duplicates of {done.compared:,} images, eight of each, pictures compared", pace),
    ]


def neighbors(folder: Path, number: int) -> Row:
    """Measure how long the neighbors of so many vectors take."""
    dimensions, rng = Hog().dimensions, np.random.default_rng(1)
    rows = np.memmap(folder / "vectors.f16", np.float16, "w+", shape=(number, dimensions))
    # Images lie near a space of few dimensions; what is drawn evenly is as far from everything as can be.
    axes = rng.normal(size=(48, dimensions)).astype(np.float32)
    for start in range(0, number, 10_000):
        part = rng.normal(size=(min(10_000, number - start), 48)).astype(np.float32) @ axes
        part += 0.3 * rng.normal(size=part.shape).astype(np.float32)
        part[1::10] = part[::10] + 0.6 * rng.normal(size=part[::10].shape).astype(np.float32)
        rows[start : start + len(part)] = part
    start_s = time.perf_counter()
    found = find_candidates(rows, np.arange(number), "hog")
    seconds = time.perf_counter() - start_s
    paired = found.second - found.first == 1
    missing = 1 - int((paired & (found.first % 10 == 0)).sum()) / (number // 10)
    told = f"neighbors among {number:,} vectors of {dimensions:,} numbers ({missing:.1%} of the near ones missed)"
    goal = 600 * number / 1_000_000
    return Row(told, f"{seconds:.0f} s", "", None, f"at most {goal:.0f} s (ten minutes a million)", seconds <= goal)


def saved(image: Image, quality: int) -> Image:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def cropped(image: Image, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    down, right = (int(side * rng.uniform(0.03, 0.06)) for side in (height, width))
    top, left = int(down * rng.uniform()), int(right * rng.uniform())
    return saved(image[top : height - down + top, left : width - right + left], 80)


def trimmed(image: Image, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    top, low = (int(height * rng.uniform(0.03, 0.06)) for _ in range(2))
    left, right = (int(width * rng.uniform(0.03, 0.06)) for _ in range(2))
    return saved(image[top : height - low, left : width - right], 80)


def resized(image: Image, rng: np.random.Generator) -> Image:
    factor = float(rng.choice([0.5, 0.7, 1.5]))
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def brightened(image: Image, rng: np.random.Generator) -> Image:
    return saved(np.clip(image * rng.uniform(0.8, 1.2) + rng.uniform(-25, 25), 0, 255).astype(np.uint8), 85)


def next_frame(image: Image, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    moved = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-1.5, 1.5), rng.uniform(1.01, 1.05))
    moved[:, 2] += rng.uniform(-0.025, 0.025, 2) * (width, height)
    frame = cv2.warpAffine(image, moved, (width, height), borderMode=cv2.BORDER_REFLECT)
    noisy = frame + rng.normal(0, 4, frame.shape) + rng.uniform(-6, 6)
    return saved(np.clip(noisy, 0, 255).astype(np.uint8), 75)


VARIANTS: dict[str, Callable[[Image, np.random.Generator], Image]] = {
    "cropped": cropped,
    "trimmed": trimmed,
    "saved": lambda image, _rng: saved(image, 40),
    "resized": resized,
    "brightened": brightened,
    "mirrored": lambda image, _rng: saved(image[:, ::-1], 85),
    "next frame": next_frame,
}

if __name__ == "__main__":
    main()
