"""Labeling in a real JupyterLab and Chromium: from the key press to the next image, and to the committed label.

    python bench/labeling.py [IMAGES]

IMAGES is a folder or a tar archive of images, 10,000 of which are taken; without it digits are drawn. Everything runs
on this machine in one go: the panel on the server that `workbench lab` starts, a theme of a million samples on it, the
panel on a stock server, and as the baseline the same job with ipywidgets (an Image and Buttons, a decision written to
the same store). Times are median / 95th percentile in milliseconds. Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
from comparison import Row, report
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import digit_files  # noqa: E402
from tests.browser.lab import CHROMIUM_ARGUMENTS, Door, Lab, NotebookTab, find_chromium, make_project  # noqa: E402
from workbench.data.importing.run import import_uploads  # noqa: E402
from workbench.embeddings.filling import embed  # noqa: E402
from workbench.paths import Project, asset  # noqa: E402
from workbench.store import open_store  # noqa: E402
from workbench.store.decisions import Decision  # noqa: E402
from workbench.store.labels import labels_of  # noqa: E402
from workbench.store.samples import page_of_samples  # noqa: E402
from workbench.store.schema import Sample  # noqa: E402
from workbench.store.single_edits import Edit, decide  # noqa: E402
from workbench.store.themes import create_theme, get_theme  # noqa: E402

LABELS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
CONFIG = asset("workbench", "jupyter_server_config.py")
LARGE = "1,000,000 samples"
PAGES = 100
PROBES = Path(__file__).with_suffix(".js")


BASELINE = """
import ipywidgets
from workbench.store import open_store
from workbench.store.decisions import Decision
from workbench.store.single_edits import Edit, decide
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
        decide(1, [Edit(samples[at[0]][0], Decision.of(label_id))], annotator="bench", session=session)
    at[0] += 1
    image.value = store.images.read(samples[at[0]][1])
    done.value = str(at[0])

buttons = [ipywidgets.Button(description=name) for _, name in labels]
for button, (label_id, _) in zip(buttons, labels):
    button.on_click(lambda button, label_id=label_id: press(button, label_id))
ipywidgets.VBox([image, ipywidgets.HBox(buttons), done])
"""


@dataclass
class Figures:
    """The figures of a run, as rows of the table; each is also printed as it comes."""

    rows: list[Row] = field(default_factory=list)

    def times(self, what: str, times: list[float], goals: tuple[float, float] | None = None) -> None:
        """Add median and 95th percentile in milliseconds; `goals` are what they should be at most."""
        median, p95 = statistics.median(times), percentile_95(times)
        goal = "" if goals is None else f"<= {goals[0]:.0f} / {goals[1]:.0f} ms"
        met = None if goals is None else median <= goals[0] and p95 <= goals[1]
        self.add(Row(what, f"{median:.0f} / {p95:.0f} ms", goal=goal, met=met))

    def figure(self, what: str, value: float, unit: str, goal: str = "", met: bool | None = None) -> None:
        """Add one figure."""
        self.add(Row(what, f"{value:,.0f} {unit}", goal=goal, met=met))

    def add(self, row: Row) -> None:
        print(f"  {row.what}: {row.ours}", flush=True)
        self.rows.append(row)


def percentile_95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


def images(source: Path | None, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield that many images as (name, content): from a folder or a tar archive, else drawn."""
    if source is None:
        yield from drawn(count)
    elif source.is_dir():
        for file in sorted(file for file in source.rglob("*") if file.is_file())[:count]:
            yield str(file.relative_to(source)), file.read_bytes()
    else:
        with tarfile.open(source) as archive:
            taken = 0
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None and taken < count:
                    taken += 1
                    yield member.name, content.read()


