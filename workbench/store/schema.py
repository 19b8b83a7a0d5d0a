"""The tables of the store as SQLAlchemy models.

Times are aware datetimes in UTC. Deleting sets `deleted_at`; rows go only with garbage collection.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from workbench.store.column_types import BigId, UtcDateTime, now, plain_text

SPLITS = ("train", "valid", "test")
SOURCES = ("human", "import", "model", "undo")
STAGES = ("none", "staging", "production", "archived")
TASKS = ("classification", "boxes")
PURPOSES = ("training", "trial", "prediction", "evaluation")
"""What a network is made to answer the test split for."""
PAGE = "page"
"""The action of a batch that answers a page of samples; see `workbench.store.assistance`."""
STAGED = "unfinished "
"""What the digest of a snapshot begins with whose rows are still being written; the name of who writes it follows."""
EVENT_ACTIONS = ("label", "boxes", "second opinion", "review", "repeat", "split", "delete", "group")
BATCH_ACTIONS = (
    *("label", "boxes", "second opinion", "review", "repeat", "import", "crops", PAGE, "goal"),
    *("split", "reset splits", "move to split"),
    *("set group", "find groups", "mend groups"),
    *("delete", "restore", "rename label", "merge labels", "delete label", "delete theme", "collect garbage"),
)


class Base(DeclarativeBase):
    """Base of all tables; its naming convention gives every constraint the same name on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, float: Float(53)}  # noqa: RUF012 - SQLAlchemy reads it so


_ALIVE: dict[str, Any] = {"sqlite_where": text("deleted_at IS NULL"), "postgresql_where": text("deleted_at IS NULL")}
# PostgreSQL writes a changed row once more into each index: with this room a bulk edit splits no pages of them.
_LOOSE: dict[str, Any] = {**_ALIVE, "postgresql_with": {"fillfactor": 60}}
# And there the samples of the two small splits are found by an index of their own; those of train, or of none, are
# found on the way through all: a row that enters train is one entry less to write.
_SMALL_SPLITS: dict[str, Any] = {
    **_LOOSE,
    "postgresql_where": text("deleted_at IS NULL AND split IN ('valid', 'test')"),
}

_PAGES: dict[str, Any] = {f"{name}_where": text("action = 'page'") for name in ("sqlite", "postgresql")}
_GOALS: dict[str, Any] = {f"{name}_where": text("action = 'goal'") for name in ("sqlite", "postgresql")}
_BEYOND_ASCII: dict[str, Any] = {
    "sqlite_where": text("length(CAST(name AS BLOB)) <> length(name)"),
    "postgresql_where": text("octet_length(name) <> length(name)"),
}

_GROUPED: dict[str, Any] = {
    "sqlite_where": text("group_id IS NOT NULL"),
    "postgresql_where": text("group_id IS NOT NULL"),
}

_GIVEN: dict[str, Any] = {
    "sqlite_where": text("client_key IS NOT NULL"),
    "postgresql_where": text("client_key IS NOT NULL"),
}


