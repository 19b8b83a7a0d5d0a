"""Progress of what runs for hours unwatched, and in a notebook."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from workbench.progress import progress_bar, progress_lines


@pytest.fixture
def notebook():
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    shell.kernel = None
    yield
    InteractiveShell.clear_instance()


def test_in_a_notebook_a_bar_is_text_and_leaves_nothing(notebook):
    with capture_output() as captured, progress_bar(1_000, "Importing") as bar:
        bar.n = 250
        bar.refresh()
    begun, quarter, ended = (captured.outputs[index].data for index in (0, -2, -1))
    assert (begun, ended) == ({"text/plain": ""}, {"text/plain": ""})
    assert quarter["text/plain"].startswith("Importing:  25%|██")
    assert (captured.stdout, captured.stderr) == ("", "")


def test_a_log_gets_a_line_after_growing_times(capsys):
    now = 0.0
    update = progress_lines(40_000, "predict", initial=1_000, clock=lambda: now)
    for _ in range(75):
        now += 1
        update(100)
    assert capsys.readouterr().out.splitlines() == [
        "predict: 2,000 of 40,000 images, 100 a second",
        "predict: 3,000 of 40,000 images, 100 a second",
        "predict: 5,000 of 40,000 images, 100 a second",
    ]
