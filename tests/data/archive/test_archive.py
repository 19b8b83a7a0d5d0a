"""The archive of a whole theme: it comes back without a difference, and nothing false comes in."""

import hashlib
import itertools
import json
import stat
import subprocess
import warnings
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.boxes import replace_boxes
from workbench.store.bulk_edits import delete_samples
from workbench.store.column_types import now
from workbench.store.decisions import SKIPPED, BoxData, Decision
from workbench.store.events import start_batch
from workbench.store.groups.pairs import DuplicatePair, moment_of_search, samples_not_compared, write_search
from workbench.store.groups.together import together
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import add_label, labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, DuplicateSearch, Label, LabelEvent, Sample, Theme
from workbench.store.single_edits import Edit, decide
from workbench.store.splits import assign_splits
from workbench.store.states.tags import add_tag, find_state
from workbench.store.steps import writing
from workbench.store.steps.fork_merges import merge_fork
from workbench.store.steps.forks import fork_theme, origin_of
from workbench.store.test_evaluations import evaluations_of, record_evaluation
from workbench.store.themes import create_theme, delete_theme, get_theme, list_themes
from workbench.store.undo import undo
from workbench.store.upkeep.garbage import collect_garbage
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.wrong_values import wrong_values

QUIET = {"progress": False}
MIKA = {"annotator": "mika"}


@pytest.fixture
def lived(store, make_theme, add_samples):
    """A theme with a history: labels, deleted and merged ones, skips, splits, boxes, a deletion, undone edits."""
    theme_id = make_theme(store, "lived", labels=("gone", "cat", "dog", "kitten", "puppy"))
    ids = add_samples(store, theme_id, range(8), size=(20, 10))
    with store.write() as session:
        gone, cat, dog, kitten, puppy = (label.id for label in labels_of(theme_id, session=session))
        decide(theme_id, [Edit(i, Decision.of(gone)) for i in ids[:2]], session=session, **MIKA)
        decide(
            theme_id, [Edit(i, Decision.of(cat if i % 2 else dog)) for i in ids[:6]], annotator="Léa", session=session
        )
        decide(theme_id, [Edit(ids[6], SKIPPED)], session=session, **MIKA)
    with store.write() as session:
        delete_label(gone, session=session, **MIKA)
        merge_labels(kitten, puppy, session=session, **MIKA)
        merge_labels(puppy, cat, session=session, **MIKA)
        assign_splits(theme_id, session=session, **MIKA)
        replace_boxes(ids[0], [BoxData(cat, 1, 2, 3.25, 4), BoxData(dog, 0, 0, 20, 10)], session=session, **MIKA)
        replace_boxes(ids[7], [], session=session, **MIKA)
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(ids=(ids[3],)), session=session, **MIKA)
    with store.write() as session:
        add_tag(theme_id, "before boxes", note="as Léa left it", session=session, **MIKA)
        record_evaluation(theme_id, "a run", "training", 2, session=session, **MIKA)
        moment = moment_of_search(theme_id, session=session)
        how = {"method": "details", "encoder": "hog", "encoder_digest": "0" * 16, "threshold": 0.5, "images": 8}
        search = DuplicateSearch(theme_id=theme_id, **how, **vars(moment), **MIKA)
        pairs = [DuplicatePair(ids[0], ids[4], 0.9), DuplicatePair(ids[0], ids[1], 0.25)]
        write_search(theme_id, pairs, search, keep=False, session=session)
    with store.write() as session:
        replace_boxes(ids[0], [BoxData(dog, 5, 5, 5, 5)], session=session, **MIKA)
    with store.write() as session:
        undo(theme_id, session=session, **MIKA)
    return theme_id


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Another machine's store, on SQLite."""
    root = tmp_path / "elsewhere"
    root.mkdir()
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    opened = open_store(Project(root))
    yield opened
    opened.close()


@pytest.fixture
def archive(store, lived, tmp_path):
    file = tmp_path / "lived.zip"
    report = export_theme(store, "lived", file, "workbench", **QUIET)
    assert report.exported == 8
    return file


