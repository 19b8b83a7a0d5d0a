"""The labels of a theme: their order, names, colors and keys. Merging and deleting them is in `label_merges`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, NotFoundError, WorkbenchError, unknown_name
from workbench.store.events import start_batch
from workbench.store.label_keys import Order, checked_key, new_key, suggested_keys
from workbench.store.locks import lock_theme
from workbench.store.schema import Label
from workbench.user import user_name

# Okabe and Ito's palette (2008), which color-blind people can tell apart, then lighter and darker relatives of it.
_OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#f0e442", "#7f7f7f", "#882255")
_RELATIVES = ("#44aa99", "#332288", "#ddcc77", "#aa4499", "#117733", "#88ccee", "#999933", "#661100", "#6699cc")
PALETTE = (*_OKABE_ITO, *_RELATIVES)
LONGEST_NAME = 200
"""Characters that a label may have: lists of species and of ImageNet's synonyms have names beyond 100."""
RENAME = "rename label"
"""The action of a batch that renames a label."""

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_INVISIBLE = _REFUSED | {"Zs", "Cf"}
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def labels_of(theme_id: int, *, session: Session) -> list[Label]:
    """Return a theme's labels in their order."""
    query = select(Label).where(Label.theme_id == theme_id, Label.deleted_at.is_(None)).order_by(Label.position)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def label_ids(theme_id: int, *, session: Session) -> set[int]:
    """Return the ids of the labels that a theme has now."""
    return set(session.scalars(select(Label.id).where(Label.theme_id == theme_id, Label.deleted_at.is_(None))))


def require_label(label_id: int | None, labels: set[int]) -> None:
    """Raise NotFoundError for a label that is not among those given."""
    if label_id is not None and label_id not in labels:
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then label again.")


def label_names(theme_id: int, *, session: Session) -> dict[int, str]:
    """Return the names of all labels of a theme, deleted ones too, by id."""
    rows = session.execute(select(Label.id, Label.name).where(Label.theme_id == theme_id))
    return dict(rows.tuples().all())


def get_label(theme_id: int, name: str, *, session: Session) -> Label:
    """Return a label by its name. Raises NotFoundError, which names the nearest one."""
    return find_label(name, labels_of(theme_id, session=session))


def find_label(name: str, labels: Sequence[Label]) -> Label:
    """Return the label of that name among those of a theme. Raises NotFoundError, which names the nearest one."""
    for label in labels:
        if label.name == name:
            return label
    raise NotFoundError(unknown_name("label", name, [label.name for label in labels]))


def add_label(theme_id: int, name: str, *, color: str | None = None, exact: bool = False, session: Session) -> Label:
    """Add a label at the end. Its color is the next free one of the palette unless given as `#rrggbb`.

    Blanks around a name that a person typed are dropped; `exact` keeps them, as a data set has them. Its key is its own
    digit, else that of its position, if it is free. Raises ConflictError when the theme has a label of that name.
    """
    name = checked_name(name, exact=exact)
    lock_theme(theme_id, session=session)
    present = labels_of(theme_id, session=session)
    _refuse_taken(name, present)
    used = {label.color for label in present}
    free = next((candidate for candidate in PALETTE if candidate not in used), PALETTE[len(present) % len(PALETTE)])
    position = max((label.position for label in present), default=0) + 1
    label = Label(
        theme_id=theme_id,
        name=name,
        position=position,
        color=checked_color(color) if color else free,
        key=new_key(name, position, {label.key for label in present if label.key}),
    )
    session.add(label)
    session.flush()
    return label


def edit_label(
    label_id: int,
    *,
    name: str | None = None,
    color: str | None = None,
    annotator: str | None = None,
    session: Session,
) -> Label:
    """Rename or recolor a label; the samples keep it. A rename is recorded for `annotator` (default: the user)."""
    label = lock_label(label_id, session=session)
    name = None if name is None else checked_name(name)
    if name is not None and name != label.name:
        _refuse_taken(name, labels_of(label.theme_id, session=session))
        note = label_change_note(label.name, name)
        who = annotator or user_name()
        start_batch(label.theme_id, RENAME, annotator=who, source="human", note=note, session=session)
        _rename(label, name)
    if color is not None:
        label.color = checked_color(color)
    return label


