"""Vectors on disk: whole batches or nothing, one writer, found by the digest of the image."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from workbench.embeddings.hog import Hog
from workbench.embeddings.vectors import VectorFolder
from workbench.errors import ConflictError, WorkbenchError

DIGESTS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(40)]


@pytest.fixture
def folder(tmp_path):
    return VectorFolder.of(tmp_path, Hog())


@pytest.fixture
def vectors():
    return np.random.default_rng(0).random((40, Hog().dimensions), np.float32)


def test_vectors_are_found_by_digest(folder, vectors):
    with folder.appending() as writer:
        writer.append(DIGESTS[:10], vectors[:10])
        writer.append(DIGESTS[10:30], vectors[10:30])
    found = folder.open()
    rows = found.positions(list(reversed(DIGESTS)))
    assert rows.tolist() == [-1] * 10 + list(range(29, -1, -1))
    np.testing.assert_allclose(found.rows[rows[10]], vectors[29], atol=1e-3)


def test_an_empty_folder_knows_no_image(folder):
    assert len(folder) == 0
    assert folder.open().positions(DIGESTS[:2]).tolist() == [-1, -1]


@pytest.mark.parametrize(("file", "cut"), [("digests.bin", 7), ("vectors.f16", 7), ("vectors.f16", 4000)])
def test_what_a_killed_writer_left_half_written_is_cut_off(folder, vectors, file, cut):
    with folder.appending() as writer:
        writer.append(DIGESTS[:10], vectors[:10])
    path = folder.folder / file
    path.write_bytes(path.read_bytes()[:-cut])
    with folder.appending() as writer:
        kept = len(folder)
        assert kept < 10
        writer.append(DIGESTS[kept:20], vectors[kept:20])
    found = folder.open()
    assert found.positions(DIGESTS[:20]).tolist() == list(range(20))
    np.testing.assert_allclose(found.rows[:], vectors[:20], atol=1e-3)


def test_vectors_without_a_digest_are_written_again(folder, vectors):
    with folder.appending() as writer:
        writer.append(DIGESTS[:10], vectors[:10])
    with (folder.folder / "vectors.f16").open("ab") as stream:
        stream.write(vectors[30:33].astype(np.float16).tobytes())
    with folder.appending() as writer:
        writer.append(DIGESTS[10:12], vectors[10:12])
    np.testing.assert_allclose(folder.open().rows[10:], vectors[10:12], atol=1e-3)


def test_one_process_writes_at_a_time(folder):
    with (
        folder.appending(),
        pytest.raises(ConflictError, match="Another process is writing vectors"),
        folder.appending(),
    ):
        pass


def test_vectors_of_another_size_are_refused(folder, vectors):
    with folder.appending() as writer, pytest.raises(WorkbenchError, match="1828 numbers are expected"):
        writer.append(DIGESTS[:10], vectors[:10, :5])
    assert len(folder) == 0
