"""One's own consistency: images that an annotator has decided are asked once more, blind, and the answers compared.

An answer changes nothing by itself. It is an event of the action `repeat`, from the decision that stands to what was
said this time; of several about one image the latest counts, and one that was undone does not.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.store.annotators.second_opinions import OpinionOutcome
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision, decision_of
from workbench.store.events import Event, batch_of_client_key, checked_annotator, start_batch, write_events
from workbench.store.label_merges import decision_now, merged_labels
from workbench.store.labels import label_ids, require_label
from workbench.store.locks import lock_theme
from workbench.store.samples import labeled_unseen, living_sample
from workbench.store.schema import Batch, LabelEvent, Sample, SecondOpinion, Theme

ACTION = "repeat"
"""The action of batches and events that record such an answer."""

SHARE = 0.05
"""The share of one's own images that is asked again where nobody names a number."""

FEWEST, MOST = 10, 100
"""Between how many images that share lies."""

_FRESH_IN_MIND = 20
_LOOKED_AT = 50
_MIXED = 2


@dataclass(frozen=True)
class Consistency:
    """How often an annotator said the same again: `same` of `asked` images; `differing` are the others, by id."""

    annotator: str
    asked: int
    same: int
    differing: list[int]


def samples_to_repeat(theme_id: int, annotator: str, *, number: int | None = None, session: Session) -> list[int]:
    """Draw images of an annotator's own to ask about again: by default 5 %, at least 10 and at most 100.

    Always in the same order, by their SHA-256; not the latest twenty, which one remembers, nor what was asked before,
    nor what others were asked about.
    """
    annotator = checked_annotator(annotator)
    own = (Sample.theme_id == theme_id, Sample.annotator == annotator, Sample.deleted_at.is_(None))
    total = session.scalar(select(func.count()).where(*own)) or 0
    wanted = min(max(round(SHARE * total), FEWEST), MOST) if number is None else number
    latest = select(Sample.id).where(*own).order_by(Sample.labeled_at.desc(), Sample.id.desc())
    fresh = list(session.scalars(latest.limit(_FRESH_IN_MIND)))
    # Of a million images not all have to be looked at for the few that are drawn.
    drawn = Sample.sha256 >= f"{int((1 - min(1.0, _LOOKED_AT * wanted / max(total, 1))) * (2**32 - 1)):08x}"
    decided = or_(Sample.skipped.is_(True), Sample.label_id.is_not(None) & ~labeled_unseen())
    asked = exists().where(LabelEvent.sample_id == Sample.id, LabelEvent.action == ACTION).correlate(Sample)
    by_others = exists().where(SecondOpinion.sample_id == Sample.id).correlate(Sample)
    free = select(Sample.id).where(*own, drawn, Sample.id.not_in(fresh), decided, ~asked, ~by_others)
    return list(session.scalars(free.order_by(Sample.sha256.desc()).limit(wanted)))


def samples_to_mix(theme_id: int, annotator: str, *, session: Session) -> list[int]:
    """Draw the images of one's own that come unseen among the next ones: two at most, until they are 5 % of one's own.

    Only in a theme that asks for second opinions: there nobody wonders at an image that is shown without its label.
    """
    theme = session.get_one(Theme, theme_id)
    if not theme.overlap:
        return []
    annotator = checked_annotator(annotator)
    mine = (Sample.theme_id == theme_id, Sample.annotator == annotator, Sample.deleted_at.is_(None))
    own = session.scalar(select(func.count()).where(*mine)) or 0
    answers = (LabelEvent.theme_id == theme_id, LabelEvent.action == ACTION, LabelEvent.annotator == annotator)
    asked = session.scalar(select(func.count(LabelEvent.sample_id.distinct())).where(*answers)) or 0
    due = min(int(SHARE * own) - asked, _MIXED)
    return samples_to_repeat(theme_id, annotator, number=due, session=session) if due > 0 else []


def answer_again(
    theme_id: int,
    sample_id: int,
    label_id: int | None,
    *,
    annotator: str,
    client_key: str | None = None,
    session: Session,
) -> OpinionOutcome:
    """Record what an annotator says now of a sample of their own; None for "cannot tell" (skipped).

    Raises NotFoundError for a label that the theme does not have, ConflictError for a sample that another one decided.
    """
    lock_theme(theme_id, shared=True, session=session)
    require_label(label_id, label_ids(theme_id, session=session))
    sample = living_sample(theme_id, sample_id, lock=True, session=session)
    if batch_of_client_key(client_key, session=session) is not None:
        return OpinionOutcome(sample_id, "replayed")
    current = UNDECIDED if sample is None else decision_of(sample)
    if sample is None or not (current.labels or current.skipped):
        return OpinionOutcome(sample_id, "missing")
    annotator = checked_annotator(annotator)
    if sample.annotator != annotator:
        raise ConflictError(f"'{sample.annotator}' decided about this sample since: it is none of '{annotator}' now.")
    said = SKIPPED if label_id is None else Decision.of(label_id)
    batch = start_batch(theme_id, ACTION, annotator=annotator, source="human", client_key=client_key, session=session)
    batch.changed = 1
    event = Event(sample_id, current.text, said.text, sample.annotator, sample.labeled_at)
    write_events(batch, ACTION, [event], session=session)
    merged = merged_labels(theme_id, session=session)
    return OpinionOutcome(sample_id, "agrees" if decision_now(current, merged) == said else "differs")


def consistency_of(theme_id: int, *, session: Session) -> list[Consistency]:
    """Return how consistent each annotator is who was asked again, by name.

    A label that was merged counts as the one that it was merged into. Deleted samples do not count.
    """
    merged = merged_labels(theme_id, session=session)
    query = (
        select(LabelEvent.sample_id, LabelEvent.before, LabelEvent.after, LabelEvent.before_annotator)
        .join(Batch, Batch.id == LabelEvent.batch_id)
        .join(Sample, Sample.id == LabelEvent.sample_id)
        .where(Batch.theme_id == theme_id, Batch.action == ACTION, LabelEvent.action == ACTION)
        .where(Sample.deleted_at.is_(None))
        .order_by(LabelEvent.id)
    )
    latest: dict[tuple[str, int], bool | None] = {}
    for sample_id, before, after, annotator in session.execute(query):
        same = decision_now(Decision.parse(before), merged) == decision_now(Decision.parse(after), merged)
        latest[annotator or "", sample_id] = None if after is None else same
    found: dict[str, dict[int, bool]] = {}
    for (annotator, sample_id), answer in latest.items():
        if answer is not None:
            found.setdefault(annotator, {})[sample_id] = answer
    return [
        Consistency(who, len(given), sum(given.values()), sorted(each for each, same in given.items() if not same))
        for who, given in sorted(found.items())
    ]