def drawn(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield different PNG files of 28 x 28 pixels: scikit-learn's digits, each with its number in a corner."""
    import io

    from PIL import Image

    base = [Image.open(io.BytesIO(content)).convert("RGB") for _, content in digit_files(500)]
    for index in range(count):
        image = base[index % len(base)].resize((28, 28))
        image.putpixel((0, 0), (index & 255, index >> 8 & 255, index >> 16 & 255))
        out = io.BytesIO()
        image.save(out, "PNG")
        yield f"{index:05}.png", out.getvalue()


def fill(project: Project, source: Path | None, count: int) -> None:
    """Make the theme "digits" of that many images."""
    store = open_store(project)
    with store.write() as session:
        create_theme("digits", labels=LABELS, session=session)
    import_uploads(store, "digits", list(images(source, count)), annotator="bench")
    store.close()


def fill_million(project: Project, count: int) -> None:
    """Make the theme "million": rows for a million samples, most of them labeled and split, that share 1,000 images."""
    from sqlalchemy import text

    store = open_store(project)
    with store.write() as session:
        theme = create_theme("million", labels=LABELS, session=session).id
    import_uploads(store, "million", list(drawn(1000)), annotator="bench")
    with store.write() as session:
        # Rows first, indexes then: half the time of both at once.
        connection, indexes = session.connection(), sorted(Sample.metadata.tables["samples"].indexes, key=str)
        for index in indexes:
            index.drop(connection)
        session.execute(
            text(
                """
                WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < :last)
                INSERT INTO samples (theme_id, sha256, uri, name, width, height, size_bytes, created_at, skipped,
                                     nothing_there,
                                     label_id, annotator, labeled_at, split)
                SELECT :theme, printf('%064d', i), s.uri, printf('%07d.png', i), s.width, s.height, s.size_bytes,
                       s.created_at, 0, 0,
                       CASE WHEN i % 10 < 6 THEN 1 + i * 7919 / 13 % 10 END,
                       CASE WHEN i % 10 < 6 THEN iif(i % 3, 'mika', 'lena') END,
                       CASE WHEN i % 10 < 6 THEN datetime(s.created_at, '-' || i % 100003 || ' minutes') END,
                       CASE WHEN i % 10 < 4 THEN iif(i % 7, 'train', 'test') END
                FROM n JOIN samples s ON s.id = (SELECT min(id) FROM samples WHERE theme_id = :theme) + i % 1000
                """
            ),
            {"theme": theme, "last": count - 1},
        )
        for index in indexes:
            index.create(connection)
    store.close()


def with_probes(tab: NotebookTab) -> NotebookTab:
    """Put into the page what measures there."""
    tab.page.add_script_tag(content=PROBES.read_text())
    return tab


def presses(tab: NotebookTab, count: int, pause_ms: int) -> list[dict[str, Any]]:
    """Press label keys at a steady pace, counted from press to press, and return what each of them met."""
    tab.page.evaluate("() => { window.presses.length = 0; }")
    due = time.perf_counter()
    for index in range(count):
        tab.page.keyboard.press(str(1 + index % 9))
        due += pause_ms / 1000
        tab.page.wait_for_timeout(max(0.0, due - time.perf_counter()) * 1000)
    tab.page.wait_for_timeout(500)
    return tab.page.evaluate("() => window.presses")


def hold(tab: NotebookTab, count: int) -> None:
    """Choose how many images a page holds, and wait until they are painted."""
    tab.panel.get_by_role("button", name="A page holds").click()
    tab.panel.get_by_role("menuitemradio", name=str(count), exact=True).click()
    tab.until(f"() => document.querySelectorAll('[data-painted]').length === {count}")


def painted_name(server: str) -> str:
    return f"key to next image painted, {server} (baseline: ipywidgets Image and Buttons)"


def measure_keys(
    tab: NotebookTab, figures: Figures, count: int, server: str, saved: tuple[float, float]
) -> dict[str, list[float]]:
    """Time single keys and a burst of 500 in the focus view; returns the times of the single keys."""
    tab.panel.get_by_role("listbox").focus()
    tab.press("Enter")
    tab.panel.locator(".wb-frame img").wait_for()
    tab.page.wait_for_timeout(1000)
    tab.page.evaluate("probes.watch()")
    # Not a multiple of a frame, so that keys fall into every part of one.
    calm = presses(tab, count, 157)
    quick = presses(tab, count, 50)
    refused = int(tab.panel.locator("[data-refused]").get_attribute("data-refused") or 0)
    speed = 500 / tab.page.evaluate("probes.burst", 500) * 1000
    painted = [press["painted"] for press in calm if (press["painted"] or -1) > 0]
    acknowledged = [press["saved"] for press in calm if press["saved"]]
    figures.times(painted_name(server), painted, (16, 33))
    figures.times(f"key to committed and acknowledged, {server}", acknowledged, saved)
    rate = (len(quick) - 1) / (quick[-1]["at"] - quick[0]["at"]) * 1000
    figures.figure(f"refused of {len(quick)} keys at {rate:.0f} a second, {server}", refused, "keys", "0", refused == 0)
    what = f"500 keys as fast as the page takes them, {server}"
    figures.figure(what, speed, "keys/s", ">= 400 keys/s", speed >= 400)
    return {"painted": painted, "saved": acknowledged}


def measure_panel(
    lab: Lab,
    project: Project,
    figures: Figures,
    options: argparse.Namespace,
    server: str,
    saved: tuple[float, float],
) -> dict[str, list[float]]:
    """Time pages and keys on one server, and one act on everything; returns the times of the single keys."""
    tab = with_probes(lab.open_panel(project, height=1000))
    hold(tab, 200)
    pages = range(min(20, options.count // 200 - 1))
    turns = [tab.page.evaluate("probes.turn", {"button": "Next page"}) for _ in pages]
    tab.page.evaluate("probes.turn", {"page": 1})
    figures.times(f"click to a page of 200 thumbnails painted, {server}", turns, (150, 150))
    found = measure_keys(tab, figures, options.presses, server, saved)
    tab.press("Escape")
    tab.panel.get_by_role("listbox").focus()
    speed = 500 / tab.page.evaluate("probes.burst", 500) * 1000
    figures.figure(f"500 keys in the grid, as fast as the page takes them, {server}", speed, "keys/s")
    tab.press("Control+a", "Control+a")
    for what, key in (("one key labels all", "7"), ("one key takes it back from all", "u")):
        took = tab.page.evaluate("probes.bulk", key)
        figures.figure(f"{what} {options.count:,}, {server}", took, "ms", "<= 1,000 ms", took <= 1000)
    lab.forget_sessions()
    return found


def measure_beside(lab: Lab, project: Project, figures: Figures, count: int) -> None:
    """Time keys in the queue that a model composes, which learns from each of them."""
    store = open_store(project)
    embed(store, "digits", "hog", progress=False)
    with store.write() as session:
        theme_id = get_theme("digits", session=session).id
        labels = [label.id for label in labels_of(theme_id, session=session)]
        first = page_of_samples(theme_id, limit=200, session=session)
        edits = [Edit(sample.id, Decision.of(labels[each % 10])) for each, sample in enumerate(first)]
        decide(theme_id, edits, annotator="bench", session=session)
    store.close()
    cell = "LabelPanel('digits', annotator='bench', encoder='hog')"
    tab = with_probes(lab.open(project, ["from workbench import LabelPanel", cell], name="beside.ipynb", height=1000))
    tab.run_all()
    tab.panel.locator("[data-painted]").first.wait_for()
    tab.panel.locator(".wb-standing").wait_for(timeout=120_000)
    tab.press("Shift+M")
    tab.panel.locator(".wb-frame img").wait_for()
    tab.panel.get_by_role("region", name="Suggested").wait_for()
    tab.page.wait_for_timeout(1000)
    tab.page.evaluate("probes.watch()")
    found = presses(tab, count, 157)
    painted = [press["painted"] for press in found if (press["painted"] or -1) > 0]
    figures.times("key to next image painted, most useful first, a model learning from each key", painted, (16, 33))
    figures.times("key to committed and acknowledged, the same", [press["saved"] for press in found if press["saved"]])
    figures.figure("keys whose next image was not there yet, the same", len(found) - len(painted), "keys", "0")
    lab.forget_sessions()


def measure_baseline(lab: Lab, project: Project, count: int) -> list[float]:
    """Time the same job with ipywidgets on a stock server: from the click to the next image painted."""
    tab = with_probes(lab.open(project, [BASELINE], name="baseline.ipynb")).run_all()
    tab.page.locator(".jupyter-button").first.wait_for()
    times = [tab.page.evaluate("probes.click", index) for index in range(count)]
    lab.forget_sessions()
    return times


def measure_million(lab: Lab, project: Project, figures: Figures) -> None:
    """Open a theme of a million samples, jump through it, and watch the memory."""
    tab = with_probes(lab.open(project, ["from workbench import LabelPanel", "LabelPanel('million')"], height=1000))
    tab.run_cell(0)
    opened = tab.page.evaluate("probes.open()")
    figures.figure(f"{LARGE}: running the cell to images painted", opened, "ms", "<= 1,000 ms", opened <= 1000)
    hold(tab, 50)
    last = int(tab.page.evaluate("() => document.querySelector('[aria-label=\"Go to page\"]').max"))
    jumps: dict[int, list[float]] = {page: [] for page in (2, last // 4, last // 2, 3 * last // 4, last)}
    for _ in range(7):
        for page, times in jumps.items():
            times.append(tab.page.evaluate("probes.turn", {"page": page}))
    for page, times in jumps.items():
        figures.times(f"{LARGE}: jump to page {page:,}", times)
    first = statistics.median(jumps[2])
    slowest = max(statistics.median(times) for times in jumps.values())
    figures.figure(f"{LARGE}: slowest jump, of page 2", 100 * slowest / first, "%", "<= 125 %", slowest <= 1.25 * first)
    tab.page.evaluate("probes.turn", {"page": 3})
    before = memory(tab)
    for page in range(1, PAGES + 1):
        tab.page.evaluate("probes.turn", {"page": 1 + page * 97 % last})
    after = memory(tab)
    for name, begin, end in zip(("kernel", "page"), before, after, strict=True):
        figures.figure(f"{LARGE}: memory of the {name}", begin, "MB")
        figures.figure(
            f"{LARGE}: memory of the {name} {PAGES} pages later", end, "MB", "+ 10 MB at most", end <= begin + 10
        )
    lab.forget_sessions()


def measure_door(browser: Browser, lab: Lab, project: Project, figures: Figures) -> None:
    """Time from a link to the first label that is saved: through the door, and beside it in JupyterLab.

    Both by a person who was never here; in JupyterLab one who knows that a notebook is to be run, and runs it at once.
    """
    new_project_notebooks(project)
    door = Door(project, "digits").wait_up()
    try:
        ours = [first_label_by_link(browser, door.address) for _ in range(3)]
    finally:
        door.stop()
    theirs = [first_label_in_jupyterlab(lab, project) for _ in range(3)]
    median, baseline = statistics.median(ours), statistics.median(theirs)
    what = "from the link to the first label saved (baseline: the notebook in JupyterLab)"
    figures.add(Row(what, f"{median:.1f} s", baseline=f"{baseline:.1f} s", ratio=median / baseline))


def new_project_notebooks(project: Project) -> None:
    shutil.copytree(asset("notebooks"), project.notebooks)


def first_label_by_link(browser: Browser, address: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address)
    page.get_by_role("dialog", name="Your name").wait_for()
    page.keyboard.type("mika")
    page.keyboard.press("Enter")
    page.locator("[data-painted]").first.wait_for()
    page.keyboard.press("1")
    page.locator("[data-health]").get_by_text("saved", exact=True).wait_for()
    took = time.perf_counter() - began
    context.close()
    return took


def first_label_in_jupyterlab(lab: Lab, project: Project) -> float:
    began = time.perf_counter()
    tab = lab.open_file(project, "notebooks/01_label.ipynb").run_all(wait=False)
    tab.panel.locator("[data-painted]").first.wait_for()
    tab.press("1")
    tab.panel.locator("[data-health]").get_by_text("saved", exact=True).wait_for()
    took = time.perf_counter() - began
    lab.forget_sessions()
    return took


def memory(tab: NotebookTab) -> tuple[float, float]:
    """Return the memory of the kernel and of the page's JavaScript, in MB.

    The kernel's without files that are mapped, as SQLite maps its database: the system drops them when it needs to.
    """
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    info = psutil.Process(tab.kernel_pid()).memory_info()
    return (info.rss - info.shared) / 1e6, used / 1e6


def end_jobs(scratch: Path) -> None:
    """End the jobs of what was measured, which outlive their server and would run beside what is measured next."""
    for process in psutil.process_iter(["cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if "workbench.jobs.run" in command and str(scratch) in command:
            process.kill()


def serve(scratch: Path, name: str, browser: Browser, config: Path | None) -> Lab:
    folder = scratch / name
    folder.mkdir()
    return Lab(folder, browser, config).wait_up()


def run(browser: Browser, scratch: Path, options: argparse.Namespace, figures: Figures) -> None:
    template = make_project(scratch / "template")
    fill(template, options.images, options.count)
    keys: dict[str, dict[str, list[float]]] = {}
    for name, config, saved in (("workbench lab", CONFIG, (15, 30)), ("stock server", None, (55, 70))):
        lab = serve(scratch, name.replace(" ", "-"), browser, config)
        try:
            shutil.copytree(template.root, lab.root / "project")
            keys[name] = measure_panel(lab, Project(lab.root / "project"), figures, options, name, saved)
            end_jobs(scratch)
            if config is not None:
                shutil.copytree(template.root, lab.root / "door")
                measure_door(browser, lab, Project(lab.root / "door"), figures)
                shutil.copytree(template.root, lab.root / "beside")
                measure_beside(lab, Project(lab.root / "beside"), figures, options.presses)
                end_jobs(scratch)
            if config is None:
                shutil.copytree(template.root, lab.root / "baseline")
                baseline = measure_baseline(lab, Project(lab.root / "baseline"), options.presses)
            elif options.rows:
                million = make_project(lab.root / "million")
                fill_million(million, options.rows)
                measure_million(lab, million, figures)
        finally:
            lab.stop()
            end_jobs(scratch)
    theirs = f"{statistics.median(baseline):.0f} / {percentile_95(baseline):.0f} ms"
    for index, row in enumerate(figures.rows):
        for name, times in keys.items():
            if row.what == painted_name(name):
                ratio = statistics.median(times["painted"]) / statistics.median(baseline)
                figures.rows[index] = replace(row, baseline=theirs, ratio=ratio)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="?", type=Path, help="a folder or tar archive with images")
    parser.add_argument("--count", type=int, default=10_000, help="how many of them are taken")
    parser.add_argument("--presses", type=int, default=80, help="how many keys are timed")
    parser.add_argument("--rows", type=int, default=1_000_000, help="size of the large theme; 0 leaves it out")
    options = parser.parse_args()
    figures = Figures()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-labeling-") as name, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
            run(browser, Path(name), options, figures)
            browser.close()
    finally:
        # What was measured before something failed is worth knowing.
        report(figures.rows)


if __name__ == "__main__":
    main()
