"""Labeling in a real JupyterLab and Chromium: from the key press to the next image, and to the committed label.

    python bench/labeling.py [FOLDER]

FOLDER holds images (10,000 of them are taken); without it digits are drawn. Everything runs on this machine in one go:
the panel on the server that `workbench lab` starts, the panel on a stock server, and as the baseline the same job with
ipywidgets (an Image and Buttons, a decision written to the same store). Then a theme of a million samples. Times are
median / 95th percentile in milliseconds. Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import (  # noqa: E402
    CHROMIUM_ARGUMENTS,
    Lab,
    NotebookTab,
    digit_files,
    find_chromium,
    make_project,
)
from workbench.data.importing import import_images, import_uploads  # noqa: E402
from workbench.paths import Project, asset  # noqa: E402
from workbench.store import open_store  # noqa: E402
from workbench.store.themes import create_theme  # noqa: E402

LABELS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
IMAGES = 10_000
MILLION = 1_000_000
PRESSES = 200
CONFIG = asset("workbench", "jupyter_server_config.py")

# Times one press: from the event's own time to the frame that shows the next image, and to the status "saved".
WATCH = """
() => {
    const root = document.querySelector('.wb-label');
    const status = root.querySelector('[data-health]');
    const log = (window.presses = []);
    const painted = (then) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => then(performance.now());
        channel.port2.postMessage(null);
    });
    document.addEventListener('keydown', (event) => {
        log.push({ at: event.timeStamp, painted: null, saved: null, waited: false });
    }, { capture: true });
    new MutationObserver(() => {
        const last = log.at(-1);
        if (!last) return;
        const text = status.textContent;
        if (text !== 'saved') last.waited = true;
        else if (last.waited && last.saved === null) last.saved = performance.now() - last.at;
    }).observe(status, { childList: true, characterData: true, subtree: true });
    new MutationObserver(() => {
        const last = log.at(-1);
        if (last && last.painted === null) {
            last.painted = -1;
            painted((now) => { last.painted = now - last.at; });
        }
    }).observe(root.querySelector('.wb-holder'), { childList: true });
}
"""

BURST = """
async (count) => {
    const root = document.querySelector('.wb-label');
    const focus = root.querySelector('.wb-focus');
    const status = root.querySelector('[data-health]');
    const nextTask = () => new Promise((done) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    });
    const begun = performance.now();
    for (let index = 0; index < count; index += 1) {
        const before = focus.dataset.sample;
        const key = String(1 + (index % 9));
        do {
            focus.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
            await nextTask();
            if (performance.now() - begun > 120000) throw new Error(`stuck at press ${index}`);
        } while (focus.dataset.sample === before);
    }
    while (status.textContent !== 'saved') await new Promise((done) => setTimeout(done, 1));
    return performance.now() - begun;
}
"""

# Times a click: until the cards of another page are all painted.
TURN = """
async (action) => {
    const panel = document.querySelector('.wb-label');
    const first = () => panel.querySelector('[role=option]')?.dataset.sample;
    const before = first();
    const begun = performance.now();
    action.button ? panel.querySelector(`[aria-label="${action.button}"]`).click() : (() => {
        const input = panel.querySelector('[aria-label="Go to page"]');
        input.value = action.page;
        input.dispatchEvent(new Event('change', { bubbles: true }));
    })();
    for (;;) {
        await new Promise(requestAnimationFrame);
        if (performance.now() - begun > 60000) throw new Error(`page ${JSON.stringify(action)} did not come`);
        const cards = panel.querySelectorAll('[role=option]').length;
        if (first() !== before && cards > 0 && panel.querySelectorAll('[data-painted]').length === cards) break;
    }
    return performance.now() - begun;
}
"""

BASELINE = """
import ipywidgets
from workbench.store import open_store
from workbench.store.labeling import Decision, decide
from workbench.store.labels import labels_of
from workbench.store.samples import page_of_samples

store = open_store()
with store.read() as session:
    samples = [(sample.id, sample.uri) for sample in page_of_samples(1, limit=300, session=session)]
    labels = [(label.id, label.name) for label in labels_of(1, session=session)]
image, at = ipywidgets.Image(value=store.images.read(samples[0][1])), [0]
done = ipywidgets.Label(value="0")

def press(button, label_id):
    with store.write() as session:
        decide(1, [Decision(samples[at[0]][0], label_id)], annotator="bench", session=session)
    at[0] += 1
    image.value = store.images.read(samples[at[0]][1])
    done.value = str(at[0])

buttons = [ipywidgets.Button(description=name) for _, name in labels]
for button, (label_id, _) in zip(buttons, labels):
    button.on_click(lambda button, label_id=label_id: press(button, label_id))
