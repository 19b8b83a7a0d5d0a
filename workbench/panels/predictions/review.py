"""The calls of a gallery: the label panel's, with a model version's answers beside each sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from workbench.errors import StoreFailedError, WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.label import browsing, edits, splits
from workbench.panels.label.browsing import changes_json
from workbench.panels.label.state import (
    Desk,
    decision_text,
    label_json,
    place_in_order,
    sample_json,
    sort_order,
    theme_json,
)
from workbench.panels.predictions.filters import (
    CERTAINTY,
    asks_for_answers,
    review_filter,
    without_answer,
)
from workbench.store import Session
from workbench.store.counts import count_rows
from workbench.store.labels import labels_of
from workbench.store.merges import merged_labels
from workbench.store.paging import open_page, samples_along
from workbench.store.reviewing import (
    ReviewFilter,
    along_by_score,
    answers_to,
    count_answers,
    label_each,
    page_by_score,
)
from workbench.store.samples import count_samples, sample_ids
from workbench.store.schema import Sample, Theme

Call = Callable[[Desk, dict[str, Any], Sequence[memoryview]], Answer]


@dataclass(frozen=True)
class Reviewed:
    """A model version, by the id of its row in the store."""

    model_id: int
    version: int
    stage: str


Choose = Callable[[int, Session], Reviewed | None]
"""Finds the version whose answers stand beside a theme's samples, None when there is none."""


