"""What a sentence only sets down for the others: what a pulse is worth, what a voltage means, what counts as running."""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook import absence
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.derived import Virtual, changes
from llm.authors.phrasebook.facts import Calendar, Lookback, Shifts, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.periods import Period, use
from llm.authors.phrasebook.quantities import spelled
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.units import dimension, fits, in_field_unit
from llm.authors.phrasebook.wishes import Condition, Open, Source, Step, Trigger
from nodes.kit.duration import format_duration
from nodes.kit.things import DeviceType, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.asking import Asked
    from llm.authors.phrasebook.levels import Levels
    from llm.authors.phrasebook.phases import Phases
    from llm.authors.phrasebook.triggers import TriggerReader

INCREASE = "increase"
_PULSE = {
    "ja": re.compile(rf"(?:1|一)\s?(?:パルス|カウント|回転)\s?(?:は|が|=|につき|あたり|当たり|で|を)?\s?(?=(?P<n>{NUMBER}))"),
    "en": re.compile(rf"\b(?:one|1|each|every|a) (?:pulse|count|tick)(?: of [^.,;]{{1,30}})?(?: (?:is|equals|means|stands for|counts|represents|per|=|for every|every|for)|=| per)+(?: |(?<==))(?=(?P<n>{NUMBER}))"),
}  # fmt: skip
_PULSE_AFTER = {
    "ja": re.compile(r"\s?(?:/|毎|で(?:1|一))\s?パルス"),
    "en": re.compile(r"\s?(?:per|/|a|each) (?:pulse|count|tick)"),
}
_WRAPS = {
    "ja": re.compile(rf"(?P<n>{NUMBER})(?:の次は|を超えると|で|まで(?:数えると|いくと|行くと)|に(?:なると|達すると))[^。]{{0,8}}?(?:0|ゼロ|零|一周|戻)"),
    "en": re.compile(rf"(?:rolls? over|wraps?(?: around)?|starts? again|restarts?|overflows?|resets?|returns? to (?:0|zero))(?: to (?:0|zero))? (?P<how>after|at|past|above) (?P<n>{NUMBER})"),
}  # fmt: skip
_BITS = re.compile(r"(?P<n>8|16|24|32)[ -]?(?:ビット|bit)")
_ZERO = {
    "ja": re.compile(r"(?:0|ゼロ|零)に(?:戻|クリア|なる|する)|リセット|クリア"),
    "en": re.compile(
        r"\b(?:reset|resets|cleared|goes? back to (?:0|zero)|starts? (?:over|again|anew)|back to zero|set to zero)\b"
    ),
}
_TOTAL = {
    "ja": re.compile(r"合計|集計|カウント|積算|値|累計"),
    "en": re.compile(r"\b(?:total|count|sum|counter|figure|it)\b"),
}


@dataclass
class Scale:
    """What one pulse is worth, and where the counter begins again."""

    factor: float
    unit: str
    wrap: float | None = None
    types: list[str] = field(default_factory=list)


@dataclass
class State:
    """A name for what is true under a condition ("a lathe counts as cutting while ...")."""

    name: str
    trigger: Trigger


