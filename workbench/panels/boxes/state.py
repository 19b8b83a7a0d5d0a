"""What the box panel asks of the store: which image is next, what stands on it, and saving what was drawn."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.data.decoding import bits_in_use, decode_rgb
from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.boxes.messages import BoxJson, DrawingParams, OverviewJson, SeenImageJson
from workbench.store import Store
from workbench.store.box_browsing import (
    BoxState,
    SeenImage,
    count_images,
    image_at,
    image_beside,
    is_done,
    last_image,
    latest_client_key,
    left_while_drawing,
    mark_as_draft,
    mark_as_submitted,
    next_undecided,
    page_of_images,
    position_of,
)
from workbench.store.box_rows import boxes_of, boxes_of_samples, clip
from workbench.store.boxes import BoxOutcome, replace_boxes
from workbench.store.counts import BoxCounts, box_counts, boxes_by_split
from workbench.store.decisions import SKIPPED, BoxData, Decision, decision_of
from workbench.store.label_merges import decision_now, merged_labels
from workbench.store.labels import labels_of
from workbench.store.samples import get_sample
from workbench.store.schema import Label, Sample, Theme
from workbench.store.single_edits import Edit, decide
from workbench.store.steps.edits import undo_of_any_size
from workbench.store.themes import list_themes
from workbench.store.undo import UndoOutcome

OVERVIEW_PAGE = 60
_SHOWN_AS_THEY_ARE = ("png", "jpg", "webp", "gif", "bmp")


class NotSavedError(WorkbenchError):
    """What was drawn cannot be saved before a person does something about it; nothing was changed."""


@dataclass(frozen=True)
class Shown:
    """One image as the panel shows it.

    `boxes` are as the widget wants them; `state` is the store's, see box_rows; `done` says that they are complete.
    """

    sample_id: int
    name: str
    position: int
    content: bytes
    boxes: list[BoxJson]
    state: str | None
    done: bool


class BoxPanelState:
    """One annotator's work on the boxes of one theme. Every method is a transaction of its own."""

    def __init__(self, store: Store, theme_id: int, annotator: str) -> None:
        self.store = store
        self.theme_id = theme_id
        self.annotator = annotator

    def theme_name(self) -> str:
        """Return the theme's name."""
        with self.store.read() as session:
            return session.get_one(Theme, self.theme_id).name

    def labels(self) -> list[Label]:
        """Return the theme's labels in their order."""
        with self.store.read() as session:
            return labels_of(self.theme_id, session=session)

    def boxes_per_label(self) -> dict[str, int]:
        """Return how many boxes each label has, by its name."""
        with self.store.read() as session:
            found = boxes_by_split(self.theme_id, session=session)
        return {name: sum(row.values()) for name, row in found.items()}

    def counts(self) -> BoxCounts:
        """Return how far the theme is."""
        with self.store.read() as session:
            return box_counts(self.theme_id, session=session)

    def begin(self) -> int | None:
        """Return the image to begin with: the one left while drawing, else the first that nobody decided on."""
        with self.store.read() as session:
            left = left_while_drawing(self.theme_id, self.annotator, session=session)
            undecided = left or next_undecided(self.theme_id, session=session)
            return undecided or last_image(self.theme_id, session=session)

    def undecided_after(self, sample_id: int) -> int | None:
        """Return the next image that nobody decided on, from the beginning at the end; None when all are done."""
        with self.store.read() as session:
            return next_undecided(self.theme_id, sample_id, session=session)

    def beside(self, sample_id: int, step: int, state: BoxState = "all") -> int | None:
        """Return the image before (-1) or after (1) another one, among those of a state, or None."""
        with self.store.read() as session:
            return image_beside(self.theme_id, sample_id, step, state, session=session)

    def at(self, position: int) -> int | None:
        """Return the image at a position, counted from 1; None when there are fewer."""
        with self.store.read() as session:
            return image_at(self.theme_id, position, session=session)

    def overview(self, state: BoxState, at: int, step: int) -> tuple[OverviewJson, list[tuple[int, str]]]:
        """Return a page of images of a state without their thumbnails, and their files by their ids.

        `step` is 1 for the images from the id `at` on, -1 for those before it, 0 for the page on which it is.
        """
        with self.store.read() as session:
            if step == 0:
                before = count_images(self.theme_id, state, before=at, session=session)
                at = image_at(self.theme_id, before // OVERVIEW_PAGE * OVERVIEW_PAGE + 1, state, session=session) or 0
                step = 1
            found = page_of_images(self.theme_id, state, at=at, step=step, limit=OVERVIEW_PAGE, session=session)
            boxes = boxes_of_samples([image.sample.id for image in found], session=session)
            first = found[0].sample.id if found else at
            page: OverviewJson = {
                "images": [_seen_image(image, boxes.get(image.sample.id, ())) for image in found],
                "before": count_images(self.theme_id, state, before=first, session=session),
                "total": count_images(self.theme_id, state, session=session),
                "sheet": None,
            }
            return page, [(image.sample.id, image.sample.uri) for image in found]

    def show(self, sample_id: int) -> Shown:
        """Return what there is to see of an image."""
        with self.store.read() as session:
            sample = get_sample(sample_id, session=session)
            boxes = boxes_of(sample_id, session=session)
            names = {label.id: label.name for label in labels_of(self.theme_id, session=session)}
            return Shown(
                sample_id,
                sample.name,
                position=position_of(self.theme_id, sample_id, session=session),
                content=self._content(sample),
                boxes=[_as_widget(box, names.get(box.label_id, "?")) for box in boxes],
                state=decision_of(sample, boxes).text,
                done=is_done(sample_id, session=session),
            )

    def save(self, drawn: DrawingParams, *, draft: bool) -> tuple[BoxOutcome, int]:
        """Save what was drawn on an image; return the outcome, and how many boxes without area were left out.

        A `draft` leaves the image undecided until it is submitted, unless it was done before.
        `seen` is the state that was drawn over; another one is a conflict, unless it is what a message of `earlier`
        left, to which the browser has not seen the answer. `key` makes a repeated message harmless. A box's label is
        known by its `label_id`, whatever it is called or was merged into by now, else by its name. Raises
        NotSavedError when the theme has no such label, or the annotator's name cannot be one.
        """
        sample_id, seen = drawn["sample"], Decision.parse(drawn["seen"])
        key, earlier = drawn["key"], drawn.get("earlier") or ()
        with self.store.write() as session:
            labels = {label.name: label.id for label in labels_of(self.theme_id, session=session)}
            merged = merged_labels(self.theme_id, session=session)
            seen = decision_now(seen, merged)
            boxes = [_as_data(box, labels, merged) for box in drawn["boxes"]]
            sample = get_sample(sample_id, session=session)
            if sample.theme_id != self.theme_id:
                raise NotFoundError("This image belongs to another theme; nothing was changed.")
            good = [box for box in boxes if _has_area(box, sample)]
            empty = len(boxes) - len(good)
            current = decision_of(sample, boxes_of(sample_id, session=session))
            if seen != current and earlier and latest_client_key(sample_id, session=session) in earlier:
                seen = current
            # A press of the mouse that has drawn nothing yet is no decision.
            if draft and seen == current and tuple(good) == (seen.boxes or ()):
                return BoxOutcome(sample_id, "unchanged", seen, None), empty
            complete = is_done(sample_id, session=session)
            try:
                annotator = drawn.get("annotator") or self.annotator
                outcome = replace_boxes(
                    sample_id, good, annotator=annotator, seen=seen, client_key=key, session=session
                )
            except WorkbenchError as error:
                raise NotSavedError(str(error)) from None
            if not draft:
                mark_as_submitted(sample_id, session=session)
            elif not complete and outcome.status != "replayed" and outcome.batch_id is not None:
                mark_as_draft(outcome.batch_id, session=session)
            return outcome, empty

    def skip(self, sample_id: int) -> None:
        """Set an image aside. Raises WorkbenchError when there are boxes on it."""
        with self.store.write() as session:
            if boxes_of(sample_id, session=session):
                raise WorkbenchError(
                    "There are boxes on this image. Submit it with Enter, or delete them, then skip it."
                )
            decide(self.theme_id, [Edit(sample_id, SKIPPED)], annotator=self.annotator, session=session)

    def undo(self) -> UndoOutcome:
        """Take back this annotator's latest change."""
        outcome = undo_of_any_size(self.store, self.theme_id, annotator=self.annotator)
        if outcome.batch_id is not None and not outcome.changed_labels:
            # What is shown now is to be looked at, and submitted.
            with self.store.write() as session:
                mark_as_draft(outcome.batch_id, session=session)
        return outcome

    def _content(self, sample: Sample) -> bytes:
        """The image as a browser shows it; what browsers do not know is turned into PNG."""
        content = self.store.images.read(sample.uri)
        # A browser shows the upper 8 of 16 bits: of a camera with 12 nearly black.
        if sample.uri.rpartition(".")[2] in _SHOWN_AS_THEY_ARE and bits_in_use(content) in (None, 16):
            return content
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(decode_rgb(content)).save(buffer, "PNG")
        return buffer.getvalue()


def save_elsewhere(store: Store, drawn: DrawingParams, annotator: str) -> bool:
    """Save boxes that were drawn in a theme that is not open; False where there is no such theme (any more).

    Raises NotSavedError also where somebody else has changed the image: whose boxes stay is asked in that theme.
    """
    with store.read() as session:
        theme = session.get(Theme, drawn["theme"])
        if theme is None or theme.deleted_at is not None or theme.created_at.isoformat() != drawn["born"]:
            return False
        name = theme.name
    try:
        outcome, _ = BoxPanelState(store, drawn["theme"], annotator).save(drawn, draft=True)
    except NotSavedError as error:
        raise NotSavedError(f"In '{name}': {error}") from None
    except NotFoundError:
        # The image was deleted, and its boxes with it.
        return True
    if outcome.status == "conflict":
        raise NotSavedError(
            f"Somebody else has changed an image of '{name}' on which you drew: whose boxes stay is asked when you "
            "open that theme."
        )
    return True


def themes_of_boxes(store: Store) -> list[str]:
    """Return the names of the themes of task `boxes`, in the order in which they were made."""
    with store.read() as session:
        return [theme.name for theme in list_themes(session=session) if theme.task == "boxes"]


def _seen_image(image: SeenImage, boxes: Sequence[BoxData]) -> SeenImageJson:
    sample = image.sample
    return {
        "id": sample.id,
        "name": sample.name,
        "width": sample.width,
        "height": sample.height,
        "state": image.state,
        "boxes": [{**_as_widget(box, ""), "label_id": box.label_id} for box in boxes],
    }


def _as_widget(box: BoxData, label: str) -> BoxJson:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "label": label}


def _as_data(box: BoxJson, labels: dict[str, int], merged: Mapping[int, int]) -> BoxData:
    name, label_id = str(box.get("label")), box.get("label_id")
    label_id = merged.get(label_id, label_id) if isinstance(label_id, int) else label_id
    if label_id not in labels.values():
        label_id = labels.get(name)
    if label_id is None:
        raise NotSavedError(
            f"There is no label '{name}' any more. Give its boxes another one: click the box, choose a label, press C. "
            "Until then this browser keeps them."
        )
    return BoxData(label_id, box["x"] or 0.0, box["y"] or 0.0, box["width"] or 0.0, box["height"] or 0.0)


def _has_area(box: BoxData, sample: Sample) -> bool:
    return clip((box.x, box.y, box.width, box.height), sample.width, sample.height) is not None
