"""The theme that is learned in a second, and what a training on it is made of."""

from tests.colors import colors, probe, project_without_theme  # noqa: F401
