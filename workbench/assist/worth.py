"""Worth labeling more? What some more labels should bring, for which labels most, and what the doubtful ones cost."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.assist.classifier import choose, fit
from workbench.assist.label_errors import held_out_probabilities
from workbench.assist.learning_curve import (
    FEWEST,
    MOST_ROWS,
    Curve,
    Forecast,
    continued,
    forecast,
    helped,
    measure,
    reach,
)
from workbench.embeddings.projection import fit_projection
from workbench.embeddings.reading import theme_vectors
from workbench.store import Store
from workbench.store.annotators.pace import seconds_per_label
from workbench.store.assistance import assisted_theme
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, sample_ids
from workbench.store.themes import get_theme

_FOLDS = 4
_HELPED_AT_LEAST = 3
_SURELY = 1.28


@dataclass(frozen=True)
class Doubts:
    """Labels that the others contradict, the most doubtful first, and what accuracy they cost.

    `gain` is how much more of the other images a probe gets right without them, 0 to 1; None where that cannot be told
    from chance.
    """

    sample_ids: list[int]
    gain: float | None


@dataclass(frozen=True)
class Worth:
    """What `more` labels beside the `labels` that are there should bring; prints as a sentence.

    `forecast` is None where it is not known, and `reason` says why. `curve` holds numbers of labels with the accuracy
    of a probe on them; `most_for` the labels that gained most when the labels last doubled. `seconds_per_label` is the
    annotator's pace, None where it is not known.
    """

    theme: str
    labels: int
    more: int
    forecast: Forecast | None
    reason: str
    curve: list[tuple[int, float]]
    most_for: list[str]
    doubts: Doubts
    seconds_per_label: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON; `words` is the sentence."""
        return {**asdict(self), "words": str(self)}

    def __str__(self) -> str:
        return " ".join(filter(None, (self._more_words(), self._doubt_words())))

    def _more_words(self) -> str:
        told = self.forecast
        if told is None:
            return self.reason
        minutes = _minutes(self.more, self.seconds_per_label)
        words = (
            f"{self.more:,} more labels{f', about {minutes} at your pace,' if minutes else ''} should bring "
            f"{100 * told.now:.1f} to {100 * told.then:.1f} ± {100 * told.margin:.1f} % accuracy"
        )
        return f"{words}, most for {' and '.join(self.most_for)}." if self.most_for else f"{words}."

    def _doubt_words(self) -> str:
        doubtful, gain = len(self.doubts.sample_ids), self.doubts.gain
        if not doubtful:
            return ""
        if gain is None:
            return f"{doubtful:,} labels are doubtful; what they cost cannot be told from chance."
        wanted = self.forecast.then - self.forecast.now if self.forecast else math.inf
        if 0 < wanted <= gain:
            first = max(1, math.ceil(doubtful * wanted / gain))
            minutes = _minutes(first, self.seconds_per_label)
            return f"Going through {first:,} doubtful labels brings as much{f' in {minutes}' if minutes else ''}."
        minutes = _minutes(doubtful, self.seconds_per_label)
        timed = f" in {minutes}" if minutes else ""
        return f"Going through {doubtful:,} doubtful labels should bring {100 * gain:.1f} points{timed}."


def worth_labeling(
    store: Store, theme: str, more: int = 200, *, encoder: str = "auto", annotator: str | None = None
) -> Worth:
    """Say what some more labels should bring, from the labels that people gave to images outside the test split.

    Test is not looked at: a figure that decides what is labeled next is none of a test. Raises NotFoundError for an
    unknown theme and before there are feature vectors.
    """
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        standing = assisted_theme(theme_id, session=session)
        tested = set(sample_ids(theme_id, SampleFilter(split="test"), session=session))
        pace = seconds_per_label(theme_id, annotator, session=session) if annotator else None
    given = {
        sample.id: sample.label_id
        for sample in standing.samples
        if sample.label_id in names and standing.by.get(sample.id) != "model" and sample.id not in tested
    }
    vectors, ids = theme_vectors(store, theme, encoder)
    rows = [row for row, sample_id in enumerate(ids) if sample_id in given]
    label_ids = sorted({given[ids[row]] for row in rows}, key=lambda label: label or 0)
    classes = np.array([label_ids.index(given[ids[row]]) for row in rows], np.int64)
    known = [names[label] for label in label_ids if label is not None]
    chosen = set(rows)
    others = [row for row, sample_id in enumerate(ids) if row not in chosen and sample_id not in tested]
    beside = vectors[np.random.default_rng(0).permutation(np.array(others, np.int64))[:MOST_ROWS]]
    told = _told(vectors[rows], classes, [ids[row] for row in rows], known, more, beside)
    return Worth(theme, len(rows), more, *told, pace)


