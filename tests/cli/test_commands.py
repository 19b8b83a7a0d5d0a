"""The command line from a user's side: what is printed, what the store holds afterwards, exit codes."""

import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from workbench.cli import main
from workbench.cli.history import _events as sample_events
from workbench.cli.notebooks import _same_command_goes_on as same_command_goes_on
from workbench.errors import InterruptedRunError
from workbench.store.bulk_edits import delete_samples
from workbench.store.engine import create_store_engine
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(project):
    return project.root


@pytest.fixture
def cli(folder):
    def call(*arguments, code=0):
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert done.exit_code == code, done.output + done.stderr
        if code:
            assert done.stdout == ""
            assert "Traceback" not in done.stderr
            return done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    return call


@pytest.fixture
def images(tmp_path):
    """Class folders `cat` and `dog` with ten images each."""
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "images" / name).mkdir(parents=True)
        for number in range(10):
            pixels = rng.integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "images" / name / f"{number}.png")
    return tmp_path / "images"


@pytest.fixture
def animals(cli, images):
    cli("theme", "create", "animals", "--label", "cat", "--label", "dog")
    cli("import", "animals", images)


def test_from_a_folder_to_splits(cli, images):
    created = cli("theme", "create", "animals", "--label", "cat", "--label", "dog", "--json")
    assert created == {"theme": "animals", "labels": ["cat", "dog"]}
    report = cli("import", "animals", images, "--json")
    assert (report["added"], report["duplicates"], report["rejected"]) == (20, 0, [])
    done = cli("split", "animals", "--ratios", 0.6, 0.2, 0.2, "--json")
    assert done["assigned"] == {"train": 12, "valid": 4, "test": 4}
    assert done["counts"]["cat"] == {"train": 6, "valid": 2, "test": 2}
    shown = cli("theme", "show", "animals", "--json")
    assert shown["labels"]["dog"] == {"train": 6, "valid": 2, "test": 2, "unassigned": 0}
    assert cli("theme", "list", "--json") == [
        {
            "theme": "animals",
            "task": "classification",
            "samples": 20,
            "labeled": 20,
            "unlabeled": 0,
            "train": 12,
            "valid": 4,
            "test": 4,
            "boxes": 0,
        }
    ]


def test_importing_twice_adds_nothing(cli, animals, images):
    report = cli("import", "animals", images, "--json")
    assert (report["added"], report["duplicates"]) == (0, 20)


def test_a_data_set_without_valid_gets_it_out_of_train(cli, animals):
    cli("split", "animals", "--ratios", 0.8, 0, 0.2)
    done = cli("split", "animals", "--valid-from-train", "--ratios", 0.6, 0.2, 0.2, "--json")
    assert (done["moved"], done["counts"]["cat"]) == (4, {"train": 6, "valid": 2, "test": 2})
    assert "Took 0 of train into valid" in cli("split", "animals", "--valid-from-train")


def test_splitting_twice_changes_nothing(cli, animals):
    first = cli("split", "animals", "--json")
    second = cli("split", "animals", "--json")
    assert sum(second["assigned"].values()) == 0
    assert second["counts"] == first["counts"]


def test_the_table_is_readable_without_json(cli, animals):
    text = cli("theme", "show", "animals")
    assert "animals: 20 samples, 20 labeled, 0 unlabeled" in text
    assert text.splitlines()[1].split() == ["label", "train", "valid", "test", "unassigned"]


