"""First schema.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALIVE = {"sqlite_where": sa.text("deleted_at IS NULL"), "postgresql_where": sa.text("deleted_at IS NULL")}
LOOSE = {"postgresql_with": {"fillfactor": 60}}


def plain_text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "label_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("before_annotator", sa.String(200), nullable=True),
        sa.Column("before_at", TIME, nullable=True),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("client_key", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_label_events"),
    )
    op.create_index("ix_label_events_batch", "label_events", ["batch_id", "id"])
    op.create_index("ix_label_events_sample", "label_events", ["sample_id", "id"])
    op.create_index("ix_label_events_theme", "label_events", ["theme_id", "id"])
    given = sa.text("client_key IS NOT NULL")
    op.create_index(
        "uq_label_events_client_key",
        "label_events",
        ["client_key"],
        unique=True,
        sqlite_where=given,
        postgresql_where=given,
    )
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", plain_text(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("task", sa.String(20), nullable=False),
        sa.Column("overlap", sa.Float(53), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_themes"),
    )
    op.create_index("uq_themes_name", "themes", ["name"], unique=True, **ALIVE)
    op.create_table(
        "batches",
        sa.Column("id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("undoes", BIG, nullable=True),
        sa.Column("client_key", sa.String(100), nullable=True),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_batches_theme_id_themes"),
        sa.ForeignKeyConstraint(["undoes"], ["batches.id"], name="fk_batches_undoes_batches"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("client_key", name="uq_batches_client_key"),
        sa.UniqueConstraint("undoes", name="uq_batches_undoes"),
    )
    op.create_index("ix_batches_undoable", "batches", ["theme_id", "annotator", "id"])
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("color", sa.String(7), nullable=False),
        sa.Column("key", sa.String(1), nullable=True),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("former_names", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["labels.id"], name="fk_labels_merged_into_labels", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_labels_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_labels"),
    )
    op.create_index("ix_labels_theme_id", "labels", ["theme_id"])
    op.create_index("uq_labels_theme_id_name", "labels", ["theme_id", "name"], unique=True, **ALIVE)
    op.create_index("uq_labels_theme_id_key", "labels", ["theme_id", "key"], unique=True, **ALIVE)
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("class_names", sa.JSON(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_snapshots_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
        sa.UniqueConstraint("theme_id", "digest", name="uq_snapshots_theme_id_digest"),
    )
    op.create_table(
        "stage_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("before", sa.String(20), nullable=True),
        sa.Column("after", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_stage_events_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_stage_events"),
    )
    op.create_index("ix_stage_events_theme", "stage_events", ["theme_id", "id"])
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.String(64), nullable=True),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(20), nullable=True),
        sa.Column("metrics", sa.JSON(), nullable=True),
        sa.Column("name", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name="fk_models_snapshot_id_snapshots"),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_models_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
    )
    op.create_index("uq_models_theme_id_name", "models", ["theme_id", "name"], unique=True)
    op.create_index("uq_models_theme_id_version", "models", ["theme_id", "version"], unique=True)
    op.create_table(
        "samples",
        sa.Column("id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("sha256", plain_text(64), nullable=False),
        sa.Column("uri", sa.String(200), nullable=False),
        sa.Column("name", plain_text(1000), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=True),
        sa.Column("annotator", sa.String(200), nullable=True),
        sa.Column("labeled_at", TIME, nullable=True),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("nothing_there", sa.Boolean(), nullable=False),
        sa.Column("split", sa.String(10), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_samples_label_id_labels"),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_samples_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
        sa.UniqueConstraint("theme_id", "sha256", name="uq_samples_theme_id_sha256"),
    )
    op.create_index(
        "ix_samples_counts", "samples", ["theme_id", "label_id", "split", "skipped", "deleted_at"], **ALIVE, **LOOSE
    )
    op.create_index("ix_samples_paging_annotator", "samples", ["theme_id", "annotator", "id"], **ALIVE, **LOOSE)
    op.create_index(
        "ix_samples_paging_id",
        "samples",
        ["theme_id", "id"],
        postgresql_include=["label_id", "split", "skipped"],
        **ALIVE,
        **LOOSE,
    )
    op.create_index("ix_samples_paging_labeled_at", "samples", ["theme_id", "labeled_at", "id"], **ALIVE, **LOOSE)
    op.create_index("ix_samples_paging_name", "samples", ["theme_id", "name", "id"], **ALIVE, **LOOSE)
    op.create_index(
        "ix_samples_paging_split",
        "samples",
        ["theme_id", "split", "id"],
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL AND split IN ('valid', 'test')"),
        **LOOSE,
    )
    op.create_index("ix_samples_paging_state", "samples", ["theme_id", "label_id", "skipped", "id"], **ALIVE, **LOOSE)
    op.create_table(
        "assignments",
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name="fk_assignments_sample_id_samples"),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_assignments_theme_id_themes"),
        sa.PrimaryKeyConstraint("sample_id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_annotator", "assignments", ["theme_id", "annotator"])
    op.create_table(
        "boxes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Float(53), nullable=False),
        sa.Column("y", sa.Float(53), nullable=False),
        sa.Column("width", sa.Float(53), nullable=False),
        sa.Column("height", sa.Float(53), nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_boxes_label_id_labels"),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name="fk_boxes_sample_id_samples"),
        sa.PrimaryKeyConstraint("id", name="pk_boxes"),
    )
    op.create_index("ix_boxes_label_id", "boxes", ["label_id"])
    op.create_index("ix_boxes_sample_id", "boxes", ["sample_id"])
    op.create_table(
        "predictions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_predictions_label_id_labels"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_predictions_model_id_models", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name="fk_predictions_sample_id_samples"),
        sa.PrimaryKeyConstraint("id", name="pk_predictions"),
        sa.UniqueConstraint("model_id", "sample_id", name="uq_predictions_model_id_sample_id"),
    )
    op.create_index("ix_predictions_sample", "predictions", ["sample_id", "model_id"])
    op.create_index("ix_predictions_score", "predictions", ["model_id", "score", "sample_id"])
    op.create_table(
        "second_opinions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("review_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["batches.id"], name="fk_second_opinions_review_id_batches"),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name="fk_second_opinions_sample_id_samples"),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_second_opinions_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_second_opinions"),
        sa.UniqueConstraint("sample_id", "annotator", name="uq_second_opinions_sample_id_annotator"),
    )
    op.create_index("ix_second_opinions_theme", "second_opinions", ["theme_id", "sample_id"])
    op.create_table(
        "snapshot_samples",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("split", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name="fk_snapshot_samples_sample_id_samples"),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name="fk_snapshot_samples_snapshot_id_snapshots", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "sample_id", name="pk_snapshot_samples"),
    )
    op.create_index("ix_snapshot_samples_sample_id", "snapshot_samples", ["sample_id"])

    if op.get_context().dialect.name == "postgresql":
        # Room for changed rows in the indexes of the constraints too.
        for index in ("pk_samples", "uq_samples_theme_id_sha256"):
            op.execute(f"ALTER INDEX {index} SET (fillfactor = 60)")
