"""What is counted or summed up by itself: ルートごとの, ロット別の, by lot, per route, of each line."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import By
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.wishes import Step
from nodes.kit.things import Registry

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_BEHIND = {"ja": re.compile(r"(?:ごと|毎|別)(?:の|に)?"), "en": re.compile(r"(?!)")}
_BEFORE = {"ja": re.compile(r"(?!)"), "en": re.compile(r"\b(?:by|per|(?:of|for|in|on)? ?(?:each|every)) $")}


def mark(reading: Reading, spans: list[Span], registry: Registry, lang: str) -> None:
    """Makes of a field or attribute by which something is done one span each."""
    for span in list(spans):
        key = next((n.id for n in span.named("key")), None)
        field = next((n for n in span.named("field") if n.extra == "string"), None)
        name = field.id if field is not None else key
        behind = _BEHIND[lang].match(reading.low, span.end)
        before = _BEFORE[lang].search(reading.low[: span.start])
        if name is None or (behind is None and before is None) or not name.isidentifier():
            continue
        start, end = (before.start() if before else span.start), (behind.end() if behind else span.end)
        by = Span(
            start, end, reading.text[start:end], fact=By(name, field is None, reading.text[span.start : span.end])
        )
        spans[:] = sorted([*(s for s in spans if s.end <= start or s.start >= end), by], key=lambda s: s.start)


def taken(clause: Clause) -> By | None:
    """By what the clause groups; marked as used."""
    span = next((s for s in clause.spans if isinstance(s.fact, By)), None)
    if span is None or not isinstance(span.fact, By):
        return None
    span.used = True
    return span.fact


def steps_of(reader: "TriggerReader", by: By) -> list[Step]:
    """What writes an attribute of the device into the readings, so that it is known of what becomes of several."""
    compute = reader.kinds.find("compute")
    if not by.attribute or compute is None:
        return []
    computed = [{"name": by.name, "expr": f"device.{by.name}"}]
    return [Step(compute, {"<computed>": computed}, gives=by.name, named=f"by_{by.name}")]
