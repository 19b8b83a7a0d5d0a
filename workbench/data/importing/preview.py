"""What an import would bring in, without writing anything."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.data import formats
from workbench.data.formats.entry import Entry, Rejection, Remark
from workbench.data.importing.checks import require_path
from workbench.data.importing.unpacking import unpacked
from workbench.errors import WorkbenchError

_FIRST = 10


@dataclass
class ImportPreview:
    """What a data set says: how many images of each label and split, how many boxes, and the first ten samples.

    Images are not decoded, so that what is wrong inside of them is not among `rejected`.
    """

    format: str
    why: str = ""
    others: list[tuple[str, str]] = field(default_factory=list)
    images: int = 0
    boxes: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    splits: dict[str, int] = field(default_factory=dict)
    suggestions: dict[str, int] = field(default_factory=dict)
    first: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the preview as plain values for JSON."""
        return asdict(self)


def preview_import(
    path: Path | str,
    format: str | None = None,
    *,
    field: str | None = None,
    control: str | None = None,
    scratch: Path | None = None,
) -> ImportPreview:
    """Read a data set as an import would and return what it says. Raises what `import_images` raises of the path.

    A packed one is unpacked below `scratch` (default: the system's folder for temporary files).
    """
    path = Path(path).expanduser()
    require_path(path)
    with unpacked(path, scratch or Path(tempfile.gettempdir())) as opened:
        return _preview(opened, format, field, control)


def _preview(path: Path, format: str | None, field: str | None, control: str | None) -> ImportPreview:
    detected = formats.detect(path, format, field)
    if detected.format == formats.ARCHIVE:
        raise WorkbenchError(f"{path} is a whole theme in one file; --dry-run looks at data sets of images.")
    preview = ImportPreview(detected.format, detected.why, list(detected.others))
    labels: Counter[str] = Counter()
    splits: Counter[str] = Counter()
    suggestions: Counter[str] = Counter()
    source = formats.open_source(detected.format, detected.path, field=field, control=control)
    for found in source.entries():
        if isinstance(found, Remark):
            preview.remarks.append(found)
            continue
        if isinstance(found, Rejection) or found.fault:
            preview.rejected.append(found if isinstance(found, Rejection) else _refused(found))
            continue
        boxes = () if found.incomplete else found.boxes or ()
        preview.images += 1
        preview.boxes += len(boxes)
        labels.update([found.label] if found.label is not None else [])
        labels.update(box.label for box in boxes)
        splits.update([found.split] if found.split else [])
        suggestions.update(suggestion.field for suggestion in found.suggestions)
        if len(preview.first) < _FIRST:
            about = {"name": found.name, "label": found.label, "split": found.split, "boxes": len(boxes)}
            preview.first.append(about)
    preview.labels, preview.splits = dict(sorted(labels.items())), dict(sorted(splits.items()))
    preview.suggestions = dict(suggestions)
    return preview


def _refused(entry: Entry) -> Rejection:
    return Rejection(entry.source or entry.name, entry.fault)
