"""A whole theme in one file: images, labels, boxes, splits and history, with checksums, readable without us."""

from workbench.data.archive.reading import read_archive
from workbench.data.archive.writing import write_archive

__all__ = ["read_archive", "write_archive"]