def test_a_theme_comes_back_without_a_difference(archive, elsewhere, make_theme, add_samples, tmp_path):
    # Other rows before it, so that no id is the same there.
    other = make_theme(elsewhere, "other")
    add_samples(elsewhere, other, range(5))

    report = import_images(elsewhere, "back", archive, **QUIET)

    assert (report.format, report.added, report.boxes, report.new_labels) == ("workbench", 8, 2, ["cat", "dog"])
    with elsewhere.write() as session:
        session.scalars(select(Theme).where(Theme.name == "back")).one().name = "lived"
    export_theme(elsewhere, "lived", tmp_path / "again.zip", "workbench", **QUIET)
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    with elsewhere.read() as session:
        theme_id = get_theme("lived", session=session).id
        ids = [row.id for row in session.scalars(select(Sample).where(Sample.theme_id == theme_id).order_by(Sample.id))]
        # The tag names the state before the boxes that came after it, whatever the ids of events are here.
        state = find_state(theme_id, "before boxes", session=session)
        later = session.scalars(select(LabelEvent).where(LabelEvent.theme_id == theme_id, state.later_events()))
        assert [event.action for event in later] == ["boxes", "boxes"]
        assert state.last_sample == ids[-1]
        assert together(theme_id, session=session) == {ids[0]: ids[0], ids[4]: ids[0]}
        assert samples_not_compared(theme_id, session=session) == []
        assert [row.run_id for row in evaluations_of(theme_id, session=session)] == ["a run"]


def test_a_fork_comes_back_as_one_where_the_theme_that_it_is_of_is(store, make_theme, add_samples, elsewhere, tmp_path):
    theme_id = make_theme(store, "pets")
    ids = add_samples(store, theme_id, range(4))
    with store.write() as session:
        cat = Decision.of(labels_of(theme_id, session=session)[0].id)
        decide(theme_id, [Edit(one, cat) for one in ids], session=session, **MIKA)
        state = find_state(theme_id, session=session)
    fork = fork_theme(store, theme_id, "pets apart", state, **MIKA)
    with store.write() as session:
        apart = session.scalars(select(Sample.id).where(Sample.theme_id == fork.id).order_by(Sample.id)).all()
        dog = Decision.of(labels_of(fork.id, session=session)[1].id)
        decide(fork.id, [Edit(apart[0], dog)], annotator="Léa", session=session)
    for name in ("pets", "pets apart"):
        export_theme(store, name, tmp_path / f"{name}.zip", "workbench", **QUIET)
    add_samples(elsewhere, make_theme(elsewhere, "other"), range(3))

    # Without the other theme that is told, also where another one has its name.
    add_samples(elsewhere, make_theme(elsewhere, "pets"), range(90, 92))
    (remark,) = import_images(elsewhere, "alone", tmp_path / "pets apart.zip", **QUIET).remarks
    assert "forked from 'pets', which is not here" in remark.reason
    with elsewhere.write() as session:
        delete_theme(get_theme("pets", session=session).id, session=session, **MIKA)
    assert import_images(elsewhere, "pets", tmp_path / "pets.zip", **QUIET).remarks == []
    assert import_images(elsewhere, "pets apart", tmp_path / "pets apart.zip", **QUIET).remarks == []
    with elsewhere.read() as session:
        found = get_theme("pets apart", session=session).id
        assert origin_of(found, session=session).name == "pets"
        assert origin_of(get_theme("alone", session=session).id, session=session) is None
    assert merge_fork(elsewhere, found, **MIKA, dry_run=True).taken == 1
    export_theme(elsewhere, "pets apart", tmp_path / "again.zip", "workbench", **QUIET)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "pets apart.zip").read_bytes()


def test_labels_of_data_sets_keep_their_blanks_and_are_no_fault(store, make_theme, elsewhere, tmp_path):
    theme_id = make_theme(store, "letters", labels=("cat",))
    long = "a genus of plants, " * 10
    with store.write() as session:
        for name in (" cat ", "truck/bus", long):
            add_label(theme_id, name, exact=True, session=session)
        assert list(wrong_values(session=session)) == []
    export_theme(store, "letters", tmp_path / "letters.zip", "workbench", **QUIET)

    import_images(elsewhere, "letters", tmp_path / "letters.zip", **QUIET)

    with elsewhere.read() as session:
        labels = labels_of(get_theme("letters", session=session).id, session=session)
    assert [label.name for label in labels] == ["cat", " cat ", "truck/bus", long]


def test_what_came_back_can_be_worked_with(archive, elsewhere):
    import_images(elsewhere, "back", archive, **QUIET)
    with elsewhere.write() as session:
        theme = session.scalars(select(Theme).where(Theme.name == "back")).one()
        # The latest edit was the redrawing, which was undone; before it came the deletion.
        assert undo(theme.id, session=session, **MIKA).action == "delete"
        assert session.scalars(select(Sample).where(Sample.deleted_at.is_not(None))).all() == []


