"""Static figures of a theme, its preprocessing and augmentation: for batch runs, reports, and cells without a panel.

Every function returns a matplotlib Figure that is shown once, by being the last value of a cell or by `display`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.inspection.library_comparison import TRANSFORM_PAIRS, compare_libraries
from workbench.data.inspection.near_duplicates import Pair
from workbench.data.inspection.profile import Issue, Profile
from workbench.data.inspection.stages import BINS, Stage, histogram
from workbench.data.inspection.variants import Variant
from workbench.data.metrics import shortened
from workbench.training.plots import SPLIT_COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHANNELS = ("#c0392b", "#27ae60", "#2c6fbb")
_WIDTH = 10.0
_CROPPED_PATCHES = 16


def class_distribution(counts: Mapping[str, Mapping[str, int]]) -> Figure:
    """Samples per label, stacked by split, also when there are none yet. `counts` is that of `ThemeStatistics`."""
    labels = list(counts)
    figure, (axis,) = _figure(1, 1, height=max(2.2, 0.26 * len(labels) + 1))
    if not labels:
        axis.text(0.5, 0.5, "no labels yet", ha="center", va="center", color="#888888")
        axis.axis("off")
        return figure
    left = np.zeros(len(labels))
    for split, color in SPLIT_COLORS.items():
        values = np.array([counts[label].get(split, 0) for label in labels])
        if values.any():
            axis.barh(range(len(labels)), values, left=left, color=color, label=split)
            left += values
    for row, total in enumerate(left):
        axis.text(total, row, f" {int(total):,}", va="center", fontsize=8)
    # A label such as "$5-$9" is no formula.
    axis.set_yticks(range(len(labels)), [shortened(label) for label in labels], parse_math=False)
    axis.set_ylim(len(labels) - 0.5, -0.5)
    axis.set_xlabel("samples")
    axis.spines[["top", "right"]].set_visible(False)
    axis.set_xlim(0, max(1, 1.08 * left.max(initial=0)))
    if left.any():
        axis.legend(frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
    return figure


def sizes_and_levels(survey: Profile) -> Figure:
    """Widths and heights of the images, and how bright and how varied they are."""
    figure, (sizes, levels) = _figure(1, 2, height=3.2)
    subjects = survey.images[: survey.done]
    unique, counts = np.unique([(each.width, each.height) for each in subjects], axis=0, return_counts=True)
    sizes.scatter(unique[:, 0], unique[:, 1], s=12 + 180 * counts / counts.max(initial=1), alpha=0.6, color="#0072b2")
    title = f"Sizes ({len(unique):,} different)" if len(unique) > 1 else "Sizes (all the same)"
    sizes.set(xlabel="width in pixels", ylabel="height in pixels", title=title)
    sizes.title.set_fontsize(9)
    largest = max(1, int(unique.max(initial=1)))
    sizes.set(xlim=(0, 1.15 * largest), ylim=(0, 1.15 * largest))
    sizes.locator_params(integer=True)
    sound = survey.sound
    for channel, color in enumerate(CHANNELS):
        levels.hist(survey.mean[sound, channel], bins=40, range=(0, 1), histtype="step", color=color)
    mean, std = survey.overall()
    title = "   ".join(f"{name} {m:.3f} ± {s:.3f}" for name, m, s in zip("RGB", mean, std, strict=True))
    levels.set(xlabel="an image's mean, per channel", ylabel="images", title=f"Levels: {title}")
    levels.title.set_fontsize(9)
    for axis in (sizes, levels):
        axis.spines[["top", "right"]].set_visible(False)
    return figure


def oddities(survey: Profile, odd: Sequence[Issue], limit: int = 16) -> Figure | None:
    """The odd images, each with its reason; a damaged one is an empty frame. None when there are none."""
    shown = odd[:limit]
    if not shown:
        return None
    titles = [f"{one.kind}\n{_short(survey.images[one.number].name)}" for one in shown]
    empty = np.full((96, 128, 3), 238, np.uint8)
    pictures = [empty if one.kind == "damaged" else _picture(survey, one.number) for one in shown]
    return _gallery(pictures, titles, columns=8)


def duplicate_pairs(survey: Profile, pairs: Sequence[Pair], limit: int = 8) -> Figure | None:
    """Pairs of near duplicates, the two of a pair close together; None when there are none."""
    shown = pairs[:limit]
    if not shown:
        return None
    # Pairs to a row, and an empty column between them.
    across, columns = 3, 8
    rows = -(-len(shown) // across)
    figure, axes = _figure(rows, columns, height=1.7 * rows, ratios=[1, 1, 0.25, 1, 1, 0.25, 1, 1])
    for axis in axes:
        axis.axis("off")
    for place, pair in enumerate(shown):
        for side, number in enumerate((pair.first, pair.second)):
            axis, subject = axes[place // across * columns + place % across * 3 + side], survey.images[number]
            axis.axis("on")
            title = f"{subject.label or 'unlabeled'}, {subject.split or 'no split'}\n{_short(subject.name)}"
            _show(axis, _picture(survey, number), title)
            if not pair.same_label:
                axis.spines[:].set_color("#c0392b")
    return figure


def steps(stages: Sequence[Stage]) -> Figure:
    """What every preprocessing step left, with its histogram below."""
    figure, axes = _figure(2, len(stages), height=3.6, width=min(_WIDTH, 2.4 * len(stages)))
    for column, stage in enumerate(stages):
        picture, counts = axes[column], axes[len(stages) + column]
        _show(picture, mosaic(stage.images), _stage_title(stage))
        for channel, color in enumerate(CHANNELS):
            values = histogram(stage.images)[channel]
            # A few values often hold nearly all pixels; the square root keeps the others visible.
            heights = np.sqrt(values / max(1, values.max()))
            counts.fill_between(np.arange(BINS) * 256 // BINS, heights, color=color, alpha=0.35)
        counts.set(yticks=[], xticks=[0, 128, 255])
        counts.tick_params(labelsize=7)
        counts.spines[["top", "right", "left"]].set_visible(False)
    return figure


def augmented(original: np.ndarray, variants: Sequence[Variant], columns: int = 6) -> Figure:
    """Augmented versions beside the original, each with what was applied to it."""
    titles = ["original", *[_wrapped(variant.applied) for variant in variants]]
    return _gallery([original, *[variant.image for variant in variants]], titles, columns=columns)


def splits(images: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """The transforms of train, valid and test on the same image, a row each."""
    columns = max(len(row) for row in images.values())
    figure, axes = _figure(len(images), columns, height=1.5 * len(images) + 0.3)
    for row, (split, pictures) in enumerate(images.items()):
        for column in range(columns):
            axis = axes[row * columns + column]
            if column < len(pictures):
                _show(axis, pictures[column])
            else:
                axis.axis("off")
        axes[row * columns].set_ylabel(split, fontsize=9)
    return figure


def libraries(image: np.ndarray, seeds: Sequence[int] = (0, 1, 2)) -> Figure:
    """The same intent in albumentations (left) and torchvision (right), a row each."""
    figure, axes = _figure(len(TRANSFORM_PAIRS), 2 * len(seeds), height=1.25 * len(TRANSFORM_PAIRS) + 0.4)
    for row, intent in enumerate(TRANSFORM_PAIRS):
        found = compare_libraries(image, intent, list(seeds))
        pictures = [*found["albumentations"], *found["torchvision"]]
        for column, picture in enumerate(pictures):
            _show(axes[row * len(pictures) + column], picture)
        axes[row * len(pictures)].set_ylabel(
            textwrap.fill(intent.name, 16), fontsize=8, rotation=0, ha="right", va="center"
        )
    axes[len(seeds) // 2].set_title("albumentations", fontsize=9)
    axes[len(seeds) + len(seeds) // 2].set_title("torchvision", fontsize=9)
    return figure


def batch(images: np.ndarray, titles: Sequence[str], limit: int = 32) -> Figure:
    """A batch as the network gets it, in true colors: uint8 (N, H, W, 3) with a title each."""
    return _gallery(list(images[:limit]), list(titles[:limit]), columns=8)


def mosaic(images: Sequence[np.ndarray]) -> np.ndarray:
    """Lay patches (uint8 RGB) out in a grid with a white line between them; a single image stays as it is."""
    if len(images) == 1:
        return images[0]
    shown = images[:_CROPPED_PATCHES]
    columns = int(np.ceil(np.sqrt(len(shown))))
    height, width = (max(image.shape[side] for image in shown) for side in (0, 1))
    gap = max(1, height // 16)
    rows = -(-len(shown) // columns)
    canvas = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for number, image in enumerate(shown):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas


def _gallery(images: Sequence[np.ndarray], titles: Sequence[str], columns: int) -> Figure:
    rows = -(-len(images) // columns)
    lines = max(title.count("\n") + 1 for title in titles)
    cell = _WIDTH / columns
    figure, axes = _figure(rows, columns, height=rows * (cell + 0.14 * lines) + 0.1)
    for axis, image, title in zip(axes, images, titles, strict=False):
        _show(axis, image, title)
    for axis in axes[len(images) :]:
        axis.axis("off")
    return figure


def _figure(
    rows: int, columns: int, *, height: float, width: float = _WIDTH, ratios: Sequence[float] | None = None
) -> tuple[Figure, list[Axes]]:
    from workbench.figures import NotebookFigure

    figure = NotebookFigure(figsize=(width, height), layout="constrained", dpi=100)
    axes = figure.subplots(rows, columns, squeeze=False, width_ratios=ratios)
    return figure, list(axes.flat)


def _show(axis: Any, image: np.ndarray, title: str = "") -> None:
    small = max(image.shape[:2]) <= 64
    axis.imshow(image, interpolation="nearest" if small else "antialiased", vmin=0, vmax=255)
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_color("#bbbbbb")
    if title:
        axis.set_title(title, fontsize=7, parse_math=False)


def _stage_title(stage: Stage) -> str:
    height, width = stage.images[0].shape[:2]
    count = f"{len(stage.images)} of " if len(stage.images) > 1 else ""
    return f"{stage.name.replace('_', ' ')}\n{count}{width} × {height}"


def _wrapped(lines: Sequence[str]) -> str:
    names = [line.split(":")[0] for line in lines]
    return textwrap.fill(", ".join(names) or "nothing applied", 24, break_long_words=False)


def _picture(survey: Profile, number: int) -> np.ndarray:
    return survey.images[number].pixels((128, 128))


def _short(name: str, length: int = 18) -> str:
    tail = name.rsplit("/", 1)[-1]
    return tail if len(tail) <= length else f"...{tail[-length + 3 :]}"
