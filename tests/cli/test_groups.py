"""Groups on the command line: given by names, folders or a table, listed, mended; found."""

import csv


def test_groups_are_given_listed_and_mended(cli, images, tmp_path):
    cli("theme", "create", "animals", "--label", "cat", "--label", "dog")
    report = cli("import", "animals", images, "--group-pattern", r"(\d)\.png", "--json")
    assert report["grouped"] == 20
    listed = cli("groups", "list", "animals", "--json")
    assert [(row["names"], row["samples"]) for row in listed] == [(str(number), 2) for number in range(10)]
    table = tmp_path / "patients.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([("file", "patient"), *((f"cat/{number}.png", "p1") for number in range(4))])
    assert cli("groups", "set", "animals", table, "--field", "patient", "--json") == {"changed": 4, "unchanged": 0}
    assert "'patient'" in cli("groups", "set", "animals", table, "--field", "patent", code=2)
    assert "no regular expression" in cli("groups", "set", "animals", "--pattern", "(", code=2)
    split = cli("split", "animals", "--ratios", 0.5, 0.25, 0.25, "--json")
    assert split["groups"]["number"] == 7
    assert "stay whole" in cli("split", "animals", "--dry-run")
    assert cli("groups", "set", "animals", "--level", 1, "--json")["changed"] == 20
    straddling = cli("groups", "list", "animals", "--straddling", "--json")
    assert [row["names"] for row in straddling] == ["cat", "dog"]
    assert "2 groups are in one split now" in cli("groups", "mend", "animals", "--yes")
    assert cli("groups", "list", "animals", "--straddling", "--json") == []
    found = cli("groups", "find", "animals", "--threshold", 0.5)
    assert "20 images were compared (hog, details 0.5)" in found
    assert cli("groups", "pairs", "animals", "--json") == []
    assert cli("groups", "threshold", "animals", 0.3, "--json")["threshold"] == 0.3


def test_a_table_s_column_gives_the_groups_of_what_is_imported(cli, images):
    cli("theme", "create", "animals")
    with (images / "animals.csv").open("w", newline="") as file:
        rows = [
            (f"{kind}/{number}.png", kind, f"{kind} {number % 3}") for kind in ("cat", "dog") for number in range(10)
        ]
        csv.writer(file).writerows([("file", "label", "film"), *rows])
    assert "'film'" in cli("import", "animals", images / "animals.csv", "--group-field", "fim", code=2)
    assert cli("theme", "show", "animals", "--json")["samples"] == 0
    assert cli("import", "animals", images / "animals.csv", "--group-field", "film", "--json")["grouped"] == 20
    assert len(cli("groups", "list", "animals", "--json")) == 6
