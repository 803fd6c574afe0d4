"""Limits that count at different times: above 27 °C by day or above 25 °C at night, 平日は27℃、土日は25℃を超えたら."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from llm.authors.phrasebook import clocks
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.reading import Span

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_PARTS = {
    "en": re.compile(r"\b(?:(?P<day>by day|during the day(?:time)?|in the day(?:time)?|(?:in )?daytime)|(?P<night>at night|by night|during the night|overnight|at night-?time))\b"),
    "ja": re.compile(r"(?:(?P<day>昼間|日中|昼)|(?P<night>夜間|夜))(?=[はがに(の、])"),
}  # fmt: skip
_SAID_JA = re.compile(r"[)の間場合とき時]{0,4}(?:は|が|なら|に)、?|[)]?、?")


def limits(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """A condition with one limit for each time becomes one for each, all treated alike."""
    if meaning.lang == "ja":
        return [made for clause in found for made in (_spread(meaning, clause) or [clause])]
    for clause, following in pairwise(found):
        _apart(meaning, clause, following)
    return found


def _numbers(clause: Clause) -> list[Span]:
    return [s for s in clause.spans if s.quantity is not None and s.duration is None]


def _apart(meaning: "Meaning", one: Clause, two: Clause) -> None:
    """ "if it is above 27 by day or above 25 at night": two cases of what is named in the first."""
    alike = one.when and two.when and one.sentence == two.sentence and (two.joined == "or" or two.comma)
    whose = [s for s in one.spans if s.named("type") or s.named("device") or s.named("field") or "if" in s.words]
    named = any(s.named("type") or s.named("device") or s.named("field") for s in two.spans)
    if not alike or named or len(_numbers(one)) != 1 or len(_numbers(two)) != 1:
        return
    times = _times(meaning, [one, two])
    if times is None:
        return
    for clause, (calendar, spans) in zip((one, two), times, strict=True):
        _at(clause, calendar, spans)
    two.spans = [*(replace(s, used=False) for s in whose), *(s for s in two.spans if "or" not in s.words)]
    two.joined, two.marked, one.listed = None, True, True


Time = tuple[Calendar, list[Span]]


def _times(meaning: "Meaning", clauses: list[Clause]) -> list[Time] | None:
    """The times of each; None unless each has its own. Day is when it is not night, and the other way round."""
    said = [_said(meaning, clause) for clause in clauses]
    parts = [_part_of_day(meaning, clause) for clause in clauses]
    if sum(calendar is not None for calendar, _ in said) == 0 and set(parts) != {"day", "night"}:
        return None
    known = next((n for n, (calendar, _) in enumerate(said) if calendar is not None and calendar.ranges), None)
    result: list[Time] = []
    for number, (calendar, spans) in enumerate(said):
        if (
            calendar is None
            and parts[number]
            and known is not None
            and known != number
            and parts[number] != parts[known]
        ):
            other = said[known][0]
            calendar = replace(other, outside=not other.outside) if other is not None else None
        elif calendar is None and parts[number]:
            night = _night(meaning)
            calendar = night and (night if parts[number] == "night" else replace(night, outside=not night.outside))
        if calendar is None:
            return None
        result.append((calendar, spans))
    if known is not None and all(parts) and not all(c.ranges and not c.assumed for c, _ in result):
        explicit = result[known][0]  # "by day (6:00 to 20:00) or at night": night is the rest
        result = [(c if n == known else replace(explicit, outside=not explicit.outside), s) for n, (c, s) in enumerate(result)]  # fmt: skip
    return result if len({str(calendar) for calendar, _ in result}) == len(result) else None


def _said(meaning: "Meaning", clause: Clause) -> tuple[Calendar | None, list[Span]]:
    timed = [(s, c) for s in clause.spans if s.clock is None and (c := clocks.said_by(meaning, s)) is not None]
    explicit = [(s, c) for s, c in timed if not c.assumed]
    chosen = (explicit or timed)[:1]
    return (chosen[0][1] if chosen else None), [s for s, _ in timed]


def _part_of_day(meaning: "Meaning", clause: Clause) -> str | None:
    match = _PARTS[meaning.lang].search(meaning.reading.low, clause.start, clause.end)
    if match is None:
        return None
    meaning.spans.append(Span(match.start(), match.end(), match.group(), used=True))
    return "day" if match["day"] else "night"


def _night(meaning: "Meaning") -> Calendar | None:
    """The hours that a node file gives to the night; they are asked for."""
    for _, phrase in meaning.triggers.kinds.all("gate"):
        if phrase.lang == meaning.lang and phrase.port and re.search(r"night|夜", phrase.text):
            return clocks.of_phrase(phrase)
    return None


def _at(clause: Clause, calendar: Calendar, spans: list[Span]) -> None:
    """The clause with its times as one span."""
    for span in spans:
        span.used = True
    at = spans[0].start if spans else clause.end
    rest = [s for s in clause.spans if s not in spans]
    clause.spans = sorted([*rest, Span(at, at, "", fact=replace(calendar, named=False))], key=lambda s: s.start)


def _spread(meaning: "Meaning", clause: Clause) -> list[Clause]:
    """「昼は27℃、夜は25℃を超えたら」: one clause for each number, with what stands before the first and behind the last."""
    numbers = _numbers(clause)
    if not clause.when or len(numbers) < 2:
        return []
    made: list[Clause] = []
    begin, heads = clause.start, 0
    for number in numbers:
        own = Clause(begin, number.end, [s for s in clause.spans if begin <= s.start < number.end], clause.sentence)
        timed, part = _said(meaning, own)[1], _PARTS["ja"].search(meaning.reading.low, begin, number.start)
        last = max([s.end for s in timed] + ([part.end()] if part else []), default=None)
        if last is None or not _SAID_JA.fullmatch(meaning.reading.low, last, number.start):
            return []
        heads = heads or min([s.start for s in timed] + ([part.start()] if part else []))
        made.append(own)
        begin = number.end
    shared = [s for s in clause.spans if s.end <= heads or s.start >= numbers[-1].end]
    times = _times(meaning, made)
    if times is None or any(s.quantity or s.clock for s in shared):
        return []
    for n, (own, (calendar, spans)) in enumerate(zip(made, times, strict=True)):
        own.spans = [*(replace(s) for s in shared), *(s for s in own.spans if s not in shared)]
        own.when = own.marked = True
        own.listed, own.joined = n < len(made) - 1, clause.joined if n == 0 else None
        own.spans.sort(key=lambda s: s.start)
        _at(own, calendar, spans)
    for span in shared:
        span.used = True
    made[-1].end = clause.end
    return made
