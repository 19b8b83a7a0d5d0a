"""Keys at random, quicker than the kernel answers: the store must hold what the person saw, key by key."""

import random

from playwright.sync_api import expect

from tests.browser.conftest import DIGITS
from tests.browser.test_safety import enter_focus, status, stopped
from workbench.store import open_store
from workbench.store.labels import labels_of as labels_in_order
from workbench.store.schema import LabelEvent
from workbench.store.themes import get_theme

# What every key meets: the image that stands on the page when it is pressed.
WATCH = """() => {
    const root = document.querySelector('.wb-label');
    window.pressed = [];
    root.addEventListener(
        'keydown',
        (event) => pressed.push([event.key, Number(root.querySelector('.wb-focus').dataset.sample)]),
        true,
    );
}"""
DECISIONS = {str(number + 1): name for number, name in enumerate(DIGITS[:9])} | {"Backspace": None, "s": "skipped"}


def press_at_random(tab, draw, count):
    keys = [*"1239suuuu", "Backspace", "Backspace", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight"]
    tab.page.evaluate("() => { pressed.length = 0; }")
    for _ in range(count):
        tab.press(draw.choice(keys))
        tab.page.wait_for_timeout(draw.choice([0, 0, 10, 40]))
    pressed = tab.page.evaluate("pressed")
    at_last = tab.page.evaluate("() => Number(document.querySelector('.wb-label .wb-focus').dataset.sample)")
    return [(key, at, then) for (key, at), then in zip(pressed, [at for _, at in pressed[1:]] + [at_last], strict=True)]


class Person:
    """What somebody who sees the images and presses the keys takes for done."""

    def __init__(self):
        self.decided, self.acts, self.changes = {}, [], []

    def press(self, key, at, then):
        if key == "u" and self.acts:
            at, before = self.acts.pop()
            self._change(at, before)
        elif key in DECISIONS and then != at and not (key == "s" and self.decided.get(at)):
            before = self.decided.get(at)
            if self._change(at, DECISIONS[key]):
                self.acts.append((at, before))

    def _change(self, at, after):
        before, self.decided[at] = self.decided.get(at), after
        if before != after:
            self.changes.append((at, before, after))
        return before != after


def changes_in_store(project):
    store = open_store(project)
    try:
        with store.read() as session:
            theme_id = get_theme("digits", session=session).id
            names = {str(label.id): label.name for label in labels_in_order(theme_id, session=session)}
            events = session.query(LabelEvent).filter(LabelEvent.action == "label").order_by(LabelEvent.id)
            return [(each.sample_id, *(names.get(it, it) for it in (each.before, each.after))) for each in events]
    finally:
        store.close()


def test_whatever_is_pressed_the_store_holds_what_was_seen(lab, digits):
    tab = lab.open_panel(digits)
    draw, person = random.Random(11), Person()
    enter_focus(tab)
    tab.page.evaluate(WATCH)
    pressed = press_at_random(tab, draw, 120)
    with stopped(tab):
        pressed += press_at_random(tab, draw, 20)
    pressed += press_at_random(tab, draw, 20)
    for key in pressed:
        person.press(*key)
    expect(status(tab)).to_have_text("saved")
    assert len(person.changes) > 60
    assert changes_in_store(digits) == person.changes
