"""Which page comes next: chosen from what is learned, past what was answered, served or reserved for others."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace

import numpy as np

from workbench.assist.estimate import Estimate
from workbench.assist.label_errors import most_contradicted
from workbench.assist.learning import Learned
from workbench.assist.lookalikes import Clusters, next_cluster, page_of_cluster
from workbench.assist.pages import ODD, SuggestedPage, page_of_taken_off, random_page, suggested_pages
from workbench.assist.rows import ALONE
from workbench.assist.standing import Told
from workbench.store.assistance import AnsweredPage

_RANDOM_EVERY = 12
_PLANT_EVERY = 5
_SIZE_OF_A_CHECK_PAGE = 100
_CLEARLY = 0.9
_SURELY_WRONG = 0.5


@dataclass(frozen=True)
class Page:
    """Samples to show together. The fields are those of `AnsweredPage`; `odd` is how many are expected to be odd.

    `label_id` is what all of them are taken for; None when nothing is known yet, and on a second look, where each has
    a label of its own that it looks like, and the one that it was given in `seen`.
    """

    kind: str
    sample_ids: tuple[int, ...]
    label_id: int | None = None
    said: tuple[float, ...] = ()
    planted: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    drawn: int | None = None
    odd: float = 0.0

    def answered(self, label_id: int | None, off: tuple[int, ...] = ()) -> AnsweredPage:
        """Return a person's answer: the label for all but those that were taken off; None leaves the page."""
        return AnsweredPage(
            self.kind,  # type: ignore[arg-type]
            self.sample_ids,
            label_id=label_id,
            off=off,
            said=self.said if label_id == self.label_id else (),
            planted=self.planted,
            labels=self.labels,
            seen=self.seen,
            drawn=self.drawn,
        )


@dataclass
class Served:
    """What was answered since the model last read the store, by sample, with the number of the answer.

    `lookalikes` has the first sample of each such page: its cluster was shown. `left` says until which answer samples
    of a page that was left stay away. `suggested` are the labels of suggested pages, with the answer's number.
    """

    labeled: dict[int, int] = field(default_factory=dict)
    lookalikes: dict[int, int] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)
    suggested: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def free(self, learned: Learned, others: Set[int]) -> np.ndarray:
        """Return which of the samples with features may be shown as undecided ones."""
        rows, at = learned.rows, learned.at
        free = (rows.classes[at] < 0) & ~rows.skipped[at]
        taken = others | set(self.labeled) | set(self.left)
        if taken:
            free &= ~np.isin(rows.ids[at], np.fromiter(taken, np.int64))
        return np.flatnonzero(free)

    def answered(self, page: AnsweredPage) -> None:
        """Remember the samples of a page: those of one that was left come again when others have been served."""
        self.count += 1
        self.left = {sample: until for sample, until in self.left.items() if until > self.count}
        if page.kind == "look-alikes" and page.shown:
            self.lookalikes[page.shown[0]] = self.count
        if page.kind == "suggested" and page.label_id is not None:
            self.suggested[page.label_id] = self.count
        if page.label_id is not None:
            off = {*page.planted} if page.kind == "check" else {*page.off, *page.planted}
            self.labeled |= {sample: self.count for sample in page.shown if sample not in off}
        elif page.kind in ("look-alikes", "suggested", "random"):
            self.left |= dict.fromkeys(page.shown, self.count + _RANDOM_EVERY)

    def forget(self, count: int) -> None:
        """Forget what the first `count` answers did: it has been read from the store."""
        self.labeled = {sample: number for sample, number in self.labeled.items() if number > count}
        self.lookalikes = {sample: number for sample, number in self.lookalikes.items() if number > count}
        self.suggested = {label: number for label, number in self.suggested.items() if number > count}


def next_page(
    kind: str,
    learned: Learned,
    told: Told,
    clusters: Clusters,
    served: Served,
    others: Set[int],
    size: int,
    odd: float = ODD,
) -> Page | None:
    """Return a page of a kind; None when nothing is left for one. `odd` is as for `suggested_pages`."""
    if kind == "look-alikes":
        return _lookalikes(learned, told, clusters, served, others, size)
    if kind == "check":
        return _check(learned, told, others | set(served.labeled))
    if learned.probabilities is None:
        return None
    free = served.free(learned, others)
    if not len(free):
        return None
    rows = learned.rows
    number = sum(page.kind in ("suggested", "random") for page in told.pages)
    if number % _RANDOM_EVERY == _RANDOM_EVERY - 1:
        found = random_page(learned.best, learned.certainty, free, size, np.random.default_rng(number))
        kind = "random"
    else:
        found, kind = _most_teaching(learned, told, served, free, size, odd), "suggested"
    page = Page(
        kind,
        tuple(rows.ids[learned.at[found.positions]].tolist()),
        rows.label_ids[found.label],
        said=tuple(learned.certainty[found.positions].tolist()),
        odd=found.odd,
    )
    return _with_plant(page, learned, number) if number % _PLANT_EVERY == _PLANT_EVERY - 1 else page


def _most_teaching(
    learned: Learned, told: Told, served: Served, free: np.ndarray, size: int, odd: float
) -> SuggestedPage:
    """Return what was taken off as its next best where that is enough for a page, else the page with most odd ones."""
    rows, at = learned.rows, learned.at
    best, certainty = learned.best, learned.certainty
    taken_off = free[np.isin(rows.ids[at[free]], np.fromiter(told.refused, np.int64, len(told.refused)))]
    found = page_of_taken_off(best, certainty, taken_off, size=size, odd=odd)
    # What the last answer taught is not learned yet: another label teaches more than the same one once more.
    if found is not None and rows.label_ids[found.label] not in served.suggested:
        return found
    pages = suggested_pages(best, certainty, free, size=size, odd=odd)
    others_first = [page for page in pages if rows.label_ids[page.label] not in served.suggested]
    return (others_first or pages)[0]