def _told(
    vectors: np.ndarray, classes: np.ndarray, ids: list[int], names: list[str], more: int, others: np.ndarray
) -> tuple[Forecast | None, str, list[tuple[int, float]], list[str], Doubts]:
    """Forecast, why there is none, the curve, the labels that gain most, the doubtful ones.

    `others` are feature vectors of images without a label.
    """
    if len(classes) < FEWEST or len(names) < 2:
        reason = (
            f"{len(classes):,} labels of {len(names)} kinds outside the test split are too few for a forecast: it "
            f"takes {FEWEST} of two kinds, with feature vectors."
        )
        return None, reason, [], [], Doubts([], None)
    features = fit_projection(np.concatenate([vectors, others]))(vectors)
    strength = choose([features], classes).strength
    curve = measure(vectors, classes, others=others, strength=strength)
    found = forecast(curve, len(classes), more)
    reason = "" if found else reason_of(curve, len(classes), more)
    points = [(int(size), 1 - float(error)) for size, error in zip(curve.sizes, curve.errors, strict=True)]
    best = most_helped(helped(curve, classes), names)
    return found, reason, points, best, _doubts(features, classes, ids, strength)


def most_helped(gained: np.ndarray, names: list[str]) -> list[str]:
    """Return the label that the latest ones helped most, none where that may be chance; `gained` as of `helped`."""
    return [names[label] for label in np.argsort(-gained, kind="stable")[:1] if gained[label] >= _HELPED_AT_LEAST]


def reason_of(curve: Curve, labels: int, more: int) -> str:
    """Say why nothing is known of some more labels."""
    if labels + more > reach(curve):
        return (
            f"What {more:,} labels beside the {labels:,} bring is not known: the curve was measured on up to "
            f"{curve.sizes[-1]:,} labels and is continued to {reach(curve):,} at most."
        )
    guess = continued(curve, labels, more)
    return (
        f"What {more:,} more labels bring is not known: from {labels:,} labels the accuracy is known to "
        f"± {100 * guess.margin:.1f} points only (about {100 * guess.now:.0f} % now)."
    )


def _doubts(features: np.ndarray, classes: np.ndarray, ids: list[int], strength: float) -> Doubts:
    """Find labels that are likely wrong (confident learning, by cleanlab), and what a probe gains without them."""
    from cleanlab.filter import find_label_issues

    rows = np.sort(np.random.default_rng(0).permutation(len(classes))[:MOST_ROWS])
    features, classes = features[rows], classes[rows]
    count = int(classes.max()) + 1
    probabilities = held_out_probabilities(features, classes, count, strength=strength)
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    ranked = find_label_issues(classes, probabilities, return_indices_ranked_by="normalized_margin", n_jobs=1)
    doubtful = np.zeros(len(classes), bool)
    doubtful[ranked] = True
    sample_ids = [ids[rows[position]] for position in ranked]
    if not sample_ids:
        return Doubts([], None)
    fold = np.random.default_rng(1).integers(0, _FOLDS, len(classes))
    better = worse = looked_at = 0
    for number in range(_FOLDS):
        held, taught = (fold == number) & ~doubtful, fold != number
        with_them = fit(features[taught], classes[taught], count, strength=strength)
        without = fit(features[taught & ~doubtful], classes[taught & ~doubtful], count, strength=strength)
        if with_them is None or without is None or not held.any():
            return Doubts(sample_ids, None)
        before, after = (
            model.probabilities(features[held]).argmax(axis=1) == classes[held] for model in (with_them, without)
        )
        better += int((after & ~before).sum())
        worse += int((before & ~after).sum())
        looked_at += int(held.sum())
    surely = better - worse > _SURELY * math.sqrt(better + worse)
    return Doubts(sample_ids, (better - worse) / looked_at if surely else None)


def _minutes(labels: int, seconds: float | None) -> str:
    """Word how long some labels take, empty where the pace is not known."""
    if seconds is None:
        return ""
    minutes = max(1, round(labels * seconds / 60))
    return f"{minutes} minute{'s' if minutes > 1 else ''}" if minutes < 120 else f"{minutes / 60:.0f} hours"
