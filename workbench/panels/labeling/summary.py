"""The panel as plain HTML: for batch runs, GitHub, and viewers without a kernel."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from sqlalchemy.orm import Session

from workbench.data.thumbnails import Thumbnails
from workbench.store import Store
from workbench.store.labels import labels_of
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter
from workbench.store.schema import Label, Sample, Theme
from workbench.store.statistics import UNASSIGNED, ThemeStatistics, theme_statistics
from workbench.store.themes import list_themes

_SHOWN = 12


def themes_summary(store: Store) -> str:
    """Return all themes with their counts as HTML."""
    with store.read() as session:
        rows = [
            (theme.name, theme.description, theme_statistics(theme.id, session=session))
            for theme in list_themes(session=session)
        ]
    if not rows:
        return "<p>There are no themes yet. Open this notebook in JupyterLab and run it to create one.</p>"
    head = _row(["theme", "description", "samples", "labeled", "unlabeled"], tag="th")
    body = "".join(_row([name, text, _n(s.samples), _n(s.labeled), _n(s.unlabeled)]) for name, text, s in rows)
    return f"<p><b>{len(rows)} themes</b></p><table>{head}{body}</table>"


def theme_summary(store: Store, theme_id: int, chosen: Sequence[int] | None = None, about: str = "") -> str:
    """Return a theme's name, counts per label and split, and a few (of the `chosen`) thumbnails as HTML."""
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
        statistics = theme_statistics(theme_id, session=session)
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
    found = [session.get(Sample, sample_id) for sample_id in chosen[:_SHOWN]]
    return [sample for sample in found if sample is not None]


def _counts_table(labels: Sequence[Label], statistics: ThemeStatistics) -> str:
    splits = ("train", "valid", "test", UNASSIGNED)
    head = _row(["label", "images", *splits], tag="th")
    body = ""
    for label in labels:
        counts = statistics.counts[label.name]
        swatch = f"<span style='color:{label.color}'>&#9632;</span> {escape(label.name)}"
        body += _row([_n(sum(counts.values())), *(_n(counts[split]) for split in splits)], first=swatch)
    return f"<table>{head}{body}</table>"


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
        figures.append(
            f"<img src='data:{made.media_type};base64,{data}' alt='{alt}' title='{alt}' height='72' "
            "style='margin:2px;display:inline-block'>"
        )
    return f"<div>{''.join(figures)}</div>" if figures else ""


def _row(cells: Sequence[str], *, tag: str = "td", first: str = "") -> str:
    inner = f"<{tag}>{first}</{tag}>" if first else ""
    return f"<tr>{inner}{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _n(number: int) -> str:
    return f"{number:,}"
