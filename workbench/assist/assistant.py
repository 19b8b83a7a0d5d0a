"""The model beside the annotators of a theme: one object that all views of a process share.

Reading the store and fitting happen in a thread of its own: an answer or a page never waits for them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from workbench.assist import check as checking
from workbench.assist.estimate import Estimate
from workbench.assist.label_errors import held_out_probabilities, most_contradicted
from workbench.assist.learning import Features, Learned, learn, read_features
from workbench.assist.lookalikes import Clusters, find_clusters
from workbench.assist.pages import most_useful
from workbench.assist.rows import ALONE, MODEL, read_rows
from workbench.assist.serving import Page, Served, next_page, odd_until_goal, second_look_page
from workbench.assist.stage import Standing, estimate_of, stage_of
from workbench.assist.standing import Told, read_pages
from workbench.embeddings.encoder import Encoder
from workbench.embeddings.encoders import open_encoder
from workbench.embeddings.vectors import VectorFolder
from workbench.errors import ConflictError, WorkbenchError
from workbench.store import Store
from workbench.store.annotators.assignments import reserve_samples, reserved_by_others
from workbench.store.assistance import GOAL_UNLESS_SET, AnsweredPage, answer_page, answered_pages, goal_of, set_goal
from workbench.store.bulk_edits import BulkOutcome
from workbench.store.schema import Theme
from workbench.store.steps.edits import answer_page_in_steps

log = logging.getLogger(__name__)
_TOP = 3
_HeldOut = tuple[np.ndarray, np.ndarray, np.ndarray]


class Assistant:
    """The model beside the annotators of one theme. All methods may be called from any thread.

    `goal`, unless the theme has one, is the share of right labels at which it announces that one may stop, once a check
    of `check_size` images agrees.
    """

    def __init__(
        self,
        store: Store,
        theme_id: int,
        encoder: str = "auto",
        *,
        goal: float = GOAL_UNLESS_SET,
        check_size: int = checking.SIZE,
    ) -> None:
        with store.read() as session:
            self.theme = session.get_one(Theme, theme_id).name
        self.store, self.theme_id, self.encoder_name = store, theme_id, encoder
        self._encoder: Encoder | None = None
        self.goal, self._check_size = goal, check_size
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="assistant")
        self._running: Future[None] | None = None
        self._learned: Learned | None = None
        self._told = Told()
        self._clusters: tuple[Features, Clusters] | None = None
        self._served = Served()
        self._followed = -1
        self._estimated: tuple[Learned, Told, float, Estimate | None] | None = None
        self._trouble = ""
        self._second: tuple[Learned, _HeldOut] | None = None
        self._contradicting: Future[None] | None = None
        self.maps_begun: set[str] = set()

    # Following the store

    def refresh(self, *, wait: bool = False) -> None:
        """Begin to read what people decided and to fit the model to it, unless that is under way."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = self._worker.submit(self._follow)
            running = self._running
        if wait:
            running.result()
            self._worker.submit(self._follow).result()

    def _follow(self) -> None:
        try:
            self._follow_once()
            self._trouble = ""
        except WorkbenchError as error:
            self._trouble = str(error)
        except Exception as error:
            log.exception("The assistant of %r could not follow", self.theme)
            self._trouble = f"The suggestions could not be brought up to date ({type(error).__name__}: {error})."

    def _follow_once(self) -> None:
        if self._encoder is None:
            self._encoder = open_encoder(self.encoder_name, theme=self.theme, project=self.store.project)
        with self._lock:
            answered, before = self._served.count, self._learned
        rows = read_rows(self.store, self.theme_id, before.rows if before is not None else None)
        told = self._told
        if before is None or rows is not before.rows or answered != self._followed:
            with self.store.read() as session:
                told = read_pages(answered_pages(self.theme_id, session=session), rows)
                goal = goal_of(self.theme_id, session=session)
            # Another process may have set it.
            self.goal = self.goal if goal is None else goal
        folder = VectorFolder.of(self.store.project.embeddings, self._encoder)
        kept = before.features if before is not None else None
        features = read_features(folder, self._encoder.parts, rows, kept)
        same = before is not None and before.rows is rows and before.features is features
        learned = before if same and before is not None else None
        if learned is None and len(features.positions):
            learned = learn(rows, features, {key: set(value) for key, value in told.refused.items()}, before)
        clusters = self._clusters
        if learned is not None and (clusters is None or clusters[0] is not features):
            # Always of the same part, whichever the classifier uses by now: what was shown stays shown.
            clusters = (features, find_clusters(next(iter(features.values.values()))))
        with self._lock:
            self._clusters = clusters
            self._told, self._followed = told, answered
            self._served.forget(answered)
            if learned is not None:
                self._learned = learned
        if learned is not None:
            # Here, where nobody waits for it.
            self._estimate(learned, told)

    # Serving

    @property
    def learned(self) -> Learned | None:
        """What is known of the theme as of the last refresh; None before there are features."""
        with self._lock:
            return self._learned

    @property
    def encoder(self) -> Encoder | None:
        """The encoder whose features are used; None before the first refresh."""
        return self._encoder

    def standing(self) -> Standing:
        """Return where the theme stands, as of the last refresh."""
        with self._lock:
            learned, told, running = self._learned, self._told, self._running
        name = self._encoder.name if self._encoder is not None else self.encoder_name
        fresh = (running is None or running.done()) and self._followed == self._served.count
        if learned is None:
            missing = (0, 0, 0, 0, self.goal, "features", None, None, 0, told.overlooked, False)
            return Standing(name, *missing, fresh=fresh, trouble=self._trouble)
        rows = learned.rows
        living = ~rows.skipped
        found = self._estimate(learned, told)
        check = told.check
        return Standing(
            encoder=name,
            images=int(living.sum()),
            with_features=int(living[learned.at].sum()),
            decided=int((rows.decided & living).sum()),
            by_model=int((rows.by == MODEL).sum()),
            goal=self.goal,
            stage=stage_of(learned, told, found, self.goal),
            estimate=found,
            checked=check.result if check is not None else None,
            check_left=len(check.left) if check is not None else 0,
            overlooked=told.overlooked,
            second_look=told.proposes_second_look,
            fresh=fresh,
            helpless=learned.helpless,
            trouble=self._trouble,
        )

    def page(
        self,
        annotator: str,
        kind: str = "next",
        *,
        size: int = 50,
        like: Sequence[int] = (),
        without: Sequence[int] = (),
    ) -> Page | None:
        """Return a page for an annotator, whose samples nobody else is given for ten minutes; None when none is left.

        `kind` is `next` (what `standing().stage` says), `look-alikes`, `suggested`, `check`, `second look`, or
        `similar`: undecided samples that are most like those in `like`. Samples `without` are not shown: the person
        has them before the eyes.
        """
        with self.store.read() as session:
            others = reserved_by_others(self.theme_id, annotator, session=session) | set(without)
        with self._lock:
            learned, told = self._learned, self._told
            if learned is None:
                return None
            if kind == "similar":
                free = self._served.free(learned, others)
                open_ones = set(learned.rows.ids[learned.at[free]].tolist())
                found = [sample for sample in self.similar(like, len(learned.at)) if sample in open_ones]
                page = Page("similar", tuple(found[:size])) if found else None
            elif kind == "second look":
                page = second_look_page(learned, told, self._held_out(learned), others, size)
            else:
                found_so_far = self._estimate(learned, told)
                stage = stage_of(learned, told, found_so_far, self.goal)
                wanted = stage if kind == "next" else kind
                if wanted == "done":
                    return None
                if wanted == "check":
                    told = self._drawn(learned, told, annotator)
                assert self._clusters is not None
                odd = odd_until_goal(found_so_far, int((~learned.rows.skipped).sum()), self.goal, size)
                served = (learned, told, self._clusters[1], self._served, others, size, odd)
                page = next_page(wanted, *served)
                if page is None and kind == "next" and wanted == "look-alikes":
                    # Every cluster was shown: with many labels and few images there are not enough of them.
                    page = next_page("suggested", *served)
        if page is None or kind == "second look":
            return page
        with self.store.write() as session:
            reserve_samples(self.theme_id, annotator, page.sample_ids, session=session)
        return page

    def useful(self, annotator: str, number: int = 10, *, without: Sequence[int] = ()) -> list[int]:
        """Return the samples whose label would teach the most, by the margin between their two best labels.

        Samples `without` are left out: the person has them already, or decided since the last refresh.
        """
        with self.store.read() as session:
            others = reserved_by_others(self.theme_id, annotator, session=session) | set(without)
        with self._lock:
            learned = self._learned
        if learned is None or learned.probabilities is None:
            return []
        free = self._served.free(learned, others)
        ids = learned.rows.ids[learned.at[most_useful(learned.margin, free, 2 * number)]].tolist()
        with self.store.write() as session:
            return reserve_samples(self.theme_id, annotator, ids[:number], session=session)

    def suggestions(self, sample_ids: Sequence[int]) -> dict[int, list[tuple[int, float]]]:
        """Return the three likeliest labels of samples, as (label id, probability); those without are left out."""
        with self._lock:
            learned = self._learned
        if learned is None or learned.probabilities is None:
            return {}
        wanted = learned.rows.positions(sample_ids)
        near = np.minimum(np.searchsorted(learned.at, wanted), len(learned.at) - 1)
        rows = near[learned.at[near] == wanted].tolist()
        found = {}
        for row in rows:
            values = learned.probabilities[row]
            best = np.argsort(-values)[:_TOP]
            label_ids = learned.rows.label_ids
            told = [(label_ids[each], float(values[each])) for each in best if values[each] > 0.005]
            found[int(learned.rows.ids[learned.at[row]])] = told
        return found

    def similar(self, sample_ids: Sequence[int], number: int = 200) -> list[int]:
        """Return the samples most like the given ones (cosine of the features), the likest first, those left out."""
        with self._lock:
            learned = self._learned
        if learned is None:
            raise ConflictError("The images have no features yet; they are being made. Try again in a moment.")
        rows = np.flatnonzero(np.isin(learned.at, learned.rows.positions(sample_ids)))
        if not len(rows):
            raise ConflictError("These images have no features yet; they are being made. Try again in a moment.")
        values = learned.values
        query = values[rows] / np.maximum(np.linalg.norm(values[rows], axis=1, keepdims=True), 1e-9)
        likeness = values @ query.mean(axis=0) / np.maximum(np.linalg.norm(values, axis=1), 1e-9)
        likeness[rows] = -np.inf
        best = np.argsort(-likeness)[: min(number, len(likeness) - len(rows))]
        return learned.rows.ids[learned.at[best]].tolist()

    def checked_ids(self) -> list[int]:
        """Return the samples of the last whole check: drawn at random and looked at, they make a fair test split."""
        with self._lock:
            check = self._told.check
        return sorted(check.answers) if check is not None and not check.left else []

    def set_goal(self, goal: float, *, annotator: str) -> None:
        """Record the share of right labels that is wanted. Raises WorkbenchError unless it is from 0.5 to 0.9999."""
        with self.store.write() as session:
            set_goal(self.theme_id, goal, annotator=annotator, session=session)
        self.goal = goal

    # Answers

    def answer(self, page: AnsweredPage, *, annotator: str, client_key: str | None = None) -> BulkOutcome:
        """Write an answer to the store at once, and learn from it a little later."""
        done = answer_page_in_steps(self.store, self.theme_id, page, annotator=annotator, client_key=client_key)
        self.noted(page)
        return done

    def noted(self, page: AnsweredPage) -> None:
        """Take over an answer that was written, so that its samples are not shown once more, and learn from it."""
        with self._lock:
            self._served.answered(page)
        self.refresh()

    def rest(self) -> AnsweredPage:
        """Return what accepting the rest would label: all undecided samples, each with its suggestion.

        It is as of now: waits for what was decided last. Raises ConflictError before there are suggestions.
        """
        self.refresh(wait=True)
        with self._lock:
            learned = self._learned
        if learned is None or learned.probabilities is None:
            raise ConflictError("There are no suggestions yet: label some images of two labels first.")
        rows = learned.rows
        open_ones = (rows.classes[learned.at] < 0) & ~rows.skipped[learned.at]
        best = learned.best
        chosen = np.flatnonzero(open_ones)
        said = learned.certainty[chosen]
        return AnsweredPage(
            "rest",
            tuple(rows.ids[learned.at[chosen]].tolist()),
            labels=tuple(rows.label_ids[each] for each in best[chosen]),
            said=tuple(said.tolist()),
        )

    def _drawn(self, learned: Learned, told: Told, annotator: str) -> Told:
        """Draw a check unless one is under way."""
        if told.check is not None and told.check.left:
            return told
        rows, at = learned.rows, learned.at
        assert learned.probabilities is not None
        answers = np.where(rows.classes[at] >= 0, rows.classes[at], learned.best)
        population = np.flatnonzero((rows.by[at] != ALONE) & ~rows.skipped[at])
        numbers = sum(page.kind == "drawn" for page in told.pages)
        chosen = checking.draw(population, seed=1000 * self.theme_id + numbers, size=self._check_size)
        page = AnsweredPage(
            "drawn",
            tuple(rows.ids[at[chosen]].tolist()),
            labels=tuple(rows.label_ids[each] for each in answers[chosen]),
            population=len(population),
            total=int((~rows.skipped[at]).sum()),
        )
        with self.store.write() as session:
            answer_page(self.theme_id, page, annotator=annotator, session=session)
        with self.store.read() as session:
            self._told = read_pages(answered_pages(self.theme_id, session=session), rows)
        return self._told

    def _estimate(self, learned: Learned, told: Told) -> Estimate | None:
        """Return where the labels stand by what was learned; computed once."""
        kept, goal = self._estimated, self.goal
        if kept is None or kept[0] is not learned or kept[1] is not told or kept[2] != goal:
            kept = (learned, told, goal, estimate_of(learned, told, goal))
            self._estimated = kept
        return kept[3]

    def _held_out(self, learned: Learned) -> _HeldOut:
        if self._second is None or self._second[0] is not learned:
            given = np.flatnonzero(learned.rows.decided[learned.at])
            classes = learned.rows.classes[learned.at[given]]
            found = held_out_probabilities(
                learned.values[given], classes, len(learned.rows.label_ids), strength=learned.strength
            )
            self._second = (learned, (given, classes, found))
        return self._second[1]

    def _contradict(self, learned: Learned) -> None:
        self._held_out(learned)

    def contradicted(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return the samples with a given label, int64 (N,), and whether the others contradict it, bool (N,).

        As of what was computed last; begins to compute it where something is new. None before the first time.
        """
        with self._lock:
            learned, kept = self._learned, self._second
            stale = kept is None or kept[0] is not learned
            if learned is not None and stale and (self._contradicting is None or self._contradicting.done()):
                self._contradicting = self._worker.submit(self._contradict, learned)
        if kept is None:
            return None
        given, classes, probabilities = kept[1]
        _, _, margin = most_contradicted(probabilities, classes)
        return kept[0].rows.ids[kept[0].at[given]], margin < 0


def assistant_of(store: Store, theme_id: int, encoder: str = "auto") -> Assistant:
    """Return the assistant of a theme that everybody in this process shares."""
    key = (store.engine.url.render_as_string(hide_password=False), str(store.project.root), theme_id, encoder)
    with _shared_lock:
        if key not in _shared:
            with store.read() as session:
                goal = goal_of(theme_id, session=session)
            _shared[key] = Assistant(store, theme_id, encoder, goal=GOAL_UNLESS_SET if goal is None else goal)
        return _shared[key]


_shared: dict[tuple[str, str, int, str], Assistant] = {}
_shared_lock = threading.Lock()
