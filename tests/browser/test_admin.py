"""The admin panel: tables that are filtered, edited and deleted from, and the store as a whole."""

import pytest
from playwright.sync_api import expect

from workbench.store import open_store
from workbench.store.bulk_edits import delete_samples
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.themes import get_theme


@pytest.fixture
def admin(lab, project, draw_digits):
    draw_digits(project, 12)
    cells = ["from workbench import AdminPanel", "AdminPanel(annotator='root')"]
    tab = lab.take_over(project, cells).run_all()
    expect(tab.panel.get_by_label("Name of digits")).to_be_visible()
    return tab


def counted(project, **where):
    store = open_store(project)
    try:
        with store.read() as session:
            theme = get_theme("digits", session=session)
            return count_samples(theme.id, SampleFilter(**where), session=session)
    finally:
        store.close()


def test_a_theme_is_renamed_deleted_after_a_warning_and_brought_back(admin):
    panel = admin.panel
    description = panel.get_by_label("Description of digits")
    description.fill("Ten of them")
    admin.press("Shift+Enter")
    admin.page.keyboard.type("- none is a letter")
    admin.press("Enter")
    expect(panel.get_by_text("Saved.")).to_be_visible()
    # It is Markdown: its lines stay.
    expect(description).to_have_value("Ten of them\n- none is a letter")
    panel.get_by_label("Name of digits").fill("x" * 200)
    admin.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("100")
    expect(panel.get_by_label("Name of digits")).to_have_value("digits")
    panel.get_by_role("button", name="Delete digits").click()
    question = panel.get_by_role("alertdialog")
    expect(question).to_contain_text("The theme 'digits' leaves every list with its 12 images.")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    admin.press("Enter")
    expect(question).to_have_count(0)
    expect(panel.get_by_role("button", name="Delete digits")).to_be_focused()
    panel.get_by_role("button", name="Delete digits").click()
    question.get_by_role("button", name="Delete digits").click()
    expect(panel.get_by_role("button", name="Restore digits")).to_be_focused()
    panel.get_by_role("button", name="Restore digits").click()
    expect(panel.get_by_label("Description of digits")).to_have_value("Ten of them\n- none is a letter")


def test_samples_are_filtered_labeled_deleted_and_restored(admin, project, labels_of):
    panel = admin.panel
    panel.get_by_role("button", name="Samples").click()
    table = panel.get_by_role("table", name="Samples")
    panel.get_by_label("Part of the file name").fill("-1.png")
    admin.press("Enter")
    expect(table.get_by_role("row")).to_have_count(3)
    # Escape ends the search; the keyboard stays where it is.
    admin.press("Escape")
    expect(table.get_by_role("row")).to_have_count(13)
    admin.page.keyboard.type("-1.png")
    admin.press("Enter")
    expect(table.get_by_role("row")).to_have_count(3)
    panel.get_by_label("Choose the page").check()
    panel.get_by_label("Label the chosen images").select_option("one")
    expect(panel.get_by_text("2 images changed")).to_be_visible()
    assert labels_of(project)["0001-1.png"] == "one"
    panel.get_by_label("Label of 0001-1.png").select_option("two")
    expect(panel.get_by_text("Saved.")).to_be_visible()
    panel.get_by_label("Choose 0001-1.png").check()
    panel.get_by_role("button", name="Delete 1 image").click()
    question = panel.get_by_role("alertdialog")
    expect(question).to_contain_text("1 image leaves the theme")
    question.get_by_role("button", name="Delete 1 image").click()
    expect(panel.get_by_text("1 image deleted")).to_be_visible()
    assert counted(project) == 11
    panel.get_by_label("deleted ones").check()
    panel.get_by_label("Choose 0001-1.png").check()
    panel.get_by_role("button", name="Restore 1 image").click()
    expect(panel.get_by_text("1 image restored")).to_be_visible()
    assert labels_of(project)["0001-1.png"] == "two"


def test_the_store_is_checked_backed_up_and_cleaned(admin, project):
    panel = admin.panel
    store = open_store(project)
    with store.write() as session:
        delete_samples(
            get_theme("digits", session=session).id, SampleFilter(ids=(1,)), annotator="ann", session=session
        )
    store.close()
    panel.get_by_role("button", name="Store").click()
    panel.get_by_role("button", name="Check everything").click()
    expect(panel.get_by_text("Everything is in order: 12 samples, 12 files")).to_be_visible()
    panel.get_by_role("button", name="Back up now").click()
    expect(panel.get_by_role("table", name="Backups").get_by_role("row")).to_have_count(2)
    assert len(list((project.db / "backups").glob("*.zip"))) == 1
    panel.get_by_role("button", name="Remove for good").click()
    expect(panel.get_by_text("Nothing was deleted more than 30 days ago.")).to_be_visible()
    panel.get_by_label("What was deleted more than").fill("0")
    panel.get_by_role("button", name="Remove for good").click()
    expect(panel.get_by_role("alertdialog")).to_contain_text("1 image and 0 themes go for good")
    panel.get_by_role("button", name="Labels").click()
    panel.get_by_role("button", name="Delete seven").click()
    expect(panel.get_by_role("alertdialog")).to_contain_text("0 images of 'seven' become unlabeled")
    admin.restart_kernel()
    panel.get_by_role("button", name="Themes").click()
    expect(panel.get_by_role("status")).to_have_text("The kernel was restarted: run the cell again.")
