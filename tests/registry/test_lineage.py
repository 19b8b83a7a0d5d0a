"""Where model versions and samples come from."""

import mlflow
import pytest
from sqlalchemy import select

import workbench as wb
from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.label.panel import LabelPanel
from workbench.panels.models.panel import ModelsPanel
from workbench.registry.lineage import sample_lineage, samples_of_version, version_lineage
from workbench.registry.tracking import connect, mlflow_run
from workbench.registry.versions import delete_version, promote
from workbench.store.decisions import Decision
from workbench.store.labels import get_label
from workbench.store.schema import ModelVersion, Sample
from workbench.store.single_edits import Edit, decide


def test_a_version_leads_to_its_run_and_every_sample(shades):
    found = version_lineage("shades", 1)
    assert found.counts == {"test": {"bright": 6, "dark": 6, "gray": 6}}
    assert found.class_names == ["dark", "gray", "bright"]
    assert found.run["name"]
    assert [(event["before"], event["after"]) for event in found.history] == [(None, "production")]
    assert found.as_dict()["snapshot_at"]
    with shades.store.write() as session:
        sample = session.scalars(select(Sample).where(Sample.name == "dark/0.png")).one()
        gray = get_label(shades.theme_id, "gray", session=session)
        decide(shades.theme_id, [Edit(sample.id, Decision.of(gray.id))], annotator="ann", session=session)
    samples = list(samples_of_version("shades", 1))
    assert len(samples) == 18
    assert (samples[0].name, samples[0].label, samples[0].label_now, samples[0].split) == (
        "dark/0.png",
        "dark",
        "gray",
        "test",
    )
    assert list(samples_of_version("shades", 1, split="train")) == []
    dark = list(samples_of_version("shades", 1, split="test", label="dark"))
    assert [row.name for row in dark] == [f"dark/{number}.png" for number in range(0, 18, 3)]
    assert list(samples_of_version("shades", 1, label="dark", after=dark[1].sample_id)) == dark[2:]
    shown = ModelsPanel("shades", store=shades.store)._methods["samples"](
        {"version": 1, "split": "test", "label": "dark"}
    )
    assert [(row["name"], row["now"]) for row in shown.value["samples"]][:2] == [
        ("dark/0.png", "gray"),
        ("dark/3.png", "dark"),
    ]
    assert (shown.value["more"], len(shown.value["sheet"]["ids"])) == (False, 6)


def test_a_sample_leads_to_each_version_that_saw_it(two_versions):
    found = sample_lineage("shades", "gray/1.png")
    assert [(use.version, use.stage, use.split, use.label_then, use.predicted) for use in found.uses] == [
        (2, "staging", None, None, "bright"),
        (1, "production", "test", "gray", "gray"),
    ]
    assert found == sample_lineage("shades", found.sample_id) == sample_lineage("shades", found.sha256[:12])
    assert found == sample_lineage("shades", found.sha256.upper())
    delete_version("shades", 2)
    assert [use.version for use in sample_lineage("shades", "gray/1.png").uses] == [1]
    with pytest.raises(NotFoundError, match="whole file name"):
        sample_lineage("shades", "gray/17.png")
    for digits in ("²", "1" * 30):  # no number, and the beginning of no checksum that is there
        with pytest.raises(NotFoundError, match="There is no sample"):
            sample_lineage("shades", digits)
    with pytest.raises(NotFoundError, match="Known: 1"):
        promote("shades", 10**20, "staging")


def test_a_sample_leads_to_each_run_that_was_tested_on_it(two_versions):
    theme = wb.open_theme("shades", store=two_versions.store)
    (gray,) = theme.samples(name="gray/1.png").ids
    snapshot = {"workbench.snapshot": theme.snapshot().digest}
    with mlflow_run("shades", two_versions.project, run_name="bare", tags=snapshot) as run:
        mlflow.log_text(f"sample_id,true,predicted,score\n{gray},gray,dark,0.6\n", "test_predictions.csv")
    found = sample_lineage("shades", gray)
    told = [(use.name, use.version, use.split, use.label_then, use.predicted) for use in found.runs]
    assert told == [
        ("bare", None, "test", "gray", "dark"),
        (theme.model(1).lineage.run["name"], 1, "test", "gray", "gray"),
    ]
    panel = LabelPanel("shades", store=two_versions.store)
    shown = panel._methods["lineage"]({"sample": gray}).value
    assert [each["run_id"] for each in shown["runs"]] == [run.info.run_id, theme.model(1).run_id]
    assert [(each["version"], each["predicted"]) for each in shown["versions"]] == [(2, "bright")]
    assert theme.model(run.info.run_id).samples(label="gray", predicted="dark").ids == [gray]
    assert len(theme.model(1).samples("test", label="gray")) == 6
    models = ModelsPanel("shades", store=two_versions.store)
    opened = models._methods["label"]({"version": 1, "split": "test", "label": "gray", "about": "gray in test"}).value
    beside = models._tested._label_panel
    assert opened == beside.model_id
    assert beside.chosen == {"ids": theme.model(1).samples("test", label="gray").ids, "about": "gray in test"}
    name, (page,) = vars(models._methods["report"]({"version": 1})).values()
    assert (name, page[:15]) == ("shades-v1.html", b"<!doctype html>")
    assert models._methods["version"]({"version": 1}).value["confusion"] is None, "its run keeps no answers"


def test_digits_that_several_samples_begin_with_are_refused_with_their_ids(shades):
    with shades.store.write() as session:
        for row, digits in zip(session.scalars(select(Sample).order_by(Sample.id).limit(2)), "01", strict=True):
            row.sha256 = "abcdef" + digits * 58
    with pytest.raises(WorkbenchError, match=r"'abcdef' means several samples: 1 \(dark/0.png\), 2 \(gray/1.png\)"):
        sample_lineage("shades", "abcdef")
    assert sample_lineage("shades", "abcdef1").name == "gray/1.png"


def test_a_version_that_mlflow_has_lost_still_leads_to_its_samples(shades):
    client = connect(shades.project)
    client.update_model_version("shades", "1", description="the first one")
    assert version_lineage("shades", 1).description == "the first one"
    client.delete_model_version("shades", "1")
    with shades.store.write() as session:
        session.scalars(select(ModelVersion)).one().run_id = "0" * 32
    found = version_lineage("shades", 1)
    assert (found.run, found.description, found.counts) == ({}, "", {"test": {"bright": 6, "dark": 6, "gray": 6}})
