"""The explore panel's answers: from a moved slider to the pictures, on small images and on photos.

    python bench/explore.py

Times the kernel's part (decode, steps, augmentation, encoding) of one redraw, beside its floor: decoding and resizing
the same image once with Pillow, which is what showing it at all would take.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import cv2
import numpy as np
from PIL import Image

from workbench.configuration import read_yaml
from workbench.panels.exploring import looking
from workbench.panels.exploring.desk import Desk
from workbench.paths import Project, asset
from workbench.store import open_store
from workbench.store.images import sha256_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme

SIZES = {"28 x 28": (28, 28), "photo, 1600 x 1200": (1200, 1600), "photo, 4000 x 3000": (3000, 4000)}


def main() -> None:
    """Run the benchmark and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--redraws", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "params.yaml").touch()
        desk, samples = make_desk(Path(folder))
        for name, sample in samples.items():
            rows += measure(desk, name, sample, options.redraws)
        desk.store.close()
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'image':20}{'view':16}{'moving':>12}{'let go':>12}{'decode, resize':>16}")
    for row in rows:
        print(
            f"{row['image']:20}{row['view']:16}{row['moving_ms']:>9.1f} ms{row['settled_ms']:>9.1f} ms"
            f"{row['floor_ms']:>13.1f} ms"
        )


def make_desk(root: Path) -> tuple[Desk, dict[str, int]]:
    """Make a project with one image of each size."""
    project = Project(root)
    project.db.mkdir()
    project.auguments_file.write_bytes(asset("auguments.yaml").read_bytes())
    store = open_store(project)
    found = {}
    with store.write() as session:
        theme_id = create_theme("bench", labels=["a", "b"], session=session).id
        for name, (height, width) in SIZES.items():
            shapes = np.random.default_rng(height).integers(0, 256, (12, 16, 3), dtype=np.uint8)
            pixels = cv2.resize(shapes, (width, height), interpolation=cv2.INTER_CUBIC)
            content = bytes(cv2.imencode(".jpg", pixels)[1])
            digest = sha256_of(content)
            uri = store.images.put(content, sha256=digest, suffix="jpg")
            sample = Sample(
                theme_id=theme_id, sha256=digest, uri=uri, name=name, width=width, height=height,
                size_bytes=len(content),
            )  # fmt: skip
            session.add(sample)
            session.flush()
            found[name] = sample.id
    return Desk(store, theme_id, project.auguments_file), found


def measure(desk: Desk, name: str, sample: int, redraws: int) -> list[dict[str, Any]]:
    """Median time of a redraw while a slider moves and after it was let go, for the views that sliders are moved in."""
    draft = read_yaml(desk.config_file)[0]
    # The worst case: a step that needs every pixel of the original comes first.
    equalization = draft["preprocessing"]["histogram_equalization"] | {"enabled": True}
    draft["preprocessing"] = {**draft["preprocessing"], "histogram_equalization": equalization}
    draft["image"]["size"] = 224 if name.startswith("photo") else 32
    path = desk.store.images.path(desk.sample(sample).uri)
    floor = median(redraws, lambda _: np.asarray(Image.open(path).convert("RGB").resize((224, 224))))
    rows = []
    for view in ("steps", "augmentation"):

        def redraw(number: int, quick: bool, view: str = view) -> None:
            changed = copy.deepcopy(draft)
            changed["preprocessing"]["histogram_equalization"]["clip_limit"] = 1.0 + number / 10
            looking.look(desk, {"draft": changed, "sample": sample, "view": view, "quick": quick}, [])

        redraw(0, True)
        rows.append(
            {
                "image": name,
                "view": view,
                "moving_ms": median(redraws, lambda number: redraw(number, True)),
                "settled_ms": median(redraws, lambda number: redraw(number, False)),
                "floor_ms": floor,
            }
        )
    return rows


def median(count: int, act: Callable[[int], object]) -> float:
    """Median milliseconds of `act(0)`, `act(1)` ..."""
    seconds = []
    for number in range(count):
        began = time.perf_counter()
        act(number)
        seconds.append(time.perf_counter() - began)
    return round(1000 * statistics.median(seconds), 1)


if __name__ == "__main__":
    main()
