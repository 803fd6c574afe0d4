"""How often at most: "max one alert every 30 minutes", "at most once a day", 1日1回まで, 30分に1回まで."""

import re
from collections.abc import Iterator

from llm.authors.phrasebook.facts import Times
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
    rf"(?<!if )(?<!when )\b{_MOST}(?: {_TOLD})?(?:,? (?:per|for each|for every|for any|a|each) (?!second|minute|hour|day|week|sec\b|min\b)[a-z-]+)?,? (?:(?:in |per |every |each |an? |any |within )+)(?:(?P<n>{NUMBER}) ?-?)?"
    r"(?P<unit>second|sec|minute|min|hour|day|week)s?\b"
)
_ENGLISH_BACK = re.compile(
    rf"\b(?:one|1|a single) {_TOLD} (?:in |per |every |each |an? )+(?:(?P<n>{NUMBER}) ?)?(?P<unit>second|sec|minute|min|hour|day|week)s?"
    r" (?:at (?:the )?most|max(?:imum)?\b)"
)
_WORDS = {"half an hour": 1_800_000, "a quarter of an hour": 900_000, "quarter of an hour": 900_000, "an hour": 3_600_000, "a minute": 60_000, "a day": 86_400_000, "a week": 604_800_000}  # fmt: skip
_LENGTH = rf"(?:(?P<n>{NUMBER}) ?-?(?P<unit>second|sec|minute|min|hour|day|week)s?|(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))}))"
_TELLINGS = r"(?:alert|notice|notification|message|mail|e-?mail|alarm|warning|call|reminder|report|ping|text|one)s?"
_ENGLISH_QUIET = (
    re.compile(
        rf",? ?(?:(?:and|but|then|after that)[, ]+)*\b(?:(?:do not|don't|must not|should not|shouldn't|never) (?:send|tell|bother|warn|alert|notify|repeat|report|mention|message)\b[^.;,]{{0,30}}?|no |not )"
        rf"\b(?:another|again|any more|anymore|further|more|repeat|second|repeated)\b(?: {_TELLINGS})?(?: [a-z]+){{0,2}}? (?:for|within|in)(?: at least)?(?: the)?(?: next| following)? {_LENGTH}"
    ),
    re.compile(
        rf",? ?(?:with )?(?:at least |a minimum of ){_LENGTH} (?:between|apart)(?: (?:two|any two|the|one|each))?(?: [a-z]+)?(?: and the next)?"
    ),
    re.compile(
        rf",? ?(?:but )?(?:no more than |not more than |at most |only |max(?:imum)? )?(?:one|1|a single) {_TELLINGS}(?: for all(?: [a-z]+)?| in all| altogether)? (?:per|every|each|in) {_LENGTH}"
    ),
    re.compile(
        rf"\b(?:repeats|repetitions|repeated {_TELLINGS}|duplicates)(?: [a-z]+)? (?:within|in|inside) {_LENGTH}(?: (?:are|is|can|may|should|must)(?: to)?(?: be)? (?:dropped|ignored|suppressed|skipped|left out|discarded|swallowed))?"
    ),
)
_ENGLISH_PEACE = re.compile(
    rf",? ?(?:and |then |and then )?(?:give|leave|grant|allow) (?:them|him|her|us|me|everybody)(?: in peace for)? {_LENGTH}'?(?: of)?(?: (?:peace|rest|quiet|a break))?(?: about [a-z ]{{2,20}}?(?=[.,;]|$))?"
)
_ENGLISH_FIRST = re.compile(
    r",? ?(?:but )?(?:only (?:for )?|just )?(?:the )?first time (?:each|every|per|in a|of the|a) (?P<unit>hour|day|week)\b"
    rf"|\bonce (?:an?|per|every|each) (?:(?P<n>{NUMBER}) ?)?(?P<unit2>minute|hour|day|week)s? (?:at (?:the )?most|max(?:imum)?\b|(?:is|will be|would be) (?:enough|plenty|fine|sufficient|ok(?:ay)?)\b|will do\b|suffices\b)"
)
_JAPANESE = re.compile(
    rf"(?:(?<![\d一二三四五六七八九十月火水木金土毎半])(?=日に(?:1|一))|(?P<n>{NUMBER}))(?P<unit>秒|分|時間|日|週間|週)(?:間)?(?:に|あたり|当たり|につき|で)?、?"
    r"(?:(?:最大|最多|最高|多くても|高々)(?:で)?(?:1|一)(?:回|度|件|通)(?:まで|だけ|のみ|限り|以内|以下)?|(?:1|一)(?:回|度|件|通)(?:まで|だけ|のみ|限り|きり|以内|以下|を上限))(?:に|と|で)?"
)


_TIMES = {
    "ja": re.compile(rf"(?:、|ただし)?(?:(?:最大|多くても|最高|合計)(?:で)?(?P<n>{NUMBER})回(?:まで|だけ)?|(?P<m>{NUMBER})回(?:まで|を上限|限り|で(?:打ち切|終わ)))(?:に|で|と)?"),
    "en": re.compile(
        rf",? ?(?:but )?\b(?:up to|at (?:the )?most|no more than|not more than|max(?:imum)?\.?(?: of)?) (?P<n>{NUMBER}) (?:times|reminders|repetitions|repeats|messages|notices|alerts)\b(?! (?:an?|per|every|each|in)\b)"
        rf"|,? ?\b(?P<m>{NUMBER}) times (?:at (?:the )?most|max(?:imum)?)\b"
    ),
}  # fmt: skip


def times_at_most(reading: Reading, lang: str, spans: list[Span]) -> Iterator[Span]:
    """How many repetitions at most, where something is repeated at all."""
    if not any(s.every is not None for s in spans):
        return
    for match in _TIMES[lang].finditer(reading.low):
        number = value_of(match["n"] or match["m"])
        if number and number == int(number) and number > 1:
            yield Span(match.start(), match.end(), match.group(), words={"most_times"}, fact=Times(int(number)))


def seldom(reading: Reading) -> Iterator[Span]:
    """Spans that hold the shortest time between two notices (ms)."""
    for pattern in (*_ENGLISH_QUIET, _ENGLISH_PEACE):
        for match in pattern.finditer(reading.low):
            number = value_of(match["n"]) if match["n"] else 1.0
            ms = _WORDS[match["word"]] if match["word"] else round((number or 0) * _MS[match["unit"]])
            if ms:
                yield Span(match.start(), match.end(), match.group(), every=ms, words={"seldom"})
    for match in _ENGLISH_FIRST.finditer(reading.low):
        number = value_of(match["n"]) if match["n"] else 1.0
        every = round((number or 1.0) * _MS[match["unit"] or match["unit2"]])
        yield Span(match.start(), match.end(), match.group(), every=every, words={"seldom"})
    for pattern in (_ENGLISH, _ENGLISH_BACK, _JAPANESE):
        for match in pattern.finditer(reading.low):
            number = value_of(match["n"]) if match["n"] else 1.0
            if number:
                every = round(number * _MS[match["unit"]])
                yield Span(match.start(), match.end(), match.group(), every=every, words={"seldom"})
