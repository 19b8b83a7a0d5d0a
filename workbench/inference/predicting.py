"""Predicting: a stream of images through a registered model into a file and the store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.inference.box_sources import means_boxes, open_boxes, theme_of_model
from workbench.inference.items import Source
from workbench.inference.result import PredictionResult
from workbench.inference.resume_log import ResumeLog, lock_output
from workbench.inference.run import PredictionRun
from workbench.inference.sources import SourceLike, open_source
from workbench.inference.store_writer import StoreWriter
from workbench.paths import Project
from workbench.registry.model_loading import LoadedModel, ModelReference, find_model, load_model
from workbench.store import Store, open_store


def predict(
    theme: str,
    model: str | int = "production",
    source: SourceLike = "test",
    output: str | Path | None = None,
    *,
    batch_size: int = 64,
    num_workers: int = 2,
    precision: str = "32",
    views: Sequence[str] = (),
    device: str = "auto",
    on: str | None = None,
    resume: bool = True,
    progress: bool | None = None,
    project: Project | None = None,
) -> PredictionResult:
    """Predict images with a theme's model.

    `model` is a stage (`production`, `staging`), a version or a run id. `source` is a word of `THEME_SOURCES`, a filter
    (SampleFilter, or text such as `split=test,label=three`), sample ids, a folder, a glob or files; `boxes` means the
    boxes of a theme of boxes and `boxes:PATH` those of a data set, each cut out and predicted on its own. `output` ends
    in .csv, .jsonl or .parquet and gets one row per image in the order of the source; without it the rows go to a CSV
    file below `runs/predictions/`. Predictions of a registered version for samples of the theme are kept in the
    store too, a former one of that version replaced.

    Images that cannot be read get an error in their row. Memory does not grow with the number of images. A run that
    was interrupted continues when it is called again in the same way; `resume=False` starts from the beginning.
    `precision` is 32, bf16-mixed or 16-mixed; `views` names test-time augmentations to average over (`flip`,
    `flip_vertical`, `rotate`, `shift`; `none` for the image alone); without, those that the model was trained to be
    asked with (`training.test_views`).

    `on` has workers predict: "cluster" those of cluster.yaml, "local" processes of this machine, or the address of a
    Dask scheduler; `num_workers` are then the threads of each that read images. Each image is answered once, also
    where workers or this process are killed and the same is called again; the output is the same as without.

    Raises NotFoundError for an unknown theme or model, WorkbenchError for a source with nothing in it or an output
    that cannot be written, ConflictError while another run writes the same output, InterruptedRunError when the user
    stops it.

    >>> done = wb.predict("cells", model="production", source="test", num_workers=0)
    >>> done.predicted, len(done.table())
    (2, 2)
    """
    from workbench.data.batches.probabilities import Forward, check_precision
    from workbench.data.batches.tta import views_named
    from workbench.engine.engines import open_engine
    from workbench.inference.on_workers import OnWorkers, for_workers, on_workers

    if batch_size < 1 or num_workers < 0:
        raise WorkbenchError(f"batch_size is {batch_size} and num_workers {num_workers}; at least 1 and 0 are needed.")
    store = open_store(project)
    try:
        # What can be wrong is looked at before a model is loaded, which takes seconds.
        reference = _find(theme, model, store)
        opened = _open(source, theme, reference, store)
        with ExitStack() as held:
            engine = None
            if on is not None:
                check_precision(precision)
                opened = for_workers(opened)
                engine = held.enter_context(open_engine(on, store.project, opened.paths))
            views_named(views)  # what there is not is told before a model is loaded
            loaded = load_model(reference.theme, model, project=store.project, device="cpu" if on else device)
            views = list(views) or loaded.classifier.content.views
            settings = {
                "theme": theme,
                "run_id": loaded.reference.run_id,
                "source": opened.name,
                "class_names": list(loaded.class_names),
                "precision": precision,
                "views": views,
            }
            target = Path(output) if output else _default_output(store.project, loaded, opened)
            log = ResumeLog(target, settings, loaded.class_names)
            held.enter_context(lock_output(target, store.project))
            forward: Forward | OnWorkers
            if engine is None:
                temperature = loaded.classifier.content.temperature
                trials = store.project.cache / "forms"
                forward = Forward(loaded.network, loaded.device, precision, views_named(views), temperature, trials)
            else:
                forward = held.enter_context(
                    on_workers(engine, loaded, opened, settings, batch_size, num_workers, store.project)
                )
            run = PredictionRun(loaded, opened, forward, log, StoreWriter.open(loaded, store), batch_size, num_workers)
            return run.run(resume=resume, progress=progress is not False)
    finally:
        store.close()


def check_prediction(
    theme: str, model: str | int, source: SourceLike, *, on: str | None = None, project: Project | None = None
) -> None:
    """Raise for an unknown theme or model, a source with nothing in it and workers that cannot reach it.

    It does so as `predict` does, but at once.

    No library is loaded for it, so neither the model's files nor boxes are looked at.
    """
    store = open_store(project)
    try:
        reference = _find(theme, model, store)
        opened = None
        if not (isinstance(source, str) and means_boxes(source)):
            opened = open_source(source, theme_id=reference.theme_id, store=store)
        if on is not None:
            from workbench.engine.reach import check_reach
            from workbench.engine.settings import read_settings

            check_reach(read_settings(on, store.project), store.project, opened.paths if opened else ())
    finally:
        store.close()


def _find(theme: str, model: str | int, store: Store) -> ModelReference:
    owner = theme_of_model(theme, store)
    with store.read() as session:
        return find_model(owner, model, session=session)


def _open(source: SourceLike, theme: str, reference: ModelReference, store: Store) -> Source:
    if isinstance(source, str) and means_boxes(source):
        return open_boxes(source, theme, reference.run_id, store=store)
    return open_source(source, theme_id=reference.theme_id, store=store)


def _default_output(project: Project, loaded: LoadedModel, source: Source) -> Path:
    readable = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in source.name)[-40:].strip("-")
    mark = "" if readable == source.name else "-" + sha256(source.name.encode(errors="surrogateescape")).hexdigest()[:6]
    model = f"{loaded.reference.theme.replace(' ', '_')}-{loaded.reference.short_name}"
    return project.runs / "predictions" / f"{model}-{readable}{mark}.csv"
