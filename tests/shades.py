"""A project whose model tells dark, gray and bright images apart, exactly and without any training."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import torch
from PIL import Image

from workbench.data import AugmentConfig, Preprocessing
from workbench.paths import Project
from workbench.registry.model_logging import log_model
from workbench.registry.pyfunc import ModelContent
from workbench.registry.tracking import mlflow_run
from workbench.registry.versions import register
from workbench.store import Store, open_store
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.snapshots import take_snapshot
from workbench.store.themes import create_theme

LABELS = ("dark", "gray", "bright")
LEVELS = {"dark": 25, "gray": 128, "bright": 230}


class Brightness(torch.nn.Module):
    """Logits from the distance of an image's mean to one center per class."""

    def __init__(self, sharpness: float = 60.0, smallest: int = 0) -> None:
        super().__init__()
        self.smallest = smallest
        self.centers = torch.nn.Parameter(torch.tensor([0.1, 0.5, 0.9]))
        self.sharpness = sharpness

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if min(images.shape[-2:]) < self.smallest:
            raise RuntimeError("Kernel size can't be greater than actual input size")
        means = images.mean(dim=(1, 2, 3))
        return -self.sharpness * (means[:, None] - self.centers[None, :]) ** 2


def draw_png(level: int, seed: int, size: tuple[int, int] = (10, 12)) -> bytes:
    """A noisy image around a level; no two seeds give the same bytes."""
    noise = np.random.default_rng(seed).integers(-10, 11, (*size, 3))
    content = io.BytesIO()
    Image.fromarray(np.clip(level + noise, 0, 255).astype(np.uint8)).save(content, "PNG")
    return content.getvalue()


@dataclass
class Shades:
    """The project, its store and its theme `shades`."""

    project: Project
    store: Store
    theme_id: int

    def add_sample(self, content: bytes, *, label: str | None, split: str | None, name: str) -> int:
        digest = sha256_of(content)
        uri = self.store.images.put(content, sha256=digest, suffix="png")
        with self.store.write() as session:
            ids = {row.name: row.id for row in labels_of(self.theme_id, session=session)}
            sample = Sample(
                theme_id=self.theme_id,
                sha256=digest,
                uri=uri,
                name=name,
                width=12,
                height=10,
                size_bytes=len(content),
                label_id=None if label is None else ids[label],
                split=split,
                annotator="ann" if label else None,
            )
            session.add(sample)
            session.flush()
            return sample.id

    def log_run(
        self,
        *,
        sharpness: float = 60.0,
        smallest: int = 0,
        network: str | None = None,
        size: int | None = 8,
        class_names: tuple[str, ...] = LABELS,
        tags: dict[str, str] | None = None,
        accuracy: float | None = None,
        preprocessing_steps: dict[str, Any] | None = None,
        augmentation: dict[str, Any] | None = None,
    ) -> str:
        """Log a model into a run of its own, as a training does."""
        data: dict[str, Any] = {
            "image": {"size": size},
            "augmentation": {"normalization": "none", **(augmentation or {})},
        }
        data |= {"preprocessing": preprocessing_steps} if preprocessing_steps else {}
        preprocessing = Preprocessing.create(AugmentConfig.from_dict(data))
        arguments: dict[str, Any] = {"sharpness": sharpness, "smallest": smallest}
        factory: Any = Brightness
        if network is not None:
            from workbench.training.networks import create_network

            arguments, factory = {"name": network, "num_classes": len(class_names), "small_stem": True}, None
            made = create_network(**arguments)
        else:
            made = Brightness(sharpness)
        reference = "workbench.training.networks:create_network"
        content = ModelContent(reference, arguments, preprocessing.to_dict(), list(class_names))
        with mlflow_run("shades", self.project, tags=tags) as run:
            if accuracy is not None:
                mlflow.log_metric("best_valid_accuracy", accuracy)
            log_model(content, made.state_dict(), own_factory=factory)
        return str(run.info.run_id)


def make_shades(root: Path) -> Shades:
    """Six labeled samples per label in the test split, three unlabeled ones, and version 1 in production."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "params.yaml").write_text("theme: shades\n")
    project = Project(root)
    store = open_store(project)
    with store.write() as session:
        theme_id = create_theme("shades", labels=LABELS, session=session).id
    shades = Shades(project, store, theme_id)
    for number, label in enumerate(LABELS * 6):
        content = draw_png(LEVELS[label], number)
        shades.add_sample(content, label=label, split="test", name=f"{label}/{number}.png")
    for number, label in enumerate(LABELS, start=100):
        shades.add_sample(draw_png(LEVELS[label], number), label=None, split=None, name=f"new/{number}.png")
    with store.write() as session:
        digest = take_snapshot(theme_id, session=session).digest
    register("shades", shades.log_run(tags={"workbench.snapshot": digest}), "production", project)
    return shades
