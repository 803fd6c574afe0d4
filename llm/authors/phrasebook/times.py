"""Times of day, days and intervals: 朝8時, 8 am, 平日, every Monday, 10分ごと, every 10 minutes, hourly."""

import re
from collections.abc import Iterator

from llm.authors.phrasebook.clocklists import listed
from llm.authors.phrasebook.numbers import value_of
from llm.authors.phrasebook.reading import Reading, Span

_N = r"(?:\d{1,2}|[〇一二三四五六七八九十]{1,3})"
_PART_OF_DAY = r"午前|午後|早朝|未明|朝|昼|夕方|夕|夜|深夜|晩|am |pm "
_JAPANESE = re.compile(
    rf"(?P<part>{_PART_OF_DAY})?の?(?P<h>{_N})時(?!間)(?:(?P<half>半)|(?P<m>{_N})分)?(?:ちょうど|きっかり)?"
)
_ENGLISH = re.compile(
    r"\b(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))?\s?(?P<part>a\.m\.|am\b|a\.m\b|p\.m\.|pm\b|p\.m\b|o'clock(?: in the (?:morning|afternoon|evening))?)"
)
_DIGITAL = re.compile(rf"(?P<part>{_PART_OF_DAY})?(?<!\d)(?P<h>\d{{1,2}})[::](?P<m>\d{{2}})(?!\d)")
_WORD = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}"
_PART_AFTER = r"(?: o'?clock)?(?: in the (?P<p>morning|afternoon|evening)| (?P<q>at night|tonight))| o'?clock"
_WORDY = re.compile(rf"\b(?:(?P<a>{_WORD})(?: and | to | until | till | ?- ?))?(?P<h>{_WORD})(?:{_PART_AFTER})")
_LISTED = re.compile(r"\b\d{1,2}(?=(?:, \d{1,2})*,? and \d{1,2} o'?clock)|(?<=and )\d{1,2}(?= o'?clock)")
_NAMED = ((r"\bnoon\b", 12), (r"\bmidday\b", 12), (r"\bmidnight\b", 0), ("正午", 12), ("真夜中", 0))
_LATE = ("午後", "夕方", "夕", "夜", "晩", "p.m.", "pm", "p.m", "pm.", "pm ")

_DAYS_JA = "日月火水木金土"
_DAYS_EN = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SETS = (
    (r"平日|営業日|月曜?日?(?:から|~)金曜?日?|\b(?:on |every )?weekdays?\b|(?:on |every )?working days?|monday (?:to|through) friday", "1-5"),
    (r"週末|土日|(?:on |at |every )?(?:the )?weekends?\b", "0,6"),
    (r"毎日|日次|連日|\bevery ?day\b|\bdaily\b|\beach day\b", "*"),
    (r"毎朝|\b(?:every|each) morning\b", "morning"),
    (r"毎夕|\b(?:every|each) afternoon\b", "afternoon"),
    (r"毎晩|毎夜|\b(?:every|each) (?:evening|night)\b|\bnightly\b", "evening"),
    (r"毎週(?![月火水木金土日])|\bweekly\b|\bevery week\b", "1"),
)  # fmt: skip
MONTHLY = "day "
"""Before the number of a day of the month, where other sets are weekdays as cron has them."""
PARTS = {"morning": (8, 0), "afternoon": (17, 0), "evening": (20, 0)}
"""Hours that are taken where only a part of the day is said."""

ON_THE_HOUR = 3_600_000
_EVERY_WORDS = (
    (r"毎秒|\bevery second\b|\bper second\b", 1_000),
    (r"毎正時", ON_THE_HOUR),
    (r"毎分|\bevery minute\b|\bminutely\b|\bonce a minute\b|\bper minute\b(?<!/)", 60_000),
    (r"毎時(?!\d)|1時間毎|\bevery hour\b|\bhourly\b|\bonce an hour\b|\bper hour\b", 3_600_000),
)
_EVERY_BEFORE = re.compile(
    r"(?:(?<!most )(?<!more than )\bonce )?\b(?:every|each)(?: other)? $|\bonce (?:in |per )?$|\bat intervals of $"
)
_EVERY_AFTER = re.compile(
    r"\s?(?:ごと|毎|おき|間隔|(?<=間)隔|に(?:1|一)(?:回|度)|(?:1|一)回|間隔)(?:に|で|の)?(?:(?:1|一)(?:回|度))?|(?: |-)intervals?\b"
)

