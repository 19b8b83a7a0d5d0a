"""The call that looks at the theme as a whole, a second at a time."""

from __future__ import annotations

import numpy as np

from workbench.data.inspection.inspected_boxes import BoxGeometry, box_geometry, boxes_to_inspect
from workbench.data.inspection.inspected_images import images_to_inspect
from workbench.data.inspection.near_duplicates import Pair, near_duplicates
from workbench.data.inspection.profile import Issue, Profile, find_issues
from workbench.panels.base.messages import Answer
from workbench.panels.explore.encoding import Pictures
from workbench.panels.explore.messages import GeometryJson, OddJson, PairJson, SubjectJson, SurveyJson, SurveyParams
from workbench.panels.explore.state import ExplorePanelState
from workbench.store.counts import boxes_by_split, theme_counts
from workbench.training.plots import SPLIT_COLORS

_SECONDS = 0.5
_SHOWN = 24
_LEVELS = 32
_DOTS = 400


def survey(state: ExplorePanelState, params: SurveyParams) -> Answer[SurveyJson]:
    """Look at images for half a second; return how far it is, and at the end what was found."""
    of = params.get("of", "images")
    if state.survey is None or params.get("restart") or state.surveyed != of:
        if of == "boxes":
            subjects, state.total = boxes_to_inspect(state.store, state.theme_id, state.box_margin, spread=True)
        else:
            subjects, state.total = images_to_inspect(state.store, state.theme_id)
        state.survey, state.surveyed = Profile(subjects), of
    current = state.survey
    for _ in current.advance(_SECONDS):
        pass
    value: SurveyJson = {"done": current.done, "of": len(current.images), "total": state.total}
    if not current.finished:
        return Answer(value)
    pictures = Pictures()
    with state.store.read() as session:
        if of == "boxes":
            counts = boxes_by_split(state.theme_id, session=session)
        else:
            counts = theme_counts(state.theme_id, session=session).by_label
        boxes = box_geometry(state.theme_id, session=session)
    odd, pairs = find_issues(current), near_duplicates(current)
    mean, std = current.overall()
    value.update(
        {
            "counts": counts,
            "colors": SPLIT_COLORS,
            "boxes": [_boxes(each) for each in boxes if len(each.sizes)],
            "sizes": _sizes(current),
            "mean": mean.round(4).tolist(),
            "std": std.round(4).tolist(),
            "levels": _levels(current),
            "odd": [_odd(one, current, pictures) for one in odd[:_SHOWN]],
            "odd_count": len(odd),
            "pairs": [_pair(one, current, pictures) for one in pairs[:_SHOWN]],
            "pair_count": len(pairs),
        }
    )
    return Answer(value, pictures.buffers)


def _boxes(found: BoxGeometry) -> GeometryJson:
    """Where a label's boxes are: at most some hundreds of them, evenly chosen, and the middle of their sizes."""
    step = max(1, len(found.sizes) // _DOTS)
    return {
        "label": found.label,
        "color": found.color,
        "count": len(found.sizes),
        "median": np.median(found.sizes, axis=0).round(1).tolist(),
        "least": found.sizes.min(axis=0).round(1).tolist(),
        "most": found.sizes.max(axis=0).round(1).tolist(),
        "sizes": found.sizes[::step].round(1).tolist(),
        "centers": found.centers[::step].round(4).tolist(),
    }


def _sizes(current: Profile) -> list[list[int]]:
    """The most frequent sizes: [width, height, images]."""
    if not current.done:
        return []
    sizes = np.array([(each.width, each.height) for each in current.images])
    unique, counts = np.unique(sizes, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:200]
    return [[*unique[number].tolist(), int(counts[number])] for number in order]


def _levels(current: Profile) -> list[list[int]]:
    """How many images have which mean, per channel, in equal bins from 0 to 1."""
    sound = current.sound
    return [np.histogram(current.mean[sound, channel], bins=_LEVELS, range=(0, 1))[0].tolist() for channel in range(3)]


def _odd(one: Issue, current: Profile, pictures: Pictures) -> OddJson:
    return {**_shown(one.number, current, pictures), "kind": one.kind, "reason": one.reason}


def _pair(pair: Pair, current: Profile, pictures: Pictures) -> PairJson:
    return {
        "images": [_shown(number, current, pictures) for number in (pair.first, pair.second)],
        "distance": pair.distance,
        "same_label": pair.same_label,
        "across_splits": pair.across_splits,
    }


def _shown(number: int, current: Profile, pictures: Pictures) -> SubjectJson:
    subject = current.images[number]
    damaged = number in current.damaged
    return {
        "id": subject.sample_id,
        "name": subject.name,
        "label": subject.label,
        "split": subject.split,
        "picture": None if damaged else pictures.add(subject.pixels((112, 112)), 112),
    }
