"""Files of recorded events and answers: one JSON object a line, read as a stream (CONTRACTS section 4)."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import msgspec

from engine.answers import AnswerLine, read_answer
from engine.arrivals import ArrivalReader
from engine.clock import parse_time
from nodes.kit.event import Arrival

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a longer line is a bad line."""
DEEPEST = 64
"""Levels of nesting in a line; a deeper one is a bad line."""

Complaint = Callable[[int, str], None]
"""Called with the number of a bad line (from 1) and what is wrong with it."""


def read_events(file: BinaryIO, reader: ArrivalReader, complain: Complaint) -> Iterator[Arrival]:
    """The arrivals in file order. `arrived` defaults to the larger of `time` and the previous `arrived`. Bad lines are
    reported and skipped. An arrival's cause is its line number, so a replay of a part gives the same keys."""
    previous = 0
    for number, row in _rows(file, complain):
        try:
            time, arrived = _times(row, previous)
            arrival = reader.arrival(row, time, arrived, str(number))
        except ValueError as problem:
            complain(number, str(problem))
            continue
        previous = arrived
        yield arrival


def read_answers(file: BinaryIO, complain: Complaint) -> Iterator[AnswerLine]:
    """The lines of answers.jsonl; bad ones are reported and skipped."""
    for number, row in _rows(file, complain):
        try:
            yield read_answer(row)
        except ValueError as problem:
            complain(number, str(problem))


def _times(row: dict[str, Any], previous: int) -> tuple[int, int]:
    if row.get("time") is None:
        raise ValueError("`time` is missing")
    try:
        time = parse_time(row["time"])
    except ValueError as problem:
        raise ValueError(f"`time`: {problem}") from problem
    if row.get("arrived") is None:
        return time, max(time, previous)
    try:
        return time, parse_time(row["arrived"])
    except ValueError as problem:
        raise ValueError(f"`arrived`: {problem}") from problem


def _rows(file: BinaryIO, complain: Complaint) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            complain(number, f"longer than {LONGEST_LINE} bytes")
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            continue
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not line.strip():
            continue
        try:
            yield number, _decoded(line)
        except ValueError as problem:
            complain(number, str(problem))


def _decoded(line: bytes) -> dict[str, Any]:
    if line.count(b"[") + line.count(b"{") > DEEPEST and _depth(line) > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise ValueError(f"not JSON: {problem}") from problem
    if not isinstance(row, dict):
        raise ValueError("not an object")
    return row


def _depth(line: bytes) -> int:
    """How deep brackets are nested outside of texts; stops counting soon after DEEPEST."""
    depth = deepest = 0
    inside = escaped = False
    for byte in line:
        if inside:
            inside = escaped or byte != 0x22
            escaped = byte == 0x5C and not escaped
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > DEEPEST:
                break
        elif byte in b"]}":
            depth -= 1
    return deepest
