"""What the tests of check, backup and garbage collection work on."""

import shutil

import pytest

from workbench.paths import asset
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits
from workbench.store.upkeep import migrations


@pytest.fixture
def trained(store, make_theme, add_samples):
    """A theme with labels, splits, a snapshot and a deleted sample. Returns its id and its samples' ids."""
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(24))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [
            Edit(sample_id, Decision.of((cat if number % 2 else dog).id)) for number, sample_id in enumerate(ids[:20])
        ]
        decide(theme_id, [*decisions, Edit(ids[20], SKIPPED)], annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
        take_snapshot(theme_id, session=session)
        delete_samples(theme_id, SampleFilter(ids=(ids[23],)), annotator="ann", session=session)
    return theme_id, ids


@pytest.fixture
def uri_of():
    """`uri_of(store, sample_id)` is the key of a sample's image."""

    def find(store, sample_id):
        with store.read() as session:
            return session.get_one(Sample, sample_id).uri

    return find


NEXT_VERSION = '''
"""A version that comes after all others: on SQLite it rebuilds a table that others refer to."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "9000", "{latest}"


def upgrade() -> None:
    with op.batch_alter_table("themes") as table:
        table.alter_column("description", server_default="")
        table.add_column(sa.Column("motto", sa.Text(), nullable=False, server_default="none"))
'''


@pytest.fixture
def newer_code(monkeypatch, tmp_path):
    """Make this code one schema version newer than it is, when it is called."""

    def make_newer():
        folder = tmp_path / "newer migrations"
        shutil.copytree(asset("db", "migrations"), folder)
        written = NEXT_VERSION.format(latest=migrations.latest_version())
        (folder / "versions" / "9000_motto.py").write_text(written)
        monkeypatch.setattr(migrations, "asset", lambda *parts: folder.joinpath(*parts[2:]))

    return make_newer


@pytest.fixture
def pets(store, make_theme, add_samples):
    theme_id = make_theme(store)
    return theme_id, add_samples(store, theme_id, range(12))


@pytest.fixture
def label_ids(store, pets):
    with store.read() as session:
        return {label.name: label.id for label in labels_of(pets[0], session=session)}
