"""What models predicted for the images of a data set: written beside the samples, never as their labels."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.data.importing.checks import ImportTarget
from workbench.data.importing.workers import PreparedImage
from workbench.store import Session
from workbench.store.imported_models import add_imported_model
from workbench.store.ingest import IngestResult
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.samples import sample_ids_by_sha256


def write_suggestions(
    target: ImportTarget, images: Sequence[PreparedImage], results: Sequence[IngestResult], *, session: Session
) -> dict[str, int]:
    """Write the suggestions for images that are in the theme now; return how many each model has given.

    A suggested label that the theme does not have is kept as one that is gone, and counted in the target's
    `unknown_suggestions`.
    """
    given = [
        (image.sha256, suggestion)
        for image, result in zip(images, results, strict=True)
        if image.entry.suggestions and result.status != "refused"
        for suggestion in image.entry.suggestions
    ]
    if not given:
        return {}
    target.unknown_suggestions.update(each.label for _, each in given if each.label not in target.label_ids)
    ids = sample_ids_by_sha256(target.theme_id, list({sha256 for sha256, _ in given}), session=session)
    counts = {}
    for field in dict.fromkeys(suggestion.field for _, suggestion in given):
        model = add_imported_model(target.theme_id, field, session=session)
        answers = {
            ids[sha256]: Predicted(ids[sha256], target.label_ids.get(each.label), each.score)
            for sha256, each in given
            if each.field == field
        }
        write_predictions(model.id, list(answers.values()), session=session)
        counts[model.name] = len(answers)
    return counts
