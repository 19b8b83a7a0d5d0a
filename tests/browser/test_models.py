"""Looking after registered models, from the side of the person who does it."""

import pytest
from playwright.sync_api import expect

from workbench.store import open_store
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.model_versions import add_model_version, set_stage
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits
from workbench.store.themes import get_theme

# The first call that needs MLflow imports it and makes its database.
FIRST_MS = 60_000


@pytest.fixture
def two_versions(digits):
    """Version 1, trained on what is labeled, in production; version 2 differs from it on the first five digits."""
    store = open_store(digits)
    with store.write() as session:
        theme = get_theme("digits", session=session)
        ids = [label.id for label in labels_of(theme.id, session=session)]
        samples = page_of_samples(theme.id, sort="name", session=session)
        decide(
            theme.id, [Edit(s.id, Decision.of(ids[int(s.name[5])])) for s in samples], annotator="ann", session=session
        )
        assign_splits(theme.id, annotator="ann", session=session)
        snapshot_id = take_snapshot(theme.id, session=session).id
        for version in (1, 2):
            metrics = {"test_accuracy": 0.9 + version / 100}
            row = add_model_version(
                theme.id, version, run_id=str(version) * 32, snapshot_id=snapshot_id, metrics=metrics, session=session
            )
            wrong = 5 if version == 1 else 0
            said = [int(sample.name[5]) if n >= wrong else 9 - int(sample.name[5]) for n, sample in enumerate(samples)]
            answers = [Predicted(sample.id, ids[label], 0.8) for sample, label in zip(samples, said, strict=True)]
            write_predictions(row.id, answers, session=session)
        set_stage(theme.id, 1, "production", session=session)
    store.close()
    return digits


def test_compare_trace_and_promote(lab, two_versions):
    cells = ["from workbench import ModelsPanel", "ModelsPanel('digits', annotator='mika')"]
    tab = lab.take_over(two_versions, cells).run_all()
    panel = tab.page.get_by_role("application", name="Models panel")
    panel.get_by_label("Look at version 1").check()
    expect(panel.get_by_role("region", name="Lineage of version 1")).to_contain_text(
        "no longer in MLflow", timeout=FIRST_MS
    )
    panel.get_by_role("button", name="samples of three in train").click()
    threes = panel.get_by_role("region", name="Samples of three in train")
    tiles = threes.get_by_title("trace it")
    expect(tiles.first.get_by_role("img")).to_be_visible()
    threes.get_by_role("button", name="Open in the label panel").click()
    beside = tab.page.get_by_role("application", name="Label panel")
    chip = beside.get_by_role("status").filter(has_text="three in train of version 1")
    expect(chip).to_be_visible(timeout=FIRST_MS)
    beside.get_by_role("option").first.dblclick()
    beside.get_by_role("button", name="Models", exact=True).click()
    knows = beside.get_by_role("dialog").get_by_role("row", name="1, production")
    expect(knows).to_contain_text("train")
    expect(knows).to_contain_text("80 %")
    tab.page.keyboard.press("Escape")
    expect(beside.get_by_role("dialog")).to_have_count(0)
    assert {name[5] for name in tiles.all_inner_texts()} == {"3"}
    tiles.first.click()
    expect(panel.get_by_role("region", name="Lineage of 00")).to_contain_text("three, train")
    panel.get_by_label("Look at version 1").check()
    panel.get_by_label("Look at version 2").check()
    compared = panel.get_by_role("region", name="version 1 and version 2 compared")
    expect(compared).to_contain_text("5 samples answered differently")
    expect(compared.get_by_role("img")).to_have_count(5)
    expect(compared).to_contain_text("+0.0100")
    compared.get_by_role("button", name="0001-1.png").click()
    traced = panel.get_by_role("region", name="Lineage of 0001-1.png")
    expect(traced.get_by_role("row").nth(1)).to_contain_text("one")
    expect(traced.get_by_role("row").nth(2)).to_contain_text("eight")
    panel.get_by_role("button", name="Register a run").click()
    expect(panel.get_by_role("region", name="Runs to register")).to_contain_text("There is none")

    before = tab.cells()
    promote = panel.get_by_role("button", name="To production: version 2")
    promote.click()
    question = panel.get_by_role("alertdialog")
    # Beside what was clicked.
    assert 0 < question.bounding_box()["y"] - promote.bounding_box()["y"] < 60
    expect(question).to_contain_text("Put version 2 into production? Version 1 will be archived.")
    tab.press("d", "d", "Escape")
    expect(question).to_have_count(0)
    expect(panel.get_by_role("button", name="To production: version 2")).to_be_focused()
    assert tab.cells() == before
    panel.get_by_role("button", name="To production: version 2").click()
    panel.get_by_role("button", name="Promote version 2").click()
    expect(panel.locator("tr[data-version='2']")).to_contain_text("production", timeout=FIRST_MS)
    expect(panel.locator("tr[data-version='1']")).to_contain_text("archived")
    expect(panel.get_by_role("region", name="History")).to_contain_text("mika")
    # A label under both versions is corrected by somebody else.
    store = open_store(two_versions)
    with store.write() as session:
        theme = get_theme("digits", session=session)
        ids = [label.id for label in labels_of(theme.id, session=session)]
        wrong = page_of_samples(theme.id, SampleFilter(split="test"), sort="name", session=session)[0]
        decide(theme.id, [Edit(wrong.id, Decision.of(ids[9 - int(wrong.name[5])]))], annotator="eve", session=session)
    store.close()
    panel.get_by_role("button", name="Refresh").click()
    expect(panel.locator("tr[data-version='1']")).to_contain_text("1 changed")
    panel.get_by_label("Look at version 1").check()
    since = panel.get_by_role("region", name="Labels that changed since")
    expect(since).to_contain_text("test labels changed since.")
    expect(since).to_contain_text("on today's labels; 1 label changed since")
    expect(since.get_by_role("region", name="Images that moved").get_by_role("img")).to_have_count(1)
    since.get_by_role("button", name="Train once more").click()
    expect(panel.get_by_role("alertdialog")).to_contain_text("on today's labels")
    panel.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