@dataclass
class Review:
    """The calls that look at the answers of a model version.

    With `only_answered` the panel shows nothing but predicted samples; without it (the label panel's suggestions) the
    answers stand beside all samples, and only the order by certainty leaves the others out. A theme without a version
    is shown as the label panel shows it.
    """

    choose: Choose
    only_answered: bool = True
    _chosen: dict[int, Reviewed | None] = field(default_factory=dict)

    @property
    def methods(self) -> dict[str, Call]:
        """The calls by name, to be put over the label panel's."""
        return {
            "open": self.open_theme,
            "browse": self.browse,
            "along": self.along,
            "counts": self.counts,
            "act": self.act,
            "move to split": self.move,
        }

    def open_theme(self, desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
        """Return all that the first sight of a theme needs, and which version is looked at."""
        theme_id = params["theme"]
        self._chosen.pop(theme_id, None)
        chosen = self._version(desk, theme_id)
        if chosen is None:
            return browsing.open_theme(desk, _plain(params), buffers)
        counts = self.counts(desk, {"theme": theme_id, "review": params.get("where")}, ()).value
        with desk.store.read() as session:
            theme = session.get_one(Theme, theme_id)
            value = {
                "theme": theme_json(theme, session),
                "labels": [label_json(label) for label in labels_of(theme.id, session=session)],
                "counts": counts,
                "review": {"version": chosen.version, "stage": chosen.stage},
            }
            page, samples = self._page(params, chosen, session)
        return self._with_sheet(desk, {**value, "page": page}, samples, params)

    def browse(self, desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
        """Return a page of samples with its thumbnails."""
        chosen = self._version(desk, params["theme"])
        if chosen is None:
            return browsing.browse(desk, _plain(params), buffers)
        with desk.store.read() as session:
            page, samples = self._page(params, chosen, session)
        return self._with_sheet(desk, {"page": page}, samples, params)

    def along(self, desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
        """Return the samples after (or before) a place in the order."""
        theme_id, sort = params["theme"], params.get("sort", "id")
        chosen = self._version(desk, theme_id)
        if chosen is None:
            return browsing.along(desk, _plain(params), buffers)
        backwards = bool(params.get("backwards"))
        limit = min(int(params.get("limit", 50)), 500)
        with desk.store.read() as session:
            where = self._where(params, chosen, session)
            if sort in CERTAINTY:
                score, sample_id = params["cursor"]
                samples = along_by_score(
                    theme_id,
                    where,
                    descending=sort.startswith("-"),
                    cursor=(float(score), int(sample_id)),
                    backwards=backwards,
                    limit=limit,
                    session=session,
                )
            else:
                order = sort_order(params)
                samples = samples_along(
                    theme_id,
                    where,
                    sort=order,
                    cursor=place_in_order(params["cursor"], order),
                    backwards=backwards,
                    limit=limit,
                    session=session,
                )
            value = {"items": _items(samples, chosen, sort, where, session)}
        return Answer({**value, "sheet": None})

    def counts(self, desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
        """Return the theme's counts, per label those that match a filter, and how many have which answer under it."""
        chosen = self._version(desk, params["theme"])
        if chosen is None:
            return browsing.counts(desk, params, buffers)
        value = browsing.counts(desk, {"theme": params["theme"]}, buffers).value
        with desk.store.read() as session:
            if params.get("where"):
                value["matching"] = count_rows(params["theme"], self._where(params, chosen, session), session=session)
            review = {"theme": params["theme"], "where": params.get("review") or params.get("where")}
            where = without_answer(self._where(review, chosen, session))
            found = count_answers(params["theme"], where, session=session)
        value["answers"] = [[row.label_id, row.agreement, row.samples] for row in found]
        return Answer(value)

    def act(self, desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
        """Commit entries of the browser's journal; accepted answers here, all else as the label panel does."""
        chosen = self._version(desk, params["theme"])
        if chosen is None:
            return edits.act(desk, params, buffers)
        outcomes: list[dict[str, Any]] = []
        for kind, run in groupby(params["entries"], key=lambda entry: entry["kind"] == "accept"):
            entries = list(run)
            if kind:
                outcomes += [_accept(desk, params["theme"], chosen, entry) for entry in entries]
            else:
                entries = [self._spelled_out(desk, chosen, {**entry, "theme": params["theme"]}) for entry in entries]
                outcomes += edits.act(desk, {**params, "entries": entries}, buffers).value["outcomes"]
        with desk.store.read() as session:
            return Answer({"outcomes": outcomes, **changes_json(params, session)})

    def move(self, desk: Desk, params: dict[str, Any], buffers: Sequence[memoryview]) -> Answer:
        """Move selected samples into a split; those that may not move stay and are counted."""
        chosen = self._version(desk, params["theme"])
        return splits.move(desk, params if chosen is None else self._spelled_out(desk, chosen, params), buffers)

    def _version(self, desk: Desk, theme_id: int) -> Reviewed | None:
        """The version that this panel looks at in a theme, chosen anew whenever the theme is opened."""
        if theme_id not in self._chosen:
            with desk.store.read() as session:
                self._chosen[theme_id] = self.choose(theme_id, session)
        return self._chosen[theme_id]

    def _spelled_out(self, desk: Desk, chosen: Reviewed, params: dict[str, Any]) -> dict[str, Any]:
        """Name the samples that are meant one by one where a filter looks at answers."""
        if params.get("where") is None or not (self.only_answered or asks_for_answers(params["where"])):
            return params
        with desk.store.read() as session:
            where = self._where(params, chosen, session)
            return {**params, "ids": sample_ids(params["theme"], where, session=session), "where": None}

    def _where(self, params: dict[str, Any], chosen: Reviewed, session: Session) -> ReviewFilter:
        where = params.get("where") or {}
        answered = self.only_answered or params.get("sort") in CERTAINTY or bool(where.get("answered"))
        merged = merged_labels(params["theme"], session=session)
        return review_filter(where, chosen.model_id, answered=answered, merged=merged)

    def _page(self, params: dict[str, Any], chosen: Reviewed, session: Session) -> tuple[dict[str, Any], list[Sample]]:
        theme_id, sort = params["theme"], params.get("sort", "id")
        where = self._where(params, chosen, session)
        limit = min(max(int(params.get("limit", 100)), 1), 1000)
        total = count_samples(theme_id, where, session=session)
        offset = min(max(int(params.get("offset", 0)), 0), max(0, (total - 1) // limit * limit))
        if sort in CERTAINTY:
            samples = page_by_score(
                theme_id, where, descending=sort.startswith("-"), offset=offset, limit=limit, session=session
            )
        else:
            samples = open_page(
                theme_id, where, sort=sort_order(params), offset=offset, limit=limit, total=total, session=session
            )
        return {"items": _items(samples, chosen, sort, where, session), "offset": offset, "total": total}, samples

    @staticmethod
    def _with_sheet(desk: Desk, value: dict[str, Any], samples: Sequence[Sample], params: dict[str, Any]) -> Answer:
        known = set(params.get("known") or ())
        wanted = [sample.id for sample in samples if sample.id not in known]
        if not wanted:
            return Answer({**value, "sheet": None})
        sheet = browsing.sheet(desk, {**params, "ids": wanted, "known": []}, ())
        return Answer({**value, "sheet": sheet.value["sheet"]}, sheet.buffers)


def _accept(desk: Desk, theme_id: int, chosen: Reviewed, entry: dict[str, Any]) -> dict[str, Any]:
    try:
        with desk.store.write() as session:
            merged = merged_labels(theme_id, session=session)
            labels = [merged.get(label_id, label_id) for label_id in entry["labels"]]
            done = label_each(
                theme_id,
                dict(zip(entry["ids"], labels, strict=True)),
                seen={sample: decision_text(seen) for sample, seen in zip(entry["ids"], entry["seens"], strict=True)},
                annotator=entry["annotator"],
                client_key=entry["key"],
                note=f"accepted what version {chosen.version} predicted",
                session=session,
            )
    except StoreFailedError:
        # Nothing is wrong with the entry: it stays in the browser's journal and comes again.
        raise
    except WorkbenchError as error:
        return {"key": entry["key"], "status": "failed", "message": str(error)}
    return {
        "key": entry["key"],
        "status": "changed",
        "changed": done.changed,
        "unchanged": done.unchanged,
        "replaced": 0,
    }


def _items(
    samples: Sequence[Sample], chosen: Reviewed, sort: str, where: ReviewFilter, session: Session
) -> list[dict[str, Any]]:
    answers = answers_to(chosen.model_id, [sample.id for sample in samples], merged=where.merged, session=session)
    items = []
    for sample in samples:
        answer = answers.get(sample.id)
        item = sample_json(sample, "id" if sort in CERTAINTY else sort_order({"sort": sort}))
        item["answer"] = None if answer is None else {"label": answer.label_id, "score": answer.score}
        if sort in CERTAINTY and answer is not None:
            item["cursor"] = answer.score
        items.append(item)
    return items


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    """The call as the label panel knows it: a browser may remember an order by certainty."""
    return {**params, "sort": "id"} if params.get("sort") in CERTAINTY else params