def test_a_person_can_open_it_with_common_tools(archive, tmp_path):
    out = tmp_path / "opened"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(out)
    done = subprocess.run(["sha256sum", "-c", "--quiet", "checksums.sha256"], cwd=out, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert sorted(file.name for file in (out / "images").iterdir()) == [f"img_0000{i}.png" for i in range(8)]
    first = json.loads((out / "samples.jsonl").read_text().splitlines()[0])
    assert (first["file"], first["width"], first["annotator"]) == ("images/img_00000.png", 20, "mika")


def test_nothing_is_overwritten(store, archive, elsewhere, make_theme):
    with pytest.raises(ConflictError, match="8 images already"):
        import_images(store, "lived", archive, **QUIET)
    with pytest.raises(ConflictError, match="there already"):
        export_theme(store, "lived", archive, "workbench", **QUIET)
    make_theme(elsewhere, "labeled")
    with pytest.raises(ConflictError, match="3 labels already"):
        import_images(elsewhere, "labeled", archive, **QUIET)


def test_nobody_waits_for_an_archive_or_sees_it_before_its_end(archive, elsewhere, monkeypatch):
    steps, numbers = [], itertools.count()

    def rest(pace, _started):
        pace.size = 3
        with elsewhere.write() as session:
            create_theme(f"beside {next(numbers)}", session=session)
        collect_garbage(elsewhere, deleted_before=now() + timedelta(days=1), **MIKA)
        with elsewhere.read() as session:
            steps.append({theme.name for theme in list_themes(deleted=True, session=session)})
        assert check(elsewhere).ok
        if next(numbers) == interrupted:
            raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_FIRST_STEP", 3)
    monkeypatch.setattr(writing.Pace, "rest", rest)
    with elsewhere.write() as session:
        create_theme("back", session=session)
        emptied = create_theme("emptied", session=session)
        created, emptied_id = emptied.created_at, emptied.id
        start_batch(emptied_id, "goal", source="human", session=session, **MIKA)
    interrupted = 9
    with pytest.raises(KeyboardInterrupt):
        import_images(elsewhere, "back", archive, **QUIET)
    with elsewhere.read() as session:
        assert session.query(Sample).count() == session.query(LabelEvent).count() == session.query(Label).count() == 0
        assert session.query(Batch).one().theme_id == emptied_id
    interrupted = -1
    # A theme that is there and empty is replaced; what was done in it stays in its history.
    import_images(elsewhere, "emptied", archive, **QUIET)
    assert len(steps) > 10
    assert all(names <= {"back", "emptied", *(f"beside {number}" for number in range(200))} for names in steps)
    with elsewhere.read() as session:
        theme = get_theme("emptied", session=session)
        assert theme.created_at == created
        assert session.query(Sample).filter_by(theme_id=theme.id).count() == 8
        assert session.query(Batch).filter_by(theme_id=theme.id, action="goal").count() == 1
        assert session.get(Theme, emptied_id) is None
    assert check(elsewhere).ok


def rewritten(archive, target, change):
    """Write an archive again after `change(files)` on its names and contents, with checksums that fit again."""
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    if "checksums.sha256" in files:
        rest = {name: content for name, content in files.items() if name != "checksums.sha256"}
        lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in rest.items()]
        files["checksums.sha256"] = "".join(lines).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return target


def line_of(file, number, /, **values):
    """A change of some values in one line of a table."""

    def change(files):
        lines = files[file].splitlines(keepends=True)
        lines[number - 1] = (json.dumps({**json.loads(lines[number - 1]), **values}) + "\n").encode()
        files[file] = b"".join(lines)

    return change


def added(name, content=b"x"):
    return lambda files: files.update({name: content})