def renamed_back(theme_id: int, note: str, *, session: Session) -> str | None:
    """Take back the rename of which `note` tells, and return a note of that.

    Where the label was renamed once more since, or its former name is taken, nothing changes: None.
    """
    before, after = json.loads(note)
    present = labels_of(theme_id, session=session)
    label = next((each for each in present if each.name == after and before in each.former_names), None)
    if label is None or any(each.name == before for each in present):
        return None
    _rename(label, before)
    return label_change_note(after, before)


def _rename(label: Label, name: str) -> None:
    label.former_names = [former for former in label.former_names if former != name] + [label.name]
    label.name = name


def set_key(label_id: int, key: str | None, *, session: Session) -> Label:
    """Give a label a key, a letter or a digit, or none. Raises ConflictError when another label has it."""
    label = lock_label(label_id, session=session)
    wanted = checked_key(key) if key and key.strip() else None
    for other in labels_of(label.theme_id, session=session) if wanted else []:
        if other.key == wanted and other.id != label.id:
            raise ConflictError(
                f"The key '{wanted}' belongs to the label '{other.name}'. "
                "Choose another key, or give that label another one first."
            )
    label.key = wanted
    return label


def suggest_keys(theme_id: int, order: Order, *, session: Session) -> None:
    """Give all labels of a theme new keys: 1 to 9 and 0 in their order, or their first letters."""
    lock_theme(theme_id, session=session)
    labels = labels_of(theme_id, session=session)
    for label in labels:
        label.key = None
    # A key goes to another label only once it is free.
    session.flush()
    for label, key in zip(labels, suggested_keys([label.name for label in labels], order), strict=True):
        label.key = key


def label_change_note(before: str, after: str | None) -> str:
    """Return what the batch of a label's own change says: its name before, and the one that it has or went into."""
    return json.dumps([before, after], ensure_ascii=False)


def lock_label(label_id: int, *, session: Session) -> Label:
    """Take the lock of a label's theme and return the label as it is now. Raises NotFoundError when it is gone."""
    label = session.get(Label, label_id)
    if label is not None:
        lock_theme(label.theme_id, session=session)
        label = session.get(Label, label_id, populate_existing=True)
    if label is None or label.deleted_at is not None:
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then try again.")
    return label


def reorder_labels(theme_id: int, label_ids: Sequence[int], *, session: Session) -> None:
    """Give the labels new positions: `label_ids` holds every label of the theme once, in the wanted order."""
    lock_theme(theme_id, session=session)
    labels = {label.id: label for label in labels_of(theme_id, session=session)}
    if sorted(label_ids) != sorted(labels):
        raise ConflictError("The labels have changed in the meantime. Look at the list again, then reorder it.")
    for position, label_id in enumerate(label_ids, start=1):
        labels[label_id].position = position


def checked_name(name: str, *, exact: bool = False) -> str:
    """Return a label's name, without blanks around it unless `exact`. Raises WorkbenchError when it cannot be one."""
    name = name if exact else name.strip()
    kinds = {unicodedata.category(letter) for letter in name}
    folders = {".", ".."} & {*re.split(r"[/\\]", name)}
    if len(name) > LONGEST_NAME or kinds <= _INVISIBLE or kinds & _REFUSED or folders or any(map(_is_unfit, name)):
        raise WorkbenchError(
            f"{name!r} ({len(name)} characters) cannot be the name of a label. Allowed: 1 to {LONGEST_NAME} characters "
            "without line breaks and control characters, and no folder '.' or '..' in it."
        )
    return name


def _is_unfit(letter: str) -> bool:
    """Whether a character turns the direction of text by force, or is none at all. Joiners are part of words."""
    return letter in _OVERRIDES or ord(letter) & 0xFFFE == 0xFFFE


def checked_color(color: str) -> str:
    """Return a color in small letters. Raises WorkbenchError unless it is #rrggbb."""
    if not _COLOR.fullmatch(color):
        raise WorkbenchError(f"'{color}' is not a color. Allowed: #rrggbb, for example #0072b2.")
    return color.lower()


def _refuse_taken(name: str, present: Sequence[Label]) -> None:
    if any(label.name == name for label in present):
        raise ConflictError(f"The theme has a label '{name}' already. Choose another name, or merge the two.")
