"""Themes, labels, splits and uploads in the panel."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import label_digits, stopped
from workbench.store import open_store
from workbench.store.counts import theme_counts
from workbench.store.labels import labels_of as labels_in_order
from workbench.store.themes import get_theme


def statistics(project):
    store = open_store(project)
    try:
        with store.read() as session:
            return theme_counts(get_theme("digits", session=session).id, session=session)
    finally:
        store.close()


def more(tab, action):
    tab.panel.get_by_role("button", name="More").click()
    tab.panel.get_by_role("menuitem", name=action).click()


def label_list(project):
    store = open_store(project)
    try:
        with store.read() as session:
            labels = labels_in_order(get_theme("digits", session=session).id, session=session)
            return [(label.name, label.color) for label in labels]
    finally:
        store.close()


def test_a_theme_is_made_edited_deleted_and_brought_back(lab, project):
    tab = lab.take_over(project, ["from workbench import LabelPanel", "LabelPanel()"]).run_all()
    panel = tab.panel
    expect(panel).to_contain_text("No themes yet")
    panel.get_by_role("button", name="New theme").click()
    dialog = panel.get_by_role("dialog")
    dialog.get_by_label("Name").fill("leaves")
    dialog.get_by_label("Description").fill("Healthy or not")
    dialog.get_by_label("Labels, one a line").fill("healthy\nrust #aa5500")
    dialog.get_by_role("button", name="Create theme").click()
    expect(panel).to_contain_text("No images yet")
    expect(panel.get_by_role("button", name="Show only rust")).to_be_visible()
    panel.get_by_title("Show all themes").click()
    card = panel.get_by_role("listitem", name="Theme leaves")
    expect(card).to_contain_text("Healthy or not")
    card.get_by_role("button", name="Edit leaves").click()
    dialog.get_by_label("Name").fill("foliage")
    dialog.get_by_role("button", name="Save").click()
    card = panel.get_by_role("listitem", name="Theme foliage")
    card.get_by_role("button", name="Delete foliage").click()
    dialog.get_by_role("button", name="Delete foliage with 0 images").click()
    expect(card).to_have_count(0)
    panel.get_by_role("button", name="Undo").click()
    expect(card).to_be_visible()


def test_a_name_that_is_taken_is_refused_in_the_dialog(lab, digits):
    tab = lab.take_over(digits, ["from workbench import LabelPanel", "LabelPanel()"]).run_all()
    tab.panel.get_by_role("button", name="New theme").click()
    dialog = tab.panel.get_by_role("dialog")
    dialog.get_by_label("Name").fill("digits")
    dialog.get_by_role("button", name="Create theme").click()
    expect(dialog.get_by_role("alert")).to_contain_text("exists already")
    tab.press("Escape")
    expect(dialog).to_have_count(0)


def test_labels_are_renamed_recolored_reordered_added_merged_and_deleted(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    tab.press("1", "2", "2", "3")
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")
    tab.panel.get_by_role("region", name="Labels").get_by_role("button", name="Edit").click()
    dialog = tab.panel.get_by_role("dialog")
    dialog.get_by_label("Name of zero").fill("nought")
    tab.press("Enter")
    dialog.get_by_label("Color of nought").fill("#123456")
    dialog.get_by_label("Color of nought").dispatch_event("change")
    # A key that another label has is refused in a sentence; a free one is taken.
    dialog.get_by_label("Key of nine").fill("2")
    tab.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("The key '2' belongs to the label 'one'")
    dialog.get_by_label("Key of nine").fill("n")
    tab.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.get_by_role("button", name="Move nine up").click()
    dialog.get_by_label("New label").fill("letter")
    tab.press("Enter")
    expect(dialog.get_by_label("Name of letter")).to_be_visible()
    dialog.get_by_role("button", name="Delete or merge one").click()
    going = dialog.get_by_role("listitem", name="Delete or merge one")
    expect(going).to_contain_text("“one” is on 2 images")
    going.get_by_label("Merge into").select_option("two")
    going.get_by_role("button", name="Merge into “two”").click()
    expect(dialog.get_by_label("Name of one")).to_have_count(0)
    dialog.get_by_role("button", name="Delete or merge nought").click()
    dialog.get_by_role("button", name="Delete, unlabel 1 image").click()
    expect(dialog.get_by_label("Name of nought")).to_have_count(0)
    tab.press("Escape")
    expect(dialog).to_have_count(0)
    order = [name for name, _ in label_list(digits)]
    assert order == ["two", "three", "four", "five", "six", "seven", "nine", "eight", "letter"]
    assert sorted(filter(None, labels_of(digits).values())) == ["two", "two", "two"]
    expect(tab.panel.get_by_role("button", name="Show only two, 3 of 3")).to_be_visible()
    expect(tab.panel.get_by_title("nine: key N, or")).to_be_visible()
    # What is undone is the last edit, also where it was done in a dialog.
    tab.press("u")
    expect(tab.panel.locator(".wb-notice")).to_contain_text("Undone for 1 image")
    assert sorted(filter(None, labels_of(digits).values())) == ["nought", "two", "two", "two"]


def test_splits_are_previewed_assigned_and_test_samples_stay(lab, digits):
    label_digits(digits)
    digits.params_file.write_text("theme: digits\ndata: {split_ratio: [0.5, 0.25, 0.25]}\n")
    tab = lab.open_panel(digits)
    tab.panel.get_by_role("button", name="Assign").click()
    dialog = tab.panel.get_by_role("dialog")
    preview = dialog.get_by_role("table", name="Counts after this")
    expect(preview).to_contain_text("newly assigned")
    expect(dialog.get_by_label("train %")).to_have_value("50")
    # An answer to what the fields no longer say hides nothing.
    tab.page.evaluate(
        """() => {
            window.seen = [];
            const { kernel } = jupyterapp.shell.currentWidget.context.sessionContext.session;
            kernel.anyMessage.connect((_, { msg, direction }) => seen.push(direction + JSON.stringify(msg.content)));
        }"""
    )
    with stopped(tab):
        dialog.get_by_label("valid %").fill("30")
        dialog.get_by_label("test %").fill("20")
        tab.until("() => seen.some(each => each.startsWith('send') && each.includes('preview splits'))")
        dialog.get_by_label("train %").fill("60")
    # The next call that the panel makes by itself comes when that answer has been dealt with.
    tab.until(
        """() => {
            const answer = seen.findIndex(each => each.startsWith('recv') && each.includes('assigned'));
            const later = answer < 0 ? [] : seen.slice(answer);
            const call = later.findIndex(each => each.startsWith('send') && each.includes('comm_id'));
            return call > 0 && later.slice(call).some(each => each.startsWith('recv') && each.includes('comm_id'));
        }"""
    )
    assert dialog.get_by_role("alert").all_inner_texts() == [
        "60 + 30 + 20 is 110 %; the three shares must sum to 100 %."
    ]
    dialog.get_by_label("valid %").fill("20")
    dialog.get_by_label("test %").fill("20")
    expect(preview).to_contain_text("newly assigned")
    assert statistics(digits).splits["train"] == 0
    dialog.get_by_role("button", name="Assign 60 images").click()
    expect(tab.panel.locator(".wb-notice")).to_contain_text("Assigned")
    splits = statistics(digits).splits
    assert splits["train"] + splits["valid"] + splits["test"] == 60
    tab.panel.get_by_role("button", name="test", exact=False).filter(has_text=str(splits["test"])).first.click()
    expect(tab.panel.get_by_role("option")).to_have_count(splits["test"])
    tab.panel.get_by_role("listbox").focus()
    tab.press("Control+a")
    more(tab, "Move to split")
    dialog.get_by_role("button", name="Move to train").click()
    expect(tab.panel.locator(".wb-notice")).to_contain_text(f"{splits['test']} refused")
    assert statistics(digits).splits == splits


def test_the_statistics_show_every_label_and_split(lab, digits):
    tab = lab.open_panel(digits)
    tab.press("1", "1", "2")
    tab.panel.get_by_role("button", name="Statistics").click()
    dialog = tab.panel.get_by_role("dialog")
    expect(dialog.get_by_role("row").filter(has_text="zero")).to_contain_text("66.7 %")
    expect(dialog).to_contain_text("60 images, 3 labeled, 57 unlabeled")
    expect(dialog).to_contain_text("3 labeled in this sitting")


def test_the_annotator_can_be_changed_and_is_recorded(lab, digits):
    tab = lab.open_panel(digits)
    field = tab.panel.get_by_label("annotator")
    field.fill("lena")
    tab.press("Enter", "5")
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")
    expect(tab.panel.get_by_role("region", name="Annotator").get_by_role("button", name="lena")).to_be_visible()
    tab.run_all()
    expect(tab.panel.get_by_role("textbox", name="annotator")).to_have_value("lena")


def test_files_are_added_by_button_and_a_corrupt_one_is_named(lab, digits, labels_of, digit_files):
    tab = lab.open_panel(digits)
    files = [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in digit_files(70)[58:]]
    files.append({"name": "broken.png", "mimeType": "image/png", "buffer": files[5]["buffer"][:60]})
    with tab.page.expect_file_chooser() as chooser:
        more(tab, "Add images")
    chooser.value.set_files(files)
    line = tab.panel.locator(".wb-upload")
    expect(line).to_contain_text("Upload finished")
    expect(line).to_contain_text("10 added, 2 there already, 1 rejected")
    expect(line).to_contain_text("broken.png: damaged")
    expect(tab.panel.get_by_role("option")).to_have_count(70)
    assert len(labels_of(digits)) == 70


def test_a_large_file_comes_in_pieces_and_whole(lab, digits, labels_of):
    import io

    import numpy as np
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (1000, 1400, 3), dtype=np.uint8)).save(out, "PNG")
    assert len(out.getvalue()) > 4_000_000  # three pieces
    tab = lab.open_panel(digits)
    with tab.page.expect_file_chooser() as chooser:
        more(tab, "Add images")
    chooser.value.set_files([{"name": "large.png", "mimeType": "image/png", "buffer": out.getvalue()}])
    expect(tab.panel.locator(".wb-upload")).to_contain_text("1 added", timeout=30_000)
    assert "large.png" in labels_of(digits)
    store = open_store(digits)
    assert out.getvalue() in [store.images.read(uri) for uri in store.images.uris()]
    store.close()


def test_a_folder_is_added_whole(lab, digits, labels_of, digit_files, tmp_path):
    folder = tmp_path / "more"
    for name, content in digit_files(66)[60:]:
        (folder / name[-5]).mkdir(parents=True, exist_ok=True)
        (folder / name[-5] / name).write_bytes(content)
    (folder / ".hidden").write_bytes(b"x")
    (folder / "notes.txt").write_text("who took these")
    tab = lab.open_panel(digits)
    with tab.page.expect_file_chooser() as chooser:
        more(tab, "Add folder")
    chooser.value.set_files(folder)
    expect(tab.panel.locator(".wb-upload")).to_contain_text("Upload finished")
    expect(tab.panel.locator(".wb-upload")).to_contain_text("6 added, not an image: more/notes.txt")
    assert {name for name in labels_of(digits) if "/" in name} == {
        f"more/{name[-5]}/{name}" for name, _ in digit_files(66)[60:]
    }


def test_files_are_added_by_dropping_them_on_the_grid(lab, digits, labels_of, digit_files):
    tab = lab.open_panel(digits)
    name, content = digit_files(61)[60]
    data = tab.page.evaluate_handle(
        """([name, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(content)], name, { type: 'image/png' }));
            return data;
        }""",
        [name, list(content)],
    )
    target = tab.panel.locator(".wb-body")
    target.dispatch_event("dragover", {"dataTransfer": data})
    expect(tab.panel).to_contain_text("Drop images or folders to add them")
    target.dispatch_event("drop", {"dataTransfer": data})
    expect(tab.panel.locator(".wb-upload")).to_contain_text("1 added")
    assert name in labels_of(digits)


def test_a_state_of_the_labels_is_named_looked_at_compared_and_gone_back_to(lab, digits, labels_of):
    tab = lab.open_panel(digits)
    saved = tab.panel.locator("[data-health]")
    tab.press("1", "2")
    expect(saved).to_have_text("saved")
    more(tab, "States of the labels")
    dialog = tab.panel.get_by_role("dialog")
    dialog.get_by_label("Name today's labels").fill("first")
    tab.press("Enter")
    dialog.get_by_label("Look at").select_option("first")
    changes = dialog.get_by_role("region", name="What changed since")
    expect(changes).to_contain_text("0 of")
    tab.press("Escape")
    expect(dialog).to_have_count(0)
    tab.press("3")
    tab.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "3")
    expect(saved).to_have_text("saved")
    changed = labels_of(digits)
    more(tab, "States of the labels")
    dialog.get_by_label("Look at").select_option("first")
    expect(changes).to_contain_text("2 of")
    expect(changes).to_contain_text("by mika 2")
    past = dialog.get_by_role("region", name="Labels as of")
    expect(past.get_by_role("img").first).to_be_visible()
    past.get_by_role("button", name="unlabeled").click()
    expect(past.locator("figcaption").first).to_have_text("unlabeled")
    # Keys change nothing here.
    tab.press("1", "2", "d")
    changes.get_by_role("button", name="zero became two").click()
    expect(dialog).to_have_count(0)
    shown = tab.panel.get_by_role("listbox", name="Images").get_by_role("option")
    expect(shown).to_have_count(1)
    expect(shown).to_have_accessible_name(re.compile("two"))
    assert labels_of(digits) == changed
    more(tab, "States of the labels")
    dialog.get_by_label("Name today's labels").fill("second")
    tab.press("Enter")
    dialog.get_by_label("Look at").select_option("first")
    expect(changes).to_contain_text("2 of")
    # Two states of the past, too.
    dialog.get_by_label("Compared with").select_option("second")
    between = dialog.get_by_role("region", name="What changed in between")
    expect(between.get_by_role("button", name="zero became two")).to_be_visible()
    dialog.get_by_role("button", name="Go back: 2 labels").click()
    expect(tab.panel).to_contain_text("labels went back to 'first'")
    expect(shown).to_have_accessible_name(re.compile("zero"))
    tab.press("Control+z")
    expect(shown).to_have_accessible_name(re.compile("two"))
    assert labels_of(digits) == changed
    # Labeled apart: a fork is made, opened, and its decision comes back.
    more(tab, "States of the labels")
    forks = dialog.get_by_role("region", name="Forks")
    forks.get_by_label("Fork today's labels as").fill("digits apart")
    forks.get_by_role("button", name="Fork", exact=True).click()
    forks.get_by_role("button", name="digits apart").click()
    expect(dialog).to_have_count(0)
    expect(tab.panel.get_by_title("Show all themes")).to_contain_text("digits apart")
    expect(shown.first).to_be_visible()
    tab.press("5")
    expect(shown.and_(tab.panel.get_by_role("option", name=re.compile("four")))).to_have_count(1)
    expect(saved).to_have_text("saved")
    more(tab, "States of the labels")
    expect(forks).to_contain_text("A fork of digits")
    forks.get_by_role("button", name="Merge back").click()
    expect(forks).to_contain_text("1 decision of 'digits apart' would go to 'digits'")
    forks.get_by_role("button", name="Bring back 1 decision").click()
    expect(forks).to_contain_text("1 decision of 'digits apart' went to 'digits'")
    merged = labels_of(digits)
    assert [merged[name] for name in merged if merged[name] != changed[name]] == ["four"]
