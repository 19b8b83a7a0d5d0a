"""What MLflow runs to load a model of ours (models from code): nothing is pickled but a network of one's own."""

from mlflow.models import set_model

from workbench.registry.pyfunc_model import ImageClassifier

set_model(ImageClassifier())