_AT_MOST = re.compile(r"まで|だけ|限り|のみ|以内|以下|を上限|しか")
_AT_MOST_BEFORE = re.compile(r"(?:最大|多くても|最高|最多)(?:で)?$")


def times(reading: Reading, lengths: list[Span]) -> Iterator[Span]:
    """Clock times, sets of days, and intervals; `lengths` are the durations found before."""
    low = reading.low
    for pattern in (_JAPANESE, _ENGLISH, _DIGITAL):
        for match in pattern.finditer(low):
            if (clock := _clock(match)) is not None:
                yield Span(match.start(), match.end(), match.group(), clock=clock)
    for word, hour in _NAMED:
        for match in re.finditer(word, low):
            yield Span(match.start(), match.end(), match.group(), clock=(hour, 0))
    yield from _days(low)
    yield from _spoken(low)
    yield from _wordy(low)
    yield from listed(low)
    if any(re.search(words, low) for words, _ in _SETS) or re.search(
        "|".join((*_DAYS_EN, r"(?:each|every) month\b")), low
    ):
        for match in re.finditer(
            rf"\bat ({_WORD})\b(?! past| to \w+ (?:in|every)|[:.]\d|\s?(?:%|°|deg|percent|ppm|am\b|pm\b|a\.m|p\.m|o'clock))",
            low,
        ):
            hour = int(value_of(match[1]) or 0)
            late = re.match(r"[^.,;]{0,24}\b(?:evening|afternoon|night)\b", low[match.end() :])
            late = late or re.search(r"\b(?:evening|afternoon|night) $", low[: match.start()])
            if 0 < hour < 25 and (match[1].isdigit() or match[1] in HOURS):
                clock = ((hour + 12 if late and hour < 12 else hour) % 24, 0)
                yield Span(match.start(), match.end(), match.group(), clock=clock)
    for words, ms in _EVERY_WORDS:
        for match in re.finditer(words, low):
            yield Span(match.start(), match.end(), match.group(), every=ms, words=_at_most(low, match.start()))
    for match in re.finditer(r"毎時(?:\d{1,2})分(?!ごと|おき|毎|間)", low):
        yield Span(match.start(), match.end(), match.group(), every=ON_THE_HOUR)
    for length in lengths:
        if before := _EVERY_BEFORE.search(low[: length.start]):
            yield Span(
                before.start(),
                length.end,
                low[before.start() : length.end],
                every=length.duration,
                words=_at_most(low, before.start()),
            )
        if after := _EVERY_AFTER.match(low, length.end):
            most = bool(_AT_MOST.match(low, after.end()) or _AT_MOST_BEFORE.search(low[: length.start]))
            text = low[length.start : after.end()]
            yield Span(length.start, after.end(), text, every=length.duration, words={"at_most"} if most else set())
    for match in re.finditer(r"\bevery (second|minute|hour)\b", low):
        unit = {"second": 1_000, "minute": 60_000, "hour": 3_600_000}[match[1]]
        yield Span(match.start(), match.end(), match.group(), every=unit)


def _at_most(low: str, start: int) -> set[str]:
    """ "not more than once an hour" limits, "once an hour" repeats."""
    return {"at_most"} if re.search(r"(?:at most|more than|more often than|over)(?: once)? $", low[:start]) else set()


_SPOKEN = re.compile(
    r"\b(?:(?P<part>half|(?:a )?quarter|[a-z]+|\d{1,2}(?= minutes))(?: minutes?)? (?P<way>past|to)) "
    r"(?P<h>[a-z]+|\d{1,2}(?= ?[ap]\.?m))(?: ?(?P<m>a\.?m|p\.?m)\b\.?| in the (?P<day>morning|afternoon|evening)| (?P<night>at night))?"
)


