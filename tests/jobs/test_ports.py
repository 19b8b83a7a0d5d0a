"""Ports on loopback."""

import socket

import pytest

from workbench.errors import WorkbenchError
from workbench.jobs.ports import free_port, require_free


def test_a_taken_port_is_refused_with_the_next_one_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkbenchError, match=f"--port {port + 1}"):
            require_free(port)
        assert free_port() != port