def odd_until_goal(found: Estimate | None, images: int, goal: float, size: int) -> float:
    """Return the share of a page that may be odd: no more than what is missing to the goal, where that is little."""
    missing = 0.0 if found is None else (goal - found.right) * images
    return ODD if missing <= 0 else float(np.clip(missing / size, 1 / size, ODD))


def second_look_page(
    learned: Learned, told: Told, held_out: tuple[np.ndarray, ...], others: Set[int], size: int
) -> Page | None:
    """Return the given labels that the others contradict most, each with the one that it looks like."""
    given, classes, probabilities = held_out
    if not len(given):
        return None
    order, other, margin = most_contradicted(probabilities, classes)
    rows = learned.rows
    ids = rows.ids[learned.at[given]]
    skip = told.confirmed | others
    chosen = [each for each in order.tolist() if int(ids[each]) not in skip and margin[each] < _SURELY_WRONG][:size]
    if not chosen:
        return None
    labels = [rows.label_ids[other[each]] for each in chosen]
    seen = [rows.label_ids[classes[each]] for each in chosen]
    page = Page("second look", tuple(ids[chosen].tolist()), labels=tuple(labels), seen=tuple(seen))
    sure = [each for each in order[::-1].tolist() if int(ids[each]) not in skip and margin[each] > _CLEARLY]
    if not sure:
        return page
    # A label that is surely right, shown as if another one had been given.
    planted = sure[len(told.pages) % len(sure)]
    at = len(told.pages) % (len(chosen) + 1)
    return replace(
        page,
        sample_ids=_inserted(page.sample_ids, at, int(ids[planted])),
        labels=_inserted(page.labels, at, rows.label_ids[classes[planted]]),
        seen=_inserted(page.seen, at, rows.label_ids[other[planted]]),
        planted=(int(ids[planted]),),
    )


def _lookalikes(
    learned: Learned, told: Told, clusters: Clusters, served: Served, others: Set[int], size: int
) -> Page | None:
    rows, at = learned.rows, learned.at
    free = np.zeros(len(at), bool)
    free[served.free(learned, others)] = True
    of = np.full(len(at), -1, np.int64)
    for number, members in enumerate(clusters.members):
        of[members] = number
    first = [page.shown[0] for page in told.pages if page.kind == "look-alikes" and page.shown]
    first += served.lookalikes
    shown = {int(of[each]) for each in np.flatnonzero(np.isin(at, rows.positions(first)))}
    chosen = next_cluster(clusters, sorted(shown), free)
    if chosen is None:
        return None
    positions = page_of_cluster(clusters, chosen, free, size)
    return Page("look-alikes", tuple(rows.ids[at[positions]].tolist()), _likeliest(learned, positions))


def _likeliest(learned: Learned, positions: np.ndarray) -> int | None:
    if learned.probabilities is None:
        return None
    return learned.rows.label_ids[int(learned.probabilities[positions].mean(axis=0).argmax())]


def _check(learned: Learned, told: Told, taken: Set[int]) -> Page | None:
    """Return the next page of the check that is under way: images of one answer."""
    check = told.check
    if check is None:
        return None
    left = [sample for sample in check.left if sample not in taken]
    if not left:
        return None
    groups: dict[int, list[int]] = {}
    for sample in left:
        groups.setdefault(check.answers[sample], []).append(sample)
    label_id = max(groups, key=lambda each: len(groups[each]))
    ids = groups[label_id][:_SIZE_OF_A_CHECK_PAGE]
    said = _said(learned, ids, label_id)
    page = Page("check", tuple(ids), label_id, said=said, drawn=check.number)
    return _with_plant(page, learned, len(told.pages)) if len(told.pages) % 2 else page


def _said(learned: Learned, sample_ids: list[int], label_id: int) -> tuple[float, ...]:
    """Return the model's probabilities where none of the samples is labeled: those of labeled ones are no forecast."""
    rows = learned.rows
    positions = rows.positions(sample_ids)
    if learned.probabilities is None or (rows.classes[positions] >= 0).any():
        return ()
    by_position = np.full(len(rows.ids), -1, np.int64)
    by_position[learned.at] = np.arange(len(learned.at))
    values = learned.probabilities[by_position[positions], rows.class_of(label_id)]
    return tuple(values.tolist())


def _with_plant(page: Page, learned: Learned, number: int) -> Page:
    """Put an image onto a page that surely has another label: whether it is taken off tells what is overlooked."""
    rows, at = learned.rows, learned.at
    assert learned.probabilities is not None
    own = np.flatnonzero((rows.by[at] == ALONE) | rows.decided[at])
    label = rows.class_of(page.label_id)
    classes = rows.classes[at[own]]
    surely = learned.probabilities[own, classes]
    fit = own[(classes != label) & (surely > _CLEARLY) & ~np.isin(rows.ids[at[own]], page.sample_ids)]
    if not len(fit) or len(page.sample_ids) < 10:
        return page
    generator = np.random.default_rng(number)
    # Of some that are surely something else the one that looks most like the page's label.
    drawn = generator.choice(fit, min(50, len(fit)), replace=False)
    planted = int(rows.ids[at[drawn[int(learned.probabilities[drawn, label].argmax())]]])
    where = int(generator.integers(len(page.sample_ids) + 1))
    said = _inserted(page.said, where, 0.0) if page.said else ()
    return replace(page, sample_ids=_inserted(page.sample_ids, where, planted), said=said, planted=(planted,))


def _inserted(values: tuple, at: int, value: object) -> tuple:  # type: ignore[type-arg]
    return (*values[:at], value, *values[at:])
