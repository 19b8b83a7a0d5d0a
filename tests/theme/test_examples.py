"""Every public name of the face has an example in its docstring, and each of them runs as it is printed."""

import doctest
import importlib
from types import SimpleNamespace

import pytest

import workbench as wb

WITHOUT_MODEL = ("theme", "labels", "query", "sample", "table", "records", "work")
WITH_MODEL = ("model", "opening", "results")


@pytest.mark.parametrize("module", WITHOUT_MODEL)
def test_the_examples_of_the_docstrings_hold(theme, module):
    run_examples(f"workbench.theme.{module}", {"wb": wb, "theme": theme})


@pytest.mark.parametrize("module", WITH_MODEL)
def test_the_examples_of_what_comes_out_of_a_training_hold(trained, trained_template, module):
    given = {"wb": wb, "theme": trained}
    if module == "model":
        given["result"] = SimpleNamespace(run_id=trained_template[1])
        wb.register("cells", trained.train().run_id, "staging")
    if module == "results":
        given |= {"result": wb.train("cells"), "tuned": wb.tune("cells")}
    run_examples(f"workbench.theme.{module}", given)


def run_examples(module, given):
    found = doctest.DocTestFinder().find(importlib.import_module(module), globs=given)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    told = []
    for example in found:
        runner.run(example, out=told.append)
    assert not told, "".join(told)
    assert runner.summarize(verbose=False).attempted
