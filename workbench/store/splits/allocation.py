"""How many samples each split gets: the shares, the largest remainder method (Hamilton's), what valid lacks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.errors import WorkbenchError
from workbench.store.schema import SPLITS

DEFAULT_RATIOS = (0.7, 0.15, 0.15)


@dataclass(frozen=True)
class GroupedSplits:
    """What an assignment did with samples that belong together; `number` groups got a split as a whole.

    `joined` samples followed members that have a split; `straddling` of their groups are in several, and need mending.
    `farthest` is the share that is least met because of groups: the label (empty in a theme of boxes), the split, the
    share that was asked for and the one that it has.
    """

    number: int
    joined: int
    straddling: int
    farthest: tuple[str, str, float, float] | None = None

    def __str__(self) -> str:
        told = f"{self.number:,} {'group stays' if self.number == 1 else 'groups stay'} whole"
        told += f", {self.joined:,} samples among them joined members that had a split" if self.joined else ""
        if self.farthest is not None:
            label, split, asked, got = self.farthest
            whose = f" of '{label}'" if label else ""
            told += f". Farthest from its share: {got:.1%}{whose} in {split}, {asked:.1%} was asked for"
        if self.straddling:
            one = self.straddling == 1
            told += f". {self.straddling:,} {'of them is' if one else 'of them are'} in several splits: mend them"
        return told + "."


def farthest_share(
    counts: Mapping[str, Mapping[str, int]], shares: Sequence[float]
) -> tuple[str, str, float, float] | None:
    """Return the label and split whose number is farthest from its share, with the share asked for and the one met."""
    found = [
        (name, split, share, row[split] / total)
        for name, row in counts.items()
        if (total := sum(row[split] for split in SPLITS))
        for split, share in zip(SPLITS, shares, strict=True)
    ]
    return max(found, key=lambda each: abs(each[3] - each[2]), default=None)


@dataclass(frozen=True)
class SplitOutcome:
    """What an assignment did (or, as a preview, would do): new samples per split, and the counts afterwards.

    `counts` maps label name to split to number, over all samples of the theme that have a label; `reset` samples had
    their split taken away first, `moved` went from train to valid. `groups` says what groups had a say in.
    """

    assigned: dict[str, int]
    counts: dict[str, dict[str, int]]
    reset: int = 0
    moved: int = 0
    groups: GroupedSplits | None = None


@dataclass(frozen=True)
class DrawnSplits:
    """Which samples get which split, in pairs of a sample and the position of a split among SPLITS, by sample.

    `given` have none yet, `moved` go from train to valid.
    """

    given: Sequence[tuple[int, int]]
    moved: Sequence[tuple[int, int]]
    outcome: SplitOutcome


def check_ratios(ratios: Sequence[float]) -> tuple[float, float, float]:
    """Return the shares of train, valid and test. Raises WorkbenchError unless they are three that sum to 1."""
    if len(ratios) != 3:
        raise WorkbenchError(f"{len(ratios)} split ratios were given; three are needed: train, valid, test.")
    if any(not math.isfinite(ratio) or ratio < 0 for ratio in ratios) or ratios[0] <= 0:
        raise WorkbenchError(f"The split ratios {_shown(ratios)} are not allowed: train above 0, the others 0 or more.")
    if abs(sum(ratios) - 1) > 1e-6:
        raise WorkbenchError(
            f"The split ratios {_shown(ratios)} sum to {sum(ratios):g}; they must sum to 1, for example 0.7 0.15 0.15."
        )
    return ratios[0], ratios[1], ratios[2]


def check_options(ratios: Sequence[float], reset: bool, valid_from_train: bool) -> tuple[float, float, float]:
    """Return the shares as `check_ratios` does. Raises WorkbenchError when they contradict the options."""
    shares = check_ratios(ratios)
    if valid_from_train and reset:
        raise WorkbenchError(
            "A reset assigns all splits from the start, valid among them. Ask for it or for valid out of train."
        )
    if valid_from_train and not shares[1]:
        raise WorkbenchError("The share of valid is 0. Give it one above 0 to take it out of train: 0.7 0.15 0.15.")
    return shares


def short_of(train: int, valid: int, shares: Sequence[float]) -> int:
    """Return how many of train's samples valid lacks for its share of the two; train keeps at least one."""
    wanted = max(math.floor((train + valid) * shares[1] / (shares[0] + shares[1]) + 0.5), 1)
    return max(0, min(wanted - valid, train - 1))


def allocate(present: Sequence[int], new: int, shares: Sequence[float]) -> list[int]:
    """Distribute `new` samples over the splits so that, with those `present`, each comes closest to its share.

    A split with a share above 0 that would stay empty gets one sample from the fullest split's new ones.
    """
    total = sum(present) + new
    room = [max(share * total - count, 0.0) for share, count in zip(shares, present, strict=True)]
    if sum(room) <= 0:
        room = list(shares)
    exact = [new * part / sum(room) for part in room]
    given = [math.floor(part + 1e-9) for part in exact]
    order = sorted(range(len(shares)), key=lambda i: (-(exact[i] - given[i]), i))
    for index in order[: new - sum(given)]:
        given[index] += 1
    for index, share in enumerate(shares):
        if share > 0 and present[index] + given[index] == 0:
            donor = max(range(len(shares)), key=lambda i: (given[i], -i))
            if given[donor] > 1 or (given[donor] == 1 and present[donor] > 0):
                given[donor] -= 1
                given[index] += 1
    return given


def _shown(ratios: Sequence[float]) -> str:
    return " ".join(f"{ratio:g}" for ratio in ratios)
