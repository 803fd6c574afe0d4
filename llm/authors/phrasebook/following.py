"""Sentences that only add to the one before: what is left out, what is meant as well, how long nothing comes again."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.reading import Span

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_LEFT_OUT = re.compile(
    r"(?:を|は|も|の場合は?|ときは?|時は?|間は)*、?(?:(?:通知|連絡|報告|警報|アラート|知らせ)(?:は|を)?(?:しな|らな|いらな|要らな|不要|なし)|除[くいき外]|のぞ[くいき]|対象外|対象に(?:し|含め)な|含め(?:な|ず|ません)|例外|無視|数えな)"
    r"[^、。]*[。\s]*$"
)
_ALIKE = re.compile(
    r"(?:も|について(?:も)?|に関しても)、?(?:また)?(?:同様|同じ|おなじ|一緒|右に同じ)[^、。]{0,8}[。\s]*$|も(?:お願い(?:します)?|よろしく|です)?[。\s]*$"
)
_TOLD_ONCE = re.compile(
    r"\W*(?:ただし|但し|なお|でも)?、?(?:(?:一|1)(?:度|回)|いったん|一旦)[^、。]{0,6}?(?:知らせ|しらせ|連絡|通知|報告|警告|伝え|送[っら])[^、。]{0,4}?(?:たら|れば|と|後は?|あとは?)、?"
    r"[^。]*(?:な[いく]|ず|ません|黙|静か|控え|不要|十分)[^。]*[。\s]*"
)


def take(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses, with what a sentence of its own says about the sentence before put where it belongs."""
    if meaning.lang != "ja":
        return found
    kept: list[Clause] = []
    for number in dict.fromkeys(clause.sentence for clause in found):
        sentence = [clause for clause in found if clause.sentence == number]
        cases = [clause for clause in kept if clause.when]
        if not _told_once(meaning, sentence):
            kept += _added(meaning, sentence, cases) if cases else sentence
    return kept


def _told_once(meaning: "Meaning", sentence: list[Clause]) -> bool:
    """ "一度知らせたら2時間は知らせなくていい"."""
    spans = [span for clause in sentence for span in clause.spans]
    lengths = [span for span in spans if span.duration is not None]
    others = any(s.named("destination") or s.named("choice") or s.quote or s.role("compare") for s in spans)
    start, end = sentence[0].start, sentence[-1].end
    if len(lengths) != 1 or others or not _TOLD_ONCE.fullmatch(meaning.reading.low, start, end):
        return False
    meaning.quiet, meaning.quieted = lengths[0].duration, meaning.reading.words(start, end)
    _done(meaning, sentence[0], spans)
    return True


def _added(meaning: "Meaning", sentence: list[Clause], cases: list[Clause]) -> list[Clause]:
    """What is left of a sentence that only says which devices, or which state, the case before does not or also count for."""
    whole = Clause(sentence[0].start, sentence[-1].end, [s for c in sentence for s in c.spans], sentence[0].sentence)
    said = meaning.reading.low[whole.start : whole.end]
    out, alike = _LEFT_OUT.search(said), _ALIKE.search(said)
    found = out or alike
    end = whole.start + found.start() if found is not None else whole.start
    spans = [span for span in whole.spans if span.start < end and not span.words & {"then", "and"}]
    if not spans or any(s.quantity or s.clock or s.days or s.fact or s.named("destination") for s in spans):
        return sentence
    if all(_only_named(span) for span in spans):
        case = next((c for c in reversed(cases) if c.sentence == cases[-1].sentence and _names(c, spans)), None)
        if case is None:
            return sentence
        for span in spans if out else ():
            span.words = span.words | {"left_out"}
        at = max(n for n, span in enumerate(case.spans) if span.names and not span.quantity and _of(span, spans))
        case.spans[at + 1 : at + 1] = spans
        _done(meaning, whole, [span for span in whole.spans if span not in spans])
        return []
    if out and any(n.extra == "boolean" for span in spans for n in span.named("field")):
        _except(whole, spans, end, cases[-1].sentence)
        return [whole]
    return sentence


def _only_named(span: Span) -> bool:
    return bool(span.named("device")) and not span.words - {"left_out"} and not span.phrases


def _of(span: Span, spans: list[Span]) -> bool:
    """Whether it names the type, or a device of the type, that the others are devices of."""
    types = {name.owner for other in spans for name in other.named("device")}
    return any((n.id if n.sort == "type" else n.owner) in types for n in span.names if n.sort in ("type", "device"))


def _names(case: Clause, spans: list[Span]) -> bool:
    return any(_of(span, spans) for span in case.spans)


def _except(clause: Clause, spans: list[Span], end: int, sentence: int) -> None:
    """Makes it a case that the sentence before does not count for."""
    for span in clause.spans:
        span.used = span.used or span not in spans
    unless = Span(clause.start, clause.start, "", words={"unless"})
    clause.spans, clause.end, clause.sentence = [unless, *spans], end, sentence
    clause.when = clause.marked = True


def _done(meaning: "Meaning", clause: Clause, spans: list[Span]) -> None:
    for span in spans:
        span.used = True
    meaning.spans.append(Span(clause.start, clause.end, "", used=True))
