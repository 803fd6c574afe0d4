"""Conditions on true/false and text fields: ドアが開いたら, the leak sensor trips, status is "error"."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from llm.authors.phrasebook import concepts
from llm.authors.phrasebook.asking import is_free
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.expressions import quoted
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.subjects import Subject, claim, subjects
from llm.authors.phrasebook.wishes import Test, Trigger
from nodes.kit.things import Registry, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_FIELD_MEANS = {
    "open": ("open",), "close": ("closed", "close"), "lock": ("locked", "lock"), "start": ("running", "active"), "on": ("on", "power", "powered"),
}  # fmt: skip


def state(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A trigger on a true/false field, else on a text field; None where the clause speaks of neither."""
    if reader.awaited is not None and not any(s.names for s in clause.spans):
        last = reader.awaited
    trigger = _text(clause, reader.reading, reader.registry, last) or _truth(clause, reader.registry, last)
    if trigger is not None and trigger.tests[0].words is None and not _none_of(reader, trigger, clause):
        _other_state(trigger, clause)
    return trigger


_ALSO_NOT = re.compile(r"[^、。]{0,6}?(?:も(?!し)|が(?=[^、。]{0,6}?(?:なく|ず)))")
_LISTED = re.compile(r"、|・|と|や|および|及び|または|または、|か")
"""「人の動き、電気ポット、玄関のいずれも…ない」: they stand in one row."""
_NOT = re.compile(r"な(?:い|く|けれ|かっ)|ず(?=[、に])|ません")
_NO = re.compile(r"\b(?:no|any|nor|neither)\b[^,]{0,12}$")


def _none_of(reader: "TriggerReader", trigger: Trigger, clause: Clause) -> bool:
    """「人感も水道も照明も反応がなければ」, "no motion, no water and no light": each of the true/false fields is not so."""
    low, type_ = reader.reading.low, trigger.tests[0].type
    named = [
        (span, type_.field(name.id))
        for span in clause.spans
        for name in span.named("field")
        if type_ is not None and name.owner == type_.id and name.extra == "boolean" and name.strength >= 2
    ]
    if reader.lang == "ja":
        places = sorted({(span.start, span.end) for span, _ in named})
        listed = {
            place for pair in pairwise(places) if _LISTED.fullmatch(low, pair[0][1], pair[1][0]) for place in pair
        }
        said = [f for span, f in named if _ALSO_NOT.match(low, span.end) or (span.start, span.end) in listed]
        missing = bool(_NOT.search(low, clause.start, clause.end))
    else:
        said = [field for span, field in named if _NO.search(low, clause.start, span.start)]
        missing = True
    fields = list({field.name: field for field in said if field is not None}.values())
    if not missing or len(fields) < 2:
        return False
    trigger.tests = [Test(field, truth=False, type=type_) for field in fields]
    return True


def _other_state(trigger: Trigger, clause: Clause) -> None:
    """ "A window is left open in an unoccupied room": one more true/false field of the same devices."""
    test, type_ = trigger.tests[0], trigger.tests[0].type
    if type_ is None:
        return
    own = [
        s
        for s in clause.spans
        if any(n.id == test.field.name for n in s.named("field")) or s.words & {"no", "yes", "not"}
    ]
    rest = [s for s in clause.spans if s not in own]
    for span in rest:
        name = next(
            (n for n in span.named("field") if n.owner == type_.id and n.extra == "boolean" and n.strength >= 2), None
        )
        field = type_.field(name.id) if name is not None else None
        if field is not None:
            truth = truth_said([span], field)
            trigger.tests.append(Test(field, truth=True if truth is None else truth, type=type_))
            return
    for field in type_.fields:
        if field.type != "boolean" or field.name == test.field.name or not field_means(field):
            continue
        said = [s for s in rest if s.words & set(POLARITIES)]
        if not said or any(p in field_means(test.field) for s in said for p in s.words):
            continue
        truth = truth_said(said, field)
        if truth is not None:
            trigger.tests.append(Test(field, truth=truth, type=type_))
            return


def field_means(field: TypeField) -> list[str]:
    """The words of on and off, open and closed that speak of a field."""
    own = {field.name.lower(), *(w.lower() for w in field.label.values()), *(w.lower() for w in field.also)}
    words = {part for word in own for part in re.findall(r"[a-z]+|[ぁ-んァ-ヶー一-龠]+", word)} | own
    words |= concepts.words_like(words, concepts.FIELDS)
    return [polarity for polarity, names in _FIELD_MEANS.items() if words & set(names)]


