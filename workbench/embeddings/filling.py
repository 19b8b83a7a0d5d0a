"""Filling the vectors of a theme: in this process, or by a job of its own beside the labeling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.embeddings.encoder import Encoder
from workbench.embeddings.encoders import AUTO, open_encoder
from workbench.embeddings.lite0 import Lite0
from workbench.embeddings.making import AT_ONCE, MadeVectors, make_vectors
from workbench.embeddings.vectors import VectorFolder
from workbench.engine.progress import Watch
from workbench.engine.reach import check_reach
from workbench.engine.settings import read_settings
from workbench.jobs.launcher import start_job
from workbench.jobs.processes import give_way
from workbench.jobs.records import Job, latest_job
from workbench.paths import find_project
from workbench.progress import Tell, progress_bar, progress_lines
from workbench.store import Store, open_store
from workbench.store.samples import SampleFilter, digests_and_files
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from workbench.paths import Project

KIND = "embedding"


@dataclass(frozen=True)
class EmbeddingReport:
    """What filling did, in numbers of images: `made` vectors, `present` ones, and `unreadable` images.

    Unreadable images have a vector without numbers, so that nobody tries them once more.
    """

    theme: str
    encoder: str
    digest: str
    dimensions: int
    made: int
    present: int
    unreadable: int
    workers: Watch | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        counts = {name: value for name, value in vars(self).items() if name != "workers"}
        return counts | (self.workers.as_dict() if self.workers is not None else {})

    def __str__(self) -> str:
        text = (
            f"'{self.theme}', encoder {self.encoder}: {self.made:,} vectors of {self.dimensions:,} numbers were made, "
        )
        text += f"{self.present:,} were there."
        text += f" {self.unreadable:,} images could not be read." if self.unreadable else ""
        return f"{text}\n{self.workers}" if self.workers is not None and self.workers.lines else text


def embed(
    store: Store,
    theme: str,
    encoder: str = AUTO,
    *,
    on: str | None = None,
    progress: bool = True,
    lines: bool = False,
    tell: Tell | None = None,
) -> EmbeddingReport:
    """Make the vectors that a theme's images lack, and keep them below `db/embeddings/`.

    Stopped at any moment, also by the power, it keeps what was made and goes on there the next time. Images that come
    in while it runs get theirs too; `lines` prints one now and then, for a log, and `tell` gets how far it is. `on` has
    workers make them: "cluster" those of cluster.yaml, "local" processes of this machine, or the address of a Dask
    scheduler. Raises NotFoundError for an unknown theme or encoder, ConflictError while another process makes vectors
    of the same encoder.
    """
    if on is not None:
        # What is wrong with it is told also where no vector lacks.
        check_reach(read_settings(on, store.project), store.project)
    opened = open_encoder(encoder, theme=theme, project=store.project)
    folder = VectorFolder.of(store.project.embeddings, opened)
    counts = {"made": 0, "unreadable": 0}
    gone: set[str] = set()
    watch = Watch() if on is not None else None
    with folder.appending() as target:
        to_make = len(missing_images(store, theme, folder))
        present = len(_images(store, theme)) - to_make
        if isinstance(opened, Lite0) and on is None:
            opened.prepare(to_make)
        while missing := [image for image in missing_images(store, theme, folder) if image[0] not in gone]:
            told = progress_lines(len(missing), "embedding") if lines else lambda _more: None
            done = 0
            with progress_bar(len(missing), "embedding", show=progress) as bar:
                move = bar.update if watch is None else watch.beside(bar)
                for made in _made(store, theme, encoder, opened, missing, on, watch):
                    target.append(made.digests, made.vectors)
                    counts["made"] += len(made.digests) - made.unreadable
                    counts["unreadable"] += made.unreadable
                    gone |= made.gone
                    more = len(made.digests) + len(made.gone)
                    done += more
                    move(more)
                    told(more)
                    if tell is not None:
                        tell(done, len(missing))
    return EmbeddingReport(
        theme, opened.name, opened.digest, folder.dimensions, **counts, present=present, workers=watch
    )


def missing_images(store: Store, theme: str, folder: VectorFolder) -> list[tuple[str, str]]:
    """Return the digest and the key of each image of a theme that has no vector yet."""
    images = _images(store, theme)
    known = folder.open().positions([digest for digest, _ in images])
    return [image for image, position in zip(images, known, strict=True) if position < 0]


def start_embedding(project: Project, theme: str, encoder: str = AUTO) -> Job:
    """Begin `embed` in a process of its own, which outlives this one, unless one is at this theme and encoder already.

    Raises as `embed` does for what there is not, before anything is started.
    """
    running = running_embedding(project, theme, encoder)
    if running is not None:
        return running
    with closing(open_store(project)) as store, store.read() as session:
        get_theme(theme, session=session)
    task = "workbench.embeddings.filling:embed_in_job"
    return start_job(project, KIND, task, {"theme": theme, "encoder": encoder}, title=f"embed-{theme}").job


def running_embedding(project: Project, theme: str, encoder: str = AUTO) -> Job | None:
    """Return the job that makes a theme's vectors now, None when there is none."""
    latest = latest_job(project, KIND, {"theme": theme, "encoder": encoder})
    return latest if latest is not None and latest.state == "running" else None


def embed_in_job(job: Job) -> dict[str, Any]:
    """Do what the job asks, behind everything else that the machine has to do."""
    give_way()
    with closing(open_store(find_project())) as store:
        report = embed(store, job.arguments["theme"], job.arguments["encoder"], progress=False, lines=True)
        return report.as_dict()


def _images(store: Store, theme: str) -> list[tuple[str, str]]:
    with store.read() as session:
        return digests_and_files(get_theme(theme, session=session).id, SampleFilter(), session=session)


def _made(
    store: Store,
    theme: str,
    name: str,
    encoder: Encoder,
    missing: Sequence[tuple[str, str]],
    on: str | None,
    watch: Watch | None,
) -> Iterator[MadeVectors]:
    # The same bytes may stand under two keys; each digest has one vector.
    images = list(dict(missing).items())
    if on is None or watch is None:
        for start in range(0, len(images), AT_ONCE):
            yield make_vectors(images[start : start + AT_ONCE], encoder, store.images)
        return
    from workbench.embeddings.on_workers import vectors_from_workers

    yield from vectors_from_workers(store, theme, images, name, encoder, on, watch)
