"""How fast a value changes: 5分以内に30℃以上上がったら, drops by more than 1 bar within 30 seconds, 2 °C per minute."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.comparisons import OPPOSITE, key_of, with_key
from llm.authors.phrasebook.derived import Virtual, changes
from llm.authors.phrasebook.facts import Lookback, Within
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.units import per_time
from llm.authors.phrasebook.wishes import Meaning, Open, Trigger
from nodes.kit.duration import format_duration

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_AGO = re.compile(r"前(?:の(?:値|測定値|[^、。]{1,4}))?(?:より(?:も)?|と比べて?|に比べて?|と比較して)")
_TO_LEVEL = re.compile(r"^\s?(?:に|まで|へ)")
_BY = {
    "ja": re.compile(r"\s?(?:以上|以下|を?超え(?:て|る)?|超|より(?:も)?(?:大きく|多く)?|も|ほど|程度|ぐらい|くらい|分|も?の)*(?:の?(?:ペース|速さ|速度|勢い|割合|スピード)で)?(?:急に|急激に|一気に|続けて|連続して|速く)?\s?"),
    "en": re.compile(r"\s?(?:up |down |off )?(?:by |of )?(?:more than |at least |over |as much as |about |around |up to )*"),
}  # fmt: skip
_AFTER = {"ja": re.compile(r"以上|超|より|も"), "en": re.compile(r" or more| or over| and more")}
FALL, CHANGE = "fall", "change"
_CHANGE = re.compile(r"(?:の変化|の変動)(?=が|は)")


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    verbs = [(s, m) for s in clause.spans for m in s.phrases if m[1].role == "derive" and changes(m[0])]
    amounts = [s for s in clause.spans if s.quantity is not None and s.duration is None and not s.used]
    if not verbs and reader.lang == "ja" and (noun := _CHANGE.search(reader.reading.low, clause.start, clause.end)):
        verbs = [(Span(noun.start(), noun.end(), noun.group()), m) for m in reader.kinds.all("derive") if changes(m[0])][:1]  # fmt: skip
    if not verbs and amounts and (ago := _ago(reader, clause)) is not None:
        verbs = [ago]
    if not verbs or not amounts:
        return None
    for amount in amounts:
        quantity = amount.quantity
        if quantity is not None and per_time(quantity.unit):
            return _rate(reader, clause, last, verbs, amount)
    pair = next(((v, a) for a in amounts for v in verbs if _belongs(reader, clause, v[0], a)), None)
    if pair is None:
        return None
    return _moved(reader, clause, last, pair[0], pair[1])


def _ago(reader: "TriggerReader", clause: Clause) -> tuple[Span, Meaning] | None:
    """ "1時間前より10度以上高い": so far up or down since then."""
    low = reader.reading.low
    length = next((s for s in clause.spans if s.duration is not None and _AGO.match(low, s.end)), None)
    amount = next((s for s in clause.spans if s.quantity is not None and s.duration is None and not s.used), None)
    if reader.lang != "ja" or length is None or amount is None:
        return None
    falls = re.search(r"低|下|減|少な|落ち|小さ", low[amount.end : clause.end])
    wanted = FALL if falls else "rise"
    meaning = next((m for m in reader.kinds.all("derive") if changes(m[0]) and m[1].gives == wanted and m[1].lang == "ja"), None)  # fmt: skip
    return (Span(amount.end, amount.end, ""), meaning) if meaning is not None else None


def _belongs(reader: "TriggerReader", clause: Clause, verb: Span, amount: Span) -> bool:
    """The number says by how much, not up to where."""
    low = reader.reading.low
    if reader.lang == "ja":
        between = low[amount.end : verb.start] if verb.start >= amount.end else ""
        noun = verb.text.endswith(("幅", "量", "率"))
        return noun or (
            verb.start >= amount.end and not _TO_LEVEL.match(between) and bool(_BY["ja"].fullmatch(between))
        )
    timed = any(isinstance(s.fact, Within | Lookback) for s in clause.spans)
    if amount.start >= verb.end:
        between = low[verb.end : amount.start]
        by = " by " in f" {verb.text} {between} " or verb.text.endswith((" by", " of")) or " of " in between
        return bool(_BY["en"].fullmatch(between)) and (by or timed)
    return verb.start - amount.end <= 2 and timed


_BEFORE_JA = re.compile(r"(?:前回|前日|昨日|先週|前週|前月|先月|去年|前年)[^、。]{0,8}(?:より|比|から)")
"""Since then, for which no length of time may be taken in its place."""


def _moved(
    reader: "TriggerReader", clause: Clause, last: Trigger | None, verb: tuple[Span, Meaning], amount: Span
) -> Trigger | None:
    """So far up or down within a length of time."""
    span, meaning = verb
    over = _length(clause)
    if over is None and _BEFORE_JA.search(reader.reading.low, clause.start, clause.end):
        reader.miss(clause, "condition")
        return None
    value = Open("span", format_duration(over), "window") if over else Open("span", "5m", "window", assumed="no_window")
    meaning = _way(meaning, span, reader.lang)
    computed = _virtuals(reader, clause.spans, meaning, {"<over>": value})
    return _built(reader, clause, last, computed, amount, span, falling=False)


def _rate(
    reader: "TriggerReader", clause: Clause, last: Trigger | None, verbs: list[tuple[Span, Meaning]], amount: Span
) -> Trigger | None:
    """So much per unit of time; what falls is less than nothing."""
    span, meaning = verbs[0]
    falling = any(m[1].gives == FALL for s, m in verbs if s is span)
    plain = next(
        (
            p
            for p in meaning[0].phrases
            if p.role == "derive" and "<over>" not in p.params.values() and p.lang == reader.lang
        ),
        None,
    )
    unit = amount.quantity.unit if amount.quantity else None
    if plain is None or unit is None:
        return None
    each = per_time(unit)
    more = {"each": each} if each is not None and each != "1m" else {}
    computed = _virtuals(reader, clause.spans, (meaning[0], plain), {}, more)
    return _built(reader, clause, last, computed, amount, span, falling=falling)


def _virtuals(
    reader: "TriggerReader", spans: list[Span], meaning: Meaning, slots: dict[str, Open], more: dict[str, str] | None = None
) -> list[Virtual]:  # fmt: skip
    found: list[Virtual] = []
    for type_ in reader.registry.types.values():
        for base in reader.derivations.bases(meaning, type_):
            for virtual in reader.derivations.computed(meaning, None, type_, base, dict(slots), dict(more or {})):
                names = [
                    n.strength for s in spans for n in s.named("field") if n.id == base.name and n.owner == type_.id
                ]
                virtual.strength = max(names, default=0.0)
                key = "falling" if meaning[1].gives == FALL else "rising" if slots else "speed_of"
                virtual.noun = reader.said[key].format(field=reader.label(base))
                found.append(virtual)
    return found


def _built(
    reader: "TriggerReader", clause: Clause, last: Trigger | None, computed: list[Virtual], amount: Span, verb: Span, *,
    falling: bool,
) -> Trigger | None:  # fmt: skip
    quantity = amount.quantity
    if quantity is None:
        return None
    subject = reader.subject(clause.spans, ("number", "integer"), quantity, last, computed=computed)
    if subject is None or (not subject.source.spoken and last is None and reader.unknown(clause)):
        if subject is None:
            reader.miss(clause, "field")
        return None
    said = _comparison(reader, clause, amount)
    if said is None:
        return None
    if reader.lang == "ja" and any(0 <= n.start - verb.end <= 3 for n in clause.having("not")):
        said = with_key(said, OPPOSITE[key_of(said)])
    if falling:
        quantity, said = Quantity(-quantity.value, quantity.unit), with_key(said, _TURNED[key_of(said)])
    amount.used = verb.used = True
    test = test_of(subject, said, [quantity])
    test.either = test.either or any(m[1].gives == CHANGE for m in verb.phrases)
    trigger = Trigger("compare", "", source=subject.source, tests=[test], meaning=said)
    trigger.tests[0].steps[-1].named = f"{subject.virtual.inputs[0]}_change" if subject.virtual else ""
    return reader.finish(trigger, clause)


_TURNED = {"above": "below", "below": "above", "at_least": "at_most", "at_most": "at_least"}


def _comparison(reader: "TriggerReader", clause: Clause, amount: Span) -> Meaning | None:
    """ "more than" and "or more" around the amount; at least where nothing is said."""
    plain = reader.comparing.plain
    near = [s for s in clause.role("compare") if 0 <= amount.start - s.end <= 4 or 0 <= s.start - amount.end <= 3]
    said = next((s.role("compare") for s in near), None)
    if said is not None and "<number>" in said[1].params.values():
        return said if key_of(said) in OPPOSITE else plain
    return plain


def _way(meaning: Meaning, span: Span, lang: str) -> Meaning:
    return next(
        (m for m in span.phrases if m[0] is meaning[0] and "<over>" in m[1].params.values() and m[1].lang == lang),
        meaning,
    )


def _length(clause: Clause) -> int | None:
    for span in clause.spans:
        if isinstance(span.fact, Within | Lookback) and span.fact.ms and not span.used:
            span.used = True
            return span.fact.ms
    for span in clause.spans:
        if span.duration is not None and not span.used:
            span.used = True
            return span.duration
    return None
