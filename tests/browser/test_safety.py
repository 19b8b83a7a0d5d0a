"""Nothing is lost and nothing is overwritten silently: dead kernels, reloads, busy kernels, two tabs, two people."""

import os
import re
import signal

from playwright.sync_api import expect

from tests.browser.conftest import stopped
from workbench.store import open_store
from workbench.store.schema import Batch, LabelEvent


def status(tab):
    return tab.panel.locator("[data-health]")


def first_names(labels, count):
    return sorted(labels)[:count]


def enter_focus(tab):
    tab.press("Enter")
    tab.panel.locator(".wb-frame img").wait_for()


def events_in_store(project):
    """How many decisions the store has taken: (acts, events)."""
    store = open_store(project)
    try:
        with store.read() as session:
            acts = session.query(Batch).filter(Batch.action == "label").count()
            return acts, session.query(LabelEvent).filter(LabelEvent.action == "label").count()
    finally:
        store.close()


def test_labels_given_to_a_killed_kernel_are_saved_once_by_the_next(lab, digits, labels_of):
    tab = lab.open_panel(digits, fresh=True)
    enter_focus(tab)
    tab.press("1", "2")
    expect(status(tab)).to_have_text("saved")
    os.kill(tab.kernel_pid(), signal.SIGKILL)
    tab.press("3", "4", "5", "s")
    expect(status(tab)).to_contain_text("4 waiting")
    expect(status(tab)).to_contain_text("run the cell again", timeout=20_000)
    assert list(labels_of(digits).values()).count(None) == 58
    tab.wait_ready().run_all()
    tab.panel.locator("[data-painted]").first.wait_for()
    expect(status(tab)).to_have_text("saved")
    labels = labels_of(digits)
    given = [labels[name] for name in first_names(labels, 7)]
    assert given == ["zero", "one", "two", "three", "four", "skipped", None]
    assert events_in_store(digits) == (6, 6)


def test_labels_that_wait_survive_a_reload_and_are_saved_once(lab, digits, labels_of):
    tab = lab.open_panel(digits, fresh=True)
    tab.save()
    enter_focus(tab)
    with stopped(tab):
        tab.press("1", "2", "3")
        expect(status(tab)).to_contain_text("3 waiting · kernel busy")
        tab.page.reload()
    tab.wait_ready()
    tab.panel.locator("[data-painted]").first.wait_for()
    expect(status(tab)).to_have_text("saved")
    labels = labels_of(digits)
    assert [labels[name] for name in first_names(labels, 4)] == ["zero", "one", "two", None]
    assert events_in_store(digits) == (3, 3)


def test_a_saved_notebook_shows_the_labels_again_after_a_reload(lab, digits):
    tab = lab.open_panel(digits)
    tab.save()
    tab.press("7", "8")
    expect(status(tab)).to_have_text("saved")
    tab.reload()
    expect(tab.panel.locator("[data-count=labeled]")).to_have_text("2 of 60 labeled")
    expect(tab.panel.get_by_role("option").first).to_contain_text("six")


def test_labeling_goes_on_while_a_cell_runs(lab, digits, labels_of):
    cells = [
        "from workbench import LabelPanel",
        "LabelPanel('digits')",
        "import time\nprint('the cell', 'runs')\nuntil = time.monotonic() + 600\n"
        "while time.monotonic() < until:\n    time.sleep(0.01)",
    ]
    tab = lab.open(digits, cells)
    tab.run_cell(0)
    tab.run_cell(1)
    tab.panel.locator("[data-painted]").first.wait_for()
    tab.run_cell(2, wait=False)
    expect(tab.page.get_by_text("the cell runs", exact=True)).to_be_visible()
    tab.panel.get_by_role("option").nth(3).click()
    tab.press("Escape", "5")
    expect(tab.panel.get_by_role("option").nth(3)).to_contain_text("four")
    expect(status(tab)).to_have_text("saved")
    assert [label for label in labels_of(digits).values() if label] == ["four"]


IN_SLOW_STEPS = """
import time
from pathlib import Path
from workbench import LabelPanel
from workbench.store.steps import writing

def rest(pace, started):
    pace.size = 5
    while not Path("go on").exists():
        time.sleep(0.05)

writing.AT_ONCE, writing._FIRST_STEP, writing.Pace.rest = 20, 5, rest
LabelPanel("digits", annotator="mika")
"""


def test_beside_ones_own_long_change_one_goes_on_labeling_and_sees_how_far_it_is(lab, digits, labels_of):
    tab = lab.open(digits, [IN_SLOW_STEPS]).run_all()
    tab.panel.locator("[data-painted]").first.wait_for()
    tab.panel.get_by_role("option").first.click()
    tab.press("Control+a", "Control+a", "2")
    expect(status(tab)).to_have_text("labeling: 5 of 60 images · go on labeling, what you decide stays")
    chosen = tab.panel.get_by_role("option").nth(20)
    name = chosen.get_attribute("aria-label")
    chosen.click()
    tab.press("5")
    expect(chosen).to_contain_text("four")
    expect(tab.panel.locator("[data-count=labeled]")).to_have_text("6 of 60 labeled")
    assert sorted(filter(None, labels_of(digits).values())) == ["four"] + ["one"] * 5
    (digits.root / "go on").touch()
    expect(tab.panel.locator("[data-count=labeled]")).to_have_text("60 of 60 labeled")
    expect(status(tab)).to_have_text("saved")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("59 of 60 images labeled “one”")
    found = labels_of(digits)
    assert sorted(found.values()) == ["four"] + ["one"] * 59
    assert next(one for one, label in found.items() if label == "four") in name


