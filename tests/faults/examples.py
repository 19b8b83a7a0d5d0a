"""How many examples hypothesis draws: the same few in every run of the suite, others and more in a long one."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.faults.kills import SEED, TIMES

mutations = st.randoms(use_true_random=False)
"""The choices that a mutation makes, drawn by hypothesis, which finds the simplest that fails."""


def try_each(number: int, drawn: st.SearchStrategy, test: Callable[[Any], None]) -> int:
    """Call a test with so many examples, in a long run with more, and return how many there were."""
    count = 0

    def each(example):
        nonlocal count
        count += 1
        test(example)

    steady = SEED == 1
    health = [HealthCheck.too_slow, HealthCheck.data_too_large]
    how = settings(
        max_examples=number * TIMES, derandomize=steady, database=None, deadline=None, suppress_health_check=health
    )
    run = how(given(drawn)(each))
    (run if steady else seed(SEED)(run))()
    print(f"FAULTS {count} inputs, no traceback")
    return count
