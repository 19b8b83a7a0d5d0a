"""One file to hand on: what a run or version is, what it was measured on, and what its numbers rest on."""

from workbench.report.report import Report, report_of

__all__ = ["Report", "report_of"]
