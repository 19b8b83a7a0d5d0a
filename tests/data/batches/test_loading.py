"""Batches come over where the shared memory is too small for them."""

import logging
from pathlib import Path

import torch
from torch.utils.data import Dataset

from workbench.data.batches import loading
from workbench.data.batches.dataset import Batch
from workbench.data.batches.loading import PipedLoader, batch_loader


class Numbers(Dataset[Batch]):
    def __getitem__(self, index: int) -> Batch:
        raise NotImplementedError

    def __getitems__(self, indices: list[int]) -> Batch:
        rows = torch.tensor(indices)
        return Batch(rows[:, None, None, None] * torch.ones(1, 3, 8, 8), rows % 2, rows)


def load(**how: int) -> list[Batch]:
    return list(batch_loader(Numbers(), batch_sampler=[[0, 1, 2], [3, 4]], **how))


def test_batches_too_large_for_the_shared_memory_go_through_pipes_and_that_is_said(caplog) -> None:  # type: ignore[no-untyped-def]
    huge = 2**50
    with caplog.at_level(logging.WARNING, logger="workbench"):
        assert not isinstance(batch_loader(Numbers(), 2, batch_bytes=2000), PipedLoader)
        assert not isinstance(batch_loader(Numbers(), 0, batch_bytes=huge), PipedLoader)
        assert not caplog.text
        piped = load(num_workers=2, batch_bytes=huge)
    assert "--shm-size" in caplog.text
    for ours, expected in zip(piped, load(num_workers=0, batch_bytes=huge), strict=True):
        assert all(torch.equal(one, other) for one, other in zip(ours, expected, strict=True))


def test_without_a_bound_there_is_no_need_for_pipes(monkeypatch, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(loading, "SHARED_MEMORY", tmp_path / "none")
    assert not isinstance(batch_loader(Numbers(), 2, batch_bytes=2**50), PipedLoader)
