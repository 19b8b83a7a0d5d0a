"""Looking for a theme's near duplicates, and for those of the images that came since."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from workbench.data.decoding import decode_rgb
from workbench.embeddings.duplicates.candidates import Candidates, Search, find_candidates
from workbench.embeddings.duplicates.details import FLOOR, METHOD, SIDE, THRESHOLD, Details, details_of, match
from workbench.embeddings.encoders import open_encoder
from workbench.embeddings.filling import embed
from workbench.embeddings.vectors import VectorFolder
from workbench.engine.engines import open_engine
from workbench.engine.progress import Watch
from workbench.errors import ConflictError, ImageError, NotFoundError
from workbench.progress import progress_bar
from workbench.store import Store
from workbench.store.column_types import now
from workbench.store.groups.pairs import (
    DuplicatePair,
    checked_threshold,
    files_of,
    joined_pairs,
    moment_of_search,
    pairs_above,
    samples_not_compared,
    search_of,
    write_search,
)
from workbench.store.groups.straddling import straddling_groups
from workbench.store.groups.together import components
from workbench.store.samples import count_samples, digests_by_id
from workbench.store.schema import DuplicateSearch
from workbench.store.themes import get_theme

ENCODER = "hog"
"""The encoder that neighbors are looked for with: of what an image may be saved as, it forgets the most."""
Tell = Callable[[int, int, str], None]
_AT_ONCE = 512
_KEPT = 4_000
_WAIT_S = 60.0


@dataclass(frozen=True)
class DuplicateReport:
    """What a search for near duplicates found.

    `compared` images were, `unreadable` ones could not be. `pairs` match by the threshold or more; their images make
    `groups`, of which `straddling` (given groups among them) lie in more than one split.
    """

    theme: str
    encoder: str
    threshold: float
    compared: int
    unreadable: int
    pairs: int
    groups: int
    straddling: int

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        text = f"'{self.theme}': {self.compared:,} images were compared ({self.encoder}, {METHOD} {self.threshold:g}). "
        text += f"{self.pairs:,} pairs of near duplicates make {self.groups:,} groups. "
        text += f"{self.unreadable:,} images could not be read. " if self.unreadable else ""
        if self.straddling:
            return text + f"{self.straddling:,} groups lie in more than one split: mend them."
        return text + "No group lies in more than one split."


def find_duplicates(
    store: Store,
    theme: str,
    *,
    encoder: str = ENCODER,
    threshold: float = THRESHOLD,
    annotator: str,
    on: str | None = None,
    progress: bool = True,
    tell: Tell | None = None,
) -> DuplicateReport:
    """Compare all images of a theme and record the pairs that match; what was found before is replaced.

    Neighbors among the encoder's vectors (those that lack are made) are compared by their details. Deterministic.
    `on` has workers make the vectors, and among more than 2,000 look for neighbors (see `open_engine`).
    `tell` gets how far it is, now and then; what it raises ends the search, which leaves what was known before.
    Raises NotFoundError for an unknown theme or encoder, WorkbenchError for a threshold that is not above 0.
    """
    checked_threshold(threshold)
    return _find(store, theme, encoder, threshold, annotator, on=on, progress=progress, only_new=False, tell=tell)


def duplicates_now(
    store: Store, theme: str, *, at_most: int | None = None, progress: bool = True
) -> list[DuplicatePair] | None:
    """Return the pairs of near duplicates that are known, of a search that covers all images or of one made for this.

    Nothing is recorded: what belongs together in the theme stays as it is. None where more images than `at_most` would
    have to be compared for it. Raises as `find_duplicates` does.
    """
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        search = search_of(theme_id, session=session)
        if search is not None and not samples_not_compared(theme_id, session=session):
            return pairs_above(theme_id, search.threshold, session=session)
        if at_most is not None and count_samples(theme_id, session=session) > at_most:
            return None
    threshold = THRESHOLD if search is None else search.threshold
    pairs, _ = _compared(store, theme_id, theme, ENCODER, on=None, progress=progress, only_new=False)
    return [pair for pair in pairs if pair.score >= threshold]


def find_among_newcomers(
    store: Store, theme: str, search: DuplicateSearch, *, annotator: str, progress: bool = False
) -> DuplicateReport:
    """Compare the images that came since a search with all, as it did. What it found stays."""
    same = open_encoder(search.encoder, theme=theme, project=store.project).digest == search.encoder_digest
    return _find(store, theme, search.encoder, search.threshold, annotator, progress=progress, only_new=same)


def _find(
    store: Store,
    theme: str,
    encoder: str,
    threshold: float,
    annotator: str,
    *,
    progress: bool,
    only_new: bool,
    on: str | None = None,
    tell: Tell | None = None,
) -> DuplicateReport:
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
    pairs, compared = _compared(store, theme_id, theme, encoder, on=on, progress=progress, only_new=only_new, tell=tell)
    search = DuplicateSearch(theme_id=theme_id, at=now(), annotator=annotator, threshold=threshold, **compared)
    with store.write() as session:
        write_search(theme_id, pairs, search, keep=only_new, session=session)
    return _report(store, theme, theme_id)


def _compared(
    store: Store,
    theme_id: int,
    theme: str,
    encoder: str,
    *,
    on: str | None,
    progress: bool,
    only_new: bool,
    tell: Tell | None = None,
) -> tuple[list[DuplicatePair], dict[str, Any]]:
    """Compare images; return the pairs that match at all, and how they were compared as a `DuplicateSearch` has it."""
    with store.read() as session:
        moment = moment_of_search(theme_id, session=session)
    opened = open_encoder(encoder, theme=theme, project=store.project)
    described = None if tell is None else lambda done, of: tell(done, of, "images described")
    _embed(store, theme, encoder, on, progress, described)
    with store.read() as session:
        new = set(samples_not_compared(theme_id, session=session)) if only_new else None
        rows = [row for row in digests_by_id(theme_id, session=session) if row[0] <= moment.last_sample]
    vectors = VectorFolder.of(store.project.embeddings, opened).open()
    positions = vectors.positions([digest for _, digest in rows])
    ids = np.array([sample_id for sample_id, _ in rows], np.int64)
    sound = positions >= 0
    if sound.any():
        sound[sound] = np.isfinite(np.asarray(vectors.rows[positions[sound], 0], np.float32))
    ids, positions = ids[sound], positions[sound]
    asked = None if new is None else np.isin(ids, sorted(new))
    if tell is not None:
        tell(0, 0, "looking for neighbors")
    with _searching(store, on) as near:
        candidates = find_candidates(vectors.rows, positions, encoder, asked=asked, search=near)
    pairs = _look(store, theme_id, ids, candidates, progress, tell)
    how = {"method": METHOD, "encoder": opened.name, "encoder_digest": opened.digest}
    return pairs, {**how, "images": len(ids), "unreadable": len(rows) - len(ids), **vars(moment)}


@contextmanager
def _searching(store: Store, on: str | None) -> Iterator[Search | None]:
    """What looks for neighbors, for the time of the block: None in this process."""
    if on is None:
        yield None
        return
    from workbench.embeddings.duplicates.on_workers import nearest_on_workers

    with open_engine(on, store.project) as engine:
        yield lambda vectors, queries: nearest_on_workers(engine, store.project, vectors, queries, Watch())


def report_of(store: Store, theme: str) -> DuplicateReport | None:
    """Return what is known of a theme's near duplicates, None where nobody looked for them."""
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        search = search_of(theme_id, session=session)
    return None if search is None else _report(store, theme, theme_id)