class Theme(Base):
    """One classification task. `overlap` is the share of its samples that a second annotator is asked about."""

    __tablename__ = "themes"
    __table_args__ = (Index("uq_themes_name", "name", unique=True, **_ALIVE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(plain_text(200))
    description: Mapped[str] = mapped_column(Text, default="")
    task: Mapped[str] = mapped_column(String(20), default="classification")
    overlap: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class Label(Base):
    """A class of a theme. Positions count from 1; `key` is the letter or digit that gives it, None without one.

    `merged_into` is the label that a merged one went into; such a label is deleted, and revived by undoing the merge.
    `former_names` are those that it had before, by which a data set that comes once more still finds it.
    """

    __tablename__ = "labels"
    __table_args__ = (
        Index("uq_labels_theme_id_name", "theme_id", "name", unique=True, **_ALIVE),
        Index("uq_labels_theme_id_key", "theme_id", "key", unique=True, **_ALIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    color: Mapped[str] = mapped_column(String(7))
    key: Mapped[str | None] = mapped_column(String(1))
    deleted_at: Mapped[datetime | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("labels.id", deferrable=True, initially="DEFERRED"))
    former_names: Mapped[list[str]] = mapped_column(JSON, default=list)


class Group(Base):
    """Samples of a theme that somebody said belong together: one patient's, one film's. Never in two splits."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("theme_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    name: Mapped[str] = mapped_column(plain_text(200))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Sample(Base):
    """One image in a theme.

    `uri` is the key of its bytes below the image store, `name` the file name that it came with (relative to the
    imported folder). `split` is empty until assigned. `nothing_there` says that somebody looked for boxes and found
    nothing to mark. `group_id` is the group that somebody gave it; those that look alike are in `NearDuplicate`.
    """

    __tablename__ = "samples"
    __table_args__ = (
        UniqueConstraint("theme_id", "sha256"),
        # One index per way of paging; each ends in `id` so that the order is total.
        Index("ix_samples_paging_id", "theme_id", "id", postgresql_include=["label_id", "split", "skipped"], **_LOOSE),
        Index("ix_samples_paging_split", "theme_id", "split", "id", **_SMALL_SPLITS),
        # With the column of its condition: all names are read for a part of one that is short, or in most of them.
        Index("ix_samples_paging_name", "theme_id", "name", "id", "deleted_at", **_LOOSE),
        Index("ix_samples_paging_annotator", "theme_id", "annotator", "id", **_LOOSE),
        Index("ix_samples_paging_labeled_at", "theme_id", "labeled_at", "id", **_LOOSE),
        Index("ix_samples_paging_state", "theme_id", "label_id", "skipped", "id", **_LOOSE),
        # The few whose names have other letters: what is looked for in lower case differs from them.
        Index("ix_samples_beyond_ascii", "theme_id", "id", **_BEYOND_ASCII),
        Index("ix_samples_group_id", "group_id", **_GROUPED),
        # With the column of its condition: SQLite would else read every row for it.
        Index("ix_samples_counts", "theme_id", "label_id", "split", "skipped", "deleted_at", **_LOOSE),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    sha256: Mapped[str] = mapped_column(plain_text(64))
    uri: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(plain_text(1000))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    label_id: Mapped[int | None] = mapped_column(ForeignKey("labels.id"))
    annotator: Mapped[str | None] = mapped_column(String(200))
    labeled_at: Mapped[datetime | None]
    skipped: Mapped[bool] = mapped_column(default=False)
    nothing_there: Mapped[bool] = mapped_column(default=False)
    split: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))


class DuplicateSearch(Base):
    """How a theme's near duplicates were found: its pairs are the rows of `NearDuplicate`.

    Pairs that match by `threshold` (0 to 1) or more belong together. `images` were compared, `unreadable` ones could
    not be; `last_event` and `last_sample` are the newest of that moment: what came or came back since was not.
    """

    __tablename__ = "duplicate_searches"

    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=now)
    annotator: Mapped[str] = mapped_column(String(200))
    method: Mapped[str] = mapped_column(String(100))
    encoder: Mapped[str] = mapped_column(String(200))
    encoder_digest: Mapped[str] = mapped_column(String(16))
    threshold: Mapped[float]
    images: Mapped[int]
    unreadable: Mapped[int] = mapped_column(default=0)
    last_event: Mapped[int] = mapped_column(BigId, default=0)
    last_sample: Mapped[int] = mapped_column(BigId, default=0)


class NearDuplicate(Base):
    """Two samples that look alike, the one that came first first, and how well they match (0 to 1)."""

    __tablename__ = "near_duplicates"
    __table_args__ = (Index("ix_near_duplicates_theme_id", "theme_id", "score"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), primary_key=True, index=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    score: Mapped[float]


class Box(Base):
    """A rectangle on a sample with a label, in pixels of the original image; origin top left."""

    __tablename__ = "boxes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), index=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), index=True)
    x: Mapped[float]
    y: Mapped[float]
    width: Mapped[float]
    height: Mapped[float]
    annotator: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Batch(Base):
    """What one person or program did at once: a key press, a bulk edit, an import, an undo.

    Its events refer to it. `undoes` is the batch that an undo took back.
    """

    __tablename__ = "batches"
    __table_args__ = (
        Index("ix_batches_undoable", "theme_id", "annotator", "id"),
        # Few among all the keys: what the model beside the annotators reads after each answer.
        Index("ix_batches_pages", "theme_id", "id", **_PAGES),
        Index("ix_batches_goals", "theme_id", "id", **_GOALS),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    annotator: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("batches.id"), unique=True)
    client_key: Mapped[str | None] = mapped_column(String(100), unique=True)


class RunningBatch(Base):
    """A batch of many samples that is being written a step at a time; the row goes with the last step.

    `writer` is the `part_files.writer_name` of the process that writes it, `beat_at` when it last did. `done` of
    `total` samples are written; of an undo, `last_event` is the event of the undone batch that it got to. See
    `workbench.store.steps`.
    """

    __tablename__ = "running_batches"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True, autoincrement=False)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), index=True)
    writer: Mapped[str] = mapped_column(String(100))
    beat_at: Mapped[datetime] = mapped_column(default=now)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    last_event: Mapped[int] = mapped_column(BigId, default=0)


class LabelEvent(Base):
    """An append-only record of one change to a sample: who, when, from what to what, from which source.

    What `before` and `after` hold depends on `action`:

    - `label`, `boxes`: the decision, in the text form of `workbench.store.decisions.Decision`;
    - `second opinion`: likewise, what an annotator said who was asked about a sample that another one had decided; it
      changes nothing by itself;
    - `repeat`: likewise, what an annotator said when asked once more about a sample of their own; it changes nothing;
    - `review`: likewise, the decision before and after somebody settled a disagreement;
    - `split`: the split or null;
    - `delete`: `"deleted"` or null.
    """

    __tablename__ = "label_events"
    __table_args__ = (
        Index("ix_label_events_sample", "sample_id", "id"),
        Index("ix_label_events_theme", "theme_id", "id"),
        Index("ix_label_events_batch", "batch_id", "id"),
        Index("uq_label_events_client_key", "client_key", unique=True, **_GIVEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # None of theme, sample and batch is a foreign key: each doubles what PostgreSQL takes for a bulk edit's events.
    theme_id: Mapped[int]
    sample_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(default=now)
    annotator: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(20))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    before_annotator: Mapped[str | None] = mapped_column(String(200))
    before_at: Mapped[datetime | None]
    batch_id: Mapped[int] = mapped_column(BigId)
    client_key: Mapped[str | None] = mapped_column(String(100))


class Tag(Base):
    """A name for a state of a theme's labels: everything up to an event and a sample, whatever happens later."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("theme_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(default=now)
    annotator: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    last_event: Mapped[int] = mapped_column(BigInteger)
    last_sample: Mapped[int] = mapped_column(BigInteger)


class Fork(Base):
    """A theme that began as a state of another one; its own events up to `last_event` made it so."""

    __tablename__ = "forks"

    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), primary_key=True, autoincrement=False)
    origin_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    annotator: Mapped[str] = mapped_column(String(200))
    last_event: Mapped[int] = mapped_column(BigInteger)
    last_sample: Mapped[int] = mapped_column(BigInteger)


class TestEvaluation(Base):
    """An append-only record of one look at the test split: which run's network answered it, when, by whom, for what."""

    __tablename__ = "test_evaluations"
    __table_args__ = (Index("ix_test_evaluations_theme", "theme_id", "id"),)
    __test__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    annotator: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(20))
    run_id: Mapped[str] = mapped_column(String(64))
    images: Mapped[int]


class Assignment(Base):
    """A sample that is reserved for one annotator, so that others are given different ones until it expires."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_annotator", "theme_id", "annotator"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    annotator: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]


class SecondOpinion(Base):
    """What one annotator decided about a sample that several were asked about, each without seeing the others'.

    The first one of a sample is the decision that it had. `review_id` is the batch that settled the sample, null while
    nobody did.
    """

    __tablename__ = "second_opinions"
    __table_args__ = (
        UniqueConstraint("sample_id", "annotator"),
        Index("ix_second_opinions_theme", "theme_id", "sample_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"))
    annotator: Mapped[str] = mapped_column(String(200))
    decision: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(default=now)
    review_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))


class Snapshot(Base):
    """The frozen list of (sample, label, split) that a run used; the digest is of that content.

    `certificate` says what was known of samples that belong together when it was last taken.
    """

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("theme_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    digest: Mapped[str] = mapped_column(String(64))
    class_names: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class SnapshotSample(Base):
    """One line of a snapshot. The label is kept by name, so that a later rename or deletion does not change it.

    `given` says how people had given it when it was frozen: `key` (by itself, or by an import), `page` (with others at
    once) or `rest` (a suggestion that nobody looked at); null in snapshots that are older than this column.
    """

    __tablename__ = "snapshot_samples"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), primary_key=True, index=True)
    label: Mapped[str] = mapped_column(String(200))
    split: Mapped[str] = mapped_column(String(10))
    given: Mapped[str | None] = mapped_column(String(5))


class Model(Base):
    """What predicts a theme's samples: a `ModelVersion`, or an `ImportedModel`."""

    __tablename__ = "models"
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - SQLAlchemy reads it so

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ModelVersion(Model):
    """A version of the theme's registered model, as the MLflow registry has it."""

    __mapper_args__ = {"polymorphic_identity": "version"}  # noqa: RUF012 - SQLAlchemy reads it so

    version: Mapped[int] = mapped_column(nullable=True)
    run_id: Mapped[str] = mapped_column(String(64), nullable=True)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id"))
    stage: Mapped[str] = mapped_column(String(20), default="none", nullable=True)
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, nullable=True)