def _truth(clause: Clause, registry: Registry, last: Trigger | None) -> Trigger | None:
    found = subjects(
        clause.spans, registry, wanted=("boolean",), quantity=None, last=last.source if last else None,
        last_field=last.tests[0].field if last and last.tests else None,
    )  # fmt: skip
    said = [s for s in clause.spans if s.words & {*POLARITIES, "yes", "no"}]
    best = None
    others = {
        n.id if n.sort == "type" else n.owner
        for s in clause.spans
        for n in s.names
        if n.sort in ("type", "device") and n.strength >= 3
    }
    crowded = any(PEOPLE.search(s.text) for s in clause.spans if s.words & {"no", "not"})
    for subject in found:
        if others and not subject.source.spoken and subject.source.type.id not in others:
            continue
        if (
            last is not None
            and last.source is not None
            and not any(s.names for s in clause.spans)
            and subject.source.type is not last.source.type
        ):
            continue
        if crowded and not MEANS_PEOPLE.search(own_words(subject.field)):
            continue
        truth = truth_said(clause.spans, subject.field)
        named = any(
            n.sort == "field" and n.id == subject.field.name and n.owner == subject.source.type.id
            for s in clause.spans
            for n in s.names
        )
        if truth is None and not named and not crowded:
            continue
        fit = subject.score + (1 if truth is not None else 0)
        if fit > 0 and (best is None or fit > best[0]):
            best = (fit, subject, True if truth is None else truth)
    if best is None or not (said or best[1].named):
        return None
    _, subject, truth = best
    claim(clause.spans, subject)
    if _negated(clause):
        truth = not truth
    return Trigger(
        "compare", "", source=subject.source, tests=[Test(subject.field, truth=truth, type=subject.source.type)]
    )


PEOPLE = re.compile(
    r"空き|空室|不在|無人|離床|離席|だれ|誰|vacant|unoccupied|empty|\bnobody\b|\bno ?one\b|\bno people\b", re.IGNORECASE
)
"""Words by which nobody is there."""
MEANS_PEOPLE = re.compile(r"occup|presen|people|person|motion|vacan|empty|在|人|使用|入室|離床|空|満|stock")


def own_words(field: TypeField) -> str:
    return " ".join([field.name, *field.label.values(), *field.also]).lower()


def truth_said(spans: list[Span], field: TypeField) -> bool | None:
    """What the words say of a true/false field: for `open`, "opened" is True and "closed" False."""
    means = field_means(field)
    if any("none" in span.words for span in spans):
        return False
    for span in reversed(spans):
        for polarity in POLARITIES:
            if polarity not in span.words:
                continue
            if polarity in means or ("on" in means and polarity == "start") or ("start" in means and polarity == "on"):
                return True
            opposite = concepts.OPPOSITE[polarity]
            if opposite in means or ("start" in means and opposite == "on") or ("on" in means and opposite == "start"):
                return False
            if not means and polarity in ("on", "start"):
                return True
            if not means and polarity in ("off", "stop"):
                return False
        if "no" in span.words:
            return False
        if "yes" in span.words and (not means or set(means) & {"on", "start"}):
            return True
    return None


def _negated(clause: Clause) -> bool:
    """Whether the clause says that it is not so; "does not come back" only says that it lasts."""
    before: Span | None = None
    for number, span in enumerate(clause.spans):
        ended = any(s.words & {*POLARITIES, "no"} for s in clause.spans[:number])
        if ended and any("again" in s.words or s.role("recover") for s in clause.spans[number + 1 : number + 3]):
            return False
        if "not" in span.words and not (before is not None and before.role("recover") and not before.words):
            return True
        before = span
    return False


_IS = re.compile(
    r"(?:が|は|に|=|==|\bis\b|\bbecomes?\b|\bturns?\b|\bchanges? to\b|\bgoes? to\b|\bequals?\b|\bsays?\b|\bshows?\b)\s*"
    r"(?P<word>(?!(?:not|in|on|at|no|an?|the|of|one|still|also|any|listed|known)\b)[A-Za-z_][A-Za-z0-9_-]*)"
)
_BEHIND = re.compile(r"\s(?:of\s)?(?P<word>[A-Z][A-Z0-9_-]*)\b")
"""A word in capitals right behind the name of a field ("the result NG")."""


_CONTAINS = re.compile(
    r"書か|書い|含ま|含む|入っ|記載|出てき|という(?:言葉|語|文字|単語)|の(?:文字|言葉|語|記載)|混じ|あれば|あっ|ある"
)
"""What is said of words that stand somewhere in a text."""