@dataclass
class Given:
    """All that was set down so far."""

    scale: Scale | None = None
    curves: list[tuple[DeviceType, Virtual]] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    topic: tuple[Source, Virtual] | None = None
    reset: Period | None = None
    period: Period | None = None
    """The period that is being reported of."""
    closing: list[tuple[int, int]] = field(default_factory=list)
    """Where what is to be done says that it comes at the end of a period."""
    due: Period | None = None
    due_source: Source | None = None
    levels: "Levels | None" = None
    phases: "Phases | None" = None
    shifts: Shifts | None = None
    calendar: Calendar | None = None
    tables: list[str] = field(default_factory=list)
    whole: str | None = None
    """The `per` of the topic, where several devices are looked at together."""
    limits: list[tuple[str, str | None, Quantity]] = field(default_factory=list)
    """Limits of single devices, or of all of a type: (type, device, limit)."""
    looked: Trigger | None = None
    """What was looked at by the clock last."""
    hours: Calendar | None = None
    """Times at whose beginning something is set."""
    broken: dict[int, Trigger] = field(default_factory=dict)
    """id() of a clause ("if it isn't") -> the condition that it stands for."""
    asked: "Asked | None" = None
    asked_in: int | None = None
    asked_at: int = 0
    """What somebody was told to look at or read, and the number of that sentence, and where it says so."""

    def virtuals(
        self, reader: "TriggerReader", spans: list[Span], type_: DeviceType, quantity: Quantity | None
    ) -> list[Virtual]:
        found = [virtual for known, virtual in self.curves if known.id == type_.id and _meant(virtual, spans, quantity)]
        if self.topic is not None and self.topic[0].type.id == type_.id and _topical(self.topic[1], spans, type_):
            found.append(self.topic[1])
        if self.scale is not None:
            found += self._counted(reader, spans, type_, quantity)
        return found

    def _counted(
        self, reader: "TriggerReader", spans: list[Span], type_: DeviceType, quantity: Quantity | None
    ) -> list[Virtual]:
        """What a meter has counted over the period or length of time that the words speak of."""
        scale, unit = self.scale, quantity.unit if quantity else None
        if scale is None or (scale.types and type_.id not in scale.types):
            return []
        if unit is not None and not (fits(unit, scale.unit) and dimension(unit) == dimension(scale.unit)):
            return []
        counting = next(((k, p) for k, p in reader.kinds.all("derive") if "factor" in k.Params.model_fields), None)
        bases = [f for f in type_.fields if f.type == "integer"] or [f for f in type_.fields if f.type == "number"]
        if counting is None or len(bases) != 1 or not _speaks_of_time(reader, spans):
            return []
        factor = int(scale.factor) if scale.factor == int(scale.factor) else scale.factor
        more: dict[str, Any] = {"factor": factor, "unit": scale.unit, "wrap_at": scale.wrap}
        more = {name: value for name, value in more.items() if value is not None}
        step = Step(counting, {"<field>": bases[0].name}, more, INCREASE, named="counted")
        return counted_over(reader, spans, type_, bases[0], [step], scale.unit)

    def state_of(
        self, type_: DeviceType, spans: list[Span], reader: "TriggerReader"
    ) -> tuple[Condition, list[str]] | None:
        """The condition behind a name that was set down for devices of this type."""
        start, end = reader.around
        text = reader.reading.low[start:end]
        for state in self.states:
            trigger = state.trigger
            if trigger.source is not None and trigger.source.type.id == type_.id and _is_named(state.name, text):
                return Condition(trigger), [test.field.name for test in trigger.tests]
        return None


def counted_over(
    reader: "TriggerReader", spans: list[Span], type_: DeviceType, base: TypeField, steps: list[Step], unit: str | None
) -> list[Virtual]:
    """The sum of what was counted within a length of time or a period; in total where neither is said."""
    start, end = reader.around
    total = next(
        (
            (k, p)
            for k, p in reader.kinds.all("aggregate")
            if p.params.get("calc") == "sum" and "<over>" in p.params.values()
        ),
        None,
    )
    length = next((s for s in spans if isinstance(s.fact, Lookback | Within)), None)
    period = reader.period(start, end)
    noun = reader.said["counted"]
    if total is None:
        return []
    step = Step(total, {"<field>": INCREASE}, {}, total[1].gives, named="used")
    if length is not None and isinstance(length.fact, Lookback | Within) and length.fact.ms:
        step.slots["<over>"] = Open("span", format_duration(length.fact.ms), "window")
        length.used = True
    elif period is not None or reader.given.reset is not None:
        chosen = period or reader.given.reset
        if chosen is not None:
            use(chosen, reader.spans)
            step.more, step.periodic = chosen.params(), chosen.ended
            step.slots["<mode>"] = None if chosen.ended else "sliding"
    else:
        steps[-1].gives = steps[-1].meaning[1].gives
        made = reader.derivations.field_of(type_, steps)
        return [Virtual(made, steps, [base.name], base=base, type=type_, noun=noun, strength=2.0)] if made else []
    made = reader.derivations.field_of(type_, [*steps, step])
    return [Virtual(made, [*steps, step], [base.name], base=base, type=type_, noun=noun, strength=2.5)] if made else []


def _speaks_of_time(reader: "TriggerReader", spans: list[Span]) -> bool:
    start, end = reader.around
    timed = any(isinstance(s.fact, Lookback | Within) for s in spans)
    return timed or reader.period(start, end) is not None or reader.given.reset is not None


