"""A theme of eight small images in a scratch project; tests of the face change it and read it."""

import shutil

import pytest
from PIL import Image
from ruamel.yaml import YAML

from workbench.paths import Project
from workbench.registry.tracking import connect
from workbench.store import open_store
from workbench.trust import trust

COLORS = {"red": (200, 20, 20), "white": (230, 230, 230)}


def draw_photos(folder):
    """Four red and four white images, each width once per color, in a folder for each color."""
    for label, color in COLORS.items():
        (folder / label).mkdir(parents=True)
        for number in range(4):
            image = Image.new("RGB", (10 + number, 8), color)
            image.putpixel((0, 0), (number, 0, 0))
            image.save(folder / label / f"{label}_{number}.png")


@pytest.fixture
def theme(sqlite_store, tmp_path, monkeypatch):
    """`cells`: four red and four white images that are labeled, in folders of `photos` in the working directory."""
    import workbench as wb

    monkeypatch.chdir(tmp_path)
    draw_photos(tmp_path / "photos")
    made = wb.create_theme("cells", labels=list(COLORS), store=sqlite_store)
    made.import_images("photos", progress=False)
    return made


QUICK = {
    "theme": "cells",
    "data": {"batch_size": 4, "num_workers": 0},
    "model": {"name": "TwoLayers"},
    "training": {"num_epochs": 1, "learning_rate": 0.01},
    "callbacks": {"progress": "none"},
}
STUDY = {
    "study": {"n_trials": 1, "pruner": "none", "sampler": {"name": "random", "seed": 1}},
    "params_to_tune": {"training.learning_rate": {"type": "float", "low": 0.001, "high": 0.1, "log": True}},
}


@pytest.fixture(scope="session")
def trained_template(tmp_path_factory, mlflow_template, optuna_template):
    """The project of `trained`, to be copied, and the run of its model."""
    import tests.colors  # noqa: F401  (registers the network)
    import workbench as wb

    root = tmp_path_factory.mktemp("trained") / "project"
    draw_photos(root / "photos")
    (root / "db").mkdir()
    shutil.copy(mlflow_template, root / "db")
    shutil.copy(optuna_template, root / "db")
    augment = {"image": {"size": 8}, "augmentation": {"train": []}}
    for name, data in (("params", QUICK), ("optuna_params", STUDY), ("auguments", augment)):
        YAML(typ="safe").dump(data, root / f"{name}.yaml")
    project = Project(root)
    theme = wb.create_theme("cells", labels=list(COLORS), project=project)
    theme.import_images(root / "photos", progress=False)
    theme.split((0.5, 0.25, 0.25))
    run_id = theme.train().run_id
    wb.register("cells", run_id, "production", project)
    theme.store.close()
    return root, run_id


@pytest.fixture
def trained(trained_template, tmp_path, monkeypatch):
    """The theme of `theme` with splits and a tiny network that was trained on it: version 1, in production."""
    import workbench as wb

    root = tmp_path / "project"
    shutil.copytree(trained_template[0], root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("WORKBENCH_ROOT", str(root))
    project = Project(root)
    connect(project)
    trust(project)  # its network is not one of the workbench's own, and this copy is the test's own
    opened = open_store(project)
    yield wb.open_theme("cells", store=opened)
    opened.close()
