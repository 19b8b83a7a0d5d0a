"""A trial's metrics on the test split, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lightning.pytorch.callbacks import Callback

if TYPE_CHECKING:
    import lightning.pytorch as lightning
    from torch.utils.data import DataLoader

    from workbench.training.module import Classifier


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
