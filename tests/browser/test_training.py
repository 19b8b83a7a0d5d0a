"""The training panel in a real JupyterLab: curves while a cell trains, a stop, the images behind the matrix."""

import json

from playwright.sync_api import expect

SETTINGS = {
    "data.batch_size": 8,
    "data.num_workers": 0,
    "training.num_epochs": 300,
    "training.scheduler": "none",
    "callbacks.progress": "none",
    "image.size": 8,
    "augmentation.train": [],
    "model.name": "Tiny",
}
NETWORK = """
from torch import nn
from workbench.training import register_network, train

@register_network("Tiny")
def tiny(num_classes: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(192, num_classes))
"""
PANEL = "from workbench import TrainingPanel\nTrainingPanel('digits')"


def test_a_training_is_watched_stopped_and_its_mistakes_are_looked_at(lab, digits):
    tab = lab.open(
        digits, [NETWORK, PANEL, f"result = train('digits', overrides={json.loads(json.dumps(SETTINGS))!r})"]
    )
    tab.run_cell(0)
    tab.run_cell(1)
    expect(tab.panel).to_contain_text("digits has not been trained yet", timeout=60_000)
    tab.run_cell(2, wait=False)
    rows = tab.panel.locator(".wb-epochs tbody tr")
    expect(rows.nth(2)).to_be_visible(timeout=120_000)
    expect(tab.panel.get_by_role("img", name="loss of")).to_be_visible()
    tab.panel.get_by_role("button", name="Stop after this batch").click()
    expect(tab.panel.locator(".wb-status")).to_contain_text("stopped, tested and saved", timeout=60_000)
    cell = tab.panel.locator(".wb-matrix td button:enabled").first
    count = int(cell.inner_text())
    cell.click()
    expect(tab.panel.get_by_role("option")).to_have_count(count)
    tab.screenshot("training-panel")
