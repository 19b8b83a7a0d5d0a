"""Two models side by side, with thumbnails of the samples on which they differ."""

from __future__ import annotations

from typing import Any

from workbench.inference.comparison import compare
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.store.samples import samples_by_id

_SIDE = 128
_PICTURED = 200


def compared(theme: str, first: int | str, second: int | str, state: PanelState) -> Answer[dict[str, Any]]:
    """Compare two models as `compare` does, and send its report with a sheet of thumbnails of the first differences."""
    found = compare(theme, first, second, state.store.project)
    shown = [row.sample_id for row in found.differences[:_PICTURED]]
    with state.store.read() as session:
        samples = samples_by_id(shown, session=session)
    sheet, content = state.sheet([(sample_id, samples[sample_id].uri) for sample_id in shown], _SIDE)
    return Answer({**found.as_dict(), "sheet": sheet}, content)
