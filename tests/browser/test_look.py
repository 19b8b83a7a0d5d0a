"""How the panel fits into JupyterLab: themes, names for screen readers, and what is left without a kernel."""

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import expect


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


def test_a_notebook_whose_kernel_is_gone_shows_the_summary(lab, digits):
    tab = lab.open_panel(digits, fresh=True)
    tab.press("1")
    expect(tab.panel.locator("[data-health]")).to_have_text("saved")
    summary = tab.page.locator(".wb-static")
    expect(summary).to_be_hidden()
    tab.save()
    tab.page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.sessionContext.shutdown(); }")
    tab.page.reload()
    tab.until("() => window.jupyterapp !== undefined")
    expect(summary).to_be_visible(timeout=30_000)
    expect(summary).to_contain_text("0 of 60 images labeled")
    expect(tab.page.get_by_text("Error displaying widget")).to_be_hidden()
