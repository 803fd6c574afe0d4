"""One thing beside another: 葉温が露点以下, return minus supply below 2 °C, the difference of two barns, a limit from a table."""

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import direction, key_of, pairs_of, with_key
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.tables import column_of
from llm.authors.phrasebook.units import fits
from llm.authors.phrasebook.wishes import Meaning, Source, Step, Test, Trigger
from nodes.kit.things import DeviceType, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

DIFFERENCE = "difference"
_NUMERIC = ("number", "integer")
_EITHER = {
    "ja": re.compile(r"の(?:温度|圧力|値)?の?差|差が|ずれ|離れ|開い|違"),
    "en": re.compile(
        r"\b(?:difference between|differ|gap between|apart|spread between)\b|\bwithin (?:about )?\d[\d.]*\s?\S+ of\b"
    ),
}
_WITHIN = re.compile(r"\bwithin (?:about )?$")
_MINUS = {"ja": re.compile(r"から[^、。]{0,20}?引"), "en": re.compile(r"\bminus\b|\bless\b(?! than)|\bsubtract")}
_DOWN = {"ja": re.compile(r"低|小さ|少な|下回"), "en": re.compile(r"\b(?:colder|cooler|lower|smaller|below|under)\b")}


@dataclass
class Operand:
    """One side: a field of a type (with the steps that compute it), of all its devices or of one."""

    at: int
    field: TypeField
    steps: list[Step] = dataclasses.field(default_factory=list)
    device: str | None = None
    noun: str | None = None
    spans: list[Span] = dataclasses.field(default_factory=list)
    column: bool = False


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A comparison of two things; None where the clause names no two that can be compared."""
    best: tuple[float, DeviceType, list[Operand]] | None = None
    for type_ in reader.registry.types.values():
        sides = _operands(reader, clause, type_)
        score = sum(3 if side.steps or side.column else 2 for side in sides[:2]) + _named(clause, type_)
        if len(sides) >= 2 and (best is None or score > best[0]):
            best = (score, type_, sides[:2])
    if best is None or _each_of_both(reader, clause):
        return None
    _, type_, sides = best
    numbers = [s for s in clause.spans if s.quantity is not None and s.duration is None and not s.used]
    text = reader.reading.low[clause.start : clause.end]
    if len(numbers) > 1 or not _beside(reader, clause, sides, bool(numbers)) or not _fitting(sides, numbers):
        return None
    meaning = _meaning(reader, clause, numbers)
    if meaning is None:
        return None
    trigger = _built(reader, clause, type_, sides, numbers, meaning, text)
    for span in (s for side in sides for s in side.spans):
        span.used = True
    return reader.finish(trigger, clause)


_BOTH_JA = re.compile(r"両方|双方|どちらも|いずれも|ともに|共に")


def _each_of_both(reader: "TriggerReader", clause: Clause) -> bool:
    """ "肉ケースと魚ケースの両方が5度を超えたら": each by itself, not their difference."""
    low = reader.reading.low[clause.start : clause.end]
    return reader.lang == "ja" and bool(_BOTH_JA.search(low)) and not re.search(r"差|違|ずれ|離れ", low)


_THAN = re.compile(
    r"\b(?:than|to|above|below|over|under|beneath|exceeds?|reach(?:es)?|from|minus|of|and|at|passes|past)(?: (?:the|its|their|that of|of|in|his|own|a|what))*\s*$"
)
_BESIDE = re.compile(
    r"(?:の[^、。]{0,6})?(?:以下|以上|未満|より|を超|超|を上回|を下回|を割|に達|に届|と比べ|に比べ|を引|との?差|の?差|の[^、。]{0,6}差|を越|と同じ|を切)"
)


def _beside(reader: "TriggerReader", clause: Clause, sides: list["Operand"], number: bool) -> bool:
    """The words set the two beside each other, instead of only naming both."""
    low = reader.reading.low
    if reader.lang == "ja":
        if all(side.device for side in sides) and number and _OPENED.search(low, clause.start, clause.end):
            return True
        return any(not side.spans or _BESIDE.match(low, max(s.end for s in side.spans)) for side in sides)
    text = low[clause.start : clause.end]
    if not sides[1].spans:
        return True
    second = sides[1].spans[0]
    if number and re.search(r"\b(?:differen\w*|delta|minus|gap|apart|spread)\b", text):
        return True
    return bool(_THAN.search(low[clause.start : second.start])) and not (
        number and low[: second.start].rstrip().endswith(("and", "of"))
    )


def _fitting(sides: list["Operand"], numbers: list[Span]) -> bool:
    """The number can be a difference of the two."""
    unit = numbers[0].quantity.unit if numbers and numbers[0].quantity else None
    return all(fits(unit, side.field.unit) for side in sides if not side.column)


def _named(clause: Clause, type_: DeviceType) -> float:
    return max(
        (
            n.strength
            for s in clause.spans
            for n in s.names
            if type_.id in (n.id, n.owner) and n.sort in ("type", "device")
        ),
        default=0,
    )


def _operands(reader: "TriggerReader", clause: Clause, type_: DeviceType) -> list[Operand]:
    """What can stand on a side, in the order of the words; two devices of one type share the field that is named."""
    found: list[Operand] = []
    text = reader.reading.low[clause.start : clause.end]
    apart = reader.lang == "en" and _EITHER["en"].search(text)
    sure = 1 if apart or _MINUS[reader.lang].search(text) else 2
    for span in clause.spans:
        named = [n for n in span.named("field") if n.owner == type_.id and n.extra in _NUMERIC and n.strength >= sure]
        if named and (known := type_.field(named[0].id)) is not None:
            found.append(Operand(span.start, known, spans=[span]))
        elif (column := column_of(reader, span, type_, clause.spans)) is not None:
            found.append(Operand(span.start, column[0], [column[1]], noun=span.text, spans=[span], column=True))
        else:
            for virtual in reader.derivations.named([span], type_):
                found.append(Operand(span.start, virtual.field, virtual.steps, noun=span.text, spans=[span]))
    found += _by_minus(reader, clause, type_) if len(found) < 2 else []
    unique = {(o.field.name, o.column): o for o in reversed(found)}
    found = sorted(unique.values(), key=lambda o: o.at)
    if len(found) == 1 and reader.lang == "en":
        found = _own_limit(reader, clause, type_, found[0])
    devices = [(s.start, n.id, s) for s in clause.spans for n in s.named("device")[:1] if n.owner == type_.id]
    devices = _its(reader, clause, type_, devices) or _by_attributes(reader, clause, type_)
    devices = devices or _both(reader, clause, type_)
    if len({id for _, id, _ in devices}) == 2 and len(found) <= 1:
        field = found[0].field if found else _measured(reader, clause, type_)
        return (
            [Operand(at, field, [], id, spans=[span, *(found[0].spans if found else [])]) for at, id, span in devices]
            if field
            else []
        )
    return found


_ITS = re.compile(r"\b(?:its|it|their)\b")


def _its(
    reader: "TriggerReader", clause: Clause, type_: DeviceType, devices: list[tuple[int, str, Span]]
) -> list[tuple[int, str, Span]]:
    """ "Stop crusher 1 if its bearing is hotter than that of crusher 2": whose it is, what is to be done tells."""
    if len(devices) != 1 or reader.lang != "en" or not _ITS.search(reader.reading.low, clause.start, devices[0][0]):
        return devices
    others = [
        (s, n.id) for s in reader.hints for n in s.named("device")[:1] if n.owner == type_.id and n.id != devices[0][1]
    ]
    return [(clause.start, others[0][1], others[0][0]), *devices] if len({id for _, id in others}) == 1 else devices


_OWN = re.compile(r"\b(?:than|above|over|beyond|below|under|exceeds?|exceeding) its(?: own)? $")


def _own_limit(reader: "TriggerReader", clause: Clause, type_: DeviceType, limit: Operand) -> list[Operand]:
    """ "If it lifts more than its rated load": what is compared is the one other field in the same unit."""
    if limit.column or limit.steps or not _OWN.search(reader.reading.low, clause.start, limit.at):
        return [limit]
    alike = [
        f for f in type_.fields if f.type in _NUMERIC and f is not limit.field and f.unit and f.unit == limit.field.unit
    ]
    return [Operand(clause.start, alike[0]), limit] if len(alike) == 1 else [limit]


def _by_attributes(reader: "TriggerReader", clause: Clause, type_: DeviceType) -> list[tuple[int, str, Span]]:
    """ "北と南の冷蔵庫の差": two devices, each the only one with what is named of it."""
    found = []
    for span in clause.spans:
        for name in span.named("attribute")[:1]:
            key, value = name.extra
            own = [d.id for d in reader.registry.of_type(type_.id) if d.attributes.get(key) == value]
            found += [(span.start, own[0], span)] if len(own) == 1 else []
    return found if len(found) == 2 and _APART[reader.lang].search(reader.reading.low, clause.start, clause.end) else []


_OPENED = re.compile(r"\d[^、。]{0,14}(?:開い|ひらい|離れ|違[っいう]|ずれ)")
"""So far from each other: 「50kPaより大きく開いたら」."""
_TWO = {
    "ja": re.compile(r"(?:(?:2|二)(?:つ|台|基|本|室|か所|箇所|機)?|両)の?$"),
    "en": re.compile(r"\b(?:the |our )?(?:two|both)(?: of)?(?: the| our)? $"),
}
_APART = {"ja": re.compile(r"差"), "en": re.compile(r"\b(?:differen\w*|differ|gap|apart|spread)\b")}


def _both(reader: "TriggerReader", clause: Clause, type_: DeviceType) -> list[tuple[int, str, Span]]:
    """ "The difference between the two tanks", where there are two."""
    low = reader.reading.low
    if not _APART[reader.lang].search(low, clause.start, clause.end):
        return []
    devices = reader.registry.of_type(type_.id)
    if len(devices) != 2:
        return []
    for span in clause.spans:
        lead = (
            _TWO[reader.lang].search(low[clause.start : span.start])
            if any(n.id == type_.id for n in span.named("type"))
            else None
        )
        if lead is not None:
            for number in (s for s in clause.spans if clause.start + lead.start() <= s.start < span.start):
                number.used = True
            return [(span.start + n, device.id, span) for n, device in enumerate(devices)]
    return []


_MINUS_PAIR = re.compile(
    r"(?P<a>[a-z_]+)(?: [a-z]+)? (?:minus|-) (?:the )?(?P<b>[a-z_]+)|(?P<c>[一-龠ァ-ヶー]{1,6}り?)\s?(?:-|マイナス|から)\s?(?P<d>[一-龠ァ-ヶー]{1,6}り?)(?:を|の差|温度|圧|$)"
)


def _by_minus(reader: "TriggerReader", clause: Clause, type_: DeviceType) -> list[Operand]:
    """ "return minus supply": fields by the first word of their names."""
    match = _MINUS_PAIR.search(reader.reading.low[clause.start : clause.end])
    if match is None:
        return []
    found = []
    for name in ("a", "b") if match["a"] else ("c", "d"):
        fields = [f for f in type_.fields if f.type in _NUMERIC and match[name] in _called(f)]
        if len(fields) == 1:
            found.append(Operand(clause.start + match.start(name), fields[0]))
    return found if len(found) == 2 else []


def _called(field: TypeField) -> str:
    return " ".join([field.name.lower(), *(w.lower() for w in field.label.values()), *(w.lower() for w in field.also)])


_WARM = re.compile(r"\b(?:warmer|hotter|colder|cooler)\b")


def _measured(reader: "TriggerReader", clause: Clause, type_: DeviceType) -> TypeField | None:
    """ "hotter than furnace 2": the one field that a number in the clause, or the word, can be of."""
    quantity = next((s.quantity for s in clause.spans if s.quantity is not None and s.duration is None), None)
    fields = [f for f in type_.fields if f.type in _NUMERIC and (quantity is None or fits(quantity.unit, f.unit))]
    if _WARM.search(reader.reading.low, clause.start, clause.end):
        fields = [f for f in fields if f.unit and fits("deg", f.unit)]
    fields = [f for f in fields if f.unit] or fields if quantity is not None and quantity.unit else fields
    return fields[0] if len(fields) == 1 else None


def _meaning(reader: "TriggerReader", clause: Clause, numbers: list[Span]) -> Meaning | None:
    plain = reader.comparing.plain
    if not numbers:
        said = [s for s in clause.spans if (m := s.role("compare")) is not None and direction(m) is not None]
        leans = [s for s in clause.spans if s.role("lean")]
        if said:
            return said[-1].role("compare") if reader.lang == "ja" else said[0].role("compare")
        lean = (
            leans[0].role("lean")
            if leans and re.search(r"より|than", reader.reading.low[clause.start : clause.end])
            else None
        )
        return with_key(plain, key_of(lean)) if plain and lean else None
    if plain is not None and _WITHIN.search(reader.reading.low[: numbers[0].start]):
        numbers[0].used = True
        return with_key(plain, "at_most")
    pairs = pairs_of([s for s in clause.spans if s.quantity is None or s in numbers], reader.lang)
    if pairs:
        return pairs[0][0]
    numbers[0].used = True
    return plain


def _built(
    reader: "TriggerReader", clause: Clause, type_: DeviceType, sides: list[Operand], numbers: list[Span], meaning: Meaning, text: str
) -> Trigger:  # fmt: skip
    one, two = sides
    quantity = numbers[0].quantity if numbers else None
    noun = reader.said[DIFFERENCE].format(one=_noun(reader, one), two=_noun(reader, two))
    only = [side.device for side in sides if side.device is not None]
    source = Source(type_, list(dict.fromkeys(only)))
    if not only:
        named = reader.source(
            [s for s in clause.spans if any(n.sort in ("device", "attribute") for n in s.names)], None
        )
        source = named if named is not None and named.type is type_ else source
    if quantity is not None and not _MINUS[reader.lang].search(text):
        one, two, meaning, either = _direction(reader, one, two, meaning, text)
    else:
        either = False
    if only:
        step = _meeting(reader, one, two)
        test = Test(TypeField(name=DIFFERENCE, unit=one.field.unit), meaning, [quantity or Quantity(0)], noun=noun)
        test.steps, test.either, test.difference = ([step] if step else []), either, True
        return Trigger("compare", "", source=source, tests=[test], meaning=meaning, per="all")
    steps = [*one.steps, *two.steps]
    test = Test(one.field, meaning, [], steps=steps, noun=one.noun)
    if quantity is None:
        test.right = two.field.name
        return Trigger("compare", "", source=source, tests=[test], meaning=meaning)
    minus = f"{one.field.name} - {two.field.name}"
    test.left, test.numbers, test.noun, test.either, test.difference = (
        (f"({minus})" if either else minus),
        [quantity],
        noun,
        either,
        True,
    )
    return Trigger("compare", "", source=source, tests=[test], meaning=meaning)


def _direction(
    reader: "TriggerReader", one: Operand, two: Operand, meaning: Meaning, text: str
) -> tuple[Operand, Operand, Meaning, bool]:
    """Which is subtracted from which: "hotter than" is the first minus the second, "colder" the other way round, and of a
    mere difference the size counts."""
    either = _EITHER[reader.lang].search(text)
    beside = (
        re.search(r"より|に比べ|と比べ", text)
        if reader.lang == "ja"
        else re.search(r"\b(?:than|above|below|over|under)\b", text)
    )
    opened = reader.lang == "ja" and _OPENED.search(text)
    if (either or opened) and (opened or not (beside and re.search(r"より[^、。]{0,10}(?:高|低|大き|小さ)", text))):
        return one, two, meaning, True
    if _turned(reader, text, meaning):
        return two, one, meaning, False
    return one, two, meaning, False


def _turned(reader: "TriggerReader", text: str, meaning: Meaning) -> bool:
    """The word of direction behind the number says that the first is the smaller one."""
    if reader.lang == "ja":
        return bool(re.search(r"より[^、。]*?(?:低|小さ|少な)", text))
    words = [m.group() for m in _DOWN["en"].finditer(text)]
    own = {"below": 1, "at_most": 0, "above": 0, "at_least": 0}.get(key_of(meaning), 0)
    return len(words) > own and not re.search(r"\bthan\b.*\babove\b", text)


def _meeting(reader: "TriggerReader", one: Operand, two: Operand) -> Step | None:
    """The kind that puts the values of two devices beside each other."""
    kind = next((m for m in reader.kinds.all("name") if {"a", "b"} <= set(m[0].Params.model_fields)), None)
    if kind is None:
        return None
    sides = {name: {"field": o.field.name, "device": o.device} for name, o in (("a", one), ("b", two))}
    return Step(kind, {"<per>": "all"}, sides, DIFFERENCE, named="apart")


def _noun(reader: "TriggerReader", side: Operand) -> str:
    if side.device is not None:
        return reader.registry.label(side.device, reader.lang)
    return side.noun or reader.label(side.field)
