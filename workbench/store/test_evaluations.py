"""The record of evaluations on the test split: who had which run's network answer it, when and for what."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.store.events import came_to_its_end, checked_annotator
from workbench.store.schema import PURPOSES, Batch, TestEvaluation


def record_evaluation(
    theme_id: int, run_id: str, purpose: str, images: int, *, annotator: str, session: Session
) -> None:
    """Record that a run's network answered so many test images. Nothing is recorded of none."""
    if purpose not in PURPOSES:
        raise ValueError(f"there is no purpose '{purpose}': PURPOSES of the schema has all")
    if images:
        who = checked_annotator(annotator)
        session.add(TestEvaluation(theme_id=theme_id, run_id=run_id, purpose=purpose, images=images, annotator=who))
        session.flush()


def evaluations_of(theme_id: int, *, session: Session) -> list[TestEvaluation]:
    """Return the evaluations since the theme's splits were last reset, which made another test split; oldest first."""
    reset = select(func.max(Batch.at)).where(Batch.theme_id == theme_id, Batch.action == "reset splits")
    reset = reset.where(came_to_its_end())
    since = session.scalar(reset)
    query = select(TestEvaluation).where(TestEvaluation.theme_id == theme_id).order_by(TestEvaluation.id)
    return list(session.scalars(query if since is None else query.where(TestEvaluation.at > since)))


def measured_images(theme_id: int, run_id: str, *, session: Session) -> int:
    """Return how many test images a run's network answered when it was trained, 0 where nothing was recorded."""
    query = select(func.max(TestEvaluation.images)).where(
        TestEvaluation.theme_id == theme_id,
        TestEvaluation.run_id == run_id,
        TestEvaluation.purpose.in_(("training", "trial")),
    )
    return session.scalar(query) or 0
