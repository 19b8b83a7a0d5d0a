"""Ports on loopback."""

from __future__ import annotations

import socket

from workbench.errors import WorkbenchError


def free_port() -> int:
    """Return a port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(port: int) -> None:
    """Raise WorkbenchError when something listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise port_in_use(port) from None


def port_in_use(port: int) -> WorkbenchError:
    """Make the error that a port is taken, with the way out."""
    return WorkbenchError(f"Port {port} is in use. Take another one: --port {port + 1}")
