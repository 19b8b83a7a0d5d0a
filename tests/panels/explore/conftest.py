"""A small theme with labels and splits, and the explore panel's calls on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from workbench.panels.explore.state import ExplorePanelState
from workbench.paths import asset
from workbench.store import Store
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme

AddImage = Callable[..., int]


@pytest.fixture
def state(sqlite_store: Store) -> ExplorePanelState:
    """The kernel side of a panel on the theme "shapes": 12 images of 40 x 30, labeled round and square, split."""
    project = sqlite_store.project
    if not project.augment_file.is_file():
        shutil.copy(asset("auguments.yaml"), project.augment_file)
    with sqlite_store.write() as session:
        theme = create_theme("shapes", labels=["round", "square"], session=session)
        labels = [label.id for label in labels_of(theme.id, session=session)]
        for number in range(12):
            content = drawn(number)
            digest = sha256_of(content)
            uri = sqlite_store.images.put(content, sha256=digest, suffix="png")
            session.add(
                Sample(
                    theme_id=theme.id,
                    sha256=digest,
                    uri=uri,
                    name=f"shape_{number:02}.png",
                    width=40,
                    height=30,
                    size_bytes=len(content),
                    label_id=labels[number % 2],
                    split=("train", "valid", "test")[number % 3],
                )
            )
        return ExplorePanelState(sqlite_store, theme.id, project.augment_file)


def drawn(number: int) -> bytes:
    """A PNG of a circle or a square, somewhere."""
    random = np.random.default_rng(number)
    image = random.integers(0, 60, (30, 40, 3), dtype=np.uint8)
    x, y = int(random.integers(10, 30)), int(random.integers(10, 20))
    color = tuple(int(value) for value in random.integers(120, 256, 3))
    if number % 2:
        cv2.rectangle(image, (x - 6, y - 6), (x + 6, y + 6), color, -1)
    else:
        cv2.circle(image, (x, y), 7, color, -1)
    return bytes(cv2.imencode(".png", image)[1])