def _meant(virtual: Virtual, spans: list[Span], quantity: Quantity | None) -> bool:
    named = [n.id for s in spans for n in s.named("field")]
    by_unit = (
        quantity is not None
        and quantity.unit is not None
        and virtual.field.unit is not None
        and fits(quantity.unit, virtual.field.unit)
    )
    return by_unit or bool(set(named) & set(virtual.inputs)) or quantity is None or quantity.unit is None


def _topical(virtual: Virtual, spans: list[Span], type_: DeviceType) -> bool:
    """Nothing else of these devices is named than what the topic is made of."""
    named = {n.id for s in spans for n in s.named("field") if n.owner == type_.id and n.strength >= 2}
    other = (m for s in spans if not s.named("field") for m in s.phrases if m[1].role == "derive" and not changes(m[0]))
    return named <= set(virtual.inputs) and not any(other)


def define(reader: "TriggerReader", start: int, end: int) -> bool:
    """Takes up a sentence that only sets something down; whether it was one."""
    spans = [s for s in reader.spans if start <= s.start < end]
    low = reader.reading.low[start:end]
    reader.around = (start, end)
    return (
        _curve(reader, spans)
        or _scale(reader, spans, start, low)
        or _reset(reader, spans, start, end, low)
        or _state(reader, spans, start, low)
        or absence.due(reader, start, end, spans)
    )


def _scale(reader: "TriggerReader", spans: list[Span], start: int, low: str) -> bool:
    match = _PULSE[reader.lang].search(low)
    at = start + match.end() if match else None
    worth = next((s for s in spans if s.quantity is not None and (s.start == at or _per_pulse(reader, s))), None)
    if worth is None or worth.quantity is None or worth.quantity.unit is None:
        return False
    unit = worth.quantity.unit.lstrip("?")
    wrap = _WRAPS[reader.lang].search(low)
    bits = _BITS.search(low)
    value = value_of(wrap["n"]) if wrap else None
    if (
        value is not None
        and wrap is not None
        and (reader.lang == "ja" or wrap["how"] in ("after", "past", "above"))
        and value % 10
    ):
        value += 1
    types = list(dict.fromkeys(n.id for s in spans for n in s.named("type")))
    types += [n.owner for s in spans for n in s.named("device") if n.owner and n.owner not in types]
    reader.given.scale = Scale(worth.quantity.value, unit, value or (2.0 ** int(bits["n"]) if bits else None), types)
    more = any("if" in s.words and s.start > worth.end for s in spans)
    _use([s for s in spans if s.end <= worth.end] if more else spans)
    return True


_CALLED = {
    "ja": re.compile(
        r"(?:なら|ときは?|時は?|間は?|場合は?|れば|たら|状態|もの|の)[をが、]?(?P<name>[^、。をがはにの]{1,14})(?:と|に)(?:みな|見な|呼|定義|数え|す(?:る|れ)|し(?:ます|て)|考え|扱)"
    ),
    "en": re.compile(
        r"(?:counts? as|(?:is|are) (?:considered|regarded as|said to be|called|taken to be|deemed)|we call \w+) (?:an? |to be )?[\"\u201c]?(?P<name>[a-z][a-z -]{1,30}?)[\"\u201d]? (?=while|when|if|as long as|once)"
    ),
}


def _state(reader: "TriggerReader", spans: list[Span], start: int, low: str) -> bool:
    """ "A lathe counts as cutting while ...": a name for what is so under a condition."""
    match = _CALLED[reader.lang].search(low)
    if match is None or any(s.role("tell") or s.role("record") or s.named("destination") for s in spans):
        return False
    a, b = start + match.start("name"), start + match.end("name")
    rest = [s for s in spans if not a <= s.start < b]
    if not any(s.role("compare") or s.words & {*POLARITIES, "yes", "no"} or s.named("field") for s in rest):
        return False
    last, reader.last = reader.last, None
    trigger = reader.one(Clause(start, start + len(low), rest, 0, when=True, marked=True))
    reader.last = last
    if trigger is None or trigger.sort != "compare":
        return False
    trigger.words = reader.reading.words(start, start + len(low))
    reader.given.states.append(State(match["name"].strip(), trigger))
    reader.cover(match["name"].strip())
    _use(spans)
    return True


