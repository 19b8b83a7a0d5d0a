"""Samples: pages, images, uploads, decisions, history."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from workbench.api.models import (
    BulkIn,
    BulkOut,
    DecisionIn,
    DecisionsIn,
    DeleteIn,
    EventOut,
    FilterIn,
    OutcomeOut,
    PredictionOut,
    PredictionsOut,
    PredictionsQuery,
    SampleOut,
    SamplesOut,
    SamplesQuery,
    ThumbnailQuery,
    UndoIn,
    UploadOut,
    WhoQuery,
)
from workbench.api.operations import Operation, Picture, Request
from workbench.errors import NotFoundError, WorkbenchError
from workbench.store import Session, bulk_edits, history, labels, model_versions, paging, single_edits, themes
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.imported_models import IMPORTED, get_imported_model
from workbench.store.label_merges import merged_labels
from workbench.store.predictions import page_of_predictions
from workbench.store.samples import SampleFilter, count_samples, living_sample
from workbench.store.schema import Label, Sample
from workbench.store.steps import edits

_MEDIA = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}


def list_samples(request: Request) -> SamplesOut:
    query: SamplesQuery = request.query
    with request.store.read() as session:
        theme_id = _theme_id(request, session)
        names = _names(theme_id, session)
        where = _filter(query, theme_id, session)
        total = count_samples(theme_id, where, session=session)
        rows = paging.open_page(
            theme_id, where, sort=query.sort, offset=query.offset, limit=query.limit, total=total, session=session
        )
    return SamplesOut(total=total, samples=[_out(row, names) for row in rows])


def upload_samples(request: Request) -> UploadOut:
    from workbench.data.importing.run import import_uploads

    if not request.files:
        raise WorkbenchError("No files came. Send them as multipart/form-data in the field 'files'.")
    with request.store.read() as session:
        theme = themes.get_theme(request.path["theme"], session=session)
    report = import_uploads(request.store, theme.name, request.files, annotator=request.annotator)
    rejected = [{"path": row.path, "reason": row.reason} for row in (*report.rejected, *report.remarks)]
    return UploadOut(added=report.added, duplicates=report.duplicates, rejected=rejected)


def get_sample(request: Request) -> SampleOut:
    with request.store.read() as session:
        sample = _sample(request, session)
        return _out(sample, _names(sample.theme_id, session))


def delete_sample(request: Request) -> None:
    with request.store.write() as session:
        sample = _sample(request, session)
        bulk_edits.delete_samples(
            sample.theme_id, SampleFilter(ids=(sample.id,)), annotator=request.annotator, session=session
        )


def get_image(request: Request) -> Picture:
    with request.store.read() as session:
        uri = _sample(request, session).uri
    return Picture(request.store.images.read(uri), _MEDIA.get(uri.rsplit(".")[-1], "application/octet-stream"))


def get_thumbnail(request: Request) -> Picture:
    from PIL import Image

    from workbench.data.thumbnails import Thumbnails

    with request.store.read() as session:
        sample = _sample(request, session)
    thumbnails = Thumbnails(request.store.images, request.store.project.cache / "thumbnails")
    pixels = thumbnails.get(sample.uri, int(request.query.side))
    if pixels is None:
        raise NotFoundError(f"The image of sample {sample.id} cannot be read. Run 'workbench db check'.")
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return Picture(buffer.getvalue(), "image/png")


def get_history(request: Request) -> list[EventOut]:
    with request.store.read() as session:
        events = history.history_of(_sample(request, session).id, session=session)
    return [
        EventOut(
            at=event.at,
            annotator=event.annotator,
            source=event.source,
            action=event.action,
            before=event.before,
            after=event.after,
            batch_id=event.batch_id,
        )
        for event in events
    ]


def decide(request: Request) -> list[OutcomeOut]:
    given: DecisionsIn = request.body
    with request.store.write() as session:
        theme_id = _theme_id(request, session)
        known = labels.labels_of(theme_id, session=session)
        names = {label.id: label.name for label in known}
        edits = [_edit(decision, known) for decision in given.decisions]
        outcomes = single_edits.decide(theme_id, edits, annotator=request.annotator, session=session)
    return [
        OutcomeOut(
            sample_id=row.sample_id,
            status=row.status,
            label=names.get(row.decision.label or 0),
            skipped=row.decision.skipped,
            annotator=row.annotator,
        )
        for row in outcomes
    ]


def label_many(request: Request) -> BulkOut:
    given: BulkIn = request.body
    with request.store.read() as session:
        theme_id = _theme_id(request, session)
        label = None if given.label is None else labels.get_label(theme_id, given.label, session=session).id
        where = _filter(given.filter, theme_id, session)
    who: dict[str, Any] = {"annotator": request.annotator, "client_key": given.client_key}
    done = edits.label_in_steps(request.store, theme_id, where, label, **who)
    return BulkOut(batch_id=done.batch_id, changed=done.changed, unchanged=done.unchanged, kept=done.kept)


def delete_many(request: Request) -> BulkOut:
    given: DeleteIn = request.body
    with request.store.read() as session:
        theme_id = _theme_id(request, session)
        where = _filter(given.filter, theme_id, session)
    who: dict[str, Any] = {"annotator": request.annotator, "client_key": given.client_key}
    done = edits.delete_in_steps(request.store, theme_id, where, **who)
    return BulkOut(batch_id=done.batch_id, changed=done.changed, unchanged=done.unchanged, kept=done.kept)


def undo(request: Request) -> BulkOut:
    given: UndoIn = request.body
    with request.store.read() as session:
        theme_id = _theme_id(request, session)
    done = edits.undo_of_any_size(
        request.store,
        theme_id,
        annotator=request.annotator,
        batch_id=given.batch_id,
        client_key=given.client_key,
    )
    return BulkOut(batch_id=done.batch_id, changed=done.restored, unchanged=done.kept)


def list_predictions(request: Request) -> PredictionsOut:
    query: PredictionsQuery = request.query
    with request.store.read() as session:
        theme_id = _theme_id(request, session)
        model_id, version = _predicting(theme_id, query, session)
        names = _names(theme_id, session)
        merged = merged_labels(theme_id, session=session)
        total, rows = page_of_predictions(model_id, offset=query.offset, limit=query.limit, session=session)
        found = [
            PredictionOut(
                sample_id=row.sample_id,
                label=names.get(merged.get(row.label_id or 0, row.label_id or 0)),
                score=row.score,
            )
            for row in rows
        ]
    return PredictionsOut(version=version, total=total, predictions=found)


def _predicting(theme_id: int, query: PredictionsQuery, session: Session) -> tuple[int, int]:
    """The id of the model that is asked about, and its version, 0 for an imported one."""
    if query.imported is not None:
        name = f"{IMPORTED}{query.imported.removeprefix(IMPORTED)}"
        return get_imported_model(theme_id, name, session=session).id, 0
    if query.version is not None:
        version = model_versions.get_model_version(theme_id, query.version, session=session)
        return version.id, version.version
    found = model_versions.model_in_stage(theme_id, "production", session=session)
    if found is None:
        raise NotFoundError("The theme has no model in production. Name a version, or promote one.")
    return found.id, found.version


def _theme_id(request: Request, session: Session) -> int:
    return themes.get_theme(request.path["theme"], session=session).id


def _names(theme_id: int, session: Session) -> dict[int, str]:
    return {label.id: label.name for label in labels.labels_of(theme_id, session=session)}


def _sample(request: Request, session: Session) -> Sample:
    sample_id = int(request.path["sample"])
    sample = living_sample(_theme_id(request, session), sample_id, session=session)
    if sample is None:
        raise NotFoundError(f"There is no sample {sample_id} in this theme; it may have been deleted.")
    return sample


def _filter(given: SamplesQuery | FilterIn, theme_id: int, session: Session) -> SampleFilter:
    label = None if given.label is None else labels.get_label(theme_id, given.label, session=session).id
    ids = tuple(given.ids) if isinstance(given, FilterIn) and given.ids is not None else None
    return SampleFilter(
        state=given.state, label_id=label, split=given.split, annotator=given.annotator, search=given.search, ids=ids
    )


def _edit(given: DecisionIn, known: Sequence[Label]) -> single_edits.Edit:
    decision = _decision(given.label, known)
    if decision.labels and given.skip:
        raise WorkbenchError(f"Sample {given.sample_id}: a decision is either a label or to skip, not both.")
    seen = _decision(given.seen, known) if "seen" in given.model_fields_set else ...
    return single_edits.Edit(given.sample_id, SKIPPED if given.skip else decision, seen, given.client_key)


def _decision(label: str | None, known: Sequence[Label]) -> Decision:
    return Decision.of(None if label is None else labels.find_label(label, known).id)


def _out(sample: Sample, names: dict[int, str]) -> SampleOut:
    return SampleOut(
        id=sample.id,
        name=sample.name,
        sha256=sample.sha256,
        width=sample.width,
        height=sample.height,
        size_bytes=sample.size_bytes,
        label=names.get(sample.label_id or 0),
        skipped=sample.skipped,
        split=sample.split,  # type: ignore[arg-type]
        annotator=sample.annotator,
        labeled_at=sample.labeled_at,
    )


OPERATIONS = [
    Operation("GET", "/themes/{theme}/samples", "Show a page of samples", list_samples, SamplesOut, query=SamplesQuery),
    Operation(
        "POST", "/themes/{theme}/samples", "Upload images", upload_samples, UploadOut, query=WhoQuery, uploads=True
    ),
    Operation("GET", "/themes/{theme}/samples/{sample}", "Show a sample", get_sample, SampleOut),
    Operation(
        "DELETE", "/themes/{theme}/samples/{sample}", "Delete a sample", delete_sample, query=WhoQuery, status=204
    ),
    Operation("GET", "/themes/{theme}/samples/{sample}/image", "Get the image as imported", get_image, picture=True),
    Operation(
        "GET",
        "/themes/{theme}/samples/{sample}/thumbnail",
        "Get a small picture",
        get_thumbnail,
        query=ThumbnailQuery,
        picture=True,
    ),
    Operation("GET", "/themes/{theme}/samples/{sample}/history", "Show every change", get_history, list[EventOut]),
    Operation("POST", "/themes/{theme}/decisions", "Label, clear or skip", decide, list[OutcomeOut], body=DecisionsIn),
    Operation("POST", "/themes/{theme}/bulk-labels", "Label samples as one batch", label_many, BulkOut, body=BulkIn),
    Operation("POST", "/themes/{theme}/bulk-deletions", "Delete many samples", delete_many, BulkOut, body=DeleteIn),
    Operation("POST", "/themes/{theme}/undo", "Undo a batch", undo, BulkOut, body=UndoIn),
    Operation(
        "GET",
        "/themes/{theme}/predictions",
        "Show a model's predictions",
        list_predictions,
        PredictionsOut,
        query=PredictionsQuery,
    ),
]
