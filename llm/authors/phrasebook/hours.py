"""Hours of the calendar as one span: 営業時間(平日9時〜18時)以外, on weekends and Japanese public holidays, 祝日を除く平日の朝8時."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from llm.authors.phrasebook.facts import Calendar, Clock, Shifts
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.times import MONTHLY, PARTS

ALL_DAYS = tuple(range(7))
_BETWEEN_CLOCKS = {
    "ja": re.compile(r"\s?(?:から|より|~|-)\s?(?:翌日?の?|次の日の)?"),
    "en": re.compile(
        r"\s?(?:to|until|till|through|-|~|and)\s?(?:the )?(?:next |following )?(?:day |morning )?(?:at )?"
    ),
}
_BARE_HOUR = re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s?(?:to|and|-|~|until|till)\s?$")
_LAND = {
    "japanese": "JP", "japan": "JP", "british": "GB", "uk": "GB", "english": "GB-ENG", "scottish": "GB-SCT", "american": "US", "us": "US", "federal": "US",
    "german": "DE", "french": "FR", "italian": "IT", "spanish": "ES", "dutch": "NL", "swiss": "CH", "austrian": "AT", "canadian": "CA", "australian": "AU",
    "korean": "KR", "chinese": "CN", "indian": "IN", "swedish": "SE", "danish": "DK", "norwegian": "NO", "finnish": "FI", "polish": "PL", "bank": "GB",
}  # fmt: skip
_WORDS = {
    "ja": (
        ("weekend_holidays", re.compile(r"休日(?!出勤)")),
        ("holidays", re.compile(r"(?:国民の)?祝祭?日|(?<=土日)祝(?!日)|(?<=日)[・、]祝(?!日)")),
        ("label", re.compile(r"(?:営業|就業|勤務|業務|開店|稼働|執務|診療|始業|操業)時間(?:中|内|帯)?(?!の?(?:合計|累計|が|を))|(?<![\d一二三四五六七八九十半数])時間(?:内|(?=外))")),
        ("without", re.compile(r"(?:を|は|も)?除(?:く|いた|いて|き|外)|でない(?=平日|日)|以外の(?=平日|日)")),
        ("outside", re.compile(r"(?:の)?(?:以外|外)(?=[にでのはな、,]|$|であれば|だったら)")),
    ),
    "en": (
        ("holidays", re.compile(r"(?:(?P<land>[a-z]+) )?(?:public|national|bank|statutory|legal|official) holidays?|\bholidays\b")),
        ("label", re.compile(r"(?:the |our |its |normal |regular )*\b(?:opening|business|office|working|shop|store|trading|school|visiting|plant|those|these) (?:hours|times)(?! of\b)")),
        ("without", re.compile(r"\b(?:except(?:ing)?(?: for)?|excluding|not including|but not|other than|no(?=(?: [a-z]+){0,2} holidays?)|not(?= on (?:[a-z]+ ){0,3}holidays?)|without)\b")),
        ("outside", re.compile(r"\b(?:outside(?: of)?|out of|not (?:during|in|within)|except (?:during|in|within)|other than (?:during|in)|after(?= hours))\b")),
        ("lead", re.compile(r"\b(?:during|between|from|only (?:during|on|in|between)|within)\b(?= )")),
    ),
}  # fmt: skip
_GAP = {
    "ja": re.compile(r"[\s、,の・()にはでがもとかや/]*(?:(?:および|及び|または|かつ|だけ|のみ)[\s、,の]*)?"),
    "en": re.compile(r"[\s,()\-/:;]*(?:(?:and|or|on|in|the|of|at|every|each|our|for|also|only|day|days|a|an|from|between|any)[\s,()\-/:;]+)*"),
}  # fmt: skip
_TAIL = {
    "ja": re.compile(r"[)]?(?:の(?:あいだ|間)(?:だけ|のみ|に限り)?|の時間帯|の時間内|の時間|だけ|のみ|に限り|に限って)?(?=に|は|で|、|,|の|$|なら|、)?"),
    "en": re.compile(r"[)]?"),
}  # fmt: skip


@dataclass
class _Token:
    """A piece of calendar talk: `sort` days, range, clock, or one of the words above."""

    start: int
    end: int
    sort: str
    days: tuple[int, ...] = ()
    range: tuple[Clock, Clock] | None = None
    clock: Clock | None = None
    region: str | None = None


def hours(reading: Reading, found: list[Span], lang: str) -> Iterator[Span]:
    """Spans of calendar talk that is more than one time or one set of days, and lists of shifts."""
    low = reading.low
    tokens = _tokens(low, found, lang)
    ranges = [token for token in tokens if token.sort == "range"]
    yield from _shifts(reading, ranges, lang)
    group: list[_Token] = []
    for token in [*tokens, None]:
        if token is not None and group and _GAP[lang].fullmatch(low[group[-1].end : token.start]):
            group.append(token)
            continue
        if (calendar := _calendar(group, lang)) is not None:
            tail = _TAIL[lang].match(low, group[-1].end)
            start, end = group[0].start, tail.end() if tail else group[-1].end
            yield Span(start, end, low[start:end], fact=calendar)
        group = [token] if token is not None else []


def _tokens(low: str, found: list[Span], lang: str) -> list[_Token]:
    clocks = sorted((s for s in found if s.clock is not None), key=lambda s: (s.start, -s.end))
    clocks = [s for s in clocks if not any(o is not s and o.start <= s.start and s.end <= o.end and len(o.text) > len(s.text) for o in clocks)]  # fmt: skip
    tokens = [*_ranges(low, clocks, lang)]
    tokens += [_Token(s.start, s.end, "clock", clock=s.clock) for s in clocks]
    tokens += [
        _Token(s.start, s.end, "days", days=numbers) for s in found if s.days and (numbers := numbers_of(s.days))
    ]
    for sort, pattern in _WORDS[lang]:
        for match in pattern.finditer(low):
            if not match.group():
                continue
            region = _LAND.get(match.groupdict().get("land") or ("bank" if "bank" in match.group() else ""))
            tokens.append(_Token(match.start(), match.end(), sort, region=region))
    tokens.sort(key=lambda token: (token.start, -token.end))
    kept: list[_Token] = []
    for token in tokens:
        if not kept or token.start >= kept[-1].end:
            kept.append(token)
    return kept


def _ranges(low: str, clocks: list[Span], lang: str) -> Iterator[_Token]:
    for n, clock in enumerate(clocks):
        following = clocks[n + 1] if n + 1 < len(clocks) else None
        if following is not None and clock.clock is not None and following.clock is not None:
            between = low[clock.end : following.start]
            met = _BETWEEN_CLOCKS[lang].fullmatch(between)
            if met and ("and" not in between or low[: clock.start].rstrip().endswith("between")):
                yield _Token(clock.start, following.end, "range", range=(clock.clock, following.clock))
        bare = _BARE_HOUR.search(low[: clock.start]) if lang == "en" else None
        if bare is not None and clock.clock is not None and int(bare["h"]) < 24:
            hour, until = int(bare["h"]), clock.clock[0]
            afternoon = until > 12 and hour < until - 12 and re.search(r"p\.?m", clock.text)
            yield _Token(bare.start(), clock.end, "range", range=((hour + 12 if afternoon else hour, 0), clock.clock))


def numbers_of(days: str) -> tuple[int, ...]:
    """Weekdays (0 is Sunday) of a set as cron has it; none of a day of the month or a part of the day."""
    if days.startswith(MONTHLY) or days in PARTS:
        return ()
    if days == "*":
        return ALL_DAYS
    first, _, last = days.partition("-")
    return tuple(range(int(first), int(last) + 1)) if last else tuple(int(day) for day in days.split(","))


def _calendar(group: list[_Token], lang: str) -> Calendar | None:
    sorts = [token.sort for token in group]
    talks = {"range", "label", "holidays", "weekend_holidays"} & set(sorts)
    if not talks and sorts.count("days") < 2:
        return None
    if sorts == ["label"] or not (set(sorts) - {"lead", "without", "outside"}):
        return None if sorts != ["label"] else Calendar(named=True)
    days = tuple(sorted({day for token in group for day in token.days}))
    if "weekend_holidays" in sorts:
        days = tuple(sorted({*days, 0, 6}))
    held = [n for n, sort in enumerate(sorts) if sort in ("holidays", "weekend_holidays")]
    excluded = any(
        sorts[n : n + 2] == ["holidays", "without"] if lang == "ja" else sorts[n - 1 : n] == ["without"] for n in held
    )
    holidays = None if not held else "without" if excluded else "also" if days else "only"
    region = next((token.region for token in group if token.region), "JP" if lang == "ja" else None)
    return Calendar(
        days=days or None, ranges=tuple(t.range for t in group if t.range), times=tuple(t.clock for t in group if t.clock),
        holidays=holidays, region=region, outside="outside" in sorts, named="label" in sorts,
    )  # fmt: skip


_SHIFT_NAME = {
    "ja": re.compile(r"(?P<name>[^\s、,。:;()「」は]{1,10})(?:は|が|を)?\s?[:(=]?\s?$"),
    "en": re.compile(r"(?:^|[,;:(]|\band\b)\s*(?:and )?(?:the )?(?P<name>[a-z0-9][a-z0-9 ]{0,18}?)(?: shift| crew)?(?: (?:is|runs|works|from|goes))*\s?[:(=]?\s?(?:from )?$"),
}  # fmt: skip
_NO_NAMES = re.compile(
    r"(?:.*(?:時間|以外|平日|毎日|曜))|(?:と|から|まで|の|又は|または)|.*\b(?:hours|daily|day|weekdays?|between|from|during|and)\b"
)


def _shifts(reading: Reading, ranges: list[_Token], lang: str) -> Iterator[Span]:
    """Two or more ranges in a row, each with a name before it, of which each begins where another ends."""
    named = []
    for n, token in enumerate(ranges):
        since = ranges[n - 1].end if n else 0
        match = _SHIFT_NAME[lang].search(reading.low[since : token.start])
        name = reading.text[since + match.start("name") : since + match.end("name")] if match else ""
        if match and name and not _NO_NAMES.fullmatch(name.lower()):
            named.append((since + match.start("name"), token, name))
        else:
            named.append((0, token, ""))
    run: list[tuple[int, _Token, str]] = []
    ends: list[tuple[int, _Token | None, str]] = [*named, (0, None, "")]
    for start, part, name in ends:
        near = run and part is not None and len(reading.low[run[-1][1].end : start]) <= 8
        if name and part is not None and (not run or near):
            run.append((start, part, name))
            continue
        if len(run) >= 2:
            first, last = run[0][0], run[-1][1].end
            closed = re.match(r"\s?[)]", reading.low[last:])
            last += closed.end() if closed else 0
            made = tuple((name, f"{t.range[0][0]:02}:{t.range[0][1]:02}") for _, t, name in run if t.range)
            yield Span(first, last, reading.low[first:last], fact=Shifts(made))
        run = [(start, part, name)] if name and part is not None else []
