"""Recorded answers: what comes back for asks and actions in virtual time (answers.jsonl, CONTRACTS section 4)."""

from collections import deque
from collections.abc import Iterable
from typing import Any

import msgspec

from engine.clock import parse_time
from engine.effect import Effect
from nodes.kit.duration import parse_duration
from nodes.kit.effect import Answer

Pattern = tuple[str, str | None, int | None]


class AnswerLine(msgspec.Struct):
    """One line. It agrees with an effect of `node`, where given of `device` and of an event at `time` (ms); the answer
    comes `after` ms. It may be taken `uses` times (None: again and again)."""

    node: str
    answer: Answer
    device: str | None = None
    time: int | None = None
    after: int = 0
    uses: int | None = 1


def read_answer(row: Any, *, start: int | None = None) -> AnswerLine:
    """A line from its JSON. With `start`, `time` may be an offset such as "5m". Raises ValueError saying what is
    wrong."""
    if not isinstance(row, dict):
        raise ValueError("not an object")
    node, device, error = row.get("node"), row.get("device"), row.get("error")
    if not isinstance(node, str):
        raise ValueError("`node` is missing")
    if device is not None and not isinstance(device, str):
        raise ValueError("`device` is not a text")
    if ("answer" in row) == ("error" in row):
        raise ValueError("exactly one of `answer` and `error` is wanted")
    if "error" in row and not isinstance(error, str):
        raise ValueError("`error` is not a text")
    detail = row.get("detail", "")
    answer = Answer(value=row.get("answer"), error=error, detail=detail if isinstance(detail, str) else "")
    after = parse_duration(row.get("after", "0s"))
    return AnswerLine(node, answer, device, _time(row.get("time"), start), after, _uses(row.get("repeat", False)))


def _uses(repeat: Any) -> int | None:
    """`true`: for ever; a number: that many times; absent or `false`: once."""
    if isinstance(repeat, bool):
        return None if repeat else 1
    if not isinstance(repeat, int) or repeat < 1:
        raise ValueError("`repeat` is neither true, false nor a number of times")
    return repeat


def _time(value: Any, start: int | None) -> int | None:
    if value is None:
        return None
    if start is not None and isinstance(value, str):
        try:
            return start + parse_duration(value)
        except ValueError:
            return parse_time(value)
    return parse_time(value)


class Answers:
    """Lines, each used up once taken (unless it repeats), the first that agrees first."""

    def __init__(self, lines: Iterable[AnswerLine] = ()) -> None:
        self._left: dict[Pattern, deque[tuple[int, AnswerLine]]] = {}
        for number, line in enumerate(lines):
            self._left.setdefault((line.node, line.device, line.time), deque()).append((number, line))

    def take(self, effect: Effect) -> AnswerLine | None:
        """The first unused line that agrees with `effect`."""
        if not self._left:
            return None
        patterns = {(effect.node, device, time) for device in (effect.device, None) for time in (effect.time, None)}
        queues = [queue for pattern in patterns if (queue := self._left.get(pattern))]
        if not queues:
            return None
        queue = min(queues, key=lambda waiting: waiting[0][0])
        line = queue[0][1]
        if line.uses is not None:
            line.uses -= 1
            if not line.uses:
                queue.popleft()
        return line
