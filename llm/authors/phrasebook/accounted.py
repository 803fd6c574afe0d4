"""What the sentence says with weight must stand in the document: a length, a number, a clock time or a word such as
"average" that is nowhere in it was passed over, and is told."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from llm.authors.phrasebook.facts import Often, Row
from llm.authors.phrasebook.quantities import durations
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.units import is_time
from llm.authors.phrasebook.wishes import Missed
from nodes.kit.duration import UNITS, parse_duration

_TEXTS = {"suiro", "text", "label", "name", "id", "kind", "from", "unit", "message"}
_DRAWN = "polygon"
"""Corners of a zone are in no sentence, and would be taken for the numbers of one."""
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_CLOCK = re.compile(r"(\d\d):(\d\d)")
_CRON = re.compile(r"([\d*/,-]+) ([\d*/,-]+) \S+ \S+ \S+")
_FACTORS = (1, -1, 10, 100, 1000, 0.1, 0.01, 0.001, 60, 1 / 60, 3600, 1 / 3600, 3.6, 1 / 3.6, 1e6, 1e-6)
_PERIODS = dict(hour=UNITS["h"], day=UNITS["d"], week=7 * UNITS["d"], month=30 * UNITS["d"], shift=0)
_EACH_ONCE = re.compile(r"unique\b")
_WORDS = (
    (re.compile(r"\b(?:average|averaged|averages|mean|median)\b"), re.compile(r"average|mean|median|percentile|usual|[+/]")),
    (re.compile(r"\b(?:difference|differs?|gap|[a-z]+(?:er|ore|ess) than (?:the|that of|in|on) (?!last|past|usual|average|limit|set|same|normal|other|day|week|hour)[a-z]+)\b"), re.compile(r"difference|deviation|change|rise|fall|usual|spread|join|compare|across|[-<>/]")),
    (re.compile(r"\bhow long\b"), re.compile(r"on_time|last_seen|silence|[smhd]ince|\{(?:value|on_time|duration|stay)")),
    (re.compile(r"\b(?:highest|lowest|minimum|maximum|peak)\b(?= (?:[a-z]+ ){1,3}(?:of|over|in|during) (?:the|each|every)\b)"), re.compile(r"max|min|percentile|spread|[<>]")),
    (re.compile(r"\b(?:neither|none of|both|all(?: of)? the)\b(?= [a-z ]*\b(?:is|are|has|have|stays?|runs?)\b)"), re.compile(r"^(?:vote|join|across|compare|all)$|[&|]")),
    (re.compile(r"\b(?:minimum|lowest|smallest) and (?:the )?(?:maximum|highest|largest)\b"), re.compile(r"^min$")),
    (re.compile(r"\b(?:maximum|highest|largest) and (?:the )?(?:minimum|lowest|smallest)\b"), re.compile(r"^max$")),
    (re.compile(r"\b(?:wait|waits|waiting)\b(?! for)"), re.compile(r"\d(?:s|m|h|d)\b")),
)  # fmt: skip
"""Words that change what is built, and one of the signs that the document must then hold."""


class Held:
    """The numbers, lengths and times of day that a document holds."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.numbers: set[float] = set()
        self.bare: set[float] = set()
        """Numbers that may be lengths of time: those without a unit, and those in one of time."""
        self.lengths: set[int] = set()
        self.clocks: set[tuple[int, int]] = set()
        self.words: set[str] = {node["kind"] for node in document["nodes"]}
        self.fields = set(_NAME.findall(" ".join(_strings(document["nodes"]))))
        for value in _values({**document, "settings": {}}):
            self._note(value)
        for setting in (document.get("settings") or {}).values():
            unit = setting.get("unit")
            self._note(
                setting["value"], timely=unit in (None, "m") or is_time(unit)
            )  # "4 m" is read as a length of time, too

    def _note(self, value: Any, *, timely: bool = True) -> None:
        if isinstance(value, bool):
            return
        if isinstance(value, int | float):
            self.numbers.add(float(value))
            self.bare |= {float(value)} if timely else set()
            return
        self.words.add(value)
        if value in _PERIODS:
            self.lengths.add(_PERIODS[value])
        if (length := _length(value)) is not None:
            self.lengths.add(length)
        elif cron := _CRON.fullmatch(value):
            self._note_cron(cron[1], cron[2])
        else:
            clocks = {(int(hour), int(minute)) for hour, minute in _CLOCK.findall(value)}
            self.clocks |= clocks
            self.numbers |= {float(hour) for hour, _ in clocks}
            found = {float(number) for number in _NUMBER.findall(value)}
            self.numbers |= found
            self.bare |= found

    def _note_cron(self, minutes: str, hours: str) -> None:
        self.lengths |= {UNITS["d"], 7 * UNITS["d"]}
        for part, unit in ((minutes, UNITS["m"]), (hours, UNITS["h"])):
            if part.startswith("*"):
                self.lengths.add(unit * int(part[2:] or 1))
        if hours.startswith("*"):
            self.lengths |= {UNITS["m"] * int(minute) for minute in re.findall(r"\d+", minutes)}
        for hour in (h for h in re.findall(r"\d+", hours) if not hours.startswith("*")):
            self.clocks |= {(int(hour), int(minute)) for minute in re.findall(r"\d+", minutes)}

    def has_length(self, length: int) -> bool:
        """Also where two lengths make it, as those that follow each other do."""
        made = self.lengths | {one + two for one in self.lengths for two in self.lengths}
        return length in made or any(_near(length / unit, number) for unit in UNITS.values() for number in self.bare)

    def has_number(self, number: float) -> bool:
        """Also in another unit, and where a margin leads to it."""
        made = {one + sign * two for one in self.numbers for two in self.numbers for sign in (1, -1)}
        wanted = {number * factor for factor in _FACTORS} | {(number - 32) / 1.8, number * 1.8 + 32}
        return any(_near(one, other) for one in wanted for other in self.numbers | made)

    def has_clock(self, clock: tuple[int, int]) -> bool:
        """Midnight is also where a period of the calendar ends; and a length after one time leads to another."""
        if clock in self.clocks or (clock == (0, 0) and self.words & set(_PERIODS)):
            return True
        wanted = _since_midnight(clock)
        return any(
            (_since_midnight(one) + length) % UNITS["d"] == wanted for one in self.clocks for length in self.lengths
        )


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-3 * abs(one)


