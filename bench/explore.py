"""The explore panel: from a moved slider to the painted pictures, on small images and on photos.

    python bench/explore.py

First in a real JupyterLab and Chromium, from the slider's event to the frame that shows the new pictures; then the
kernel's part alone (decode, steps, augmentation, encoding), beside its floor: decoding and resizing the same image
once with Pillow, which is what showing it at all would take. Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import argparse
import copy
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import cv2
import numpy as np
from comparison import Row, report
from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.lab import CHROMIUM_ARGUMENTS, Lab, NotebookTab, find_chromium, make_project
from workbench.configuration import read_yaml
from workbench.panels.explore import preview
from workbench.panels.explore.state import ExplorePanelState
from workbench.paths import Project, asset
from workbench.store import open_store
from workbench.store.images import sha256_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme

SIZES = {"28 x 28": (28, 28), "photo, 1600 x 1200": (1200, 1600), "photo, 4000 x 3000": (3000, 4000)}


WANTED_MS = 100


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--redraws", type=int, default=20)
    options = parser.parse_args()
    rows = in_the_browser(options.redraws)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "params.yaml").touch()
        state, samples = make_state(Path(folder))
        for name, sample in samples.items():
            rows += in_the_kernel(state, name, sample, options.redraws)
        state.store.close()
    report(rows)


def in_the_browser(redraws: int) -> list[Row]:
    """Move a slider of the panel and time from its event to the frame with the new pictures."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        lab = Lab(Path(folder), browser, asset("workbench", "jupyter_server_config.py"))
        try:
            lab.wait_up()
            project = make_project(lab.root / "project")
            state, samples = make_state(project.root)
            state.store.close()
            tab = lab.open(project, ["from workbench import ExplorePanel", "ExplorePanel('bench')"]).run_all()
            tab.panel.locator(".wb-stage img").first.wait_for()
            tab.panel.get_by_label("gamma", exact=True).check()
            for name, sample in samples.items():
                tab.panel.locator(f"[data-sample='{sample}']").click()
                tab.page.wait_for_timeout(1000)
                for view in ("Steps", "Augmentation"):
                    tab.panel.get_by_role("tab", name=view).click()
                    tab.page.wait_for_timeout(1000)
                    times = slide(tab, redraws)
                    median, p95 = statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]
                    rows.append(
                        Row(
                            f"explore, slider to picture, {name}, {view.lower()}",
                            f"{median:.0f} / {p95:.0f} ms",
                            goal=f"{WANTED_MS} ms (median / p95)",
                            met=median <= WANTED_MS,
                        )
                    )
        finally:
            lab.stop()
            browser.close()
    return rows


def slide(tab: NotebookTab, redraws: int) -> list[float]:
    """Move the gamma slider that many times and return the milliseconds that each took to be seen."""
    slider = tab.panel.get_by_role("slider", name="gamma")
    times = []
    for number in range(redraws):
        tab.page.evaluate("() => { delete document.querySelector('[role=application]').dataset.redrawMs; }")
        slider.fill(str(round(1.2 + (number % 10) / 10, 2)))
        tab.until("() => document.querySelector('[role=application]').dataset.redrawMs !== undefined")
        times.append(float(tab.page.evaluate("() => document.querySelector('[role=application]').dataset.redrawMs")))
    return times


def make_state(root: Path) -> tuple[ExplorePanelState, dict[str, int]]:
    """Make a project with one image of each size."""
    project = Project(root)
    project.db.mkdir(exist_ok=True)
    project.augment_file.write_bytes(asset("auguments.yaml").read_bytes())
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
                theme_id=theme_id,
                sha256=digest,
                uri=uri,
                name=name,
                width=width,
                height=height,
                size_bytes=len(content),
            )
            session.add(sample)
            session.flush()
            found[name] = sample.id
    return ExplorePanelState(store, theme_id, project.augment_file), found


def in_the_kernel(state: ExplorePanelState, name: str, sample: int, redraws: int) -> list[Row]:
    """Median time of a redraw while a slider moves, for the views that sliders are moved in."""
    draft = read_yaml(state.config_file)[0]
    # The worst case: a step that needs every pixel of the original comes first.
    equalization = draft["preprocessing"]["histogram_equalization"] | {"enabled": True}
    draft["preprocessing"] = {**draft["preprocessing"], "histogram_equalization": equalization}
    draft["image"]["size"] = 224 if name.startswith("photo") else 32
    path = state.store.images.path(state.sample(sample).uri)
    floor = median(redraws, lambda _: np.asarray(Image.open(path).convert("RGB").resize((224, 224))))
    rows = []
    for view in ("steps", "augmentation"):

        def redraw(number: int, view: str = view) -> None:
            changed = copy.deepcopy(draft)
            changed["preprocessing"]["histogram_equalization"]["clip_limit"] = 1.0 + number / 10
            preview.preview(state, {"draft": changed, "sample": sample, "view": view, "quick": True})

        redraw(0)
        ours = median(redraws, redraw)
        what = f"explore, the kernel's part, {name}, {view}"
        rows.append(Row(what, f"{ours:.0f} ms", f"{floor:.0f} ms", ours / floor if floor else None))
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
