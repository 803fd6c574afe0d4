"""How often at most: "max one alert every 30 minutes", "at most once a day", 1日1回まで, 30分に1回まで."""

import re
from collections.abc import Iterator

from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.reading import Reading, Span

_MS = {"second": 1_000, "sec": 1_000, "minute": 60_000, "min": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000,
       "秒": 1_000, "分": 60_000, "時間": 3_600_000, "日": 86_400_000, "週間": 604_800_000, "週": 604_800_000}  # fmt: skip
_TOLD = r"(?:alert|notice|notification|message|mail|e-?mail|alarm|warning|call|time|reminder|ping|text|sms)s?"
_MOST = (
    r"(?:(?:at (?:the )?most|(?:no|not|never) more(?: often)? than|max(?:imum)?\.?(?: of)?|limit(?:ed)? to|up to|only|but only)"
    r" (?:once|one|1|a single)(?: time)?|(?:once|one|1) at most|not more often than(?: once)?)"
)
_ENGLISH = re.compile(
    rf"(?<!if )(?<!when )\b{_MOST}(?: {_TOLD})?,? (?:(?:in |per |every |each |an? |any |within )+)(?:(?P<n>{NUMBER}) ?-?)?"
    r"(?P<unit>second|sec|minute|min|hour|day|week)s?\b"
)
_ENGLISH_BACK = re.compile(
    rf"\b(?:one|1|a single) {_TOLD} (?:in |per |every |each |an? )+(?:(?P<n>{NUMBER}) ?)?(?P<unit>second|sec|minute|min|hour|day|week)s?"
    r" (?:at (?:the )?most|max(?:imum)?\b)"
)
_JAPANESE = re.compile(
    rf"(?P<n>{NUMBER})(?P<unit>秒|分|時間|日|週間|週)(?:間)?(?:に|あたり|当たり|につき|で)?、?"
    r"(?:(?:最大|最多|最高|多くても|高々)(?:で)?(?:1|一)(?:回|度|件|通)(?:まで|だけ|のみ|限り|以内|以下)?|(?:1|一)(?:回|度|件|通)(?:まで|だけ|のみ|限り|以内|以下|を上限))(?:に|と|で)?"
)


def seldom(reading: Reading) -> Iterator[Span]:
    """Spans that hold the shortest time between two notices (ms)."""
    for pattern in (_ENGLISH, _ENGLISH_BACK, _JAPANESE):
        for match in pattern.finditer(reading.low):
            number = value_of(match["n"]) if match["n"] else 1.0
            if number:
                every = round(number * _MS[match["unit"]])
                yield Span(match.start(), match.end(), match.group(), every=every, words={"seldom"})
