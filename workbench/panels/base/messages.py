"""The kernel half of a panel's conversation: calls come many to a message, each gets an answer or a plain refusal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import anywidget

from workbench.errors import WorkbenchError
from workbench.panels.base.static_form import StaticForm

_log = logging.getLogger(__name__)
_VIEWS = 8


@dataclass(frozen=True)
class Answer:
    """What a call returns: a JSON value, and bytes that travel beside it."""

    value: Any
    buffers: list[bytes] = field(default_factory=list)


Method = Callable[[dict[str, Any], Sequence[memoryview]], Answer]
"""Takes the parameters of a call and the buffers that came with it."""
DeskT = TypeVar("DeskT")


def bound(
    desk: DeskT, methods: Mapping[str, Callable[[DeskT, dict[str, Any], Sequence[memoryview]], Answer]]
) -> dict[str, Method]:
    """Return calls that take a desk as a panel takes them, with their desk."""

    def bind(method: Callable[[DeskT, dict[str, Any], Sequence[memoryview]], Answer]) -> Method:
        return lambda params, buffers: method(desk, params, buffers)

    return {name: bind(method) for name, method in methods.items()}


class CallPanel(StaticForm, anywidget.AnyWidget):
    """A widget whose browser half asks and whose kernel half answers.

    A message is `{view, serial, calls: [{id, method, params, buffers: [first, count]}]}`; the answer repeats `view` and
    `serial` and holds `results: [{id, value, buffers} | {id, error}]`. The browser tells its own answers by `view`:
    a kernel speaks to every view of a widget at once.
    """

    def __init__(self, methods: Mapping[str, Method], **traits: Any) -> None:
        self._methods = methods
        self._turn = threading.Lock()
        self._answered: dict[str, dict[int, tuple[Any, list[bytes]]]] = {}
        super().__init__(**traits)
        hear_the_browser(self.comm)
        answer_quietly(self.comm)
        self.on_msg(self._on_message)

    def _on_message(self, _widget: object, content: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        calls = content.get("calls")
        if not isinstance(calls, list):
            return
        # While a cell runs, messages arrive in a thread of their own; one at a time keeps acts in their order.
        with self._turn:
            view = str(content.get("view"))
            results, outgoing = self._answer_once(view, calls, buffers)
            self.send({"view": view, "serial": content.get("serial"), "results": results}, outgoing)

    def _answer_once(
        self, view: str, calls: Sequence[dict[str, Any]], buffers: Sequence[memoryview]
    ) -> tuple[list[dict[str, Any]], list[bytes]]:
        """Answer calls, those that were sent again because an answer took long with the answer they had.

        What is sent again was in the message before. Call 0 repeats itself by design and knows its acts by a key.
        """
        before = self._answered.pop(view, {})
        results: list[dict[str, Any]] = []
        outgoing: list[bytes] = []
        answered: dict[int, tuple[Any, list[bytes]]] = {}
        for call in calls:
            number = call.get("id", 0)
            if number in before:
                result, bytes_ = before[number]
            else:
                (result,), bytes_ = answer_calls(self._methods, [call], buffers)
            if number:
                answered[number] = (result, bytes_)
            if "buffers" in result:
                result = {**result, "buffers": [len(outgoing), len(bytes_)]}
            results.append(result)
            outgoing += bytes_
        self._answered[view] = answered
        while len(self._answered) > _VIEWS:
            del self._answered[next(iter(self._answered))]
        return results, outgoing


def hear_the_browser(comm: Any) -> None:
    """Let messages on a widget's comm run where the browser wants them to: in the thread JupyterLab keeps for widgets.

    ipykernel 7.4 sends them instead to wherever the kernel last spoke on the comm. A cell speaks when it makes the
    widget, so that from then on every question would wait for the cells, until one was answered between two of them.
    Other versions go by the message itself, and nothing is changed there.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, wanted: wanted


def answer_quietly(comm: Any) -> None:
    """Let the kernel not call itself busy while it answers what a widget's browser half asks.

    At "busy", and at the "idle" that ends it, JupyterLab draws the notebook's toolbar anew and measures every button of
    it: 6 ms of the page for each key that labels. "idle" is still said, it tells the page that a message is dealt with.
    """
    kernel: Any = getattr(comm, "kernel", None)
    if not hasattr(kernel, "_publish_status") or not hasattr(kernel, "get_parent"):
        return
    quiet = getattr(kernel, "_workbench_comms", None)
    if quiet is None:
        quiet = kernel._workbench_comms = set()
        kernel._publish_status = partial(_publish_status, kernel, kernel._publish_status)
    quiet.add(comm.comm_id)


def _publish_status(kernel: Any, publish: Callable[..., None], status: str, channel: str, parent: Any = None) -> None:
    content = (parent or kernel.get_parent(channel) or {}).get("content") or {}
    asks = content.get("comm_id") in kernel._workbench_comms and content.get("data", {}).get("method") == "custom"
    if not (status == "busy" and asks):
        publish(status, channel, parent)


def answer_calls(
    methods: Mapping[str, Method], calls: Sequence[dict[str, Any]], buffers: Sequence[memoryview]
) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Run calls in their order; one that fails does not keep the others from being answered."""
    results: list[dict[str, Any]] = []
    outgoing: list[bytes] = []
    for call in calls:
        first, count = call.get("buffers", (0, 0))
        try:
            answer = methods[call["method"]](call.get("params") or {}, buffers[first : first + count])
        except WorkbenchError as error:
            results.append({"id": call.get("id"), "error": str(error)})
        except Exception as error:
            _log.exception("The call %r of a panel failed", call.get("method"))
            said = f"This did not work ({type(error).__name__}: {error}). The kernel's log has the details."
            results.append({"id": call.get("id"), "error": said})
        else:
            place = [len(outgoing), len(answer.buffers)]
            results.append({"id": call.get("id"), "value": answer.value, "buffers": place})
            outgoing += answer.buffers
    return results, outgoing
