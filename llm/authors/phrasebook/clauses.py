"""Cuts the sentence into clauses: what must happen first, what is to be done, and which belongs to which."""

import re
from dataclasses import dataclass
from itertools import pairwise

from llm.authors.phrasebook.bounds import NOTHING, bound, looked_at
from llm.authors.phrasebook.cuts import OPEN, OVER, THIRD, cuts_english, cuts_japanese, is_case, later_than
from llm.authors.phrasebook.facts import Later, Within
from llm.authors.phrasebook.fragments import closes_case, fragment, passive, seen_before
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.occurrences import says_absence
from llm.authors.phrasebook.predicates import DOING, compares, counts_from, is_doing
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.standing import only_lasts, says_something

_SENTENCE_END = re.compile(r"[。!?\n]|(?<!\d)(?<!\bi)(?<!i\.e)(?<!\be)(?<!e\.g)(?<!no)\.(?!\d)|(?<=\d)\.(?=\s|$)|;")


@dataclass(eq=False)
class Clause:
    """A stretch of the reading. `when`: it says what must happen; `joined`: how it hangs on the clause before
    (`and` | `or` | `then` | `else` | None); `sentence`: number of its sentence; `comma`: it follows a comma."""

    start: int
    end: int
    spans: list[Span]
    sentence: int
    when: bool = False
    joined: str | None = None
    comma: bool = False
    marked: bool = False
    listed: bool = False
    """One of several cases that are treated alike ("…ときと…ときは", "when … and when …")."""
    alone: bool = False
    """A thing behind a condition, without a verb ("…たらブザー")."""
    verbal: bool = False
    """A verb that nothing else knows stands before its "if"."""
    even: bool = False
    """It says what does not matter ("even if it cools down")."""
    until: bool = False
    """It says until when something goes on."""

    def having(self, *words: str) -> list[Span]:
        return [span for span in self.spans if span.words & set(words)]

    def role(self, *roles: str) -> list[Span]:
        return [span for span in self.spans if any(phrase.role in roles for _, phrase in span.phrases)]


def clauses(reading: Reading, spans: list[Span], lang: str) -> list[Clause]:
    """The clauses of the whole prompt in order."""
    found: list[Clause] = []
    for number, (start, end) in enumerate(_sentences(reading, spans)):
        inside = [span for span in spans if start <= span.start < end]
        cuts = cuts_japanese(reading, inside, end) if lang == "ja" else cuts_english(reading, inside)
        whole = bound(reading, inside, start, end, lang) + looked_at(reading, inside, start, end, lang)
        cuts = [cut for cut in cuts if not any(a < cut < b for a, b in whole)]
        edges = [start, *sorted({cut for cut in cuts if start < cut < end}), end]
        pieces = [Clause(a, b, [s for s in inside if a <= s.start < b], number) for a, b in pairwise(edges)]
        judged = [_judged(piece, reading) for piece in pieces]
        _without_closings(reading, judged)
        for piece, following in pairwise(judged) if lang == "en" else ():
            if _waits(piece, following):
                following.until, following.when, following.marked = False, True, True
                piece.spans = [s for s in piece.spans if "not" not in s.words]
            if _looks(piece, reading) and not following.marked and not any(map(is_doing, following.spans)):
                following.when = following.marked = following.verbal = True
            if closes_case(reading, piece, judged):
                piece.when = piece.marked = True
            if fragment(piece, following, judged):
                piece.when = piece.marked = True
            if piece.when and following.joined == "and" and passive(following, reading):
                following.when = True
        _states_before(reading, judged)
        for before, piece in pairwise(judged):
            piece.alone = before.when and not piece.when and _only_thing(reading, piece)
        for piece, following in pairwise(judged):
            orders = not piece.marked and (
                piece.role("actuate") or piece.having(*POLARITIES) or any(s.named("call") for s in piece.spans)
            )
            if orders and following.having("although") and following.joined == "and":
                following.joined = None
            if following.when and following.having("although") and not piece.role(*DOING) and not orders:
                piece.when = True
        found += _tidy(reading, judged, lang)
    return found


