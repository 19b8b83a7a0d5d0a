"""Lightning's Trainer as the workbench uses it: quiet, interruptible, its errors worded so that they say what to do."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import torch
import torch.utils.deterministic
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.loggers.logger import Logger
from lightning.pytorch.plugins.environments import LightningEnvironment
from lightning.pytorch.utilities.exceptions import SIGTERMException
from lightning.pytorch.utilities.rank_zero import rank_zero_only

from workbench.data.decoding import ImageError
from workbench.errors import InterruptedRunError, MemoryShortError, SmallBatchError
from workbench.quiet import quiet_loggers
from workbench.training.distributed import launch_strategy
from workbench.training.epoch_log import EpochLog
from workbench.training.params import TrainingParams

_CHATTY = ("lightning.pytorch", "lightning.pytorch.utilities.rank_zero", "lightning.fabric")
_PRECISION = {"32": "32-true", "64": "64-true"}
_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
_ONE_VALUE = "Expected more than 1 value per channel"


def training_trainer(
    settings: TrainingParams, folder: Path, callbacks: Sequence[Callback], log: EpochLog
) -> lightning.Trainer:
    """Make the Trainer that fits: on all devices, to the last epoch, its metrics into `log`."""
    return lightning.Trainer(
        max_epochs=settings.num_epochs,
        accelerator=settings.accelerator,
        devices=settings.devices,
        num_nodes=settings.num_nodes,
        strategy=launch_strategy(settings),
        precision=_precision(settings),
        gradient_clip_val=settings.gradient_clip or None,
        accumulate_grad_batches=settings.accumulate,
        deterministic="warn" if settings.deterministic else False,
        callbacks=list(callbacks),
        logger=_EpochLogger(log),
        default_root_dir=folder,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,
        enable_model_summary=False,
        enable_progress_bar=any(isinstance(callback, lightning.callbacks.ProgressBar) for callback in callbacks),
    )


def plain_trainer(settings: TrainingParams, folder: Path, **more: Any) -> lightning.Trainer:
    """Make a Trainer for this process alone, which logs, keeps and shows nothing."""
    return lightning.Trainer(
        accelerator=settings.accelerator,
        devices=1,
        plugins=[LightningEnvironment()],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
        **more,
    )


def evaluating_trainer(settings: TrainingParams, folder: Path) -> lightning.Trainer:
    """Make the Trainer that tests, in the training's precision."""
    deterministic = "warn" if settings.deterministic else False
    return plain_trainer(settings, folder, precision=_precision(settings), deterministic=deterministic)


def _precision(settings: TrainingParams) -> Any:
    return _PRECISION.get(settings.precision, settings.precision)


class _EpochLogger(Logger):
    """Hands what Lightning logs to an EpochLog."""

    def __init__(self, log: EpochLog) -> None:
        super().__init__()
        self._log = log

    @property
    def name(self) -> str:
        return "epoch_log"

    @property
    def version(self) -> str:
        return ""

    def log_hyperparams(self, *args: Any, **kwargs: Any) -> None:
        """The settings are in the run already."""

    @rank_zero_only
    def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
        self._log.add(metrics)


@contextmanager
def lightning_session(settings: TrainingParams) -> Iterator[None]:
    """Run Lightning quietly, with interrupts and errors as the workbench words them.

    Raises InterruptedRunError for a signal, MemoryShortError, SmallBatchError and ImageError. Torch's global switches
    are as before afterwards.
    """
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    memory: Any = torch.utils.deterministic
    fills = memory.fill_uninitialized_memory
    # With deterministic algorithms torch writes NaN over all memory before it is used. That helps to find an operation
    # that reads what nobody wrote, changes no result, and takes time in every layer.
    memory.fill_uninitialized_memory = False
    try:
        with _quiet(), _interrupts(), _plain_errors(settings):
            yield
    finally:
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        memory.fill_uninitialized_memory = fills


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Lightning's banners, tips and advice on settings that were chosen on purpose."""
    with warnings.catch_warnings(), quiet_loggers(*_CHATTY):
        for message in (
            ".*does not have many workers.*",
            ".*smaller than the logging interval.*",
            ".*pin_memory.*",
            ".*exists and is not.*",
            # 16-mixed leaves out steps whose gradients overflow, the first ones as a rule.
            ".*call of .lr_scheduler.step.*",
            ".*found in eval mode.*",
        ):
            warnings.filterwarnings("ignore", message)
        warnings.filterwarnings("ignore", category=FutureWarning)
        yield


@contextmanager
def _interrupts() -> Iterator[None]:
    """Turn Ctrl+C, the kernel's stop and SIGTERM into InterruptedRunError.

    Lightning answers Ctrl+C with SystemExit and leaves the signal ignored, which would end a notebook's kernel.
    """
    in_main = threading.current_thread() is threading.main_thread()
    before: Any = signal.getsignal(signal.SIGINT) if in_main else None
    try:
        yield
    except (KeyboardInterrupt, SystemExit, SIGTERMException):
        raise InterruptedRunError("the training was interrupted") from None
    except Exception as error:
        # Lightning's cleaning up may fail where the interrupt met it between two loops.
        if _began_with_an_interrupt(error):
            raise InterruptedRunError("the training was interrupted") from None
        raise
    finally:
        if in_main and before is not None:
            signal.signal(signal.SIGINT, before)


def _began_with_an_interrupt(error: BaseException) -> bool:
    """Whether an error was raised while an interrupt was being handled."""
    cause = error.__context__
    while cause is not None and not isinstance(cause, KeyboardInterrupt | SIGTERMException):
        cause = cause.__context__
    return cause is not None


@contextmanager
def _plain_errors(settings: TrainingParams) -> Iterator[None]:
    """Turn what torch says of lacking memory, too small batches and unreadable images into advice."""
    try:
        yield
    except ImageError as error:
        raise ImageError(_original(str(error))) from None
    except (torch.OutOfMemoryError, MemoryError, RuntimeError, ValueError) as error:
        text = str(error)
        if isinstance(error, torch.OutOfMemoryError | MemoryError) or any(part in text for part in _NO_MEMORY):
            raise MemoryShortError(
                "There is not enough memory for the network and a batch. Try a smaller data.batch_size (with "
                "training.accumulate to keep the steps as they are), a smaller image.size in auguments.yaml, a smaller "
                f"model.name, or training.precision: bf16-mixed (now {settings.precision})."
            ) from error
        if _ONE_VALUE in text:
            raise SmallBatchError(
                "A norm layer cannot learn from a batch with one value per channel. Set data.batch_size to 2 or more, "
                "or image.size larger, or freeze the backbone (model.freeze_backbone: true)."
            ) from None
        raise


def _original(message: str) -> str:
    """What a worker's exception said, without the traceback that the DataLoader put before it."""
    return message.strip().splitlines()[-1].split("ImageError: ")[-1]
