"""A theme with samples enough for several annotators."""

import pytest


@pytest.fixture
def pets(store, make_theme, add_samples):
    theme_id = make_theme(store)
    return theme_id, add_samples(store, theme_id, range(30))