def _only_thing(reading: Reading, clause: Clause) -> bool:
    things = [s for s in clause.spans if s.named("type") or s.named("device")]
    if not things or not all(s in things or s.duration is not None for s in clause.spans):
        return False
    return bool(re.fullmatch(r"(?:を|も)?[、,。\s]*", reading.low[clause.spans[-1].end : clause.end]))


_GOES_ON = re.compile(r"(?:(?:て|で)(?:い|お)?(?:て|り)|が[^、。を]{0,4}(?:開き|閉まり|止まり|動き|切れ|消え))[、\s]*$")
"""A state that a condition follows: 窓が開いていて、…."""


def _states_before(reading: Reading, judged: list[Clause]) -> None:
    """ "ベッドが空で、なおかつ…" "…、そんな状態が10分続いたら": a state that the condition behind it goes on from."""
    for piece, following in reversed(list(pairwise(judged))):
        opens = following.spans[0].words if following.spans else set()
        goes_on = opens & {"and", "that_case"} or _GOES_ON.search(reading.low, piece.start, piece.end)
        if piece.when and following.when and "now" in opens and not piece.listed:
            piece.listed, following.spans = True, following.spans[1:]
        if piece.when or not following.when or not goes_on or piece.until or piece.even:
            continue
        acts = piece.role(*DOING, "actuate") or any(s.named("destination") or s.named("choice") or s.quote for s in piece.spans)  # fmt: skip
        if not acts and piece.spans and piece.having(*POLARITIES, "yes", "no"):
            piece.when = True
            following.joined = following.joined or "and"


_CLOSING = re.compile(
    r"\W*(?:and )?(?:when|once|as soon as|after) (?:the|that|each|every) (?:\w+ )?(?:hour|day|week|month|shift) (?:is|has|was) (?:over|ended|finished|done|complete|passed|closed)\W*"
)


def _without_closings(reading: Reading, judged: list[Clause]) -> None:
    """ "... tell them when the day is over": after a condition this only says when, and is none of its own."""
    for number, clause in enumerate(judged):
        if (
            clause.when
            and any(before.when for before in judged[:number])
            and _CLOSING.fullmatch(reading.low, clause.start, clause.end)
        ):
            clause.when = clause.marked = False


def _waits(clause: Clause, following: Clause) -> bool:
    """ "... and not off again until it is above 5 °C": it is off then."""
    switched = clause.having("not") and clause.having(*POLARITIES) and not clause.role(*DOING)
    return bool(switched) and following.until and not clause.when and not clause.having("if")


def _looks(clause: Clause, reading: Reading) -> bool:
    """ "Look at the yard camera: ...": what somebody who looks may see follows."""
    words = reading.low[clause.start : clause.end].rstrip()
    alone = not clause.when and not any(map(is_doing, clause.spans))
    return alone and words.endswith((":", " -")) and any(s.looked for s in clause.spans)


def _sentences(reading: Reading, spans: list[Span]) -> list[tuple[int, int]]:
    covered = {at for span in spans for at in range(span.start, span.end)}
    ends = [m.end() for m in _SENTENCE_END.finditer(reading.low) if m.start() not in covered]
    edges = [0, *ends, len(reading.text)]
    return [(a, b) for a, b in pairwise(edges) if reading.text[a:b].strip()]


_COPULA = re.compile(
    r"(?:\b(?:is|are|isn't|aren't|has been|have been|stays?|remains?)|(?<=\w)'s)\b(?! (?:turned|switched|set|put|told|notified))"
)


_ARROW = re.compile(r"\s*(?:->|=>|[→⇒➡])")


def _is_so(clause: Clause, words: str) -> bool:
    """ "and it is not defrosting": a true/false field is said to be so."""
    truth = any(n.extra == "boolean" for s in clause.spans for n in s.named("field"))
    return truth and bool(_COPULA.search(words)) and not clause.role("tell", "call", "record")


