"""Images that a person drops on the panel: large files come in pieces, whole ones are imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.panels.base.unfinished_files import PieceJson
from workbench.store.schema import Theme


class UploadParams(TypedDict):
    """Pieces of files; the bytes of each are the buffer of the same number."""

    theme: int
    annotator: str
    pieces: list[PieceJson]
    buffers: NotRequired[Sequence[memoryview]]


class RejectedJson(TypedDict):
    """A file that was not imported, and why."""

    name: str
    reason: str


class UploadedJson(TypedDict):
    """What came of the files that are complete. `others` are those that nobody takes for images, such as notes."""

    added: int
    duplicates: int
    rejected: list[RejectedJson]
    others: list[str]


def upload(state: PanelState, params: UploadParams) -> Answer[UploadedJson]:
    """Take pieces of files and import those files that are complete."""
    files = state.uploads.take(params["pieces"], params.get("buffers", ()))
    if not files:
        return Answer({"added": 0, "duplicates": 0, "rejected": [], "others": []})
    # It knows every format: a kernel that is to show a panel first does not wait for that.
    from workbench.data.importing.run import import_uploads

    with state.store.read() as session:
        theme = session.get_one(Theme, params["theme"]).name
    done = import_uploads(state.store, theme, files, annotator=params["annotator"])
    rejected: list[RejectedJson] = [{"name": file.path, "reason": file.reason} for file in done.rejected]
    others = [file.path for file in done.remarks]
    return Answer({"added": done.added, "duplicates": done.duplicates, "rejected": rejected, "others": others})
