"""What a prediction returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.data.metrics import ClassMetrics, ConfusionMatrix

if TYPE_CHECKING:
    import pandas as pd

    from workbench.engine.progress import Watch


@dataclass(frozen=True)
class PredictionResult:
    """A finished prediction. All its rows are in the file `output`; here are the counts.

    `model_version` is None for a run that is not registered. `failures` lists (file, reason) of images that could not
    be read, the first 1,000 of `failed`. `confusion` compares with the labels that people gave, None where there are
    none. `trained` of them were in the model's training split; `unseen` is the matrix without those. `resumed`
    counts the rows of an interrupted run that were kept. `origin` says in words which network, snapshot
    and preprocessing the model is made of. `test` says what figures of test images rest on, empty without any.
    `workers` says what each worker did, where it ran on some.

    >>> done = wb.predict("cells", source="test", num_workers=0)
    >>> done.images, done.failed, sum(done.by_label.values())
    (2, 0, 2)
    """

    theme: str
    run_id: str
    model_version: int | None
    source: str
    output: Path
    class_names: tuple[str, ...]
    images: int
    predicted: int
    failed: int
    seconds: float
    resumed: int = 0
    stored: int = 0
    by_label: dict[str, int] = field(default_factory=dict)
    failures: tuple[tuple[str, str], ...] = ()
    confusion: ConfusionMatrix | None = None
    trained: int = 0
    unseen: ConfusionMatrix | None = None
    notes: tuple[str, ...] = ()
    origin: dict[str, str] = field(default_factory=dict)
    test: str = ""
    workers: Watch | None = None

    @property
    def metrics(self) -> dict[str, float]:
        """Metrics over the images with a label; empty when there are none."""
        return self.confusion.metrics() if self.confusion is not None else {}

    @property
    def unseen_metrics(self) -> dict[str, float]:
        """Metrics over the labeled images that the model was not trained on; empty when there are none of them."""
        unseen = self.unseen or self.confusion
        return unseen.metrics() if unseen is not None and unseen.total else {}

    @property
    def per_class(self) -> list[ClassMetrics]:
        """The metrics of each class, in the order of the confusion matrix."""
        return self.confusion.per_class() if self.confusion is not None else []

    def table(self) -> pd.DataFrame:
        """Read all rows from `output`: one per image, see `workbench.inference.output_formats.column_names`."""
        import pandas as pd

        suffix = self.output.suffix.lower()
        if suffix == ".csv":
            # A label may be called "NA" or "7": only what is empty is missing, and labels stay text.
            text = dict.fromkeys(("file", "label", "actual", "error"), "str")
            return pd.read_csv(self.output, dtype=text, keep_default_na=False, na_values="")
        if suffix == ".parquet":
            return pd.read_parquet(self.output)
        return pd.read_json(self.output, lines=True, dtype=False)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; `accuracy` is None where nothing could be compared."""
        failures = [{"file": file, "reason": reason} for file, reason in self.failures]
        confusion = None
        if self.confusion is not None:
            confusion = {"labels": list(self.confusion.labels), "matrix": self.confusion.counts.tolist()}
        return {
            "theme": self.theme,
            "model_version": self.model_version,
            "run_id": self.run_id,
            "source": self.source,
            "file": str(self.output),
            "count": self.images,
            "predicted": self.predicted,
            "failed": self.failed,
            "failures": failures,
            "stored": self.stored,
            "resumed": self.resumed,
            "predict_seconds": round(self.seconds, 3),
            "accuracy": self.metrics.get("accuracy"),
            "metrics": self.metrics,
            "trained": self.trained,
            "unseen_metrics": self.unseen_metrics,
            "test": self.test,
            "per_class": {row.label: row.as_dict() for row in self.per_class},
            "confusion": confusion,
            "by_label": self.by_label,
            "notes": list(self.notes),
            **self.origin,
            **(self.workers.as_dict() if self.workers is not None else {}),
        }

    def __str__(self) -> str:
        model = f"version {self.model_version}" if self.model_version is not None else f"run {self.run_id[:8]}"
        speed = (self.images - self.resumed) / self.seconds if self.seconds else 0.0
        lines = [f"{self.theme} {model} on '{self.source}': {self.predicted:,} images predicted, {speed:,.0f} a second"]
        lines += [f"{name}: {text}" for name, text in self.origin.items()]
        if self.resumed:
            lines.append(f"{self.resumed:,} of them had been done before an interruption")
        lines += [f"{name.replace('_', ' ')}: {value:.4f}" for name, value in self.metrics.items()]
        lines += [f"test: {self.test}"] if self.test else []
        if self.trained:
            lines += self._trained_lines()
        if self.failed:
            lines.append(f"{self.failed:,} could not be read:")
            lines += [f"  {file}: {reason}" for file, reason in self.failures[:10]]
            if self.failed > 10:
                lines.append(f"  and {self.failed - 10:,} more, see the column 'error'")
        if self.workers is not None and self.workers.lines:
            lines.append(str(self.workers))
        lines += [*self.notes, f"rows: {self.output}"]
        return "\n".join(lines)

    def _trained_lines(self) -> list[str]:
        total = self.confusion.total if self.confusion is not None else 0
        first = f"{self.trained:,} of these {total:,} labeled images were in the training split of the model."
        figures = ", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in self.unseen_metrics.items())
        return [first, f"Without them: {figures or 'none is left'}"]
