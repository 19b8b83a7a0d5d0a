"""What is done with a theme's images: into one's own code, into a training, out of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.store.themes import get_theme
from workbench.theme.base import ThemeBase, id_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from workbench.assist.assistant import Assistant
    from workbench.assist.crowd import CrowdQuality
    from workbench.assist.worth import Worth
    from workbench.embeddings.filling import EmbeddingReport
    from workbench.registry.test_meter import TestMeter
    from workbench.theme.model import Model
    from workbench.theme.results import TrainingResult
    from workbench.theme.torch_data import PlainDataModule
    from workbench.theme.torch_dataset import ThemeDataset


class ThemeWork(ThemeBase):
    """A theme with its data for a training, its runs and its models."""

    def dataset(
        self, split: str = "train", *, transform: Callable[[Any], Any] | str | None = "auguments"
    ) -> ThemeDataset:
        """Return a torch Dataset of (image, class index) over the samples that have a label and this split.

        `transform`: "auguments" is the pipeline of auguments.yaml (float32 (3, H, W), augmented in `train`); a function
        of one's own gets the PIL image; None leaves it as it is, uint8 (3, height, width). It has `classes` and
        `class_to_idx`, and can be pickled. Raises WorkbenchError for a split that there is not.

        >>> _ = theme.split((0.5, 0.25, 0.25))
        >>> images = theme.dataset("train", transform=None)
        >>> images[0][0].dtype, images.classes
        (torch.uint8, ['red', 'white'])
        """
        from workbench.theme.torch_data import theme_dataset

        return theme_dataset(self.store, self.name, split, transform)

    def datamodule(self, *, batch_size: int = 64, num_workers: int = 0, seed: int = 42) -> PlainDataModule:
        """Return a LightningDataModule for anybody's Trainer; its batches are (images, targets).

        Images float32 (B, 3, H, W) by auguments.yaml, targets int64 (B,). Which images form a batch, and how they are
        augmented, follows from `seed`. Raises WorkbenchError when no sample is in `train`.

        >>> _ = theme.split((0.5, 0.25, 0.25))
        >>> data = theme.datamodule(batch_size=2)
        >>> images, targets = next(iter(data.train_dataloader()))
        >>> len(targets), data.class_to_idx
        (2, {'red': 0, 'white': 1})
        """
        from workbench.theme.torch_data import data_module

        return data_module(self.store, self.name, batch_size=batch_size, num_workers=num_workers, seed=seed)

    def arrays(self, split: str = "train") -> tuple[np.ndarray, np.ndarray]:
        """Return a split as scikit-learn takes it: X float32 (N, features), y int64 (N,) class indices.

        A row is the image as auguments.yaml prepares it for an evaluation, flattened from (3, H, W).

        >>> _ = theme.split((0.5, 0.25, 0.25))
        >>> X, y = theme.arrays("test")
        >>> len(X), y.tolist()
        (2, [...])
        """
        from workbench.theme.torch_data import theme_arrays

        return theme_arrays(self.store, self.name, split)

    def embed(self, encoder: str = "auto", *, on: str | None = None, progress: bool = True) -> EmbeddingReport:
        """Make the feature vectors that its images lack, and keep them below `db/embeddings/`.

        `encoder`: "auto" is `lite0@112` where its weights are installed (the extra `assist`), else `hog`, which needs
        none; see `workbench embed --help`. A theme of boxes gets those of its crops. The label panel does this by
        itself, in the background. `on` has workers make them, as `workbench.predict` says. Raises NotFoundError for
        another name, ConflictError while another process makes vectors of the same encoder.

        >>> theme.embed("hog", progress=False).dimensions
        1828
        """
        from workbench.embeddings.filling import embed
        from workbench.training.crops import theme_of_images

        return embed(self.store, theme_of_images(self.store, self.name), encoder, on=on, progress=progress)

    def assistant(self, encoder: str = "auto") -> Assistant:
        """Return the model beside the annotators, up to date: the one that the label panel uses, too.

        It composes pages of images to label at once, suggests labels, says how right they are and how many presses are
        left; its answers are one batch each. That of a theme of boxes is about its crops, which are brought up to
        date; `assistant.theme` is the name of their theme. See docs/assist.md.

        >>> _ = theme.embed("hog", progress=False)
        >>> beside = theme.assistant("hog")
        >>> beside.standing().decided, beside.standing().stage
        (8, 'check')
        """
        from workbench.assist.assistant import assistant_of
        from workbench.training.crops import theme_of_images

        name = theme_of_images(self.store, self.name)
        with self.store.read() as session:
            theme_id = get_theme(name, session=session).id
        found = assistant_of(self.store, theme_id, encoder)
        found.refresh(wait=True)
        return found

    def annotators(self, encoder: str = "auto", *, number: int = 50, annotator: str | None = None) -> CrowdQuality:
        """Judge how good each annotator and each label is, and whom to ask about which image next (CROWDLAB).

        It needs some images that several have labeled, and feature vectors. Of labels and images at most `number` are
        named; with `annotator` the images to ask about are all for that one. Raises WorkbenchError while too few images
        were labeled by several, NotFoundError before there are vectors.

        >>> theme.annotators()
        Traceback (most recent call last):
        ...
        workbench.errors.WorkbenchError: 0 images of 'cells' were labeled by several annotators; ...
        """
        from workbench.assist.crowd import crowd_quality

        return crowd_quality(self.store, self.name, encoder, number=number, annotator=annotator)

    def forecast(
        self,
        more: int = 200,
        *,
        encoder: str = "auto",
        by_training: bool = False,
        num_epochs: int | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> Worth:
        """Say what some more labels should bring, for which label most, and what the doubtful labels cost.

        From the labels that people gave outside the test split, which is not looked at, and feature vectors; the time
        is at one's own pace of late. Its `forecast` is None, and `reason` says why, where nothing is known. Raises
        NotFoundError before there are vectors. With `by_training` networks are trained on parts of the training images
        instead, by params.yaml, `num_epochs` and `overrides`, and looked at on the valid split: that takes as long as
        two trainings.

        >>> _ = theme.embed("hog", progress=False)
        >>> theme.forecast(encoder="hog").forecast is None
        True
        """
        if by_training:
            from workbench.tuning.forecast import forecast_by_training

            return forecast_by_training(
                self.name,
                more,
                num_epochs=num_epochs,
                overrides=overrides,
                annotator=self.annotator,
                project=self.store.project,
            )
        from workbench.assist.worth import worth_labeling

        return worth_labeling(self.store, self.name, more, encoder=encoder, annotator=self.annotator)

    def vectors(self, encoder: str = "auto") -> tuple[np.ndarray, list[int]]:
        """Return its feature vectors, float32 (N, D), and the ids of their samples; images without one are left out.

        >>> _ = theme.embed("hog", progress=False)
        >>> theme.vectors("hog")[0].shape
        (8, 1828)
        """
        from workbench.embeddings.reading import theme_vectors

        return theme_vectors(self.store, self.name, encoder)

    def map(self, method: str = "auto", encoder: str = "auto") -> pd.DataFrame:
        """Return a frame with `x` and `y` (0 to 1) of each image by its sample's id, alike images near each other.

        `method`: "pca", "tsne", "umap" (needs umap-learn), or "auto": UMAP where it is installed, else t-SNE. It is
        made once and kept, and made once more where images came since; images without features are left out.

        Raises NotFoundError where none has any (`theme.embed()`).

        >>> _ = theme.embed("hog", progress=False)
        >>> theme.map("pca", "hog").join(theme.samples().to_frame().set_index("id").label).shape
        (8, 3)
        """
        from workbench.embeddings.maps import map_of_theme

        return map_of_theme(self.store, self.name, encoder, method)

    def train(
        self,
        *,
        run_name: str | None = None,
        overrides: Mapping[str, Any] | None = None,
        num_epochs: int | None = None,
    ) -> TrainingResult:
        """Train a network on it by params.yaml, in this process; the same as `workbench.train(theme.name, ...)`.

        `overrides` maps dotted names of params.yaml or auguments.yaml to values. Raises ConfigError for settings that
        are wrong, WorkbenchError for data that cannot be trained on, before anything is written.

        >>> theme.train(overrides={"training.batch": 4})
        Traceback (most recent call last):
        ...
        workbench.errors.ConfigError: ... unknown key 'training.batch'....
        """
        from workbench.theme.results import train

        return train(self.name, run_name=run_name, overrides=overrides, num_epochs=num_epochs, project=self.project)

    def model(self, model: str | int = "production") -> Model:
        """Return a model: a stage, the number of a version, or the id of a run.

        Raises NotFoundError, which says what there is.

        >>> theme.model("production")
        Traceback (most recent call last):
        ...
        workbench.errors.NotFoundError: 'cells' has no registered model yet. ...
        """
        from workbench.theme.model import Model

        return Model(self._whole(), model)

    def models(self) -> pd.DataFrame:
        """Return its model versions, the newest first: `version`, `stage`, `run_id`, `created_at`, metrics and more.

        `labels_changed` counts the labels under it that changed since, `changed_since` says it; `test_accuracy_now` is
        its test accuracy on today's labels, where those of its test images changed. `test_low` and `test_high` are
        the 95 % interval of the test accuracy, widened for the number of models measured there (see `test_meter`).

        >>> len(theme.models())
        0
        """
        import pandas as pd

        from workbench.registry.versions import list_versions

        rows = [each.as_dict() for each in list_versions(self.name, self.project)]
        columns = ["version", "stage", "run_id", "snapshot", "created_at", "predictions"]
        columns += ["labels_changed", "changed_since"]
        return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)

    def test_meter(self) -> TestMeter:
        """Return how often its test split was looked at since its splits were last reset: by whom, when, for what.

        Its `interval` is that of a test accuracy, widened for the number of models that were measured there.

        >>> theme.test_meter().models
        0
        """
        from workbench.registry.test_meter import meter_of

        with self.store.read() as session:
            return meter_of(id_of(self, session), session=session)

    def stale(self) -> pd.DataFrame:
        """Return what rests on labels that changed since: a row for each version, run and study, the newest first.

        Columns: `kind`, `name` (of a run its id), `changed`, `by_merge`, `deleted` (numbers of samples), `words`.

        >>> len(theme.stale())
        0
        """
        from workbench.theme.staleness import stale

        return stale(self._whole())

    def runs(self) -> pd.DataFrame:
        """Return its MLflow runs, the latest first, as `mlflow.search_runs` does.

        >>> len(theme.runs())
        0
        """
        import mlflow
        import pandas as pd

        from workbench.registry.tracking import connect

        connect(self.project)
        if mlflow.get_experiment_by_name(self.name) is None:
            return pd.DataFrame(columns=["run_id", "status", "start_time"])
        found = mlflow.search_runs(experiment_names=[self.name], order_by=["start_time DESC"])
        assert isinstance(found, pd.DataFrame)
        return found

    def studies(self) -> pd.DataFrame:
        """Return its Optuna studies: `study`, `trials`, `best_value` (of the first objective), `begun`.

        >>> theme.studies().columns.tolist()
        ['study', 'trials', 'best_value', 'begun']
        """
        import pandas as pd

        from workbench.tuning.study import studies_of

        return pd.DataFrame(studies_of(self.project, self.name), columns=["study", "trials", "best_value", "begun"])
