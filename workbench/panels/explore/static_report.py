"""All static figures of one theme, for notebooks that run unattended."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from shlex import quote
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.batches.inputs import Preprocessing, evaluate
from workbench.data.config.augment import SPLITS, AugmentConfig
from workbench.data.inspection.batches import training_batch
from workbench.data.inspection.inspected_boxes import boxes_to_inspect
from workbench.data.inspection.inspected_images import LIMIT, images_to_inspect
from workbench.data.inspection.near_duplicates import Pair, near_duplicates, pair_of, telling_first
from workbench.data.inspection.profile import Issue, Profile, find_issues
from workbench.data.inspection.stages import Stage, stages_of
from workbench.data.inspection.variants import variants
from workbench.data.normalization import restore
from workbench.embeddings.duplicates.search import duplicates_now
from workbench.errors import WorkbenchError
from workbench.notebooks import is_batch
from workbench.panels.boxes.plots import sizes_and_positions
from workbench.panels.explore import plots
from workbench.progress import progress_bar
from workbench.store import Store, open_store
from workbench.store.box_queries import has_boxes
from workbench.store.counts import ThemeCounts, boxes_by_split, theme_counts
from workbench.store.themes import get_theme
from workbench.training.params import load_params

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Exploration:
    """Look at a theme and at what `auguments.yaml` makes of it.

    `theme` names the theme, `seed` decides which images are shown and how they are augmented, `limit` bounds how many
    images are looked at for sizes, levels, duplicates and odd ones (a larger theme is represented by ones from all over
    it). `of` says what a sample is: "images", or "boxes", each cut out as training cuts it; None takes the boxes of a
    theme of task `boxes` that has some. Each method returns a matplotlib figure. Raises NotFoundError when there is no
    such theme, and WorkbenchError when it has no image that can be shown.

    >>> found = wb.Exploration("cells")
    >>> len(found.duplicates) + len(found.odd) >= 0
    True
    """

    def __init__(
        self,
        theme: str,
        *,
        store: Store | None = None,
        overrides: Mapping[str, Any] | None = None,
        seed: int = 0,
        limit: int = LIMIT,
        of: str | None = None,
    ) -> None:
        self.store = store or open_store()
        self.seed, self._theme = seed, theme
        with self.store.read() as session:
            found = get_theme(theme, session=session)
            self._theme_id = found.id
            self.statistics: ThemeCounts = theme_counts(self._theme_id, session=session)
            boxed = has_boxes(self._theme_id, session=session)
            self.of = of or ("boxes" if boxed and found.task == "boxes" else "images")
            self.counts = self.statistics.by_label
            if self.of == "boxes":
                self.counts = boxes_by_split(self._theme_id, session=session)
        self._overrides = overrides
        if self.of == "boxes":
            margin = load_params(self.store.project.params_file).data.box_margin
            self._subjects, self._total = boxes_to_inspect(self.store, self._theme_id, margin, limit=limit, spread=True)
        else:
            self._subjects, self._total = images_to_inspect(self.store, self._theme_id, limit)
        if not self._subjects:
            raise WorkbenchError(
                f"The theme '{theme}' has no {self.of} yet. Add some first, in a label notebook or in a terminal "
                f"(workbench import {quote(theme)} FOLDER), then run this cell again."
            )

    @cached_property
    def config(self) -> AugmentConfig:
        """The settings of auguments.yaml; read when first needed, since checking them loads a library for seconds."""
        return AugmentConfig.load(self.store.project.augment_file, self._overrides)

    @cached_property
    def survey(self) -> Profile:
        """Facts about every image that was looked at."""
        found = Profile(self._subjects)
        with progress_bar(len(self._subjects), "Looking at images", show=not is_batch()) as bar:
            for done in found.advance():
                bar.update(done - bar.n)
        return found

    @cached_property
    def odd(self) -> list[Issue]:
        """Damaged, blank, tiny and very long images."""
        return find_issues(self.survey)

    @cached_property
    def duplicates(self) -> list[Pair]:
        """Near duplicates: those with different labels first, then those that lie in two splits.

        Of whole images those that `find_groups` found or, where nobody has looked, finds. Of boxes, and of a large
        theme where nobody has looked, those whose small gray versions are alike.
        """
        found = None
        if self.of == "images":
            found = duplicates_now(self.store, self._theme, at_most=LIMIT, progress=not is_batch())
        if found is None:
            return near_duplicates(self.survey)
        numbers = {subject.sample_id: number for number, subject in enumerate(self._subjects)}
        pairs = [
            pair_of(self.survey, numbers[pair.first_id], numbers[pair.second_id], 1 - pair.score)
            for pair in found
            if pair.first_id in numbers and pair.second_id in numbers
        ]
        return telling_first(pairs)

    def distribution(self) -> Figure:
        """Samples per label and split."""
        return plots.class_distribution(self.counts)

    def boxes(self) -> Figure | None:
        """Sizes of the boxes and their positions on the images, per label; None for a theme without boxes."""
        with self.store.read() as session:
            boxed = has_boxes(self._theme_id, session=session)
        return sizes_and_positions(self.store, self._theme_id) if boxed else None

    def sizes_and_levels(self) -> Figure:
        """Image sizes, and mean and deviation per channel."""
        return plots.sizes_and_levels(self.survey)

    def odd_images(self) -> Figure | None:
        """The odd images, None when there are none."""
        return plots.oddities(self.survey, self.odd)

    def duplicate_pairs(self) -> Figure | None:
        """The near duplicates, None when there are none."""
        return plots.duplicate_pairs(self.survey, self.duplicates)

    def steps(self) -> Figure:
        """Each preprocessing step on one image, with histograms."""
        return plots.steps(self._stages)

    def augmented(self, count: int = 11) -> Figure:
        """Augmented versions of one image beside the original, with what was applied to each."""
        augmenter = self._preprocessing.augmenter("train")
        return plots.augmented(self._patch, variants(self._patch, augmenter, count, self.seed))

    def splits(self, count: int = 6) -> Figure:
        """The transforms of train, valid and test on one image."""
        rows: dict[str, list[np.ndarray]] = {}
        for split in SPLITS:
            augmenter = self._preprocessing.augmenter(split)
            if split == "train":
                rows[split] = [one.image for one in variants(self._patch, augmenter, count, self.seed)]
            else:
                rows[split] = evaluate(augmenter, [self._patch])
        return plots.splits(rows)

    def libraries(self) -> Figure:
        """Albumentations against torchvision for the same intents."""
        return plots.libraries(self._patch, [self.seed, self.seed + 1, self.seed + 2])

    def batch(self, count: int = 32) -> Figure:
        """A training batch as the network gets it, brought back to colors, with labels."""
        training = [subject for subject in self._subjects if subject.label and subject.split == "train"]
        chosen = self._chosen(training or self._subjects, count)
        found = [self._preprocessing.patches(subject.pixels()) for subject in chosen]
        preview, preprocessing = training_batch(found, self.config, self.seed)
        titles = [chosen[owner].label or "unlabeled" for owner in preview.indices.tolist()]
        return plots.batch(restore(preview.images[:count], preprocessing.statistics), titles[:count])

    def result(self) -> dict[str, Any]:
        """What a batch run records."""
        mean, std = self.survey.overall()
        return {
            "samples": self.statistics.samples,
            "labeled": self.statistics.labeled,
            "of": self.of,
            "counts": self.counts,
            "looked_at": self.survey.done,
            "mean": [round(float(value), 4) for value in mean],
            "std": [round(float(value), 4) for value in std],
            "near_duplicates": len(self.duplicates),
            "odd": [
                {"name": self._subjects[one.number].name, "kind": one.kind, "reason": one.reason} for one in self.odd
            ],
        }

    @cached_property
    def _preprocessing(self) -> Preprocessing:
        return Preprocessing(self.config, None)

    @cached_property
    def _stages(self) -> list[Stage]:
        for number in np.random.default_rng(self.seed).permutation(len(self._subjects)).tolist():
            if number not in self.survey.damaged:
                return stages_of(self._subjects[number].pixels(), self._preprocessing)
        raise WorkbenchError("This theme has no image that can be shown. Import some, then explore them.")

    @property
    def _patch(self) -> np.ndarray:
        """The preprocessed image; of several patches the middle one."""
        patches = self._stages[-1].images
        return patches[len(patches) // 2]

    def _chosen(self, subjects: list[Any], count: int) -> list[Any]:
        numbers = np.random.default_rng(self.seed).permutation(len(subjects))[:count]
        damaged = {self._subjects[number].sample_id for number in self.survey.damaged}
        return [subjects[number] for number in numbers.tolist() if subjects[number].sample_id not in damaged]
