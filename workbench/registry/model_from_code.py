"""What MLflow runs to load a model of ours (models from code): no class of ours is pickled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext

from workbench.compat.mlflow import AnyInput
from workbench.registry.pyfunc import CONTENT_FOLDER, ImageClassifier


class ServedClassifier(AnyInput, PythonModel):
    """An `ImageClassifier` as MLflow wants it; `classifier` is the thing itself."""

    classifier: ImageClassifier

    def load_context(self, context: PythonModelContext) -> None:
        self.classifier = ImageClassifier(Path(context.artifacts[CONTENT_FOLDER]))

    def predict(self, context: Any, model_input, params: Any = None) -> Any:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """See `ImageClassifier.predict`."""
        return self.classifier.predict(model_input)


set_model(ServedClassifier())
