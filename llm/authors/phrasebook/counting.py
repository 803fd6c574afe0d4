"""How often something happens: 10分間に5回以上開いたら, more than 3 readings above 10 mm/s within an hour."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import with_key
from llm.authors.phrasebook.facts import Lookback, Often, Within
from llm.authors.phrasebook.periods import Period, use
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.wishes import Open, Step, Test, Trigger
from nodes.kit.duration import format_duration
from nodes.kit.things import TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

COUNT = "count"


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    often = next((s for s in clause.spans if isinstance(s.fact, Often)), None)
    plain = reader.comparing.plain
    if often is None or not isinstance(often.fact, Often) or plain is None:
        return None
    length = next((s for s in clause.spans if isinstance(s.fact, Within | Lookback) and s.fact.ms), None)
    length = length or next((s for s in clause.spans if s.duration is not None), None)
    period = reader.period(clause.start, clause.end)
    counting = next(((k, p) for k, p in reader.kinds.all("aggregate") if "<over>" in p.params.values()), None)
    if counting is None or (length is None and period is None):
        return None
    inner = replace(clause, spans=[s for s in clause.spans if s is not often and s is not length])
    base = reader.one(inner)
    if base is None or base.source is None or not base.tests:
        return None
    base = replace(base, repeat=None, quiet=None, of=None, back=None) if base is last else base
    base.hold, base.each_time = 0, often.fact.readings or _each_counts(reader, clause, base)
    base.words = reader.reading.words(clause.start, clause.end)
    step = Step(counting, {"<field>": base.tests[0].field.name}, {"calc": COUNT}, counting[1].gives, named="times")
    if length is not None:
        step.slots["<over>"] = Open("span", format_duration(_ms(length)), "window")
    elif period is not None:
        use(period, reader.spans)
        step.more |= period.params()
        step.slots["<mode>"] = None if period.ended else "sliding"
        step.periodic = period.ended
    for span in (often, *([length] if length else [])):
        span.used = True
    meaning = with_key(plain, often.fact.key)
    field = TypeField(name=counting[1].gives or COUNT, type="integer")
    test = Test(field, meaning, [Quantity(often.fact.times)], steps=[step], noun=reader.said[COUNT])
    made = Trigger("compare", "", source=base.source, tests=[test], base=base, hold=0, meaning=meaning)
    made.each_time = step.periodic
    return made


_TURNS = re.compile(r"\b(?:goes|go|went|changes?|turns?|switches|enters?|becomes?|gets?)\b")


def _each_counts(reader: "TriggerReader", clause: Clause, base: Trigger) -> bool:
    """Whether every reading that says so counts, and not only those that begin to."""
    return _of_texts(reader, clause, base) if reader.lang == "en" else _is_result(base.tests[0])


def _of_texts(reader: "TriggerReader", clause: Clause, base: Trigger) -> bool:
    """Every result that says so counts, where the words do not speak of turning into it."""
    return base.tests[0].words is not None and not _TURNS.search(reader.reading.low, clause.start, clause.end)


_HOW_OFTEN = re.compile(
    r"\b(?:(?:the |a )?(?:number of times|count of(?: how often)?)|how (?:often|many times)|(?:the |a )?number of(?= (?:[\ue000-\uf8ff] )?[a-z]))\b"
)


def reported(reader: "TriggerReader", clause: Clause, period: Period) -> Trigger | None:
    """ "... how often the gate was opened that day": the number of occurrences, once for each period."""
    asked = _HOW_OFTEN.search(reader.reading.low, clause.start, clause.end) if reader.lang == "en" else None
    counting = next(((k, p) for k, p in reader.kinds.all("aggregate") if "<over>" in p.params.values()), None)
    if asked is None or counting is None:
        return None
    told = [s for s in clause.spans if s.start < asked.start() or _says_no_more(s)]
    texts = [s for s in clause.spans if s.quote is not None and s.start > asked.start()]
    missed = len(reader.missed)
    base = reader.one(replace(clause, spans=[s for s in clause.spans if s not in told], when=True, marked=True))
    if base is None:
        del reader.missed[missed:]
    if base is None or base.sort != "compare" or base.source is None or not base.tests:
        return None
    base.hold, base.each_time = 0, _each_counts(reader, clause, base)
    base.words = reader.reading.words(asked.start(), clause.end)
    use(period, reader.spans)
    gives = counting[1].gives
    step = Step(
        counting, {"<field>": base.tests[0].field.name}, {"calc": COUNT, **period.params()}, gives, named="times"
    )
    step.periodic = True
    reader.spans.append(Span(asked.start(), asked.end(), "", used=True))
    reader.cover("the number")
    for span in texts:
        span.quote, span.used = None, True
    made = Trigger("reading", base.words, source=base.source, base=base, steps=[step], hold=0)
    made.shown = [(reader.said[COUNT], gives or COUNT, None)]
    return made


def _says_no_more(span: Span) -> bool:
    """Who is told, and when."""
    return bool(span.named("destination") or span.role("tell") or span.clock or span.days or span.every)


_HOW_MANY = re.compile(r"(?P<did>[たる])?(?:の)?(?:件数|回数|個数|何件|何回)")


def report(reader: "TriggerReader", clause: Clause, period: Period | None) -> Trigger | None:
    """How many came, or how often something happened, when a period is over: 「その日の件数」「開いた回数」."""
    asked = _HOW_MANY.search(reader.reading.low, clause.start, clause.end) if reader.lang == "ja" else None
    counting = next(((k, p) for k, p in reader.kinds.all("aggregate") if "<over>" in p.params.values()), None)
    if asked is None or period is None or counting is None:
        return None
    before = [s for s in clause.spans if s.end <= asked.start() + 1 and not s.named("destination")]
    base = reader.one(replace(clause, spans=before, end=asked.start(), when=True)) if asked["did"] else None
    source = base.source if base is not None else reader.source(before, None)
    if source is None or (asked["did"] and (base is None or not base.tests)) or not source.spoken:
        return None
    field = base.tests[0].field.name if base is not None else source.type.fields[0].name
    if base is not None:
        base.hold, base.each_time = 0, _is_result(base.tests[0])
    more = {"calc": COUNT, **period.params()}
    step = Step(counting, {"<field>": field}, more, counting[1].gives, named="times", periodic=True)
    use(period, reader.spans)
    made = Trigger("reading", reader.reading.words(clause.start, clause.end), source=source, base=base, steps=[step])
    made.shown = [(reader.said[COUNT], counting[1].gives or COUNT, None)]
    reader.spans.append(Span(asked.start(), asked.end(), asked.group(), used=True))
    return made


_RESULT = re.compile(r"result|judg|verdict|inspect|class|grade|判定|結果|検査|合否|良否|評価")


def _is_result(test: Test) -> bool:
    """A text that says how one thing came out: each of them counts, the same one twice as well."""
    words = " ".join([test.field.name, *test.field.label.values(), *test.field.also]).lower()
    return test.words is not None and bool(_RESULT.search(words))


def _ms(span: Span) -> int:
    if isinstance(span.fact, Within | Lookback):
        return span.fact.ms or 0
    return span.duration or 0
