"""What a theme remembers: its splits, its history, how far its annotators agree, snapshots and backups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.embeddings.duplicates.newcomers import compare_newcomers
from workbench.store.annotators.agreement import Agreement, agreement_of
from workbench.store.annotators.consistency import Consistency, consistency_of
from workbench.store.groups.certificate import sentence
from workbench.store.history import HistoryRow, theme_at, theme_history
from workbench.store.snapshots import snapshot_counts
from workbench.store.splits import preview_splits_by_task
from workbench.store.splits.allocation import DEFAULT_RATIOS, SplitOutcome
from workbench.store.states.tags import add_tag, delete_tag, find_state, tags_of
from workbench.store.steps.snapshots import take_snapshot_in_steps
from workbench.store.steps.splits import assign_splits_in_steps
from workbench.store.themes import get_theme
from workbench.theme.base import ThemeBase, id_of
from workbench.theme.criteria import moment

if TYPE_CHECKING:
    import pandas as pd

    from workbench.store.steps.fork_merges import MergeOutcome
    from workbench.store.steps.revert import RevertOutcome
    from workbench.store.upkeep.backup import BackupReport
    from workbench.theme.query import Samples
    from workbench.theme.state_diff import LabelDiff
    from workbench.theme.theme import Theme


@dataclass(frozen=True)
class FrozenTheme:
    """A snapshot: the frozen list of samples with their labels and splits, and the digest of that content.

    `counts` maps split to label to number of samples. `leaks` says what is known of near duplicates and groups in two
    splits, as `certificate` has it in numbers.
    """

    digest: str
    class_names: tuple[str, ...]
    created_at: datetime
    counts: dict[str, dict[str, int]]
    certificate: dict[str, Any] | None = None

    @property
    def leaks(self) -> str:
        """What is known of samples that belong together, in one line.

        >>> theme.snapshot().leaks
        'near duplicates were not looked for'
        """
        return sentence(self.certificate)


@dataclass(frozen=True)
class FrozenLabels:
    """A tag: the name of a state of a theme's labels, when and by whom it was given."""

    name: str
    at: datetime
    annotator: str
    note: str


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
        machine. Groups get a split as a whole, that of members which have one; `groups` of the outcome says how well
        the shares are met. Where near duplicates were looked for, images that came since are compared first. Raises
        WorkbenchError for bad ratios, or too few samples.

        >>> theme.split((0.5, 0.25, 0.25), preview=True).assigned
        {'train': 4, 'valid': 2, 'test': 2}
        """
        how: dict[str, Any] = {"seed": seed, "reset": reset, "valid_from_train": valid_from_train}
        with self.store.read() as session:
            row = get_theme(self.name, session=session)
            if preview:
                return preview_splits_by_task(row, ratios, session=session, **how)
        compare_newcomers(self.store, self.name, annotator=self.annotator)
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

    def tag(self, name: str, *, note: str = "") -> FrozenLabels:
        """Name the labels and splits that it has at this moment, for `at`, `diff` and `revert_to`. Nothing is copied.

        Raises ConflictError for a name that is taken, WorkbenchError for one that cannot be a tag's, as a time.

        >>> theme.tag("before cleaning", note="as imported").name
        'before cleaning'
        """
        with self.store.write() as session:
            made = add_tag(id_of(self, session), name, annotator=self.annotator, note=note, session=session)
            return FrozenLabels(made.name, made.at, made.annotator, made.note)

    def tags(self) -> pd.DataFrame:
        """Return its tags, the newest first: `tag`, `at` (UTC), `annotator`, `note`.

        >>> _ = theme.tag("second round")
        >>> theme.tags().tag[0]
        'second round'
        """
        import pandas as pd

        with self.store.read() as session:
            rows = [
                (tag.name, tag.at, tag.annotator, tag.note) for tag in tags_of(id_of(self, session), session=session)
            ]
        return pd.DataFrame(rows, columns=["tag", "at", "annotator", "note"])

    def delete_tag(self, name: str) -> None:
        """Delete a name; labels and history stay as they are. Raises NotFoundError for one that there is not.

        >>> _ = theme.tag("too early")
        >>> theme.delete_tag("too early")
        """
        with self.store.write() as session:
            delete_tag(id_of(self, session), name, session=session)

    def at(self, state: datetime | str) -> pd.DataFrame:
        """Return the samples that it had at a tag or a time, with the labels and splits of then.

        Columns: `sha256`, `name`, `label`, `state`, `split`. A time as a text is ISO 8601, in this machine's zone
        unless it names one. Raises NotFoundError for what is neither a tag nor a time.

        >>> _ = theme.tag("as imported")
        >>> len(theme.at("2020-01-01")), len(theme.at("as imported"))
        (0, 8)
        """
        import pandas as pd

        with self.store.read() as session:
            theme_id = id_of(self, session)
            past = theme_at(theme_id, find_state(theme_id, state, session=session), session=session)
        rows = [(each.sha256, each.name, each.label, _state(each.label, each.skipped), each.split) for each in past]
        return pd.DataFrame(rows, columns=["sha256", "name", "label", "state", "split"])

    def diff(self, before: datetime | str, after: datetime | str | None = None) -> LabelDiff:
        """Compare its labels at two states, each a tag or a time; without `after` with today's.

        Raises NotFoundError for what is neither a tag nor a time.

        >>> _ = theme.tag("first round")
        >>> theme.diff("first round").unchanged
        8
        """
        from workbench.theme.state_diff import label_diff

        return label_diff(self._whole(), before, after)

    def revert_to(
        self, state: datetime | str, samples: Samples | Sequence[int] | None = None, *, dry_run: bool = False
    ) -> RevertOutcome:
        """Give its samples, or just some of them, the labels that they had at a tag or a time. One batch, one undo.

        Splits stay, and so do deleted images, images that came later, and those whose label is no longer the theme's;
        the outcome counts them. `dry_run` says what would change, and changes nothing. Raises NotFoundError for what is
        neither a tag nor a time, ConflictError in a theme of boxes.

        >>> _ = theme.tag("sure")
        >>> _ = theme.samples(label="red").label("white")
        >>> theme.revert_to("sure", theme.samples(name="red_1*")).changed
        1
        >>> theme.revert_to("sure").changed
        3
        """
        from workbench.store.steps.revert import revert_in_steps

        with self.store.read() as session:
            theme_id = id_of(self, session)
            wanted = find_state(theme_id, state, session=session)
        ids = None if samples is None else list(getattr(samples, "ids", samples))
        return revert_in_steps(self.store, theme_id, wanted, ids, annotator=self.annotator, dry_run=dry_run)

    def fork(self, name: str, *, at: datetime | str | None = None) -> Theme:
        """Make a theme of its samples with the labels and splits of a tag, a time or (None) today. No image is copied.

        It is labeled apart, and `merge_back` brings its decisions back. Raises ConflictError for a name that is taken,
        or in a theme of boxes.

        >>> theme.fork("cells apart").counts().labeled
        8
        """
        from workbench.store.steps.forks import fork_theme
        from workbench.theme.theme import Theme

        with self.store.read() as session:
            theme_id = id_of(self, session)
            state = find_state(theme_id, at, session=session)
        made = fork_theme(self.store, theme_id, name, state, annotator=self.annotator)
        return Theme(made.name, store=self.store)

    def merge_back(self, *, dry_run: bool = False) -> MergeOutcome:
        """Bring what was decided in a fork, since it began or was merged last, back to the theme that it is of.

        Decisions are taken where that theme still has what the fork began with: one batch there, undone as one. Where
        both decided otherwise, the fork's decision becomes a second opinion, which waits for a reviewer. `dry_run` says
        what would become of them. Raises NotFoundError for a theme that is no fork.

        >>> other = theme.fork("cells-2")
        >>> _ = other.samples(name="red_1*").label("white")
        >>> other.merge_back(dry_run=True).taken
        1
        """
        from workbench.store.steps.fork_merges import merge_fork

        with self.store.read() as session:
            theme_id = id_of(self, session)
        return merge_fork(self.store, theme_id, annotator=self.annotator, dry_run=dry_run)

    def agreement(self) -> Agreement:
        """Measure how far its annotators agree where several were asked: percent, kappa by pair and by label.

        >>> theme.agreement().samples
        0
        """
        with self.store.read() as session:
            return agreement_of(id_of(self, session), session=session)

    def consistency(self) -> list[Consistency]:
        """Tell how often annotators said the same again of their own images, which the label panel asks about blind.

        >>> theme.consistency()
        []
        """
        with self.store.read() as session:
            return consistency_of(id_of(self, session), session=session)

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
            return FrozenTheme(row.digest, tuple(row.class_names), row.created_at, counts, row.certificate)

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
