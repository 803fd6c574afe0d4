"""What is done with every reading: it is recorded, or what somebody wrote is passed on as it is (所見を品質管理に回して)."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.wishes import Doing, Source, Trigger
from nodes.kit.catalog import Catalog

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_HANDED = re.compile(r"[にへ]も?(?:そのまま)?回")
_PASSES = re.compile(r"回[しすせ]|回送|転送|取り次|取りつ|渡[しすせ]|そのまま")


def mark(reading: Reading, spans: list[Span], catalog: Catalog, lang: str) -> None:
    """ "…を品質管理に回して": what is handed to somebody is told, and nothing is switched on."""
    tell = next(((k, p) for k in catalog for p in k.phrases if p.role == "tell" and p.lang == lang), None)
    for whom, verb in pairwise(spans):
        handed = lang == "ja" and whom.named("destination") and verb.text.startswith("回") and not verb.names
        if handed and tell is not None and _HANDED.match(reading.low, whom.end):
            verb.words, verb.phrases = set(), [tell]


def from_readings(meaning: "Meaning", part: Part, doings: list[Doing]) -> Trigger | None:
    """Recording needs no condition: every reading of the devices that have the field; nor does passing on a text."""
    for doing in doings:
        type_ = meaning.registry.types.get(doing.spread or "")
        if doing.sort == "record" and type_ is not None:
            return Trigger("reading", doing.words, source=Source(type_))
        if doing.sort == "record" and meaning.once is not None:
            return Trigger("reading", doing.words, source=Source(meaning.once.type))
    return _passed_on(meaning, part, doings)


def _passed_on(meaning: "Meaning", part: Part, doings: list[Doing]) -> Trigger | None:
    if meaning.lang != "ja" or len(doings) != 1 or doings[0].sort != "tell" or len(part.doing) != 1 or part.when:
        return None
    clause, doing = part.doing[0], doings[0]
    texts = [(s, n) for s in clause.spans for n in s.named("field") if n.extra == "string" and n.strength >= 3]
    source = meaning.triggers.source(clause.spans, None)
    if source is None or not _PASSES.search(meaning.reading.low, clause.start, clause.end):
        return None
    field = next((f for _, n in texts if n.owner == source.type.id and (f := source.type.field(n.id))), None)
    written = [f for f in source.type.fields if f.type == "string"]
    if field is None and len(written) == 1 and not any(s.named("field") for s in clause.spans):
        field = written[0]
    if field is None or any(s.clock or s.every or s.quantity for s in clause.spans):
        return None
    for span in clause.spans:
        span.used = True
    label = meaning.triggers.label(field)
    if not any(name == field.name for _, name, _ in doing.shown) and field.name not in doing.fields:
        doing.shown.append((label, field.name, None))
    return Trigger("reading", doing.words, source=source)
