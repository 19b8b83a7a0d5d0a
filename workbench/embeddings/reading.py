"""The vectors of a theme's images, as they are now."""

from __future__ import annotations

import numpy as np

from workbench.embeddings.encoders import open_encoder
from workbench.embeddings.vectors import VectorFolder
from workbench.errors import NotFoundError
from workbench.store import Store
from workbench.store.samples import digests_by_id
from workbench.store.themes import get_theme


def theme_vectors(store: Store, theme: str, encoder: str) -> tuple[np.ndarray, list[int]]:
    """Return float32 (N, D) and the N ids of their samples, in the order of the ids.

    Images that have no vector yet, or could not be read, are left out. Raises NotFoundError where none has one.
    """
    opened = open_encoder(encoder, theme=theme, project=store.project)
    with store.read() as session:
        rows = digests_by_id(get_theme(theme, session=session).id, session=session)
    vectors = VectorFolder.of(store.project.embeddings, opened).open()
    positions = vectors.positions([digest for _, digest in rows])
    ids = np.array([sample_id for sample_id, _ in rows], np.int64)[positions >= 0]
    found = np.asarray(vectors.rows[positions[positions >= 0]], np.float32)
    sound = np.isfinite(found[:, 0]) if len(found) else np.zeros(0, bool)
    if not sound.any():
        raise NotFoundError(f"The images of '{theme}' have no vectors of {encoder} yet: theme.embed('{encoder}')")
    return found[sound], ids[sound].tolist()
