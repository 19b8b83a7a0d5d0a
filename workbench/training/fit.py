"""Fitting and testing with Lightning, its manners adjusted: quiet, interruptible, with errors that say what to do."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import torch
import torch.utils.deterministic
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.utilities.exceptions import SIGTERMException

from workbench.data.datamodule import ThemeDataModule
from workbench.errors import InterruptedRunError
from workbench.quiet import quiet_loggers
from workbench.training.callbacks import build_callbacks
from workbench.training.callbacks.checkpoint import BEST, LAST
from workbench.training.epochs import Epoch, read_history
from workbench.training.errors import plain_training_errors
from workbench.training.history import History
from workbench.training.module import Classifier
from workbench.training.params import TrainingParams
from workbench.training.processes import launch_strategy

_CHATTY = ("lightning.pytorch", "lightning.pytorch.utilities.rank_zero", "lightning.fabric")
_PRECISION = {"32": "32-true", "64": "64-true"}


@dataclass(frozen=True)
class Fitted:
    """A trained module with its best weights, the epochs it took, and whether it was asked to stop before the end."""

    module: Classifier
    epochs: list[Epoch]
    stopped: bool


def fit(
    module: Classifier,
    data: ThemeDataModule,
    folder: Path,
    history: History,
    *,
    resume: bool = False,
    stop: Callable[[], bool] | None = None,
    quiet: bool = False,
    extra_callbacks: Sequence[Callback] = (),
) -> Fitted:
    """Train to the last epoch, or until `stop` or a callback ends it, and load the best weights.

    `folder` keeps the checkpoints; with `resume` the training goes on from the last one there, if there is one.
    Raises InterruptedRunError when a signal ended it, and WorkbenchError for what a person can mend.
    """
    params = module.params
    asked = _Asked(stop)
    callbacks = build_callbacks(params, folder, history, stop=asked if stop else None, quiet=quiet)
    last = folder / f"{LAST}.ckpt"
    with manners(params.training):
        trainer = _trainer(params.training, folder, [*extra_callbacks, *callbacks], history)
        trainer.fit(module, datamodule=data, ckpt_path=str(last) if resume and last.is_file() else None)
    if torch.distributed.is_initialized():
        # The helpers are gone: whatever this process does next, it does alone.
        torch.distributed.destroy_process_group()
    # With several processes, the epochs were counted in another one than this.
    epochs = read_history(history.file)
    best = folder / f"{BEST}.ckpt"
    if best.is_file():
        load_weights(module, best)
    return Fitted(module, epochs, asked.answer)


def test(module: Classifier, data: ThemeDataModule, folder: Path) -> dict[str, float]:
    """Evaluate the test split in this process alone and return its metrics; the module then holds the predictions."""
    settings = module.params.training
    with manners(settings):
        trainer = lightning.Trainer(
            accelerator=settings.accelerator,
            devices=1,
            precision=_PRECISION.get(settings.precision, settings.precision),  # type: ignore[arg-type]
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            default_root_dir=folder,
            deterministic="warn" if settings.deterministic else False,
        )
        trainer.test(module, datamodule=data, verbose=False)
    return {name: float(value) for name, value in trainer.callback_metrics.items()}


def load_weights(module: Classifier, checkpoint: Path) -> None:
    """Put the network's weights of a checkpoint into the module."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["state_dict"]
    prefix = "network."
    module.network.load_state_dict(
        {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    )


class _Asked:
    """Remembers that the answer was yes."""

    def __init__(self, stop: Callable[[], bool] | None) -> None:
        self._stop = stop
        self.answer = False

    def __call__(self) -> bool:
        self.answer = self.answer or (self._stop is not None and self._stop())
        return self.answer


def _trainer(
    settings: TrainingParams, folder: Path, callbacks: Sequence[Callback], history: History
) -> lightning.Trainer:
    return lightning.Trainer(
        max_epochs=settings.num_epochs,
        accelerator=settings.accelerator,
        devices=settings.devices,
        num_nodes=settings.num_nodes,
        strategy=launch_strategy(settings),
        precision=_PRECISION.get(settings.precision, settings.precision),  # type: ignore[arg-type]
        gradient_clip_val=settings.gradient_clip or None,
        accumulate_grad_batches=settings.accumulate,
        deterministic="warn" if settings.deterministic else False,
        callbacks=list(callbacks),
        logger=history,
        default_root_dir=folder,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,
        enable_model_summary=False,
        enable_progress_bar=any(isinstance(callback, lightning.callbacks.ProgressBar) for callback in callbacks),
    )


@contextmanager
def manners(settings: TrainingParams) -> Iterator[None]:
    """Run Lightning quietly, with interrupts and errors as the workbench words them."""
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    memory: Any = torch.utils.deterministic
    fills = memory.fill_uninitialized_memory
    # With deterministic algorithms torch writes NaN over all memory before it is used. That helps to find an operation
    # that reads what nobody wrote, changes no result, and takes time in every layer.
    memory.fill_uninitialized_memory = False
    try:
        with _quiet(), _interrupts(), plain_training_errors(settings):
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
        ):
            warnings.filterwarnings("ignore", message)
        warnings.filterwarnings("ignore", ".*found in eval mode.*")
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
