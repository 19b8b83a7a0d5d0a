"""The models panel: registered versions, their stages, comparison, lineage, and whether MLflow and the store agree."""
