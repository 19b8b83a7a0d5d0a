"""Filling the vectors of a theme: in this process, or by a job of its own beside the labeling."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.decoding import decode_rgb
from workbench.embeddings.encoder import Encoder, squared
from workbench.embeddings.encoders import AUTO, open_encoder
from workbench.embeddings.lite0 import Lite0
from workbench.embeddings.vectors import Appender, VectorFolder
from workbench.errors import ImageError, NotFoundError
from workbench.jobs.launcher import start_job
from workbench.jobs.records import Job, list_jobs
from workbench.paths import find_project
from workbench.progress import progress_bar, progress_lines
from workbench.store import Store, open_store
from workbench.store.samples import SampleFilter, digests_and_files
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from workbench.paths import Project

KIND = "embedding"
_AT_ONCE = 64
_POLITENESS = 10


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

    def __str__(self) -> str:
        text = (
            f"'{self.theme}', encoder {self.encoder}: {self.made:,} vectors of {self.dimensions:,} numbers were made, "
        )
        text += f"{self.present:,} were there."
        return text + (f" {self.unreadable:,} images could not be read." if self.unreadable else "")


def embed(
    store: Store, theme: str, encoder: str = AUTO, *, progress: bool = True, lines: bool = False
) -> EmbeddingReport:
    """Make the vectors that a theme's images lack, and keep them below `db/embeddings/`.

    Stopped at any moment, also by the power, it keeps what was made and goes on there the next time. Images that come
    in while it runs get theirs too; `lines` prints one now and then, for a log. Raises NotFoundError for an unknown
    theme or encoder, ConflictError while another process makes vectors of the same encoder.
    """
    opened = open_encoder(encoder, theme=theme, project=store.project)
    folder = VectorFolder.of(store.project.embeddings, opened)
    counts = {"made": 0, "unreadable": 0}
    gone: set[str] = set()
    with folder.appending() as target:
        to_make = len(missing_images(store, theme, folder))
        present = len(_images(store, theme)) - to_make
        if isinstance(opened, Lite0):
            opened.prepare(to_make)
        while missing := [image for image in missing_images(store, theme, folder) if image[0] not in gone]:
            tell = progress_lines(len(missing), "embedding") if lines else lambda _more: None
            with progress_bar(len(missing), "embedding", show=progress) as bar:
                for part in _chunks(missing):
                    gone |= _append(store, part, opened, target, counts)
                    bar.update(len(part))
                    tell(len(part))
    return EmbeddingReport(theme, opened.name, opened.digest, folder.dimensions, **counts, present=present)


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
    wanted = {"theme": theme, "encoder": encoder}
    jobs = list_jobs(project, KIND, limit=20)
    return next((job for job in jobs if job.state == "running" and job.arguments == wanted), None)


def embed_in_job(job: Job) -> dict[str, Any]:
    """Do what the job asks, behind everything else that the machine has to do."""
    if hasattr(os, "nice"):
        os.nice(_POLITENESS)
    with closing(open_store(find_project())) as store:
        return vars(embed(store, job.arguments["theme"], job.arguments["encoder"], progress=False, lines=True))


def _images(store: Store, theme: str) -> list[tuple[str, str]]:
    with store.read() as session:
        return digests_and_files(get_theme(theme, session=session).id, SampleFilter(), session=session)


def _chunks(images: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    # The same bytes may stand under two keys; each digest has one vector.
    stream = iter(dict(images).items())
    while part := list(islice(stream, _AT_ONCE)):
        yield part


def _append(
    store: Store, images: Sequence[tuple[str, str]], encoder: Encoder, target: Appender, counts: dict[str, int]
) -> set[str]:
    """Make and keep the vectors of some images; returns the digests of those whose files are not there."""
    found: dict[str, np.ndarray | None] = {}
    gone: set[str] = set()
    for digest, uri in images:
        try:
            found[digest] = squared(decode_rgb(store.images.read(uri), at_least=(encoder.side,) * 2), encoder.side)
        except ImageError:
            found[digest] = None
        except NotFoundError:
            gone.add(digest)
    vectors = np.full((len(found), encoder.dimensions), np.nan, np.float32)
    sound = [position for position, image in enumerate(found.values()) if image is not None]
    if sound:
        vectors[sound] = encoder.encode(np.stack([image for image in found.values() if image is not None]))
    target.append(list(found), vectors)
    counts["made"] += len(sound)
    counts["unreadable"] += len(images) - len(sound)
    return gone
