"""The formats of data sets on disk: one module for each, all reading entries and writing samples."""

from workbench.data.formats.registry import EXPORTS, IMPORTS, detect, exporter, importer

__all__ = ["EXPORTS", "IMPORTS", "detect", "exporter", "importer"]