def test_a_corrupt_file_is_reported_and_the_rest_imported(cli, images):
    (images / "cat" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    cli("theme", "create", "animals", "--label", "cat", "--label", "dog")
    report = cli("import", "animals", images, "--json")
    assert report["added"] == 20
    assert [entry["path"].endswith("broken.png") for entry in report["rejected"]] == [True]
    assert report["rejected"][0]["reason"]


def test_deleting_a_theme_asks_first(cli, animals, folder):
    done = CliRunner().invoke(main, ["theme", "delete", "animals"], input="n\n")
    assert done.exit_code == 1
    assert "with its 20 samples" in done.stderr
    assert len(cli("theme", "list", "--json")) == 1
    cli("theme", "delete", "animals", "--yes")
    assert cli("theme", "list", "--json") == []


@pytest.mark.parametrize("command", [["import", "animols", "."], ["split", "animols"], ["theme", "show", "animols"]])
def test_an_unknown_theme_names_the_nearest(cli, animals, command):
    message = cli(*command, code=2)
    assert "There is no theme 'animols'. Did you mean 'animals'?" in message


def test_a_theme_that_exists(cli, animals):
    assert "A theme 'animals' exists already" in cli("theme", "create", "animals", code=2)


def test_an_empty_folder(cli, animals, tmp_path):
    (tmp_path / "empty").mkdir()
    message = cli("import", "animals", tmp_path / "empty", code=2)
    assert str(tmp_path / "empty") in message


def test_a_missing_yaml(cli, animals, folder):
    (folder / "params.yaml").unlink()
    assert "params.yaml does not exist" in cli("split", "animals", code=2)


def test_a_misspelled_key(cli, animals, folder):
    text = (folder / "params.yaml").read_text().replace("  split_ratio:", "  split_ration:")
    (folder / "params.yaml").write_text(text)
    message = cli("split", "animals", code=2)
    assert "unknown key 'data.split_ration'" in message
    assert "Did you mean 'split_ratio'?" in message
    assert sum(cli("theme", "list", "--json")[0][split] for split in ("train", "valid", "test")) == 0


def test_ratios_that_do_not_sum_to_one(cli, animals):
    message = cli("split", "animals", "--ratios", 0.7, 0.2, 0.2, code=2)
    assert "sum to 1.1; they must sum to 1" in message


def test_a_label_that_is_given_twice(cli):
    message = cli("theme", "create", "pets", "--label", "cat", "--label", "cat", code=2)
    assert "The label 'cat' was given twice" in message


def test_one_is_told_in_the_singular(cli, images, tmp_path):
    (tmp_path / "one").mkdir()
    shutil.copy(next(images.glob("*/*.png")), tmp_path / "one" / "a.png")
    (tmp_path / "one" / "b.png").write_text("no image")
    assert "with 1 label." in cli("theme", "create", "pets", "--label", "cat")
    said = cli("import", "pets", tmp_path / "one")
    assert "Added 1 image to 'pets'; 0 were there already.\n1 was left out:" in said
    assert "Added 0 images to 'pets'; 1 was there already." in cli("import", "pets", tmp_path / "one")


def test_fewer_than_two_labels(cli, images):
    shutil.rmtree(images / "dog")
    cli("theme", "create", "animals", "--label", "cat")
    cli("import", "animals", images)
    assert "at least two labels" in cli("split", "animals", code=2)


def test_a_label_with_too_few_samples(cli, images):
    for path in sorted((images / "dog").glob("*.png"))[2:]:
        path.unlink()
    cli("theme", "create", "animals", "--label", "cat", "--label", "dog")
    cli("import", "animals", images)
    message = cli("split", "animals", code=2)
    assert "'dog' has 2; each label needs at least 3" in message
    assert cli("theme", "list", "--json")[0]["train"] == 0


def test_a_database_newer_than_the_code(cli, animals, folder):
    with sqlite3.connect(folder / "db" / "workbench.db") as connection:
        connection.execute("UPDATE workbench_version SET version_num = '9999'")
    message = cli("theme", "list", code=2)
    assert "schema version 9999" in message
    assert "newer version" in message


def test_a_locked_database(cli, animals, folder, monkeypatch):
    monkeypatch.setattr(
        "workbench.store.connection.create_store_engine",
        lambda url, *, busy_timeout_ms: create_store_engine(url, busy_timeout_ms=50),
    )
    connection = sqlite3.connect(folder / "db" / "workbench.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        message = cli("theme", "create", "other", code=2)
    finally:
        connection.close()
    assert "is locked" in message
    assert [row["theme"] for row in cli("theme", "list", "--json")] == ["animals"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("train", "animals", "--set", "training.learning_rat=1"), "Did you mean 'learning_rate'?"),
        (("train", "animals", "--num-epochs", "0"), "1 or more is needed"),
        (("tune", "animls"), "Did you mean 'animals'?"),
        (("register", "animls"), "Did you mean 'animals'?"),
        (("predict", "animals"), "workbench register animals --stage production"),
    ],
)
def test_what_is_wrong_is_told_before_a_notebook_starts(cli, animals, folder, command, said):
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    error = cli(*command, code=2)
    assert said in error
    assert "Running" not in error
    assert not (folder / "runs").exists()


