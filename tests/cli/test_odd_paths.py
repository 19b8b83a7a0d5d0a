"""Paths, names and addresses that cannot be what they are given for: refused in a sentence, with exit code 2."""

import os

import pytest
from click.testing import CliRunner

from workbench.cli import main


@pytest.fixture
def refused(cli, animals):
    """`refused(*arguments)` runs a command that must fail in a sentence, and returns that."""

    def run(*arguments, **environment):
        result = CliRunner().invoke(main, [str(each) for each in arguments], env=environment)
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == 2
        return result.stderr

    return run


def test_what_is_no_file_is_not_read(refused, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in ("/dev/zero", pipe, "x" * 300):
        for command in (
            ("import", "animals", path),
            ("import", "new", path, "--format", "workbench"),
            ("db", "restore", path),
            ("groups", "set", "animals", path),
        ):
            assert str(path)[:20] in refused(*command)
    assert "Input/output error" in refused("groups", "set", "animals", "/proc/self/mem")


def test_nothing_is_written_to_an_address_as_if_it_were_a_folder(refused):
    for command in (
        ("db", "backup", "s3://bucket/b.zip"),
        ("export", "animals", "s3://bucket/x", "--format", "folder"),
    ):
        assert "is an address" in refused(*command)
    assert not os.path.exists("s3:")


def test_what_is_no_port(refused):
    for command in ("lab", "label", "dashboard", "mlflow"):
        for port in ("-1", "0", "65536", "x"):
            assert "Invalid value for '--port'" in refused(command, "--port", port)


def test_a_link_to_itself_beside_images_is_told(cli, images):
    (images / "again.png").symlink_to("again.png")
    cli("theme", "create", "pets")
    report = cli("import", "pets", images, "--format", "images", "--json")
    assert report["added"] == 20
    assert [rejection["reason"] for rejection in report["rejected"]] == [
        "cannot be read: Too many levels of symbolic links"
    ]


def test_a_name_that_is_no_text_and_a_database_whose_name_is_too_long(refused):
    assert "'\\udcff' is no text that can be stored" in refused("theme", "show", "--", "\udcff")
    assert "unable to open" in refused("theme", "list", WORKBENCH_DATABASE_URL="sqlite:///" + "a" * 400)
