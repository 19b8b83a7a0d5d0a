"""The theme of notebooks and panels that are told none."""

import pytest

from workbench.errors import NotFoundError
from workbench.store import open_store
from workbench.store.themes import create_theme
from workbench.training.plan import default_theme


def test_it_is_the_one_that_params_names_and_exists(project):
    with pytest.raises(NotFoundError, match="no themes yet"):
        default_theme(project=project)
    store = open_store(project)
    for name in ("blood", "digits"):
        if name == "digits":
            with pytest.raises(NotFoundError, match=r"no theme 'digits', which params.yaml names. Known: blood"):
                default_theme(project=project)
        with store.write() as session:
            create_theme(name, session=session)
    assert default_theme(project=project) == "digits"
