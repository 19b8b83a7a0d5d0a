"""What a snapshot hands to training."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert

from workbench.data import AugmentConfig, ThemeDataModule
from workbench.data.batches.dataset import FilePatches
from workbench.data.batches.inputs import Preprocessing
from workbench.data.labeled_images import LabeledImages, images_of_snapshot
from workbench.errors import WorkbenchError
from workbench.store import Store
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.schema import Sample, Snapshot
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot


@pytest.fixture
def snapshot(
    sqlite_store: Store, make_theme: Callable[..., int], add_samples: Callable[..., list[int]]
) -> tuple[Snapshot, dict[int, str]]:
    """A snapshot of 12 labeled samples, 4 in each split, and the label of each sample."""
    theme_id = make_theme(sqlite_store, labels=("cat", "dog", "bird"))
    ids = add_samples(sqlite_store, theme_id, range(12))
    with sqlite_store.write() as session:
        labels = labels_of(theme_id, session=session)
        chosen = {sample: labels[number % 2] for number, sample in enumerate(ids)}
        decisions = [Edit(sample, Decision.of(label.id), client_key=f"k{sample}") for sample, label in chosen.items()]
        decide(theme_id, decisions, annotator="test", session=session)
        for number, sample in enumerate(ids):
            session.get_one(Sample, sample).split = ("train", "valid", "test")[number // 4]
    with sqlite_store.write() as session:
        return take_snapshot(theme_id, session=session), {sample: label.name for sample, label in chosen.items()}


def test_every_sample_comes_with_its_file_its_class_and_its_split(
    sqlite_store: Store, snapshot: tuple[Snapshot, dict[int, str]]
) -> None:
    taken, expected = snapshot
    splits = images_of_snapshot(sqlite_store, taken)
    assert {split: len(images) for split, images in splits.items()} == {"train": 4, "valid": 4, "test": 4}
    found = {}
    for images in splits.values():
        assert images.class_names == ("cat", "dog")
        assert all(path.is_file() for path in images.paths)
        found |= {
            int(sample): images.class_names[target]
            for sample, target in zip(images.sample_ids, images.targets, strict=True)
        }
    assert found == expected


def test_a_data_module_keeps_its_cache_in_the_project(
    sqlite_store: Store, snapshot: tuple[Snapshot, dict[int, str]]
) -> None:
    config = AugmentConfig.from_dict({"image": {"size": 8}})
    data = ThemeDataModule.from_snapshot(sqlite_store, snapshot[0], config, batch_size=4)
    batch = next(iter(data.test_dataloader()))
    assert batch.images.shape == (4, 3, 8, 8)
    assert data.class_names == ("cat", "dog")
    kept = list((sqlite_store.project.cache / "input").iterdir())
    assert [path.name.startswith(snapshot[0].digest[:16]) for path in kept] == [True]


def test_lists_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(WorkbenchError, match="do not belong together"):
        LabeledImages.create([], [0], ["a"])
    with pytest.raises(WorkbenchError, match="between 0 and 0"):
        LabeledImages.create([Path("x")], np.array([1]), ["a"])


def test_a_plan_takes_less_than_a_hundred_bytes_an_image(sqlite_store: Store, make_theme: Callable[..., int]) -> None:
    number = 60_000
    theme_id = make_theme(sqlite_store, labels=("cat", "dog"))
    with sqlite_store.write() as session:
        cat, dog = (label.id for label in labels_of(theme_id, session=session))
        digests = (sha256(b"%d" % image).hexdigest() for image in range(number))
        rows = [
            {
                "theme_id": theme_id,
                "sha256": digest,
                "uri": f"{digest[:2]}/{digest}.png",
                "name": f"{image}.png",
                "width": 8,
                "height": 8,
                "size_bytes": 100,
                "label_id": (cat, dog)[image % 2],
                "split": "train",
            }
            for image, digest in enumerate(digests)
        ]
        session.execute(insert(Sample), rows)
        del rows
    tracemalloc.start()
    try:
        with sqlite_store.write() as session:
            taken = take_snapshot(theme_id, session=session)
        images = images_of_snapshot(sqlite_store, taken)["train"]
        files = FilePatches(images.paths, Preprocessing.create(AugmentConfig.from_dict({})))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(files) == number
    assert most < 100 * number + 4 * 2**20, "four megabytes for the rows under way"
    assert images.paths[7] == sqlite_store.images.path(f"{images.paths[7].stem[:2]}/{images.paths[7].name}")
    assert [path.stem for path in images.paths[3:6]] == sorted(path.stem for path in images.paths)[3:6]
