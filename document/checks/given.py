"""The tests that a document carries: can they run as written?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from document.checks.reading import MOST_NAMES, Reading
from document.checks.registered import check_duration
from document.nearest import nearest
from document.pointer import Path, pointer
from document.schema import facts, plain_schema
from nodes.kit.duration import parse_duration

MOST_EVENTS = 1_000_000
"""Events that the rows of one test may make."""
WAYS = ("device", "topic", "node")
TIMES = ("at", "from", "every", "until", "within", "after")


def check_tests(reading: Reading) -> None:
    """Every problem of the `tests` that the envelope's schema cannot see."""
    types = _types(reading)
    tests = reading.document.get("tests")
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        if isinstance(test, dict):
            _check_test(reading, test, ("tests", index), types)


def _check_test(reading: Reading, test: dict[str, Any], at: Path, types: list[str]) -> None:
    start = test.get("start")
    if isinstance(start, str) and not _is_time(start):
        reading.tell("bad_start", (*at, "start"), value=start)
    _check_times(reading, test, at)
    events = 0
    for index, row in _rows(test, "given"):
        path = (*at, "given", index)
        _check_times(reading, row, path)
        _check_given(reading, row, test, path, types)
        events += _count(row, test)
        if events > MOST_EVENTS:
            reading.tell("too_many_events", path, limit=MOST_EVENTS)
            break
    for index, row in _rows(test, "expect"):
        path = (*at, "expect", index)
        _check_times(reading, row, path)
        _check_node(reading, row, path, actions=True)
    for index, row in _rows(test, "answers"):
        path = (*at, "answers", index)
        _check_times(reading, row, path)
        _check_node(reading, row, path, actions=False)
        if ("answer" in row) == ("error" in row):
            given = [name for name in ("answer", "error") if name in row]
            reading.tell("choose_one", path, names=["answer", "error"], given=given or None)


def _check_given(reading: Reading, row: dict[str, Any], test: dict[str, Any], at: Path, types: list[str]) -> None:
    ways = [way for way in WAYS if way in row]
    if len(ways) != 1:
        reading.tell("choose_one", at, names=list(WAYS), given=ways or None)
    elif ways == ["node"]:
        _check_node(reading, row, at, actions=False)
    elif ways == ["device"] and "type" not in row and len(types) > 1 and not _registered(reading, row["device"]):
        reading.tell("needs_type", at, names=types, allowed=types)
    timed = "at" in row and not row.keys() & {"from", "every", "until"}
    repeated = "at" not in row and "every" in row and ("until" in row or "until" in test)
    if not timed and not repeated:
        reading.tell("bad_test_row", at)
    if (every := _ms(row.get("every"))) is not None and every <= 0:
        reading.tell("bad_duration", (*at, "every"), value=row["every"])


def _check_node(reading: Reading, row: dict[str, Any], at: Path, *, actions: bool) -> None:
    """The named node exists; an expected one is an action."""
    name = row.get("node")
    if not isinstance(name, str):
        return
    node = reading.by_id.get(name)
    known = [id for id, n in reading.by_id.items() if not actions or reading.is_action(n)]
    if node is not None and (not actions or reading.is_action(node) or reading.kind(node) is None):
        return
    near = nearest(name, known)
    fix = None if near is None else {"path": pointer((*at, "node")), "value": near}
    code = "unknown_node" if node is None else "not_an_action"
    args = {"name": name, "node": name, "nearest": near, "names": known[:MOST_NAMES] or None}
    reading.tell(code, (*at, "node"), fix=fix, allowed=known[:MOST_NAMES], **args)


def _check_times(reading: Reading, row: dict[str, Any], at: Path) -> None:
    for name in TIMES:
        if isinstance(row.get(name), str):
            reading.found.extend(check_duration(row[name], (*at, name)))


def _rows(test: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = test.get(key)
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield index, row


def _types(reading: Reading) -> list[str]:
    """The device types that the sources of the flow read."""
    found: dict[str, None] = {}
    for _, node in reading.nodes:
        kind = reading.kind(node)
        params = node.get("params")
        if kind is None or not reading.is_source(node) or not isinstance(params, dict):
            continue
        for name, part in plain_schema(kind).get("properties", {}).items():
            if facts([part]).get("ref") == "type" and isinstance(params.get(name), str):
                found[params[name]] = None
    return list(found)


def _registered(reading: Reading, device: Any) -> bool:
    return reading.registry is not None and isinstance(device, str) and device in reading.registry.devices


def _count(row: dict[str, Any], test: dict[str, Any]) -> int:
    every = _ms(row.get("every"))
    until = _ms(row.get("until", test.get("until")))
    if "at" in row or not every or until is None:
        return 1
    return max(0, until - (_ms(row.get("from")) or 0)) // every + 1


def _ms(text: Any) -> int | None:
    try:
        return parse_duration(text)
    except ValueError:
        return None


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