_NO_LENGTH = re.compile(r"1分(?:あたり|当たり|につき|間に(?=\d))|十分(?=[。、なだでにとす]|$)")
"""「1分あたり」 is a rate, 「十分」 also means enough."""


def _since_midnight(clock: tuple[int, int]) -> int:
    return clock[0] * UNITS["h"] + clock[1] * UNITS["m"]


def _values(value: Any, key: str = "") -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != _DRAWN:
                yield from _values(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, key)
    elif key not in _TEXTS and value is not None:
        yield value


_NAME = re.compile(r"[A-Za-z_]\w*")


def _strings(value: Any) -> Iterator[str]:
    """Every text of the nodes, also names of things and what a notice says."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


_SAYS_WHAT = re.compile(r"の? ?\d")
"""「契約電力の500kW」: the name only says what the number is."""


def _unread(reading: Reading, held: Held, spans: Iterable[Span], conditions: Iterable[str]) -> list[tuple[int, int]]:
    """Fields of the devices that the document reads, named in full in one of the conditions and used nowhere."""
    said = list(conditions)
    return [
        (span.start, span.end)
        for span in spans
        if span.names
        and any(reading.words(span.start, span.end) in words for words in said)
        and all(name.sort == "field" and name.extra in _READ and name.strength >= 3 for name in span.names)
        and any(name.owner in held.words for name in span.names)
        and not any(name.id in held.fields for name in span.names)
        and not _SAYS_WHAT.match(reading.low, span.end)
    ]


def _assumed_beside(document: dict[str, Any], spans: Iterable[Span]) -> list[tuple[int, int]]:
    """「1週間ごとに…の平均」: how often, where what it is the average over was not said but assumed."""
    settings = document.get("settings") or {}
    given = {
        name: [
            settings[value[1:]] for node in document["nodes"] if str(value := node["params"].get(name)).startswith("$")
        ]
        for name in ("over", "every")
    }
    if not any(setting["assumed"] for setting in given["over"]):
        return []
    often = {_length(str(setting["value"])) for setting in given["every"] if not setting["assumed"]}
    return [(span.start, span.end) for span in spans if span.every is not None and span.every in often]


_READ = ("number", "integer", "boolean")


def _length(text: str) -> int | None:
    try:
        return parse_duration(text)
    except ValueError:
        return None


def _longest(spans: Iterable[Span]) -> list[Span]:
    """Without those that stand inside of another one ("an hour" of "a quarter of an hour")."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start - span.end):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept


def passed_over(
    reading: Reading, spans: list[Span], document: dict[str, Any], known: Iterable[str], conditions: Iterable[str] = ()
) -> list[Missed]:
    """What is said with weight, stands nowhere in the document and was not told yet (`known`); `conditions` in their words."""
    held, told = Held(document), list(known)
    clocks = [span for span in spans if span.clock is not None]
    timed = [s for s in _longest(durations(reading)) if not any(c.start <= s.start < c.end for c in clocks)]
    timed = [s for s in timed if not (_NO_LENGTH.match(reading.low, s.start) or reading.low.endswith("割", 0, s.start))]
    found = [(s.start, s.end) for s in timed if s.duration is not None and not held.has_length(s.duration)]
    counted = {one.start for one, two in pairwise(spans) if two.start - one.end <= 1 and two.named("type")}
    inside = [
        s for s in spans if s.start not in counted and not any(t.start < s.end and s.start < t.end for t in timed)
    ]
    found += [(span.start, span.end) for span in inside if not _is_held(held, span)]
    found += [
        (match.start(), match.end())
        for said, signs in _WORDS
        for match in said.finditer(reading.low)
        if not any(signs.search(word) for word in held.words)
    ]
    found += _unread(reading, held, spans, conditions) + _assumed_beside(document, spans)
    missed: list[Missed] = []
    for start, end in sorted(found):
        words = reading.words(start, end)
        if not any(words in other or other in words for other in told):
            missed.append(Missed(words, "unused"))
            told.append(words)
    return missed


def _is_held(held: Held, span: Span) -> bool:
    if span.clock is not None:
        return held.has_clock(span.clock)
    number: float | None = None
    if isinstance(span.fact, Row | Often):
        number = span.fact.times
    elif span.quantity is not None and span.fact is None and not span.names:
        number = span.quantity.value
    once = number == 1 or any(map(_EACH_ONCE.fullmatch, held.words))
    return number is None or once or held.has_number(number)
