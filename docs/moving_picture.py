"""Take the README's moving picture from the product as it is: a page of look-alikes, labeled by one key.

    python docs/moving_picture.py

Needs the development install (Chromium, scikit-learn's digits); writes docs/images/label-pages.gif.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, sync_playwright

from tests.browser.conftest import DIGITS, draw_digits
from tests.browser.lab import CHROMIUM_ARGUMENTS, Lab, NotebookTab, find_chromium, make_project

TARGET = Path(__file__).resolve().parent / "images" / "label-pages.gif"
WIDTH = 960
PAGES, FIRST, LAST = 34, 2, 4
"""How many pages are labeled, and how many of the first and of the last are shown."""
KEYS = "1234567890"


class Film:
    """Pictures of a panel, each with the milliseconds that it is shown for."""

    def __init__(self, tab: NotebookTab) -> None:
        self.tab = tab
        self.frames: list[tuple[Image.Image, int]] = []

    def take(self, milliseconds: int) -> None:
        """Add the panel as it is now."""
        picture = Image.open(io.BytesIO(self.tab.panel.screenshot())).convert("RGB")
        height = round(picture.height * WIDTH / picture.width)
        self.frames.append((picture.resize((WIDTH, height), Image.Resampling.LANCZOS), milliseconds))

    def write(self, target: Path) -> None:
        """Write all as one GIF, with one palette."""
        palette = self.frames[len(self.frames) // 2][0].quantize(192)
        pictures = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture, _ in self.frames]
        times = [milliseconds for _, milliseconds in self.frames]
        pictures[0].save(target, save_all=True, append_images=pictures[1:], duration=times, loop=0, optimize=True)


def film(tab: NotebookTab) -> Film:
    """Label some pages of look-alikes, as a person would."""
    shown = Film(tab)
    shown.take(1_200)
    tab.press("Shift+P")
    cards = tab.panel.locator(".wb-assist [data-sample]")
    cards.first.wait_for(timeout=120_000)
    tab.until("() => !document.querySelector('.wb-status').textContent.includes('features')", seconds=120)
    for page in range(PAGES):
        _label_page(tab, cards, shown if page < FIRST or page >= PAGES - LAST else None)
    _painted(tab, cards)
    shown.take(2_000)
    return shown


def _label_page(tab: NotebookTab, cards: Locator, shown: Film | None) -> None:
    """Take off what does not belong on a page, then press the key of its label, or accept the one that it has."""
    names = _painted(tab, cards)
    common = max("0123456789", key=[name[5] for name in names].count)
    if shown:
        shown.take(1_500)
    for number, name in enumerate(names):
        if name[5] != common:
            cards.nth(number).click()
            if shown:
                shown.take(500)
    if shown:
        shown.take(400)
    suggested = f": {DIGITS[int(common)]} (Enter)" in tab.panel.locator(".wb-assist-head").inner_text()
    tab.press("Enter" if suggested else KEYS[int(common)])
    tab.until(f"() => document.querySelector('.wb-assist [data-sample]')?.title !== {names[0]!r}", seconds=60)


def _painted(tab: NotebookTab, cards: Locator) -> list[str]:
    """Wait until a page's images are painted, and return their names."""
    tab.until("() => document.querySelector('.wb-assist [data-painted]') !== null")
    tab.page.wait_for_timeout(400)
    return cards.evaluate_all("cards => cards.map(card => card.title)")


def main() -> None:
    """Start JupyterLab on digits, and take the picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        lab = Lab(Path(folder), browser).wait_up()
        try:
            project = make_project(lab.root / secrets.token_hex(4))
            draw_digits(project, 1_700)
            cells = ["from workbench import LabelPanel", "LabelPanel('digits', annotator='mika', encoder='hog')"]
            tab = lab.open(project, cells, width=1280, height=900).run_all()
            tab.panel.locator("[data-painted]").first.wait_for()
            tab.panel.get_by_role("button", name="Got it").click()
            tab.panel.get_by_role("button", name="Instructions").click()
            film(tab).write(TARGET)
        finally:
            lab.stop()
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
