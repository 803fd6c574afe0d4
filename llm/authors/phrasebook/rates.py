"""Which part of the things that pass a camera has a defect: 直近20個の不良率が30%を超えたら, record the defect rate by lot.

Each thing counts once, when it comes into the zone (or first into the picture), however many pictures it is in.
"""

import re
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook import grouping, sights
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Ground, Lookback, Rate
from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.periods import Period, use
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.seen import classes_of
from llm.authors.phrasebook.wishes import Drawn, Meaning, Open, Source, Step, Test, Trigger
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

FIELD, PER_CENT = "defect", "%"
_SAYS = {
    "ja": re.compile(r"(?:不良|欠陥|不合格)(?:品)?(?:の)?(?:発生)?(?:率|割合)"),
    "en": re.compile(r"\b(?:defect|reject|rejection|scrap|failure) (?:rate|ratio|share)s?\b|\b(?:share|rate|ratio|percentage|proportion|part) of (?:defective |bad |faulty |rejected )(?:parts|pieces|products|items)\b|\b(?:share|rate|percentage) of (?:defects|rejects)\b"),
}  # fmt: skip
_LAST = {
    "ja": re.compile(rf"(?:直近|最新|最近)の?(?P<n>{NUMBER})(?:個|件|本|枚|点|つ)の?"),
    "en": re.compile(rf"\b(?:of|over|in|among) the (?:last|latest|past|most recent) (?P<n>{NUMBER}) (?:parts|pieces|products|items|units)\b"),
}  # fmt: skip
_WHOLE = [{"x": 0, "y": 0}, {"x": 1, "y": 0}, {"x": 1, "y": 1}, {"x": 0, "y": 1}]


def mark(reading: Reading, spans: list[Span], catalog: Catalog, registry: Registry, lang: str) -> None:
    """Makes one span of words for a part that is defect, where a detector tells good ones from others."""
    for known in sights.detectors(catalog, registry):
        classes = classes_of(tuple(known.model.labels))
        good = next((one for one in classes if one.good), None)
        if good is None:
            continue
        every = tuple(one.name for one in classes if one.thing == good.thing)
        bad = tuple(one.name for one in classes if one.thing == good.thing and not one.good)
        found = [(m, Rate(known.model.id, every, bad, good.thing)) for m in _SAYS[lang].finditer(reading.low)]
        new = [Span(m.start(), m.end(), reading.text[m.start() : m.end()], fact=rate) for m, rate in found]
        lasts = _LAST[lang].finditer(reading.low) if new else ()
        new += [Span(m.start(), m.end(), m.group(), fact=Lookback(readings=int(value_of(m["n"]) or 1))) for m in lasts]
        sights.put(spans, new)
        return


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """The rate compared with a number."""
    rate = _rate_in(clause)
    compared = next((s.role("compare") for s in clause.spans if s.role("compare")), None) or reader.comparing.plain
    number = next((s for s in clause.spans if s.quantity is not None and not s.used and not s.fact), None)
    source = sights.camera_of(reader, clause.spans, last) if rate is not None else None
    if rate is None or source is None or compared is None or number is None or number.quantity is None:
        return None
    steps = _each_once(reader, clause, rate, source, last)
    back = next((s.fact for s in clause.spans if isinstance(s.fact, Lookback) and s.fact.readings), None)
    many = back.readings if isinstance(back, Lookback) and back.readings else None
    readings = Open("readings", many or 50, "readings", assumed=None if many else "no_readings")
    by = grouping.taken(clause)
    made = _averaged(reader, {"readings": readings}, by.name if by else None)
    if steps is None or made is None:
        return None
    field = TypeField(name=made.gives or "value", unit=PER_CENT)
    steps = [*steps, *(grouping.steps_of(reader, by) if by else []), made]
    noun = reader.reading.words(*_words_of(clause))
    test = Test(field, compared, [number.quantity], steps=steps, type=source.type, noun=noun, left=field.name, guard="count >= settings.readings")  # fmt: skip
    trigger = Trigger("compare", "", source=source, tests=[test], meaning=compared, hold=0, per=by.name if by else None)
    if by is not None:
        trigger.shown = [(by.noun, by.name, None)]
    for span in clause.spans:
        span.used = True
    reader.spans.append(Span(clause.start, clause.end, "", used=True))
    return trigger


