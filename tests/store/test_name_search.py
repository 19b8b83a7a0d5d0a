"""Searching by a part of the file name, in any case and Unicode form."""

from unicodedata import normalize

import pytest
from sqlalchemy import func, select, table

from workbench.store import bulk_edits, samples
from workbench.store.events import start_batch
from workbench.store.images import sha256_of
from workbench.store.ingest import IngestImage, ingest_images
from workbench.store.name_search import INDEX
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Sample

NAMES = (
    "Übung/Straße 07.png",
    normalize("NFD", "übung/Ärger.PNG"),
    "scans/ÄRGER 2.png",
    "scans/IMG_0100.png",
    "scans/img_0200%.png",
    'scans/say "hi" now.png',
    "img.png",
    "ΣΟΦΟΣ.png",
)


@pytest.fixture
def named(store, make_theme):
    theme_id = make_theme(store)
    with store.write() as session:
        batch = start_batch(theme_id, "import", annotator="ann", source="import", session=session)
        digests = [sha256_of(name.encode()) for name in NAMES]
        images = [IngestImage(name, each, f"{each}.png", 8, 8, 9) for name, each in zip(NAMES, digests, strict=True)]
        ingest_images(theme_id, images, batch=batch, session=session)
    return theme_id


@pytest.fixture(params=[False, True])
def common(request, monkeypatch):
    """Whether what is looked for is taken to be in many names: fifty thousand of them would take a minute to add."""
    if request.param:
        monkeypatch.setattr(samples, "is_common", lambda text, *, session: True)


def test_a_part_of_a_name_is_found_in_any_case_and_unicode_form(store, named, common):
    def found(**asked):
        with store.read() as session:
            where = SampleFilter(**asked)
            rows = page_of_samples(named, where, session=session)
            assert count_samples(named, where, session=session) == len(rows)
            return [NAMES.index(row.name) for row in rows]

    for text, expected in (
        ("ärger", [1, 2]),
        ("ÄRGER", [1, 2]),
        (normalize("NFD", "Ärger"), [1, 2]),
        ("ä", [1, 2]),
        ("Ü", [0, 1]),
        ("strasse", [0]),
        ("STRAßE", [0]),
        ("g_0", [3, 4]),
        ("img", [3, 4, 6]),
        ("0%", [4]),
        ("00%.P", [4]),
        ('"HI"', [5]),
        ("%", [4]),
        ("\\", []),
        ("_", [3, 4]),
        ("σοφος", [7]),
        ("no such name", []),
        ("ab\0cd", []),
        ("'; DROP TABLE samples; --", []),
    ):
        assert found(search=text) == expected, text
    for pattern, expected in (
        ("IMG*", [3, 4, 6]),
        ("img_??00*", [3, 4]),
        ("scans/*", [2, 3, 4, 5]),
        ("ä*", [1, 2]),
        ("*.PNG", [*range(8)]),
        ("*7*", [0]),
        ("img_0200%.png", [4]),
    ):
        assert found(name=pattern) == expected, pattern


def test_what_is_looked_for_is_of_the_theme_and_living(store, make_theme, add_samples, common):
    pets, others = make_theme(store), make_theme(store, "others")
    deleted, *living = add_samples(store, pets, range(3))
    add_samples(store, others, range(10, 15))
    with store.write() as session:
        bulk_edits.delete_samples(pets, SampleFilter(ids=(deleted,)), annotator="ann", session=session)
    with store.read() as session:
        for asked in ({"search": "im"}, {"search": "IMG_"}, {"search": "i"}, {"name": "*im*"}):
            where = SampleFilter(**asked)
            assert count_samples(pets, where, session=session) == 2, asked
            assert [row.id for row in page_of_samples(pets, where, session=session)] == living, asked


def test_the_index_follows_samples_that_are_renamed_or_removed(store, named):
    with store.write() as session:
        session.query(Sample).filter_by(name="img.png").update({"name": "other.png"})
        session.query(Sample).filter_by(name="scans/IMG_0100.png").delete()
    with store.read() as session:
        assert count_samples(named, SampleFilter(search="other"), session=session) == 1
        assert count_samples(named, SampleFilter(search="img"), session=session) == 1
        names = page_of_samples(named, SampleFilter(search="IMG"), session=session)
        assert [row.name for row in names] == ["scans/img_0200%.png"]
        indexed = session.scalar(select(func.count()).select_from(table(INDEX)))
        assert indexed == session.scalar(select(func.count()).select_from(Sample)) == len(NAMES) - 1
