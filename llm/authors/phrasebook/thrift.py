"""Less than all that comes: repetitions sorted out, one reading in so many, one every so often."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Sampled, Within
from llm.authors.phrasebook.predicates import compares
from llm.authors.phrasebook.wishes import Doing, Open, Step, Wish
from nodes.kit.duration import format_duration
from nodes.kit.things import DeviceType

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_TWICE = {
    "ja": re.compile(r"重複|二重|ダブり|だぶり|再送|二度(?:送|届|来|目)|(?:2|二)回(?:送|届|来|目)|もう(?:一|1)度(?:届|来|送)|同じ[^。]{1,24}(?:また|再び|もう一度|重ねて|何度も|繰り返し)(?:届|来|送|出|読)|最初の(?:一|1)(?:件|回)|(?:二|2)件目|一度だけ記録"),
    "en": re.compile(r"\b(?:duplicat\w*|repeats? (?:a |the |its )?(?:message|reading|result|event)s?|already been (?:reported|seen|sent|recorded|told)|however often|(?:sent|delivered|comes|arrives|reported|sends) (?:more than once|twice|several times)|first (?:one|time) only|only the first\b(?! (?:time |one )?(?:each|every|per|in a|of) )|same \w+(?: \w+)? means|(?:twice|again) for the same)\b|\bignore (?:the |a )?same\b|\bthe same\b[^.;]{1,40}\b(?:twice|more than once|several times|repeatedly)\b"),
}  # fmt: skip


@dataclass
class Once:
    """What makes two events the same, and for how long (None: not said)."""

    type: DeviceType
    fields: list[str]
    within: int | None = None


def without_twice(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say what counts as a repetition."""
    low = meaning.reading.low
    told = [
        c for c in found if _TWICE[meaning.lang].search(low[c.start : c.end]) or (c.role("treat") and _sorts_out(c))
    ]
    if not told:
        return found
    once = _once(meaning, told) or _once(meaning, found)
    if once is None:
        return found
    meaning.once = once
    kept = []
    for clause in found:
        doing = clause.role("record") or (clause.role("tell") and any(s.named("destination") for s in clause.spans))
        asks = (
            clause.when
            and not _about(clause, told)
            and (compares(clause.spans) or clause.having("yes") or clause.role("edge"))
        )
        if doing or asks or (clause not in told and not clause.having("nothing")):
            kept.append(clause)
            for span in (s for s in clause.spans if s.is_fact(Within) and clause in told):
                span.used = True
            continue
        for span in clause.spans:
            span.used = True
    for clause in kept:
        if clause.role("record") and not clause.when:
            clause.spans = [s for s in clause.spans if not s.words & {"else", "once", "nothing"} or s.names]
            clause.joined = None
    return kept


def _about(clause: Clause, told: list[Clause]) -> bool:
    return clause in told


def _sorts_out(clause: Clause) -> bool:
    return any(
        port.name.startswith("dup")
        for s in clause.spans
        for k, p in s.phrases
        if p.role == "treat"
        for port in k.outputs
    )


def _once(meaning: "Meaning", told: list[Clause]) -> Once | None:
    """The fields that are named where repetitions are spoken of."""
    for clause in told:
        names = [n for s in clause.spans for n in s.named("field") if n.strength >= 2]
        keys = [n for n in names if n.extra == "string"] or names
        if keys:
            type_ = meaning.registry.types[keys[0].owner or ""]
            within = next((s.fact.ms for s in clause.spans if isinstance(s.fact, Within)), None)
            return Once(type_, list(dict.fromkeys(n.id for n in keys if n.owner == type_.id)), within)
    return None


def apply(meaning: "Meaning") -> None:
    """Puts what is sorted out or thinned out before what is done."""
    for wish in meaning.result.wishes:
        for doing in wish.doings:
            if doing.sampled is not None:
                _sample(meaning, doing, doing.sampled)
        if meaning.once is not None:
            _sort_out(meaning, wish, meaning.once)


def _sample(meaning: "Meaning", doing: Doing, sampled: Sampled) -> None:
    slot = "<every>" if sampled.ms is not None else "<number>"
    kind = next(
        (m for m in meaning.triggers.kinds.all("treat") if slot in m[1].params.values() and len(m[0].inputs) == 1), None
    )
    if kind is None:
        return
    value = (
        Open("sampled", format_duration(sampled.ms), "sampled")
        if sampled.ms is not None
        else Open("nth", sampled.nth, "nth")
    )
    doing.steps.insert(0, Step(kind, {slot: value}, named="few"))


def _sort_out(meaning: "Meaning", wish: Wish, once: Once) -> None:
    trigger = wish.trigger
    if trigger.source is None or trigger.source.type is not once.type:
        return
    kind = next((m for m in meaning.triggers.kinds.all("treat") if _is_unique(m[0].Params.model_fields)), None)
    if kind is None:
        return
    within = Open("same", "1h", "same_within", assumed="no_same")
    if once.within is not None:
        within = Open("same", format_duration(once.within), "same_within")
    step = Step(kind, {"<fields>": once.fields, "<over>": within}, named="once")
    trigger.each_time = trigger.sort == "compare" and trigger.hold in (None, 0) and trigger.row is None
    for doing in wish.doings:
        doing.steps.insert(0, step)
        if doing.sort == "record" and set(doing.fields) <= set(once.fields):
            doing.fields = [f.name for f in once.type.fields]


def _is_unique(fields: object) -> bool:
    return isinstance(fields, dict) and {"fields", "within"} <= set(fields)
