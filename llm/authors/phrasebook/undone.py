"""What has not happened once in a whole day: "hasn't been opened all day", その日一度も開かなかったら."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.absence import meaning_of
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.periods import DAY, WEEK, Period
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Step, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_WHOLE = {
    "en": re.compile(r"\b(?:(?:even |not )?once )?(?:(?:all|the whole|the entire|in a whole|in a full|for a whole) (?P<each>day|week)(?: long)?|(?:once|at all|even once) (?:that|this|in a|in the|during the) (?P<each2>day|week))\b"),
    "ja": re.compile(r"(?:(?:その|丸|まる)?(?:(?P<week>週(?:間)?|1週間|一週間)|日(?:中|のうち)?|(?:1|一)日(?:中|じゅう|を通して|のうち)?|終日)(?:に|で|、|ずっと)*(?:ただの)?(?:(?:一|1)(?:度|回)も|全く|まったく|全然)|(?:一|1)日中ずっと)"),
}  # fmt: skip


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """The end of a day in which a device has not done it."""
    match = _WHOLE[reader.lang].search(reader.reading.low, clause.start, clause.end)
    kind = meaning_of(reader, periodic=True)
    if match is None or kind is None or not clause.having("not") or clause.role("compare"):
        return None
    said = [s for s in clause.spans if match.start() <= s.start < match.end()]
    rest = [_plain(s) for s in clause.spans if s not in said and not (s.words & {"not"} and not s.names)]
    if any(s.duration is not None or s.quantity is not None for s in rest):
        return None
    base = reader.one(replace(clause, spans=rest))
    if base is None or base.sort != "compare" or base.source is None or not base.tests:
        return base
    base = replace(base, hold=0, each_time=True, of=None, back=None, repeat=None)
    base.words = reader.reading.words(clause.start, clause.end)
    groups = match.groupdict()
    week = groups.get("week") or "week" in (groups.get("each"), groups.get("each2"))
    period = Period(WEEK if week else DAY, ended=True)
    for span in clause.spans:
        span.used = True
    reader.spans.append(Span(match.start(), match.end(), match.group(), used=True))
    step = Step(kind, {}, {**period.params(), "at_least": None}, port=kind[1].port, named="reports")
    return Trigger("happen", "", source=base.source, base=base, step=step)


def _plain(span: Span) -> Span:
    return replace(span, words=span.words - {"not", "whole", "once"})
