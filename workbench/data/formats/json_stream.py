"""Reading the big lists of a JSON file element by element, each with the line that it begins on.

The standard decoder does the parsing; this only feeds it from a file that may be larger than memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError

_CHUNK = 2**16
_LONGEST = 2**27
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class JsonError(WorkbenchError):
    """A file that is not JSON; the message names the file and the line."""


def elements(path: Path, *, spread: Collection[str] = ()) -> Iterator[tuple[str, int, Any]]:
    """Yield `(key, line, element)` for every element of the lists in a JSON file.

    A list that is the whole file has the key `""`; in an object each member is a list whose elements are yielded, or
    another value, which is yielded as a whole. Objects named in `spread` are yielded member by member, each as a pair
    of its name and value. Raises JsonError where the file stops being JSON.
    """
    try:
        with path.open(encoding="utf-8-sig") as stream:
            yield from _Reader(path, stream, spread).document()
    except UnicodeDecodeError:
        raise JsonError(f"{path} is not UTF-8 text.") from None
    except OSError as error:
        raise JsonError(f"{path} cannot be read: {error.strerror or error}.") from None


class _Reader:
    def __init__(self, path: Path, stream: Any, spread: Collection[str]) -> None:
        self.path = path
        self.spread = spread
        self.stream = stream
        self.text = ""
        self.at = 0
        self.line = 1
        self.ended = False

    def document(self) -> Iterator[tuple[str, int, Any]]:
        if self._next() == "[":
            yield from self._list("")
        elif self._next() == "{":
            yield from self._members()
        else:
            raise self._error("a list or an object is expected")
        if self._next():
            raise self._error("there is something behind the end")

    def _members(self, within: str | None = None) -> Iterator[tuple[str, int, Any]]:
        """The members of an object; `within` is its name when they are the elements."""
        self._take("{")
        if self._next() == "}":
            self._take("}")
            return
        while True:
            self._next()
            line = self.line
            key = self._value()
            if not isinstance(key, str):
                raise self._error("the name of a member is expected")
            self._take(":")
            start = self._next()
            if within is not None:
                yield within, line, (key, self._value())
            elif start == "[":
                yield from self._list(key)
            elif start == "{" and key in self.spread:
                yield from self._members(key)
            else:
                line = self.line
                yield key, line, self._value()
            if self._next() != ",":
                self._take("}")
                return
            self._take(",")

    def _list(self, key: str) -> Iterator[tuple[str, int, Any]]:
        self._take("[")
        if self._next() == "]":
            self._take("]")
            return
        while True:
            self._next()
            line = self.line
            yield key, line, self._value()
            if self._next() != ",":
                self._take("]")
                return
            self._take(",")

    def _next(self) -> str:
        """The next character that is not space; empty at the end."""
        while True:
            end = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            self._advance(end)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._fill(_CHUNK):
                return ""

    def _take(self, character: str) -> None:
        found = self._next()
        if found != character:
            shown = f"'{found}'" if found else "the end of the file"
            raise self._error(f"'{character}' is expected, but {shown} is there")
        self._advance(self.at + 1)

    def _value(self) -> Any:
        self._next()
        size = _CHUNK
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                # Perhaps the value just goes on behind what has been read so far.
                behind = error.pos - self.at
                if not self._fill(size):
                    self._advance(self.at + behind)
                    raise self._error(error.msg) from None
            except RecursionError:
                raise self._error("it is nested too deeply") from None
            else:
                # A number at the edge may have more digits.
                if end < len(self.text) or not self._fill(size):
                    self._advance(end)
                    return value
            size *= 2

    def _advance(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def _fill(self, size: int) -> bool:
        if self.ended:
            return False
        more = self.stream.read(size)
        self.text, self.at = self.text[self.at :] + more, 0
        self.ended = not more
        if len(self.text) > _LONGEST:
            raise self._error("one element is larger than 128 million characters")
        return not self.ended

    def _error(self, what: str) -> JsonError:
        return JsonError(f"{self.path}:{self.line}: not valid JSON here: {what}. Nothing was imported.")
