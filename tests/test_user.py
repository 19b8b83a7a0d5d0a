"""The name that changes are recorded with."""

import getpass

import pytest

from workbench.user import user_name


@pytest.mark.parametrize("error", [OSError("No username set in the environment"), KeyError("uid not found: 1000")])
def test_a_container_whose_user_has_no_name(monkeypatch, error):
    def nobody():
        raise error

    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert user_name() == "annotator"
    monkeypatch.setenv("JUPYTERHUB_USER", "mika")
    assert user_name() == "mika"
