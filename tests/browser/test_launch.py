"""The launch panel in a real JupyterLab: a training without code outlives the kernel, is found again, and stops."""

import re
import shutil

import psutil
import pytest
from playwright.sync_api import expect
from torch import nn

from tests.colors import SMALL_NETWORK
from workbench.jobs.records import JOB_VARIABLE, new_job
from workbench.paths import asset
from workbench.training import register_network, train
from workbench.training.background import launches

PANEL = "from workbench import LaunchPanel\nLaunchPanel()"
# A figure of one's own, half drawn while the panel above it asks every second how its trainings stand.
FIGURE = """
import matplotlib.pyplot as plt, time
plt.plot([1, 2, 3])
time.sleep(3)
print(len(plt.plot([3, 2, 1])[0].axes.lines))
"""


@register_network("OneLayer")
def one_layer(num_classes: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(192, num_classes))


@pytest.fixture
def ready(labeled_digits):
    """Digits with labels, and what a training in the background needs: notebooks and settings."""
    shutil.copy(asset("auguments.yaml"), labeled_digits.augment_file)
    shutil.copytree(asset("notebooks"), labeled_digits.notebooks)
    # What a person wrote into the notebook's own cell is for training there.
    notebook = labeled_digits.notebooks / "03_train.ipynb"
    notebook.write_text(notebook.read_text().replace("num_epochs: int | None = None", "num_epochs: int | None = 1"))
    (labeled_digits.root / "small_network.py").write_text(SMALL_NETWORK)
    labeled_digits.params_file.write_text(
        "theme: digits\nmodules: [small_network]\nmodel: {name: Small}\ndata: {num_workers: 0, batch_size: 16}\n"
    )
    return labeled_digits


def test_a_training_without_code_outlives_the_kernel_and_is_stopped(lab, ready):
    tab = lab.open(ready, [PANEL]).run_all()
    expect(tab.panel).to_contain_text("No training was started here yet")
    tab.panel.get_by_label("Run name").fill("by hand")
    epochs = tab.panel.get_by_label("Epochs", exact=True)
    epochs.fill("many")
    tab.panel.get_by_role("button", name="Start training").click()
    expect(tab.panel.locator(".wb-status")).to_contain_text("training.num_epochs")
    epochs.fill("400")
    tab.panel.get_by_role("button", name="Start training").click()
    # The first start loads the libraries that check the settings.
    expect(tab.panel.locator(".wb-status")).to_contain_text("Started", timeout=90_000)
    expect(tab.panel.get_by_role("progressbar", name="Epochs done")).to_be_visible(timeout=90_000)
    tab.restart_kernel()
    expect(tab.panel.locator(".wb-status")).to_contain_text("go on")
    tab.run_all()
    expect(tab.panel.get_by_role("row", name="by hand")).to_contain_text("running")
    expect(tab.panel.get_by_label("Log")).to_contain_text("of 400", timeout=60_000)
    tab.screenshot("launch-panel-running")
    (row,) = launches(ready)
    kernel = psutil.Process(row["progress"]["pid"])
    kernel.suspend()  # so that it cannot end after its batch before the second click
    tab.panel.get_by_role("button", name="Stop after this batch").click()
    expect(tab.panel.locator(".wb-status")).to_contain_text("after the present batch")
    tab.panel.get_by_role("button", name="Stop at once…").click()
    asked = tab.panel.get_by_role("alertdialog")
    expect(asked).to_contain_text("keeps the checkpoint of its last whole epoch")
    asked.get_by_role("button", name="Stop at once").click()
    expect(tab.panel.locator(".wb-status")).to_contain_text("keeps the checkpoint of the last whole epoch")
    kernel.resume()
    expect(tab.panel.get_by_role("row", name="by hand")).to_contain_text("interrupted", timeout=90_000)
    expect(tab.panel).to_contain_text("go on with: workbench resume")
    # It is no dead end: its curves stand there, and its settings are where the next one begins.
    expect(tab.panel.get_by_role("img", name="loss over step")).to_be_visible()
    expect(epochs).not_to_have_value("400")
    tab.panel.get_by_role("button", name="Again with changes").click()
    expect(epochs).to_have_value("400")
    assert len(list(ready.runs.glob("*-03_train-digits.ipynb"))) == 1
    tab.screenshot("launch-panel")


