"""How the decisions of a state are called: the names of labels, also of those that are gone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workbench.store.labels import label_names, labels_of

UNLABELED, SKIPPED = "unlabeled", "skipped"
_CODES = {0: UNLABELED, -1: SKIPPED}


def code_words(theme_id: int, *, session: Session) -> dict[int, str]:
    """Return what the codes of `states.past` are called: the label of an id, also one that is gone; skipped, unlabeled.

    A label that is gone has "(deleted)" behind its name where another one has that name now.
    """
    living = {label.name: label.id for label in labels_of(theme_id, session=session)}
    names = label_names(theme_id, session=session).items()
    return _CODES | {
        label_id: name if living.get(name, label_id) == label_id else f"{name} (deleted)" for label_id, name in names
    }
