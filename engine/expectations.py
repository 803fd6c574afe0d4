"""Whether what happened is what a test expects."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from engine.effect import Effect
from nodes.kit.duration import parse_duration

WITHIN = 1_000
"""How far an action may lie from `at` where the test does not say (ms)."""


class Expectation(msgspec.Struct):
    """One entry of `expect`; `agreeing` are the indexes of the actions that it could mean."""

    written: dict[str, Any]
    count: int
    agreeing: list[int]


def compare(
    effects: Sequence[Effect], expect: Iterable[dict[str, Any]], start: int, *, only: bool
) -> tuple[list[dict[str, Any]], list[Effect]]:
    """(missing, extra): entries that found fewer actions than they count, each with what it `found`; and actions
    beyond what was expected. Without `only`, actions that no entry speaks of are not extra. Each action counts for one
    entry, shared out so that as many as possible are met."""
    wanted = [_expectation(entry, effects, start) for entry in expect]
    owner = _shared_out(wanted, len(effects))
    missing = []
    for number, expectation in enumerate(wanted):
        found = sum(1 for taken in owner if taken == number)
        if found < expectation.count:
            missing.append({**expectation.written, "found": found})
    spoken_of = {index for expectation in wanted for index in expectation.agreeing}
    extra = [e for index, e in enumerate(effects) if owner[index] is None and (only or index in spoken_of)]
    return missing, extra


def _expectation(entry: dict[str, Any], effects: Sequence[Effect], start: int) -> Expectation:
    at = start + parse_duration(entry["at"]) if "at" in entry else None
    within = parse_duration(entry["within"]) if "within" in entry else WITHIN
    agreeing = [index for index, effect in enumerate(effects) if _agrees(effect, entry, at, within)]
    return Expectation(entry, entry.get("count", 1), agreeing)


def _agrees(effect: Effect, entry: dict[str, Any], at: int | None, within: int) -> bool:
    if effect.node != entry["node"] or ("device" in entry and effect.device != entry["device"]):
        return False
    if at is not None and abs(effect.time - at) > within:
        return False
    return covers(effect.data, entry.get("data", {}))


def covers(actual: Any, wanted: Any) -> bool:
    """Whether `actual` holds everything in `wanted`: objects by subset, lists item by item, numbers by value."""
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(
            name in actual and covers(actual[name], value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(wanted)
            and all(covers(a, w) for a, w in zip(actual, wanted, strict=True))
        )
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return actual is wanted
    return bool(actual == wanted)


def _shared_out(wanted: list[Expectation], actions: int) -> list[int | None]:
    """For each action the entry that it counts for: the narrowest entries choose first, and give way where that helps
    another."""
    owner: list[int | None] = [None] * actions
    for number in sorted(range(len(wanted)), key=lambda n: len(wanted[n].agreeing)):
        free = [action for action in wanted[number].agreeing if owner[action] is None]
        for action in free[: wanted[number].count]:
            owner[action] = number
        short = wanted[number].count - len(free)
        while short > 0 and _gain(number, wanted, owner):
            short -= 1
    return owner


def _gain(number: int, wanted: list[Expectation], owner: list[int | None]) -> bool:
    """Find one more action for entry `number`, moving others to other actions where needed (an augmenting path)."""
    reached_by: dict[int, int] = {}
    through: dict[int, int] = {}
    queue = [number]
    while queue:
        entry = queue.pop(0)
        for action in wanted[entry].agreeing:
            if action in reached_by:
                continue
            reached_by[action] = entry
            holder = owner[action]
            if holder is None:
                _move_along(action, reached_by, through, owner)
                return True
            if holder != number and holder not in through:
                through[holder] = action
                queue.append(holder)
    return False


def _move_along(action: int, reached_by: dict[int, int], through: dict[int, int], owner: list[int | None]) -> None:
    """Give `action` to the entry that reached it; the action it held before goes to the one that reached that."""
    entry = reached_by[action]
    owner[action] = entry
    while entry in through:
        action = through[entry]
        entry = reached_by[action]
        owner[action] = entry
