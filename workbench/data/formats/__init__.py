"""The formats of data sets on disk: one module for each, all reading entries and writing samples."""

from workbench.data.formats.known_formats import ARCHIVE, EXPORTS, IMPORTS, detect, exporter, importer, open_source

__all__ = ["ARCHIVE", "EXPORTS", "IMPORTS", "detect", "exporter", "importer", "open_source"]
