"""Parts of each day of which something is to be worked out: the average of the night, 日中の最高気温."""

import re

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.periods import BY_SHIFTS, HOUR, Period
from llm.authors.phrasebook.reading import Reading
from llm.authors.phrasebook.summing import ROLE
from llm.authors.phrasebook.wishes import Missed

_PART = {
    "ja": re.compile(
        r"(?:昨夜|昨晩|前夜|前の晩|夜間|深夜|夜中|夜通し|日中|昼間|日没後|明け方|未明|夕方|午前中?|午後|営業時間[中内]?|夜|朝|昼)の(?!\d)|(?:夜間|深夜|夜中|日中|昼間|午前中|午後|昨夜|昨晩)(?:に|、|中|帯|平均|最[高低大小]|合計)"
    ),
    "en": re.compile(
        r"\bovernight\b|\bnight-?time\b|\bday-?time\b|\b(?:last|previous|past) (?:night|evening|afternoon|morning)(?:'s)?\b"
        r"|\b(?:of|for|over|in|during|through|throughout|from|by) (?:the |that |each |every |last |this )?(?:whole |entire |past |previous )?(?:nights?|daytime|mornings?|afternoons?|evenings?|(?:business|opening|working|office) hours)\b"
        r"|\bat night\b|\b(?:nightly|night's)\b|\b(?:night|morning|afternoon|evening) (?=average|mean|minimum|maximum|total)"
    ),
}
_HOURS = {
    "ja": re.compile(r"\d{1,2}(?:時半?|:\d\d)\s?(?:から|~|-)\s?(?:翌日?(?:朝|の)?|午前|午後|朝|夕方|夜)?\s?\d{1,2}(?:時|:\d\d)"),
    "en": re.compile(
        r"\b(?:from|between) \d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)? ?(?:to|and|until|till|-) ?\d{1,2}(?::\d\d| ?[ap]\.?m)|\b\d{1,2}:\d\d ?(?:to|-) ?\d{1,2}:\d\d"
    ),
}  # fmt: skip
_AT_EN = re.compile(
    r"(?:\b\d{1,2}(?::\d\d)?|o'clock|half past \w+|\b(?:five|six|seven|eight|nine|ten|eleven|day|end)|\bfirst thing|\b(?:in|early)) ?$"
)


def refused(reading: Reading, clause: Clause, period: Period | None, lang: str) -> Missed | None:
    """What is said of a part of the day that is to be summed up: sums are of whole days only."""
    sums = [s for s in clause.spans if s.role(ROLE)]
    if not sums or period is None or period.each in (HOUR, BY_SHIFTS):
        return None
    if (hours := _HOURS[lang].search(reading.low, clause.start, clause.end)) is not None:
        return Missed(reading.words(hours.start(), hours.end()), "part_hours")
    for part in _PART[lang].finditer(reading.low, clause.start, clause.end):
        if not _says_when(reading.low, clause, part, lang):
            return Missed(reading.words(part.start(), part.end()).rstrip("の"), "part_of_day")
    return None


def _says_when(low: str, clause: Clause, part: re.Match[str], lang: str) -> bool:
    """ "At 7 in the morning", 「毎朝の」: when it is told, not what is summed up."""
    if lang == "ja":
        return low[clause.start : part.start()].endswith("毎")
    return bool(_AT_EN.search(low[: part.start()]))
