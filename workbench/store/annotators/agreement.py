"""How far annotators agree: percent, Cohen's kappa of each pair, Fleiss' kappa of all, each label by itself.

Cohen, A coefficient of agreement for nominal scales (1960); Fleiss, Measuring nominal scale agreement among many raters
(1971). A kappa is 1 for full agreement and 0 for what chance would give; it is None where it is not defined, as when
everybody always gave the same answer.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.store.decisions import Decision
from workbench.store.label_merges import decision_now, merged_labels
from workbench.store.labels import label_names
from workbench.store.schema import Sample, SecondOpinion

_CANNOT_TELL = "skipped"


@dataclass(frozen=True)
class PairAgreement:
    """Two annotators on the samples that both decided about. `percent` is from 0 to 100."""

    first: str
    second: str
    samples: int
    percent: float
    kappa: float | None


@dataclass(frozen=True)
class LabelAgreement:
    """One label against all others: of the answers that named it, how many percent met the same; Fleiss' kappa."""

    label: str
    answers: int
    percent: float
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """How far the annotators of a theme agree.

    `samples` counts those that at least two were asked about; `percent` is the share of agreeing pairs of answers.
    Fleiss' kappa needs the same number of answers on each sample: `fleiss_samples` have the most frequent number.
    """

    samples: int
    percent: float | None
    fleiss: float | None
    fleiss_samples: int
    pairs: list[PairAgreement] = field(default_factory=list)
    labels: list[LabelAgreement] = field(default_factory=list)


def agreement_of(theme_id: int, *, session: Session) -> Agreement:
    """Compute the agreement of a theme's annotators from the opinions on living samples.

    An answer that names a merged label counts as the label that this one was merged into.
    """
    merged = merged_labels(theme_id, session=session)
    names = label_names(theme_id, session=session)
    query = (
        select(SecondOpinion.sample_id, SecondOpinion.annotator, SecondOpinion.decision)
        .join(Sample, Sample.id == SecondOpinion.sample_id)
        .where(SecondOpinion.theme_id == theme_id, Sample.deleted_at.is_(None))
        .order_by(SecondOpinion.sample_id, SecondOpinion.id)
    )
    answers: dict[int, dict[str, str]] = {}
    for sample_id, annotator, decision in session.execute(query):
        now = decision_now(Decision.parse(decision), merged)
        answers.setdefault(sample_id, {})[annotator] = names.get(now.label or 0, _CANNOT_TELL)
    return measure_agreement([row for row in answers.values() if len(row) > 1])


def measure_agreement(answers: Sequence[dict[str, str]]) -> Agreement:
    """Compute the agreement from each sample's answers by annotator; every sample has at least two."""
    if not answers:
        return Agreement(0, None, None, 0)
    annotators = sorted({name for row in answers for name in row})
    pairs = [
        _pair(first, second, both)
        for first, second in itertools.combinations(annotators, 2)
        if (both := [(row[first], row[second]) for row in answers if first in row and second in row])
    ]
    met = [one == two for row in answers for one, two in itertools.combinations(row.values(), 2)]
    size, _ = Counter(len(row) for row in answers).most_common(1)[0]
    complete = [list(row.values()) for row in answers if len(row) == size]
    labels = sorted({label for row in answers for label in row.values()})
    return Agreement(
        samples=len(answers),
        percent=100 * sum(met) / len(met),
        fleiss=_fleiss(complete),
        fleiss_samples=len(complete),
        pairs=pairs,
        labels=[_label(label, answers, complete) for label in labels],
    )


def _pair(first: str, second: str, both: list[tuple[str, str]]) -> PairAgreement:
    from sklearn.metrics import cohen_kappa_score

    percent = 100 * sum(one == two for one, two in both) / len(both)
    labels = {label for row in both for label in row}
    kappa = None
    if len(labels) > 1:
        kappa = _defined(cohen_kappa_score([one for one, _ in both], [two for _, two in both]))
    return PairAgreement(first, second, len(both), percent, kappa)


def _label(label: str, answers: Sequence[dict[str, str]], complete: list[list[str]]) -> LabelAgreement:
    given = met = possible = 0
    for row in answers:
        number = sum(answer == label for answer in row.values())
        given += number
        met += number * (number - 1)
        possible += number * (len(row) - 1)
    binary = [["yes" if answer == label else "no" for answer in row] for row in complete]
    return LabelAgreement(label, given, 100 * met / possible, _fleiss(binary))


def _fleiss(answers: list[list[str]]) -> float | None:
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    if len({answer for row in answers for answer in row}) < 2:
        return None
    table, _ = aggregate_raters(answers)
    return _defined(fleiss_kappa(table))


def _defined(kappa: float) -> float | None:
    return float(kappa) if math.isfinite(kappa) else None
