"""Near duplicates of real photographs are found, whatever they were saved as; others are not."""

from collections import Counter

import cv2
import numpy as np
import pytest
from sklearn.datasets import load_sample_image

import workbench as wb
from workbench.embeddings.duplicates import candidates
from workbench.embeddings.duplicates.candidates import find_candidates, mirroring
from workbench.embeddings.duplicates.newcomers import compare_newcomers
from workbench.embeddings.duplicates.on_workers import nearest_on_workers
from workbench.embeddings.encoders import open_encoder
from workbench.embeddings.vectors import VectorFolder
from workbench.engine.engines import open_engine
from workbench.engine.progress import Watch
from workbench.store.groups.pairs import joined_pairs, samples_not_compared
from workbench.store.groups.together import together

SIDE = 190


def photographs():
    """Twelve pieces of scikit-learn's two sample photographs that do not overlap, uint8 BGR."""
    found = {}
    for name in ("china", "flower"):
        whole = load_sample_image(f"{name}.jpg")[..., ::-1]
        for row in range(2):
            for column in range(3):
                piece = whole[row * 205 :, column * 210 :][:SIDE, :SIDE]
                found[f"{name}{row}{column}"] = np.ascontiguousarray(piece)
    return found


def saved(image, quality):
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def next_frame(image):
    moved = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), 1.2, 1.03)
    moved[:, 2] += (3, -2)
    return cv2.warpAffine(image, moved, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)


VARIANTS = {
    "crop": lambda image: saved(image[6:-4, 4:-7], 80),
    "saved": lambda image: saved(image, 40),
    "resized": lambda image: cv2.resize(image, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA),
    "bright": lambda image: saved(np.clip(image * 1.15 + 15, 0, 255).astype(np.uint8), 85),
    "flip": lambda image: saved(image[:, ::-1], 85),
    "frame": next_frame,
}


@pytest.fixture
def photos(sqlite_store, tmp_path):
    """A theme of the photographs, each besides as everything that it was saved as; its folder."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, image in photographs().items():
        cv2.imwrite(str(folder / f"{name}_first.png"), image)
        for kind, make in VARIANTS.items():
            cv2.imwrite(str(folder / f"{name}_{kind}.png"), make(image))
    theme = wb.create_theme("photos", labels=["china", "flower"], store=sqlite_store)
    theme.import_images(folder, progress=False)
    return theme


def test_variants_of_a_photograph_are_one_group_and_others_are_not(photos):
    report = photos.find_groups(progress=False)
    names = {sample.id: sample.name.partition("_")[0] for sample in photos.samples()}
    with photos.store.read() as session:
        pairs = joined_pairs(1, report.threshold, session=session)
        partition = together(1, session=session)
    assert len(pairs) == report.pairs
    right = sum(names[one] == names[other] for one, other in pairs)
    assert right / len(pairs) >= 0.99
    groups = Counter((names[one], least) for one, least in partition.items())
    largest = {name: max(count for (of, _), count in groups.items() if of == name) for name in set(names.values())}
    # A photograph with its six variants is one group of seven.
    assert sum(largest.values()) / (7 * 12) >= 0.95
    assert (report.groups, report.compared, report.straddling) == (12, 84, 0)
    table = photos.near_duplicates(number=3)
    assert table.together.tolist() == [True] * 3 + [False] * (len(table) - 3)
    assert photos.move_threshold(1.0).pairs < report.pairs


def test_a_large_theme_s_neighbors_are_those_of_a_small_one(photos, monkeypatch):
    photos.embed("hog", progress=False)
    vectors = VectorFolder.of(photos.project.embeddings, open_encoder("hog")).open()
    positions = np.arange(len(vectors))
    every = find_candidates(vectors.rows, positions, "hog")
    monkeypatch.setattr(candidates, "_SMALL", 10)
    flat = find_candidates(vectors.rows, positions, "hog")
    monkeypatch.setattr(candidates, "_FLAT", 20)
    cells = find_candidates(vectors.rows, positions, "hog")
    wanted = set(zip(every.first.tolist(), every.second.tolist(), strict=True))
    with open_engine("local", photos.project) as engine:
        there = find_candidates(
            vectors.rows,
            positions,
            "hog",
            search=lambda *given: nearest_on_workers(engine, photos.project, *given, Watch()),
        )
    # A worker's index is flat: the smaller limit above is this process' alone.
    assert [there.first.tolist(), there.second.tolist()] == [flat.first.tolist(), flat.second.tolist()]
    assert not list((photos.project.cache / "parts").rglob("*.np*"))
    for found in (flat, cells):
        pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
        assert len(pairs & wanted) / len(wanted) > 0.95
    asked = positions == 5
    some = find_candidates(vectors.rows, positions, "hog", asked=asked)
    assert len(some) > 0
    assert all(5 in pair for pair in zip(some.first.tolist(), some.second.tolist(), strict=True))


@pytest.mark.parametrize("name", ["hog", "lite0@64"])
def test_a_mirrored_image_s_vector_is_known_from_the_image_s(name):
    encoder = open_encoder(name)
    images = np.stack([cv2.resize(image, (encoder.side,) * 2) for image in photographs().values()])
    plain, mirrored = encoder.encode(images), encoder.encode(np.ascontiguousarray(images[:, :, ::-1]))
    told = plain[:, mirroring(name, encoder.dimensions)]

    def distance(one, other):
        return np.linalg.norm(one - other, axis=1).mean()

    assert distance(told, mirrored) < 0.6 * distance(plain, mirrored)


def test_a_newcomer_goes_where_its_near_duplicates_are(photos, tmp_path):
    late = tmp_path / "late"
    late.mkdir()
    image = photographs()["china01"]
    photos.samples(search="china01_crop").delete()
    for label in ("china", "flower"):
        photos.samples(search=label).label(label)
    photos.find_groups(progress=False)
    done = photos.split((0.5, 0.25, 0.25))
    assert done.groups.number == 12
    assert photos.groups().straddling.sum() == 0
    cv2.imwrite(str(late / "new.png"), saved(image[9:-3, 2:-8], 70))
    photos.import_images(late, progress=False)
    photos.samples(search="new").label("china")
    [split] = {sample.split for sample in photos.samples(search="china01")}
    done = photos.split((0.5, 0.25, 0.25))
    assert photos.samples(search="new")[0].split == split
    assert done.groups.joined == 1
    with photos.store.read() as session:
        assert samples_not_compared(1, session=session) == []
    assert compare_newcomers(photos.store, "photos", annotator="ann") is None
