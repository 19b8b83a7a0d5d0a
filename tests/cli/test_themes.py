"""Commands on themes and their splits: what is printed, what the store holds afterwards, exit codes."""

import shutil

import pytest
from click.testing import CliRunner
from PIL import Image

from workbench.cli import main


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
            "skipped": 0,
            "train": 12,
            "valid": 4,
            "test": 4,
            "boxes": 0,
        }
    ]


def test_a_data_set_without_valid_gets_it_out_of_train(cli, animals):
    cli("split", "animals", "--ratios", 0.8, 0, 0.2)
    done = cli("split", "animals", "--valid-from-train", "--ratios", 0.6, 0.2, 0.2, "--json")
    assert (done["moved"], done["counts"]["cat"]) == (4, {"train": 6, "valid": 2, "test": 2})
    assert "Took 0 of train into valid" in cli("split", "animals", "--valid-from-train")


def test_splitting_twice_changes_nothing(cli, animals):
    told = cli("split", "animals", "--dry-run", "--json")
    assert "Nothing is written" in cli("split", "animals", "--dry-run")
    first = cli("split", "animals", "--json")
    assert told == first, "what a dry run tells is then done"
    second = cli("split", "animals", "--json")
    assert sum(second["assigned"].values()) == 0
    assert second["counts"] == first["counts"]


def test_the_table_is_readable_without_json(cli, animals):
    text = cli("theme", "show", "animals")
    assert "animals: 20 samples, 20 labeled, 0 unlabeled" in text
    assert text.splitlines()[1].split() == ["label", "train", "valid", "test", "unassigned"]


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
