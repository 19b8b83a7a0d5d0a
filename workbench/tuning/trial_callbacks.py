"""Lightning callbacks of a trial: the link to its run, its metrics on the test split, and how fast its network is."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import lightning.pytorch as lightning
import torch
from lightning.pytorch.callbacks import Callback

from workbench.tuning.mlflow_logging import save_note_of_trial
from workbench.tuning.study import RUN

if TYPE_CHECKING:
    import optuna
    from torch.utils.data import DataLoader

    from workbench.training.module import Classifier

_WARM_UP = 3
_REPEATS = 15
_IMAGES = 32


class RunLink(Callback):
    """Writes the run's id into the trial as soon as there is one, so that a crash leaves the link behind."""

    def __init__(self, trial: optuna.Trial) -> None:
        self._trial = trial

    def setup(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, stage: str) -> None:
        import mlflow

        run = mlflow.active_run()
        if run is not None and stage == "fit":
            self._trial.set_user_attr(RUN, run.info.run_id)
            save_note_of_trial(self._trial, run.info.experiment_id, run.info.run_id)


class TestedEpochs(Callback):
    """Logs `test_loss`, `test_accuracy` ... of each epoch beside the validation's, for the record.

    Nothing is chosen by them: neither the epoch that is kept, nor a trial, nor which trial is stopped early.
    """

    def __init__(self) -> None:
        self._loader: DataLoader[Any] | None = None

    def on_validation_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        module: Classifier = pl_module  # type: ignore[assignment]
        if self._loader is None:
            self._loader = trainer.datamodule.test_dataloader()  # type: ignore[attr-defined]
        # The validation's own predictions are counted after this.
        predictions = module.predictions
        module.on_test_epoch_start()
        with trainer.precision_plugin.val_step_context():
            for index, batch in enumerate(self._loader):
                module.test_step(trainer.strategy.batch_to_device(batch, module.device), index)
        module.on_test_epoch_end()
        module.predictions = predictions

    def on_fit_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._loader = None


class Measure(Callback):
    """After the fit, `values` holds `inference_ms` and `num_parameters`.

    `inference_ms`: milliseconds for each image of a forward pass without gradients, over up to 32 validation images
    on the device of the training, median of 15 passes. `num_parameters`: weights of the network.
    """

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self._images: torch.Tensor | None = None

    def on_validation_batch_start(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, batch: Any, *args: Any, **kwargs: Any
    ) -> None:
        if self._images is None:
            self._images = batch[0][:_IMAGES].detach()

    def on_fit_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self.values["num_parameters"] = float(sum(weight.numel() for weight in pl_module.parameters()))
        if self._images is not None:
            self.values["inference_ms"] = _milliseconds(pl_module, self._images.to(pl_module.device))
            self._images = None


def _milliseconds(module: lightning.LightningModule, images: torch.Tensor) -> float:
    was_training = module.training
    module.eval()
    seconds = []
    with torch.inference_mode():
        for _ in range(_WARM_UP + _REPEATS):
            started = time.perf_counter()
            module(images)
            if images.device.type == "cuda":
                torch.cuda.synchronize(images.device)
            seconds.append(time.perf_counter() - started)
    module.train(was_training)
    return statistics.median(seconds[_WARM_UP:]) * 1000 / len(images)
