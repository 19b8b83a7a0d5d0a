"""Which samples a query means, in the words of the person who asks; the store's filter is made when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, get_args

from workbench.errors import WorkbenchError, unknown_name
from workbench.registry.model_loading import find_model
from workbench.store import Session
from workbench.store.groups.given import group_of_name
from workbench.store.imported_models import IMPORTED, get_imported_model, imported_models
from workbench.store.label_merges import merged_labels
from workbench.store.labels import get_label
from workbench.store.model_versions import model_in_stage
from workbench.store.predictions import LabelMatch, ReviewFilter
from workbench.store.samples import Range, SampleFilter, State
from workbench.store.schema import SPLITS
from workbench.theme.matching import On, find_ids

SPLIT_NAMES = (*SPLITS, "none")


@dataclass(frozen=True)
class Criteria:
    """The filters of `Theme.samples`, where each is explained."""

    label: str | None = None
    split: str | None = None
    state: State = "all"
    annotator: str | None = None
    unseen: bool = False
    name: str | None = None
    search: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    width: Range | None = None
    height: Range | None = None
    model: str | int | None = None
    suggested: str | None = None
    score: tuple[float | None, float | None] | None = None
    match: LabelMatch = "any"
    among: tuple[Any, ...] | None = None
    among_on: On | None = None
    group: str | None = None
    deleted: bool | None = False

    def __post_init__(self) -> None:
        for kind, given, known in (
            ("state", self.state, get_args(State)),
            ("match", self.match, get_args(LabelMatch)),
            ("split", self.split, (*SPLIT_NAMES, None)),
        ):
            if given not in known:
                raise WorkbenchError(unknown_name(kind, given, [name for name in known if name]))

    @property
    def asks_model(self) -> bool:
        """Whether the answers of a model version are looked at."""
        return self.model is not None or self.suggested is not None or self.score is not None or self.match != "any"

    def words(self) -> str:
        """Say what is asked for, as it was written: `label='red', split='train'`."""
        told = [(each.name, getattr(self, each.name)) for each in fields(self) if not each.name.startswith("among")]
        defaults = {each.name: each.default for each in fields(self)}
        words = [f"{name}={value!r}" for name, value in told if value != defaults[name]]
        return ", ".join([*words, *([f"{len(self.among):,} named"] if self.among is not None else [])])


@dataclass(frozen=True)
class Resolved:
    """The store's filter of some criteria; `model_id` is the version whose answers are told, if any."""

    where: SampleFilter
    model_id: int | None = None
    merged: Mapping[int, int] = field(default_factory=dict)


def resolve(theme: str, theme_id: int, criteria: Criteria, *, session: Session) -> Resolved:
    """Find the label, the model and the samples that are named. Raises NotFoundError for those that there are not."""
    plain: dict[str, Any] = {
        "state": criteria.state,
        "label_id": None if criteria.label is None else get_label(theme_id, criteria.label, session=session).id,
        "split": criteria.split,
        "annotator": criteria.annotator,
        "unseen": criteria.unseen,
        "search": criteria.search,
        "name": criteria.name,
        "since": criteria.since,
        "until": criteria.until,
        "width": criteria.width,
        "height": criteria.height,
        "deleted": criteria.deleted,
        "group_id": None if criteria.group is None else group_of_name(theme_id, criteria.group, session=session),
        "ids": _among(theme_id, criteria, session),
    }
    if not criteria.asks_model:
        return Resolved(SampleFilter(**plain))
    model_id = _model_id(theme, theme_id, criteria.model, session)
    merged = merged_labels(theme_id, session=session)
    lowest, highest = criteria.score or (None, None)
    suggested = criteria.suggested
    where = ReviewFilter(
        **plain,
        model_id=model_id,
        predicted=None if suggested is None else get_label(theme_id, suggested, session=session).id,
        match=criteria.match,
        lowest=lowest,
        highest=highest,
        answered=False,
        merged=merged,
    )
    return Resolved(where, model_id, merged)


def _model_id(theme: str, theme_id: int, model: str | int | None, session: Session) -> int:
    """Return the row of the model that is asked: without a name production's, else the latest imported one."""
    if isinstance(model, str) and model.startswith(IMPORTED):
        return get_imported_model(theme_id, model, session=session).id
    imported = imported_models(theme_id, session=session)
    if model is None and imported and model_in_stage(theme_id, "production", session=session) is None:
        return imported[0].id
    found = find_model(theme, "production" if model is None else model, session=session)
    if found.model_id is None:
        raise WorkbenchError(f"The run {found.run_id} is no version of '{theme}': the store keeps no answers of it.")
    return found.model_id


def _among(theme_id: int, criteria: Criteria, session: Session) -> tuple[int, ...] | None:
    if criteria.among is None:
        return None
    if criteria.among_on is None:
        return criteria.among
    found = find_ids(theme_id, criteria.among, criteria.among_on, session=session)
    return tuple(dict.fromkeys(sample_id for value in criteria.among for sample_id in found.get(value, ())))


def moment(given: datetime | str | None) -> datetime | None:
    """Return a time with its zone: a text is ISO 8601, and what names no zone is meant in this machine's."""
    if given is None:
        return None
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            raise WorkbenchError(
                f"'{given}' is not a time. Give a datetime, or ISO 8601 as in '2026-11-01' or '2026-11-01T14:30'."
            ) from None
    return given.astimezone(UTC)