def test_run_all_starts_nothing_expensive_before_one_click(lab, project):
    ask = "ask_before('Train here')\nprint('trained')"
    cells = ["from workbench import ask_before", ask, ask.replace("Train", "Search")]
    tab = lab.open(project, cells)
    tab.run_all(wait=False)
    button = tab.page.get_by_role("button", name="Train here")
    button.wait_for()
    assert tab.outputs(1)[-1].get("text") != "trained\n"
    button.click()
    tab.page.get_by_text("trained", exact=True).wait_for(timeout=90_000)
    # Nothing is left that a page without the kernel could not show, nor where nobody has clicked yet.
    assert [output["output_type"] for output in tab.outputs(1)] == ["stream"]
    tab.page.get_by_role("button", name="Search here").wait_for()
    waiting = tab.page.get_by_text("Nothing was started here")
    expect(waiting).to_be_hidden()
    tab.save()
    tab.page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.sessionContext.shutdown(); }")
    tab.page.reload()
    expect(waiting).to_be_visible()
    expect(tab.page.get_by_text("Error displaying widget").locator("visible=true")).to_have_count(0)


QUICK = {
    "data.batch_size": 8,
    "data.num_workers": 0,
    "training.num_epochs": 2,
    "callbacks.progress": "none",
    "image.size": 8,
    "augmentation.train": [],
    "model.name": "OneLayer",
}


@pytest.fixture
def finished(ready, monkeypatch):
    """Two trainings in the background that have ended: what their processes do, done in this one. The second one."""
    for name in ("an earlier one", "ended well"):
        parameters = {"theme": "digits", "overrides": {"data.batch_size": 8}}
        job = new_job(ready, "training", "", parameters, f"03_train-{name}")
        job.log.write_text("2 epochs\n")
        monkeypatch.setenv(JOB_VARIABLE, job.id)
        result = train("digits", run_name=name, overrides=QUICK, project=ready)
        monkeypatch.delenv(JOB_VARIABLE)
        job.changed(state="complete", result=result.as_dict(), ended=job.started + 1)
    return result


def test_a_training_that_has_ended_leads_to_its_mistakes_and_into_the_registry(lab, ready, finished):
    tab = lab.take_over(ready, [PANEL, FIGURE]).run_all()
    drawn = [output.get("text") or sorted(output["data"]) for output in tab.outputs(1)]
    assert drawn == ["2\n", ["image/png", "text/plain"]], "no message of a panel shows or closes a figure"
    panel = tab.page.get_by_role("application", name="Launch panel")
    panel.get_by_role("button", name="ended well").click()
    chart = panel.locator(".wb-chart", has=tab.page.get_by_role("img", name="accuracy over epoch"))
    chart.get_by_role("img").hover()
    expect(chart.locator(".wb-read")).to_contain_text(re.compile(r"epoch [12]: train [01][.\d]*, valid [01][.\d]*"))
    counts = finished.confusion.counts
    wrong = int(counts.sum() - counts.trace())
    panel.get_by_role("button", name=f"Show {wrong} mistakes").click()
    expect(panel.get_by_role("listitem")).to_have_count(wrong)
    panel.get_by_role("button", name="Open them in the label panel").click()
    expect(tab.page.get_by_role("application", name="Label panel").get_by_role("option")).to_have_count(wrong)
    expect(panel.get_by_role("form", name="Register")).to_contain_text("not registered")
    panel.get_by_role("button", name="Register in staging").click()
    expect(panel.get_by_role("form", name="Register")).to_contain_text("version 1, staging")
    expect(panel.locator(".wb-status")).to_contain_text("Version 1 of 'digits' is in staging.")
    tab.screenshot("launch-panel-ended")
    panel.get_by_role("checkbox", name="Compare an earlier one").check()
    panel.get_by_role("checkbox", name="Compare ended well").check()
    compared = panel.get_by_role("region", name="an earlier one and ended well (version 1) compared")
    expect(compared).to_contain_text("Test accuracy", timeout=60_000)
    # A preset says what it stands for; what was changed by hand stays.
    epochs = panel.get_by_label("Epochs", exact=True)
    panel.get_by_label("Preset").select_option("quick")
    expect(epochs).to_have_value("10")
    epochs.fill("3")
    panel.get_by_label("Preset").select_option("best")
    expect(panel.get_by_role("form", name="New training")).to_contain_text("label smoothing 0.1")
    expect(epochs).to_have_value("3")
    # The settings of an earlier one, to be changed.
    panel.get_by_role("button", name="Again with changes").click()
    expect(panel.get_by_label("Images per step")).to_have_value("8")
    expect(epochs).to_have_value("10")
    # Any network: what is typed is completed from all that can be trained.
    network = panel.get_by_label("Network")
    network.fill("vit_b")
    expect(panel.locator("#wb-networks option").first).to_have_attribute("value", "vit_b_16")
