"""How many samples each split gets."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.store.splits.allocation import allocate


@given(
    present=st.lists(st.integers(0, 200), min_size=3, max_size=3),
    new=st.integers(1, 200),
    parts=st.lists(st.integers(1, 10), min_size=3, max_size=3),
)
def test_allocation_gives_out_every_new_sample_and_takes_none_away(present, new, parts):
    shares = [part / sum(parts) for part in parts]
    given_out = allocate(present, new, shares)
    assert sum(given_out) == new
    assert min(given_out) >= 0
    if sum(present) + new >= 3 * 200 or (sum(present) == 0 and new >= 3):
        assert all(a + b > 0 for a, b in zip(present, given_out, strict=True))


def test_allocation_of_a_fresh_label_is_within_one_of_the_exact_share():
    for new in range(10, 200):
        for count, share in zip(allocate([0, 0, 0], new, (0.7, 0.15, 0.15)), (0.7, 0.15, 0.15), strict=True):
            assert abs(count - new * share) <= 1
