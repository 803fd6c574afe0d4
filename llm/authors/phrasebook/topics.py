"""What a sentence only works out, for another one to speak of: "Average the last 10 readings; when that is above ..."."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.derived import Virtual, changes
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.subjects import Subject, source_of
from llm.authors.phrasebook.summing import ROLE, summed
from llm.authors.phrasebook.wishes import Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_VERBS = {
    "ja": re.compile(r"求め|計算|算出|見て|見る|使って|使い|使う|用い|調べ|引い|平均し|合計し|換算|直し|参照|判断|評価|とする|として"),
    "en": re.compile(r"\b(?:work(?:s|ed)? out|comput\w*|calculat\w*|deriv\w*|use|using|take|taking|average|look(?:s|ed)? up|find|determine|measure|consider|watch|judge|get|convert|go by)\b"),
}  # fmt: skip
_NUMERIC = ("number", "integer")


def without_topics(reader: "TriggerReader", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say what is looked at."""
    kept: list[Clause] = []
    for number, clause in enumerate(found):
        before = kept[-1] if kept else None
        if _says_topic(reader, clause) and take(reader, clause):
            continue
        if before is None and number and _goes_on(clause) and reader.given.topic is not None:
            for span in clause.spans:
                span.used = True
            continue
        kept.append(clause)
    return kept


def _says_topic(reader: "TriggerReader", clause: Clause) -> bool:
    if clause.when or clause.role("tell", "record", "call", "actuate"):
        return False
    if any(s.named("destination") or s.named("call") or s.named("choice") for s in clause.spans):
        return False
    measures = any(s.role(ROLE) or s.named("table") or _computes(s) for s in clause.spans)
    return measures and bool(_VERBS[reader.lang].search(reader.reading.low[clause.start : clause.end]))


def _computes(span: Span) -> bool:
    return any(p.role == "derive" and not changes(k) for k, p in span.phrases)


def _goes_on(clause: Clause) -> bool:
    """The rest of such a clause ("... and current")."""
    return not clause.when and bool(clause.spans) and all(s.named("field") or s.words & {"and"} for s in clause.spans)


def take(reader: "TriggerReader", clause: Clause) -> bool:
    """Sets down what the clause speaks of; False where it cannot be worked out."""
    reader.around = (clause.start, clause.end)
    tables = [n.id for s in clause.spans for n in s.named("table")]
    reader.given.tables += tables
    subject = _subject(reader, clause.spans)
    if subject is None and not tables:
        return False
    if subject is not None:
        test = test_of(subject, None, [])
        trigger = Trigger("compare", "", source=subject.source, tests=[test])
        summed(reader, trigger, clause)
        if test.steps:
            base = subject.virtual.inputs if subject.virtual else [subject.field.name]
            virtual = Virtual(
                test.field, test.steps, base, base=subject.field, strength=2.5, noun=test.noun, type=subject.source.type
            )
            virtual.share = subject.virtual.share if subject.virtual else False
            reader.given.topic = (subject.source, virtual)
            reader.given.whole = trigger.per
    for span in clause.spans:
        span.used = True
    return True


def _subject(reader: "TriggerReader", spans: list[Span]) -> Subject | None:
    found = reader.subject(spans, _NUMERIC, None, None)
    if found is not None and (found.virtual is not None or any(s.named("field") for s in spans)):
        return found
    for type_ in reader.registry.types.values():
        source, score = source_of(spans, reader.registry, type_)
        fields = [f for f in type_.fields if f.type in _NUMERIC]
        if score >= 1 and len(fields) == 1:
            return Subject(source, fields[0], score, named=True)
    return found if found is not None and any(s.role(ROLE) for s in spans) else None
