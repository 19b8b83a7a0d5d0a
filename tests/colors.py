"""A theme that is learned in a second: three colors, and a network of two layers."""

import io
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sqlalchemy import func, select
from torch import nn

from workbench.registry.tracking import connect
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample, Snapshot
from workbench.store.themes import create_theme
from workbench.training import register_network, train

COLORS = {"red": (200, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 200)}
QUICK = {
    "theme": "colors",
    "data.batch_size": 8,
    "data.num_workers": 0,
    "model.name": "TwoLayers",
    "training.num_epochs": 2,
    "training.learning_rate": 0.01,
    "callbacks.progress": "none",
    "image.size": 8,
    "augmentation.train": [],
}


@register_network("TwoLayers")
class TwoLayers(nn.Module):
    """A convolution with a norm layer, and a head."""

    def __init__(self, num_classes: int, in_channels: int = 3, width: int = 8) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(in_channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU())
        self.head = nn.Linear(width, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(images).mean(dim=(2, 3)))


@register_network("Plain")
def plain(num_classes: int, in_channels: int = 3) -> nn.Module:
    """A network without norm layers, whose result does not depend on how a batch is shared out."""
    return nn.Sequential(
        nn.Conv2d(in_channels, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(24, num_classes)
    )


SMALL_NETWORK = """
from torch import nn
from workbench.training import register_network


@register_network("Small")
def small(num_classes: int, in_channels: int = 3) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(in_channels, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(24, num_classes)
    )
"""
"""A project's own module `small_network`, for trainings in other processes whose network does not matter."""


def color_png(label: str, seed: int) -> bytes:
    """A noisy image of a color."""
    noise = np.random.default_rng(seed).integers(-40, 41, (8, 8, 3))
    content = io.BytesIO()
    Image.fromarray(np.clip(np.array(COLORS[label]) + noise, 0, 255).astype(np.uint8)).save(content, "PNG")
    return content.getvalue()


class Colors:
    """A project with the theme `colors`; `train` trains on it quickly."""

    def __init__(self, store):
        self.store = store
        self.project = store.project

    def add(self, numbers, *, first=0, labels=tuple(COLORS), split=None, name="colors"):
        """Add so many images of each color to a theme, which is created; `split(index)` gives each its split."""
        with self.store.write() as session:
            theme = create_theme(name, labels=labels, session=session)
            ids = {label.name: label.id for label in labels_of(theme.id, session=session)}
            for label, number in numbers.items():
                for index in range(first, first + number):
                    content = color_png(label, index + 1000 * list(COLORS).index(label))
                    digest = sha256_of(content)
                    uri = self.store.images.put(content, sha256=digest, suffix="png")
                    session.add(
                        Sample(
                            theme_id=theme.id,
                            sha256=digest,
                            uri=uri,
                            name=f"{label}-{index}.png",
                            width=8,
                            height=8,
                            size_bytes=len(content),
                            label_id=ids[label],
                            annotator="ann",
                            split=split(index) if split else None,
                        )
                    )
            return theme.id

    def train(self, overrides=None, **arguments):
        return train(overrides={**QUICK, **(overrides or {})}, **arguments)

    @property
    def client(self):
        return connect(self.project)

    def runs(self):
        """All runs of the theme, the newest first."""
        experiment = self.client.get_experiment_by_name("colors")
        return self.client.search_runs([experiment.experiment_id]) if experiment else []

    def artifact(self, run_id, name):
        """The text of an artifact."""
        return Path(self.client.download_artifacts(run_id, name)).read_text()

    def is_untouched(self):
        """Whether nothing was written: no snapshot, no split, no run, nothing in the cache."""
        with self.store.read() as session:
            rows = session.scalar(select(func.count()).select_from(Snapshot))
            splits = session.scalar(select(func.count()).where(Sample.split.is_not(None)))
        return not rows and not splits and not self.runs() and not list(self.project.cache.glob("training/*"))


@pytest.fixture
def project_without_theme(sqlite_store, mlflow_template, monkeypatch, tmp_path):
    """A project with an empty store; the working directory is an empty folder."""
    shutil.copy(mlflow_template, sqlite_store.project.db / "mlflow.db")
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    return Colors(sqlite_store)


@pytest.fixture
def colors(project_without_theme):
    """The same with 20 images of each color in the theme `colors`."""
    project_without_theme.add(dict.fromkeys(COLORS, 20))
    return project_without_theme


PROBE = '''
import torch
from lightning.pytorch.callbacks import Callback

seen = {}


class Probe(Callback):
    """Notes what a training is made of."""

    def __init__(self, name="probe"):
        seen.clear()
        seen["name"] = name
        seen["steps"] = 0

    def on_train_start(self, trainer, module):
        seen["optimizer"] = trainer.optimizers[0]
        seen["start"] = {name: value.clone() for name, value in module.network.state_dict().items()}
        seen["precision"] = trainer.precision

    def on_train_batch_start(self, trainer, module, batch, index):
        seen["trainable"] = [parameter.requires_grad for parameter in module.network.parameters()]
        seen.setdefault("per_epoch", {})[trainer.current_epoch] = sum(seen["trainable"])

    def on_train_end(self, trainer, module):
        seen["steps"] = trainer.global_step
        seen["end"] = {name: value.clone() for name, value in module.network.state_dict().items()}
'''


@pytest.fixture
def probe(colors, tmp_path, monkeypatch):
    """Train with settings and a callback of one's own; returns the result and what the callback saw."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own_probe.py").write_text(PROBE)
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop("own_probe", None)

    def train(overrides=None, **arguments):
        custom = {"callbacks.custom": [{"path": "own_probe.Probe", "arguments": {"name": "mine"}}]}
        result = colors.train({**custom, **(overrides or {})}, **arguments)
        return result, sys.modules["own_probe"].seen

    return train