def named_state(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A condition that speaks of what a name was set down for."""
    text = reader.reading.low[clause.start : clause.end]
    known = next((s for s in reader.given.states if _is_named(s.name, text)), None)
    if known is None or any(s.quantity is not None and s.duration is None for s in clause.spans):
        return None
    trigger = replace(known.trigger, words=reader.reading.words(clause.start, clause.end), hold=None)
    held = next((s for s in clause.spans if s.duration is not None and not s.used), None)
    trigger.hold = held.duration if held is not None else 0
    _use(clause.spans)
    if any("stop" in s.words or "not" in s.words or s.role("recover") for s in clause.spans):
        return Trigger("cleared", trigger.words, source=trigger.source, of=replace(trigger, hold=0))
    return trigger


def _is_named(name: str, text: str) -> bool:
    """Whether the text speaks of a state by its name, or by another form of the verb that it is."""
    low = name.lower()
    stem = low.removesuffix("ing") if low.endswith("ing") and " " not in low else ""
    return low in text or bool(len(stem) > 3 and re.search(rf"\b{re.escape(stem)}(?:s|ed|e|es)?\b", text))


def _per_pulse(reader: "TriggerReader", span: Span) -> bool:
    return bool(_PULSE_AFTER[reader.lang].match(reader.reading.low[span.end :]))


def _curve(reader: "TriggerReader", spans: list[Span]) -> bool:
    """ "23.6 V is 0 % and 25.6 V is 100 %": values of a field with what they stand for."""
    numbers = [s for s in spans if s.quantity is not None and s.duration is None and s.quantity.unit is not None]
    run = next((numbers[n : n + 4] for n in range(len(numbers) - 3) if _alternates(numbers[n : n + 4], spans)), None)
    meaning = reader.kinds.having("name", "points")
    curves = [(k, p) for k, p in reader.kinds.all("name") if {"points", "outside"} <= set(k.Params.model_fields)]
    if run is None or not curves or meaning is None:
        return False
    pairs = [(one.quantity, two.quantity) for one, two in pairwise(run) if one in run[::2]]
    first = pairs[0][0]
    found = reader.subject([s for s in spans if s not in run], ("number", "integer"), first, None)
    if found is None or first is None:
        return False
    points = sorted((in_field_unit(x, found.field.unit), y.value) for x, y in pairs if x is not None and y is not None)
    written = [{"x": _plain(x), "y": _plain(y)} for x, y in points]
    unit = next((y.unit for _, y in pairs if y is not None), None)
    name = f"{found.field.name}_charge" if unit == "%" else f"{found.field.name}_read"
    step = Step(
        curves[0], {"<field>": found.field.name}, {"points": written, "name": name, "unit": unit}, name, named=name
    )
    made = TypeField(name=name, unit=unit)
    noun = reader.said["remaining"] if unit == "%" else reader.label(found.field)
    virtual = Virtual(
        made, [step], [found.field.name], base=found.field, type=found.source.type, noun=noun, strength=2.5
    )
    reader.given.curves.append((found.source.type, virtual))
    for span in run:
        span.used = True
    return True


def _alternates(four: list[Span], spans: list[Span]) -> bool:
    """Four numbers in two units in turn, with nothing between them that compares, asks or commands."""
    between = [s for s in spans if four[0].end <= s.start < four[-1].start and s not in four]
    if any(s.role("compare") or s.role("actuate") or s.role("tell") or "if" in s.words for s in between):
        return False
    units = [spelled(s.quantity.unit or "") for s in four if s.quantity]
    return len(units) == 4 and units[0] == units[2] and units[1] == units[3] and units[0] != units[1]


def _reset(reader: "TriggerReader", spans: list[Span], start: int, end: int, low: str) -> bool:
    """ "The total goes back to zero every midnight"."""
    if not (_ZERO[reader.lang].search(low) and _TOTAL[reader.lang].search(low)) or any(s.role("tell") for s in spans):
        return False
    period = reader.period(start, end)
    if period is None and any(s.days == "*" for s in spans):
        period = Period("day")
    if period is None:
        return False
    clock = next((s.clock for s in spans if s.clock is not None), None)
    if clock is not None and clock != (0, 0):
        period.at = [f"{clock[0]:02}:{clock[1]:02}"]
    period.ended = False
    reader.given.reset = period
    _use(spans)
    return True


def _use(spans: list[Span]) -> None:
    for span in spans:
        span.used = True


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
