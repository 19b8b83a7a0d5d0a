"""Every public name of the face has an example in its docstring, and each of them runs as it is printed."""

import doctest
import importlib

import pytest

import workbench as wb

MODULES = ("theme", "labels", "query", "sample", "table", "opening", "records", "work")


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_the_docstrings_hold(theme, module):
    found = doctest.DocTestFinder().find(
        importlib.import_module(f"workbench.theme.{module}"), globs={"wb": wb, "theme": theme}
    )
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    told = []
    for example in found:
        runner.run(example, out=told.append)
    assert not told, "".join(told)
    assert runner.summarize(verbose=False).attempted