def theme_of(**values):
    """Give the manifest's theme other values."""

    def change(files):
        manifest = json.loads(files["manifest.json"])
        files["manifest.json"] = json.dumps({**manifest, "theme": {**manifest["theme"], **values}}).encode()

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (added("../evil.sh"), "does not belong"),
        (added("images/../../evil.sh"), "lead out"),
        (added("images//x.png"), "lead out"),
        (added("images/..\\x.png"), "lead out"),
        (added("/images/x.png"), "does not belong"),
        (added("images/bomb.png", bytes(30_000_000)), "500 times"),
        (lambda files: files.pop("events.jsonl"), "has no events.jsonl"),
        (lambda files: files.pop("images/img_00002.png"), r"samples\.jsonl:3: the image"),
        (added("images/img_00001.png", b"something else"), r"samples\.jsonl:2: .* not the image"),
        (added("manifest.json", b"[]"), r"manifest\.json:1"),
        (theme_of(description=None), r"manifest\.json:1"),
        (theme_of(description="a\0b"), r"manifest\.json:1"),
        (theme_of(fork={"origin": "pets"}), r"manifest\.json:1: fork"),
        (theme_of(fork={"origin": 1}), r"manifest\.json:1"),
        (theme_of(description="\ud800"), r"manifest\.json:1"),
        (line_of("tags.jsonl", 1, last_event=9_999), r"tags\.jsonl:1: refers to"),
        (line_of("tags.jsonl", 1, name="now"), r"tags\.jsonl:1: .*means a time"),
        (line_of("near_duplicates.jsonl", 2, second_id=99), r"near_duplicates\.jsonl:2: refers to"),
        (line_of("near_duplicates.jsonl", 2, score=2), r"near_duplicates\.jsonl:2: the match 2 is not"),
        (line_of("duplicate_searches.jsonl", 1, threshold=-1), r"duplicate_searches\.jsonl:1: The threshold"),
        (line_of("test_evaluations.jsonl", 1, purpose="fun"), r"test_evaluations\.jsonl:1: .* no evaluation"),
        (line_of("samples.jsonl", 2, label_id=99), r"samples\.jsonl:2: refers to"),
        (line_of("samples.jsonl", 2, label_id=-1), r"samples\.jsonl:2: refers to"),
        (line_of("samples.jsonl", 4, split="holdout"), r"samples\.jsonl:4: there is no split"),
        (line_of("samples.jsonl", 4, width="20"), r"samples\.jsonl:4: width: '20' is not of the type int"),
        (line_of("samples.jsonl", 4, width=21), r"samples\.jsonl:4: .*21 x 10"),
        (line_of("samples.jsonl", 1, more=1), r"samples\.jsonl:1: the row does not have"),
        (line_of("events.jsonl", 1, at="yesterday"), r"events\.jsonl:1: at"),
        (line_of("events.jsonl", 1, after="77"), r"events\.jsonl:1: refers to"),
        (line_of("batches.jsonl", 2, undoes=77), r"batches\.jsonl:2: refers to"),
        (line_of("labels.jsonl", 4, merged_into=77), r"labels\.jsonl:4: refers to"),
        (line_of("labels.jsonl", 1, name="x" * 300), r"labels\.jsonl:1: name: longer"),
        (
            line_of("labels.jsonl", 1, name="../x"),
            r"labels\.jsonl:1: '\.\./x' \(4 characters\) cannot be the name of a label",
        ),
        (line_of("labels.jsonl", 1, color="url(x)"), r"labels\.jsonl:1: 'url\(x\)' is not a color"),
        (line_of("labels.jsonl", 2, deleted_at="2026-01-01T00:00:00+00:00"), "carry a label that is deleted"),
        (line_of("labels.jsonl", 2, name="dog"), r"labels\.jsonl contradicts itself"),
        (line_of("samples.jsonl", 1, name="a\0b"), r"samples\.jsonl:1: name: .* holds signs that no text has"),
        (line_of("samples.jsonl", 1, name="\ud800"), r"samples\.jsonl:1: name: .* holds signs that no text has"),
        (line_of("samples.jsonl", 1, created_at="2026-01-01T00:00:00"), r"samples\.jsonl:1: .* has no time zone"),
        (line_of("samples.jsonl", 1, created_at="0001-01-01T00:00:00+14:00"), r"samples\.jsonl:1: created_at: "),
        (line_of("batches.jsonl", 1, changed=2**70), r"batches\.jsonl:1: changed: .* is larger than"),
        (added("boxes.jsonl", b"{"), r"boxes\.jsonl:1: not valid JSON"),
        (added("boxes.jsonl", b""), "rows are missing"),
    ],
)
def test_a_false_archive_is_refused_as_a_whole(archive, elsewhere, tmp_path, change, words):
    false = rewritten(archive, tmp_path / "false.zip", change)
    with pytest.raises(WorkbenchError, match=words):
        import_images(elsewhere, "back", false, **QUIET)
    with elsewhere.read() as session:
        assert session.scalars(select(Theme)).all() == []
        assert session.scalars(select(Sample)).all() == []


def test_damage_links_and_double_entries_are_refused(archive, elsewhere, tmp_path):
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-200])
    flipped = tmp_path / "flipped.zip"
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        at = opened.getinfo("images/img_00004.png").header_offset + 90
    content[at] ^= 255
    flipped.write_bytes(content)
    linked, doubled = tmp_path / "linked.zip", tmp_path / "doubled.zip"
    for file, name, mode in ((linked, "images/link.png", stat.S_IFLNK | 0o777), (doubled, "README.txt", 0o644)):
        file.write_bytes(archive.read_bytes())
        with zipfile.ZipFile(file, "a") as opened, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            opened.writestr(info, "/etc/passwd")
    for file, words in ((cut, "not an archive"), (flipped, "damaged"), (linked, "is a link"), (doubled, "there twice")):
        with pytest.raises(WorkbenchError, match=words):
            import_images(elsewhere, "back", file, **QUIET)
    with pytest.raises(NotFoundError), elsewhere.read() as session:
        get_theme("back", session=session)
