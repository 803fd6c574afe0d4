"""Cases that are named by a noun, not said with "when": "tell the yard about belt jams", 「詰まりはヤード班に通知」."""

import re
from itertools import pairwise

from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.occurrences import says_absence
from llm.authors.phrasebook.reading import Reading, Span

_LEADS_EN = re.compile(r"\b(?:about|regarding|concerning|(?<!know )(?<!send )(?:of|to))\b")
_ADDRESSED = re.compile(r"notif|alert|inform|warn|tell")
_ALWAYS_EN = ("about", "regarding", "concerning")
_ENDS = re.compile(r"[.;!?。\n]")


def name_cases(reading: Reading, spans: list[Span], lang: str) -> None:
    """Puts an "if" where such a case begins (English) or ends (Japanese)."""
    covered = {at for span in spans for at in range(span.start, span.end)}
    edges = [0, *(m.end() for m in _ENDS.finditer(reading.low) if m.start() not in covered), len(reading.low)]
    for start, end in pairwise(edges):
        inside = [s for s in spans if start <= s.start < end]
        if lang == "ja":
            inside = _by_number(reading, spans, inside)
        if any(s.words & {"if", "unless", "that_case", "until"} or (s.every is not None and "seldom" not in s.words) for s in inside):  # fmt: skip
            continue
        kept = _recorded(reading, inside, start, end) if lang == "en" else []
        if kept:
            spans += kept
            spans.sort(key=lambda s: (s.start, s.end))
            continue
        if any(
            s.role("record") or s.role("call") or s.role("aggregate") or s.named("choice") or _commanded(s)
            for s in inside
        ):
            continue
        if lang == "en" and (marks := _subject_first(reading, inside, start, end)):
            spans += marks
            spans.sort(key=lambda s: (s.start, s.end))
            continue
        case = _english(reading, inside) if lang == "en" else _japanese(reading, inside, end)
        if case is not None:
            _put(spans, Span(*case, reading.low[case[0] : case[1]], words={"if"}, used=True))


def _one_more(inside: list[Span], here: Span) -> bool:
    """ "…を超えたら職長、60度で保全課": one more number, or length of time, after a condition that compares."""
    said = (here.quantity is not None and here.quantity.unit is not None) or here.duration is not None
    numbers = [s for s in inside if s.quantity is not None and s.quantity.unit is not None and s.end <= here.end]
    devices = [s for s in inside if s.named("device") and s.end <= here.start]
    each = len(numbers) > 1 and len(devices) >= len(numbers)
    return said and (each or any("if" in s.words and s.end <= here.start for s in inside))


_STORED = re.compile(
    r"\b(?:is|are|gets?|(?:must|should|has to|have to|needs? to|shall|will) be) (?:to be )?(?:always |also )?(?:stored|recorded|logged|saved|archived|kept)\b"
)


def _recorded(reading: Reading, inside: list[Span], start: int, end: int) -> list[Span]:
    """ "Record every reading above 90 dB", "Every reading above 90 dB should be stored": only what meets it."""
    records = [s for s in inside if s.role("record")]
    compare = next((s for s in inside if s.role("compare")), None)
    numbers = [s for s in inside if s.quantity is not None and s.duration is None]
    if not records or compare is None or not numbers or any(s.every or s.clock or s.role("aggregate") for s in inside):
        return []
    passive = _STORED.search(reading.low, start, end)
    if passive is not None and compare.start < passive.start():
        return [_mark(start, "if"), _mark(passive.start(), "then")]
    return [_mark(compare.start, "if")] if records[0].start < compare.start else []


def _mark(at: int, word: str) -> Span:
    return Span(at, at, "", words={word}, used=True)


def _commanded(span: Span) -> bool:
    """The name of a command; "starts" says what a device does by itself."""
    return bool(span.named("call")) and not (span.words & set(POLARITIES) and re.fullmatch(r"[a-z]+[^s]s", span.text))


def _by_number(reading: Reading, spans: list[Span], inside: list[Span]) -> list[Span]:
    """ "6人以上は店長、10人以上は本部に": a number of its own for each of those who are told, or of what is set."""
    for here, after in pairwise(list(inside)):
        ends = here.role("compare") or (here.quantity is not None and here.duration is None)
        gap = reading.low[here.end : after.start]
        orders = after.named("destination") or after.named("call") or after.words & set(POLARITIES)
        if orders and gap == "で" and _one_more(inside, here):
            _put(spans, Span(here.end, after.start, gap, words={"if"}, used=True))
        if not ends or gap != "は" or "if" in after.words:
            continue
        if after.named("destination") and _ends_case([s for s in inside if s.end <= here.end]):
            _put(spans, Span(here.end, after.start, "は", words={"if"}, used=True))
    return [s for s in spans if inside and inside[0].start <= s.start <= inside[-1].start]


