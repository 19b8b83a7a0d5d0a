"""How the panel fits into JupyterLab: themes, names for screen readers, and what is left without a kernel."""

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import expect

import workbench
from tests.browser.axe import serious_findings
from tests.browser.conftest import digit_files, predict_digits
from workbench.data.importing.run import import_uploads
from workbench.store import open_store
from workbench.store.labels import labels_of
from workbench.store.model_versions import add_model_version, set_stage
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.samples import page_of_samples
from workbench.store.themes import create_theme, get_theme


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_panel_wears_the_colors_of_jupyterlab(lab, digits, dark):
    tab = lab.open_panel(digits, dark=dark)
    colors = tab.page.evaluate(
        """() => {
            const probe = document.createElement('div');
            probe.style.cssText = 'background: var(--jp-layout-color1); color: var(--jp-ui-font-color1)';
            document.body.append(probe);
            const read = (node) => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color];
            return [read(probe), read(document.querySelector('.wb-label'))];
        }"""
    )
    assert colors[0] == colors[1]
    luminance = sum(map(int, colors[1][0].removeprefix("rgb(").removesuffix(")").split(",")))
    assert (luminance < 200) == dark


def test_everything_has_a_name_for_a_screen_reader(lab, digits):
    tab = lab.open_panel(digits)
    tab.press("1")
    nameless = """() => [...document.querySelectorAll('.wb-label button, .wb-label input, .wb-label select')]
        .filter(node => !(node.textContent.trim() || node.getAttribute('aria-label') || node.closest('label')))
        .map(node => node.outerHTML)"""
    assert tab.page.evaluate(nameless) == []
    expect(tab.panel).to_have_attribute("aria-label", "Label panel")
    expect(tab.panel).to_have_attribute("data-lm-suppress-shortcuts", "true")
    first = tab.panel.get_by_role("listbox", name="Images").get_by_role("option").first
    expect(first).to_have_attribute("aria-label", "0000-0.png, zero")
    assert first.get_attribute("data-sample").isdigit()
    tab.press("Enter")
    tab.panel.locator(".wb-frame img").wait_for()
    assert tab.page.evaluate(nameless) == []
    tab.press("?")
    expect(tab.panel.get_by_role("dialog")).to_be_visible()
    assert serious_findings(tab.panel, tab.page) == []


BEYOND = """() => {
    const right = (node) => node.getBoundingClientRect().right;
    return [...document.querySelectorAll('.wb-label :is(.wb-bar, .wb-tools) :is(button, input)')]
        .filter(node => node.offsetParent !== null && right(node) > right(node.closest('.wb-bar, .wb-tools')));
}"""


def test_at_any_width_nothing_lies_beyond_the_edge_or_over_the_instructions(lab, digits):
    predict_digits(digits)
    tab = lab.open_panel(digits)
    expect(tab.panel.get_by_role("region", name="Instructions")).to_be_visible()
    expect(tab.panel.get_by_role("button", name="Accept page")).to_be_visible()
    try:
        for width in (1460, 1280, 1000, 860):
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.until(f"() => document.querySelector('.wb-label').getBoundingClientRect().right < {width}")
            tab.until(f"() => ({BEYOND})().length === 0", seconds=20)
    finally:
        tab.page.set_viewport_size({"width": 1280, "height": 900})
    tab.press("Control+a")
    expect(tab.panel.locator(".wb-selection").get_by_text("60 selected")).to_be_visible()


def test_focus_never_leaves_the_panel_by_itself(lab, digits):
    tab = lab.open_panel(digits)
    inside = "() => document.activeElement.closest('.wb-label') !== null"
    for keys in (["Enter"], ["3", "4"], ["?"], ["Escape"], ["Escape"], ["/"], ["Escape"], ["Shift+Delete"], ["Escape"]):
        tab.press(*keys)
        tab.until(inside)
    # Beside the instructions there is no room for it in the row.
    tab.panel.get_by_role("button", name="More").click()
    tab.panel.get_by_role("menuitem", name="Show as table").click()
    tab.press("ArrowDown", "2")
    tab.until(inside)


