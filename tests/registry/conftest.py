"""MLflow's side of the project `shades`, and the store's."""

import pytest

from tests.colors import colors, project_without_theme  # noqa: F401
from workbench.registry.tracking import connect
from workbench.registry.versions import list_versions


@pytest.fixture
def client(shades):
    """A client of the project's MLflow."""
    return connect(shades.project)


@pytest.fixture
def aliases(client):
    """`aliases()` returns the version that each alias is on in MLflow."""

    def read() -> dict[str, int]:
        return {alias: int(version) for alias, version in client.get_registered_model("shades").aliases.items()}

    return read


@pytest.fixture
def stages(shades):
    """`stages()` returns the stage of each version in the store."""

    def read() -> dict[int, str]:
        return {row.version: row.stage for row in list_versions("shades")}

    return read
