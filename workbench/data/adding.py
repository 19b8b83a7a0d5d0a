"""Adding images whose bytes are at hand, such as those that are dropped on a panel."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import insert

from workbench.data.decoding import SUFFIXES, ImageError, decode_rgb
from workbench.store import Store, now
from workbench.store.acts import take_turn
from workbench.store.images import sha256_of
from workbench.store.labeling import restore_samples
from workbench.store.samples import SampleFilter, samples_by_sha256
from workbench.store.schema import Sample

# Names longer than this do not fit the store; the end of a path tells more than its beginning.
_LONGEST_NAME = 1000


@dataclass(frozen=True)
class Added:
    """What became of some files.

    `added` counts new samples, `restored` deleted ones that came again, `duplicates` those that the theme had;
    `rejected` holds name and reason of the files that are no images.
    """

    added: int
    restored: int
    duplicates: int
    rejected: list[tuple[str, str]]


@dataclass(frozen=True)
class _Checked:
    name: str
    content: bytes
    sha256: str
    width: int
    height: int


def add_images(store: Store, theme_id: int, files: Sequence[tuple[str, bytes]], *, annotator: str) -> Added:
    """Add image files to a theme, given as (relative name, content); each content at most once.

    A file that is no image is rejected with its reason and does not keep the others out. All rows are written in one
    transaction, after the files.
    """
    good: dict[str, _Checked] = {}
    rejected: list[tuple[str, str]] = []
    repeated = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for (name, _), checked in zip(files, pool.map(_check, files), strict=True):
            if isinstance(checked, str):
                rejected.append((name, checked))
            elif checked.sha256 in good:
                repeated += 1
            else:
                good[checked.sha256] = checked
    uris = {
        sha256: store.images.put(checked.content, sha256=sha256, suffix=_suffix(checked.name))
        for sha256, checked in good.items()
    }
    if uris:
        store.images.flush()
    with store.write() as session:
        take_turn(theme_id, session=session)
        present = samples_by_sha256(theme_id, list(good), session=session)
        buried = tuple(sample.id for sample in present.values() if sample.deleted_at is not None)
        if buried:
            meant = SampleFilter(ids=buried, deleted=True)
            restore_samples(theme_id, meant, annotator=annotator, source="import", session=session)
        rows = [
            {
                "theme_id": theme_id, "sha256": checked.sha256, "uri": uris[checked.sha256],
                "name": checked.name[-_LONGEST_NAME:], "width": checked.width, "height": checked.height,
                "size_bytes": len(checked.content), "skipped": False, "created_at": now(),
            }
            for checked in good.values()
            if checked.sha256 not in present
        ]  # fmt: skip
        if rows:
            session.execute(insert(Sample), rows)
    return Added(len(rows), len(buried), repeated + len(present) - len(buried), rejected)


def _check(file: tuple[str, bytes]) -> _Checked | str:
    """Return the file with its digest and size, or why it is rejected."""
    name, content = file
    try:
        height, width = decode_rgb(content).shape[:2]
    except ImageError as error:
        return str(error)
    return _Checked(name, content, sha256_of(content), width, height)


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix in SUFFIXES else ".img"
