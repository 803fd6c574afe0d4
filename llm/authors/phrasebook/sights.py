"""What is seen in a camera's pictures by a detector that is registered: who or what, where in the picture, in how many pictures.

Only where a model for detection names its classes: everything else that pictures show is left to `asking`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Gone, Ground, Row, Sight, Within
from llm.authors.phrasebook.kinds import Kinds
from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.reading import Quantity, Reading, Span
from llm.authors.phrasebook.seen import is_qualified, seen_in
from llm.authors.phrasebook.subjects import source_of
from llm.authors.phrasebook.wishes import Drawn, Meaning, Source, Step, Test, Trigger
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.kit.things import DeviceType, Model, PictureZone, Registry, TypeField, spoken

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

COUNT = "count"
_N = rf"(?P<n>{NUMBER})"
_PICTURES = {
    "ja": (
        re.compile(rf"(?:直近の?|続く|連続する|連続した|最新の)?(?:画像の?)?(?P<of>{NUMBER})枚(?:の画像)?(?:中|の?うち|のなか|の中)の?(?:少なくとも)?{_N}枚(?:以上)?(?:の画像)?"),
        re.compile(rf"(?:画像)?{_N}枚(?:の画像で)?(?:続けて|連続で|連続して|つづけて)"),
    ),
    "en": (
        re.compile(rf"(?:confirmed )?(?:in |on |by )?(?:at least )?{_N} (?:out )?of (?:the |its |any )?(?:last |latest )?(?P<of>{NUMBER}) (?:consecutive )?(?:pictures|images|frames|shots|photos)(?: in a row)?"),
        re.compile(rf"(?:confirmed )?(?:in |on |by )?{_N} (?:(?:consecutive|successive) (?:pictures|images|frames|shots|photos)|(?:pictures|images|frames|shots|photos) (?:in a row|running))"),
    ),
}  # fmt: skip
_MANY = {
    "ja": (re.compile(rf"[がを]?、?{_N}(?:人|個|台|つ|本|名)以上"), re.compile(rf"{_N}(?:人|個|台|つ|本|名)以上の$")),
    "en": (re.compile(r"(?!)"), re.compile(rf"(?:(?:at least {_N})|(?:{NUMBER} or more))(?: of the)? $")),
}
_PLACE = {
    "ja": re.compile(r"(?:[一-龠々ァ-ヶー]{1,8}?)?(?:区域|エリア|ゾーン|区画|立入禁止(?:区域|エリア)?)"),
    "en": re.compile(r"\b(?:[a-z-]+ )?(?:zone|area)\b"),
}
_GONE = {
    "ja": re.compile(r"(?:い|居)な(?:くな|けれ|い)|写らな|映らな|見えな(?:く|けれ)|見当たらな|消え|立ち去|去っ|去れ|離れ|退去|出たら|出れば|なくな(?:っ|れ)|通り過ぎ"),
    "en": re.compile(r"\b(?:nobody|no ?one|no longer|not any ?more|gone|left|leaves?|clears?|cleared|empty|passed|disappear\w*|out of (?:the )?(?:sight|picture|view))\b|\bnone\b"),
}  # fmt: skip


_LEFT = re.compile(r"\b(?:has|have|is|are) (?:all )?(?:left|gone|passed|disappeared)\b")


@dataclass(frozen=True)
class Detector:
    """A model for detection, and the kind that asks it."""

    meaning: Meaning
    model: Model


def meaning_of(catalog: Catalog) -> Meaning | None:
    """The kind that counts objects in pictures, and turns when there are enough."""
    return Kinds(catalog).having("name", "doubt", "classes")


def following_of(catalog: Catalog) -> Meaning | None:
    """The kind that follows objects from picture to picture."""
    return Kinds(catalog).having("name", "dwell", "lines")


def detectors(catalog: Catalog, registry: Registry) -> list[Detector]:
    """The registered models for detection that name their classes; none where no type has pictures."""
    meaning = meaning_of(catalog)
    if meaning is None or not any(image_of(type_) for type_ in registry.types.values()):
        return []
    task = meaning[0].model_task
    return [Detector(meaning, m) for m in registry.models.values() if m.task == task and m.labels]


def image_of(type_: DeviceType) -> TypeField | None:
    return next((field for field in type_.fields if field.type == "image"), None)


def mark(reading: Reading, spans: list[Span], catalog: Catalog, registry: Registry, lang: str) -> None:
    """Makes of the words for what a detector finds, and of those for where and in how many pictures, a span each. What is there
    to be read, such as a dial, is not what is seen."""
    found = next(
        (f for k in detectors(catalog, registry) if (f := _found(reading, spans, k.model, registry, lang))), []
    )
    if not found:
        return
    grounds = [g for g in _grounds(reading, registry, lang) if not any(_meet(g, s) for s in found)]
    grounds = [g for g in grounds if g.fact.drawn or not any(_meet(g, s) and s.names for s in spans)]  # type: ignore[union-attr]
    gone = _gone(reading, found, lang)
    put(spans, [*gone, *(_counted(span, reading.low, lang) for span in found), *grounds, *_rows(reading.low, lang)])


def _found(reading: Reading, spans: list[Span], model: Model, registry: Registry, lang: str) -> list[Span]:
    """What of a model's classes the words speak of."""
    read = {one.shows for type_ in registry.types.values() for field in type_.fields for one in field.reads}
    found = []
    for one in seen_in(reading.low, tuple(model.labels), lang):
        other = set(one.classes) <= read or _named_otherwise(one.start, one.end, spans, reading.low, lang)
        if not one.plain or not other:
            sight = Sight(model.id, one.classes, one.thing, one.plain)
            found.append(Span(one.start, one.end, reading.text[one.start : one.end], fact=sight))
    return found


