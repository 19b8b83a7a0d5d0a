"""Importing, exporting and the cache from a user's side."""

import shutil

from click.testing import CliRunner

from workbench.cli import main


def test_importing_twice_adds_nothing(cli, animals, images):
    report = cli("import", "animals", images, "--json")
    assert (report["added"], report["duplicates"]) == (0, 20)


def test_a_corrupt_file_is_reported_and_the_rest_imported(cli, images):
    (images / "cat" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    cli("theme", "create", "animals", "--label", "cat", "--label", "dog")
    report = cli("import", "animals", images, "--json")
    assert report["added"] == 20
    assert [entry["path"].endswith("broken.png") for entry in report["rejected"]] == [True]
    assert report["rejected"][0]["reason"]


def test_an_empty_folder(cli, animals, tmp_path):
    (tmp_path / "empty").mkdir()
    message = cli("import", "animals", tmp_path / "empty", code=2)
    assert str(tmp_path / "empty") in message


def test_one_is_told_in_the_singular(cli, images, tmp_path):
    (tmp_path / "one").mkdir()
    shutil.copy(next(images.glob("*/*.png")), tmp_path / "one" / "a.png")
    (tmp_path / "one" / "b.png").write_text("no image")
    assert "with 1 label." in cli("theme", "create", "pets", "--label", "cat")
    said = cli("import", "pets", tmp_path / "one")
    assert "Added 1 image to 'pets'; 0 were there already.\n1 was left out (1 image or file):" in said
    assert "Added 0 images to 'pets'; 1 was there already." in cli("import", "pets", tmp_path / "one")


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


def test_a_dry_run_shows_what_would_come_and_writes_nothing(cli, tmp_path, draw_image):
    for number, name in enumerate(["train/cat/a.png", "test/dog/b.png"]):
        (tmp_path / "pets" / name).parent.mkdir(parents=True)
        (tmp_path / "pets" / name).write_bytes(draw_image(number))
    cli("theme", "create", "dry")

    said = cli("import", "dry", tmp_path / "pets", "--dry-run")

    assert "Read as folder (2 images in folders of 2 labels). Otherwise: --format images (2 images without" in said
    assert "2 images, 0 boxes." in said
    assert "Labels: cat 1, dog 1\nSplits: test 1, train 1\n" in said
    assert "train/cat/a.png" in said
    assert "Added 2 images to 'dry'" in cli("import", "dry", tmp_path / "pets")


def test_what_was_left_out_is_counted_by_its_kind(cli, tmp_path, draw_image):
    pets = tmp_path / "pets"
    pets.mkdir()
    (pets / "a.png").write_bytes(draw_image(1))
    rows = ["file,label,x,y,width,height", "a.png,cat,1,1,5,5", "a.png,cat,1,top,5,5", "a.png,cat,90000,1,5,5"]
    (pets / "boxes.csv").write_text("\n".join([*rows, "gone.png,cat,1,1,5,5"]))
    cli("theme", "create", "boxed", "--task", "boxes", "--label", "cat")
    said = cli("import", "boxed", pets)
    assert "3 were left out (1 image or file, 2 boxes):\n" in said
    report = cli("import", "boxed", pets, "--json", code=0)
    assert sorted(entry["part"] for entry in report["rejected"]) == ["box", "box", "image"]


def test_an_import_that_refused_everything_exits_with_1_and_lists_it(cli, folder, tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.png").write_text("no image")
    cli("theme", "create", "bad")
    done = CliRunner().invoke(main, ["import", "bad", str(tmp_path / "bad")])
    assert (done.exit_code, "1 was left out" in done.stdout) == (1, True)
    (listed,) = (folder / "runs/imports").iterdir()
    assert listed.read_text().startswith("a.png\t")
    assert f"All of it: {listed}" in done.stdout
