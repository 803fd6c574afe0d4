"""States said in words: a lathe is running once its current is above 1 A, and idle when it has been below 0.5 A for two
minutes. Two states that end each other are remembered; more of them are states with transitions."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.bordered import Border, apart, borders, entered
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.predicates import is_length
from llm.authors.phrasebook.reading import QUOTE_AT, Span
from llm.authors.phrasebook.wishes import Condition, Source, Step, Test, Trigger
from nodes.kit.things import TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning
    from llm.authors.phrasebook.triggers import TriggerReader

STATE = "state"
_QUOTE = "[\ue000-\uf8ff]"
_NAME_JA = re.compile(
    rf"[、\s]*(?:は)?(?P<name>{_QUOTE}|[^、。をがはにとへ\d\s]{{1,12}}?)(?P<tail>(?:状態)?(?:と(?:する|し|みな|見な|呼|定義|なる|な[りっ])|に(?:戻|な[るりっ]|移|入|変わ)|へ(?:移|遷|戻))[^、。]{{0,6}})?(?=[、。]|$)"
)
_LEAD_EN = re.compile(
    rf"(?:(?:from (?P<from>{_QUOTE}|[a-z]+) )?(?:back )?(?:in)?to (?:being )?(?P<to>{_QUOTE}|[a-z]+(?:-[a-z]+)?)"
    rf"|(?:\b(?:is|are|counts? as|becomes?|enters|and|then|called|means))(?: then)? (?P<name>{_QUOTE}|[a-z]+(?:-[a-z]+)?)) $"
)
_ORDER = {
    "ja": re.compile(r"から[^、。]{1,12}(?:へ|に)|次に|順に|その後|続いて"),
    "en": re.compile(r"\bfrom \w+ (?:back )?to\b|\bthen\b|\bnext\b"),
}
_NO_NAMES = {"it", "they", "and", "then", "this", "that", "there", "so", "only", "back", "again", "is", "are", "not"}


@dataclass
class Phase:
    """A state, what leads into it, and the state it follows (None: the one said before it)."""

    name: str
    enters: Trigger
    after: str | None = None


@dataclass
class Phases:
    """The states of one kind of devices in the order in which they were said."""

    source: Source
    said: list[Phase]
    ordered: bool = False


def take(meaning: "Meaning", sentence: list[Clause]) -> bool:
    """Takes up a sentence that says when something is in which state."""
    reader = meaning.triggers
    start, end = sentence[0].start, sentence[-1].end
    spans = [s for s in meaning.spans if start <= s.start < end]
    if any(
        s.role("tell")
        or s.role("record")
        or s.role("call")
        or (s.named("destination") and not s.named("field"))
        or s.named("call")
        or s.named("choice")
        for s in spans
    ):
        return False
    if (listed := borders(reader, spans, start, end)) and _by_numbers(meaning, spans, listed):
        return True
    places = _places(reader, spans, start, end)
    if len(places) < 2 or len({name for name, *_ in places}) < 2:
        return False
    before, reader.last = reader.last, None
    flags = [(span, span.used) for span in spans]
    said = []
    for name, after, (a, b) in places:
        inside = [s for s in spans if a <= s.start < b]
        trigger = reader.one(Clause(a, b, inside, sentence[0].sentence, when=True, marked=True))
        if trigger is None or trigger.sort != "compare" or trigger.source is None:
            reader.last = before
            for span, used in flags:
                span.used = used
            return False
        trigger.of = trigger.back = None
        trigger.hold, trigger.words = trigger.hold or 0, meaning.reading.words(a, b)
        reader.last = trigger
        said.append(Phase(name, trigger, after))
    source = said[0].enters.source
    reader.last = before
    if source is None or any(
        phase.enters.source is None or phase.enters.source.type is not source.type for phase in said
    ):
        return False
    reader.given.phases = Phases(source, said, bool(_ORDER[reader.lang].search(reader.reading.low[start:end])))
    for span in spans:
        span.used = True
    return True


def _by_numbers(meaning: "Meaning", spans: list[Span], listed: list[Border]) -> bool:
    """Two states that each have a number of their own."""
    reader, before = meaning.triggers, meaning.triggers.last
    reader.last = None
    made = [entered(reader, spans, border) for border in listed]
    reader.last = before
    one, two = made[0], made[1]
    if one is None or two is None or one.source is None or two.source is None:
        return False
    if one.source.type is not two.source.type or one.tests[0].field is not two.tests[0].field or not apart(one, two):
        return False
    for name, _, _ in listed:
        reader.cover(name)
    reader.given.phases = Phases(one.source, [Phase(listed[0][0], one), Phase(listed[1][0], two)])
    for span in spans:
        span.used = True
    return True


Place = tuple[str, str | None, tuple[int, int]]
"""The name of a state, that of the one before it where it is said, and where its condition stands."""


def _places(reader: "TriggerReader", spans: list[Span], start: int, end: int) -> list[Place]:
    """The names, what each follows, and where its condition stands."""
    asks = [s for s in spans if "if" in s.words]
    low = reader.reading.low
    found: list[Place] = []
    at = start
    if reader.lang == "ja":
        matches = [_NAME_JA.match(low, ask.end, end) for ask in asks]
        if not matches or not _are_states([m for m in matches if m is not None]):
            return []
        for ask, match in zip(asks, matches, strict=True):
            if match is None or any(
                s.start < match.end("name") and s.end > match.start("name") and (s.quantity or s.role("compare"))
                for s in spans
            ):
                return []
            found.append((_said(reader, match["name"]), None, (at, ask.end)))
            reader.cover(match["name"])
            at = match.end()
        return found
    leads = [_LEAD_EN.search(low, start, ask.start) for ask in asks]
    for number, (ask, lead) in enumerate(zip(asks, leads, strict=True)):
        name = (lead["to"] or lead["name"]) if lead is not None else None
        if lead is None or name is None or name in _NO_NAMES:
            return []
        following = leads[number + 1] if number + 1 < len(leads) else None
        began = lead["from"] and _said(reader, lead["from"])
        for group in ("from", "to", "name"):
            reader.cover(lead[group] or "")
        stop = following.start() if following is not None else end
        found.append(
            (_said(reader, name), began, (start if not number and _names(spans, lead.start()) else ask.start, stop))
        )
    return found


def _are_states(matches: list[re.Match[str]]) -> bool:
    """Quoted names, names such as 運転中, or names of which the last is followed by とする or the like."""
    shaped = [bool(re.fullmatch(rf"{_QUOTE}|.+(?:中|状態|待ち|済み)", m["name"])) for m in matches]
    return bool(matches) and (all(shaped) or (all(shaped[:-1]) and bool(matches[-1]["tail"])))


def _names(spans: list[Span], before: int) -> bool:
    """The devices are named in front of the first state."""
    return any(s.names and s.start < before for s in spans)


def _said(reader: "TriggerReader", name: str) -> str:
    number = ord(name[0]) - QUOTE_AT
    return reader.reading.quotes[number] if 0 <= number < len(reader.reading.quotes) else name


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A condition that speaks of one of the states."""
    phases = reader.given.phases
    if phases is None or any(s.quantity is not None and s.duration is None for s in clause.spans):
        return None
    text = reader.reading.low[clause.start : clause.end]
    phase = next(
        (p for p in phases.said if p.name.lower() in text or any(s.quote == p.name for s in clause.spans)), None
    )
    edge = next((m for s in clause.spans if (m := s.role("edge")) is not None), None)
    if phase is None and (edge is None or any(s.named("field") for s in clause.spans)):
        return None
    names = [p.name for p in phases.said]
    lengths = [s for s in clause.spans if is_length(s) and not s.used]
    two_states = phase is not None and len(phases.said) == 2 and phases.said[0].after in (None, names[1])
    if lengths and (len(lengths) > 1 or lengths[0].duration is None or not two_states):
        reader.miss(clause, "condition")
        return None
    if phase is not None and two_states:
        for span in clause.spans:
            span.used = True
        one, two = phases.said
        if lengths:
            return _lasting(reader, phases, phase, lengths[0].duration or 0)
        return Trigger(
            STATE,
            "",
            source=phases.source,
            first=one.enters,
            then=two.enters,
            leaving=phase is two,
            named=_id(one.name),
            noun=phase.name,
        )
    return _by_machine(reader, clause, phases, phase)


