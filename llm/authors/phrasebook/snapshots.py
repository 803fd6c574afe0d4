"""What something is at a set time: "every morning at 7 send the charge", 毎朝7時に水位を知らせて, 毎正時に温度を記録."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook import contents
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.sharing import devices_of
from llm.authors.phrasebook.wishes import Doing, Latest, Missed, Source, Trigger
from nodes.kit.things import DeviceType, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_MOST = 8
"""Values that one notice holds."""
_SHOWN = {
    "ja": re.compile(r"(?:の?(?:現在)?(?:値|状況|状態|一覧|数値|データ))?(?:と[^、。]{1,12})?(?:を|も|について|、|の?(?:報告|記録|通知|連絡))"),
    "en": re.compile(r"(?:,| and| to| in| at| every| each| of|[.;]|\s*$|\b(?! (?:check|inspection|sensor|meter|alarm)))"),
}  # fmt: skip
_TASK = re.compile(r"[^、。]{0,8}?(?:確認|点検|測定|計測|見て|見る|チェック)")


def fill(meaning: "Meaning", part: Part, trigger: Trigger | None, doings: list[Doing]) -> None:
    """The newest values of what is named, where something is told or recorded at a set time without a text of its own."""
    contents.passed_on(meaning, part, trigger, doings)
    if trigger is not None and meaning.lang == "ja" and trigger.sort == "compare":
        _besides(meaning, part, trigger, doings)
    if trigger is None or trigger.sort != "clock":
        return
    open_ = [d for d in doings if (d.sort == "tell" and d.text is None) or (d.sort == "record" and trigger.crons)]
    if not open_:
        return
    wanted = _wanted(meaning, [*part.when, *part.doing]) or _how_much(meaning, part.doing)
    sums = [s for c in part.doing for s in c.role("aggregate") if meaning.lang == "ja" or not s.used]
    if sums and (meaning.lang == "en" or not wanted):
        meaning.result.missed += [Missed(meaning.reading.words(s.start, s.end), "unused") for s in sums]
        doings[:] = [d for d in doings if d not in open_]
        return
    for doing in open_ if not wanted else []:
        doing.text = _object(meaning, part.doing) if doing.sort == "tell" else None
    for doing in open_:
        doing.latest = wanted
        if doing.sort == "record":
            doing.fields = [one.name for one in wanted]
        else:
            doing.shown += [(one.noun, one.name, one.field.unit) for one in wanted]


_HOW_MUCH = re.compile(
    r"\b(?:what(?:'s| is) (?:left|in)|how (?:much|full|high|low|many|warm|hot|cold)|what remains|the (?:latest |current )?(?:readings?|values?|figures?))\b"
)


def _how_much(meaning: "Meaning", doing: list[Clause]) -> list[Latest]:
    """ "what's left in the flour silo": the one number that such devices send."""
    asked = next((m for c in doing if (m := _HOW_MUCH.search(meaning.reading.low, c.start, c.end))), None)
    source = (
        meaning.triggers.source([s for c in doing for s in c.spans], None) if asked and meaning.lang == "en" else None
    )
    if source is None or asked is None or not source.spoken:
        return []
    numeric = [f for f in source.type.fields if f.type in ("number", "integer")]
    devices = devices_of(source, meaning.registry)
    if len(numeric) != 1 or len(devices) > _MOST:
        return []
    meaning.spans.append(Span(asked.start(), asked.end(), asked.group(), used=True))
    alone, label = len(devices) == 1, meaning.triggers.label(numeric[0])
    return [
        Latest(
            d.id, numeric[0], numeric[0].name if alone else re.sub(r"\W", "_", f"{numeric[0].name}_{d.id}"),
            label if alone else f"{d.label.get(meaning.lang, d.id)} {label}",
        )
        for d in devices
    ]  # fmt: skip


def _besides(meaning: "Meaning", part: Part, trigger: Trigger, doings: list[Doing]) -> None:
    """ "…たら生地温度を品質保証に送って": a value of the same device that somebody is told, as it is then."""
    tells = [d for d in doings if d.sort == "tell" and d.text is None]
    spans, source = [s for c in part.doing for s in c.spans], trigger.source
    for span in spans if tells and source is not None else []:
        for type_, field in _fields(meaning, span, spans):
            known = any(test.field.name == field.name for test in trigger.tests)
            if source is None or type_ is not source.type or known:
                continue
            span.used = True
            if tells[0].later is not None:  # what comes later still holds the value of its own time
                meaning.result.missed.append(Missed(meaning.reading.words(span.start, span.end), "unused"))
                continue
            for doing in tells:
                doing.shown.append((meaning.triggers.label(field), field.name, field.unit))


_OBJECT = re.compile(
    r"(?P<what>[^、。にへは「」]{2,30})を(?=[^、。を]{0,14}(?:に|へ|送|知らせ|通知|連絡|伝え|報告|流|メール))"
)


def _object(meaning: "Meaning", doing: list[Clause]) -> str | None:
    """ "点検の案内を本社へ": what is told of, where nothing of it is known as a value."""
    for clause in doing if meaning.lang == "ja" else []:
        start = max((s.end for s in clause.spans if s.clock or s.days or s.every), default=clause.start)
        found = _OBJECT.search(meaning.reading.low, start, clause.end)
        if found is not None:
            begin = max([s.end for s in clause.spans if s.named("destination") and s.end < found.end("what")], default=found.start("what"))  # fmt: skip
            words = meaning.reading.words(max(begin, found.start("what")), found.end("what")).lstrip("にへ、のは")
            meaning.spans.append(Span(found.start("what"), found.end("what"), words, used=True))
            return words if len(words) > 1 else None
    return None


def _wanted(meaning: "Meaning", found: list[Clause]) -> list[Latest]:
    spans = [s for clause in found for s in clause.spans]
    named = [(s, t, f) for s in spans for t, f in _fields(meaning, s, spans)]
    wanted: list[Latest] = []
    for span, type_, field in named:
        source = meaning.triggers.source([s for s in spans if s is not span or s.named("type")], None)
        if source is None or source.type is not type_:
            source = None
        devices = devices_of(source or Source(type_), meaning.registry)
        for device in devices:
            label, alone = meaning.triggers.label(field), len(devices) == 1
            name = field.name if alone else re.sub(r"\W", "_", f"{field.name}_{device.id}")
            noun = label if alone else f"{device.label.get(meaning.lang, device.id)} {label}"
            wanted.append(Latest(device.id, field, name, noun))
        span.used = True
    return wanted if len(wanted) <= _MOST else []


def _fields(meaning: "Meaning", span: Span, spans: list[Span]) -> list[tuple[DeviceType, TypeField]]:
    """The field that a span names, where it is what is asked for."""
    if not _SHOWN[meaning.lang].match(meaning.reading.low, span.end) or _TASK.match(meaning.reading.low, span.end):
        return []
    owners = {n.id if n.sort == "type" else n.owner for s in spans for n in s.names if n.sort in ("type", "device") and n.strength >= 2}  # fmt: skip
    names = [n for n in span.named("field") if n.strength >= 2 and (not owners or n.owner in owners)]
    best = max(names, key=lambda n: n.strength, default=None)
    type_ = meaning.registry.types.get(best.owner or "") if best is not None else None
    field = type_.field(best.id) if type_ is not None and best is not None else None
    if type_ is None or field is None or field.type not in ("number", "integer", "string", "boolean"):
        return []
    return [(type_, field)]
