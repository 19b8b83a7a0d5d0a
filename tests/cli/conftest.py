"""A project on the command line: its folder, the commands, class folders of images, a theme."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from workbench.cli import main


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
