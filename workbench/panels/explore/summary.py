"""The panel as plain HTML: for batch runs and viewers without a kernel."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from workbench.data.batches.inputs import Preprocessing
from workbench.data.config.augment import AugmentConfig
from workbench.data.decoding import ImageError
from workbench.data.inspection.inspected_boxes import boxes_to_inspect
from workbench.data.inspection.inspected_images import InspectedImage
from workbench.data.inspection.stages import BINS, Stage, histogram, stages_of
from workbench.data.inspection.variants import variants
from workbench.panels.base.static_summary import static_table, swatch
from workbench.panels.boxes.plots import sizes_and_positions
from workbench.panels.explore.encoding import Pictures
from workbench.panels.explore.plots import CHANNELS, mosaic
from workbench.panels.explore.state import ExplorePanelState
from workbench.store.counts import boxes_by_split, theme_counts
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Theme
from workbench.training.plots import SPLIT_COLORS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_VARIANTS = 11
_SIDE = 128


def summary(state: ExplorePanelState) -> str:
    """Return counts, the steps on the first image, and its augmented versions as HTML with embedded pictures.

    It is made whenever a panel is shown, so it does without matplotlib, whose import alone takes a second.
    """
    config = AugmentConfig.load(state.config_file)
    with state.store.read() as session:
        theme = session.get_one(Theme, state.theme_id)
        statistics = theme_counts(state.theme_id, session=session)
        first = page_of_samples(state.theme_id, SampleFilter(), sort="name", limit=1, session=session)
        boxes = boxes_by_split(state.theme_id, session=session) if theme.task == "boxes" else {}
        colors = [label.color for label in labels_of(state.theme_id, session=session)]
        boxed = sum(sum(row.values()) for row in boxes.values())
    parts = [f"<p><b>{escape(theme.name)}</b>: {statistics.samples:,} images, {statistics.labeled:,} labeled.</p>"]
    if boxed:
        parts = [f"<p><b>{escape(theme.name)}</b>: {statistics.samples:,} images, {boxed:,} boxes.</p>"]
        parts.append(_counts(boxes, colors))
        parts.append(_embedded(sizes_and_positions(state.store, state.theme_id), "sizes and positions of the boxes"))
        some, _ = boxes_to_inspect(state.store, state.theme_id, state.box_margin, limit=1)
        return "".join(parts + _one_image(some[0], config))
    if statistics.labeled:
        parts.append(_counts(statistics.by_label, colors))
    if first:
        subject = InspectedImage(first[0].id, state.store.images.path(first[0].uri), first[0].name, "", "", 0, 0)
        parts += _one_image(subject, config)
    return "".join(parts)


def _one_image(subject: InspectedImage, config: AugmentConfig) -> list[str]:
    preprocessing = Preprocessing(config, None)
    name = subject.name
    try:
        image = subject.pixels()
    except ImageError as error:
        return [f"<p>{escape(name)} cannot be shown: {escape(str(error))}.</p>"]
    stages = stages_of(image, preprocessing)
    last = stages[-1].images[len(stages[-1].images) // 2]
    found = variants(last, preprocessing.augmenter("train"), _VARIANTS, seed=0)
    return [
        f"<p>Preprocessing of {escape(name)}, step by step:</p>",
        "".join(_picture(mosaic(stage.images), _stage_words(stage), _histogram(stage)) for stage in stages),
        f"<p>Training augmentation by {config.augmentation.library}:</p>",
        _picture(last, "original"),
        "".join(_picture(one.image, ", ".join(_names(one.applied)) or "nothing applied") for one in found),
    ]


def _counts(counts: Mapping[str, Mapping[str, int]], colors: Sequence[str]) -> str:
    """A table of what each label has in each split; `colors` are the labels', in the same order."""
    splits = [split for split in SPLIT_COLORS if any(row.get(split) for row in counts.values())]
    rows = [[label, sum(row.values()), *(row.get(split, 0) for split in splits)] for label, row in counts.items()]
    return static_table(["label", "in all", *splits], rows, leads=[swatch(color) for color in colors])


def _picture(image: np.ndarray, words: str, below: str = "") -> str:
    pictures = Pictures()
    picture = pictures.add(image, 2 * _SIDE)
    data = base64.b64encode(pictures.buffers[0]).decode()
    scale = _SIDE / max(picture["width"], picture["height"])
    width, height = (max(1, round(picture[side] * scale)) for side in ("width", "height"))
    crisp = ";image-rendering:pixelated" if picture["crisp"] else ""
    return (
        f"<figure style='display:inline-block;vertical-align:top;width:{_SIDE}px;margin:4px;"
        f"font-size:11px;overflow-wrap:anywhere'>"
        f"<img alt='{escape(words, quote=True)}' width='{width}' height='{height}' style='max-width:none{crisp}' "
        f"src='data:{picture['type']};base64,{data}'>{below}<figcaption>{_breakable(words)}</figcaption></figure>"
    )


def _breakable(words: str) -> str:
    """A caption as HTML in which a long name is broken before a capital letter rather than anywhere."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "<wbr>", escape(words))


def _histogram(stage: Stage) -> str:
    """How often red, green and blue have each value; the square root keeps rare values visible."""
    counts = np.sqrt(histogram(stage.images))
    heights = np.round(40 - 40 * counts / max(1.0, counts.max()), 1)
    lines = ["L".join(f"{x} {y:g}" for x, y in enumerate(row)) for row in heights]
    paths = [
        f"<path d='M0 40L{line}L{BINS - 1} 40Z' fill='{color}' fill-opacity='.4'/>"
        for line, color in zip(lines, CHANNELS, strict=True)
    ]
    return (
        f"<svg width='{_SIDE}' height='40' viewBox='0 0 {BINS - 1} 40' preserveAspectRatio='none' "
        f"style='display:block' role='img' aria-label='histogram'>{''.join(paths)}</svg>"
        "<div style='display:flex;justify-content:space-between'>"
        "<span>0</span><span>pixels by value, root scale</span><span>255</span></div>"
    )


def _stage_words(stage: Stage) -> str:
    height, width = stage.images[0].shape[:2]
    count = f"{len(stage.images)} × " if len(stage.images) > 1 else ""
    return f"{stage.name.replace('_', ' ')}, {count}{width} × {height}"


def _names(applied: Sequence[str]) -> list[str]:
    return [line.split(":")[0] for line in applied]


def _embedded(figure: Figure, alt: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    data = base64.b64encode(buffer.getvalue()).decode()
    return f"<img alt='{escape(alt, quote=True)}' src='data:image/png;base64,{data}' style='max-width:100%'>"
