"""What is said before what is wanted: what the next sentences speak of, times at which nothing is wanted."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import excluded
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.hours import ALL_DAYS
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Span

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_WATCHED = re.compile(
    r"[^。]*(?:見張|監視|見守|見て|確認|チェック|管理|についてです|のこと)[^。]{0,6}?(?:お願い|ください|下さい|ほしい|欲しい|したい|です|します|して|頼)[^。、]{0,6}[。!\s]*"
)


_ASIDE = re.compile(r"[\s]*[(][^()]*[)][。\s]*")
_SAID = re.compile(r"[^。]*(?:ます|です|飛ぶ|ばらつく|注意|の件|について)[。!\s]*")


def _aside(meaning: "Meaning", clause: Clause) -> bool:
    """ "(数えるのは開いた回数)", "温度と湿度は倉庫センサーが測ってます", "車庫の扉、開けっぱなし注意": how things are."""
    low, spans = meaning.reading.low, clause.spans
    says = _ASIDE.fullmatch(low, clause.start, clause.end) or _SAID.fullmatch(low, clause.start, clause.end)
    acts = any(s.role("tell") or s.role("record") or s.role("actuate") or s.role("call") or s.role("aggregate") or s.role("derive") for s in spans)  # fmt: skip
    heavy = any(
        s.quantity or s.quote is not None or s.clock or s.days or s.every or s.duration or s.fact or s.looked
        for s in spans
    )
    named = any(s.named("destination") or s.named("call") or s.named("choice") or s.named("table") for s in spans)
    if clause.when or not says or acts or heavy or named or clause.having("else", "nothing", "until"):
        return False
    if not _ASIDE.fullmatch(low, clause.start, clause.end):
        meaning.about = list(spans)
    for span in spans:
        span.used = True
    meaning.spans.append(Span(clause.start, clause.end, "", used=True))
    return True


def spoken_of(meaning: "Meaning", sentence: list[Clause]) -> bool:
    """ "炉内温度の見張りをお願いします": only what the next sentences speak of."""
    clause = sentence[0]
    named = any(s.named("type") or s.named("device") or s.named("field") for s in clause.spans)
    more = any(s.quantity or s.quote is not None or s.clock or s.every or s.duration or s.named("destination") or s.role("record") or s.role("aggregate") or s.role("derive") or s.named("table") for s in clause.spans)  # fmt: skip
    if meaning.lang == "ja" and len(sentence) == 1 and _aside(meaning, clause):
        return True
    if meaning.lang != "ja" or clause.when or more or not named or len(sentence) > 1 or not _WATCHED.fullmatch(meaning.reading.low, clause.start, clause.end):  # fmt: skip
        return False
    meaning.about = list(clause.spans)
    for span in clause.spans:
        span.used = True
    meaning.spans.append(Span(clause.start, clause.end, "", used=True))
    return True


def carried(about: list[Span], found: list[Clause]) -> list[Clause]:
    """The conditions that name no devices speak of those that were named before."""
    whose = [s for s in about if s.named("type") or s.named("device")]
    what = [s for s in about if s.named("field")]
    for clause in (c for c in found if about and c.when):
        if any(n.sort in ("type", "device") and n.strength >= 3 for s in clause.spans for n in s.names):
            whose = []
        named = any(s.named("field") for s in clause.spans)
        more = [s for s in [*whose, *(what if not named else [])] if s.end <= clause.start]
        clause.spans = [*(replace(s, used=False) for s in more), *clause.spans]
    return found


@dataclass
class Idle:
    """Times at which nothing is wanted, in what words, and what they speak of."""

    words: str
    calendar: Calendar | None
    names: list[Span]


def at_all_others(meaning: "Meaning", part: Part) -> Calendar | None:
    """ "9時から17時は気にしなくていい。それ以外の時間に開いたら…": all times but those at which nothing is wanted."""
    idle, first = meaning.idle, part.when[0] if part.when else None
    words = next((s for s in first.spans if "else" in s.words), None) if first is not None else None
    if idle is None or idle.calendar is None or first is None or words is None or not re.search(r"時間|とき|times?\b", words.text):  # fmt: skip
        return None
    meaning.idle, words.used, first.joined = None, True, None
    first.spans = [s for s in first.spans if s is not words]
    if not any(s.named("type") or s.named("device") or s.named("field") for s in first.spans):
        first.spans = [*(replace(s, used=False) for s in idle.names), *first.spans]
    return replace(idle.calendar, outside=not idle.calendar.outside)


def without_days(meaning: "Meaning", clause: Clause) -> bool:
    """A clause that only says on which days nothing is wanted is set down for all wishes."""
    calendar = excluded.days_out(meaning, clause)
    if calendar is None:
        return False
    meaning.idle = Idle(meaning.reading.words(clause.start, clause.end), calendar, [])
    for span in clause.spans:
        span.used = True
    meaning.spans.append(Span(clause.start, clause.end, "", used=True))
    return True


def kept_out(meaning: "Meaning", idle: Idle) -> bool:
    """Nothing is done at these times: what starts by the clock does so at others, all else only counts at others."""
    wishes = meaning.result.wishes
    if idle.calendar is None or not wishes:
        return False
    days = idle.calendar.days if not idle.calendar.ranges and not idle.calendar.outside else None
    rest = tuple(day for day in ALL_DAYS if day not in days) if days else ()
    for wish in wishes:
        if wish.trigger.crons and rest:
            wish.trigger.crons = [_on(cron, rest) for cron in wish.trigger.crons]
        elif wish.calendar is None:
            wish.calendar = replace(idle.calendar, outside=not idle.calendar.outside)
        elif wish.calendar is not None and rest and wish.calendar.days in (None, ALL_DAYS) and not wish.calendar.outside:
            wish.calendar = replace(wish.calendar, days=rest)
        elif wish.calendar is not None:
            return False
    return True


def _on(cron: str, days: tuple[int, ...]) -> str:
    """The cron line on these days only, where it names none itself."""
    times, _, said = cron.rpartition(" ")
    return f"{times} {','.join(map(str, days))}" if said == "*" else cron
