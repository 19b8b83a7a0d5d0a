"""Labels that look like something else come out of a training and its predictions as they went in."""

import csv
import io
import json

import pytest

from tests.colors import QUICK, color_png
from workbench import predict, register
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme
from workbench.training import train

LONG = "squamous cell carcinoma, ä " * 7
LABELS = ["no", "null", "1e3", "NA", "007", "a,b", 'said "x"', "ä#%&<>", f"{LONG}1", f"{LONG}2"]


@pytest.fixture
def theme(project_without_theme):
    """Ten labels with seven images each; every label has an image of the same file name."""
    colors = project_without_theme
    with colors.store.write() as session:
        row = create_theme("odd", labels=LABELS, session=session)
        for number, label in enumerate(labels_of(row.id, session=session)):
            for index in range(7):
                content = color_png("red", 100 * number + index)
                digest = sha256_of(content)
                session.add(
                    Sample(
                        theme_id=row.id,
                        sha256=digest,
                        uri=colors.store.images.put(content, sha256=digest, suffix="png"),
                        name=f"{index}.png",
                        width=8,
                        height=8,
                        size_bytes=len(content),
                        label_id=label.id,
                        annotator="ann",
                        split=["train", "train", "train", "train", "valid", "test", "test"][index],
                    )
                )
    return colors


def test_odd_labels_are_kept_by_training_files_and_registry(theme, tmp_path):
    run = train("odd", overrides={name: value for name, value in QUICK.items() if name != "theme"})
    assert run.class_names == LABELS
    tags = theme.client.get_run(run.run_id).data.tags
    assert json.loads(tags["workbench.class_names"]) == LABELS
    metrics = theme.client.get_run(run.run_id).data.metrics
    assert sum(name.startswith("test_f1/") for name in metrics) == len(LABELS)
    tables = {name: theme.artifact(run.run_id, name) for name in ("per_class.csv", "test_predictions.csv")}
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in tables.items()}
    assert [row["class"] for row in rows["per_class.csv"] if row["split"] == "test"] == LABELS
    assert {row["true"] for row in rows["test_predictions.csv"]} == set(LABELS)
    register("odd", run.run_id, "production")
    for suffix in ("csv", "parquet", "jsonl"):
        table = predict("odd", source="test", output=tmp_path / f"rows.{suffix}").table()
        assert set(table["actual"]) == set(LABELS), suffix
        assert set(table["label"]) <= set(LABELS), suffix
    folder = tmp_path / "photos #1 ä"
    folder.mkdir()
    (folder / "ü [1].png").write_bytes(color_png("red", 3))
    assert list(predict("odd", source=folder).table()["file"]) == [str(folder / "ü [1].png")]
