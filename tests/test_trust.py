"""A project from elsewhere runs no code of its files until somebody has trusted it."""

import pytest

from workbench import predict
from workbench.errors import NotTrustedError
from workbench.trust import foreign_because, mark_foreign


def test_a_model_of_a_known_network_answers_and_nothing_in_its_folder_is_run(shades):
    run_id = shades.log_run(network="ResNet18")
    for file in shades.project.artifacts.rglob("model_from_code.py"):
        file.write_text("raise SystemExit('code of the model ran')")
    mark_foreign(shades.project, "was restored from monday.zip")
    assert predict("shades", model=run_id, source="all").predicted > 0
    with pytest.raises(NotTrustedError, match="The model v1 of 'shades' would run code"):
        predict("shades", model=1, source="all")


def test_what_cannot_be_read_is_not_trusted(project):
    assert foreign_because(project) is None
    mark_foreign(project, "was restored from monday.zip")
    (project.db / "from_elsewhere.json").write_text("{")
    assert foreign_because(project) == "came from elsewhere"