def test_each_step_names_the_next(cli, images, tmp_path):
    assert "workbench import animals FOLDER" in (made := cli("theme", "create", "animals"))
    assert "write 'theme: animals' into params.yaml" in made
    assert "Next: workbench split animals" in cli("import", "animals", images)
    cli("split", "animals")
    (tmp_path / "more").mkdir()
    Image.new("RGB", (9, 9)).save(tmp_path / "more" / "a.png")
    assert "Next: workbench train animals" in cli("import", "animals", tmp_path / "more", "--format", "images")
    cli("theme", "create", "digits")
    assert "notebooks/01_label.ipynb" in cli("import", "digits", tmp_path / "more", "--format", "images")
    assert "params.yaml" not in cli("theme", "create", "letters")


def test_an_interrupted_command_says_how_to_go_on():
    with pytest.raises(InterruptedRunError, match="The same command again"), same_command_goes_on():
        raise InterruptedRunError("The notebook was interrupted.")
    with pytest.raises(InterruptedRunError, match=r"^Predict again in the same way\.$"), same_command_goes_on():
        raise InterruptedRunError("Predict again in the same way.")


def test_an_override_that_is_none(cli, animals):
    assert "is not of the form KEY=VALUE" in cli("train", "animals", "--set", "training.num_epochs", code=2)


def test_an_unknown_notebook(cli):
    assert "There is no notebook '99_nothing'" in cli("run", "99_nothing", code=2)


def test_prepared_images_are_listed_and_cleared(cli, folder):
    kept = folder / "db" / "cache" / "input" / "0a1b-train"
    assert "Nothing is kept" in cli("cache", "list")
    kept.mkdir(parents=True)
    (kept / "pixels.bin").write_bytes(bytes(3 * 2**20))
    assert "0a1b-train" in cli("cache", "list")
    assert "3.0 MiB in all" in cli("cache", "list")
    assert cli("cache", "list", "--json")[0]["size_bytes"] == 3 * 2**20
    assert cli("cache", "clear", "--json") == {"removed": 1, "bytes": 3 * 2**20}
    assert not kept.exists()


def test_a_theme_goes_into_one_file_and_comes_back(cli, animals, tmp_path):
    cli("theme", "export", "animals", tmp_path / "animals.zip")
    assert cli("theme", "import", "copy", tmp_path / "animals.zip", "--json")["added"] == 20
    assert "--format is one of folder, csv" in cli("export", "animals", tmp_path / "out", code=2)


def test_history_tells_who_changed_what_and_how_a_theme_stood(cli, images):
    cli("theme", "create", "animals", "--label", "cat", "--label", "dog")
    before = cli("theme", "history", "animals")
    assert "Nothing has happened yet" in before
    cli("import", "animals", images, "--annotator", "ann")
    cli("split", "animals", "--annotator", "bob")
    latest = cli("theme", "history", "animals", "--limit", 3, "--json")
    assert [(row["by"], row["action"], row["from"]) for row in latest] == [("bob", "split", None)] * 3
    sample = cli("theme", "history", "animals", "--sample", "cat/3.png", "--json")
    assert [(row["by"], row["action"], row["to"]) for row in sample][-1] == ("ann", "label", "cat")
    assert cli("theme", "history", "animals", "--at", "2020-01-01T12:00", "--json")["samples"] == 0
    now = cli("theme", "history", "animals", "--at", "2100-01-01T12:00", "--json")
    assert (now["labeled"], now["labels"]["cat"]["train"]) == (20, 7)
    assert "not a time" in cli("theme", "history", "animals", "--at", "noon", code=2)
    assert "No sample" in cli("theme", "history", "animals", "--sample", "cow.png", code=2)


def test_the_history_of_a_sample_is_found_among_many_names_that_hold_its_own(sqlite_store, make_theme, add_samples):
    theme_id = make_theme(sqlite_store)
    *others, last = add_samples(sqlite_store, theme_id, range(102), size=(8, 8))
    with sqlite_store.write() as session:
        for number in others:
            session.get_one(Sample, number).name = f"old {number}/1.png"
        session.get_one(Sample, last).name = "1.png"
        delete_samples(theme_id, SampleFilter(ids=(last,)), annotator="eve", session=session)
    with sqlite_store.read() as session:
        assert [event["by"] for event in sample_events(theme_id, "1.png", 10, session)] == ["eve"]
