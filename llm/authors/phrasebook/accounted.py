"""What the sentence says by number must stand in the document: a length, a number or a clock time that is nowhere in it was
passed over, and is told."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from llm.authors.phrasebook.facts import Often, Row
from llm.authors.phrasebook.quantities import durations
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.wishes import Missed
from nodes.kit.duration import UNITS, parse_duration

_TEXTS = {"text", "label", "name", "id", "kind", "from", "unit", "message"}
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_CLOCK = re.compile(r"(\d\d):(\d\d)")
_CRON = re.compile(r"([\d*/,-]+) ([\d*/,-]+) \S+ \S+ \S+")
_FACTORS = (1, -1, 10, 100, 1000, 0.1, 0.01, 0.001, 60, 1 / 60, 3600, 1 / 3600, 3.6, 1 / 3.6, 1e6, 1e-6)
_DAY = UNITS["d"]


class Held:
    """The numbers, lengths and times of day that a document holds."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.numbers: set[float] = set()
        self.lengths: set[int] = set()
        self.clocks: set[tuple[int, int]] = set()
        for value in _values(document):
            self._note(value)

    def _note(self, value: Any) -> None:
        if isinstance(value, bool):
            return
        if isinstance(value, int | float):
            self.numbers.add(float(value))
            return
        if (length := _length(value)) is not None:
            self.lengths.add(length)
        elif cron := _CRON.fullmatch(value):
            self._note_cron(cron[1], cron[2])
        else:
            self.clocks |= {(int(hour), int(minute)) for hour, minute in _CLOCK.findall(value)}
            self.numbers |= {float(number) for number in _NUMBER.findall(value)}

    def _note_cron(self, minutes: str, hours: str) -> None:
        self.lengths |= {_DAY, 7 * _DAY}
        for part, unit in ((minutes, UNITS["m"]), (hours, UNITS["h"])):
            if part.startswith("*"):
                self.lengths.add(unit * int(part[2:] or 1))
        for hour in (h for h in re.findall(r"\d+", hours) if not hours.startswith("*")):
            self.clocks |= {(int(hour), int(minute)) for minute in re.findall(r"\d+", minutes)}

    def has_length(self, length: int) -> bool:
        """Also where two lengths make it, as those that follow each other do."""
        made = self.lengths | {one + two for one in self.lengths for two in self.lengths}
        return length in made or any(self.has_number(length / unit) for unit in UNITS.values())

    def has_number(self, number: float) -> bool:
        """Also in another unit, and where a margin leads to it."""
        made = {one + sign * two for one in self.numbers for two in self.numbers for sign in (1, -1)}
        wanted = {number * factor for factor in _FACTORS} | {(number - 32) / 1.8, number * 1.8 + 32}
        return any(abs(one - other) <= 1e-3 * max(1.0, abs(one)) for one in wanted for other in self.numbers | made)


def _values(value: Any, key: str = "") -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _values(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, key)
    elif key not in _TEXTS and value is not None:
        yield value


def _length(text: str) -> int | None:
    try:
        return parse_duration(text)
    except ValueError:
        return None


def passed_over(reading: Reading, spans: list[Span], document: dict[str, Any], known: Iterable[str]) -> list[Missed]:
    held, told = Held(document), list(known)
    found = []
    timed = list(durations(reading))
    for span in [*timed, *spans]:
        words = reading.words(span.start, span.end)
        if span.fact is not None and not span.is_fact(Row, Often):
            continue
        if any(words in other or other in words for other in told) or _is_held(held, span, span in timed or not any(s.start < span.end and span.start < s.end for s in timed)):
            continue
        found.append(Missed(words, "unused"))
        told.append(words)
    return found


def _is_held(held: Held, span: Span, alone: bool) -> bool:
    if span.duration is not None:
        return not alone or held.has_length(span.duration)
    if span.clock is not None:
        return span.clock in held.clocks
    if isinstance(span.fact, Row | Often):
        return held.has_number(span.fact.times)
    if span.quantity is not None and not span.names and alone:
        return held.has_number(span.quantity.value)
    return True
