"""Every public name of the face has an example in its docstring, and each of them runs as it is printed."""

import doctest
import importlib
from types import SimpleNamespace

import pytest

import workbench as wb

WITHOUT_MODEL = ("base", "theme", "labels", "query", "sample", "table", "groups", "records", "state_diff", "work")
WITH_MODEL = ("model", "opening", "results", "torch_data", "torch_dataset")
BEHIND = {
    "results": ("workbench.training.result", "workbench.tuning.results"),
    "opening": ("workbench.registry.rescoring", "workbench.registry.test_meter"),
}
"""Where what a class of the face inherits has its examples."""

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("module", WITHOUT_MODEL)
def test_the_examples_of_the_docstrings_hold(theme, module):
    if module == "state_diff":
        theme.tag("before cleaning")
        theme.samples(name="red_1*").label("white")
    run_examples(f"workbench.theme.{module}", {"wb": wb, "theme": theme})


@pytest.mark.parametrize("module", WITH_MODEL)
def test_the_examples_of_what_comes_out_of_a_training_hold(trained, trained_template, module):
    given = {"wb": wb, "theme": trained}
    if module == "model":
        given["result"] = SimpleNamespace(run_id=trained_template[1])
        wb.register("cells", trained.train().run_id, "staging")
    if module == "results":
        given |= {"result": wb.train("cells"), "tuned": wb.tune("cells")}
    for each in (f"workbench.theme.{module}", *BEHIND.get(module, ())):
        run_examples(each, given)


def run_examples(module, given):
    found = doctest.DocTestFinder().find(importlib.import_module(module), globs=given)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    told = []
    for example in found:
        runner.run(example, out=told.append)
    assert not told, "".join(told)
    assert runner.summarize(verbose=False).attempted


def test_every_other_public_name_has_an_example_that_holds(trained):
    of_the_face = {"train", "resume", "reproduce", "tune", "__version__"}
    told = []
    for name in wb.__all__:
        public = getattr(wb, name)
        if name in of_the_face or public.__module__.startswith("workbench.theme"):
            continue
        (example,) = doctest.DocTestFinder(recurse=False).find(public, name, globs={"wb": wb})
        assert example.examples, f"{name} has no example"
        doctest.DocTestRunner(optionflags=FLAGS).run(example, out=told.append)
    assert not told, "".join(told)
