"""One thing after another: A and then B within a time, or A and no B; an alarm that nobody confirms."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.bounds import AFTER_JA, LINK_EN, NOTHING, STILL_JA, THEN_JA, of_what
from llm.authors.phrasebook.buttons import answered_by
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Later, Often, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Meaning, Test, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader


def read(reader: "TriggerReader", group: list[Clause]) -> Trigger | None:
    """The trigger of conditions that speak of an order in time; None where they do not."""
    spans = [span for clause in group for span in clause.spans]
    start, end = group[0].start, group[-1].end
    pivot = next((s for s in spans if _is_pivot(reader, s, start)), None)
    if pivot is None or any(s.is_fact(Often) for s in spans):
        return None
    first, then = _sides(reader, spans, pivot, start, end)
    text = reader.reading.low[start:end]
    missing = bool(NOTHING[reader.lang].search(_without(reader, pivot, start, end, first)))
    ms = pivot.fact.ms if isinstance(pivot.fact, Within | Later) else pivot.duration or 0
    last = reader.last
    one = _read(reader, group[0], first, last) if first else _before(last)
    if one is None:
        return None
    alarm = not first
    two = _again(reader, then, last) if alarm else None
    if two is None:
        reader.last = one
        if alarm and missing and reader.lang == "en":
            then = answered_by(reader.reading.low, start, end, then, reader.registry)
        if alarm and not _named(reader, group, then):
            return None
        bare = missing and not any(_says(s) for s in then)
        two = _flag(reader, then) if alarm or bare else None
        two = two or _read(reader, group[-1], _as_met(then), one, following=True)
        reader.last = last
    meaning = _meaning(reader, missing=missing, alarm=alarm and missing)
    if two is None or two.sort not in ("compare", "edge", "happen", "order") or meaning is None:
        return None
    if two.sort == "order" or (alarm and not missing and not _timed(reader, text)):
        return None
    if reader.lang == "en" and not any(s.named("device") or s.named("type") for s in first):
        _its(one, two)
    one.hold, two.hold = one.hold or 0, two.hold or 0
    for span in spans:
        span.used = True
    if reader.lang == "ja" and not missing and two.tests == one.tests and _STILL.search(text):
        return replace(one, hold=ms)
    return Trigger("order", "", source=one.source, first=one, then=two, within=ms, meaning=meaning)


_STILL = re.compile(r"(?:たって|経って|過ぎて|経過して)も[^、。]{0,8}?(?:まだ|なお|依然|いまだ)?")
""" "超えて30分たってもまだ超えていれば": one state that lasts, not one thing after another."""


def _its(one: Trigger, two: Trigger) -> None:
    """ "Nobody has closed gate 1 ten minutes after it opened": "it" is the device that is named for the second."""
    ours, theirs = one.source, two.source
    if ours is not None and theirs is not None and ours.type is theirs.type and not ours.only and theirs.only:
        one.source = theirs


def _named(reader: "TriggerReader", group: list[Clause], then: list[Span]) -> bool:
    """What confirms an alarm must be named: the last condition may not stand in its place."""
    if any(n.sort in ("type", "device", "field") and n.strength >= 2 for s in then for n in s.names):
        return True
    if not reader.unknown(replace(group[-1], start=group[0].start)):
        reader.miss(group[-1], "no_button")
    return False


def _flag(reader: "TriggerReader", spans: list[Span]) -> Trigger | None:
    """A button or the like, of which there is one thing to know."""
    source = reader.source([s for s in spans if s.named("type") or s.named("device")], None)
    flags = [f for f in source.type.fields if f.type == "boolean"] if source is not None else []
    if source is None or len(flags) != 1 or len(source.type.fields) != 1:
        return None
    test = Test(flags[0], truth=True, type=source.type)
    return Trigger("compare", "", source=source, tests=[test])


_UNPRESSED = re.compile(r"(?:間)?\s?(?:以上)?(?:も)?(?:押され|確認され|応答|反応|返[事答]|対応)[^、。]{0,6}?(?:な|ず)")
""" "確認ボタンが3分押されなければ": nobody has answered so long after the alarm."""


def _timed(reader: "TriggerReader", text: str) -> bool:
    return reader.lang == "ja" or bool(re.search(r"\bwithin\b", text))


def _is_pivot(reader: "TriggerReader", span: Span, start: int) -> bool:
    low = reader.reading.low
    before = low[start : span.start]
    if reader.lang == "ja":
        still = span.duration is not None and STILL_JA.match(low[span.end :])
        if span.duration is not None and reader.last is not None and _UNPRESSED.match(low[span.end :]):
            return True
        limit = isinstance(span.fact, Within) and ("以内" in span.text or "うちに" in span.text or "間に" in span.text)
        return bool((still or limit) and (AFTER_JA.search(before) or THEN_JA.search(before) or not before.strip(" 、")))
    if isinstance(span.fact, Later):
        denied = NOTHING["en"].search(before)
        if not span.fact.of:
            later = not before.strip() and NOTHING["en"].search(low[span.end :])
            return bool(denied or later) and reader.last is not None and span.text.startswith("after")
        return bool(NOTHING["en"].search(low[span.end :]) or denied)
    if not isinstance(span.fact, Within):
        return False
    linked = of_what(low, span.end) or LINK_EN.search(before) or not _words_before(before)
    return bool(linked) or bool(NOTHING["en"].search(before))


def _words_before(before: str) -> bool:
    return bool(re.sub(r"\b(?:if|when|and|,)\b|[\s,]", "", before))


def _sides(
    reader: "TriggerReader", spans: list[Span], pivot: Span, start: int, end: int
) -> tuple[list[Span], list[Span]]:
    """What comes first, and what is to follow; nothing first where the alarm before is meant."""
    before = [s for s in spans if s.end <= pivot.start]
    after = [s for s in spans if s.start >= pivot.end]
    low = reader.reading.low
    if reader.lang == "ja":
        if (link := THEN_JA.search(low, start, pivot.start)) is not None and not AFTER_JA.search(
            low[start : pivot.start]
        ):
            after = [s for s in spans if s.start >= link.end() and s is not pivot]
            before = [s for s in before if s.end <= link.end()]
        return (before, after) if any(_says(s) for s in before) else ([], before + after)
    if isinstance(pivot.fact, Later):
        return _split_later(reader, before, after, pivot)
    if of_what(low, pivot.end):
        return after, before
    link = next((m for m in reversed(list(LINK_EN.finditer(low, start, pivot.start)))), None)
    if link is not None:
        one = [s for s in before if s.end <= link.start()]
        two = [s for s in before if s.start >= link.start()]
        if any(_says(s) for s in one) and any(_says(s) or s.names for s in two):
            return one, two + after
    return [], before + after


def _split_later(
    reader: "TriggerReader", before: list[Span], after: list[Span], pivot: Span
) -> tuple[list[Span], list[Span]]:
    """ "half an hour after the pump has started tank 1 still hasn't ...": the second begins where other things are named."""
    if any(_says(s) for s in before) or not after:
        return after, before
    comma = next(
        (
            m.start()
            for m in re.finditer(",", reader.reading.low)
            if pivot.end < m.start() < after[-1].start and any(_says(s) for s in after if s.end <= m.start())
        ),
        None,
    )
    if comma is not None:
        return [s for s in after if s.start < comma], [s for s in after if s.start > comma]
    done = next((n for n, s in enumerate(after) if _says(s)), None)
    if done is None:
        return [], after
    turn = next((n for n in range(done + 1, len(after)) if after[n].names and not after[n].named("choice")), len(after))
    return (after[:turn], after[turn:]) if turn < len(after) else ([], after)


def _says(span: Span) -> bool:
    """A word that can be the predicate of a condition."""
    if any(name.extra == "boolean" for name in span.named("field")) or span.quote is not None:
        return True
    return bool(
        span.words & {*POLARITIES, "yes", "no"}
        or span.role("compare")
        or span.role("edge")
        or span.role("test")
        or span.role("derive")
        or span.quote is not None
    )


def _without(reader: "TriggerReader", pivot: Span, start: int, end: int, first: list[Span]) -> str:
    """The words of what is to follow: all but those of what comes first and of the time."""
    hidden = [pivot, *first]
    return "".join(
        c for at, c in enumerate(reader.reading.low[start:end], start) if not any(s.start <= at < s.end for s in hidden)
    )


def _read(
    reader: "TriggerReader", clause: Clause, spans: list[Span], last: Trigger | None, *, following: bool = False
) -> Trigger | None:  # fmt: skip
    if not spans:
        return None
    part = replace(
        clause,
        spans=[s for s in spans if s.words != {"if"}],
        start=spans[0].start,
        end=spans[-1].end,
        marked=True,
    )
    before = reader.last
    reader.last = last
    trigger = reader.one(part, within=last if spans and following else None)
    reader.last = before
    if trigger is not None:
        trigger = replace(trigger)
        trigger.words = reader.reading.words(part.start, part.end)
    return trigger


def _as_met(spans: list[Span]) -> list[Span]:
    """What would have to come, said without the word that it does not ("動かな" is to move)."""
    kept = [s for s in spans if not s.words & {"not"} or s.names or s.words & set(POLARITIES)]
    return [replace(s, words=s.words - {"not"}) if s.words & {"not"} and not s.names else s for s in kept]


def _before(last: Trigger | None) -> Trigger | None:
    """The alarm that was said before; of one that was itself not confirmed, the first one."""
    while last is not None and last.sort == "order" and last.first is not None:
        last = last.first
    return last


def _again(reader: "TriggerReader", spans: list[Span], last: Trigger | None) -> Trigger | None:
    """ "Still nothing": what was waited for before."""
    if last is None or last.sort != "order" or any(s.names for s in spans):
        return None
    return last.then


def _meaning(reader: "TriggerReader", *, missing: bool, alarm: bool) -> Meaning | None:
    """The kind that waits for an answer to an alarm, else the one that knows orders."""
    if alarm and (kind := reader.kinds.treating("acknowledge")) is not None:
        return kind
    ordered = [m for m in reader.kinds.all("happen") if "<over>" in m[1].params.values() and len(m[0].inputs) > 1]
    port = lambda m: m[0].outputs[1].name if missing else m[0].outputs[0].name  # noqa: E731
    return next((m for m in ordered if m[1].port == port(m)), None)
