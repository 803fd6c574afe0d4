"""Lists of limits, each with who is told or what is done: at 60 °C the foreman, at 70 the office; 10分で守衛、1時間でセンター長."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import COMPARED, direction, with_key
from llm.authors.phrasebook.facts import Calendar, Later, Lookback, Row
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.predicates import is_doing
from llm.authors.phrasebook.reading import Span

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_LEADS = re.compile(
    r"(?:(?:[,;:.]|->|=>|→)\s*)?(?:\b(?:and|then|but|or)\s)?(?:\b(?:at|from|for|after|when|if|once|past)\s)*(?:\b(?:it (?:is|reaches|gets|hits)|its? )\s?)?(?:the )?$"
)
""" "... , at 70 °C": what stands in front of a number and belongs to it."""
_TO_WHOM = re.compile(
    r"\s?(?:or (?:more|less|above|below|higher|lower)\b)?\s?(?:[,:]|->|=>|→|-|=|\.\.\.)?\s?(?:(?:please )?[a-z]+ )?(?:to )?(?:the |our |a )?$"
)
_JA_LINK = re.compile(
    r"(?:以上|以下|未満|超)?(?:に?な(?:ったら|れば|ると)|で|なら|は|→|->|:|、|に達したら|を?超えたら|を?切ったら|を?下回ったら|を?上回ったら|たったら|経ったら|続いたら|経過で|後に?|したら|ば|と)*[、\s]*"
)


@dataclass
class Rung:
    """A limit, the words that belong to it, and what is done at it."""

    limit: Span
    begin: int
    own: list[Span] = field(default_factory=list)
    done: list[Span] = field(default_factory=list)


def spread(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """A sentence that is such a list becomes one case for each limit."""
    kept: list[Clause] = []
    for number in dict.fromkeys(clause.sentence for clause in found):
        sentence = [clause for clause in found if clause.sentence == number]
        kept += _made(meaning, sentence) or sentence
    return kept


def _made(meaning: "Meaning", sentence: list[Clause]) -> list[Clause]:
    spans = [s for clause in sentence for s in clause.spans]
    limits = _limits(spans)
    if len(limits) < 2 or any(s.clock or s.every or s.days or s.is_fact(Calendar, Row, Lookback) for s in spans):
        return []
    heading = [s for s in spans if s.end <= limits[0].start]
    if _AFTER_THAT.search(meaning.reading.low, sentence[0].start, sentence[-1].end) or _owned(spans, limits):
        return []
    rungs = _rungs(meaning, spans, limits, sentence[-1].end)
    if rungs is None or not _heads(heading, rungs) or not all(map(_acts, rungs)):
        return []
    if not any(map(_bare, rungs[1:])) and not any(map(_bare, rungs[:-1])):
        return []  # each has a verb of its own, and reads by itself
    return _clauses(meaning, sentence[0], [s for s in heading if s not in rungs[0].own], rungs)


_AFTER_THAT = re.compile(
    r"\b(?:after (?:that|this|which)|later|afterwards|another)\b|さらに|その後|それから|もう(?=\d)"
)
""" "half an hour after that": counted from the one before."""


def _owned(spans: list[Span], limits: list[Span]) -> bool:
    """Other devices are named for a further limit, which is then one of their own."""
    for limit in limits[1:]:
        before = [s for s in spans if s.end <= limit.start][-3:]
        for number, span in enumerate(before):
            named = any(n.sort == "device" or (n.sort in ("type", "attribute") and n.strength >= 3) for n in span.names)
            ordered = any(is_doing(s) or s.role("actuate") or s.words & set(POLARITIES) for s in before[:number][-1:])
            if named and not ordered and not span.named("destination"):
                return True
    return False


def _limits(spans: list[Span]) -> list[Span]:
    """The numbers, or the lengths of time, if there are only such."""
    lengths = [s for s in spans if s.duration is not None or (isinstance(s.fact, Later) and not s.fact.of)]
    numbers = [s for s in spans if s.quantity is not None and s.duration is None]
    if lengths and numbers:
        return []
    units = {s.quantity.unit for s in numbers if s.quantity is not None and s.quantity.unit}
    return lengths or (numbers if len(units) <= 1 else [])


def _rungs(meaning: "Meaning", spans: list[Span], limits: list[Span], end: int) -> list[Rung] | None:
    low, ja = meaning.reading.low, meaning.lang == "ja"
    rungs: list[Rung] = []
    for limit in limits:
        before = [s for s in spans if s.end <= limit.start]
        said = before[-1] if before and before[-1].role("compare") and not ja and not low[before[-1].end : limit.start].strip() else None  # fmt: skip
        begin = said.start if said is not None else limit.start
        if not ja and (lead := _LEADS.search(low, 0, begin)) is not None:
            begin = lead.start()
        rungs.append(Rung(limit, begin, [said] if said is not None else []))
    for rung, following in pairwise([*rungs, None]):
        until = following.begin if following is not None else end
        inside = [s for s in spans if rung.limit.end <= s.start < until] if rung is not None else []
        if rung is None:
            continue
        rung.own += [
            s for s in inside if ja and (s.role("compare") or s.role("hold") or s.words & {"if"}) and not s.names
        ]
        rung.own += [s for s in inside if not ja and s.role("compare") and s.text.startswith(("or ", "and "))]
        rung.done = [s for s in inside if s not in rung.own and not s.words & {"and", "then", "range", "wish"}]
        link = low[rung.limit.end : rung.done[0].start] if rung.done else ""
        if not rung.done or not (_JA_LINK.fullmatch(link) if ja else _TO_WHOM.fullmatch(link)):
            return None
    return rungs


def _heads(heading: list[Span], rungs: list[Rung]) -> bool:
    """What the numbers are of stands in front of them, and nothing is done there."""
    named = any(s.named("field") or s.named("type") or s.named("device") for s in heading)
    lasting = rungs[0].limit.duration is not None or rungs[0].limit.fact is not None
    state = any(s.words & {*POLARITIES, "yes", "no"} or s.role("test") for s in heading)
    acts = any(s.named("destination") and s.names[0].sort != "field" for s in heading) or any(
        is_doing(s) and not s.names for s in heading
    )
    return named and not acts and (state or not lasting)


def _acts(rung: Rung) -> bool:
    """Somebody who is told, or an order with its thing."""
    others = any(s.quantity or s.duration is not None or s.words & {"if", "unless", "until", "else"} for s in rung.done)
    told = any(s.named("destination") for s in rung.done)
    orders = any(s.role("actuate") or s.role("call") or s.named("call") or s.words & set(POLARITIES) for s in rung.done)
    return not others and (told or orders)


def _bare(rung: Rung) -> bool:
    """Nothing but who is told, without a verb, or a number without its unit."""
    verbs = any(is_doing(s) or s.role("actuate") or s.words & set(POLARITIES) for s in rung.done)
    number = rung.limit.quantity is not None and rung.limit.duration is None and rung.limit.quantity.unit is None
    return not verbs or number


def _clauses(meaning: "Meaning", first: Clause, heading: list[Span], rungs: list[Rung]) -> list[Clause]:
    told = next((s for rung in rungs for s in rung.done if s.role("tell")), None)
    heads = [_only_what(s) for s in heading if not (s.words & {"and", "or"})]
    way = _way(meaning, heads, rungs)
    made: list[Clause] = []
    for number, rung in enumerate(rungs):
        limit = rung.limit
        if isinstance(limit.fact, Later):
            limit = Span(limit.start, limit.end, limit.text, duration=limit.fact.ms)
            rung.limit.used = True
        own = rung.own if any(s.role("compare") for s in rung.own) else [*rung.own, *way(limit)]
        compared = any(s.role("compare") for s in own)
        copies = [replace(s, used=False) for s in heads if not (compared and s.role("compare") and not s.names)]
        spans = sorted([*copies, limit, *own], key=lambda s: s.start)
        begin = first.start if number == 0 else rung.begin
        when = Clause(begin, max(s.end for s in [limit, *rung.own]), spans, first.sentence)
        when.when = when.marked = when.comma = True
        done = list(rung.done)
        if told is not None and any(s.named("destination") for s in done) and not any(is_doing(s) for s in done):
            done.append(replace(told, used=True))
        made += [when, Clause(when.end, done[-1].end if told not in done else rung.done[-1].end, done, first.sentence)]
    for clause in made:
        clause.end = max(clause.end, clause.start)
    for span in heading:
        span.used = True
    return made


def _only_what(span: Span) -> Span:
    """A word of the heading says what is watched, and commands nothing."""
    names = [n for n in span.names if n.sort in ("type", "device", "field", "attribute")]
    return replace(span, names=names) if names else span


def _way(meaning: "Meaning", heads: list[Span], rungs: list[Rung]) -> Callable[[Span], list[Span]]:
    """How numbers are compared that have no word of their own: as the first, else by whether they rise."""
    plain = meaning.triggers.comparing.plain
    said = next((m for s in [*heads, *rungs[0].own] if (m := s.role("compare")) is not None and COMPARED in m[1].params.values()), None)  # fmt: skip
    values = [r.limit.quantity.value for r in rungs if r.limit.quantity is not None and r.limit.duration is None]
    if len(values) != len(rungs) or plain is None:
        return lambda limit: []
    falls = values[0] > values[-1]
    chosen = said if said is not None and direction(said) == ("down" if falls else "up") else with_key(plain, "at_most" if falls else "at_least")  # fmt: skip
    ja = meaning.lang == "ja"

    def made(limit: Span) -> list[Span]:
        at = limit.end if ja else limit.start
        return [Span(at, at, "以上" if ja else "at", phrases=[chosen])]

    return made
