"""Whether a data set can be imported into a theme: is there the theme, the path, and does it have the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from workbench.data.formats.entry import Remark, Source
from workbench.errors import ConflictError, NotFoundError, WorkbenchError, nearest
from workbench.paths import is_address, is_endless
from workbench.store import Session, Store
from workbench.store.label_merges import labels_by_any_name, merged_labels
from workbench.store.labels import add_label, checked_name, label_ids, labels_of
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Theme
from workbench.store.themes import get_theme


@dataclass
class ImportTarget:
    """The theme that an import adds samples to, and the labels that it will have then.

    `label_ids` is filled by `ensure_labels`, inside the transaction that adds the first samples. `former` are the names
    that labels of the theme had once, by renaming or merging, each with the labels that it may mean.
    """

    theme_id: int
    theme: str
    known: list[str]
    former: dict[str, list[str]] = field(default_factory=dict)
    wanted: list[str] = field(default_factory=list)
    label_ids: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    unknown_suggestions: Counter[str] = field(default_factory=Counter)
    labels_added: bool = False
    was_empty: bool = False

    def check_labels(self, source: Source, *, add_labels: bool) -> None:
        """Note the labels of the data set: a theme without any gets all, another one those in use.

        Labels that only models suggest are added likewise, but none of them is an error.

        Raises NotFoundError for labels in use that the theme does not have and may not get, ConflictError for a former
        name of several labels.
        """
        self.aliases = _same_texts(source.labels, [*self.known, *self.former])
        self.remarks = [_taken_as(*pair) for pair in self.aliases.items()]
        used, declared, suggested = (
            [self.aliases.get(name, name) for name in names]
            for names in (source.labels, source.declared, source.suggested)
        )
        for name in used:
            if len(meant := self.former.get(name, [])) > 1:
                raise ConflictError(
                    f"'{name}' was once the name of several labels of the theme '{self.theme}': {', '.join(meant)}. "
                    "Rename it in what you import to the one that is meant. Nothing was imported."
                )
        unknown = [name for name in used if name not in self.known and name not in self.former]
        if unknown and self.known and not add_labels:
            raise NotFoundError(self._unknown(unknown))
        self.wanted = used if self.known else declared
        if add_labels or not self.known:
            self.wanted = list(dict.fromkeys([*self.wanted, *suggested]))
        self._refuse_unfit(name for name in self.wanted if name not in self.known and name not in self.former)
        self.remarks += _look_alikes([*self.known, *self.wanted])

    def _refuse_unfit(self, names: Iterable[str]) -> None:
        faults: list[str] = []
        for name in names:
            try:
                checked_name(name, exact=True)
            except WorkbenchError as error:
                faults.append(str(error))
        if faults:
            more = [f"and {len(faults) - 10} more such labels."] if len(faults) > 10 else []
            raise WorkbenchError("\n".join([*faults[:10], *more, "Rename them. Nothing was imported."]))

    def renamed(self) -> dict[str, str]:
        """Return the labels of the data set that are called otherwise in the theme by now, with their names there."""
        return {name: self.former[name][0] for name in self.wanted if name in self.former}

    def remarks_on_suggestions(self) -> list[Remark]:
        """Say which labels were suggested that the theme does not have."""
        return [
            Remark("suggestions", f"'{name}' is no label of the theme ({count:,} suggestions): --add-labels adds it")
            for name, count in self.unknown_suggestions.items()
        ]

    def ensure_labels(self, *, with_boxes: bool, session: Session) -> list[str]:
        """Add the labels that are missing and return their names; nothing the second time.

        Call it in each transaction that adds samples: a theme that had none becomes one for boxes with the first of the
        data set that come `with_boxes`, and a label that was merged since stands for the one that it went into.
        Raises ConflictError when one was deleted since.
        """
        lock_theme(self.theme_id, session=session)
        if not self.labels_added:
            self.was_empty = count_samples(self.theme_id, SampleFilter(deleted=None), session=session) == 0
        if with_boxes and self.was_empty:
            session.get_one(Theme, self.theme_id).task = "boxes"
        if self.labels_added:
            self._follow_labels(session)
            return []
        self.labels_added = True
        named = labels_by_any_name(self.theme_id, session=session)
        self.label_ids = {name: labels[0].id for name, labels in named.items() if len(labels) == 1}
        new = [name for name in self.wanted if name not in self.label_ids]
        for name in new:
            self.label_ids[name] = add_label(self.theme_id, name, exact=True, session=session).id
        self.label_ids |= {name: self.label_ids[known] for name, known in self.aliases.items()}
        return new

    def _follow_labels(self, session: Session) -> None:
        merged = merged_labels(self.theme_id, session=session)
        self.label_ids = {name: merged.get(label_id, label_id) for name, label_id in self.label_ids.items()}
        living = label_ids(self.theme_id, session=session)
        gone = [name for name in self.wanted if self.label_ids[name] not in living]
        if gone:
            raise ConflictError(
                f"Somebody has deleted the label '{gone[0]}' of the theme '{self.theme}' during the import. What came "
                "before is kept. Run the same import again with --add-labels to have it back, or take it out of what "
                "you import."
            )

    def _unknown(self, unknown: list[str]) -> str:
        shown = []
        for name in unknown[:10]:
            close = nearest(name, self.known)
            shown.append(f"'{name}'" + (f" (did you mean '{close}'?)" if close else ""))
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        return (
            f"The theme '{self.theme}' has no label {', '.join(shown)}{more}. Its labels: {', '.join(self.known)}. "
            "Rename them in what you import, or add them to the theme with --add-labels. Nothing was imported."
        )


def _same_texts(used: list[str], known: list[str]) -> dict[str, str]:
    """Labels that are spelled as one of the theme in the other Unicode normalization, as macOS writes folders.

    Where a data set itself has both spellings they stay two labels.
    """
    by_text = {normalize("NFC", name): name for name in known}
    texts = Counter(normalize("NFC", name) for name in used)
    return {
        name: by_text[text]
        for name in used
        if name not in known and (text := normalize("NFC", name)) in by_text and texts[text] == 1
    }


def _taken_as(name: str, known: str) -> Remark:
    return Remark("labels", f"{name!a} is taken for the theme's {known!a}: the same text in another Unicode form")


def _look_alikes(names: list[str]) -> list[Remark]:
    """Say which labels differ in nothing but blanks, case or Unicode form: they stay apart."""
    alike: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        alike.setdefault("".join(normalize("NFKC", name).casefold().split()), []).append(name)
    return [
        Remark("labels", f"{', '.join(map(repr, group))} differ in case, blanks or Unicode form only; they stay apart")
        for group in alike.values()
        if len(group) > 1
    ]


def find_target(store: Store, theme_name: str) -> ImportTarget:
    """Return the theme to import into. Raises NotFoundError for an unknown theme."""
    with store.read() as session:
        theme = get_theme(theme_name, session=session)
        known = [label.name for label in labels_of(theme.id, session=session)]
        named = labels_by_any_name(theme.id, session=session)
        former = {name: [label.name for label in labels] for name, labels in named.items() if name not in known}
        return ImportTarget(theme.id, theme.name, known, former)


def require_path(path: Path) -> None:
    """Raise NotFoundError when nothing is at a path, WorkbenchError when it cannot be read, or not to an end."""
    try:
        if is_address(path):
            raise NotFoundError(
                f"{path} is an address, and an import reads folders and files of this machine. Bring the data set here "
                "first (from S3: aws s3 cp --recursive), then give its folder."
            )
        if not path.exists():
            raise NotFoundError(f"There is nothing at {path}. Give a folder of images, or a data set's file.")
        if path.is_dir():
            next(path.iterdir(), None)
        elif is_endless(path):
            raise WorkbenchError(f"{path} is a device or a pipe. Give a folder of images, or a data set's file.")
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror or error}.") from None