def _lasting(reader: "TriggerReader", phases: Phases, phase: Phase, ms: int) -> Trigger | None:
    """A state that goes on for so long: it began, and the other one does not come in time."""
    other = next(p for p in phases.said if p is not phase)
    began = Trigger(
        STATE, "", source=phases.source, first=phase.enters, then=other.enters, named=_id(phase.name), noun=phase.name
    )
    waits = next(
        (m for m in reader.kinds.all("happen") if "<over>" in m[1].params.values() and len(m[0].inputs) == 2 and m[1].port == m[0].outputs[1].name),
        None,
    )  # fmt: skip
    if waits is None:
        return None
    return Trigger("order", "", source=phases.source, first=began, then=other.enters, within=ms, meaning=waits)


def _by_machine(reader: "TriggerReader", clause: Clause, phases: Phases, phase: Phase | None) -> Trigger | None:
    """States with transitions between them; only where all that is needed was said."""
    kind = reader.kinds.having("name", "transitions")
    held = any(p.enters.hold for p in phases.said)
    if kind is None or held or not phases.ordered:
        reader.miss(clause, "complete", [kind[0].words[reader.lang].label] if kind else [])
        return None
    names = list(dict.fromkeys([p.after for p in phases.said if p.after] + [p.name for p in phases.said]))
    rules: list[dict[str, Any]] = []
    for number, known in enumerate(phases.said):
        came = known.after or (phases.said[number - 1].name if number or known.after else phases.said[-1].name)
        rules.append({"from": came, "to": known.name, "when": Condition(known.enters)})
    initial = phases.said[0].after or phases.said[-1].name
    step = Step(
        kind,
        {},
        {"states": names, "initial": initial, "transitions": rules},
        STATE,
        kind[0].outputs[0].name,
        named="phase",
    )
    test = Test(
        TypeField(name=STATE, type="string"),
        words=phase.name if phase else None,
        truth=True if phase else None,
        steps=[step],
        type=phases.source.type,
        noun=reader.said[STATE],
    )
    edge = next((m for s in clause.spans if (m := s.role("edge")) is not None), None)
    for span in clause.spans:
        span.used = True
    if phase is not None:
        return Trigger("compare", "", source=phases.source, tests=[test], each_time=True)
    return Trigger("edge", "", source=phases.source, tests=[test], meaning=edge)


def _id(name: str) -> str:
    return name if name.isascii() else "kept"