def test_two_tabs_see_each_others_work(lab, digits):
    tab = lab.open_panel(digits)
    tab.save()
    other = lab.second_tab(tab)
    other.panel.locator("[data-painted]").first.wait_for()
    tab.page.bring_to_front()
    tab.panel.get_by_role("option").first.click()
    tab.press("4")
    expect(status(tab)).to_have_text("saved")
    other.page.bring_to_front()
    expect(other.panel.get_by_role("option").first).to_contain_text("three")
    expect(other.panel.locator("[data-count=labeled]")).to_have_text("1 of 60 labeled")


def test_two_annotators_never_overwrite_each_other_silently(lab, digits, labels_of):
    mika = lab.open_panel(digits, annotator="mika")
    lena = lab.open_panel(digits, annotator="lena")
    with stopped(mika):
        mika.press("2")
        lena.press("3")
        expect(status(lena)).to_have_text("saved")
    conflict = mika.panel.locator(".wb-conflict")
    expect(conflict).to_contain_text("lena decided “two” first; your “one” was not saved")
    first = first_names(labels_of(digits), 1)[0]
    assert labels_of(digits)[first] == "two"
    conflict.get_by_role("button", name="Use “one”").click()
    expect(conflict).to_have_count(0)
    expect(status(mika)).to_have_text("saved")
    assert labels_of(digits)[first] == "one"
    expect(lena.panel.get_by_role("option").first).to_contain_text("one")
    expect(lena.panel.get_by_role("button", name="mika")).to_be_visible()


def test_five_hundred_keys_are_committed_in_their_order(lab, project, draw_digits, labels_of):
    draw_digits(project, 520)
    tab = lab.open_panel(project)
    enter_focus(tab)
    # As fast as the page takes them: the next key follows as soon as the next image is there.
    tab.page.evaluate(
        """async () => {
            const root = document.querySelector('.wb-label');
            const focus = root.querySelector('.wb-focus');
            for (let index = 0; index < 500; index += 1) {
                const before = focus.dataset.sample;
                const key = String(1 + (index % 9));
                do {
                    focus.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
                    await new Promise((done) => setTimeout(done, 0));
                } while (focus.dataset.sample === before);
            }
        }"""
    )
    expect(status(tab)).to_have_text("saved", timeout=30_000)
    labels = labels_of(project)
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight"]
    assert [labels[name] for name in sorted(labels)[:500]] == [names[index % 9] for index in range(500)]
    assert events_in_store(project) == (500, 500)


def test_the_status_tells_how_long_the_kernel_is_silent(lab, digits):
    tab = lab.open_panel(digits, fresh=True)
    tab.page.clock.install()
    with stopped(tab):
        tab.press("1")
        expect(status(tab)).to_contain_text("1 waiting · kernel busy", timeout=10_000)
        tab.page.clock.fast_forward(15_000)
        expect(status(tab)).to_contain_text("1 waiting · kernel busy", timeout=10_000)
        tab.page.clock.fast_forward(15_000)
        expect(status(tab)).to_contain_text(re.compile("no answer from the kernel for 3[0-9] s"), timeout=10_000)
    expect(status(tab)).to_have_text("saved", timeout=20_000)


def test_what_waits_is_told_and_sent_also_where_no_theme_is_open(lab, digits, labels_of):
    tab = lab.open(digits, ["from workbench import LabelPanel", "LabelPanel(annotator='mika')"])
    tab.run_all()
    tab.panel.get_by_role("button", name="Open digits").click()
    # The theme's card has a picture, too.
    tab.panel.get_by_role("listbox", name="Images").locator("[data-painted]").first.wait_for()
    with stopped(tab):
        tab.press("3")
        expect(status(tab)).to_contain_text("1 waiting")
        tab.panel.get_by_role("button", name="digits").click()
        expect(status(tab)).to_contain_text("1 waiting")
        in_journal = "([name]) => name.startsWith('workbench/journal/')"
        kept = tab.page.evaluate(f"() => Object.entries(localStorage).filter({in_journal})")
        assert kept
    expect(status(tab)).to_have_text("saved")
    # As if the page had been closed before the kernel answered: what it kept is sent by the next one.
    tab.press("u")
    tab.page.evaluate("kept => { for (const [name, text] of kept) localStorage.setItem(name, text); }", kept)
    tab.run_cell(1)
    expect(tab.panel.get_by_role("button", name="Open digits")).to_be_visible()
    expect(status(tab)).to_have_text("saved")
    assert labels_of(digits)[first_names(labels_of(digits), 1)[0]] == "two"
    journal = "() => Object.keys(localStorage).filter(name => name.startsWith('workbench/journal/'))"
    tab.until(f"() => ({journal})().length === 0")


def test_a_restart_over_rest_leaves_no_panel_without_answers(lab, digits):
    tab = lab.open_panel(digits, fresh=True)
    kernel = next(session["kernel"]["id"] for session in lab.api("sessions") if session["path"] == tab.path)
    before = tab.kernel_pid()
    lab.post(f"kernels/{kernel}/restart")
    tab.wait_ready()
    assert tab.kernel_pid() != before
    tab.run_all()
    tab.panel.locator("[data-painted]").first.wait_for()
    tab.press("3")
    expect(status(tab)).to_have_text("saved")
