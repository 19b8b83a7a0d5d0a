"""How good each annotator and each label is, and whom to ask about which image next: CROWDLAB.

Goh, Tkachenko and Mueller, CROWDLAB: Supervised learning to infer consensus labels and quality scores for data with
multiple annotators (2022), and Goh and Mueller, ActiveLab: Active learning with re-labeling by multiple annotators
(2023), as cleanlab has them. Beside the answers it knows what a classifier on the images' feature vectors says of each
image that has not seen its label, so that it also judges images that one person alone has looked at.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.assist.label_errors import held_out_probabilities
from workbench.embeddings.projection import fit_projection
from workbench.embeddings.reading import theme_vectors
from workbench.errors import WorkbenchError
from workbench.store import Store
from workbench.store.annotators.answers import AnsweredSample, answered_samples
from workbench.store.labels import label_names
from workbench.store.themes import get_theme

FEWEST = 10
"""Images with several answers below which nothing is said of anybody."""


@dataclass(frozen=True)
class AnnotatorQuality:
    """An annotator: how many images they labeled, and how good that is.

    `quality` is the share of their labels that are right, 0 to 1, as CROWDLAB estimates it. `agreement` is how often
    they gave the consensus on images that others labeled too, None without any. `worst_label` is the consensus that
    they missed most often, None where they missed none.
    """

    annotator: str
    labeled: int
    quality: float
    agreement: float | None
    worst_label: str | None


@dataclass(frozen=True)
class LabelQuality:
    """An image: the label that stands, how likely that is right (0 to 1), and the consensus of answers and classifier.

    `answers` maps annotator to label.
    """

    sample_id: int
    name: str
    label: str | None
    consensus: str
    quality: float
    answers: dict[str, str]


@dataclass(frozen=True)
class Ask:
    """An image that one more answer would tell most about, and whose answer: the best annotator who has not seen it."""

    sample_id: int
    name: str
    annotator: str
    score: float


@dataclass(frozen=True)
class CrowdQuality:
    """How good annotators and labels are. `images` counts those that were judged, `several` those with several answers.

    `annotators` are the best first, `labels` the most doubtful first, `ask` the most useful first. `left_out` images
    have no feature vector.
    """

    images: int
    several: int
    left_out: int
    annotators: list[AnnotatorQuality]
    labels: list[LabelQuality]
    ask: list[Ask]

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return asdict(self)


def crowd_quality(
    store: Store, theme: str, encoder: str = "auto", *, number: int = 50, annotator: str | None = None
) -> CrowdQuality:
    """Judge a theme's annotators and labels; of labels and of images to ask about, at most `number` are named.

    With `annotator` the images to ask about are all for that one. Raises NotFoundError for an unknown theme, or one
    whose images have no vectors yet, WorkbenchError where too few images were labeled by several.
    """
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        answered = answered_samples(theme_id, session=session)
        names = label_names(theme_id, session=session)
    several = sum(len(row.answers) > 1 for row in answered)
    if several < FEWEST:
        raise WorkbenchError(
            f"{several} images of '{theme}' were labeled by several annotators; {FEWEST} are the least that says "
            "something. Let a second annotator label a share of them: the label panel's team dialog sets it."
        )
    vectors, ids = theme_vectors(store, theme, encoder)
    position = {sample_id: row for row, sample_id in enumerate(ids)}
    known = [row for row in answered if row.sample_id in position]
    if sum(len(row.answers) > 1 for row in known) < FEWEST:
        raise WorkbenchError(f"Most images of '{theme}' have no vectors of {encoder} yet: theme.embed('{encoder}').")
    made = judge(known, vectors[[position[row.sample_id] for row in known]], names, number, annotator)
    return CrowdQuality(len(known), several, len(answered) - len(known), *made)


def judge(
    answered: Sequence[AnsweredSample],
    vectors: np.ndarray,
    names: dict[int, str],
    number: int,
    only: str | None = None,
) -> tuple[list[AnnotatorQuality], list[LabelQuality], list[Ask]]:
    """Judge answers about images with these vectors (N, D); see `crowd_quality`."""
    from cleanlab.multiannotator import get_active_learning_scores, get_label_quality_multiannotator

    people = sorted({who for row in answered for who in row.answers})
    label_ids = sorted({label for row in answered for label in row.answers.values()})
    given = _matrix(answered, people, label_ids)
    majority = np.array([_most(row) for row in given])
    probabilities = held_out_probabilities(fit_projection(vectors)(vectors), majority, len(label_ids))
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = get_label_quality_multiannotator(given, probabilities, verbose=False)
        scores = get_active_learning_scores(given, probabilities)[0]
    qualities = found["annotator_stats"]["annotator_quality"].to_dict()
    judged = found["label_quality"]
    consensus = judged["consensus_label"].to_numpy().astype(int)
    sure = judged["consensus_quality_score"].to_numpy()
    stands = np.array([label_ids.index(row.label_id) if row.label_id in label_ids else -1 for row in answered])
    quality = np.where(stands == consensus, sure, 1 - sure)
    known = [names.get(label, "") for label in label_ids]
    annotators = []
    for column, who in enumerate(people):
        labeled = int((given[:, column] >= 0).sum())
        annotators.append(
            AnnotatorQuality(who, labeled, float(qualities[column]), *_missed(given, column, consensus, known))
        )
    labels = [
        LabelQuality(
            answered[row].sample_id,
            answered[row].name,
            names.get(answered[row].label_id or 0),
            known[consensus[row]],
            float(quality[row]),
            {who: names.get(label, "") for who, label in answered[row].answers.items()},
        )
        for row in np.argsort(quality, kind="stable")[:number]
    ]
    best = sorted(annotators, key=lambda each: (-each.quality, each.annotator))
    return best, labels, _asks(answered, scores, [each.annotator for each in best], number, only)


def _matrix(answered: Sequence[AnsweredSample], people: Sequence[str], label_ids: Sequence[int]) -> np.ndarray:
    """Float (images, annotators) of class indices, NaN where nothing was answered, as cleanlab takes them."""
    column = {who: index for index, who in enumerate(people)}
    index = {label: position for position, label in enumerate(label_ids)}
    given = np.full((len(answered), len(people)), np.nan)
    for row, each in enumerate(answered):
        for who, label in each.answers.items():
            given[row, column[who]] = index[label]
    return given


def _most(row: np.ndarray) -> int:
    """The most frequent answer; of equal ones the first in the order of the labels."""
    counted = Counter(row[~np.isnan(row)].astype(int).tolist())
    return min(counted, key=lambda label: (-counted[label], label))


def _missed(
    given: np.ndarray, column: int, consensus: np.ndarray, names: Sequence[str]
) -> tuple[float | None, str | None]:
    """How often an annotator met the consensus where others answered too, and the label that they missed most."""
    shared = (given[:, column] >= 0) & ((given >= 0).sum(axis=1) > 1)
    if not shared.any():
        return None, None
    wrong = shared & (given[:, column] != consensus)
    missed = Counter(consensus[wrong].tolist())
    worst = min(missed, key=lambda label: (-missed[label], label)) if missed else None
    return 1 - float(wrong.sum() / shared.sum()), None if worst is None else names[worst]


def _asks(
    answered: Sequence[AnsweredSample], scores: np.ndarray, best: Sequence[str], number: int, only: str | None
) -> list[Ask]:
    """The images with the lowest scores, each with the best annotator who has not answered it; nobody gets them all."""
    people = [who for who in best if only in (None, who) and any(who not in row.answers for row in answered)]
    most = math.ceil(number / max(len(people), 1))
    asked: Counter[str] = Counter()
    found: list[Ask] = []
    for row in np.argsort(scores, kind="stable"):
        free = [who for who in people if who not in answered[row].answers and asked[who] < most]
        if free:
            asked[free[0]] += 1
            found.append(Ask(answered[row].sample_id, answered[row].name, free[0], float(scores[row])))
        if len(found) == number:
            break
    return found
