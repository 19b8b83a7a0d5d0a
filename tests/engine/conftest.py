"""A group on this machine: PostgreSQL, S3, a Dask scheduler, and workers with folders of their own."""

import pytest

from tests.shades import draw_png, make_shades

IMAGES = 240


@pytest.fixture
def group(s3, project, postgresql_database, monkeypatch, mlflow_template):
    """The theme `shades` of `tests/shades.py` with further images, in PostgreSQL and S3."""
    import shutil

    from tests.conftest import _in_turn

    with _in_turn(*postgresql_database) as url:
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", url)
        project.db.mkdir(exist_ok=True)
        shutil.copy(mlflow_template, project.db / "mlflow.db")
        shades = make_shades(project.root)
        for number in range(IMAGES):
            shades.add_sample(draw_png(number, 1_000 + number), label=None, split=None, name=f"more/{number:03}.png")
        yield shades
        shades.store.close()
