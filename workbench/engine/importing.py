"""An import on workers: they read, check and keep the images; the store is written here alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from workbench.data.formats.entry import Entry, Rejection, Remark
from workbench.data.importing.run import ImportReport, import_images, prepare_entry
from workbench.data.importing.workers import PreparedImage
from workbench.engine.chunks import in_chunks, run_chunks
from workbench.engine.engines import Engine, open_engine
from workbench.engine.parts import PartFolder
from workbench.engine.progress import Watch
from workbench.engine.reach import check_reach, folders_of
from workbench.engine.worker import Outcome, Task, Workplace, versions
from workbench.store import Store
from workbench.store.images import ImageFiles
from workbench.store.remote_images import images_address

_AT_MOST = 200
"""Entries of a chunk: some hold the bytes of their image."""


def import_anywhere(store: Store, theme: str, path: Path | str, *, on: str | None, **options: Any) -> ImportReport:
    """Import as `import_images` does; `on` has workers read, check and keep the images (see `open_engine`).

    What is killed and started once more completes what is missing; an image that is there already is a duplicate.
    Raises as `import_images` and `open_engine` do.
    """
    if on is None:
        return import_images(store, theme, path, **options)
    watch = Watch()
    path = Path(path).expanduser().absolute()
    folders = folders_of([path])
    if "://" not in (address := images_address(store.project)):
        # A worker that does not see this folder must not make one of its own.
        Path(address).mkdir(parents=True, exist_ok=True)
    with open_engine(on, store.project, [path]) as engine:

        def prepare(entries: Iterator[Entry | Rejection], images: ImageFiles) -> Iterator[PreparedImage | Rejection]:
            task = Task(f"{__name__}:prepare_chunk", {}, address, PartFolder(""), versions(), folders)
            return _prepared(entries, engine, task, store, watch)

        report = import_images(store, theme, path, prepare=prepare, **options)
    report.workers = watch.as_dict()
    return report


def _prepared(
    entries: Iterator[Entry | Rejection], engine: Engine, task: Task, store: Store, watch: Watch
) -> Iterator[PreparedImage | Rejection]:
    chunks = in_chunks(entries, min(_AT_MOST, engine.settings.chunk))
    for _, outcome in run_chunks(engine, task, _reachable(chunks, engine, store), watch=watch):
        yield from outcome.result


def _reachable(chunks: Iterator[list[Any]], engine: Engine, store: Store) -> Iterator[list[Any]]:
    """A data set's annotations may name images that lie elsewhere, and an archive is unpacked on this machine."""
    for chunk in chunks:
        named = [entry.path for entry in chunk if isinstance(entry, Entry) and entry.path and entry.content is None]
        check_reach(engine.settings, store.project, named)
        yield chunk


def prepare_chunk(entries: Sequence[Entry | Rejection], place: Workplace) -> Outcome:
    """Read, hash, decode and keep the images of some entries, on a worker."""
    found = [prepare_entry(entry, place.images) for entry in entries]
    place.images.flush()
    refused = [each for each in found if isinstance(each, Rejection) and not isinstance(each, Remark)]
    return Outcome(len(found), Counter(each.reason for each in refused), found)
