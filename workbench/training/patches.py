"""One verdict per image where an image was cut into patches."""

from __future__ import annotations

import torch


class PatchVotes:
    """Collects what the network says of each item, and averages the probabilities of items of the same image."""

    def __init__(self) -> None:
        self._positions: list[torch.Tensor] = []
        self._targets: list[torch.Tensor] = []
        self._probabilities: list[torch.Tensor] = []

    def add(self, positions: torch.Tensor, targets: torch.Tensor, probabilities: torch.Tensor) -> None:
        """Add N items: the row of the split that each belongs to (N,), its class (N,), its probabilities (N, K)."""
        self._positions.append(positions.cpu())
        self._targets.append(targets.cpu())
        self._probabilities.append(probabilities.detach().float().cpu())

    def combined(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return rows (M,), classes (M,) and mean probabilities (M, K), one entry per image, ordered by row."""
        if not self._positions:
            nothing = torch.zeros(0, dtype=torch.long)
            return nothing, nothing, torch.zeros(0, 0)
        positions = torch.cat(self._positions)
        rows, inverse, counts = positions.unique(sorted=True, return_inverse=True, return_counts=True)
        probabilities = torch.cat(self._probabilities)
        sums = torch.zeros(len(rows), probabilities.shape[1]).index_add_(0, inverse, probabilities)
        targets = torch.zeros(len(rows), dtype=torch.long)
        targets[inverse] = torch.cat(self._targets)
        return rows, targets, sums / counts[:, None]
