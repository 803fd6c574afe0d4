"""What is said before what is wanted: what the next sentences speak of, times at which nothing is wanted."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import excluded, norms
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.hours import ALL_DAYS
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Missed

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


_NOT_SENT = re.compile(
    r"(?:送ら|知らせ|通知し|連絡し|伝え)(?:ない|なくて|ません|ず)|取り(?:消|やめ|止め)|キャンセル|中止"
)
_MEANWHILE = re.compile(
    r"(?:その|この)?(?:間|あいだ|前)に(?=[^、。]{0,8}(?:戻|下が|上が|直|収ま|おさま|復[旧帰]|閉ま|止ま|解消))|待っている(?:間|あいだ)に"
)


def cancelled(meaning: "Meaning", found: list[Clause]) -> bool:
    """ "3分待ってから店長に。その間に戻ったら送らない": what comes later only does so where the condition has lasted."""
    last = meaning.result.wishes[-1:]
    low = meaning.reading.low[found[0].start : found[-1].end] if found else ""
    if not last or not (_NOT_SENT.search(low) and _MEANWHILE.search(low)):
        return False
    wish = last[0]
    times = {doing.later for doing in wish.doings}
    if wish.trigger.sort != "compare" or wish.trigger.hold or len(times) != 1 or None in times:
        return False
    wish.trigger.hold = times.pop()
    for doing in wish.doings:
        doing.later = None
    for span in (s for clause in found for s in clause.spans):
        span.used = True
    return True


def excepted(meaning: "Meaning", when: list[Clause]) -> None:
    """ "不在のときは何もしない": what was said before only counts where that is not so. A case of the same field that was
    tested before is only one in which nothing is wanted."""
    wishes = meaning.result.wishes
    if not when or not wishes or any(c.having("else", "that_case") for c in when):
        return
    last, missed = meaning.triggers.last, len(meaning.triggers.missed)
    case = meaning.triggers.read(when)
    meaning.triggers.last = last
    if case is None:
        del meaning.triggers.missed[missed:]
        return
    known = {test.field.name for wish in wishes for test in wish.trigger.tests}
    if case.sort == "cleared" or {test.field.name for test in case.tests} <= known:
        return
    turned, only = norms.negated(case), wishes[0].trigger
    plain = (
        only.sort == "compare" and only.join == "and" and only.crowd is None and only.row is None and only.base is None
    )
    alike = case.source is not None and only.source is not None and case.source.type is only.source.type
    steps = any(test.steps for test in [*only.tests, *case.tests])
    if len(wishes) == 1 and plain and alike and not steps and turned is not None and turned.join == "and":
        only.tests = [*only.tests, *turned.tests]
        return
    words = meaning.reading.words(when[0].start, when[-1].end)
    meaning.result.missed.append(Missed(words, "no_doing"))


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
        elif (
            wish.calendar is not None and rest and wish.calendar.days in (None, ALL_DAYS) and not wish.calendar.outside
        ):
            wish.calendar = replace(wish.calendar, days=rest)
        elif wish.calendar is not None:
            return False
    return True


def _on(cron: str, days: tuple[int, ...]) -> str:
    """The cron line on these days only, where it names none itself."""
    times, _, said = cron.rpartition(" ")
    return f"{times} {','.join(map(str, days))}" if said == "*" else cron
