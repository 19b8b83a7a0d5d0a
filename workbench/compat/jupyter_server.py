"""jupyter_server's private part: the handler of the kernel's websocket, which nothing public reaches.

Tried on jupyter_server 2.21. Where the handler is gone, the panels work all the same: each answer of the kernel may
then take some 40 ms longer, and the log says so.
"""

from __future__ import annotations

import logging
from typing import Any

_log = logging.getLogger(__name__)


def send_kernel_messages_at_once() -> bool:
    """Let the server send each message of a kernel to the browser without waiting; return whether it will.

    Each answer of a kernel is a small message. By default the operating system holds it back until the one before is
    confirmed (Nagle's algorithm), some 40 ms.
    """
    handler: Any = _handler()
    if not hasattr(handler, "open") or not hasattr(handler, "set_nodelay"):
        _log.warning(
            "jupyter_server %s has no KernelWebsocketHandler.set_nodelay: answers of the kernel may take 40 ms longer.",
            _version(),
        )
        return False
    opened = handler.open

    async def open_without_delay(self: Any, kernel_id: str) -> None:
        self.set_nodelay(True)
        await opened(self, kernel_id)

    handler.open = open_without_delay
    return True


def _handler() -> type | None:
    try:
        from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
    except ImportError:
        return None
    return KernelWebsocketHandler


def _version() -> str:
    from jupyter_server import __version__

    return str(__version__)
