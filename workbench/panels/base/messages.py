"""The messages of a panel: its browser half calls methods, many to a message; each call gets an answer or an error.

What the calls of a panel take and return is declared in the `messages` module of its folder.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from functools import partial
from typing import Any, Generic, NotRequired, TypedDict, TypeVar

import anywidget
import traitlets

from workbench.compat.ipykernel import (
    answer_without_busy,
    restore_without_cell_hooks,
    route_by_request,
    run_no_cell_hooks,
)
from workbench.errors import WorkbenchError
from workbench.notebooks import is_door
from workbench.panels.base.static_summary import StaticSummary

_log = logging.getLogger(__name__)
_VIEWS = 8


class Call(TypedDict):
    """One call of a method. `buffers` are the first of the message's buffers that are the call's, and how many."""

    id: int
    method: str
    params: NotRequired[dict[str, Any]]
    buffers: NotRequired[tuple[int, int]]


class Request(TypedDict):
    """A message from the browser. `view` tells the views of a widget apart: a kernel speaks to all of them at once."""

    view: str
    serial: int
    calls: list[Call]


class Result(TypedDict):
    """The answer to one call: its `value` and `buffers`, or the `error` in a sentence for the person at the panel."""

    id: int
    value: NotRequired[Any]
    buffers: NotRequired[tuple[int, int]]
    error: NotRequired[str]


class Response(TypedDict):
    """A message to the browser, with the `view` and `serial` of the request that it answers."""

    view: str
    serial: int
    results: list[Result]


ValueT = TypeVar("ValueT", covariant=True)
StateT = TypeVar("StateT")


@dataclass(frozen=True)
class Answer(Generic[ValueT]):
    """What a method returns: a JSON value, or a dataclass that is sent as its fields; and bytes that travel beside."""

    value: ValueT
    buffers: list[bytes] = field(default_factory=list)


Method = Callable[[Any], Answer[Any]]
"""Takes the parameters of a call. Bytes that came with it are among them, as `buffers`."""


def bind_state(state: StateT, methods: Mapping[str, Callable[[StateT, Any], Answer[Any]]]) -> dict[str, Method]:
    """Return functions of a panel's state and parameters as methods of a panel that has this state."""
    return {name: partial(method, state) for name, method in methods.items()}


class Panel(StaticSummary, anywidget.AnyWidget):
    """A widget whose browser half calls methods by name, and whose kernel half answers."""

    # Whether the panel was opened by a link, and has the window to itself.
    door = traitlets.Bool(False).tag(sync=True)
    # In pixels; 0 takes the window's.
    height = traitlets.Int(0).tag(sync=True)
    # How far a change of many samples is whose answer the browser waits for; see `long_changes`.
    progress = traitlets.Unicode().tag(sync=True)

    def __init__(self, methods: Mapping[str, Method], **traits: Any) -> None:
        self._methods = methods
        self._answering = threading.Lock()
        self._answered: dict[str, dict[int, tuple[Result, list[bytes]]]] = {}
        super().__init__(door=is_door(), **traits)
        route_by_request(self.comm)
        run_no_cell_hooks(self.comm)
        restore_without_cell_hooks()
        answer_without_busy(self.comm)

    def _handle_custom_msg(self, content: Any, buffers: Sequence[memoryview]) -> None:
        """Answer a message; ipywidgets calls this with each that comes from the browser."""
        if not isinstance(content, dict) or not isinstance(content.get("calls"), list):
            return
        # While a cell runs, messages arrive in a thread of their own; one at a time keeps what they do in order.
        with self._answering:
            view = str(content.get("view"))
            results, outgoing = self._answer_once(view, content["calls"], buffers)
            self.send(Response(view=view, serial=content.get("serial", 0), results=results), outgoing)

    def _answer_once(
        self, view: str, calls: Sequence[Call], buffers: Sequence[memoryview]
    ) -> tuple[list[Result], list[bytes]]:
        """Answer calls, those that were sent twice because an answer took long with the answer they had.

        What is sent twice was in the message before. Call 0 repeats itself by design and knows its entries by a key.
        """
        before = self._answered.pop(view, {})
        results: list[Result] = []
        outgoing: list[bytes] = []
        answered: dict[int, tuple[Result, list[bytes]]] = {}
        for call in calls:
            number = call.get("id", 0)
            if number in before:
                result, content = before[number]
            else:
                (result,), content = answer_calls(self._methods, [call], buffers)
            if number:
                answered[number] = (result, content)
            if "buffers" in result:
                result = {**result, "buffers": (len(outgoing), len(content))}
            results.append(result)
            outgoing += content
        self._answered[view] = answered
        while len(self._answered) > _VIEWS:
            del self._answered[next(iter(self._answered))]
        return results, outgoing


def answer_calls(
    methods: Mapping[str, Method], calls: Sequence[Call], buffers: Sequence[memoryview]
) -> tuple[list[Result], list[bytes]]:
    """Run calls in their order; one that fails does not keep the others from being answered."""
    results: list[Result] = []
    outgoing: list[bytes] = []
    for call in calls:
        try:
            answer = methods[call["method"]](_params(call, buffers))
        except WorkbenchError as error:
            results.append({"id": call.get("id", 0), "error": str(error)})
        except Exception as error:
            _log.exception("The call %r of a panel failed", call.get("method"))
            words = f"This did not work ({type(error).__name__}: {error}). The kernel's log has the details."
            results.append({"id": call.get("id", 0), "error": words})
        else:
            span = (len(outgoing), len(answer.buffers))
            results.append({"id": call.get("id", 0), "value": _json(answer.value), "buffers": span})
            outgoing += answer.buffers
    return results, outgoing


def _params(call: Call, buffers: Sequence[memoryview]) -> dict[str, Any]:
    params = call.get("params") or {}
    first, count = call.get("buffers", (0, 0))
    return {**params, "buffers": buffers[first : first + count]} if count else params


def _json(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
