"""The calls on groups: looking for near duplicates in a thread, the threshold, and groups in two splits."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from workbench.data.decoding import ImageError, decode_rgb
from workbench.embeddings.duplicates.details import THRESHOLD
from workbench.embeddings.duplicates.search import find_duplicates, report_of
from workbench.errors import ConflictError, NotFoundError
from workbench.panels.base.messages import Answer
from workbench.panels.explore.encoding import Pictures
from workbench.panels.explore.finding import Finding, StoppedError
from workbench.panels.explore.messages import (
    FindParams,
    GroupsJson,
    MatchJson,
    MendedJson,
    MendParams,
    StraddlingJson,
    SubjectJson,
    ThresholdParams,
)
from workbench.panels.explore.state import ExplorePanelState
from workbench.store.groups.pairs import DuplicatePair, move_threshold, pairs_around, samples_not_compared, search_of
from workbench.store.groups.straddling import StraddlingGroup, mend_groups, straddling_groups
from workbench.store.labels import label_names
from workbench.store.samples import samples_by_id
from workbench.store.schema import Sample
from workbench.store.themes import theme_by_id
from workbench.user import user_name

_SIDE = 112
_ON_EACH_SIDE = 6
_GROUPS = 8
_OF_A_GROUP = 4


def find(state: ExplorePanelState, params: FindParams) -> Answer[GroupsJson]:
    """Begin to look for near duplicates, or stop that; return what is known."""
    if params.get("stop"):
        state.finding.stopped.set()
    elif state.finding.running:
        raise ConflictError("Near duplicates are being looked for already.")
    else:
        finding = state.finding = Finding()
        finding.thread = threading.Thread(target=_find, args=(state, finding), name="find-groups", daemon=True)
        finding.thread.start()
    return groups(state, None)


def groups(state: ExplorePanelState, _params: object) -> Answer[GroupsJson]:
    """Say what is known of near duplicates, with pairs on both sides of the threshold, and groups in two splits."""
    finding = state.finding
    value: GroupsJson = {
        "running": finding.running,
        "done": finding.done,
        "of": finding.of,
        "what": finding.what,
        "problem": finding.problem,
    }
    if finding.running:
        return Answer(value)
    pictures = Pictures()
    with state.store.read() as session:
        name = theme_by_id(state.theme_id, session=session).name
        search = search_of(state.theme_id, session=session)
        threshold = search.threshold if search else THRESHOLD
        new = len(samples_not_compared(state.theme_id, session=session)) if search else 0
        near = pairs_around(state.theme_id, threshold, _ON_EACH_SIDE, session=session)
        straddling = straddling_groups(state.theme_id, session=session)
        shown = straddling[:_GROUPS]
        ids = [one for pair in near for one in (pair.first_id, pair.second_id)]
        ids += [one for group in shown for one in group.sample_ids]
        samples = samples_by_id(sorted(set(ids)), session=session)
        labels = label_names(state.theme_id, session=session)
    look = _Look(state, samples, labels, pictures)
    report = report_of(state.store, name)
    value["straddling"] = [_straddling(group, look) for group in shown]
    value["straddling_count"] = len(straddling)
    if report is not None:
        value["search"] = {**report.as_dict(), "not_compared": new}
        value["pairs"] = [_match(pair, threshold, look) for pair in near]
    return Answer(value, pictures.buffers)


def threshold(state: ExplorePanelState, params: ThresholdParams) -> Answer[GroupsJson]:
    """Let pairs belong together from another match on."""
    with state.store.write() as session:
        move_threshold(state.theme_id, params["threshold"], annotator=user_name(), session=session)
    return groups(state, None)


def mend(state: ExplorePanelState, params: MendParams) -> Answer[MendedJson]:
    """Bring groups (all without `groups`) into one split each."""
    done = mend_groups(state.store, state.theme_id, params.get("groups"), annotator=user_name())
    return Answer({"groups": done.groups, "moved": done.moved, "said": str(done)})


def _find(state: ExplorePanelState, finding: Finding) -> None:
    try:
        with state.store.read() as session:
            name = theme_by_id(state.theme_id, session=session).name
            search = search_of(state.theme_id, session=session)
            threshold = search.threshold if search else THRESHOLD
        find_duplicates(
            state.store, name, threshold=threshold, annotator=user_name(), progress=False, tell=finding.tell
        )
    except StoppedError:
        return
    except Exception as error:
        finding.problem = str(error)


@dataclass
class _Look:
    """Makes what the browser shows of a sample."""

    state: ExplorePanelState
    samples: dict[int, Sample]
    labels: dict[int, str]
    pictures: Pictures

    def at(self, sample_id: int) -> SubjectJson:
        sample = self.samples[sample_id]
        try:
            pixels = decode_rgb(self.state.store.images.path(sample.uri), at_least=(_SIDE, _SIDE))
            picture = self.pictures.add(pixels, _SIDE)
        except (ImageError, NotFoundError):
            picture = None
        return {
            "id": sample.id,
            "name": sample.name,
            "label": self.labels.get(sample.label_id or 0, ""),
            "split": sample.split or "",
            "picture": picture,
        }


def _match(pair: DuplicatePair, threshold: float, look: _Look) -> MatchJson:
    return {
        "images": [look.at(pair.first_id), look.at(pair.second_id)],
        "score": pair.score,
        "together": pair.score >= threshold,
    }


def _straddling(group: StraddlingGroup, look: _Look) -> StraddlingJson:
    by_split: dict[str, list[int]] = {}
    for one in group.sample_ids:
        by_split.setdefault(look.samples[one].split or "", []).append(one)
    # One of each split first: the leak is what lies in two.
    order = [ids[at] for at in range(_OF_A_GROUP) for split, ids in by_split.items() if split and at < len(ids)]
    return {
        "id": group.id,
        "names": list(group.names),
        "splits": group.splits,
        "target": group.target,
        "moved": group.moved,
        "images": [look.at(one) for one in order[:_OF_A_GROUP]],
    }
