"""What is needed of optuna-dashboard's own files, in the installed version."""

import gzip

import pytest

from workbench.compat import optuna_dashboard
from workbench.compat.optuna_dashboard import page_below, program_below

PREFIX = "/user/mika/proxy/8080"


@pytest.fixture(autouse=True)
def _fresh_programs():
    program_below.cache_clear()
    yield
    program_below.cache_clear()


def test_the_installed_page_and_program_have_every_address_below_the_prefix():
    assert f'src="{PREFIX}/static/bundle.js"' in page_below(PREFIX).decode()
    program = gzip.decompress(program_below(PREFIX)).decode()
    assert f'url_prefix:"{PREFIX}/dashboard"' in program
    assert "fetch(`${this.baseURL}/api" not in program
    assert "`/csv/" not in program


@pytest.mark.parametrize("gone", ["index.html", "bundle.js"])
def test_a_version_with_other_files_says_how_to_see_it_all_the_same(monkeypatch, gone):
    read = optuna_dashboard._read
    monkeypatch.setattr(optuna_dashboard, "_read", lambda *names: "" if names[-1] == gone else read(*names))
    page = page_below(PREFIX).decode()
    assert "workbench dashboard" in page
    assert "<script" not in page
