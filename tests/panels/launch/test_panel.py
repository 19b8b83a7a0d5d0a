"""The launch panel's kernel half: what a training that has ended leads to."""

import json

import pytest

from workbench import LaunchPanel
from workbench.jobs.records import JOB_VARIABLE, new_job
from workbench.panels.base.messages import answer_calls


def ask(panel, method, **params):
    (result,), outgoing = answer_calls(panel._methods, [{"id": 1, "method": method, "params": params}], [])
    return json.loads(json.dumps(result)), outgoing


@pytest.fixture
def trained(colors, monkeypatch):
    """Train as a job of the panel does; returns the job's id and the result."""

    def train(**arguments):
        job = new_job(colors.project, "training", "", {"theme": "colors", "overrides": {}}, "03_train-colors")
        monkeypatch.setenv(JOB_VARIABLE, job.id)
        result = colors.train(num_epochs=1, **arguments)
        monkeypatch.delenv(JOB_VARIABLE)
        job.changed(state="complete", result=result.as_dict(), ended=job.started + 1)
        return job.id, result

    return train


def test_a_training_leads_to_its_mistakes_and_to_a_version_in_a_stage(colors, trained):
    panel = LaunchPanel("colors", store=colors.store)
    waiting = new_job(colors.project, "training", "", {"theme": "colors"}, "03_train-waiting").id
    assert ask(panel, "outcome", id=waiting)[0]["value"]["confusion"] is None
    assert "has not been run yet" in ask(panel, "images", id=waiting, mistakes=True)[0]["error"]
    job, result = trained(run_name="first")
    outcome = ask(panel, "outcome", id=job)[0]["value"]
    assert outcome["confusion"] == result.confusion.counts.tolist()
    assert (len(outcome["epochs"]), outcome["version"], outcome["holders"]) == (1, None, {})
    counts = result.confusion.counts
    wrong = ask(panel, "images", id=job, mistakes=True)[0]["value"]["count"]
    assert wrong == counts.sum() - counts.trace()
    true, predicted = (result.class_names[index] for index in divmod(int(counts.argmax()), len(counts)))
    shown, buffers = ask(panel, "images", id=job, true=true, predicted=predicted)
    assert shown["value"]["count"] == len(shown["value"]["images"]) == counts.max()
    assert buffers
    opened = ask(panel, "label", id=job, true=true, predicted=predicted, about="these")[0]["value"]
    assert opened == panel._tested._label_panel.model_id
    assert ask(panel, "register", id=job, stage="staging")[0]["value"] == "Version 1 of 'colors' is in staging."
    other, _ = trained(run_name="second")
    assert ask(panel, "outcome", id=other)[0]["value"]["holders"] == {"staging": 1}
    said = ask(panel, "register", id=other, stage="staging")[0]["value"]
    assert said == "Version 2 of 'colors' is in staging. Version 1 is archived."
    # Pressed once more it makes no second version of the run.
    assert ask(panel, "register", id=other, stage="production")[0]["value"] == "Version 2 of 'colors' is in production."
    assert ask(panel, "outcome", id=other)[0]["value"]["version"] == {"version": 2, "stage": "production"}
    # Side by side, as if neither were registered.
    found = ask(panel, "compare", first=job, second=other)[0]["value"]
    assert [found[side]["name"] for side in ("first", "second")] == ["first (version 1)", "second (version 2)"]
    assert found["common"] == 9
    assert "not been run yet" in ask(panel, "compare", first=job, second=waiting)[0]["error"]


def test_a_network_is_found_by_a_part_of_its_name(colors):
    module = colors.project.root / "own_networks.py"
    module.write_text(
        "from torch import nn\n"
        "from workbench.training import register_network\n\n\n"
        "@register_network('Resnetlike')\n"
        "def small(num_classes: int) -> nn.Module:\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(192, num_classes))\n"
    )
    colors.project.params_file.write_text("theme: colors\nmodules: [own_networks]\n")
    panel = LaunchPanel("colors", store=colors.store)
    found = ask(panel, "networks", like="ResNet")[0]["value"]
    assert "Resnetlike" in found
    assert found[0] == "ResNet18"
    assert "vit_b_16" in ask(panel, "networks", like="vit_b")[0]["value"]
    timm = ask(panel, "networks", like="convnextv2_atto")[0]["value"]
    assert timm
    assert all("convnextv2_atto" in name for name in timm)
    assert ask(panel, "networks", like="nothing is called so")[0]["value"] == []


def test_a_preset_says_what_it_stands_for_and_only_what_differs_is_changed(colors):
    panel = LaunchPanel("colors", store=colors.store)
    usual = panel.config["values"]
    quick = {**usual, "model.recipe": "quick"}
    said = ask(panel, "preset", theme="colors", values=quick)[0]["value"]
    assert (said["values"]["training.num_epochs"], said["values"]["model.recipe"]) == (10, "quick")
    best = ask(panel, "preset", theme="colors", values={**usual, "model.recipe": "best"})[0]["value"]
    assert best["also"]["training.label_smoothing"] == 0.1
    assert not {"theme", *usual} & best["also"].keys()
    assert panel._overrides({"theme": "colors", "values": said["values"]}) == {"model.recipe": "quick"}
    # What params.yaml says is a change where the preset says otherwise.
    own = {**said["values"], "training.num_epochs": 3, "data.batch_size": 4}
    changed = {"model.recipe": "quick", "training.num_epochs": 3, "data.batch_size": 4}
    assert panel._overrides({"theme": "colors", "values": own}) == changed
    # Without a preset the fields begin with the file's, with the file's preset with that.
    assert panel._overrides({"theme": "colors", "values": usual}) == {}
    text = colors.project.params_file.read_text()
    colors.project.params_file.write_text(text.replace("recipe: none", "recipe: quick"))
    assert LaunchPanel("colors", store=colors.store).config["values"]["training.num_epochs"] == 10