_FOLLOWS = re.compile(
    r"\b(?:(?:is|are|gets?|(?:must|should|has to|have to|needs? to|shall|will) be) (?:to be )?(?:immediately |always |also )?(?:reported|sent|passed|forwarded|told|notified|escalated|announced|mentioned|flagged|raised|brought|made known)(?: on)?\b"
    r"|(?:is|are) (?:a |an )?(?:matter|case|job|business|task)s? (?:for|of)\b|(?:must|(?:has|have|needs?) to) (?:reach|go to)\b|concerns?\b|means(?: that)?\b|(?:pages|notifies|alerts|informs|goes to|go to)\b)"
)


def _subject_first(reading: Reading, inside: list[Span], start: int, end: int) -> list[Span]:
    """ "A jammed belt is reported to the guard": the case, then the verb that says what follows it."""
    for match in _FOLLOWS.finditer(reading.low, start, end):
        before = [s for s in inside if s.end <= match.start()]
        after = [s for s in inside if s.start >= match.start()]
        if any(s.role("tell") or s.named("destination") for s in before) or not any(
            s.named("destination") for s in after
        ):
            continue
        if not _is_case(before, sure=True):
            continue
        opened = next((s.end for s in before if s.is_fact(Calendar)), start)
        for comma in re.finditer(r"[,:](?: but)? ", reading.low[opened : match.start()]):
            if _is_case([s for s in before if s.start >= opened + comma.end()], sure=True):
                opened += comma.end()
                break
        return [_mark(opened, "if"), _mark(match.start(), "then")]
    return []


def _put(spans: list[Span], case: Span) -> None:
    spans[:] = [s for s in spans if s.end <= case.start or s.start >= case.end or s.names or s.phrases]
    spans.append(case)
    spans.sort(key=lambda s: s.start)


def _english(reading: Reading, inside: list[Span]) -> tuple[int, int] | None:
    tells = next((s for s in inside if s.role("tell")), None)
    if tells is None:
        return None
    for match in _LEADS_EN.finditer(reading.low, tells.end, inside[-1].end):
        after = [s for s in inside if s.start >= match.end()]
        if after and after[0].named("destination"):
            continue
        stop = next((s.start for s in after if s.named("destination") or s.role("tell") or s.clock), inside[-1].end)
        said = [s for s in after if s.start < stop]
        always = match.group() in _ALWAYS_EN
        if (always or _ADDRESSED.match(tells.text)) and _is_case(said, sure=always):
            return match.start(), match.end()
    return None


def _japanese(reading: Reading, inside: list[Span], end: int) -> tuple[int, int] | None:
    if not any(s.role("tell") for s in inside):
        return None
    for number, span in enumerate(inside[:-1]):
        before, after = inside[: number + 1], inside[number + 1 :]
        gap = reading.low[span.end : after[0].start]
        lead = re.match(r"(?:について|に関して)は?|は|を", gap)
        whom = next((s for s in after if s.named("destination") or s.role("tell")), None)
        if lead is None or whom is None or (any(s.named("destination") for s in before)):
            continue
        if _ends_case(before) and not any(s.words & {*POLARITIES} or s.role("actuate") for s in after if s.start < whom.start):  # fmt: skip
            return span.end, span.end + lead.end()
    return None


def _is_case(said: list[Span], *, sure: bool) -> bool:
    """Words that can stand for a case: a true/false field, a comparison, something to be judged; one field by itself is
    what a report is about."""
    if any(s.quantity and s.duration is None for s in said) and any(s.role("compare") for s in said):
        return True
    if any(s.role("compare") for s in said) and any(s.named("column") for s in said):
        return True
    if any(n.extra == "boolean" and n.strength >= 2 for s in said for n in s.named("field")):
        return True
    if not sure:
        return False
    things = any(s.named("type") or s.named("device") for s in said)
    return any(says_absence(s) or s.looked for s in said) or (things and any(s.words & {*POLARITIES} for s in said))


def _ends_case(before: list[Span]) -> bool:
    last = before[-1]
    if last.quantity is not None and len(before) > 1 and before[-2].role("compare"):
        return True
    if last.role("compare") and any(s.quantity and s.duration is None for s in before[-3:]):
        return True
    return any(n.extra == "boolean" and n.strength >= 2 for n in last.named("field"))
