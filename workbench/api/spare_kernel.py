"""A kernel that has the panels loaded before somebody comes: most of what a visitor would wait for."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import Any

_log = logging.getLogger(__name__)
# What a kernel is told of the door, whoever the visitor is.
_ABOUT_DOOR = ("SERVER_SOFTWARE", "VOILA_BASE_URL", "VOILA_SERVER_URL", "VOILA_PREHEAT")
_LOADING = """
from workbench import BoxPanel, LabelPanel, PredictionPanel, present_theme, record_result
from workbench.store import open_store
open_store().close()
"""
_LOADED_WITHIN_S = 60


class SpareKernel:
    """One kernel that waits for the next visitor."""

    def __init__(self, kernels: Any) -> None:
        self._kernels = kernels
        self._starting: asyncio.Task[str | None] | None = None
        self._alike: tuple[str, str] | None = None

    def prepare(self, *, kernel_name: str, path: str, env: Mapping[str, str]) -> None:
        """Start a kernel beside what else happens, unless one like it waits already."""
        if self._starting is not None and self._alike == (kernel_name, path):
            return
        about = {name: env[name] for name in _ABOUT_DOOR if name in env}
        self._alike = (kernel_name, path)
        self._starting = asyncio.ensure_future(self._start(kernel_name, path, {**os.environ, **about}))

    async def take(self, *, kernel_name: str, path: str) -> str | None:
        """Return the id of the kernel that waits, once it has the panels loaded; None where there is none like it."""
        if self._starting is None or self._alike != (kernel_name, path):
            return None
        starting, self._starting = self._starting, None
        kernel_id = await starting
        return kernel_id if kernel_id is not None and kernel_id in self._kernels else None

    async def _start(self, kernel_name: str, path: str, env: dict[str, str]) -> str | None:
        try:
            kernel_id: str = await self._kernels.start_kernel(kernel_name=kernel_name, path=path, env=env)
        except Exception:
            # The visitor's own start says what is wrong.
            _log.debug("No kernel could be started ahead of the next visitor", exc_info=True)
            return None
        await self._load(kernel_id)
        return kernel_id

    async def _load(self, kernel_id: str) -> None:
        client = self._kernels.get_kernel(kernel_id).client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=_LOADED_WITHIN_S)
            await client.execute_interactive(
                _LOADING,
                silent=True,
                store_history=False,
                allow_stdin=False,
                timeout=_LOADED_WITHIN_S,
                output_hook=lambda _: None,
            )
        except Exception:
            # It serves all the same, only later.
            _log.debug("The kernel ahead of the next visitor did not load the panels", exc_info=True)
        finally:
            client.stop_channels()
