"""Whole images for the focus view, and the history of a sample."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import NotRequired, TypedDict

from workbench.data.decoding import ImageError, bits_in_use, decode_rgb
from workbench.errors import NotFoundError
from workbench.panels.base.messages import Answer
from workbench.panels.label.rows import moment_json
from workbench.panels.label.state import LabelPanelState
from workbench.store.history import event_words, history_of
from workbench.store.images import ImageFiles
from workbench.store.labels import label_names
from workbench.store.samples import samples_by_id

_AS_THEY_ARE = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
}
_LARGEST_FILE = 8_000_000
_LARGEST_SIDE = 4096
# A message holds about so many bytes of images, so that labels are never stuck behind a long download.
_MESSAGE_BYTES = 3_000_000


class ImageParams(TypedDict):
    """Whole images of samples."""

    ids: list[int]


class ImageJson(TypedDict):
    """An image's media type, or why it cannot be shown; its file is the buffer of the same number."""

    id: int
    type: NotRequired[str]
    error: NotRequired[str]


class ImagesJson(TypedDict):
    """As many of the images as one message should hold, in the order that was asked for."""

    images: list[ImageJson]


class SampleParams(TypedDict):
    """A call about one sample."""

    sample: int


class EventJson(TypedDict):
    """One event of a sample's history; `after` is in words."""

    action: str
    source: str
    annotator: str
    at: str | None
    after: str | None


def images(state: LabelPanelState, params: ImageParams) -> Answer[ImagesJson]:
    """Return the images of some samples in that order, as many as one message should hold; one at least."""
    ids = list(params["ids"])
    with state.store.read() as session:
        found = samples_by_id(ids, session=session)
    shown: list[ImageJson] = []
    contents: list[bytes] = []
    for sample_id in ids:
        if contents and sum(map(len, contents)) > _MESSAGE_BYTES:
            break
        row = found.get(sample_id)
        try:
            if row is None:
                raise NotFoundError("The sample is gone.")
            media_type, content = _displayable(state.store.images, row.uri, row.size_bytes)
        except (ImageError, NotFoundError) as error:
            media_type, content = "", b""
            shown.append({"id": sample_id, "error": str(error)})
        else:
            shown.append({"id": sample_id, "type": media_type})
        contents.append(content)
    return Answer({"images": shown}, contents)


def history(state: LabelPanelState, params: SampleParams) -> Answer[list[EventJson]]:
    """Return the last events of a sample, the newest first."""
    with state.store.read() as session:
        events = history_of(params["sample"], session=session)[-8:]
        names = label_names(events[0].theme_id, session=session) if events else {}
        shown: list[EventJson] = [
            {
                "action": event.action,
                "source": event.source,
                "annotator": event.annotator,
                "at": moment_json(event.at),
                "after": event_words(event, names)[1],
            }
            for event in reversed(events)
        ]
    return Answer(shown)


def _displayable(images: ImageFiles, uri: str, size: int) -> tuple[str, bytes]:
    """Return an image as a browser shows it: the file itself where that will do, else converted or made smaller."""
    media_type = _AS_THEY_ARE.get(PurePath(uri).suffix.lower())
    content = images.read(uri)
    # A browser shows the upper 8 of 16 bits: of a camera with 12 nearly black.
    if media_type is not None and size <= _LARGEST_FILE and bits_in_use(content) in (None, 16):
        return media_type, content
    from PIL import Image

    picture = Image.fromarray(decode_rgb(content))
    out = io.BytesIO()
    if max(picture.size) > _LARGEST_SIDE or size > _LARGEST_FILE:
        picture.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
        picture.save(out, "JPEG", quality=92)
        return "image/jpeg", out.getvalue()
    picture.save(out, "PNG", compress_level=1)
    return "image/png", out.getvalue()
