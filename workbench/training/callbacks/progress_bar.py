"""How a training shows how far it is: a bar where a person watches, a line per epoch in batch, or nothing."""

from __future__ import annotations

import sys
from typing import Any

import lightning.pytorch as lightning
from lightning.pytorch.callbacks import Callback, RichProgressBar, TQDMProgressBar

from workbench.errors import ConfigError
from workbench.notebooks import is_batch
from workbench.training.epoch_log import Epoch, EpochLog


class EpochLines(Callback):
    """Prints one line per finished epoch."""

    def __init__(self, num_epochs: int, log: EpochLog) -> None:
        self._total = num_epochs
        log.listeners.append(self._show)

    def _show(self, row: Epoch) -> None:
        print(epoch_line(row, self._total), flush=True)


class QuietBar(TQDMProgressBar):
    """Lightning's bar with three metrics instead of all, which would not fit a line."""

    def get_metrics(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> dict[str, Any]:
        shown = ("train_loss", "valid_loss", "valid_accuracy")
        return {name: f"{float(value):.4g}" for name, value in trainer.callback_metrics.items() if name in shown}


def progress(mode: str, num_epochs: int, log: EpochLog) -> list[Callback]:
    """Return the callbacks for a mode of params.yaml; `auto` looks at where the output goes."""
    chosen = _resolve(mode)
    if chosen == "tqdm":
        return [QuietBar(leave=False), EpochLines(num_epochs, log)]
    if chosen == "rich":
        try:
            import rich  # noqa: F401
        except ImportError:
            raise ConfigError(
                "callbacks.progress is 'rich', which is not installed. Install it (pip install rich) or choose "
                "auto, tqdm, lines or none."
            ) from None
        return [RichProgressBar()]
    return [EpochLines(num_epochs, log)] if chosen == "lines" else []


def epoch_line(row: Epoch, total: int) -> str:
    """Word one epoch in one line."""
    number = int(row["epoch"])
    parts = [f"epoch {number:>{len(str(total))}} of {total}"]
    for name, words in (("train_loss", "train loss"), ("valid_loss", "valid loss")):
        if name in row:
            parts.append(f"{words} {row[name]:.4f}")
    if "valid_accuracy" in row:
        parts.append(f"valid accuracy {row['valid_accuracy']:.4f}")
    parts.append(f"{row['seconds']:.1f} s")
    return "  ".join(parts)


def _resolve(mode: str) -> str:
    if mode != "auto":
        return "lines" if mode in ("tqdm", "rich") and is_batch() else mode
    if is_batch():
        return "lines"
    # In a notebook the training panel shows how far it is; Lightning's bar would leave a dead widget for each epoch.
    return "tqdm" if "ipykernel" not in sys.modules and sys.stderr.isatty() else "lines"