def _gone(reading: Reading, found: list[Span], lang: str) -> list[Span]:
    """Words by which what was seen before is no longer there, where they would say nothing to anybody else."""
    matches = _LEFT.finditer(reading.low, found[0].end) if lang == "en" else ()
    return [Span(m.start(), m.end(), m.group(), fact=Gone()) for m in matches]


def _named_otherwise(start: int, end: int, spans: list[Span], low: str, lang: str) -> bool:
    """A bare word for a thing that is a part of a name, or of another word (人数, 3人)."""
    own = any(s.names and s.start <= start and end <= s.end for s in spans)
    part = lang == "ja" and (low[end : end + 1] in "数員材手口力格体" and end < len(low) and low[end : end + 1] != "")
    after = lang == "ja" and start > 0 and re.match(r"[\d一-龠々ァ-ヶ]", low[start - 1]) and end - start == 1
    return own or bool(part) or bool(after)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and one.end > other.start


def put(spans: list[Span], new: list[Span]) -> None:
    """The new spans in place of all that lies within them or across their edges."""

    def stays(span: Span) -> bool:
        met = [one for one in new if _meet(span, one)]
        return not met or ("if" in span.words and not any(n.start <= span.start and span.end <= n.end for n in met))

    kept = [span for span in spans if stays(span)]
    spans[:] = sorted([*kept, *new], key=lambda s: s.start)


def _counted(span: Span, low: str, lang: str) -> Span:
    """ "two or more people", 人が2人以上: with the number."""
    behind, before = _MANY[lang]
    for match, start, end in (
        (behind.match(low, span.end), span.start, None),
        (before.search(low, 0, span.start), None, span.end),
    ):
        if match is None or not isinstance(span.fact, Sight):
            continue
        said = re.search(NUMBER, match.group())
        number = value_of(said.group()) if said else None
        if number is not None and number >= 1:
            span.fact = replace(span.fact, at_least=int(number))
            span.start, span.end = (
                start if start is not None else match.start(),
                end if end is not None else match.end(),
            )
            break
    return span


def _rows(low: str, lang: str) -> Iterator[Span]:
    taken: list[tuple[int, int]] = []
    for pattern in _PICTURES[lang]:
        for match in pattern.finditer(low):
            times, of = value_of(match["n"]), value_of(match.groupdict().get("of") or "")
            if times is None or any(match.start() < end and match.end() > start for start, end in taken):
                continue
            taken.append(match.span())
            yield Span(match.start(), match.end(), match.group(), fact=Row(int(times), int(of) if of else None))


