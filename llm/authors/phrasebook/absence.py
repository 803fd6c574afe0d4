"""Nothing comes: silence for a length of time, or no report in a period."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Often, Within
from llm.authors.phrasebook.occurrences import is_absence, says_absence
from llm.authors.phrasebook.periods import DAY, HOUR, WEEK, use
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.standing import only_denies
from llm.authors.phrasebook.wishes import Meaning, Open, Step, Trigger
from nodes.kit.duration import format_duration

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    if not any(says_absence(span) for span in clause.spans) and not _elided(reader, clause):
        return None
    start, end = clause.start, clause.end
    length = next(
        (s for s in clause.spans if (s.duration is not None or isinstance(s.fact, Within)) and not s.used), None
    )
    period = reader.period(start, end)
    if period is None and (length is None or _is_due(reader, length)):
        period = reader.given.due
    if length is not None and (period is None or not period.ended) and reader.given.due is None:
        period = None
    meaning = meaning_of(reader, periodic=period is not None)
    source = reader.source(clause.spans, last)
    if source is None or not source.spoken:
        if reader.unknown(clause):
            return None
        source = source or reader.source(reader.hints, None) or reader.given.due_source
    if meaning is None or source is None:
        reader.miss(clause, "condition")
        return None
    step = Step(meaning, {}, {}, port=meaning[1].port, named="silence" if period is None else "reports")
    if period is not None:
        use(period, reader.spans)
        step.more = {**period.params(), "at_least": _at_least(clause)}
    else:
        slot = next(slot for slot in meaning[1].params.values() if slot == "<hold>")
        step.slots[slot] = _length(length)
    if _OF_ALL.search(reader.reading.low, start, end):
        step.slots["<per>"] = "all"
    for span in clause.spans:
        span.used = True
    return Trigger("happen", "", source=source, step=step)


_OF_ALL = re.compile(
    r"\b(?:no(?! (?:data|word|news|sign|reading|signal|message|update|contact)s?\b)|none of (?:the|our|my)|not a single) (?:\w+ ){1,3}(?:has|have|had|reports?|sends?)\b|\b(?:any|one) of (?:the|our|my) \w+ at all\b"
)
""" "When no tank has reported": all of them together are silent."""


_EACH_MS = {HOUR: 3_600_000, DAY: 86_400_000, WEEK: 604_800_000}


def _is_due(reader: "TriggerReader", length: Span) -> bool:
    """The length is that of the period in which something has to report."""
    return reader.given.due is not None and _EACH_MS.get(reader.given.due.each) == length.duration


def _elided(reader: "TriggerReader", clause: Clause) -> bool:
    """ "If one has not, ...": what has to report was said before."""
    return reader.given.due is not None and only_denies(clause)


def meaning_of(reader: "TriggerReader", *, periodic: bool) -> Meaning | None:
    found = [m for m in reader.kinds.all("happen") if is_absence(m) and m[1].lang == reader.lang]
    return next((m for m in found if ("each" in m[0].Params.model_fields) == periodic), None)


def _length(span: Span | None) -> Open:
    if span is None:
        return Open("silence", "10m", "silence", assumed="no_silence")
    ms = span.fact.ms if isinstance(span.fact, Within) else span.duration or 0
    return Open("silence", format_duration(ms), "silence")


def _at_least(clause: Clause) -> int | None:
    """ "fewer than three readings": how many must come at least."""
    often = next((s.fact for s in clause.spans if isinstance(s.fact, Often)), None)
    return often.times if often is not None and often.times > 1 else None


_MUST = {
    "ja": re.compile(r"決まり|はず|必ず|ことになって|義務|ルール|なければなら|べき|予定"),
    "en": re.compile(
        r"\b(?:has to|have to|must|should|is to|are to|is supposed to|are supposed to|is expected to|are expected to|is due)\b"
    ),
}
_REPORT = {
    "ja": re.compile(r"送|報告|届|通信|発信|上げ"),
    "en": re.compile(r"\b(?:report|send|post|transmit|check in|arrive|deliver|give a sign|speak)\b"),
}


def due(reader: "TriggerReader", start: int, end: int, spans: list[Span]) -> bool:
    """A sentence that says how often something has to report."""
    low = reader.reading.low[start:end]
    if not (_MUST[reader.lang].search(low) and _REPORT[reader.lang].search(low)) or any(
        s.named("destination") or "if" in s.words for s in spans
    ):
        return False
    period = reader.period(start, end)
    source = reader.source(spans, None)
    if period is None or source is None:
        return False
    period.ended = True
    reader.given.due, reader.given.due_source = period, source
    for span in spans:
        span.used = True
    return True
