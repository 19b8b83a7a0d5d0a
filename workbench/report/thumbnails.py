"""Images of a report as `data:` addresses, so that the page needs no other file."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.data.thumbnails import Thumbnails
from workbench.registry.run_predictions import RunPrediction
from workbench.store import Store
from workbench.store.samples import samples_by_id

_SIDE = 128


@dataclass(frozen=True)
class ShownMistake:
    """A test image that was taken for something else. `picture` is a `data:` address, empty where it cannot be read."""

    name: str
    true: str
    predicted: str
    score: float
    picture: str


def shown_mistakes(mistakes: Sequence[RunPrediction], store: Store) -> list[ShownMistake]:
    """Return some mistakes with their thumbnails, of at most 128 pixels."""
    with store.read() as session:
        samples = samples_by_id([row.sample_id for row in mistakes], session=session)
    thumbnails = Thumbnails(store.images, store.project.cache / "thumbnails")
    found = []
    for row in mistakes:
        sample = samples.get(row.sample_id)
        picture = _data_address(thumbnails, sample.uri) if sample else ""
        found.append(ShownMistake(sample.name if sample else "(gone)", row.true, row.predicted, row.score, picture))
    return found


def _data_address(thumbnails: Thumbnails, uri: str) -> str:
    from PIL import Image

    pixels = thumbnails.get(uri, _SIDE)
    if pixels is None:
        return ""
    out = io.BytesIO()
    small = max(pixels.shape[:2]) <= _SIDE // 2
    Image.fromarray(pixels).save(out, "PNG" if small else "JPEG", **({} if small else {"quality": 85}))
    kind = "png" if small else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode()}"
