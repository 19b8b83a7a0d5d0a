"""The panel as plain HTML: for batch runs, GitHub, and viewers without a kernel."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from workbench.data.thumbnails import Thumbnails
from workbench.panels.base.static_summary import static_table, swatch
from workbench.panels.boxes.summary import boxes_summary
from workbench.store import Session, Store
from workbench.store.counts import UNASSIGNED, ThemeCounts, box_counts, theme_counts
from workbench.store.labels import labels_of
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter, samples_by_id
from workbench.store.schema import Label, Sample, Theme
from workbench.store.themes import list_themes

_SHOWN = 12
_HEIGHT = 72


def themes_summary(store: Store) -> str:
    """Return all themes with their counts as HTML."""
    with store.read() as session:
        rows = [[theme.name, theme.description, *_progress(theme, session)] for theme in list_themes(session=session)]
    if not rows:
        return "<p>There are no themes yet. Open this notebook in JupyterLab and run it to create one.</p>"
    themes = "1 theme" if len(rows) == 1 else f"{_n(len(rows))} themes"
    table = static_table(["theme", "description", "samples", "labeled", "unlabeled"], rows, texts=2)
    return f"<p><b>{themes}</b></p>{table}"


def _progress(theme: Theme, session: Session) -> tuple[int, int, int]:
    """How many samples a theme has, how many of them are labeled (or have their boxes), and how many are not."""
    if theme.task == "boxes":
        boxes = box_counts(theme.id, session=session)
        return boxes.samples, boxes.submitted, boxes.samples - boxes.submitted
    found = theme_counts(theme.id, session=session)
    return found.samples, found.labeled, found.unlabeled


def theme_summary(store: Store, theme_id: int, chosen: Sequence[int] | None = None, about: str = "") -> str:
    """Return a theme's name, counts per label and split, and a few (of the `chosen`) thumbnails as HTML."""
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
        if theme.task == "boxes" and chosen is None:
            return boxes_summary(store, theme_id)
        statistics = theme_counts(theme_id, session=session)
        labels = labels_of(theme_id, session=session)
        samples = _some_samples(theme_id, statistics.samples, session) if chosen is None else _first(chosen, session)
        names = {label.id: label.name for label in labels}
        shown = [(s.uri, s.name, names.get(s.label_id or 0, "skipped" if s.skipped else "unlabeled")) for s in samples]
        head = f"<p><b>{escape(theme.name)}</b> {escape(theme.description)}</p>"
        table = _counts_table(labels, statistics)
    return "".join(
        [
            head,
            f"<p>{_n(statistics.labeled)} of {_n(statistics.samples)} images labeled, "
            f"{_n(statistics.unlabeled)} unlabeled ({_n(statistics.skipped)} of them skipped).</p>",
            table,
            "" if chosen is None else f"<p>{escape(_chosen_words(len(chosen), about))}</p>",
            pictures(store, shown),
        ]
    )


def _some_samples(theme_id: int, total: int, session: Session) -> list[Sample]:
    """A few samples from all over the theme, the same ones each time."""
    step = max(1, total // _SHOWN)
    found: list[Sample] = []
    for offset in list(range(0, total, step))[:_SHOWN]:
        found += open_page(theme_id, SampleFilter(), offset=offset, limit=1, total=total, session=session)
    return found


def _chosen_words(number: int, about: str) -> str:
    words = f"Chosen samples ({_n(number)})"
    return f"{words}: {about}" if about else words


def _first(chosen: Sequence[int], session: Session) -> list[Sample]:
    found = samples_by_id(chosen[:_SHOWN], session=session)
    return [found[sample_id] for sample_id in chosen[:_SHOWN] if sample_id in found]


def _counts_table(labels: Sequence[Label], statistics: ThemeCounts) -> str:
    splits = ("train", "valid", "test", UNASSIGNED)
    counts = [statistics.by_label[label.name] for label in labels]
    rows = [
        [label.name, sum(row.values()), *(row[split] for split in splits)]
        for label, row in zip(labels, counts, strict=True)
    ]
    head = ["label", "images", *("no split" if split == UNASSIGNED else split for split in splits)]
    return static_table(head, rows, leads=[swatch(label.color) for label in labels])


def pictures(store: Store, shown: Sequence[tuple[str, str, str]]) -> str:
    """Return images, given as (key, file name, label), as HTML that needs no files beside it."""
    thumbnails = Thumbnails(store.images, store.project.cache / "thumbnails")
    figures = []
    for uri, name, label in shown:
        made = thumbnails.sheet([uri], 128)
        if made.sizes == [(0, 0)]:
            continue
        data = base64.b64encode(made.content).decode()
        alt = escape(f"{name}: {label}", quote=True)
        # Small images are enlarged with their pixels seen, as in the panel.
        crisp = ";image-rendering:pixelated" if max(made.sizes[0]) < _HEIGHT else ""
        figures.append(
            f"<img src='data:{made.media_type};base64,{data}' alt='{alt}' title='{alt}' height='{_HEIGHT}' "
            f"style='margin:2px;display:inline-block;height:{_HEIGHT}px{crisp}'>"
        )
    return f"<div>{''.join(figures)}</div>" if figures else ""


def _n(number: int) -> str:
    return f"{number:,}"
