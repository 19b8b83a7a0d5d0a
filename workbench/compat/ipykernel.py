"""ipykernel's private parts: where a comm's messages run, what runs after them, when the kernel calls itself busy.

Read in ipykernel 6.31, 7.1, 7.2 and 7.3, run on 7.4. Where a part is gone the panels work all the same: their answers
may then wait for running cells, or the notebook's toolbar is drawn with each of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from comm import get_comm_manager

_log = logging.getLogger(__name__)
_WITHOUT_REPLY_ROUTES = ("6.", "7.0", "7.1", "7.2", "7.3")
_CONTROL = "jupyter.widget.control"


def route_by_request(comm: Any) -> None:
    """Let messages on a widget's comm run where the browser wants them to: in the thread JupyterLab keeps for widgets.

    ipykernel 7.4 sends them instead to wherever the kernel last spoke on the comm. A cell speaks when it makes the
    widget, so that from then on every question would wait for the cells, until one was answered between two of them.
    Earlier versions go by the message itself, and nothing is changed there.

    After a restart that another tab or a program asked for, JupyterLab names the thread of the kernel before, and what
    it says there is lost. The widgets then get a new thread.
    """
    kernel = getattr(comm, "kernel", None)
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, wanted: _living_thread(kernel, wanted)
    elif kernel is not None and not _version().startswith(_WITHOUT_REPLY_ROUTES):
        _log.info(
            "ipykernel %s has no Comm._reply_subshell_for: what a panel asks may wait for running cells.", _version()
        )


def _living_thread(kernel: Any, wanted: str | None) -> str | None:
    """Return the subshell to answer in: the wanted one if the kernel has it, else one of our own.

    The kernel asks in the thread that may make subshells.
    """
    manager: Any = getattr(getattr(kernel, "shell_channel_thread", None), "manager", None)
    if wanted is None or not hasattr(manager, "list_subshell") or not hasattr(manager, "_create_subshell"):
        return wanted
    living = manager.list_subshell()
    if wanted in living:
        return wanted
    if getattr(kernel, "_workbench_subshell", None) not in living:
        kernel._workbench_subshell = manager._create_subshell()
    return str(kernel._workbench_subshell)


def run_no_cell_hooks(comm: Any) -> None:
    """Let a widget's messages run without what IPython runs around cells: they are answered while one is running.

    Around each message `comm` triggers `pre_execute` and `post_execute`. At the latter matplotlib's inline backend
    shows and closes every open figure, also the one that a cell is still drawing.
    """
    if not hasattr(comm, "handle_msg") or not hasattr(comm, "_msg_callback"):
        _log.info("comm has no BaseComm._msg_callback: a panel may show figures before their cell has drawn them.")
        return

    def handle_msg(message: dict[str, Any]) -> None:
        if comm._msg_callback:
            comm._msg_callback(message)

    comm.handle_msg = handle_msg


def restore_without_cell_hooks() -> None:
    """Let a page that asks for the state of all widgets, after a reload or in a second tab, be answered like a panel.

    Such a page opens a comm of ipywidgets' own, and asks in a thread beside the cells.
    """
    manager: Any = get_comm_manager()
    opened = getattr(manager, "targets", {}).get(_CONTROL)
    if opened is None or getattr(opened, "__module__", None) == __name__:
        return

    def open_control(comm: Any, message: dict[str, Any]) -> None:
        run_no_cell_hooks(comm)
        opened(comm, message)

    manager.register_target(_CONTROL, open_control)


def answer_without_busy(comm: Any) -> None:
    """Let the kernel not call itself busy while it answers what a widget's browser half asks.

    At "busy", and at the "idle" that ends it, JupyterLab draws the notebook's toolbar and measures every button of it:
    6 ms of the page for each key that labels. "idle" is still said, it tells the page that a message is dealt with.
    """
    kernel: Any = getattr(comm, "kernel", None)
    if kernel is None:
        return
    if not hasattr(kernel, "_publish_status") or not hasattr(kernel, "get_parent"):
        _log.info("ipykernel %s has no Kernel._publish_status: each key calls the kernel busy.", _version())
        return
    quiet = getattr(kernel, "_workbench_comms", None)
    if quiet is None:
        quiet = kernel._workbench_comms = set()
        kernel._publish_status = partial(_publish_status, kernel, kernel._publish_status)
    quiet.add(comm.comm_id)


def may_ask_for_input(kernel: Any) -> bool:
    """Say whether the present cell's kernel may ask for input, which batch runners do not allow; True when unknown."""
    return bool(getattr(kernel, "_allow_stdin", True))


def _publish_status(kernel: Any, publish: Callable[..., None], status: str, channel: str, parent: Any = None) -> None:
    content = (parent or kernel.get_parent(channel) or {}).get("content")
    # Of a message for a thread that is gone (JupyterLab names the one of before a restart) the content is bytes.
    if not isinstance(content, dict):
        publish(status, channel, parent)
        return
    asks = content.get("comm_id") in kernel._workbench_comms and content.get("data", {}).get("method") == "custom"
    if not (status == "busy" and asks):
        publish(status, channel, parent)


def _version() -> str:
    from ipykernel import __version__

    return str(__version__)
