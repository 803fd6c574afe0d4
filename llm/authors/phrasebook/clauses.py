"""Cuts the sentence into clauses: what must happen first, what is to be done, and which belongs to which."""

import re
from dataclasses import dataclass
from itertools import pairwise

from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Reading, Span

_SENTENCE_END = re.compile(r"[。!?\n]|(?<!\d)(?<!\bi)(?<!i\.e)(?<!\be)(?<!e\.g)(?<!no)\.(?!\d)|(?<=\d)\.(?=\s|$)|;")
DOING = ("tell", "record", "call")


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

    def having(self, *words: str) -> list[Span]:
        return [span for span in self.spans if span.words & set(words)]

    def role(self, *roles: str) -> list[Span]:
        return [span for span in self.spans if any(phrase.role in roles for _, phrase in span.phrases)]


def clauses(reading: Reading, spans: list[Span], lang: str) -> list[Clause]:
    """The clauses of the whole prompt in order."""
    found: list[Clause] = []
    for number, (start, end) in enumerate(_sentences(reading, spans)):
        inside = [span for span in spans if start <= span.start < end]
        cuts = _cuts_japanese(reading, inside, end) if lang == "ja" else _cuts_english(reading, inside)
        edges = [start, *sorted({cut for cut in cuts if start < cut < end}), end]
        pieces = [Clause(a, b, [s for s in inside if a <= s.start < b], number) for a, b in pairwise(edges)]
        found += _tidy(reading, [_judged(piece, reading) for piece in pieces], lang)
    return found


def _sentences(reading: Reading, spans: list[Span]) -> list[tuple[int, int]]:
    covered = {at for span in spans for at in range(span.start, span.end)}
    ends = [m.end() for m in _SENTENCE_END.finditer(reading.low) if m.start() not in covered]
    edges = [0, *ends, len(reading.text)]
    return [(a, b) for a, b in pairwise(edges) if reading.text[a:b].strip()]


def compares(spans: list[Span]) -> bool:
    """Whether a comparison with a number that is no duration stands among `spans`."""
    return any(s.role("compare") for s in spans) and any(s.quantity and s.duration is None for s in spans)


def is_doing(span: Span) -> bool:
    """Words that by themselves ask for something to be done."""
    return any(span.role(role) for role in DOING)


def _cuts_japanese(reading: Reading, spans: list[Span], end: int) -> list[int]:
    cuts: list[int] = []
    since: list[Span] = []
    after_if = False
    done: Span | None = None
    for here, following in zip(spans, [*spans[1:], None], strict=False):
        since.append(here)
        gap = reading.text[here.end : following.start if following else end]
        acts = here.role("actuate") and any(s.quantity for s in since)
        done = here if acts or _does(here) else done
        tail = reading.text[(done or here).end : following.start if following else end]
        if here.words & {"if", "that_case", "arrow"}:
            cuts.append(here.end + len(gap) - len(gap.lstrip("、, にはも")))
            after_if = True
        elif _breaks_japanese(since, gap, tail, following, done is not None) or (
            after_if and here.named("destination") and re.match(r"[にへ][、,]", gap)
        ):
            cuts.append(here.end + _after_comma(gap))
        elif following is not None and not _goes_on_as_clause(spans, following) and _memo_break(since, following):
            cuts.append(following.start)
        else:
            continue
        since, done = [], None
    return cuts


def _after_comma(gap: str) -> int:
    comma = re.search(r"[、,:]", gap)
    return comma.end() if comma else len(gap)


def _does(span: Span) -> bool:
    return is_doing(span) or bool(span.words & set(POLARITIES) or span.named("choice") or span.named("call"))


def _breaks_japanese(since: list[Span], gap: str, tail: str, following: Span | None, done: bool) -> bool:
    if following is None or "if" in following.words:
        return False
    if re.search(r"[、,:]", gap) and _predicate(since):
        return True
    starts = following.names or following.quote or following.quantity
    if not done or not starts or (compares(since) and not any(is_doing(s) for s in since)):
        return False
    return bool(re.search(r"(?:て|で|し|せ|き|り|え|け|め|じ|ち)(?:から)?[、,\s]*$|[、,]", tail))


def _predicate(since: list[Span]) -> bool:
    if any(s.quantity for s in since) and any(s.role("actuate") for s in since):
        return True
    return compares(since) or any(
        is_doing(s) or s.words & {*POLARITIES, "yes"} or s.role("edge") or s.role("recover") or s.named("choice")
        for s in since
    )


