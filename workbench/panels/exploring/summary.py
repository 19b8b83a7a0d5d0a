"""The panel as plain HTML: for batch runs and viewers without a kernel."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

from workbench.data.config import AugumentsConfig
from workbench.data.decoding import ImageError
from workbench.data.exploring.boxes import boxes_as_subjects
from workbench.data.exploring.survey import Subject
from workbench.data.exploring.variants import variants
from workbench.data.exploring.walk import walk
from workbench.data.pipeline import Preprocessing
from workbench.panels.boxing.figures import sizes_and_positions
from workbench.panels.exploring import figures
from workbench.panels.exploring.desk import Desk
from workbench.store.boxes import boxes_by_split
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Theme
from workbench.store.statistics import theme_statistics

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_VARIANTS = 11


def summary(desk: Desk) -> str:
    """Return counts, the steps on the first image, and its augmented versions as HTML with embedded pictures."""
    config = AugumentsConfig.load(desk.config_file)
    with desk.store.read() as session:
        theme = session.get_one(Theme, desk.theme_id)
        statistics = theme_statistics(desk.theme_id, session=session)
        first = page_of_samples(desk.theme_id, SampleFilter(), sort="name", limit=1, session=session)
        boxes = boxes_by_split(desk.theme_id, session=session) if theme.task == "boxes" else {}
        boxed = sum(sum(row.values()) for row in boxes.values())
    parts = [f"<p><b>{escape(theme.name)}</b>: {statistics.samples:,} images, {statistics.labeled:,} labeled.</p>"]
    if boxed:
        parts = [f"<p><b>{escape(theme.name)}</b>: {statistics.samples:,} images, {boxed:,} boxes.</p>"]
        parts.append(_embedded(figures.class_distribution(boxes), "boxes per label and split"))
        parts.append(_embedded(sizes_and_positions(desk.store, desk.theme_id), "sizes and positions of the boxes"))
        some, _ = boxes_as_subjects(desk.store, desk.theme_id, desk.box_margin, limit=1)
        return "".join(parts + _one_image(some[0], config))
    if statistics.counts:
        parts.append(_embedded(figures.class_distribution(statistics.counts), "samples per label and split"))
    if first:
        subject = Subject(first[0].id, desk.store.images.path(first[0].uri), first[0].name, "", "", 0, 0)
        parts += _one_image(subject, config)
    return "".join(parts)


def _one_image(subject: Subject, config: AugumentsConfig) -> list[str]:
    preprocessing = Preprocessing(config, None)
    name = subject.name
    try:
        image = subject.pixels(preprocessing.enough)
    except ImageError as error:
        return [f"<p>{escape(name)} cannot be shown: {escape(str(error))}.</p>"]
    stages = walk(image, config)
    last = stages[-1].images[len(stages[-1].images) // 2]
    found = variants(last, preprocessing.augmenter("train"), _VARIANTS, seed=0)
    return [
        f"<p>Preprocessing of {escape(name)}, step by step:</p>",
        _embedded(figures.steps(stages), "each preprocessing step and its histogram"),
        f"<p>Training augmentation by {config.augmentation.library}:</p>",
        _embedded(figures.augmented(last, found), "augmented versions beside the original"),
    ]


def _embedded(figure: Figure, alt: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    data = base64.b64encode(buffer.getvalue()).decode()
    return f"<img alt='{escape(alt, quote=True)}' src='data:image/png;base64,{data}' style='max-width:100%'>"
