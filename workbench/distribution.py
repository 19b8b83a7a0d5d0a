"""What pip knows of the workbench: its name, its version, its extras."""

from __future__ import annotations

NAME = "image-workbench"
"""`workbench` on PyPI is another project; the package and the command are called workbench all the same."""

VERSION = "0.1.0"


def extra_hint(extra: str) -> str:
    """Return the command that installs one of the optional groups of packages (`onnx`, `s3`, ...)."""
    return f"pip install '{NAME}[{extra}]'"
