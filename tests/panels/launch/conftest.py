"""The theme that is learned in a second."""

from tests.colors import colors, project_without_theme  # noqa: F401