def _grounds(reading: Reading, registry: Registry, lang: str) -> Iterator[Span]:
    """Where words name a part of the picture that was drawn, or something that sounds like one."""
    low, taken = reading.low, [False] * len(reading.low)
    names: dict[str, list[tuple[str, str]]] = {}
    for type_, zone in zones_of(registry):
        for word in (zone.id, *zone.label.values(), *zone.also):
            names.setdefault(word.lower(), []).append((type_.id, zone.id))
    for word in sorted(names, key=len, reverse=True):
        edge = r"\b" if word.isascii() else ""
        for match in re.finditer(rf"{edge}{re.escape(word)}{edge}", low):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * len(match.group())
                yield Span(match.start(), match.end(), match.group(), fact=Ground(tuple(names[word]), match.group()))
    for match in _PLACE[lang].finditer(low):
        if not any(taken[match.start() : match.end()]):
            yield Span(match.start(), match.end(), match.group(), fact=Ground((), reading.words(*match.span())))


def zones_of(registry: Registry) -> Iterator[tuple[DeviceType, PictureZone]]:
    return ((type_, zone) for type_ in registry.types.values() for field in type_.fields for zone in field.zones)


def sight_of(clause: Clause) -> Span | None:
    """What the clause says is seen: what more is said of, before what is only named."""
    found = [s for s in clause.spans if isinstance(s.fact, Sight)]
    return min(found, key=lambda s: s.fact.plain, default=None)  # type: ignore[union-attr]


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A condition that is there, or no longer there, when a detector finds something in the pictures."""
    before = last
    while before is not None and before.sort == "cleared":
        before = before.of
    seen = sight_of(clause)
    gone = _GONE[reader.lang].search(_without_marks(reader.reading.low, clause))
    if before is not None and is_seen(before) and gone and (seen is None or seen.fact.plain):  # type: ignore[union-attr]
        return _over(reader, clause)
    if seen is None or not isinstance(seen.fact, Sight):
        return _confirmed(clause, last)
    source = camera_of(reader, clause.spans, last)
    if source is None or (seen.fact.plain and is_qualified(reader.reading.low, clause, seen, reader.lang)):
        reader.miss(clause, "which_device" if source is None else "condition")
        return None
    return seen_trigger(reader, clause, seen, source)


def _confirmed(clause: Clause, last: Trigger | None) -> Trigger | None:
    """ "..., confirmed in two of three pictures": only how surely what was said before is seen."""
    row = next((s for s in clause.spans if isinstance(s.fact, Row)), None)
    if row is None or last is None or last.step is None or not is_seen(last) or not isinstance(row.fact, Row):
        return None
    if any(s.names or s.phrases for s in clause.spans if s is not row):
        return None
    last.step.more["confirm"], row.used = _confirm(row.fact), True
    return last


def _confirm(row: Row) -> dict[str, int]:
    return {"times": row.times, "of": row.of or row.times}


def _without_marks(low: str, clause: Clause) -> str:
    """The words of the clause but those of what is seen ("nobody without a helmet")."""
    text = list(low[clause.start : clause.end])
    for span in clause.spans:
        if isinstance(span.fact, Sight | Ground):
            text[span.start - clause.start : span.end - clause.start] = " " * (span.end - span.start)
    return "".join(text)


def is_seen(trigger: Trigger) -> bool:
    steps = [*([trigger.step] if trigger.step else []), *(s for t in trigger.tests for s in t.steps)]
    return any("doubt" in step.meaning[0].Params.model_fields for step in steps)


def _over(reader: "TriggerReader", clause: Clause) -> Trigger:
    trigger = reader.cleared(clause)
    _cover(reader, clause)
    trigger.words = reader.reading.words(clause.start, clause.end)
    return trigger


def camera_of(reader: "TriggerReader", spans: list[Span], last: Trigger | None) -> Source | None:
    """The cameras that the words name; else the only ones, those of the zone that is named, or those spoken of last."""
    cameras = [type_ for type_ in reader.registry.types.values() if image_of(type_)]
    named = [(score, source) for t in cameras for source, score in [source_of(spans, reader.registry, t)] if score >= 2]
    drawn = {type_ for s in spans if isinstance(s.fact, Ground) for type_, _ in s.fact.drawn}
    if named:
        return max(named, key=lambda found: (found[0], found[1].type.id in drawn))[1]
    fitting = [t for t in cameras if t.id in drawn] or cameras
    if last is not None and last.source is not None and last.source.type in fitting:
        return last.source
    return source_of(spans, reader.registry, fitting[0])[0] if len(fitting) == 1 else None


def seen_trigger(reader: "TriggerReader", clause: Clause, seen: Span, source: Source) -> Trigger | None:
    row = next((s.fact for s in clause.spans if isinstance(s.fact, Row)), None)
    lasting = next((s for s in clause.spans if s.duration is not None or isinstance(s.fact, Within)), None)
    step = step_of(reader, clause.spans, seen, source)
    if step is None or not isinstance(seen.fact, Sight):
        return None
    noun = _noun(reader, clause, seen, source)
    if lasting is not None and lasting.duration is not None:
        return _lasting(reader, clause, seen.fact, step, source, noun)
    if row is not None:
        step.more["confirm"] = _confirm(row)
    if seen.fact.at_least > 1:
        step.more["at_least"] = seen.fact.at_least
    _cover(reader, clause)
    made = Trigger("happen", reader.reading.words(clause.start, clause.end), source=source, step=step, noun=noun)
    made.hold = 0
    return made


def _lasting(
    reader: "TriggerReader", clause: Clause, sight: Sight, step: Step, source: Source, noun: str
) -> Trigger | None:
    """ "... for ten seconds": the number of objects that count, held."""
    plain = reader.comparing.plain
    if plain is None:
        return None
    step.port = step.meaning[0].outputs[0].name
    field = TypeField(name=COUNT, type="integer")
    test = Test(field, plain, [Quantity(sight.at_least)], steps=[step], type=source.type, noun=noun)
    made = reader.finish(Trigger("compare", "", source=source, tests=[test], meaning=plain, noun=noun), clause)
    _cover(reader, clause)
    made.words = reader.reading.words(clause.start, clause.end)
    return made


def step_of(reader: "TriggerReader", spans: list[Span], seen: Span, source: Source) -> Step | None:
    """The look at each picture, for what is said to be seen and where."""
    meaning, image, sight = meaning_of(reader.kinds.catalog), image_of(source.type), seen.fact
    if meaning is None or image is None or not isinstance(sight, Sight):
        return None
    more: dict[str, Any] = {"image": image.name, "model": sight.model, "classes": list(sight.classes)}
    if (where := drawn(reader, spans, source)) is not None:
        more["zones"] = where
        if sight.thing != "person" and where.zones:
            more["by"] = "middle"
    return Step(meaning, {}, more, COUNT, meaning[1].port, named="seen")


def drawn(reader: "TriggerReader", spans: list[Span], source: Source) -> Drawn | None:
    ground = next((s.fact for s in spans if isinstance(s.fact, Ground)), None)
    if ground is None:
        return None
    lang, known = reader.lang, {z.id: z for f in source.type.fields for z in f.zones}
    ids = [zone for type_, zone in ground.drawn if type_ == source.type.id]
    if ids:
        return Drawn(tuple(zone_param(known[id], lang) for id in dict.fromkeys(ids)))
    choices = tuple((z.id, spoken(z.label, lang, z.id), zone_param(z, lang)) for z in known.values())
    return Drawn((), ground.words, choices)


def zone_param(zone: PictureZone, lang: str) -> dict[str, Any]:
    return {"name": spoken(zone.label, lang, zone.id), "polygon": zone.polygon}


def _noun(reader: "TriggerReader", clause: Clause, seen: Span, source: Source) -> str:
    """What a notice calls it: what is seen, and where."""
    what = re.sub(r"^(?:the|an?|any) ", "", reader.reading.words(seen.start, seen.end))
    ground = next((s for s in clause.spans if isinstance(s.fact, Ground)), None)
    if ground is None:
        return what
    where = reader.reading.words(ground.start, ground.end)
    return f"{where}に{what}" if reader.lang == "ja" else f"{what} in the {where}"


def _cover(reader: "TriggerReader", clause: Clause) -> None:
    for span in clause.spans:
        if not (span.named("destination") or span.named("choice") or span.quote is not None):
            span.used = True
    reader.spans.append(Span(clause.start, clause.end, reader.reading.text[clause.start : clause.end], used=True))


def looks(kind: type[Kind]) -> bool:
    return "doubt" in kind.Params.model_fields
