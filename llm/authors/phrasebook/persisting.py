"""What was said before is still so after a while: "not fixed within half an hour", 「15分たってもまだ超えたままなら」."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Later, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.sharing import sources_of
from llm.authors.phrasebook.states import truth_said
from llm.authors.phrasebook.wishes import Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_STILL = {
    "ja": re.compile(r"まだ|いまだ|依然|なお|のまま|ままな|続い|続け|続く|継続|変わらな|たって|経って|過ぎて|経過"),
    "en": re.compile(
        r"\b(?:still|remains?|continues?|persists?|goes on|keeps? on|unchanged|no (?:change|improvement)|not (?:changed|improved)|lasts?)\b"
    ),
}
_OVER = re.compile(
    r"\b(?:fixed|better|resolved|repaired|cleared|dealt with|attended to|sorted|back|down|under control|over|recovered|normal|improv\w*|gone|restored|cooled|warmed)\b"
)
_OVER_JA = re.compile(
    r"止ま[らり]|消え|鳴り[やや止]|閉ま[らり]|戻[らり]|おさま|収ま|直ら|解消|復[帰旧]|下が[らり]|上が[らり]"
)
_FURTHER = re.compile(r"(?:さらに|更に|もう|あと)[、\s]?$")
""" "さらに20分たっても": counted from when the case before was met."""
_ANSWER = {
    "ja": re.compile(r"押|確認|応答|対応|返[事答信]|受領|了解"),
    "en": re.compile(r"\b(?:press\w*|push\w*|acknowledg\w*|confirm\w*|respon\w*|answer\w*|repl\w*|react\w*|nobody|no one|button)\b"),
}  # fmt: skip


def read(reader: "TriggerReader", group: list[Clause]) -> Trigger | None:
    """The condition before, held for the length that is said; None where the words are about something else."""
    last = reader.last
    while last is not None and last.sort == "cleared":
        last = last.of
    if len(group) != 1 or last is None or last.sort != "compare" or last.row is not None or last.each_time:
        return None
    clause = group[0]
    length = next((s for s in clause.spans if _ms(s) is not None and not s.used), None)
    low = reader.reading.low[clause.start : clause.end]
    answered = _ANSWER[reader.lang].search(low) and (reader.lang == "en" or clause.having("not"))
    if length is None or answered or not _about_the_same(clause, last):
        return None
    denied = bool(clause.having("not"))
    over = any(s.role("recover") for s in clause.spans) or bool(
        (_OVER_JA if reader.lang == "ja" else _OVER).search(low)
    )
    over = over or bool(clause.having("again") and clause.having(*POLARITIES))
    if not (_STILL[reader.lang].search(low) or (denied and over)) or (
        over and not denied and not _STILL[reader.lang].search(low)
    ):
        return None
    for span in clause.spans:
        span.used = True
    reader.last = last
    return replace(last, hold=_since(reader, length, last), of=None, back=None, repeat=None, quiet=None)


_AFTER_THAT = re.compile(r"\b(?:later|after (?:that|this|which)|afterwards|from then)\b")


def _since(reader: "TriggerReader", length: Span, last: Trigger) -> int | None:
    """ "... occupied for 45 minutes, tell A, and 15 minutes later B if it still is": counted from what was done before."""
    ms = _ms(length)
    if reader.lang == "ja":
        relative = _FURTHER.search(reader.reading.low[: length.start])
    else:
        relative = _AFTER_THAT.search(length.text) if length.is_fact(Later) else None
    return ms + (last.hold or 0) if relative and ms is not None else ms


def still(reader: "TriggerReader", clause: Clause, trigger: Trigger) -> int | None:
    """ "…下回ったら、1分待って、まだ下回っていれば": how long the condition before has to last, in the same sentence."""
    length = next((s for s in clause.spans if s.is_fact(Later) and not s.used), None)
    low = reader.reading.low[clause.start : clause.end]
    if length is None or trigger.hold or not _STILL["ja"].search(low) or not _about_the_same(clause, trigger):
        return None
    if clause.having("not") or any(s.role("recover") for s in clause.spans):
        return None
    for span in clause.spans:
        span.used = True
    return _ms(length)


def _ms(span: Span) -> int | None:
    return span.fact.ms if isinstance(span.fact, Within | Later) else span.duration


def _about_the_same(clause: Clause, last: Trigger) -> bool:
    """Nothing is named but what the condition before speaks of, and no other number."""
    types = {source.type.id for source in sources_of(last)}
    fields = {test.field.name for test in last.tests}
    for span in clause.spans:
        if span.quantity is not None and span.duration is None and not span.is_fact(Within, Later):
            if any(span.quantity == number for test in last.tests for number in test.numbers):
                continue
            return False
        strong = [n for n in span.names if n.strength >= 2]
        if strong and not any((n.id in fields) if n.sort == "field" else n.id in types or n.owner in types for n in strong):  # fmt: skip
            return False
        if any(n.sort == "destination" for n in span.names):
            return False
    return not _other_state(clause, last)


def _other_state(clause: Clause, last: Trigger) -> bool:
    """「扉が閉まっていて…続いたら…。扉が開いた状態が3分続いたら」: a true/false field that is said to be what it was not."""
    if clause.having("not"):
        return False
    said = [(test, truth_said(clause.spans, test.field)) for test in last.tests if test.truth is not None]
    return any(truth is not None and truth != test.truth for test, truth in said)