class ImportedModel(Model):
    """A model that is not here, whose predictions came with a data set: named after the field that held them."""

    __mapper_args__ = {"polymorphic_identity": "imported"}  # noqa: RUF012 - SQLAlchemy reads it so

    name: Mapped[str] = mapped_column(String(200), nullable=True)


Index("uq_models_theme_id_version", ModelVersion.theme_id, ModelVersion.version, unique=True)
Index("uq_models_theme_id_name", ImportedModel.theme_id, ImportedModel.name, unique=True)


class StageEvent(Base):
    """An append-only record of one change of a model version's stage.

    `before` is null when the version was registered, `after` when it was deleted; the history outlives the version.
    """

    __tablename__ = "stage_events"
    __table_args__ = (Index("ix_stage_events_theme", "theme_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    annotator: Mapped[str] = mapped_column(String(200))
    before: Mapped[str | None] = mapped_column(String(20))
    after: Mapped[str | None] = mapped_column(String(20))


class Prediction(Base):
    """What a model said of a sample: its label and the score (probability, 0 to 1)."""

    __tablename__ = "predictions"
    __table_args__ = (
        UniqueConstraint("model_id", "sample_id"),
        Index("ix_predictions_sample", "sample_id", "model_id"),
        Index("ix_predictions_score", "model_id", "score", "sample_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"))
    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"))
    label_id: Mapped[int | None] = mapped_column(ForeignKey("labels.id"))
    score: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(default=now)