def report(reader: "TriggerReader", clause: Clause, period: Period | None) -> Trigger | None:
    """The rate of each lot when it is over, or of each period."""
    rate, last = _rate_in(clause), reader.last
    source = sights.camera_of(reader, clause.spans, last) if rate is not None else None
    by = grouping.taken(clause) if rate is not None else None
    if rate is None or source is None or (by is None and period is None):
        return None
    steps = _each_once(reader, clause, rate, source, last)
    made = _averaged(reader, period.params() if period else {"gap": "1m"}, by.name if by else None)
    if steps is None or made is None:
        return None
    if period is not None:
        use(period, reader.spans)
    words = reader.reading.words(clause.start, clause.end)
    trigger = Trigger(
        "reading", words, source=source, steps=[*steps, *(grouping.steps_of(reader, by) if by else []), made]
    )
    trigger.per = by.name if by else None
    noun = reader.reading.words(*_words_of(clause))
    trigger.shown = [*([(by.noun, by.name, None)] if by else []), (noun, made.gives or "value", PER_CENT)]
    for span in clause.spans:
        span.used = span.used or span.is_fact(Rate, Ground)
    return trigger


def _rate_in(clause: Clause) -> Rate | None:
    return next((s.fact for s in clause.spans if isinstance(s.fact, Rate)), None)


def _words_of(clause: Clause) -> tuple[int, int]:
    span = next(s for s in clause.spans if isinstance(s.fact, Rate))
    return span.start, span.end


def _each_once(
    reader: "TriggerReader", clause: Clause, rate: Rate, source: Source, last: Trigger | None
) -> list[Step] | None:
    """Everything that passes, once each, with 100 for what has a defect and 0 for what has none."""
    look, follow, compute = sights.meaning_of(reader.kinds.catalog), sights.following_of(reader.kinds.catalog), reader.kinds.find("compute")  # fmt: skip
    image = sights.image_of(source.type)
    if look is None or follow is None or compute is None or image is None:
        return None
    seen: dict[str, Any] = {"image": image.name, "model": rate.model, "classes": list(rate.classes)}
    listed = ", ".join(f'"{name}"' for name in rate.bad)
    computed = [{"name": FIELD, "expr": f"class in [{listed}] ? 100.0 : 0.0"}]
    return [
        Step(look, {}, seen, "objects", look[0].outputs[0].name, named="seen"),
        Step(follow, {}, {"zones": _where(reader, clause, source, last), "by": "middle"}, "class", "entered", named="passing"),
        Step(compute, {"<computed>": computed}, gives=FIELD, named="each"),
    ]  # fmt: skip


def _where(reader: "TriggerReader", clause: Clause, source: Source, last: Trigger | None) -> Any:
    """The zone of the words, else that in which something was looked for before, else the only one, else all of the picture."""
    drawn = sights.drawn(reader, clause.spans, source)
    if drawn is None and last is not None and last.step is not None:
        before = last.step.more.get("zones")
        drawn = before if isinstance(before, Drawn) and before.zones else None
    known = [zone for field in source.type.fields for zone in field.zones]
    if drawn is None and len(known) == 1:
        return [sights.zone_param(known[0], reader.lang)]
    return (
        list(drawn.zones) if drawn is not None and drawn.zones else [{"name": reader.said["whole"], "polygon": _WHOLE}]
    )


def _averaged(reader: "TriggerReader", extent: dict[str, Any], per: str | None) -> Step | None:
    meaning: Meaning | None = next(
        (
            (k, p)
            for k, p in reader.kinds.all("aggregate")
            if p.params.get("calc") == "average" and {"gap", "readings"} <= set(k.Params.model_fields)
        ),
        None,
    )
    if meaning is None:
        return None
    periodic = "readings" not in extent
    return Step(meaning, {"<field>": FIELD, "<per>": per}, extent, meaning[1].gives, named="share", periodic=periodic)
