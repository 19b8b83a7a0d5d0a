"""The calls that show one image or a batch under a draft of the settings."""

from __future__ import annotations

import numpy as np

from workbench.data.batches.inputs import Preprocessing, evaluate
from workbench.data.config.augment import SPLITS, Split
from workbench.data.decoding import ImageError
from workbench.data.inspection.batches import training_batch
from workbench.data.inspection.inspected_boxes import boxes_to_inspect
from workbench.data.inspection.inspected_images import InspectedImage
from workbench.data.inspection.library_comparison import TRANSFORM_PAIRS, compare_libraries
from workbench.data.inspection.stages import Stage, histogram, stages_of
from workbench.data.inspection.variants import variants
from workbench.data.normalization import restore
from workbench.errors import WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.explore.encoding import Pictures
from workbench.panels.explore.messages import BatchJson, BatchParams, PreviewJson, PreviewParams, StageJson
from workbench.panels.explore.plots import mosaic
from workbench.panels.explore.state import ExplorePanelState, pipeline
from workbench.store.box_queries import count_boxes
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples

_MOST = 64


def preview(state: ExplorePanelState, params: PreviewParams) -> Answer[PreviewJson]:
    """Show one image: `view` steps, augmentation, splits or libraries; `quick` while a slider moves."""
    preprocessing = pipeline(params["draft"])
    subject = state.subject(params.get("of", "images"), params["sample"])
    image = state.image(subject, preprocessing, quick=bool(params.get("quick")))
    stages = stages_of(image, preprocessing)
    patches = stages[-1].images
    chosen = patches[len(patches) // 2]
    seed = int(params.get("seed", 0))
    pictures = Pictures()
    value: PreviewJson = {"view": params["view"], "patches": len(patches)}
    if params["view"] == "steps":
        value["stages"] = [_stage(stage, pictures) for stage in stages]
    elif params["view"] == "augmentation":
        split, count = params.get("split", "train"), min(_MOST, int(params.get("count", 11)))
        value["original"], value["split"] = pictures.add(chosen), split
        value["variants"] = [
            {"picture": pictures.add(one.image), "seed": one.seed, "applied": list(one.applied)}
            for one in variants(chosen, preprocessing.augmenter(split), count, seed)
        ]
    elif params["view"] == "splits":
        value["splits"] = {split: pictures.all(_of_split(preprocessing, split, chosen, seed, 5)) for split in SPLITS}
    else:
        value["original"] = pictures.add(chosen)
        _both_libraries(value, chosen, params.get("intent"), seed, pictures)
    return Answer(value, pictures.buffers)


def _stage(stage: Stage, pictures: Pictures) -> StageJson:
    return {
        "name": stage.name,
        "settings": stage.settings,
        "picture": pictures.add(mosaic(stage.images)),
        "size": list(stage.images[0].shape[:2]),
        "count": len(stage.images),
        "histogram": histogram(stage.images).tolist(),
    }


def _both_libraries(value: PreviewJson, image: np.ndarray, name: str | None, seed: int, pictures: Pictures) -> None:
    """Add what both libraries make of an image for the same intent."""
    intent = next((one for one in TRANSFORM_PAIRS if one.name == name), TRANSFORM_PAIRS[0])
    value["intents"], value["intent"] = [one.name for one in TRANSFORM_PAIRS], intent.name
    found = compare_libraries(image, intent, list(range(seed, seed + 5)))
    value["libraries"] = {
        library: {"transform": getattr(intent, library), "pictures": pictures.all(images)}
        for library, images in found.items()
    }


def batch(state: ExplorePanelState, params: BatchParams) -> Answer[BatchJson]:
    """Show a training batch as the network gets it: augmented, normalized, and brought back to colors.

    Images that cannot be decoded are left out and named.
    """
    seed, count = int(params.get("seed", 0)), min(_MOST, int(params.get("count", 32)))
    subjects, split = _some_training_samples(state, params.get("of", "images"), seed, count)
    plain = pipeline(params["draft"])
    found: list[tuple[InspectedImage, list[np.ndarray]]] = []
    damaged = []
    for subject in subjects:
        try:
            found.append((subject, plain.patches(subject.pixels())))
        except ImageError as error:
            damaged.append(f"{subject.name} ({error})")
    if not found:
        raise WorkbenchError(f"None of these images can be decoded: {', '.join(damaged)}. Draw other ones.")
    made, preprocessing = training_batch([patches for _, patches in found], plain.config, seed)
    pixels = made.images
    shown = restore(pixels[:_MOST], preprocessing.statistics)
    pictures = Pictures()
    value: BatchJson = {
        "rows": [
            {"picture": pictures.add(image, 160), "label": found[owner][0].label or "unlabeled"}
            for image, owner in zip(shown, made.indices.tolist(), strict=False)
        ],
        "shape": list(pixels.shape),
        "mean": [round(float(number), 3) for number in pixels.mean(dim=(0, 2, 3))],
        "std": [round(float(number), 3) for number in pixels.std(dim=(0, 2, 3))],
        "from": split,
        "damaged": damaged,
    }
    return Answer(value, pictures.buffers)


def _of_split(preprocessing: Preprocessing, split: Split, image: np.ndarray, seed: int, count: int) -> list[np.ndarray]:
    augmenter = preprocessing.augmenter(split)
    if split == "train":
        return [one.image for one in variants(image, augmenter, count, seed)]
    return evaluate(augmenter, [image])


_SOURCES = (
    ("the training split", SampleFilter(state="labeled", split="train")),
    ("all labeled images, since none is in the training split yet", SampleFilter(state="labeled")),
    ("all images, since none has a label yet", SampleFilter()),
)


def _some_training_samples(
    state: ExplorePanelState, of: str, seed: int, count: int
) -> tuple[list[InspectedImage], str]:
    """Draw samples from what training would use, and say in words where they are from."""
    random = np.random.default_rng(seed)
    for words, where in _SOURCES:
        if of == "boxes":
            if where.split is None and where.state == "labeled":
                continue
            with state.store.read() as session:
                total = count_boxes(state.theme_id, where, session=session)
            offsets = _drawn(random, total, count)
            found = [
                boxes_to_inspect(state.store, state.theme_id, state.box_margin, where, offset=offset, limit=1)[0][0]
                for offset in offsets
            ]
        else:
            found = _some_images(state, where, random, count)
        if found:
            return found, words
    raise WorkbenchError("This theme has no images yet. Import some, then look at them here.")


def _some_images(
    state: ExplorePanelState, where: SampleFilter, random: np.random.Generator, count: int
) -> list[InspectedImage]:
    with state.store.read() as session:
        names = {label.id: label.name for label in labels_of(state.theme_id, session=session)}
        total = count_samples(state.theme_id, where, session=session)
        offsets = _drawn(random, total, count)
        samples = [
            page_of_samples(state.theme_id, where, offset=offset, limit=1, session=session)[0] for offset in offsets
        ]
        return [
            InspectedImage(
                sample.id,
                state.store.images.path(sample.uri),
                sample.name,
                names.get(sample.label_id or 0, ""),
                sample.split or "",
                sample.width,
                sample.height,
            )
            for sample in samples
        ]


def _drawn(random: np.random.Generator, total: int, count: int) -> list[int]:
    """Draw `count` different numbers below `total`, or all of them."""
    return random.choice(total, size=min(count, total), replace=False).tolist() if total else []
