"""Several clock times in one list, some of which lack their half of the day: "at 6, 11 and 5 pm"."""

import re
from collections.abc import Iterator

from llm.authors.phrasebook.reading import Span

_HOUR = r"\d{1,2}(?::\d{2})?(?: ?(?:a\.?m|p\.?m)\b\.?)?"
_LIST = re.compile(rf"\bat (?P<list>{_HOUR}(?:(?:,| and|, and) {_HOUR})+)(?! ?(?:[%°.\d]|o'clock))(?!\w)")
_ONE = re.compile(r"(?P<h>\d{1,2})(?::(?P<m>\d{2}))?(?: ?(?P<half>[ap])\.?m\b\.?)?")
_HALF_DAY = 12


def listed(low: str) -> Iterator[Span]:
    """Clock times of a list of which at least one says its half of the day; the others are taken in their order."""
    for match in _LIST.finditer(low):
        said = list(_ONE.finditer(low, match.start("list"), match.end("list")))
        hours = [int(one["h"]) for one in said]
        halved = [one["half"] for one in said]
        if not any(halved) or all(halved) or not all(0 < hour <= _HALF_DAY for hour in hours):
            continue
        for one, (hour, minute) in zip(said, _in_order(said), strict=True):
            start = match.start() if one is said[0] else one.start()
            yield Span(start, one.end(), low[start : one.end()], clock=(hour, minute))


def _in_order(said: list[re.Match[str]]) -> list[tuple[int, int]]:
    """Each time as late as its half of the day says, else in the half of the one behind it, where it comes before that
    one; the last ones go on from the one before them."""
    minutes: list[int | None] = [_minutes(one, one["half"]) if one["half"] else None for one in said]
    for number in reversed(range(len(said) - 1)):
        after = minutes[number + 1]
        if minutes[number] is None and after is not None:
            minutes[number] = _latest(said[number], after)
    for number in range(1, len(said)):
        before = minutes[number - 1]
        if minutes[number] is None and before is not None:
            minutes[number] = _earliest(said[number], before)
    return [divmod(at or 0, 60) for at in minutes]


def _latest(one: re.Match[str], after: int) -> int:
    late = _minutes(one, "p")
    return late if late < after else _minutes(one, "a")


def _earliest(one: re.Match[str], before: int) -> int:
    early = _minutes(one, "a")
    return early if early > before else _minutes(one, "p")


def _minutes(one: re.Match[str], half: str) -> int:
    hour = int(one["h"]) % _HALF_DAY + (_HALF_DAY if half == "p" else 0)
    return hour * 60 + int(one["m"] or 0)