def _spoken(low: str) -> Iterator[Span]:
    """ "half past eight", "ten to nine pm"."""
    for match in _SPOKEN.finditer(low):
        hour, part = value_of(match["h"]) if match["h"].isdigit() or match["h"] in HOURS else None, match["part"]
        minutes = (
            30
            if part == "half"
            else 15
            if part.endswith("quarter")
            else value_of(part)
            if part.isdigit() or part in HOURS
            else None
        )
        if hour is None or minutes is None or not 1 <= hour <= 24:
            continue
        total = int(hour) * 60 + (int(minutes) if match["way"] == "past" else -int(minutes))
        late = match["day"] in ("afternoon", "evening") or match["night"] or (match["m"] or "").startswith("p")
        late = late or re.match(r" (?:every|each) (?:night|evening)", low[match.end() :])
        yield Span(
            match.start(),
            match.end(),
            match.group(),
            clock=((total // 60 + (12 if late and total < 720 else 0)) % 24, total % 60),
        )


_SO_OFTEN = re.compile(
    r"(?:1|一)日に?(?P<n>\d{1,2}|[一二三四五六七八九十])回|\b(?P<e>\w+) times (?:a|per|every|each) day\b|\b(?P<t>twice) (?:a|per|each|every) day\b|\b(?P<o>once) (?:a|per|each|every) day\b"
)


def so_often(low: str, clocks: list[Span]) -> Iterator[Span]:
    """ "three times a day, at 8, 13 and 20": only says how many times follow."""
    for match in _SO_OFTEN.finditer(low):
        said = 2 if match["t"] else 1 if match["o"] else value_of(match["n"] or match["e"])
        if said is not None and int(said) == len({s.clock for s in clocks if s.start > match.start()}):
            yield Span(match.start(), match.end(), match.group(), words={"often"}, used=True)


def _wordy(low: str) -> Iterator[Span]:
    """ "between seven and nine in the evening", "8, 13 and 20 o'clock"."""
    for match in _WORDY.finditer(low):
        late = match["p"] in ("afternoon", "evening") or match["q"] is not None
        for name in ("a", "h"):
            hour = int(value_of(match[name]) or 0) if match[name] else 0
            if 0 < hour <= 24:
                end = match.end() if name == "h" else match.end(name)
                at = (hour + 12 if late and hour < 12 else hour) % 24
                yield Span(match.start(name), end, low[match.start(name) : end], clock=(at, 0))
    for match in _LISTED.finditer(low):
        if int(match.group()) <= 24:
            yield Span(match.start(), match.end(), match.group(), clock=(int(match.group()) % 24, 0))


HOURS = frozenset(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty"]
)


def _clock(match: re.Match[str]) -> tuple[int, int] | None:
    part = (match["part"] or "").strip()
    hour = int(value_of(match["h"]) or 0)
    minute = int(value_of(match["m"]) or 0) if match["m"] else 30 if match.groupdict().get("half") else 0
    late = part in _LATE or part.endswith(("afternoon", "evening"))
    if late and hour < 12:
        hour += 12
    if hour == 12 and (part.startswith(("a", "午前", "深夜"))):
        hour = 0
    return (hour % 24, minute) if hour <= 24 and minute < 60 else None


def _days(low: str) -> Iterator[Span]:
    for words, days in _SETS:
        for match in re.finditer(words, low):
            yield Span(match.start(), match.end(), match.group(), days=days)
    for match in re.finditer(
        r"(?:毎月の?)(?:月?末日?|最終日|最後の日)|(?:各月|月々)の?末日?|月末(?=の?(?:午|朝|夕|夜|\d))|\b(?:on )?the last day of (?:every|each|the) month\b|\bevery month on (?:its|the) last day\b",
        low,
    ):
        yield Span(match.start(), match.end(), match.group(), days=f"{MONTHLY}L")
    for match in re.finditer(
        rf"毎月の?({_N})日|\b(?:on )?(?:the )?(first|1st|\d{{1,2}}(?:st|nd|rd|th)) (?:day )?of (?:every|each|the) month",
        low,
    ):
        said = match[1] or match[2]
        day = 1 if said == "first" else int(value_of(re.sub(r"[a-z]", "", said)) or 1)
        yield Span(match.start(), match.end(), match.group(), days=f"{MONTHLY}{min(day, 31)}")
    for match in re.finditer(r"(?:毎月の?)?第([1-5一二三四五])([日月火水木金土])曜日?", low):
        nth = f"{_DAYS_JA.index(match[2])}#{int(value_of(match[1]) or 1)}"
        yield Span(match.start(), match.end(), match.group(), days=nth)
    for match in re.finditer(r"(?:毎週)?([日月火水木金土](?:[・、と][日月火水木金土])*)曜日?", low):
        numbers = sorted(_DAYS_JA.index(c) for c in match[1] if c in _DAYS_JA)
        yield Span(match.start(), match.end(), match.group(), days=",".join(map(str, numbers)))
    names = "|".join(_DAYS_EN)
    yield from _day_ranges(low, names)
    yield from _short_days(low)
    for match in re.finditer(rf"\b(?:on |every |each )?(?:{names})s?(?:(?:,| and|, and) (?:{names})s?)*\b", low):
        numbers = [n for n, name in enumerate(_DAYS_EN) if name in match.group()]
        yield Span(match.start(), match.end(), match.group(), days=",".join(map(str, numbers)))


_SHORT = r"(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)"
_SHORT_DAYS = re.compile(
    rf"\b(?:(?:on |every |each ){_SHORT}|{_SHORT}(?=(?:, ?| ?& ?| and |/| ?- ?| to ){_SHORT}\b))(?:(?P<to> ?- ?| to )|(?:,? and |, ?| ?& ?|/))?(?:{_SHORT}(?:,? and |, ?(?={_SHORT}\b)| ?& ?|/)?)*\b\.?"
)


def _short_days(low: str) -> Iterator[Span]:
    """ "Mon, Wed and Fri", "Mon-Fri"."""
    for match in _SHORT_DAYS.finditer(low):
        said = [
            next(n for n, name in enumerate(_DAYS_EN) if name.startswith(m[:3]))
            for m in re.findall(_SHORT, match.group())
        ]
        if match["to"] and len(said) == 2:
            yield _day_range(match, *said)
            continue
        yield Span(match.start(), match.end(), match.group(), days=",".join(map(str, sorted(set(said)))))


_DAY_RANGES = (
    re.compile(
        r"(?P<a>[日月火水木金土])(?:曜日?)?(?:から|~|-)(?P<b>[日月火水木金土])曜日?|(?<![一-龠])(?P<c>[日月火水木金土])[~-](?P<d>[日月火水木金土])(?![一-龠])"
    ),
)


def _day_ranges(low: str, names: str) -> Iterator[Span]:
    """ "月曜から土曜", "Monday to Saturday"."""
    for match in _DAY_RANGES[0].finditer(low):
        first, last = match["a"] or match["c"], match["b"] or match["d"]
        yield _day_range(match, _DAYS_JA.index(first), _DAYS_JA.index(last))
    for match in re.finditer(
        rf"\b(?:on |every |from )?(?P<a>{names})s? ?(?:to|through|until|till|-|~) ?(?P<b>{names})s?\b", low
    ):
        yield _day_range(match, _DAYS_EN.index(match["a"]), _DAYS_EN.index(match["b"]))


def _day_range(match: re.Match[str], first: int, last: int) -> Span:
    days = [n % 7 for n in range(first, (last if last >= first else last + 7) + 1)]
    return Span(match.start(), match.end(), match.group(), days=",".join(map(str, days)))


def cron_of(clock: tuple[int, int], days: str) -> str:
    """The cron line of a time on `days` ("*", "1-5", "0,6" ...)."""
    if days.startswith(MONTHLY):
        return f"{clock[1]} {clock[0]} {days.removeprefix(MONTHLY)} * *"
    return f"{clock[1]} {clock[0]} * * {'*' if days in PARTS else days}"
