"""How often something was seen, when a period is over: 直ごとの立ち入りの回数, the number of entries at the end of each shift."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook import sights
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Ground, Rate, Sight
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.periods import Period, use
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Step, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning
    from llm.authors.phrasebook.triggers import TriggerReader

_HOW_OFTEN = {
    "ja": re.compile(r"回数|件数|人数|何回|何件|何人"),
    "en": re.compile(r"\b(?:number|count) of\b|\bhow (?:often|many)\b"),
}


def report(reader: "TriggerReader", clause: Clause, period: Period | None) -> Trigger | None:
    """How often what is seen came, when a period is over: 直ごとの立ち入りの回数, "the number of entries at the end of each shift"."""
    counting = next(((k, p) for k, p in reader.kinds.all("aggregate") if "<over>" in p.params.values()), None)
    asked = _HOW_OFTEN[reader.lang].search(reader.reading.low, clause.start, clause.end)
    base = (
        reader.last
        if reader.last is not None and reader.last.step is not None and sights.is_seen(reader.last)
        else None
    )
    seen = sights.sight_of(clause)
    if base is None and seen is not None and (source := sights.camera_of(reader, clause.spans, None)) is not None:
        base = sights.seen_trigger(reader, clause, seen, source)
    if asked is None or period is None or counting is None or base is None or base.step is None:
        return None
    gives = counting[1].gives or sights.COUNT
    use(period, reader.spans)
    step = Step(
        counting,
        {"<field>": sights.COUNT},
        {"calc": sights.COUNT, **period.params()},
        gives,
        named="times",
        periodic=True,
    )
    words = reader.reading.words(clause.start, clause.end)
    made = Trigger("reading", words, source=base.source, base=base, steps=[step], noun=base.noun)
    made.shown = [(reader.said[sights.COUNT], gives, None)]
    for span in clause.spans:
        span.used = span.used or span.is_fact(Sight, Ground) or span.looked
    reader.spans.append(Span(asked.start(), asked.end(), asked.group(), used=True))
    return made


def reports_apart(meaning: "Meaning", found: list[Part]) -> list[Part]:
    """The parts, in which a sentence that asks how often something was seen hangs on no condition of a sentence before."""
    if not any(s.is_fact(Sight, Rate) for s in meaning.spans):
        return found
    made = []
    for part in found:
        first = part.when[0].sentence if part.when else None
        asked = [c for c in part.doing if c.sentence != first and _asks(meaning, c)] if part.when else []
        own = {c.sentence for c in asked}
        rest = [c for c in part.doing if c.sentence not in own]
        made.append(Part(part.when, rest))
        made += [Part(doing=[c for c in part.doing if c.sentence == number]) for number in sorted(own)]
    return made


def _asks(meaning: "Meaning", clause: Clause) -> bool:
    return any(s.is_fact(Rate) for s in clause.spans) or bool(
        _HOW_OFTEN[meaning.lang].search(meaning.reading.low, clause.start, clause.end)
    )
