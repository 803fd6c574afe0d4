"""Hours of the calendar as one span: 営業時間(平日9時〜18時)以外, on weekends and Japanese public holidays, 祝日を除く平日の朝8時."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

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
    "ja": re.compile(r"[\s、,毎の・()にはでがもとかや/]*(?:(?:および|及び|または|かつ|だけ|のみ)[\s、,の]*)?"),
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
    tokens += list(_open_ended(low, clocks, tokens, lang))
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
        joined = (
            bare is not None and " and" in bare.group() and not re.search(r"(?:between|from) $", low[: bare.start()])
        )
        if bare is not None and not joined and clock.clock is not None and int(bare["h"]) < 24:
            hour, until = int(bare["h"]), clock.clock[0]
            afternoon = until > 12 and hour < until - 12 and re.search(r"p\.?m", clock.text)
            yield _Token(bare.start(), clock.end, "range", range=((hour + 12 if afternoon else hour, 0), clock.clock))


_OPEN_ENDED = {
    "ja": (re.compile(r"\s?(?:以降|より後|よりあと|から(?=後|は|、|ずっと))"), re.compile(r"\s?(?:以前|より前|前(?=に|は|の|、)|まで(?=は|、|の間))")),
    "en": (re.compile(r"\b(?:after|past|from)\s$"), re.compile(r"\b(?:before|until|up to)\s$")),
}  # fmt: skip
_ONWARDS = re.compile(r"\s?(?:onwards?|or later|and later)\b")
_BARE = re.compile(r"\b(?:from|between) (?P<a>\d{1,2}) (?:to|and|until|till) (?P<b>\d{1,2})\b(?!\s?(?:[%°]|[:.]\d|\w))")
_BARE_LEADS = re.compile(
    r"\b(?:except|excluding|only|but not|not|while|during|daily|every ?day|weekdays?|weekends?|mornings?)\b[^.;]{0,40}$"
)

_BARE_FIRST = re.compile(
    r"(?:^|[.;,] |\band |\bbut )(?P<all>(?:from|between) (?P<a>\d{1,2}) (?:to|and|until|till) (?P<b>\d{1,2}))"
    r"(?=,? (?:please )?(?:tell|notify|alert|warn|inform|message|e-?mail|text|page|call|ring|send|turn|switch|start|stop|open|close|set|keep|let)\b)"
)
""" "Between 6 and 14 tell ...": times, as nothing that could be measured stands before them and an order behind them."""


def _open_ended(low: str, clocks: list[Span], taken: list[_Token], lang: str) -> Iterator[_Token]:
    """ "after 22:00", 22時以降, 7時前: until, or from, midnight; "from 10 to 12" where only times can be meant."""
    after, before = _OPEN_ENDED[lang]
    for span in clocks:
        if span.clock is None or any(t.start < span.end and t.end > span.start for t in taken):
            continue
        if lang == "ja":
            late, early = after.match(low, span.end), before.match(low, span.end)
            end, start = (late or early).end() if late or early else span.end, span.start  # type: ignore[union-attr]
        else:
            lead = low[: span.start]
            late, early = after.search(lead), before.search(lead)
            onwards = _ONWARDS.match(low, span.end)
            if late is not None and late.group().startswith("from") and onwards is None:
                late = None
            start = late.start() if late else early.start() if early else span.start
            end = onwards.end() if onwards else span.end
            late = late or onwards
        if late is not None:
            yield _Token(start, end, "range", range=(span.clock, (0, 0)))
        elif early is not None and span.clock != (0, 0):
            yield _Token(start, end, "range", range=((0, 0), span.clock))
    for match in _BARE.finditer(low) if lang == "en" else ():
        if int(match["a"]) <= 24 and int(match["b"]) <= 24 and _BARE_LEADS.search(low[: match.start()]):
            hours_ = ((int(match["a"]) % 24, 0), (int(match["b"]) % 24, 0))
            yield _Token(match.start(), match.end(), "range", range=hours_)
    for match in _BARE_FIRST.finditer(low) if lang == "en" else ():
        if int(match["a"]) <= 24 and int(match["b"]) <= 24:
            hours_ = ((int(match["a"]) % 24, 0), (int(match["b"]) % 24, 0))
            yield _Token(match.start("all"), match.end("all"), "range", range=hours_)


def numbers_of(days: str) -> tuple[int, ...]:
    """Weekdays (0 is Sunday) of a set as cron has it; none of a day of the month or a part of the day."""
    if days.startswith(MONTHLY) or days in PARTS or "#" in days:
        return ()
    if days == "*":
        return ALL_DAYS
    first, _, last = days.partition("-")
    return tuple(range(int(first), int(last) + 1)) if last else tuple(int(day) for day in days.split(","))


def _calendar(group: list[_Token], lang: str) -> Calendar | None:
    sorts = [token.sort for token in group]
    talks = {"range", "label", "holidays", "weekend_holidays"} & set(sorts)
    if not talks and sorts.count("days") < 2 and not _without_days(group, lang)[1]:
        return None
    if sorts == ["label"] or not (set(sorts) - {"lead", "without", "outside"}):
        return None if sorts != ["label"] else Calendar(named=True)
    group, out = _without_days(group, lang)
    sorts = [token.sort for token in group]
    days = tuple(sorted({day for token in group for day in token.days}))
    if out:
        days = tuple(day for day in days or ALL_DAYS if day not in out)
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
        holidays=holidays, region=region, outside="outside" in sorts or ("without" in sorts and not held), named="label" in sorts,
    )  # fmt: skip


def _without_days(group: list[_Token], lang: str) -> tuple[list[_Token], tuple[int, ...]]:
    """The rest of calendar talk in which days are excepted (日曜以外の毎朝, "except on Sundays"), and those days."""
    for n, (one, two) in enumerate(pairwise(group)):
        days, word = (one, two) if lang == "ja" else (two, one)
        if days.sort == "days" and word.sort in ("without", "outside") and len(days.days) < len(ALL_DAYS):
            return [*group[:n], *group[n + 2 :]], days.days
    return group, ()


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
