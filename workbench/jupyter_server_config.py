"""The Jupyter server's settings for this project; `workbench lab` starts it with them.

Each answer of a kernel is a small message. By default the operating system holds it back until the one before is
confirmed (Nagle's algorithm), some 40 ms; sending at once makes that time nothing.
"""

from typing import Any


def _send_at_once() -> None:
    from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

    opened = KernelWebsocketHandler.open

    async def open_without_delay(self: Any, kernel_id: str) -> None:
        self.set_nodelay(True)
        await opened(self, kernel_id)

    KernelWebsocketHandler.open = open_without_delay  # type: ignore[method-assign]


_send_at_once()