ipywidgets.VBox([image, ipywidgets.HBox(buttons), done])
"""

CLICK = """
async (index) => {
    const button = document.querySelectorAll('.jupyter-button')[index % 10];
    const image = document.querySelector('.jupyter-widgets.widget-image');
    const before = image.src;
    const begun = performance.now();
    button.click();
    while (image.src === before) await new Promise((done) => setTimeout(done, 1));
    await image.decode();
    await new Promise(requestAnimationFrame);
    await new Promise((done) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    });
    return performance.now() - begun;
}
"""


def spread(times: list[float]) -> str:
    """Return median and 95th percentile, as they are reported."""
    ordered = sorted(times)
    return f"{statistics.median(ordered):.0f} / {ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms"


def fill(project: Project, folder: Path | None) -> None:
    """Make the theme "digits" of 10,000 images, from a folder or drawn."""
    store = open_store(project)
    with store.write() as session:
        create_theme("digits", labels=LABELS, session=session)
    if folder is None:
        import_uploads(store, "digits", drawn(IMAGES), annotator="bench")
    else:
        taken = Path(tempfile.mkdtemp(prefix="bench-images-", dir=project.root))
        for index, file in enumerate(sorted(file for file in folder.rglob("*") if file.is_file())[:IMAGES]):
            (taken / f"{index:05}{file.suffix}").symlink_to(file.resolve())
        import_images(store, "digits", taken, "images", annotator="bench", progress=False)
    store.close()


def drawn(count: int) -> list[tuple[str, bytes]]:
    """Return that many different PNG files: scikit-learn's digits, each with its number in a corner."""
    import io

    from PIL import Image

    base = [Image.open(io.BytesIO(content)).convert("RGB") for _, content in digit_files(500)]
    found = []
    for index in range(count):
        image = base[index % len(base)].resize((28, 28))
        image.putpixel((0, 0), (index & 255, index >> 8 & 255, index >> 16 & 255))
        out = io.BytesIO()
        image.save(out, "PNG")
        found.append((f"{index:05}.png", out.getvalue()))
    return found


def fill_million(project: Project) -> None:
    """Make the theme "million" with rows for a million samples that share a thousand images."""
    from sqlalchemy import text

    store = open_store(project)
    with store.write() as session:
        theme = create_theme("million", labels=LABELS, session=session).id
    import_uploads(store, "million", drawn(1000), annotator="bench")
    with store.write() as session:
        session.execute(
            text(
                """
                WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < :last)
                INSERT INTO samples (theme_id, sha256, uri, name, width, height, size_bytes, skipped, created_at)
                SELECT :theme, printf('%064d', i), s.uri, printf('%07d.png', i), s.width, s.height, s.size_bytes, 0,
                       s.created_at
                FROM n JOIN samples s ON s.id = (SELECT min(id) FROM samples WHERE theme_id = :theme) + i % 1000
                """
            ),
            {"theme": theme, "last": MILLION - 1},
        )
    store.close()


def presses(tab: NotebookTab, count: int, gap_ms: int) -> list[dict[str, Any]]:
    """Press label keys at a steady pace and return what each of them met."""
    tab.page.evaluate("() => { window.presses.length = 0; }")
    for index in range(count):
        tab.page.keyboard.press(str(1 + index % 9))
        tab.page.wait_for_timeout(gap_ms)
    tab.page.wait_for_timeout(500)
    return tab.page.evaluate("() => window.presses")


def measure_panel(lab: Lab, project: Project, name: str) -> dict[str, Any]:
    """Time keys, a burst and pages on one server."""
    tab = lab.open_panel(project, height=1000)
    pages = tab.page
    tab.panel.get_by_role("button", name="A page holds").click()
    tab.panel.get_by_role("menuitemradio", name="200").click()
    tab.until("() => document.querySelectorAll('[data-painted]').length === 200")
    turns = [pages.evaluate(TURN, {"button": "Next page"}) for _ in range(20)]
    tab.panel.get_by_role("listbox").focus()
    tab.press("Enter")
    tab.panel.locator(".wb-frame img").wait_for()
    pages.wait_for_timeout(1000)
    pages.evaluate(WATCH)
    calm = presses(tab, PRESSES, 150)
    quick = presses(tab, PRESSES, 35)
    refused = int(tab.panel.locator("[data-refused]").get_attribute("data-refused"))
    burst = pages.evaluate(BURST, 500)
    found = {
        "painted": [press["painted"] for press in calm if press["painted"] and press["painted"] > 0],
        "saved": [press["saved"] for press in calm if press["saved"]],
    }
    print(f"\n{name}")
    print(f"  key to next image painted      {spread(found['painted'])}   ({len(found['painted'])} presses)")
    print(f"  key to committed, acknowledged {spread(found['saved'])}   ({len(found['saved'])} presses)")
    seconds = (quick[-1]["at"] - quick[0]["at"]) / 1000
    print(f"  {len(quick)} keys at {len(quick) / seconds:.0f} a second: {refused} refused")
    print(f"  500 keys as fast as they are taken: {500 / burst * 1000:.0f} a second, all committed")
    print(f"  page of 200 thumbnails         {spread(turns)}   (first click {turns[0]:.0f} ms)")
    lab.forget_sessions()
    return found


