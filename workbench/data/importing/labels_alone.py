"""The labels of a data set without its images: whose they are is told by the images' content."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from workbench.data import formats
from workbench.data.formats.entry import Rejection, Remark
from workbench.data.importing.checks import require_path
from workbench.data.importing.unpacking import unpacked
from workbench.data.importing.workers import read_content
from workbench.errors import ImageError, WorkbenchError
from workbench.store.images import sha256_of


class LabelOfImage(NamedTuple):
    """What a data set says of one image: its digest, its label (empty: none), and the name that it has there."""

    sha256: str
    label: str
    name: str


def read_labels_alone(
    path: Path, format: str | None, *, field: str | None = None, control: str | None = None, scratch: Path
) -> tuple[list[LabelOfImage], list[Rejection]]:
    """Read each image's label from a data set in any format, and what is left out.

    Packed ones are unpacked below `scratch`. Raises what `import_images` raises of the path, and WorkbenchError for an
    archive of a whole theme.
    """
    require_path(path)
    found: list[LabelOfImage] = []
    left_out: list[Rejection] = []
    with unpacked(path, scratch) as opened:
        detected = formats.detect(opened, format, field)
        if detected.format == formats.ARCHIVE:
            raise WorkbenchError(f"{path} is a whole theme in one file, which --replace-labels does not read.")
        source = formats.open_source(detected.format, detected.path, field=field, control=control)
        for entry in source.entries():
            if isinstance(entry, Rejection):
                left_out += [] if isinstance(entry, Remark) else [entry]
                continue
            try:
                if entry.fault:
                    raise ImageError(entry.fault)
                found.append(LabelOfImage(sha256_of(read_content(entry)), entry.label or "", entry.name))
            except ImageError as error:
                left_out.append(Rejection(entry.source or entry.name, str(error), "label"))
    return found, left_out
