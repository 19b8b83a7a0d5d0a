"""Studies on a tiny theme: 3 classes of 8x8 images, a small network, an epoch of a few batches."""

import shutil

import pytest
from ruamel.yaml import YAML

from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.single_edits import Edit, decide

SPACE = {"training.learning_rate": {"type": "float", "low": 0.001, "high": 0.1, "log": True}}


@pytest.fixture
def theme(project, sqlite_store, mlflow_template, optuna_template, make_theme, add_samples):
    """The theme "pets" with 45 labeled images, and params.yaml set to train on it within a second."""
    shutil.copy(mlflow_template, project.db)
    shutil.copy(optuna_template, project.db)
    theme_id = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme_id, range(45))
    with sqlite_store.write() as session:
        labels = [label.id for label in labels_of(theme_id, session=session)]
        decisions = [
            Edit(sample_id=sample, decision=Decision.of(labels[index % 3])) for index, sample in enumerate(ids)
        ]
        decide(theme_id, decisions, annotator="test", source="import", session=session)
    change_yaml(
        project.params_file,
        {
            "theme": "pets",
            "data.num_workers": 0,
            "data.batch_size": 16,
            "model.name": "squeezenet1_1",
            "training.num_epochs": 1,
        },
    )
    change_yaml(project.augment_file, {"image.size": 32})
    return "pets"


@pytest.fixture
def write_study(project):
    """`write_study(space=..., n_trials=2, ...)` writes optuna_params.yaml with these keys of the study section."""

    def write(space=None, base_params=None, **study):
        data = {"study": {"n_trials": 2, "pruner": "none", "sampler": {"name": "random", "seed": 1}, **study}}
        data["params_to_tune"] = SPACE if space is None else space
        if base_params:
            data["base_params"] = base_params
        YAML(typ="safe").dump(data, project.optuna_params_file)
        return project.optuna_params_file

    return write


def change_yaml(path, values):
    """Set dotted names of a YAML file."""
    yaml = YAML()
    data = yaml.load(path)
    for dotted, value in values.items():
        *parents, last = dotted.split(".")
        node = data
        for name in parents:
            node = node[name]
        node[last] = value
    yaml.dump(data, path)