_HEADS = re.compile(r"(?::|\?| [-=])\s*$")
_FINITE = re.compile(r"\b(?:is|are|has|have)\b[^,]*,\s*$")
_WORKS_OUT = re.compile(
    r"\W*(?:use|take|work|compute|calculate|average|look|find|measure|consider|watch|judge|get|convert|go|read|check|keep|monitor)\b"
)
_AND_SOMEBODY = re.compile(
    r"\s*and (?:the |our |a )?[a-z' -]{2,40}? (?:should|must|gets?|wants?|needs?|has to|is to|will)\b"
)
_IMPERATIVE = re.compile(
    r"\s*(?:please )?(?:let|tell|notify|alert|warn|inform|message|e-?mail|text|ping|page|call|ring|send|turn|switch|stop|start|open|close|sound|set)\b"
)


def _headed(clause: Clause, words: str, after: str) -> bool:
    """ "Guard open on any press: …", "Three bad scans - …", "Oven 1 not running?": what stands before a colon, a dash, a
    question mark or an arrow is the case."""
    closed = _HEADS.search(words) or _AND_SOMEBODY.match(after) or clause.having("arrow") or _ARROW.match(after)
    finite = _FINITE.search(words) and _IMPERATIVE.match(after) and not any(s.clock or s.every for s in clause.spans)
    counts = any(s.quantity or s.duration is not None or s.fact for s in clause.spans) and not _WORKS_OUT.match(words)
    if not (closed or finite) or any(map(is_doing, clause.spans)) or (clause.role("aggregate") and not counts):
        return False
    named = any(n.sort in ("type", "device", "field") for s in clause.spans for n in s.names)
    return (named and any(n.extra == "boolean" for s in clause.spans for n in s.named("field"))) or (
        named
        and any(
            s.words & {*POLARITIES, "yes", "no", "not"}
            or s.role("derive")
            or s.role("edge")
            or s.fact
            or s.quote is not None
            or says_absence(s)
            for s in clause.spans
        )
    )


_RELATIVE = re.compile(r"[たるだ][^、。たる]{1,16}は[、\s]*$")
_LISTED_AFTER = re.compile(r"(?:と|も|や|および|及び)(?:[、,]|(?=[^、。とき]{1,12}(?:とき|場合|時)))")
_LISTED = re.compile(r"(?:とき|場合|時)(?:と|も|や|および|及び)[、,\s]*$")


def _judged(clause: Clause, reading: Reading) -> Clause:
    first = reading.low[clause.start : clause.end]
    clause.verbal = _verbal(clause, reading) or bool(OVER.search(first))
    clause.until, clause.even = bool(clause.having("until")), bool(clause.having("even"))
    relative = (
        _RELATIVE.search(first)
        and clause.spans
        and (clause.spans[-1].named("type") or clause.spans[-1].named("device"))
    )
    counted = bool(clause.spans) and (counts_from(clause.spans[0]) or later_than(reading.low, clause.spans[-1]))
    if counted and isinstance((later := clause.spans[-1]).fact, Later):
        later.fact = Later(later.fact.ms, of=True)
    clause.marked = bool(clause.having("if", "that_case", "unless", "although") or relative or counted)
    acts = any(is_doing(s) for s in clause.spans) or any(map(_orders, clause.spans[:2]))
    clause.when = clause.marked or (
        not _sets_by_clock(clause)
        and (compares(clause.spans) or _is_so(clause, first) or _headed(clause, first, reading.low[clause.end :]))
        and not acts
    )
    listed = _LISTED.search(reading.low[clause.start : clause.end]) or _LISTED_AFTER.match(reading.low, clause.end)
    clause.listed = bool(listed or re.match(r"\s*and (?:also )?when\b", first))
    if not clause.when and (
        (THIRD.match(reading.low, clause.end) and is_case(clause.spans))
        or _asked(clause, first, reading.low[clause.end :])
        or (not acts and seen_before(clause, reading))
    ):
        clause.when = clause.marked = True
    if not clause.when and _QUESTION.match(first) and any(s.looked or s.role("compare") for s in clause.spans):
        clause.when = clause.marked = True
    lasts_on = clause.having("arrow") and clause.having("not") and clause.role("recover")
    if (only_lasts(clause) and _ARROW.match(reading.low, clause.end)) or lasts_on:
        clause.when = clause.marked = True
    if clause.until or _only_device(clause):
        clause.when = clause.marked = False
    clause.comma = bool(re.search(r"[、,]\s*$", reading.text[: clause.start]))
    for word in ("else", "or", "then", "and"):
        if any(word in s.words and not reading.low[clause.start : s.start].strip(" ,、") for s in clause.spans):
            clause.joined = word
    if clause.having("although") and clause.spans[0].words & {"although"}:
        clause.joined = "and"
    if clause.having("else") and (not clause.joined or _rest(clause)):
        clause.joined = "else"
    return clause


