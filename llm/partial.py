"""Reads JSON while it is being written: tells each element of a top-level list as soon as it is complete."""

import json
from typing import Any


class PartialReader:
    """Feed it text as it comes; it gives (key, value) for complete elements of lists and for complete plain values at
    the top level of the object. Text around the object (prose, code fences) is passed over. Never raises."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.stack: list[str] = []
        self.key: str | None = None
        self.start: int | None = None
        self.string_start: int | None = None
        self.in_string = self.escaped = False
        self.at = 0
        self.said: list[tuple[str, Any]] = []

    def feed(self, piece: str) -> list[tuple[str, Any]]:
        """What became complete by `piece`."""
        self.said = []
        for char in piece:
            self.text.append(char)
            self._step(char)
            self.at += 1
        return self.said

    def whole(self) -> str:
        return "".join(self.text)

    def _step(self, char: str) -> None:
        if self.in_string:
            self._in_string(char)
        elif char == '"' and self.stack:
            self.in_string, self.string_start = True, self.at
        elif char in "{[":
            if self.stack or char == "{":
                if len(self.stack) == 2 and self.stack[1] == "[":
                    self.start = self.at
                self.stack.append(char)
        elif char in "}]" and self.stack:
            self.stack.pop()
            if len(self.stack) == 2 and self.stack[1] == "[" and self.start is not None:
                self._say("".join(self.text[self.start :]))
                self.start = None

    def _in_string(self, char: str) -> None:
        if self.escaped:
            self.escaped = False
        elif char == "\\":
            self.escaped = True
        elif char == '"':
            self.in_string = False
            if len(self.stack) == 1 and self.string_start is not None:
                self._top_string("".join(self.text[self.string_start :]))

    def _top_string(self, written: str) -> None:
        """A string at the top level is a key, or the value of the key before it."""
        before = "".join(self.text[: self.string_start]).rstrip()
        if before.endswith(":") and self.key is not None:
            self._say(written)
        else:
            self.key = _loaded(written) if isinstance(_loaded(written), str) else None

    def _say(self, written: str) -> None:
        value = _loaded(written)
        if value is not None and self.key is not None:
            self.said.append((self.key, value))


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def object_in(text: str, key: str = "nodes", of: type = list) -> dict[str, Any] | None:
    """The JSON object that is the answer in `text`, whatever stands around it: the first whole one that has `key` with a
    value of this type, after what a model was thinking; else the first with several keys."""
    thought = text.rfind("</think>")
    decoder = json.JSONDecoder()
    at = text.find("{", thought + 1)
    other: dict[str, Any] | None = None
    tries = 0
    while at >= 0 and tries < 50:
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            found, end = None, at + 1
        if isinstance(found, dict) and isinstance(found.get(key), of):
            return found
        if isinstance(found, dict) and len(found) > 1:
            other = other or found
        at, tries = text.find("{", end if isinstance(found, dict) else at + 1), tries + 1
    return other
