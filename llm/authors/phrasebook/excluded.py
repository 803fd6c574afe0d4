"""Sentences about times that only narrow what was said: "not needed in daytime, 8:00 to 18:00", 「7時〜21時だけでいい」."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.hours import ALL_DAYS, numbers_of
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Span

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_NOT = {
    "ja": re.compile(r"除[くいき外]|[要い](?:らな|りません)|不要|必要(?:は|が)?な|な[いく](?=て|で|。|$|、)|やめ|止め|無視|対象外|しません|せず|ずに|黙って|(?:いい|良い|結構)です$|(?:は|も)(?:いい|良い|よい|結構|大丈夫)$"),
    "en": re.compile(r"\b(?:except|excluding|not|no|never|nothing|ignore|skip|unless|mute[ds]?|silent|quiet|without|stop)\b|n't\b|\bleave (?:me|us|them) alone\b"),
}  # fmt: skip
_ONLY = re.compile(r"だけ|のみ|限[りっ定]|only")
_PART_OF_DAY = {
    "ja": re.compile(r"日中|昼間|昼|夜間|夜中|夜|深夜|朝|夕方|休日|平日|それ以外"),
    "en": re.compile(r"\b(?:day(?:time)?|night(?:time)?|morning|evening|afternoon|weekends?|weekdays?|otherwise|other times?|rest of the (?:day|time))\b"),
}  # fmt: skip


def narrowed(meaning: "Meaning", clause: Clause, span: Span, calendar: Calendar) -> tuple[Calendar, bool]:
    """The times that are meant, and whether the clause says nothing else."""
    alone = says_only_times(clause, span)
    low = meaning.reading.low
    text = f"{low[max(0, clause.start - 14) : span.start]} {low[span.end : clause.end]}".strip(" 。.")
    if alone and _NOT[meaning.lang].search(text) and not _ONLY.search(text + span.text):
        return replace(calendar, outside=not calendar.outside), True
    return calendar, alone


def days_out(meaning: "Meaning", clause: Clause) -> Calendar | None:
    """ "ただし日曜は除く", 「土日は不要です」: the days on which nothing is wanted; None where the clause says more."""
    timed = [s for s in clause.spans if s.days is not None or s.is_fact(Calendar)]
    if meaning.lang != "ja" or clause.when or not timed or len(timed) != 1 or not says_only_times(clause, timed[0]):
        return None
    fact, text = timed[0].fact, meaning.reading.low[timed[0].end : clause.end].strip(" 。.")
    if _ONLY.search(text) or any(s.clock or s.every for s in clause.spans):
        return None
    if isinstance(fact, Calendar):
        if fact.ranges and not fact.outside and not any(c.when for c in meaning.found):
            return fact if _NOT["ja"].search(text) else None
        bare = fact.days and not (fact.ranges or fact.times or fact.outside or fact.holidays)
        rest = tuple(day for day in ALL_DAYS if day not in (fact.days or ()))
        return replace(fact, days=rest) if bare and not text and _NOT["ja"].search(timed[0].text) else None
    if not _NOT["ja"].search(text):
        return None
    days = numbers_of(timed[0].days or "")
    return Calendar(days=days) if days and days != ALL_DAYS else None


def says_only_times(clause: Clause, span: Span) -> bool:
    """Nothing stands in the clause but times and that something is wanted then, or not."""
    rest = [s for s in clause.spans if s is not span]
    if any(
        n.sort in ("type", "device", "destination", "choice", "field", "call") and n.strength >= 2
        for s in rest
        for n in s.names
    ):
        return False
    if any(s.quantity or s.quote is not None or s.words & set(POLARITIES) or s.role("compare") for s in rest):
        return False
    denied = any(s.words & {"not", "nothing"} for s in rest)
    return denied or not any(s.role("tell") or s.role("record") or s.role("call") or s.role("actuate") for s in rest)


def without_matter(meaning: "Meaning", clauses: list[Clause]) -> list[Clause]:
    """The clauses but those that only say that other times do not matter, after the times were said."""
    kept = []
    low = meaning.reading.low
    for clause in clauses:
        text = low[clause.start : clause.end].strip(" 。.")
        idle = not any(s.names or s.quantity or s.quote or s.clock or s.fact or s.role("tell") for s in clause.spans)
        if idle and _PART_OF_DAY[meaning.lang].search(text) and _NOT[meaning.lang].search(text):
            for span in clause.spans:
                span.used = True
            meaning.spans.append(Span(clause.start, clause.end, "", used=True))
            continue
        kept.append(clause)
    return kept
