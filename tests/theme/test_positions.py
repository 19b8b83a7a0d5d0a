"""Slices and draws of any length mean what they mean of a list, and memory does not hold the ids."""

import tracemalloc
from itertools import product

from workbench.theme.positions import Draw, Slice, chosen_positions, ids_at

MANY = 150_000


def test_slices_and_draws_are_those_of_a_list():
    whole = [3 * number for number in range(25)]
    ends = (None, 0, 3, 30, -4)
    for start, stop, step in product(ends, ends, (None, 2, -3)):
        cut = slice(start, stop, step)
        positions = chosen_positions(25, [Slice(cut), Draw(5, seed=2)])
        assert list(ids_at(iter(whole), chosen_positions(25, [Slice(cut)]))) == whole[cut]
        assert set(ids_at(iter(whole), positions)) <= set(whole[cut])
        assert len(positions) == min(5, len(whole[cut]))


def test_ids_of_many_samples_lie_in_a_file_and_only_what_is_asked_for_is_read():
    read = []
    ids = (read.append(1) or number for number in range(MANY))
    assert list(ids_at(ids, chosen_positions(MANY, [Slice(slice(10, 20))]))) == list(range(10, 20))
    assert len(read) == 20
    tracemalloc.start()
    try:
        downwards = ids_at(iter(range(MANY)), chosen_positions(MANY, [Slice(slice(None, None, -1))]))
        assert (len(downwards), downwards[0], downwards[-1]) == (MANY, MANY - 1, 0)
        drawn = ids_at(iter(range(MANY)), chosen_positions(MANY, [Draw(100, seed=1)]))
        assert len(set(drawn)) == 100
        assert tracemalloc.get_traced_memory()[1] < 3 * MANY, "an id takes eight bytes, of a list of them 36"
    finally:
        tracemalloc.stop()