def _contains(clause: Clause, reading: Reading, subject: Subject) -> Test | None:
    """ "「異臭」と書かれたら": words that stand in somebody's own text, among others."""
    quotes = [s for s in clause.spans if s.quote is not None]
    if not quotes or not is_free(subject.source.type, subject.field):
        return None
    if not _CONTAINS.search(reading.low, quotes[-1].end, clause.end):
        return None
    for span in quotes:
        span.used = True
    link = " || " if len(quotes) > 1 and not re.search(r"と.{0,3}も|両方|かつ", reading.low[quotes[0].end : quotes[-1].start]) else " && "  # fmt: skip
    left = link.join(f"{subject.field.name}.contains({quoted(s.quote or '')})" for s in quotes)
    truth = not _negated(clause)
    return Test(
        subject.field, truth=truth, left=left if truth and len(quotes) == 1 else f"({left})", type=subject.source.type
    )


def _text(clause: Clause, reading: Reading, registry: Registry, last: Trigger | None) -> Trigger | None:
    found = subjects(
        clause.spans, registry, wanted=("string",), quantity=None, last=last.source if last else None,
        last_field=last.tests[0].field if last and last.tests else None,
    )  # fmt: skip
    said = next((s for s in clause.spans if s.quote is not None), None)
    again = said is not None and last is not None and bool(last.tests) and last.tests[0].field.type == "string"
    if not found or found[0].score <= 0 or not (found[0].named or again):
        return None
    free = next((s for s in found if s.named and s.score > 0 and is_free(s.source.type, s.field)), None)
    if free is not None and (inside := _contains(clause, reading, free)) is not None:
        claim(clause.spans, free)
        noun = reading.words(clause.start, clause.end).replace("{", "(").replace("}", ")")
        return Trigger("compare", "", source=free.source, tests=[inside], each_time=True, noun=noun)
    texts = [field for field in found[0].source.type.fields if field.type == "string"]
    spoken = any(n.sort == "field" and n.id == found[0].field.name for s in clause.spans for n in s.names)
    if not (spoken or again) and (said is None or len(texts) != 1):
        return None
    subject, words = found[0], said.quote if said else None
    if said:
        said.used = True
    if words is None:
        named = [s for s in clause.spans if s.named("field")]
        behind = next((s for s in named if _BEHIND.match(reading.text, s.end)), None)
        at = behind or max(named, key=lambda s: s.end)
        match = _BEHIND.match(reading.text, at.end) or _IS.search(reading.text, at.end, clause.end)
        words = match["word"] if match else None
        if behind is not None:
            ids = {n.id for n in behind.named("field")}
            subject = next((s for s in found if s.field.name in ids and s.source.type is subject.source.type), subject)
    if not words:
        return None
    claim(clause.spans, subject)
    truth = not (_negated(clause) or _OTHER_THAN.search(reading.low, clause.start, clause.end))
    more = [s for s in clause.spans if s.quote is not None and s is not said] if said is not None else []
    for span in more:
        span.used = True
    if said is not None and more and _turned(reading.low, said, more[0]):
        return _turns(subject, words, more[0].quote or "")
    known = [words, *(s.quote for s in more)]
    tests = [Test(subject.field, truth=truth, words=text, type=subject.source.type) for text in known]
    return Trigger("compare", "", source=subject.source, tests=tests, join="or" if truth else "and")


_FROM = re.compile(r"\bfrom (?:the state )?$")


def _turned(low: str, one: Span, two: Span) -> bool:
    if low[one.end : two.start] == "から":
        return bool(re.match(r"(?:に|へ)(?:と)?(?:変わ|な|切り替わ|移)", low[two.end :]))
    return low[one.end : two.start] in (" to ", " into ") and bool(_FROM.search(low[: one.start]))


def _turns(subject: Subject, old: str, new: str) -> Trigger:
    """ "from 'washing' to 'done'": the one text comes right after the other."""
    one, two = (Test(subject.field, truth=True, words=text, type=subject.source.type) for text in (old, new))
    before = Trigger("compare", "", source=subject.source, tests=[one], hold=0)
    ended = Trigger("cleared", "", source=subject.source, of=before)
    return Trigger("compare", "", source=subject.source, tests=[two], base=ended, each_time=True, hold=0)


_OTHER_THAN = re.compile(r"\b(?:other than|anything (?:but|except)|different from|except)\b")


def ends(trigger: Trigger, last: Trigger | None, clause: Clause) -> bool:
    """Whether `trigger` says that the state of the last one is over ("閉まったら" after "開いたら"). One that has to last is
    a case of its own where the last one was of several things."""
    while last is not None and last.sort == "cleared":
        last = last.of
    if last is None or not last.tests or last.source is None or trigger.source is None:
        return False
    if len(last.tests) > 1 and any(s.duration is not None for s in clause.spans):
        return False
    old, new = last.tests[0], trigger.tests[0]
    same = old.field is new.field and last.source.type is trigger.source.type and old.words == new.words
    return same and old.truth is not None and old.truth != new.truth