def _report(store: Store, theme: str, theme_id: int) -> DuplicateReport:
    with store.read() as session:
        search = search_of(theme_id, session=session)
        assert search is not None
        edges = joined_pairs(theme_id, search.threshold, session=session)
        straddling = len(straddling_groups(theme_id, session=session))
        encoder, threshold, images, unreadable = search.encoder, search.threshold, search.images, search.unreadable
    groups = len(set(components(edges).values()))
    return DuplicateReport(theme, encoder, threshold, images, unreadable, len(edges), groups, straddling)


def _embed(
    store: Store, theme: str, encoder: str, on: str | None, progress: bool, tell: Callable[[int, int], None] | None
) -> None:
    """Make the vectors that lack; where another process makes some of the same encoder, after it."""
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            embed(store, theme, encoder, on=on, progress=progress, tell=tell)
            return
        except ConflictError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _look(
    store: Store, theme_id: int, ids: np.ndarray, candidates: Candidates, progress: bool, tell: Tell | None
) -> list[DuplicatePair]:
    """Compare the pictures of candidates, some hundred at a time, in threads: OpenCV lets others run meanwhile."""
    found: list[DuplicatePair] = []
    seen = _Seen(store, theme_id)
    with (
        ThreadPoolExecutor(os.cpu_count() or 1) as pool,
        progress_bar(len(candidates), "comparing pictures", show=progress) as bar,
    ):
        for start in range(0, len(candidates), _AT_ONCE):
            if tell is not None:
                tell(start, len(candidates), "pairs compared")
            part = slice(start, start + _AT_ONCE)
            firsts, seconds = ids[candidates.first[part]].tolist(), ids[candidates.second[part]].tolist()
            mirrored = candidates.mirrored[part].tolist()
            wanted = [(one, False) for one in firsts] + list(zip(seconds, mirrored, strict=True))
            details = seen.details(wanted, pool)
            pairs = list(zip(firsts, seconds, mirrored, strict=True))
            scores = pool.map(partial(_score, details), pairs)
            for (one, other, _), score in zip(pairs, scores, strict=True):
                if score >= FLOOR:
                    found.append(DuplicatePair(min(one, other), max(one, other), round(score, 4)))
            bar.update(len(pairs))
    return found


def _score(details: dict[tuple[int, bool], Details | None], pair: tuple[int, int, bool]) -> float:
    one, other, mirrored = pair
    first, second = details[one, False], details[other, mirrored]
    return 0.0 if first is None or second is None else match(first, second)


class _Seen:
    """The details of the images that were looked at last."""

    def __init__(self, store: Store, theme_id: int) -> None:
        self._store, self._theme_id = store, theme_id
        self._kept: OrderedDict[tuple[int, bool], Details | None] = OrderedDict()

    def details(
        self, wanted: Sequence[tuple[int, bool]], pool: ThreadPoolExecutor
    ) -> dict[tuple[int, bool], Details | None]:
        """Return those of some images, or their mirror images; None of one that cannot be read."""
        asked = list(dict.fromkeys(wanted))
        missing = [each for each in asked if each not in self._kept]
        with self._store.read() as session:
            files = files_of(self._theme_id, sorted({one for one, _ in missing}), session=session)
        made = pool.map(lambda each: self._look(files.get(each[0]), each[1]), missing)
        self._kept.update(zip(missing, made, strict=True))
        found = {each: self._kept[each] for each in asked}
        for each in asked:
            self._kept.move_to_end(each)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _look(self, file: tuple[str, str] | None, mirrored: bool) -> Details | None:
        if file is None:
            return None
        try:
            return details_of(decode_rgb(self._store.images.read(file[1]), at_least=(SIDE, SIDE)), mirrored=mirrored)
        except (ImageError, NotFoundError):
            return None
