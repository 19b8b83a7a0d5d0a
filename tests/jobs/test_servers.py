"""Servers that live as long as the process that asked for them."""

import sys

import pytest

from workbench.errors import WorkbenchError
from workbench.jobs.servers import serve

TALKING = (
    "import http.server, sys; sys.stderr.write('word ' * 50_000); "
    "http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"
)


def test_one_that_says_much_goes_on_and_is_not_started_twice(project):
    def command(port):
        return [sys.executable, "-c", TALKING, str(port)]

    server = serve("talking", project, command)
    assert server.process.poll() is None
    assert serve("talking", project, command) is server
    server.stop()
    server.process.wait(60)
    other = serve("talking", project, command)
    assert other is not server
    other.stop()
    other.process.wait(60)


def test_one_that_ends_at_once_is_an_error_with_its_last_words(project):
    with pytest.raises(WorkbenchError, match="The broken server ended at once: no such disk"):
        serve("broken", project, lambda port: [sys.executable, "-c", "raise SystemExit('no such disk')"])
