"""Periods of the clock and calendar: 今日の, その1時間の, 直ごと, today's, in that hour, when the month is over."""

import re
from dataclasses import dataclass, field
from typing import Any, get_args

from llm.authors.phrasebook.facts import Lookback, Shifts
from llm.authors.phrasebook.reading import Span
from nodes.kit.period import Each

HOUR, DAY, WEEK, MONTH, BY_SHIFTS = get_args(Each)
_EACH = {
    "ja": (
        (BY_SHIFTS, r"直ごと|各直|直別|(?:この|その|今の)直|直が終わ|直の(?:終わり|合計|平均)|(?:各)?シフト(?:ごと|別|の終わり|が終わ|中)|各シフト|勤務帯(?:ごと|別)"),
        (HOUR, r"毎?正時(?:に|から|ごと)?|その(?:1|一)時間|(?:1|一)時間ごとの(?=.{0,12}(?:合計|平均|最|稼働))|毎時(?:1|一)(?:回|件)|(?:1|一)時間に(?=(?:少なくとも|最低|必ず)[^、。]{0,3}(?:回|件))|(?:1|一)時間に(?=(?:1|一)(?:回|件|度)(?:以上)?[はも])|(?:1|一)時間(?:あたり|当たり)?の(?=使用量|消費量|生産|出来高|処理量|台数|人数|回数|個数)"),
        (MONTH, r"今月|月間|その月|当月|(?:1|一)(?:か|ヶ|カ|ヵ)月(?:間)?の|ひと月|毎月の|月次|月ごと|月末|月が終わ|毎月(?:1|一)日"),
        (WEEK, r"今週|その週|週間の|(?:1|一)週間(?:分)?の(?!うち)|週次|週ごと|毎週の|週が終わ"),
        (DAY, r"今日(?:の|1日|一日|は|中)?|本日|当日|その日|(?:丸)?(?:1|一)日(?:中|分|の|に|で|あたり|当たり|間)?|日ごと|毎日の|毎日(?=(?:最低|少なくとも|必ず|1回|一回|一度))|日次|前日|(?<!\d)0時(?:から|以降)|日付が変わ"),
    ),
    "en": (
        (BY_SHIFTS, r"(?:per|each|every|a|the|this|that|of the) shift\b(?! (?:channel|lead|leader|manager|team|supervisor))|shift by shift"),
        (HOUR, r"(?:each|every|any|per|a|the|that|this|full|clock|the past full) (?:full |clock |single )*hour\b(?=[^.]{0,60})|on the hour|hourly"),
        (MONTH, r"(?:this|that|the|each|every|per|a|any) (?:calendar )?month(?:'s)?\b|monthly|month-to-date"),
        (WEEK, r"(?:this|that|the|each|every|per|any) (?:calendar )?week(?:'s)?\b(?!day|end)|weekly"),
        (DAY, r"today(?:'s)?\b|(?:that|the|each|every|per|any|one|a|any one) (?:single |calendar |same )?day(?:'s)?\b|all day|daily|since midnight|(?:over|throughout|during) the day"),
    ),
}  # fmt: skip
_ENDED = {
    "ja": re.compile(r"正時に|毎正時|の?終わり(?:に|で|の)|終わった|終わ(?:ったら|れば|るたび|り次第)|終了(?:時|後|したら)|締め|翌朝|翌日に|日付が変わ|日付の変わ|(?:(?<!\d)0|24|零)時(?:に|、)|(?:1|一)日の(?:0|零)時|月末に|ごとに[^。]{0,16}(?:送|知らせ|通知|報告|連絡)|(?:終わり|変わり目)"),
    "en": re.compile(r"at the (?:end|close)|at midnight|(?:is|has|are) (?:over|up|ended|finished|done|complete)|(?:every|each) full hour|on the hour|after (?:each|every|the)|end of (?:the|each|every|that)|closes\b|has passed"),
}  # fmt: skip


@dataclass
class Period:
    """`each` as the kinds have it; `at`: when it begins; `ended`: what is wanted comes at its end, not on the way."""

    each: str
    at: list[str] | None = None
    ended: bool = False
    places: list[tuple[int, int]] = field(default_factory=list)

    def params(self) -> dict[str, Any]:
        return {"each": self.each, "at": self.at}


def period_of(
    low: str, start: int, end: int, lang: str, spans: list[Span], shifts: Shifts | None = None
) -> Period | None:
    """The period that the words from `start` to `end` speak of; None where they look back a length of time instead."""
    if any(isinstance(s.fact, Lookback) for s in spans if start <= s.start < end):
        return None
    said = next((s.fact for s in spans if isinstance(s.fact, Shifts) and start <= s.start < end), shifts)
    text = low[start:end]
    found: Period | None = None
    for each, pattern in _EACH[lang]:
        matches = [
            m
            for m in re.finditer(rf"\b(?:{pattern})" if lang == "en" else pattern, text)
            if not _taken(m, start, spans)
        ]
        if matches and (each != BY_SHIFTS or said is not None):
            found = Period(each, places=[(start + m.start(), start + m.end()) for m in matches])
            break
    listed = next((s for s in spans if isinstance(s.fact, Shifts) and start <= s.start < end), None)
    if listed is not None and re.match(r"\s?(?:ごと|別|の|それぞれ|毎)|,? ?(?:each|per)", low[listed.end :]):
        found = Period(BY_SHIFTS, places=[(listed.start, listed.end)])
    if found is None:
        return None
    if found.each == BY_SHIFTS and said is not None:
        found.at = sorted(begin for _, begin in said.shifts)
    ended = endings(low, start, end, lang)
    found.ended = bool(ended)
    found.places += ended
    return found


def endings(low: str, start: int, end: int, lang: str) -> list[tuple[int, int]]:
    """Where the words say that something is wanted at the end of a period."""
    return [(m.start(), m.end()) for m in _ENDED[lang].finditer(low, start, end)]


def _taken(match: re.Match[str], start: int, spans: list[Span]) -> bool:
    """Words that another rule has taken up: "at most once a day"."""
    begin, end = start + match.start(), start + match.end()
    return any(s.used and s.start < end and s.end > begin and (s.every or s.fact or s.duration) for s in spans)


def use(period: Period, spans: list[Span]) -> None:
    """Times and days that only say the period are used."""
    for span in spans:
        if any(span.start < end and span.end > start for start, end in period.places):
            span.used = span.used or bool(span.clock or span.days or span.every or span.duration or span.fact)
    spans += [Span(start, end, "", used=True) for start, end in period.places]
