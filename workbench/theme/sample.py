"""One sample of a theme, as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from workbench.registry.lineage import SampleLineage, sample_lineage
from workbench.store.box_rows import boxes_of
from workbench.store.history import event_words, history_of
from workbench.store.labels import label_names
from workbench.store.sample_table import TableRow, utc_time
from workbench.theme.base import id_of, public_names
from workbench.theme.frames import STATES, files_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from PIL.Image import Image

    from workbench.theme.theme import Theme


@dataclass(frozen=True)
class Sample:
    """One image of a theme with what is known about it, as it was when it was read.

    `width` and `height` are in pixels, `labeled_at` is in UTC. `suggested` and `score` (a probability, 0 to 1) are the
    answer of the model that the query named, None without one.

    >>> sample = theme.samples()[0]
    >>> sample.image.size == (sample.width, sample.height)
    True
    """

    name: str
    sha256: str
    path: str
    label: str | None
    state: str
    split: str | None
    annotator: str | None
    labeled_at: datetime | None
    width: int
    height: int
    size_bytes: int
    suggested: str | None
    score: float | None
    id: int = field(repr=False)
    theme: Theme = field(repr=False, compare=False)
    _uri: str = field(repr=False, compare=False)

    @classmethod
    def of_row(cls, row: TableRow, names: dict[int, str], theme: Theme) -> Sample:
        """Return the sample of a row of the store's table; `names` are those of the labels by id."""
        uri = theme.store.images.uri(row.sha256, row.suffix)
        return cls(
            name=row.name,
            sha256=row.sha256,
            path=files_of(theme.store.images, [uri])[0],
            label=names.get(row.label_id or 0),
            state=STATES[1 if row.label_id is not None else 2 if row.skipped else 0],
            split=row.split,
            annotator=row.annotator,
            labeled_at=utc_time(row.labeled_at),
            width=row.width,
            height=row.height,
            size_bytes=row.size_bytes,
            suggested=names.get(row.predicted_id or 0),
            score=row.score,
            id=row.id,
            theme=theme,
            _uri=uri,
        )

    @property
    def array(self) -> np.ndarray:
        """The pixels, upright: uint8 RGB of shape (height, width, 3). Raises ImageError when they cannot be read.

        >>> theme.samples()[0].array.shape
        (8, 10, 3)
        """
        from workbench.data.decoding import decode_rgb

        return decode_rgb(self.theme.store.images.read(self._uri))

    @property
    def image(self) -> Image:
        """The image as a person sees it: upright, RGB. Raises ImageError when it cannot be read.

        >>> theme.samples()[0].image.size
        (10, 8)
        """
        from PIL import Image

        return Image.fromarray(self.array)

    @property
    def boxes(self) -> pd.DataFrame:
        """The rectangles on it: `label`; `x`, `y`, `width`, `height` in pixels of the upright image.

        >>> theme.samples()[0].boxes.columns.tolist()
        ['label', 'x', 'y', 'width', 'height']
        """
        import pandas as pd

        with self.theme.store.read() as session:
            names = label_names(id_of(self.theme, session), session=session)
            boxes = boxes_of(self.id, session=session)
        rows = [(names[box.label_id], box.x, box.y, box.width, box.height) for box in boxes]
        return pd.DataFrame(rows, columns=["label", "x", "y", "width", "height"])

    @property
    def history(self) -> pd.DataFrame:
        """Every change of it, the oldest first: `at` (UTC), `annotator`, `source`, `action`, `before`, `after`.

        >>> theme.samples()[0].history.after.tolist()
        ['red']
        """
        import pandas as pd

        with self.theme.store.read() as session:
            events = history_of(self.id, session=session)
            names = label_names(id_of(self.theme, session), session=session)
            rows = [
                (event.at, event.annotator, event.source, event.action, *event_words(event, names)) for event in events
            ]
        return pd.DataFrame(rows, columns=["at", "annotator", "source", "action", "before", "after"])

    @property
    def lineage(self) -> SampleLineage:
        """Which runs and model versions used it, and what they answered.

        >>> theme.samples()[0].lineage.uses
        []
        """
        return sample_lineage(self.theme.name, self.id, self.theme.store.project)

    @property
    def predictions(self) -> pd.DataFrame:
        """What model versions answered, the newest first: `version`, `stage`, `label`, `score`, `at` (UTC).

        >>> theme.samples()[0].predictions.columns.tolist()
        ['version', 'stage', 'label', 'score', 'at']
        """
        import pandas as pd

        from workbench.store.model_versions import versions_of_sample

        with self.theme.store.read() as session:
            theme_id = id_of(self.theme, session)
            names = label_names(theme_id, session=session)
            found = versions_of_sample(theme_id, self.id, session=session)
        rows = [
            (each.version, each.stage, names.get(each.predicted_label_id or 0), each.score, each.predicted_at)
            for each in found
            if each.score is not None
        ]
        return pd.DataFrame(rows, columns=["version", "stage", "label", "score", "at"])

    @property
    def thumbnail(self) -> tuple[str, str, str]:
        """What a static picture of it takes: the key of its bytes, its name, its label or state.

        >>> theme.samples()[0].thumbnail[1:]
        ('red/red_0.png', 'red')
        """
        return self._uri, self.name, self.label or self.state

    def _repr_html_(self) -> str:
        from workbench.panels.label.summary import pictures

        said = self.label or self.state
        facts = [said, self.split or "no split", f"{self.width} x {self.height}", self.annotator or ""]
        words = ", ".join(escape(str(fact)) for fact in facts if fact)
        return f"<p><b>{escape(self.name)}</b> {words}</p>{pictures(self.theme.store, [self.thumbnail])}"

    def __dir__(self) -> list[str]:
        return public_names(self)
