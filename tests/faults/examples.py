"""How many examples hypothesis draws: the same few in every run of the suite, others and more in a long one."""

from collections.abc import Callable

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st

from tests.faults.kills import SEED, TIMES

mutations = st.randoms(use_true_random=False)
"""The choices that a mutation makes, drawn by hypothesis, which finds the simplest that fails."""


def examples(number: int) -> Callable:
    """Draw so many examples for a test, which may use fixtures that stay the same for all of them."""
    drawn = settings(
        max_examples=number * TIMES,
        derandomize=SEED == 1,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    return drawn if SEED == 1 else lambda test: seed(SEED)(drawn(test))