def _goes_on_as_clause(spans: list[Span], following: Span) -> bool:
    """ "80kmを超えたトラックがあれば": the named devices still belong to the condition that ends further on."""
    if not (following.named("type") or following.named("device")):
        return False
    for span in spans[spans.index(following) + 1 :]:
        if "if" in span.words:
            return True
        if _does(span) or span.named("destination"):
            return False
    return False


def _memo_break(since: list[Span], following: Span) -> bool:
    """In notes ("炉温80℃超え30秒継続で現場へ通知") the first word of an action ends the condition."""
    if not compares(since):
        return False
    last = since[-1]
    ended = (
        last.role("compare")
        or last.role("hold")
        or last.duration is not None
        or (last.quantity and any(s.role("compare") for s in since))
    )
    starts = (
        following.named("destination")
        or following.quote
        or is_doing(following)
        or (following.names and not following.named("field") and not following.named("attribute"))
    )
    return bool(ended and starts)


def _cuts_english(reading: Reading, spans: list[Span]) -> list[int]:
    cuts: list[int] = []
    since: list[Span] = []
    for here, before in zip(spans, [None, *spans[:-1]], strict=False):
        gap = reading.text[before.end if before else 0 : here.start]
        comma = re.search(r"[,:]", gap) if before else None
        if here.words & {"if", "that_case", "until", "unless", "else"}:
            cuts.append(here.start)
            since = []
        elif comma and before:
            cuts.append(before.end + comma.end())
            since = []
        elif (
            (
                here.role("compare")
                and (_acts_with_number(since) or _switches(since))
                and any(s.quantity for s in spans[spans.index(here) :])
            )
            or (here.words & {"and", "then", "or"} and not _between_numbers(here, spans))
            or (
                _complete(since)
                and (
                    is_doing(here)
                    or here.role("actuate")
                    or here.words & {"on", "off", "start", "stop"}
                    or (compares(since) and _orders(here))
                )
            )
        ):
            cuts.append(here.start)
            since = []
        since.append(here)
    return cuts


def _orders(span: Span) -> bool:
    """Words that after a whole condition can only be what is to be done ("… below 20 % open the valve")."""
    return bool(span.words & {"open", "close", "lock", "unlock"} or span.named("call"))


def _switches(since: list[Span]) -> bool:
    """ "Heater on …", "off again …" without a verb, so that a comparison after it begins the condition."""
    said = [s for s in since if not s.words <= {"and", "then", "again"} or s.names]
    switched = [s for s in said if s.words & {"on", "off"}]
    others = [s for s in said if s not in switched and (s.quantity or s.role("compare") or "if" in s.words)]
    return bool(switched) and not others and not any(n.extra == "boolean" for s in said for n in s.named("field"))


def _acts_with_number(since: list[Span]) -> bool:
    """ "… bring it back to 100 % below 60 degrees": the comparison begins a condition."""
    said = [s for s in since if not s.words & {"and", "then"}]
    return bool(said) and bool(said[0].role("actuate")) and any(s.quantity for s in said)


def _between_numbers(here: Span, spans: list[Span]) -> bool:
    at = spans.index(here)
    around = spans[max(0, at - 1) : at] + spans[at + 1 : at + 2]
    return len(around) == 2 and all(s.quantity for s in around)


def _complete(since: list[Span]) -> bool:
    marked = any("if" in s.words for s in since)
    limited = any(s.role("compare") for s in since) and any("some_limit" in s.words for s in since)
    lasts = marked and any(s.role("hold") for s in since) and any(s.duration is not None for s in since)
    return (
        compares(since)
        or limited
        or lasts
        or any("that_case" in s.words for s in since)
        or (
            marked
            and any(
                s.role("recover")
                or s.role("edge")
                or s.role("lean")
                or s.words & {*POLARITIES, "no"}
                or s.quote is not None
                for s in since[1:]
            )
        )
    )


_COPULA = re.compile(
    r"\b(?:is|are|isn't|aren't|has been|have been|stays?|remains?)\b(?! (?:turned|switched|set|put|told|notified))"
)


_ARROW = re.compile(r"\s*(?:->|=>|[→⇒➡])")