def test_in_a_batch_run_the_panel_is_a_summary_without_a_widget(digits):
    cells = [nbformat.v4.new_code_cell("from workbench import LabelPanel\nLabelPanel('digits')")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, resources={"metadata": {"path": str(digits.root)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert "application/vnd.jupyter.widget-view+json" not in output.data
    assert "0 of 60 images labeled" in output.data["text/html"]
    assert output.data["text/html"].count("data:image/png;base64,") == 12


@pytest.fixture
def every_panel(digits):
    """A cell for each panel that there is, on themes that have something for it, and what its summary says."""
    store = open_store(digits)
    with store.write() as session:
        theme = get_theme("digits", session=session)
        version = add_model_version(theme.id, 1, run_id="r" * 32, snapshot_id=None, metrics={}, session=session)
        set_stage(theme.id, 1, "production", session=session)
        label = labels_of(theme.id, session=session)[0].id
        answers = [Predicted(sample.id, label, 0.5) for sample in page_of_samples(theme.id, session=session)]
        write_predictions(version.id, answers, session=session)
        create_theme("cells", labels=["red"], task="boxes", session=session)
    import_uploads(store, "cells", digit_files(1), annotator="fixture")
    store.close()
    return {
        "LabelPanel('digits')": "0 of 60 images labeled",
        "BoxPanel('cells')": "cells",
        "ExplorePanel('digits')": "auguments.yaml",
        "TrainingPanel('digits')": "digits has not been trained yet",
        "LaunchPanel()": "No training was started in the background yet",
        "TuningPanel('digits')": "digits has not been tuned yet",
        "ModelsPanel('digits')": "1 model version",
        "PredictionPanel('digits')": "digits",
        "AdminPanel()": "workbench.db",
    }


def panels_of(tab, count):
    """The panels of a notebook of so many cells, one after the other, each once it is on the page."""
    for index in range(count):
        scroll = f"jupyterapp.shell.currentWidget.content.scrollToItem({index}, 'start')"
        tab.page.evaluate(f"async () => {{ await {scroll}; }}")
        panel = tab.page.locator(f".jp-Cell[data-windowed-list-index='{index}']").get_by_role("application")
        expect(panel.locator("button, p").first).to_be_attached()
        yield panel


def test_every_panel_is_accessible_in_both_themes_and_has_a_summary_without_its_kernel(lab, digits, every_panel):
    assert {call.partition("(")[0] for call in every_panel} == {
        name for name in workbench.__all__ if name.endswith("Panel")
    }
    cells = [f"import workbench\nworkbench.{call}" for call in every_panel]
    tab = lab.open(digits, cells, height=1080).run_all()
    assert [output["output_type"] for index in range(len(every_panel)) for output in tab.outputs(index)] == [
        "display_data",
        "execute_result",
    ] * len(every_panel)
    summaries = tab.page.locator(".wb-static")
    tab.page.get_by_role("application").first.wait_for()
    expect(summaries.first).to_be_hidden()
    for dark in (True, False):
        tab.change_theme(dark=dark)
        for panel in panels_of(tab, len(every_panel)):
            assert panel.bounding_box()["height"] >= 900, "the window's height"
            assert serious_findings(panel, tab.page) == []
    # It would say so.
    panel.evaluate("root => root.append(document.createElement('button'))")
    assert "button-name" in str(serious_findings(panel, tab.page))
    tab.save()
    tab.page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.sessionContext.shutdown(); }")
    # JupyterLab keeps cells off the page that are far from what is seen of it.
    tab.page.set_viewport_size({"width": 1280, "height": 6000})
    tab.page.reload()
    tab.until("() => window.jupyterapp !== undefined")
    expect(summaries).to_have_count(len(every_panel), timeout=60_000)
    for summary, said in zip(summaries.all(), every_panel.values(), strict=True):
        expect(summary).to_be_visible(timeout=30_000)
        expect(summary).to_contain_text(said)
    expect(tab.page.get_by_text("Error displaying widget").locator("visible=true")).to_have_count(0)
    tab.screenshot("panels-without-kernel")