def measure_baseline(lab: Lab, project: Project) -> list[float]:
    """Time the same job with ipywidgets: from the click to the next image painted, label committed."""
    tab = lab.open(project, [BASELINE], name="baseline.ipynb").run_all()
    tab.page.locator(".jupyter-button").first.wait_for()
    times = [tab.page.evaluate(CLICK, index) for index in range(PRESSES)]
    print("\nipywidgets Image and Buttons, stock server (baseline)")
    print(f"  click to next image painted    {spread(times)}")
    lab.forget_sessions()
    return times


def measure_million(lab: Lab, project: Project) -> None:
    """Open a theme of a million samples, jump through it, and watch the memory."""
    tab = lab.open(project, ["from workbench import LabelPanel", "LabelPanel('million')"], height=1000)
    tab.run_cell(0)
    opened = tab.page.evaluate(
        """async () => {
            const begun = performance.now();
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = 1;
            jupyterapp.commands.execute('notebook:run-cell');
            while (!document.querySelector('[data-painted]')) await new Promise(requestAnimationFrame);
            return performance.now() - begun;
        }"""
    )
    tab.panel.get_by_role("button", name="A page holds").click()
    tab.panel.get_by_role("menuitemradio", name="50", exact=True).click()
    tab.until("() => document.querySelectorAll('[data-painted]').length === 50")
    jumps = {page: [] for page in (2, 5_000, 10_000, 15_000, 20_000)}
    for _ in range(5):
        for page, times in jumps.items():
            times.append(tab.page.evaluate(TURN, {"page": page}))
    print("\nA theme of 1,000,000 samples, 50 to a page")
    print(f"  cell to images painted         {opened:.0f} ms")
    print(
        "  jump to page                   " + ", ".join(f"{page:,}: {spread(times)}" for page, times in jumps.items())
    )
    before = memory(tab)
    for page in range(1, 201):
        tab.page.evaluate(TURN, {"page": 97 * page})
    after = memory(tab)
    print(
        f"  memory over 200 pages          kernel {before[0]:.0f} -> {after[0]:.0f} MB, "
        f"page {before[1]:.0f} -> {after[1]:.0f} MB"
    )
    lab.forget_sessions()


def memory(tab: NotebookTab) -> tuple[float, float]:
    """Return the memory of the kernel and of the page's JavaScript, in MB."""
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    return psutil.Process(tab.kernel_pid()).memory_info().rss / 1e6, used / 1e6


def serve(scratch: Path, name: str, browser: Browser, config: Path | None) -> Lab:
    folder = scratch / name
    folder.mkdir()
    return Lab(folder, browser, config).wait_up()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a folder with images")
    parser.add_argument("--no-million", action="store_true", help="leave out the theme of a million samples")
    arguments = parser.parse_args()
    medians: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-labeling-") as name, sync_playwright() as playwright:
        scratch = Path(name)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        for title, config in (
            ("The panel on the server of `workbench lab`", CONFIG),
            ("The panel on a stock server", None),
        ):
            lab = serve(scratch, "tuned" if config else "stock", browser, config)
            project = make_project(lab.root / "project")
            fill(project, arguments.folder)
            found = measure_panel(lab, project, title)
            medians[f"{title}: painted"] = statistics.median(found["painted"])
            medians[f"{title}: saved"] = statistics.median(found["saved"])
            if config is None:
                baseline = make_project(lab.root / "baseline")
                fill(baseline, arguments.folder)
                medians["baseline"] = statistics.median(measure_baseline(lab, baseline))
            elif not arguments.no_million:
                million = make_project(lab.root / "million")
                fill_million(million)
                measure_million(lab, million)
            lab.stop()
        browser.close()
    ratios = {title: round(medians["baseline"] / value, 1) for title, value in medians.items() if title != "baseline"}
    print("\nTimes as quick as the baseline:", json.dumps(ratios, indent=2))


if __name__ == "__main__":
    main()
