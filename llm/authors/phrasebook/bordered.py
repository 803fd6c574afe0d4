"""States that are named beside the numbers at which they begin: busy from 12 A and idle below 8 A, 12A以上で稼働、8A未満で待機."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.comparisons import direction, with_key
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.wishes import Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_SET_DOWN = {
    "en": re.compile(r"\b(?:counts? as|(?:is|are) (?:considered|regarded as|treated as|taken (?:as|to be)|said to be|deemed|called|seen as)|means|we call|think of|treat|consider|regard)\b"),
    "ja": re.compile(r"(?:と(?:する|し(?:ます|て)|みな|見な|呼|考え|数え|扱)|の(?:こと|意味))"),
}  # fmt: skip
_WAYS = {
    "above": "above|over|more than|exceeding|beyond|greater than|higher than",
    "below": "below|under|less than|lower than",
    "at_least": "from|at least|at or above|no less than|starting at",
    "at_most": "up to|at most|at or below|no more than",
}
_NAMED_EN = re.compile(
    r"(?P<name>[a-z]+(?:-[a-z]+)?) (?:when |once |while |if )?(?:(?:its|the) [a-z ]{2,24}? (?:is|falls|rises|goes|gets|drops) |it (?:is|draws|reads|falls|rises|goes|gets|drops) (?:at )?)?(?:"
    + "|".join(f"(?P<{key}>{words})" for key, words in _WAYS.items())
    + r"|(?P<at>at)) $"
)
_BEHIND_EN = re.compile(
    r" (?:or|and) (?:(?P<at_least>more|above|over|higher|up|upwards)|(?P<at_most>less|below|lower|under))\b"
)
_NAMED_JA = re.compile(
    r"(?:(?P<at_least>以上)|(?P<at_most>以下)|(?P<below>未満|を下回(?:る|れば|ったら|ると)|より(?:下|低い|少ない))|(?P<above>超え?|を超え(?:る|れば|たら|ると)|より(?:上|高い|多い)))"
    r"(?:で|なら|のとき|の時|の場合|の間|は|を)*(?:は)?、?(?P<name>[^、。をがはにでのと\d\s]{1,10}?)(?=、|。|と|$|・|/)"
)  # fmt: skip
_NO_NAMES = {
    "it",
    "they",
    "and",
    "is",
    "are",
    "as",
    "when",
    "temperature",
    "level",
    "current",
    "value",
    "reading",
    "be",
}
Border = tuple[str, Span, str]
"""The name of a state, the number at which it begins, and how it is compared with."""


def borders(reader: "TriggerReader", spans: list[Span], start: int, end: int) -> list[Border]:
    """Two names, each with a number of its own, that leave something between them; empty where the words say other things."""
    low = reader.reading.low
    if not _SET_DOWN[reader.lang].search(low, start, end):
        return []
    numbers = [s for s in spans if s.quantity is not None and s.duration is None]
    found = [border for s in numbers if (border := _border(reader, low, s, start, end)) is not None]
    if len(numbers) != 2 or len(found) != 2 or found[0][0] == found[1][0]:
        return []
    ways = ["up" if way in ("above", "at_least") else "down" for _, _, way in found]
    return found if ways[0] != ways[1] else []


def _border(reader: "TriggerReader", low: str, number: Span, start: int, end: int) -> Border | None:
    if reader.lang == "ja":
        match = _NAMED_JA.match(low, number.end, end)
    else:
        match = _NAMED_EN.search(low[start : number.start])
    if match is None or match["name"] in _NO_NAMES:
        return None
    key = next((key for key in _WAYS if match.groupdict().get(key)), None)
    behind = _BEHIND_EN.match(low, number.end) if key is None else None
    key = key or next((key for key in ("at_least", "at_most") if behind is not None and behind[key]), None)
    return (match["name"], number, key) if key is not None else None


def entered(reader: "TriggerReader", spans: list[Span], border: Border) -> Trigger | None:
    """The trigger of one such state."""
    name, number, key = border
    plain = reader.comparing.plain
    others = [s for s in spans if s.quantity is None or s is number]
    subject = reader.subject(others, ("number", "integer"), number.quantity, None)
    if plain is None or subject is None or number.quantity is None:
        return None
    meaning = with_key(plain, key)
    trigger = Trigger("compare", name, source=subject.source, tests=[test_of(subject, meaning, [number.quantity])])
    trigger.meaning, trigger.hold = meaning, 0
    return trigger


def apart(one: Trigger, two: Trigger) -> bool:
    """Whether no number belongs to both."""
    by_way: dict[str, Quantity] = {direction(t.meaning) or "": t.tests[0].numbers[0] for t in (one, two)}
    return len(by_way) == 2 and by_way["down"].value <= by_way["up"].value
