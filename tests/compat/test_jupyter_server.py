"""What is needed of jupyter_server's private parts, on the installed version."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from jupyter_server.services.kernels import websocket

from workbench.compat.jupyter_server import send_kernel_messages_at_once


def test_a_kernels_websocket_is_set_to_send_at_once_before_it_opens(monkeypatch):
    calls = []

    async def opened(self, kernel_id):
        calls.append(("open", kernel_id))

    handler = websocket.KernelWebsocketHandler
    monkeypatch.setattr(handler, "open", opened)
    monkeypatch.setattr(handler, "set_nodelay", lambda self, value: calls.append(("set_nodelay", value)))
    assert send_kernel_messages_at_once()
    with ThreadPoolExecutor(1) as pool:  # a browser test may have left a running loop in this thread
        pool.submit(asyncio.run, handler.open(handler.__new__(handler), "a kernel")).result()
    assert calls == [("set_nodelay", True), ("open", "a kernel")]


def test_without_the_handler_it_is_logged_and_the_server_starts(monkeypatch, caplog):
    monkeypatch.delattr(websocket, "KernelWebsocketHandler")
    with caplog.at_level(logging.WARNING, "workbench.compat.jupyter_server"):
        assert not send_kernel_messages_at_once()
    assert "answers of the kernel may take 40 ms longer" in caplog.text
