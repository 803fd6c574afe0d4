"""What is said once for several: 1号は230℃、2号は250℃を超えたら…, …を超えたら、Aは店長、Bは保全へ."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import clocks
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import with_key
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.wishes import Doing, Source, Trigger, Wish

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_OWN = re.compile(r"(?:の(?:場合|とき|ほう|方))?(?:は|が|なら)、?|[:=]\s?")
"""What stands between a device and what is said of it alone."""


def limits(reading: Reading, found: list[Clause]) -> list[Clause]:
    """A condition with a number of its own for each device becomes one for each, all treated alike."""
    kept: list[Clause] = []
    for clause in found:
        groups = _groups(reading, clause) if clause.when else []
        kept += _spread(clause, groups) if len(groups) > 1 else [clause]
    return kept


def _is_device(span: Span) -> bool:
    return bool(span.named("device") or span.named("attribute"))


def _groups(reading: Reading, clause: Clause) -> list[tuple[list[Span], Span]]:
    """Devices and the number that counts for them; none unless one comparison behind the last number is meant for all."""
    numbers = [s for s in clause.spans if s.quantity is not None and s.duration is None and s.quantity.unit]
    groups: list[tuple[list[Span], Span]] = []
    before = clause.start
    for number in numbers:
        heads = [s for s in clause.spans if before <= s.start < number.start and _is_device(s)]
        if not heads or not _OWN.match(reading.low, heads[-1].end):
            return []
        groups.append((heads, number))
        before = number.end
    compared = [s for s in clause.spans if s.role("compare")]
    asks = any(s.text in ("なら", "で") for s in clause.having("if"))
    return groups if numbers and all(s.start >= numbers[-1].end for s in compared) and (compared or asks) else []


def _spread(clause: Clause, groups: list[tuple[list[Span], Span]]) -> list[Clause]:
    own = [s for heads, number in groups for s in (*heads, number)]
    shared = [s for s in clause.spans if s not in own]
    made = []
    for n, (heads, number) in enumerate(groups):
        last = n == len(groups) - 1
        spans = sorted([*heads, number, *(shared if last else [replace(s, used=False) for s in shared])], key=lambda s: s.start)  # fmt: skip
        end = clause.end if last else number.end
        made.append(replace(clause, start=heads[0].start if n else clause.start, end=end, spans=spans, listed=not last, joined=clause.joined if n == 0 else None, marked=True))  # fmt: skip
    return made


def there_and_back(before: Wish, trigger: Trigger, doings: list[Doing]) -> None:
    """ "20%で開け、90%で閉める": one device is commanded to and fro, so that the lower number is reached from above."""
    one, two = before.trigger.tests, trigger.tests
    types = {d.target_type.id for d in before.doings if d.target_type}
    if len(one) != 1 or len(two) != 1 or not any(d.target_type and d.target_type.id in types for d in doings):
        return
    if one[0].field is not two[0].field or not (one[0].numbers and two[0].numbers) or not one[0].meaning:
        return
    lower = before.trigger if one[0].numbers[0].value < two[0].numbers[0].value else trigger
    test = lower.tests[0]
    lower.tests = [replace(test, meaning=with_key(test.meaning, "at_most") if test.meaning else None)]
    lower.meaning = lower.tests[0].meaning


def by_device(meaning: "Meaning", part: Part, trigger: Trigger | None) -> bool:
    """What is done hangs on which device it is: takes up the clauses, each with a condition for its device alone."""
    if trigger is None or trigger.source is None or trigger.sort != "compare" or trigger.base or trigger.others:
        return False
    heads = [_head(meaning, clause, trigger.source) for clause in part.doing]
    if not part.doing or sum(1 for head in heads if head) < 2 or not heads[0]:
        return False
    own: Trigger = trigger
    for clause, ids in zip(part.doing, heads, strict=True):
        if ids:
            named = [s for s in clause.spans if any(n.id in ids for n in s.named("device"))]
            for span in named:
                span.used = True
            own = replace(trigger, source=Source(trigger.source.type, ids, spoken=True))
            clause = replace(clause, spans=[s for s in clause.spans if s not in named])
        doings = meaning.doings.read(clause, own)
        if doings:
            meaning.add(Wish(own, doings))
    return True


_AT = re.compile(r"(?:の間|のあいだ|中|の場合|のとき)?(?:は|なら|だけ|のみ)、?|、")


_BY_DAY = re.compile(r"[、\s]*(?:昼間?|日中)は")
"""The other part of the day than the one that is named besides."""


def by_times(meaning: "Meaning", part: Part) -> list[tuple[Clause, Calendar]]:
    """ "…を超えたら、平日は職長、土日は守衛に": what is done at which times; empty unless each has its own."""
    if meaning.lang == "en":
        return _behind(meaning, part)
    found: list[tuple[Clause, Calendar]] = []
    for clause in part.doing if part.when else []:
        span = next(iter(clause.spans), None)
        if span is None:
            return []
        calendar = clocks.said_by(meaning, span)
        if "else" in span.words and found:
            calendar = replace(found[-1][1], outside=not found[-1][1].outside)
        if calendar is None and _BY_DAY.match(meaning.reading.low, clause.start):
            others = [c for other in part.doing if other is not clause and (first := next(iter(other.spans), None)) is not None and (c := clocks.said_by(meaning, first))]  # fmt: skip
            if len(others) != 1:
                return []
            found.append((clause, replace(others[0], outside=not others[0].outside)))
            continue
        if calendar is not None and ("else" in span.words or _AT.match(meaning.reading.low, span.end)):
            found.append((clause, calendar))
        elif found:
            found.append((clause, found[-1][1]))
        else:
            return []
    if len({str(calendar) for _, calendar in found}) < 2:
        return []
    for clause, _ in found:
        first = clause.spans[0]
        if "else" in first.words or clocks.said_by(meaning, first) is not None:
            first.used = True
            clause.spans, clause.joined = clause.spans[1:], None
    return found


def _behind(meaning: "Meaning", part: Part) -> list[tuple[Clause, Calendar]]:
    """ "... : the keepers on weekdays, the vet at weekends": each one who is told with times behind."""
    found: list[tuple[Clause, Calendar]] = []
    timed: list[Span] = []
    for clause in part.doing if part.when else []:
        own = [(s, c) for s in clause.spans if s.clock is None and (c := clocks.said_by(meaning, s)) is not None]
        told = [s for s in clause.spans if s.named("destination")]
        if len(own) != 1 or not told or own[0][0].used:
            return []
        timed.append(own[0][0])
        found.append((clause, own[0][1]))
    if len({str(calendar) for _, calendar in found}) < 2:
        return []
    for (clause, _), span in zip(found, timed, strict=True):
        span.used = True
        clause.spans = [s for s in clause.spans if s is not span]
    return found


def at_times(meaning: "Meaning", trigger: Trigger | None, found: list[tuple[Clause, Calendar]]) -> bool:
    """Adds what is done at its times."""
    for clause, calendar in found if trigger is not None else []:
        doings = meaning.doings.read(clause, trigger)
        if doings and trigger is not None:
            meaning.result.wishes.append(Wish(trigger, doings, calendar))
    return bool(found) and trigger is not None


def _head(meaning: "Meaning", clause: Clause, source: Source) -> list[str]:
    """The devices of the condition with which a clause begins ("Aは店長へ")."""
    ids: list[str] = []
    for span in clause.spans:
        names = [n for n in span.named("device") if n.owner == source.type.id]
        if not names:
            break
        ids += [names[0].id]
        if _OWN.match(meaning.reading.low, span.end):
            return ids
    return []


def resets(wishes: list[Wish], trigger: Trigger, doings: list[Doing]) -> None:
    """ "…赤のまま。確認ボタンが押されたときに緑へ": what commands the same devices next ends what was held fast."""
    before = wishes[-1] if wishes else None
    if before is None or not before.trigger.latched or before.trigger.until is not None or before.trigger is trigger:
        return
    types = {d.target_type.id for d in before.doings if d.target_type}
    if trigger.sort == "compare" and any(d.target_type and d.target_type.id in types for d in doings):
        before.trigger.until = trigger