def _rest(clause: Clause) -> bool:
    """ "and otherwise green", "and green otherwise": the case is named by nothing but that it is the other one."""
    at = next(number for number, span in enumerate(clause.spans) if "else" in span.words)
    return at == len(clause.spans) - 1 or all(
        s.words and s.words <= {"and", "then", "range"} for s in clause.spans[:at]
    )


def _sets_by_clock(clause: Clause) -> bool:
    """ "Light mast up to 90 % at 6 pm": what is set to which number at what time, without a verb."""
    said = [s for s in clause.spans if s.role("compare")]
    timed = any(s.clock or s.every for s in clause.spans)
    return timed and bool(said) and all(s.text in ("up to", "down to", "to") for s in said)


def _orders(span: Span) -> bool:
    """A word for commanding; "goes" and "switches" say what somebody does."""
    return bool(span.role("actuate")) and not re.fullmatch(r"(?:goes|\w+[^s]s)", span.text)


def _only_device(clause: Clause) -> bool:
    """ "1号なら…": which device it is, after a condition that was said before."""
    if not any(s.text in ("なら", "ならば", "場合は", "ときは", "場合", "の場合は") for s in clause.having("if")):
        return False
    rest = [s for s in clause.spans if "if" not in s.words]
    return bool(rest) and all(s.named("device") and not s.quantity for s in rest)


_QUESTION = re.compile(r"\s*(?:is|are|does|do|has|have|did)\b[^.;:]*\?\s*$")


def _verbal(clause: Clause, reading: Reading) -> bool:
    """ "反応したら", "出たら"."""
    asks = next((s for s in clause.spans if "if" in s.words), None)
    if asks is None or reading.low[asks.start : asks.start + 1].isascii():
        return False
    before = max((s.end for s in clause.spans if s.end <= asks.start), default=clause.start)
    return bool(re.search(r"[一-龠々ァ-ヶ]", reading.low[before : asks.start]))


def _asked(clause: Clause, words: str, after: str) -> bool:
    """ "Not acknowledged within four minutes?", "Still nothing ten minutes after the call:"."""
    timed = any(s.is_fact(Within, Later) for s in clause.spans)
    ends = words.rstrip().endswith(("?", ":")) or re.match(r"\s*and\b", after)
    return timed and bool(ends) and bool(NOTHING["en"].search(words))


