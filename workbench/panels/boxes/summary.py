"""The box panel as plain HTML: for batch runs, GitHub, and viewers without a kernel."""

from __future__ import annotations

import base64
import io
from html import escape

from PIL import Image, ImageDraw

from workbench.data.decoding import ImageError, decode_rgb
from workbench.errors import NotFoundError
from workbench.panels.base.static_summary import static_table, swatch
from workbench.store import Session, Store
from workbench.store.box_browsing import images_with_boxes
from workbench.store.box_rows import boxes_of
from workbench.store.counts import box_counts, boxes_by_split
from workbench.store.labels import labels_of
from workbench.store.schema import Sample, Theme

_SHOWN = 6
_WIDTH = 220


def boxes_summary(store: Store, theme_id: int) -> str:
    """Return a theme's counts, its boxes per label, and a few images with their boxes, as HTML."""
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
        counts = box_counts(theme_id, session=session)
        found = boxes_by_split(theme_id, session=session)
        rows = [[name, sum(row.values())] for name, row in found.items()]
        swatches = [swatch(label.color) for label in labels_of(theme_id, session=session)]
        table = static_table(["label", "boxes"], rows, leads=swatches)
        drawn = images_with_boxes(theme_id, _SHOWN, session=session)
        pictures = [_picture(store, sample, session) for sample in drawn]
        return (
            f"<p><b>{escape(theme.name)}</b> {escape(theme.description)}</p>"
            f"<p>{counts.submitted:,} of {counts.samples:,} images done, "
            f"{counts.skipped:,} skipped, {counts.boxes:,} boxes.</p>"
            f"{table}<div>{''.join(pictures)}</div>"
        )


def _picture(store: Store, sample: Sample, session: Session) -> str:
    try:
        image = Image.fromarray(decode_rgb(store.images.read(sample.uri)))
    except (ImageError, NotFoundError):
        return ""
    labels = {label.id: label for label in labels_of(sample.theme_id, session=session)}
    scale = _WIDTH / image.width
    image = image.resize((_WIDTH, max(1, round(image.height * scale))))
    pen = ImageDraw.Draw(image)
    boxes = boxes_of(sample.id, session=session)
    for box in boxes:
        corners = [scale * edge for edge in (box.x, box.y, box.x + box.width, box.y + box.height)]
        pen.rectangle(corners, outline=labels[box.label_id].color if box.label_id in labels else "#7f7f7f", width=2)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    words = escape(f"{sample.name}: {len(boxes)} boxes", quote=True)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{words}" title="{words}" src="data:image/jpeg;base64,{data}"> '
