"""Which images form which batch."""

from __future__ import annotations

from workbench.data.batches.sampling import EpochBatches


def test_the_batches_of_two_processes_are_those_of_one() -> None:
    alone = list(EpochBatches(44, 8, 7, lambda: 3))
    halves = [list(EpochBatches(44, 8, 7, lambda: 3, rank=rank, world_size=2)) for rank in (0, 1)]
    assert [sorted(batch[1:]) for batch in alone] == [
        sorted([*first[1:], *second[1:]]) for first, second in zip(*halves, strict=True)
    ]
    assert sorted(index for batch in alone for index in batch[1:]) == list(range(44))
    assert list(EpochBatches(44, 8, 7, lambda: 4)) != alone
    assert [len(batch) - 1 for batch in EpochBatches(17, 8, 7, lambda: 0)] == [8, 9], "no batch of one"
    for rest in (1, 2, 3):
        shares = [list(EpochBatches(16 + rest, 8, 7, lambda: 0, rank=rank, world_size=2)) for rank in (0, 1)]
        assert min(len(batch) - 1 for share in shares for batch in share) >= 2, "no batch of one in either process"
