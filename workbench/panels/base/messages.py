"""The kernel half of a panel's conversation: calls come many to a message, each gets an answer or a plain refusal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import anywidget

from workbench.compat.ipykernel import answer_without_busy, route_by_request
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
        route_by_request(self.comm)
        answer_without_busy(self.comm)
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