def _tidy(reading: Reading, pieces: list[Clause], lang: str) -> list[Clause]:
    """Pieces that say nothing by themselves go to their neighbour: forward in Japanese, where words come before their
    verb, backward in English."""
    tidy: list[Clause] = []
    waiting: Clause | None = None
    for piece in pieces:
        if waiting is not None and _left_alone(waiting, piece, lang):
            tidy.append(waiting)
            waiting = None
        if tidy and _is_subject(tidy[-1], piece, lang):
            piece = _joined(tidy.pop(), piece, reading)
        if waiting is not None:
            rest = piece.joined == "else"
            if lang == "en" and piece.marked and not waiting.when:
                waiting.spans = [s for s in waiting.spans if "not" not in s.words]
            piece = _joined(waiting, piece, reading)
            piece.joined = "else" if rest else piece.joined
            waiting = None
        if tidy and (_recorded_too(tidy[-1], piece) or _says_what(reading, tidy[-1], piece)):
            tidy[-1] = _joined(tidy[-1], piece, reading)
        elif says_something(piece) and not _only_links(piece):
            tidy.append(_linked(tidy, piece))
        elif lang == "ja" or piece.when or not tidy or _only_links(piece):
            waiting = piece
        else:
            tidy[-1] = _joined(tidy[-1], piece, reading)
    if waiting is not None:
        if tidy and not waiting.when:
            tidy[-1] = _joined(tidy[-1], waiting, reading)
        else:
            tidy.append(waiting)
    return tidy


def _is_subject(before: Clause, piece: Clause, lang: str) -> bool:
    """ "The temperature, averaged over ten minutes, falls below 20 %": what the comparison after the comma speaks of."""
    if lang != "en" or before.when or not piece.when or piece.marked or not piece.comma or not piece.spans:
        return False
    bare = piece.spans[0].role("compare") and not any(s.names for s in piece.spans)
    measured = before.role("aggregate", "derive") or any(s.named("field") for s in before.spans)
    return bool(bare and measured) and not any(map(is_doing, before.spans))


def _says_what(reading: Reading, before: Clause, piece: Clause) -> bool:
    """ "Send a reminder: 'weekly meeting'": the text of what is told."""
    told = before.role("tell") and not before.when and not any(s.quote is not None for s in before.spans)
    quoted = len(piece.spans) == 1 and piece.spans[0].quote is not None and not piece.spans[0].names
    return bool(told) and quoted and reading.low[: piece.start].rstrip().endswith((":", ","))


def _left_alone(waiting: Clause, piece: Clause, lang: str) -> bool:
    """ "If it mentions an injury, e-mail ...": a case in words that nothing here knows, and what follows it."""
    if lang != "en" or not waiting.marked or piece.when:
        return False
    goes = any(map(is_doing, piece.spans if piece.comma else piece.spans[:1]))
    return goes or (any(s.named("destination") for s in piece.spans) and any(OPEN.match(s.text) for s in waiting.spans))


def _recorded_too(before: Clause, piece: Clause) -> bool:
    """ "Record the temperature and the dew point", "tell them the minimum and the maximum": one more thing."""
    summed = bool(before.role("tell") and before.role("aggregate") and piece.role("aggregate"))
    listed = piece.joined == "and" or (summed and piece.comma)
    if piece.when or not listed or not (before.role("record") or summed):
        return False
    return all(
        not is_doing(s)
        and (
            s.role("derive")
            or s.names
            or s.words
            or (summed and (s.role("aggregate") or s.role("clock") or not s.phrases))
        )
        for s in piece.spans
        if not s.named("call")
    )


def _only_links(clause: Clause) -> bool:
    """Nothing but "and", "then" or the like."""
    return bool(clause.spans) and all(
        s.words and s.words <= {"and", "then", "or", "range", "else"} for s in clause.spans
    )


def _linked(before: list[Clause], clause: Clause) -> Clause:
    """A condition that ends with "or", or has no ending of its own, goes on in the next one."""
    last = before[-1] if before else None
    if last is None or not last.when or not clause.when or clause.joined:
        return clause
    if last.spans and last.spans[-1].words & {"or"}:
        clause.joined = "or"
    elif not last.marked and clause.marked and compares(clause.spans):
        clause.joined = "and"
    return clause


def _joined(one: Clause, two: Clause, reading: Reading) -> Clause:
    joined = Clause(
        one.start, two.end, [*one.spans, *two.spans], one.sentence, one.when or two.when, one.joined, one.comma
    )
    joined.marked = one.marked or two.marked
    return joined
