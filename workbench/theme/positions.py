"""Which samples of an order a query takes: slices and draws as positions, and ids kept eight bytes each."""

from __future__ import annotations

import mmap
import random
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_AT_ONCE = 10_000


@dataclass(frozen=True)
class Slice:
    """What `query[start:stop:step]` takes."""

    of: slice

    def choose(self, positions: Sequence[int]) -> Sequence[int]:
        return positions[self.of]


@dataclass(frozen=True)
class Draw:
    """So many of them at random; the same seed draws the same ones of as many."""

    number: int
    seed: int

    def choose(self, positions: Sequence[int]) -> Sequence[int]:
        return random.Random(self.seed).sample(positions, min(self.number, len(positions)))


Choice = Slice | Draw


def chosen_positions(total: int, choices: Iterable[Choice]) -> Sequence[int]:
    """Return the positions, from 0, that some choices leave of an order; slices alone are a range, of any length."""
    positions: Sequence[int] = range(total)
    for choice in choices:
        positions = choice.choose(positions)
    return positions


def ids_at(ids: Iterator[int], positions: Sequence[int]) -> Sequence[int]:
    """Return the ids at some positions. No more are read than the positions ask for, where those go forwards."""
    if isinstance(positions, range) and positions.step > 0:
        return kept(islice(ids, positions.start, positions.stop, positions.step))
    whole = kept(ids)
    return kept(whole[position] for position in positions)


def kept(ids: Iterator[int]) -> Sequence[int]:
    """Keep ids for later: of many they lie in a file without a name, so that memory holds none of them."""
    part = array("q", islice(ids, _AT_ONCE))
    if len(part) < _AT_ONCE:
        return memoryview(part)
    with tempfile.TemporaryFile() as file:
        while part:
            part.tofile(file)
            part = array("q", islice(ids, _AT_ONCE))
        file.flush()
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("q")
