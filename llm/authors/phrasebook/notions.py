"""What readers of conditions share: joining tests, sources, fields that words call for, what is missing."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.derived import Virtual
from llm.authors.phrasebook.durations import on_times
from llm.authors.phrasebook.facts import Crowd, Shared, Spot, Within
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.sharing import devices_of, shared_attribute
from llm.authors.phrasebook.subjects import source_of
from llm.authors.phrasebook.units import dimension, duration_as, fits, is_time
from llm.authors.phrasebook.wishes import Meaning, Source, Test, Trigger
from nodes.kit.things import DeviceType

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_MOST_APART = 6
"""Devices that are each looked at by itself together with another one."""
SPEED, DISTANCE = "speed", "distance"
_LENGTH = "length"


def together(reader: "TriggerReader", trigger: Trigger, more: Trigger, join: str, *, either: bool = False) -> bool:
    """Two conditions as one; False where they cannot be joined."""
    if more.sort != "compare" or trigger.sort != "compare" or more.source is None or trigger.source is None:
        return False
    if trigger.base is not None or more.base is not None:
        return False
    if reader.lang == "ja" and join == "or" and trigger.hold and more.hold is None:
        return False  # 「8.5以上が5分続く、または30度を超えたら」: the length is that of the first alone
    if join == "or" and more.source.type is trigger.source.type and set(more.source.only) - set(trigger.source.only or more.source.only):  # fmt: skip
        return False
    sources = [trigger.source, *trigger.others]
    if (trigger.crowd or more.crowd) and any(source.type is not more.source.type for source in sources):
        return False  # so many of the one type, and the other type besides: no one vote counts both
    if not trigger.others and _beside(trigger, more, join):
        return True
    if all(source.type.id != more.source.type.id for source in sources):
        said = next((s.fact.key for s in reader.spans if isinstance(s.fact, Shared)), None)
        share = said or shared_attribute([*sources, more.source], reader.registry)
        several = [source for source in [*sources, more.source] if not single(reader, source)]
        if share is None and several:
            if join != "and" or len(several) > 1 or len(devices_of(several[0], reader.registry)) > _MOST_APART:
                return False
            trigger.apart = several[0]
        trigger.others, trigger.share = [*trigger.others, more.source], share
    _apart(trigger.tests, more.tests)
    if len(trigger.tests) > 1 and trigger.join != join:
        trigger.joins = trigger.joins or [(n, trigger.join) for n in range(1, len(trigger.tests))]
    if either and join == "and":
        trigger.either = len(trigger.tests)
    if trigger.joins:
        trigger.joins.append((len(trigger.tests), join))
    trigger.tests += more.tests
    trigger.join = join
    trigger.hold = trigger.hold or more.hold
    trigger.row, trigger.crowd = trigger.row or more.row, trigger.crowd or more.crowd
    trigger.each_time = trigger.each_time or more.each_time
    return True


def _beside(trigger: Trigger, more: Trigger, join: str) -> bool:
    """ "Pump 1 is running while pump 2 has stopped": two devices of one type, each with a condition of its own."""
    one, two = trigger.source, more.source
    if one is None or two is None or one.type is not two.type or len(two.only) != 1 or not one.only:
        return False
    known = {test.device for test in trigger.tests if test.device}
    if not known and (len(one.only) != 1 or one.only == two.only):
        return False
    tests = [*trigger.tests, *more.tests]
    if join != "and" or trigger.join != "and" or any(test.steps or test.left for test in tests if not test.device):
        return False
    if trigger.row or more.row or trigger.crowd or more.crowd:
        return False
    for test, device in [
        *((t, one.only[0]) for t in trigger.tests if not t.device),
        *((t, two.only[0]) for t in more.tests),
    ]:
        test.device, test.left = device, f"{re.sub(r'[^a-z0-9_]', '_', device.lower())}_{test.field.name}"
    trigger.source = replace(one, only=list(dict.fromkeys([*one.only, *two.only])))
    trigger.tests, trigger.hold, trigger.per = tests, trigger.hold or more.hold, "all"
    return True


_THE_OTHER = re.compile(r"\bthe other(?: one)?\b")


def the_other(reader: "TriggerReader", trigger: Trigger, more: Trigger, clause: Clause) -> bool:
    """ "If a pump stops while the other one has stopped too": both of two."""
    source = trigger.source
    if reader.lang != "en" or source is None or not _THE_OTHER.search(reader.reading.low, clause.start, clause.end):
        return False
    said = [(t.field.name, t.truth, t.words, t.numbers) for t in trigger.tests]
    alike = more.source is not None and more.source.type is source.type
    if not alike or said != [(t.field.name, t.truth, t.words, t.numbers) for t in more.tests]:
        return False
    if len(reader.registry.of_type(source.type.id)) != 2:
        return False
    trigger.source, trigger.crowd = Source(source.type), Crowd(at_least=2)
    return True


_ONE_ALONE = re.compile(r"(?:どちらか|いずれか|どれか|片方|一方)[^、。]{0,8}(?:だけ|のみ)(?!で?も)")
"""One of several and none of the others: nothing counts up to a number of devices."""


_IS_ON = re.compile(r" (?:was|is|are|were|has been|had been|stays?|remains?) (?:turned |switched |still )*(?:on|off)\b")


def _only_commanded(span: Span, low: str) -> bool:
    """ "If the heater was switched on": what can be commanded and tells nothing of itself."""
    commanded = bool(span.names) and all(name.sort == "call" and name.strength >= 3 for name in span.names)
    return commanded and bool(_IS_ON.match(low, span.end))


_AT_FIRST = re.compile(r"\b(?:during|within|in|for) (?:its|the|their) first\b[^.;]*\b(?:after|of)\b")
""" "except during the first 10 seconds after it starts": a delay is something else."""


def beyond_reading(reader: "TriggerReader", clause: Clause) -> str | None:
    """Why nothing that is sent can tell whether a condition holds."""
    low = reader.reading.low
    if reader.lang == "en" and any(_only_commanded(span, low) for span in clause.spans):
        return "field"
    if reader.lang == "en" and _AT_FIRST.search(low, clause.start, clause.end):
        return "condition"
    return "condition" if _ONE_ALONE.search(low, clause.start, clause.end) else None


_RELATIVE = {
    "en": re.compile(
        r"\b(?:differs?|deviates?|deviating|differing|difference between|gap between)\b"
        r"|\d[^,.;]{0,14}?\b(?:above|below|over|under|away from|off|(?:higher|lower|warmer|colder|hotter|cooler|more|less) than) (?:that of|those of|the (?:other|rest|average|mean|usual|others)\b|(?:its|their|any|all)\b(?= (?:own |usual |other |average|mean))|other\b|usual\b|normal\b|average\b|yesterday)"
    ),
    "ja": re.compile(r"\d[^、。]{0,8}違[っいう]|(?<![\d.一-龠ァ-ヶーA-Za-z])[一-龠ァ-ヶー]{2,}より(?:も)?[^、。\d]{0,4}\d[^、。]{0,10}(?:高|低|大き|小さ|多|少な|強|弱|速|遅|暑|寒|重|軽)|(?:他の|ほかの|隣の|平均|前日|昨日|前回|いつも|普段|ふだん|日頃|日ごろ|平時|例年|平年)[^、。]{0,8}?(?:より(?!低い順)|と比べ|に比べ|から(?=[^、。]{0,8}(?:ずれ|離れ|外れ)))"),
}  # fmt: skip


def relative(reader: "TriggerReader", clause: Clause) -> bool:
    """A distance from something else that nothing before has understood: it may not be taken for a limit."""
    low = reader.reading.low
    if reader.lang == "en" and (_beyond_field(low, clause) or _denies_unknown(low, clause)):
        return True
    return bool(_RELATIVE[reader.lang].search(low, clause.start, clause.end))


def _beyond_field(low: str, clause: Clause) -> bool:
    """ "3 degrees above the supply": how far one field is from another."""
    for number, said in pairwise(clause.spans):
        if (
            number.quantity is None
            or number.duration is not None
            or not said.role("compare")
            or said.start - number.end > 1
        ):
            continue
        behind = next((s for s in clause.spans if s.start >= said.end), None)
        numeric = behind is not None and any(n.extra in ("number", "integer") for n in behind.named("field"))
        if numeric and behind is not None and re.fullmatch(r" (?:the |its |their )?", low[said.end : behind.start]):
            return True
    return False


_DENIED = re.compile(
    r"\b(?:and|but) (?:(?:is|are|it is|it's|they are) )?not (?!yet\b|only\b|just\b|also\b|more\b|less\b|at\b|in\b|for\b|on\b|(?:currently|already)\b)(?P<what>[a-z]{4,})"
)


def _denies_unknown(low: str, clause: Clause) -> bool:
    """ "... below 15 % and not charging": it must not be so, and nothing here knows what."""
    return any(
        not any(s.start <= match.start("what") < s.end for s in clause.spans)
        for match in _DENIED.finditer(low, clause.start, clause.end)
    )


_BOTH_JA = re.compile(r"両方|双方|どちらも|いずれも|ともに|共に")


def all_named(reader: "TriggerReader", trigger: Trigger, clause: Clause) -> Crowd | None:
    """ "A区もB区も …", "both A and B": all that are named at once."""
    source = trigger.source
    if source is None or len(source.only) < 2 or len(trigger.tests) != 1:
        return None
    low = reader.reading.low
    named = [s for s in clause.spans if s.named("device") or s.named("attribute")]
    if reader.lang == "ja":
        said = sum(low.startswith("も", s.end) for s in named) >= 2 or bool(
            _BOTH_JA.search(low, clause.start, clause.end)
        )
    else:
        said = bool(named) and bool(re.search(r"\b(?:both|all)\b", low[clause.start : clause.end]))
    return Crowd(at_least=len(source.only)) if said else None


def _apart(tests: list[Test], more: list[Test]) -> None:
    """Fields of different types that have the same name are told apart."""
    for test in more:
        same = any(t.field.name == test.field.name and t.type is not test.type for t in tests)
        if same and test.left is None and test.type is not None and test.type.id.isidentifier():
            test.left = f"{test.type.id}_{test.field.name}"


def single(reader: "TriggerReader", source: Source) -> bool:
    return len(devices_of(source, reader.registry)) == 1


def source(reader: "TriggerReader", spans: list[Span], last: Trigger | None) -> Source | None:
    """Whose readings are meant, whatever they measure; None where nothing names any."""
    found = [source_of(spans, reader.registry, type_) for type_ in reader.registry.types.values()]
    best = max(found, key=lambda known: known[1], default=None)
    if best is not None and best[1] >= 1:
        for span in spans:
            mine = (n for n in span.names if best[0].type.id in (n.id, n.owner) or n.sort == "attribute")
            span.used = span.used or any(mine)
        return best[0]
    if last is not None and last.source is not None:
        return Source(last.source.type, list(last.source.only), dict(last.source.where), spoken=False)
    return None


def virtuals(reader: "TriggerReader", spans: list[Span], type_: DeviceType, quantity: Quantity | None) -> list[Virtual]:
    """The fields of a type that the words, the unit of a number or an earlier sentence call for."""
    found = reader.derivations.named(spans, type_)
    found += on_times(reader, spans, type_)
    known = reader.given.virtuals(reader, spans, type_, quantity)
    counted = {step.meaning[0] for virtual in known for step in virtual.steps}
    found = [virtual for virtual in found if virtual.steps[-1].meaning[0] not in counted] + known
    found += _of_places(reader, spans, type_, quantity)
    return found


def _of_places(
    reader: "TriggerReader", spans: list[Span], type_: DeviceType, quantity: Quantity | None
) -> list[Virtual]:
    """Speed where a number is a speed, distance where it is a length and a place is said."""
    said = dimension(quantity.unit) if quantity is not None and quantity.unit else None
    spot = next((s.fact for s in spans if isinstance(s.fact, Spot)), None)
    wanted = SPEED if said == SPEED else DISTANCE if said == _LENGTH and isinstance(spot, Spot) else None
    if wanted is None or any(
        f.type in ("number", "integer") and fits(quantity.unit if quantity else None, f.unit) and f.unit
        for f in type_.fields
    ):
        return []
    found: list[Virtual] = []
    for kind, phrase in reader.kinds.all("derive"):
        if phrase.lang != reader.lang or "to" not in kind.Params.model_fields or found:
            continue
        more = {"to": {"lat": spot.lat, "lon": spot.lon}} if isinstance(spot, Spot) and wanted == DISTANCE else {}
        for base in (f for f in type_.fields if f.type == "location"):
            for virtual in reader.derivations.computed((kind, phrase), None, type_, base, more=more, gives=wanted):
                virtual.strength, virtual.noun = 1.0, reader.said[wanted]
                virtual.steps[-1].more.pop("ignore", None)
                virtual.steps[-1].named = wanted
                found.append(virtual)
    return found


def counted_time(reader: "TriggerReader", clause: Clause) -> list[tuple[Meaning, list[Quantity]]]:
    """A computed field that counts time is compared with a duration ("8時間に達したら", "not moved for 45 minutes")."""
    spans = [s for s in clause.spans if s.role("derive")]
    length = next(
        (s for s in clause.spans if (s.duration is not None or isinstance(s.fact, Within)) and not s.used), None
    )
    plain = reader.comparing.plain
    if not spans or length is None or plain is None:
        return []
    if any(s.quantity is not None and s.duration is None and not s.used for s in clause.spans):
        return []
    named = {
        n.id if n.sort == "type" else n.owner
        for s in clause.spans
        for n in s.names
        if n.sort in ("type", "device") and n.strength >= 3
    }
    for type_ in reader.registry.types.values():
        for virtual in virtuals(reader, spans, type_, None) if not named or type_.id in named else ():
            unit = virtual.field.unit
            if unit is not None and is_time(unit):
                ms = length.fact.ms if isinstance(length.fact, Within) else length.duration or 0
                said = next((s.role("compare") for s in clause.spans if s.role("compare")), None)
                length.used = True
                return [(said if said and "<number>" in said[1].params.values() else plain, [duration_as(ms, unit)])]
    return []


def incomplete(reader: "TriggerReader", clause: Clause) -> tuple[str, list[str]]:
    """Why a clause could not be read: words that name a kind which a person has to fill in, or nothing of the sort."""
    for span in clause.spans:
        for kind, phrase in span.phrases:
            if phrase.role in ("name", "derive"):
                label = kind.words[reader.lang].label
                return ("complete", [label]) if phrase.role == "name" else ("inputs", [label])
    return "condition", []
