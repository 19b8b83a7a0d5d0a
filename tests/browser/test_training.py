"""The training panel in a real JupyterLab: curves while a cell trains, a stop, the images behind the matrix."""

import re
import shutil

from playwright.sync_api import expect

from workbench.paths import asset

SETTINGS = {
    "data.batch_size": 8,
    "data.num_workers": 0,
    "training.num_epochs": 2000,
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
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, num_classes))
"""
PANEL = "from workbench import TrainingPanel\npanel = TrainingPanel('digits')\npanel"


def test_a_training_is_watched_stopped_and_its_mistakes_are_looked_at(lab, labeled_digits):
    shutil.copy(asset("auguments.yaml"), labeled_digits.augment_file)
    training = f"result = train('digits', overrides={SETTINGS!r})"
    # All at once, as most people do: what the panel asks first comes when the kernel is busy already.
    tab = lab.open(labeled_digits, [NETWORK, PANEL, training]).run_all(wait=False)
    rows = tab.panel.locator(".wb-epochs tbody tr")
    expect(rows.nth(2)).to_be_visible(timeout=120_000)
    expect(tab.panel.get_by_role("img", name="loss over step")).to_be_visible()
    chart = tab.panel.locator(".wb-chart", has=tab.page.get_by_role("img", name="loss over epoch"))
    chart.get_by_role("img").hover()
    expect(chart.locator(".wb-read")).to_contain_text(re.compile(r"epoch \d+: train \d.*, valid \d"))
    tab.screenshot("training-panel-running")
    tab.panel.get_by_role("button", name="Stop after this batch").click()
    expect(tab.panel.locator(".wb-status")).to_contain_text("stopped, tested and saved", timeout=60_000)
    cell = tab.panel.locator(".wb-matrix td button:enabled").first
    count = int(cell.inner_text())
    cell.click()
    expect(tab.panel.get_by_role("listitem")).to_have_count(count)
    tab.screenshot("training-panel")
    training_panel = tab.page.get_by_role("application", name="Training panel")
    training_panel.get_by_role("button", name="Open in the label panel").click()
    label_panel = tab.page.get_by_role("application", name="Label panel")
    expect(label_panel.get_by_role("option")).to_have_count(count)
    tab.screenshot("training-panel-labeling")
    # The next cell of the matrix comes into the same label panel.
    cell = training_panel.locator(".wb-matrix td button:enabled").nth(1)
    count, said_of_it = int(cell.inner_text()), cell.get_attribute("aria-label").split(" of ", 1)[1]
    cell.click()
    expect(training_panel.get_by_role("listitem")).to_have_count(count)
    training_panel.get_by_role("button", name="Open in the label panel").click()
    # Both cells may have as many images.
    expect(label_panel.locator(".wb-chosen")).to_contain_text(said_of_it)
    expect(label_panel.get_by_role("option")).to_have_count(count)
    expect(label_panel).to_have_count(1)
    # What that run's model says of an image, and where it looks.
    label_panel.get_by_role("listbox").focus()
    tab.press("Enter")
    label_panel.locator(".wb-frame img").wait_for()
    tab.press(",")
    said = label_panel.get_by_role("region", name="What the model says")
    expect(said.get_by_role("img")).to_be_visible(timeout=30_000)
    expect(said).to_contain_text(re.compile(r"What the run \w{8} says.*\d+ %"))
    expect(said.locator(".wb-likely")).to_have_count(3)
    tab.screenshot("training-panel-explained")
    tab.press("ArrowRight")
    expect(said.get_by_role("img")).to_be_visible()
    tab.press(",")
    expect(said).to_have_count(0)
