"""A trained model as an object: what it answers, what it learned from, how it compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.data.config.augment import SPLITS
from workbench.data.metrics import ConfusionCounter, ConfusionMatrix
from workbench.errors import NotFoundError, WorkbenchError, unknown_name
from workbench.registry.lineage import VersionLineage, version_lineage
from workbench.registry.model_loading import LoadedModel, ModelReference, find_model, load_model
from workbench.registry.run_predictions import run_predictions
from workbench.registry.runs import weights_of
from workbench.registry.tracking import SNAPSHOT_TAG, get_run, run_artifact
from workbench.store.snapshots import get_snapshot, snapshot_ids
from workbench.theme.base import id_of, public_names

if TYPE_CHECKING:
    import pandas as pd
    import torch

    from workbench.inference import Comparison
    from workbench.registry.onnx_export import OnnxExport
    from workbench.registry.rescoring import Answers, Rescored
    from workbench.report import Report
    from workbench.theme.query import Samples
    from workbench.theme.theme import Theme

_AT_ONCE = 64


class Model:
    """A registered version, or the model of a run; nothing is loaded before it is asked for. `Theme.model` finds it.

    >>> model = theme.model("production")
    >>> model.version, model.stage
    (1, 'production')
    """

    def __init__(self, theme: Theme, model: str | int = "production") -> None:
        """Find the model. Raises NotFoundError, which says what there is."""
        with theme.store.read() as session:
            self._reference: ModelReference = find_model(theme.name, model, session=session)
        self.theme = theme
        self._predicted: dict[str, pd.DataFrame] = {}

    @property
    def version(self) -> int | None:
        """The number of the version, None for a run that is none.

        >>> theme.model(1).version
        1
        """
        return self._reference.version

    @property
    def stage(self) -> str | None:
        """`none`, `staging`, `production` or `archived`; None for a run that is no version.

        >>> theme.model(1).stage
        'production'
        """
        return self._reference.stage

    @property
    def run_id(self) -> str:
        """The id of the MLflow run that trained it.

        >>> theme.model(1).run_id == result.run_id
        True
        """
        return self._reference.run_id

    @property
    def classes(self) -> list[str]:
        """The names of the classes, by index.

        >>> theme.model(1).classes
        ['red', 'white']
        """
        return list(self._loaded.class_names)

    @property
    def network(self) -> torch.nn.Module:
        """The network, in evaluation mode: normalized float images (N, 3, H, W) to logits (N, classes).

        It is loaded once, on the GPU where there is one. `predict` divides its logits by `temperature` before the
        softmax. Raises WorkbenchError when its files are gone.

        >>> import torch
        >>> with torch.inference_mode():
        ...     tuple(theme.model(1).network(torch.zeros(5, 3, 8, 8)).shape)
        (5, 2)
        """
        return self._loaded.network.eval()

    @property
    def temperature(self) -> float:
        """What the logits are divided by, so that probabilities say how often it is right; 1 where nothing was fitted.

        >>> theme.model(1).temperature > 0
        True
        """
        return self._loaded.classifier.content.temperature

    @property
    def checkpoint(self) -> Path:
        """The file of its weights: a state dict for `torch.load`, or for `model.pretrained` of another training.

        It is where MLflow keeps it; of artifacts on another machine it is a copy. Raises NotFoundError when it is gone.

        >>> theme.model(1).checkpoint.name
        'weights.pt'
        """
        return weights_of(get_run(self.run_id, self.theme.project), self.theme.project)

    @cached_property
    def metrics(self) -> dict[str, float]:
        """The metrics of its run, by the names that MLflow has them under.

        >>> 0 <= theme.model(1).metrics["test_accuracy"] <= 1
        True
        """
        return dict(get_run(self.run_id, self.theme.project).data.metrics)

    @property
    def lineage(self) -> VersionLineage:
        """What its numbers can be traced to: run, commit, parameters, snapshot. Raises NotFoundError for a bare run.

        >>> theme.model(1).lineage.run_id == result.run_id
        True
        """
        return version_lineage(self.theme.name, self._number("lineage"), self.theme.project)

    def predict(self, images: Any) -> pd.DataFrame:
        """Predict images the way the served model does: preprocessing, network, probabilities.

        `images` is one or a list of paths, bytes of image files, uint8 arrays (H, W, 3) or PIL images, or a query of
        samples. Returns a row per image with `label`, `score` (probability, 0 to 1), `probabilities` (by class) and
        `error`: None, or why the image could not be read.

        >>> answers = theme.model("production").predict(["photos/red/red_0.png", "photos/white/white_0.png"])
        >>> list(answers.columns), len(answers)
        (['label', 'score', 'probabilities', 'error'], 2)
        """
        return self._loaded.classifier.predict(list(_each_input(images)))

    def predictions(self, split: str = "test") -> pd.DataFrame:
        """Predict the samples that its run had in a split.

        Returns a row per sample: `id`, `sha256`, `true` (the label of then), `predicted` (missing where the image could
        not be read), `score` (the probability of that) and for each class its probability, `p_` before its name.
        The network runs once for each split, the answers are kept with this object. Raises NotFoundError for a run
        without a snapshot.

        >>> frame = theme.model(1).predictions("test")
        >>> list(frame.columns)
        ['id', 'sha256', 'true', 'predicted', 'score', 'p_red', 'p_white']
        """
        if split not in SPLITS:
            raise WorkbenchError(unknown_name("split", split, SPLITS))
        if split not in self._predicted:
            self._predicted[split] = self._predict(split)
        return self._predicted[split].copy()

    def _predict(self, split: str) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        from workbench.data.labeled_images import images_of_snapshot
        from workbench.registry.test_meter import count_evaluation

        images = images_of_snapshot(self.theme.store, self._snapshot())[split]  # type: ignore[index]
        loaded, found = self._loaded, []
        for start in range(0, len(images), _AT_ONCE):
            found.append(loaded.classifier.probabilities(images.paths[start : start + _AT_ONCE])[0])
        if split == "test":
            count_evaluation(self.theme.store, self._reference.theme_id, self.run_id, "evaluation", len(images))
        classes = list(loaded.class_names)
        values = np.concatenate(found) if found else np.empty((0, len(classes)), np.float32)
        answers = [None if np.isnan(each).any() else classes[int(each.argmax())] for each in values]
        return pd.DataFrame(
            {
                "id": images.sample_ids,
                "sha256": [path.stem for path in images.paths],
                "true": pd.Categorical([images.class_names[target] for target in images.targets], images.class_names),
                "predicted": pd.Categorical(answers, classes),
                "score": values.max(axis=1) if len(values) else np.empty(0, np.float32),
                **{f"p_{name}": values[:, index] for index, name in enumerate(classes)},
            }
        )

    def mistakes(self, split: str = "test") -> Samples:
        """Return the samples of a split that it takes for something else than their label of then, as a query.

        Of `test` the run keeps what the training answered: no network runs for that.

        >>> theme.model(1).mistakes("test")
        <... samples of 'cells': ... named>
        """
        wrong = [sample_id for sample_id, true, predicted in self._answers(split) if true != predicted]
        return replace(self.theme.samples(wrong), _asked=self._named)

    def samples(self, split: str | None = None, *, label: str | None = None, predicted: str | None = None) -> Samples:
        """Return the samples that its run had, as a query: `show()` opens them in the label panel.

        `split` and `label` are those of then; with `predicted` those of a cell of the confusion matrix of that split
        (test, where none is named).

        >>> len(theme.model(1).samples("train")), len(theme.model(1).samples(label="red"))
        (4, 4)
        """
        if predicted is not None:
            rows = self._answers(split or "test")
            return self.theme.samples([row[0] for row in rows if row[2] == predicted and label in (None, row[1])])
        snapshot = self._snapshot()
        with self.theme.store.read() as session:
            return self.theme.samples(snapshot_ids(snapshot.id, split=split, label=label, session=session))

    def confusion(self, split: str = "test") -> ConfusionMatrix:
        """Count what it takes for what in a split, as its run had it; images that cannot be read are left out.

        >>> theme.model(1).confusion("test").labels
        ('red', 'white')
        """
        counter = ConfusionCounter(self.classes)
        for _, true, predicted in self._answers(split):
            counter.add(true, predicted)
        return counter.matrix()

    def per_class(self, split: str = "test") -> pd.DataFrame:
        """Return a row per class with `precision`, `recall`, `f1` (0 to 1) and `support` (number of its images).

        >>> theme.model(1).per_class("valid").support.to_dict()
        {'red': 1, 'white': 1}
        """
        return self.confusion(split).report()

    def report(self) -> Report:
        """Return one file to hand on: figures, mistakes, data, provenance; a page of HTML, or a model card.

        >>> theme.model(1).report().save("cells.html").name
        'cells.html'
        """
        from workbench.report import report_of

        return report_of(self.theme.name, self._named, store=self.theme.store)

    @property
    def curves(self) -> pd.DataFrame:
        """Loss, accuracy and the other metrics of train and valid: a row per epoch, counted from 1.

        Raises NotFoundError for a run that recorded none.

        >>> theme.model(1).curves.index.tolist()
        [1]
        """
        import pandas as pd

        with run_artifact(self.run_id, "history.csv", self.theme.project) as history:
            return pd.read_csv(history, index_col="epoch")

    def rescored(self, answers: Answers | None = None) -> Rescored:
        """Score what it has answered on today's labels, beside those of then; no network runs.

        `answers`: "test" are those that its run keeps for its test images, "stored" the predictions that the store
        keeps. Raises NotFoundError where there are none.

        >>> theme.model(1).rescored().moved
        []
        """
        from workbench.registry.rescoring import rescored

        return rescored(self.theme.name, self._named, answers, self.theme.project)

    def compare(self, other: Model | str | int) -> Comparison:
        """Compare with another version, stage or run on the samples that both have predicted.

        Of two versions these are those that `workbench.predict` predicted with both; of runs that are no versions, the
        test images. Raises NotFoundError for an unknown version or run, or a run that keeps no answers.

        >>> for version in (1, 2):
        ...     _ = wb.predict("cells", model=version, source="test", num_workers=0)
        >>> theme.model(1).compare(2).labeled
        2
        """
        from workbench.inference import compare

        theirs = other if isinstance(other, Model) else Model(self.theme, other)
        return compare(self.theme.name, self._named, theirs._named, self.theme.project)

    def to_onnx(self, file: str | Path, *, images: Sequence[Path] = ()) -> OnnxExport:
        """Write it as an ONNX file and check that it predicts the same, on `images` where some are given.

        Raises WorkbenchError without the extra `onnx`, or when the predictions differ.

        >>> theme.model(1).to_onnx("cells.onnx").file.name
        'cells.onnx'
        """
        from workbench.registry.onnx_export import export_onnx

        return export_onnx(self.theme.name, self._named, file, images=images, project=self.theme.project)

    @property
    def _named(self) -> str | int:
        return self.run_id if self.version is None else self.version

    def _answers(self, split: str) -> list[tuple[int, str, str]]:
        """Id, label of then and answer of each sample of a split that could be read."""
        if split == "test" and split not in self._predicted:
            with suppress(NotFoundError):
                return [row[:3] for row in run_predictions(self.run_id, self.theme.project)]
        read = self.predictions(split).dropna(subset="predicted")
        return list(zip(read["id"].tolist(), read["true"].astype(str), read["predicted"].astype(str), strict=True))

    @cached_property
    def _loaded(self) -> LoadedModel:
        return load_model(self.theme.name, self._named, project=self.theme.project)

    def _snapshot(self) -> Any:
        digest = get_run(self.run_id, self.theme.project).data.tags.get(SNAPSHOT_TAG)
        if not digest:
            raise NotFoundError(f"The run {self.run_id} names no snapshot: what it was tested on is not known.")
        with self.theme.store.read() as session:
            return get_snapshot(digest, theme_id=id_of(self.theme, session), session=session)

    def _number(self, wanted: str) -> int:
        if self.version is None:
            raise WorkbenchError(f"The run {self.run_id} is no version yet; {wanted} needs one. Register it first.")
        return self.version

    def __repr__(self) -> str:
        named = f"run {self.run_id}" if self.version is None else f"version {self.version}, {self.stage}"
        return f"Model('{self.theme.name}': {named})"

    def __dir__(self) -> list[str]:
        return public_names(self)


def _each_input(images: Any) -> Iterator[Any]:
    """Yield what the served model accepts: PIL images as arrays, samples as their bytes."""
    import numpy as np
    from PIL.Image import Image

    from workbench.registry.pyfunc import each_image
    from workbench.theme.query import Samples
    from workbench.theme.sample import Sample

    given = [images] if isinstance(images, Image | Sample) else images if isinstance(images, Samples) else None
    for image in each_image(images) if given is None else given:
        if isinstance(image, Image):
            yield np.asarray(image.convert("RGB"))
        else:
            yield image.array if isinstance(image, Sample) else image