def _is_so(clause: Clause, words: str) -> bool:
    """ "and it is not defrosting": a true/false field is said to be so."""
    truth = any(n.extra == "boolean" for s in clause.spans for n in s.named("field"))
    return truth and bool(_COPULA.search(words)) and not clause.role("tell", "call", "record")


def _headed(clause: Clause, words: str, after: str) -> bool:
    """ "Guard open on any press: …": what stands before a colon or an arrow is the case."""
    truth = any(n.extra == "boolean" for s in clause.spans for n in s.named("field"))
    return truth and bool(words.rstrip().endswith(":") or clause.having("arrow") or _ARROW.match(after))


def _judged(clause: Clause, reading: Reading) -> Clause:
    first = reading.low[clause.start : clause.end]
    clause.marked = bool(clause.having("if", "that_case", "unless"))
    acts = any(is_doing(s) for s in clause.spans) or any(s.role("actuate") for s in clause.spans[:2])
    clause.when = clause.marked or (
        (compares(clause.spans) or _is_so(clause, first) or _headed(clause, first, reading.low[clause.end :]))
        and not acts
    )
    clause.comma = bool(re.search(r"[、,]\s*$", reading.text[: clause.start]))
    for word in ("else", "or", "then", "and"):
        if any(word in s.words and not reading.low[clause.start : s.start].strip(" ,、") for s in clause.spans):
            clause.joined = word
    if clause.having("else") and not clause.joined and first:
        clause.joined = "else"
    return clause


def _of_devices(clause: Clause) -> bool:
    return any(s.named("type") or s.named("device") for s in clause.spans)


def _longer(clause: Clause) -> bool:
    """ "15分たったら": only that it goes on."""
    return bool(clause.role("hold")) and any(s.duration is not None for s in clause.spans)


def _counts_time(clause: Clause) -> bool:
    numeric = any(n.extra in ("number", "integer") for s in clause.spans for n in s.named("field"))
    return numeric and bool(clause.role("compare")) and any(s.duration is not None for s in clause.spans)


def says_something(clause: Clause) -> bool:
    """Whether the clause can stand alone: it has a predicate of a condition or something to do."""
    if clause.when:
        return (
            compares(clause.spans)
            or _longer(clause)
            or bool(clause.having("that_case"))
            or bool(clause.role("compare") and clause.having("some_limit"))
            or _counts_time(clause)
            or any(s.clock or s.days for s in clause.spans)
            or any(
                s.role("recover")
                or s.role("edge")
                or s.role("lean")
                or s.words & {*POLARITIES, "yes", "no"}
                or s.named("choice")
                or s.quote
                or any(n.sort == "field" and n.extra in ("boolean", "string") for n in s.names)
                for s in clause.spans
            )
        )
    again = clause.having("again") and clause.joined in ("and", "then") and not any(s.names for s in clause.spans)
    if again or only_again(clause):
        return True
    acting = any(s.role("actuate") for s in clause.spans)
    return any(
        is_doing(s)
        or s.words & {*POLARITIES, "else"}
        or s.named("choice")
        or s.named("call")
        or s.named("destination")
        or (acting and s.quantity)
        or (bool(s.quantity) and _of_devices(clause))
        for s in clause.spans
    )


def only_again(clause: Clause) -> bool:
    """ "… and once more when it is back", "戻ったらもう一度": what was done before, with no word of its own."""
    said = [s for s in clause.spans if s.words - {"and", "then", "wish", "range"} or s.names or s.phrases or s.quantity]
    linked = clause.joined in ("and", "then") or any(s.text.startswith(("もう", "再")) for s in said)
    return linked and bool(said) and all("again" in s.words and not s.phrases for s in said)


def _tidy(reading: Reading, pieces: list[Clause], lang: str) -> list[Clause]:
    """Pieces that say nothing by themselves go to their neighbour: forward in Japanese, where words come before their
    verb, backward in English."""
    tidy: list[Clause] = []
    waiting: Clause | None = None
    for piece in pieces:
        if waiting is not None:
            link = waiting.joined if _only_links(waiting) else None
            piece = _joined(waiting, piece, reading)
            piece.joined = piece.joined or link
            waiting = None
        if says_something(piece):
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


def _only_links(clause: Clause) -> bool:
    """Nothing but "and", "then" or the like."""
    return bool(clause.spans) and all(s.words and s.words <= {"and", "then", "or", "range"} for s in clause.spans)


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
