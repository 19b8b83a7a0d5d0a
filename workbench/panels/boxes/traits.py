"""What the box panel shows, as traits of its widget that the browser half follows."""

from __future__ import annotations

from typing import Any

import traitlets
from jupyter_bbox_widget import BBoxWidget


class BoxTraits(BBoxWidget):
    """jupyter-bbox-widget with what our frame around it shows."""

    # jupyter-bbox-widget's own browser half, which ours puts a frame around.
    inner_module = traitlets.Unicode().tag(sync=True)
    inner_style = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(640).tag(sync=True)
    # Which store this is, so that a browser keeps what is drawn in two projects apart.
    store_key = traitlets.Unicode().tag(sync=True)
    themes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    # What is shown: the image's id, the store's state of it, the boxes of everybody in numbers.
    sample = traitlets.Int(0).tag(sync=True)
    state = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    # The ids of `classes`: a box that is on its way keeps its label when somebody renames it.
    label_ids = traitlets.List(traitlets.Int()).tag(sync=True)
    heading = traitlets.Dict().tag(sync=True)
    per_label = traitlets.Dict().tag(sync=True)
    # Counts up whenever the browser is to show what the kernel says is on an image instead of what was drawn there.
    shown = traitlets.Int(0).tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    # Boxes that were not saved because somebody else changed the image: a person may put them over theirs.
    conflict: Any = traitlets.Dict().tag(sync=True)
