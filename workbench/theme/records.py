"""What a theme remembers: its splits, its history, how far its annotators agree, snapshots and backups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.store.annotators.agreement import Agreement, agreement_of
from workbench.store.history import HistoryRow, theme_at, theme_history
from workbench.store.snapshots import snapshot_counts
from workbench.store.splits import preview_splits_by_task
from workbench.store.splits.allocation import DEFAULT_RATIOS, SplitOutcome
from workbench.store.steps.snapshots import take_snapshot_in_steps
from workbench.store.steps.splits import assign_splits_in_steps
from workbench.store.themes import get_theme
from workbench.theme.base import ThemeBase, id_of
from workbench.theme.criteria import moment

if TYPE_CHECKING:
    import pandas as pd

    from workbench.store.upkeep.backup import BackupReport


@dataclass(frozen=True)
class FrozenTheme:
    """A snapshot: the frozen list of samples with their labels and splits, and the digest of that content.

    `counts` maps split to label to number of samples.
    """

    digest: str
    class_names: tuple[str, ...]
    created_at: datetime
    counts: dict[str, dict[str, int]]


class ThemeRecords(ThemeBase):
    """A theme with its splits, history, agreement and snapshots."""

    def split(
        self,
        ratios: Sequence[float] = DEFAULT_RATIOS,
        *,
        seed: int = 42,
        reset: bool = False,
        valid_from_train: bool = False,
        preview: bool = False,
    ) -> SplitOutcome:
        """Give a split to every labeled sample that has none; the others stay where they are.

        `ratios` are the shares of train, valid and test and sum to 1. `reset` first takes all splits away, which is
        recorded; `valid_from_train` fills valid up with samples of train. `preview` says what would be done, and does
        nothing. Stratified by label, in a theme of boxes by whole images; the same seed gives the same splits on every
        machine. Raises WorkbenchError for bad ratios, or too few samples.

        >>> theme.split((0.5, 0.25, 0.25), preview=True).assigned
        {'train': 4, 'valid': 2, 'test': 2}
        """
        how: dict[str, Any] = {"seed": seed, "reset": reset, "valid_from_train": valid_from_train}
        with self.store.read() as session:
            row = get_theme(self.name, session=session)
            if preview:
                return preview_splits_by_task(row, ratios, session=session, **how)
        return assign_splits_in_steps(self.store, row, ratios, annotator=self.annotator, **how)

    def history(
        self,
        limit: int = 1_000,
        *,
        annotator: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
    ) -> pd.DataFrame:
        """Return its latest changes, the latest first: `at` (UTC), `annotator`, `source`, `action`, `name` of the
        sample (None where a label itself was renamed, merged or deleted), `before`, `after`.

        >>> theme.history(limit=3)["after"].tolist()
        ['white', 'white', 'white']
        """
        import pandas as pd

        when: dict[str, Any] = {"since": moment(since), "until": moment(until)}
        with self.store.read() as session:
            theme_id = id_of(self, session)
            rows = theme_history(theme_id, annotator=annotator, limit=limit, session=session, **when)
        return pd.DataFrame(rows, columns=HistoryRow._fields)

    def at(self, time: datetime | str) -> pd.DataFrame:
        """Return the samples that it had at a time, with the labels and splits of then.

        Columns: `sha256`, `name`, `label`, `state`, `split`. A text is ISO 8601, in this machine's zone unless it names
        one. Raises WorkbenchError for what is no time.

        >>> len(theme.at("2020-01-01"))
        0
        """
        import pandas as pd

        wanted = moment(time)
        assert wanted is not None
        with self.store.read() as session:
            past = theme_at(id_of(self, session), wanted, session=session)
        rows = [(each.sha256, each.name, each.label, _state(each.label, each.skipped), each.split) for each in past]
        return pd.DataFrame(rows, columns=["sha256", "name", "label", "state", "split"])

    def agreement(self) -> Agreement:
        """Measure how far its annotators agree where several were asked: percent, kappa by pair and by label.

        >>> theme.agreement().samples
        0
        """
        with self.store.read() as session:
            return agreement_of(id_of(self, session), session=session)

    def snapshot(self) -> FrozenTheme:
        """Freeze every sample that has a label and a split, as a training does; the same content is the same snapshot.

        >>> theme.snapshot().digest == theme.snapshot().digest
        True
        """
        with self.store.read() as session:
            theme_id = id_of(self, session)
        row = take_snapshot_in_steps(self.store, theme_id)
        with self.store.read() as session:
            counts = snapshot_counts(row.id, session=session)
            return FrozenTheme(row.digest, tuple(row.class_names), row.created_at, counts)

    def backup(self, file: str | Path) -> BackupReport:
        """Write the whole store - this theme and the others, with all images - into one new file.

        Raises WorkbenchError when the file exists or cannot be written. `workbench db restore` brings it back.

        >>> theme.backup("cells.zip").images
        8
        """
        from workbench.store.upkeep.backup import backup

        return backup(self.store, Path(file))


def _state(label: str | None, skipped: bool) -> str:
    return "labeled" if label is not None else "skipped" if skipped else "unlabeled"
