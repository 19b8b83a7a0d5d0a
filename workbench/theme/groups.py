"""A theme with its groups: samples that belong together and are never to be in two splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.store.groups.straddling import Mended, mend_groups, straddling_groups
from workbench.theme.base import ThemeBase, id_of

if TYPE_CHECKING:
    import pandas as pd

    from workbench.embeddings.duplicates.search import DuplicateReport
    from workbench.store.bulk_edits import BulkOutcome


class ThemeGroups(ThemeBase):
    """A theme with its groups, given by somebody or found by looking for near duplicates."""

    def find_groups(
        self, encoder: str = "hog", *, threshold: float | None = None, on: str | None = None, progress: bool = True
    ) -> DuplicateReport:
        """Look for near duplicates: photos saved, cropped, resized, mirrored or brightened once more, frames of a film.

        Neighbors among the vectors of `encoder` are compared by their details; pairs that match by `threshold` (above
        0, at most 1; default 0.12) or more belong together from then on. What was found before is replaced; groups
        that somebody gave stay. Nothing is moved to another split: `straddling` tells how many groups are in two, and
        `mend_groups` brings each into one. Images that come later are compared when splits are assigned. `on` has
        workers make vectors and look for neighbors, as in `embed`.

        >>> theme.find_groups(progress=False).straddling
        0
        """
        from workbench.embeddings.duplicates.details import THRESHOLD
        from workbench.embeddings.duplicates.search import find_duplicates

        return find_duplicates(
            self.store,
            self.name,
            encoder=encoder,
            threshold=THRESHOLD if threshold is None else threshold,
            annotator=self.annotator,
            on=on,
            progress=progress,
        )

    def near_duplicates(self, *, around: float | None = None, number: int = 20) -> pd.DataFrame:
        """Return the pairs of images on both sides of a threshold (default: the one that counts), the best match first.

        Columns: `score` (0 to 1), `together` (whether the pair counts as near duplicates), and of the two images
        `first`, `second` (their names), `first_label`, `second_label`, `first_split`, `second_split`, `first_id`,
        `second_id`. At most `number` on each side. Raises NotFoundError where nobody looked for them.

        >>> _ = theme.find_groups(progress=False)
        >>> theme.near_duplicates().columns[0]
        'score'
        """
        from workbench.theme.group_tables import pairs_table

        return pairs_table(self.store, self.name, around, number)

    def move_threshold(self, threshold: float) -> DuplicateReport:
        """Let pairs count as near duplicates from another match on (above 0, at most 1); nothing is compared again.

        >>> _ = theme.find_groups(progress=False)
        >>> theme.move_threshold(0.2).threshold
        0.2
        """
        from workbench.embeddings.duplicates.search import report_of
        from workbench.store.groups.pairs import move_threshold

        with self.store.write() as session:
            move_threshold(id_of(self, session), threshold, annotator=self.annotator, session=session)
        found = report_of(self.store, self.name)
        assert found is not None
        return found

    def groups(self) -> pd.DataFrame:
        """Return its groups of two samples or more, those in more than one split first.

        Columns: `id`, `names` (of given groups), `samples`, `train`, `valid`, `test`, `unassigned`, `straddling`.

        >>> theme.samples(label="red").tag_group("patient 7").changed
        4
        >>> theme.groups().names[0]
        'patient 7'
        """
        from workbench.theme.group_tables import groups_table

        return groups_table(self.store, self.name)

    def set_groups(
        self,
        given: Mapping[str, str] | pd.DataFrame | Path | str | None = None,
        *,
        field: str = "group",
        on: str | None = None,
        pattern: str | None = None,
        level: int | None = None,
    ) -> BulkOutcome:
        r"""Say which samples belong together, in one batch that one `undo()` takes back.

        One of: `given`, a data frame or CSV file whose column `field` names the group and `on` (sha256, path, name or
        file) the sample, or a mapping from names to groups; `pattern`, a regular expression whose first parenthesis
        (or whole match) in a file's name names the group, `"patient_(\d+)"`; `level`, the folder of a name that
        counts, 1 the first, -1 the one that holds the file. Samples of which nothing is said stay as they are.

        Raises NotFoundError for a column or file that is not there, WorkbenchError for a pattern that is none.

        >>> theme.set_groups(level=1).changed
        8
        >>> theme.set_groups(pattern=r"_(\d)\.").changed
        8
        """
        from workbench.theme.group_tables import set_groups_by

        return set_groups_by(
            self.store, self.name, given, field=field, on=on, pattern=pattern, level=level, annotator=self.annotator
        )

    def mend_groups(self, groups: Iterable[int] | None = None) -> Mended:
        """Bring groups that are in more than one split (default: all of them) into one.

        Into test where they have samples there, else into valid: nothing leaves test, nothing enters train. `groups`
        are their ids, as `groups()` has them.

        >>> theme.mend_groups()
        Mended(groups=0, moved={}, batch_id=None)
        """
        with self.store.read() as session:
            theme_id = id_of(self, session)
            known = straddling_groups(theme_id, session=session) if groups is None else None
        if known == []:
            return Mended(0, {})
        return mend_groups(self.store, theme_id, groups, annotator=self.annotator)
