"""Where one clause ends and the next begins."""

import re

from llm.authors.phrasebook.facts import Calendar, Later, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.predicates import compares, counts_from, is_doing, is_length
from llm.authors.phrasebook.reading import Reading, Span

_LONGEST = 60
"""Words of one clause that are looked at: nobody writes longer ones."""


def cuts_japanese(reading: Reading, spans: list[Span], end: int) -> list[int]:
    cuts: list[int] = []
    since: list[Span] = []
    after_if = False
    done: Span | None = None
    for here, following in zip(spans, [*spans[1:], None], strict=False):
        since.append(here)
        del since[:-_LONGEST]
        gap = reading.text[here.end : following.start if following else end]
        acts = here.role("actuate") and any(s.quantity for s in since)
        done = here if (acts or _does(here)) and not _qualifies(gap, following) else done
        tail = reading.text[(done or here).end : following.start if following else end]
        if (
            here.words & {"if", "that_case", "arrow", "until", "although", "even"}
            or _relative(reading, here, gap, since)
            or later_than(reading.low, here)
        ):
            cuts.append(here.end + len(gap) - len(gap.lstrip("、, にはも")))
            after_if = True
        elif (
            (here.text == "か" or "and" in here.words)
            and _states(since[:-1])
            and not any("if" in s.words for s in since)
        ):
            cuts.append(here.start)
            since, done = [here], None
            continue
        elif _breaks_japanese(since, gap, tail, following, done is not None) or (
            after_if and _alone(spans, here, gap, since)
        ):
            cuts.append(here.end + _after_comma(gap))
        elif (following is not None and "else" in following.words) or (
            following is not None and not _goes_on_as_clause(spans, following) and _memo_break(since, following)
        ):
            cuts.append(following.start)
        else:
            continue
        since, done = [], None
    return cuts


def _states(since: list[Span]) -> bool:
    """A whole condition that "and" may end: a comparison, or a state."""
    return compares(since) or bool(since and since[-1].words & {*POLARITIES, "yes", "no"})


_QUALIFIES = re.compile(
    r"(?:い|き|し|さ|まっ|っ|ま)?(?:(?:て|で)い?(?:る|た|ない)|た|だ|る)|(?:の)?(?:まま|状態|中)の?(?:で|に|は|、)?"
)


def _qualifies(gap: str, following: Span | None) -> bool:
    """ "停止しているポンプで…", "運転中に…": a state that says which devices are meant, or when, and no order."""
    return following is not None and bool(following.names) and bool(_QUALIFIES.fullmatch(gap))


def later_than(low: str, span: Span) -> bool:
    """ "開いた5分後に": a delay that counts from what stands before it."""
    return isinstance(span.fact, Later) and bool(re.search(r"(?:た|てから|た後|たあと)(?:の)?$", low[: span.start]))


def _relative(reading: Reading, here: Span, gap: str, since: list[Span]) -> bool:
    """ "…5分たったトラックは": the devices of which a whole condition was said before."""
    if not (here.named("type") or here.named("device")) or not gap.startswith("は"):
        return False
    before = reading.low[here.start - 1 : here.start]
    lasts = any(s.role("hold") for s in since) and any(is_length(s) for s in since)
    return before in ("た", "る", "だ", "い") and (compares(since) or lasts)


def _after_comma(gap: str) -> int:
    comma = re.search(r"[、,:]", gap)
    return comma.end() if comma else len(gap)


def _does(span: Span) -> bool:
    return is_doing(span) or bool(span.words & set(POLARITIES) or span.named("choice") or span.named("call"))


def _alone(spans: list[Span], here: Span, gap: str, since: list[Span]) -> bool:
    """ "…たら店長に、…", "…たらブザー、閉まったら…": somebody or something alone, whose verb is left out."""
    if here.named("destination"):
        return bool(re.match(r"[にへ]?も?[、,]", gap))
    things = all(s.named("type") or s.named("device") for s in since)
    if not things or not re.match(r"(?:を|も)?[、,]", gap):
        return False
    rest = spans[spans.index(here) + 1 :][:4]
    asks = next((n for n, s in enumerate(rest) if "if" in s.words), None)
    return asks is not None and not any(_does(s) and not s.words & set(POLARITIES) for s in rest[:asks])


_OTHER_VERB = re.compile(r"[、,][^、,]*[一-龠ァ-ヶ]")
"""A comma, and a verb that nothing here knows: the next clause."""


def _breaks_japanese(since: list[Span], gap: str, tail: str, following: Span | None, done: bool) -> bool:
    if following is not None and since and since[-1].quote is not None and re.match(r"\s*[、,]", gap):
        return True
    if following is None or ("if" in following.words and not (done and _OTHER_VERB.search(gap))):
        return False
    if re.search(r"[、,:]", gap) and _predicate(since):
        return True
    if (
        re.search(r"[、,]", gap)
        and following.clock
        and any(s.clock or s.is_fact(Calendar) for s in since)
        and since[-1].quantity
    ):
        return True
    starts = (
        "if" in following.words or following.names or following.quote or following.quantity or following.is_fact(Later)
    )
    if not done or not starts or (compares(since) and not any(is_doing(s) for s in since)):
        return False
    return bool(re.fullmatch(r"[ぁ-ん]*(?:て|で|し|せ|き|り|え|け|め|じ|ち)(?:から)?\s*|.*[、,].*", tail))


def _predicate(since: list[Span]) -> bool:
    if any(s.quantity for s in since) and any(s.role("actuate") for s in since):
        return True
    return compares(since) or any(
        is_doing(s)
        or s.words & {*POLARITIES, "yes", "no"}
        or s.role("edge")
        or s.role("recover")
        or s.named("choice")
        or any(n.strength >= 3 for n in s.named("call"))
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


def cuts_english(reading: Reading, spans: list[Span]) -> list[int]:
    cuts: list[int] = []
    since: list[Span] = []
    for here, before in zip(spans, [None, *spans[:-1]], strict=False):
        gap = reading.text[before.end if before else 0 : here.start]
        comma = re.search(r"[,:]|(?<= )[-=](?= )", gap) if before else None
        if _is_dash(reading, here) and not _between_numbers(here, spans):
            cuts.append(here.end)
            since = []
            continue
        if "else" in here.words and since and _ends_sentence(reading, here):
            cuts += _begin_of_rest(reading, since, here)
        elif here.words & {"if", "that_case", "until", "unless", "else", "although", "even"}:
            cuts.append(here.start)
            since = []
        elif comma and before and not (before.clock and here.clock and gap == ", "):
            cuts.append(before.end + comma.end())
            since = []
        elif (
            (
                here.role("compare")
                and (_acts_with_number(since) or _switches(since) or _sets(reading, since) or _told(since))
                and any(s.quantity for s in spans[spans.index(here) :])
            )
            or (here.words & {"and", "then", "or"} and not _between_numbers(here, spans))
            or (here.role("tell") and THIRD.match(reading.low, here.start) and is_case(since))
            or (THIRD.match(reading.low, here.start) and any(OPEN.match(s.text) for s in since))
            or _addresses(spans, here, since)
            or (here.text == "to" and _goes_to(spans, here, since))
            or (
                (_complete(since) or (any("if" in s.words for s in since) and OVER.search(reading.low[: here.start])))
                and (
                    (is_doing(here) and not _a_thing(reading, here) and not _is_told(reading, here))
                    or here.role("actuate")
                    or (here.words & {"on", "off", "start", "stop"} and not _NO_ORDER.match(reading.low, here.start))
                    or ((compares(since) or _unanswered(since)) and (_orders(here) or _chosen(reading, here)))
                    or _commands(reading, here)
                )
            )
        ):
            cuts.append(_with_let(reading, here, since))
            since = []
        since.append(here)
        del since[:-_LONGEST]
    return cuts


def _is_dash(reading: Reading, here: Span) -> bool:
    return here.text == "-" and reading.low[here.start - 1 : here.end + 1] == " - "


_TOLD = re.compile(r"\b(?:is|are|be|been|being|gets?|was|were)(?: (?:also|then|always|immediately))? $")


def _is_told(reading: Reading, here: Span) -> bool:
    """ "the mayor is told": who is told stands before."""
    return here.text.endswith(("told", "ed", "sent")) and bool(_TOLD.search(reading.low[: here.start]))


def _addresses(spans: list[Span], here: Span, since: list[Span]) -> bool:
    """ "if the bread is burnt tell QA": an order to tell somebody who is named right behind it ends any case."""
    if not here.role("tell") or here.names or not any("if" in s.words for s in since):
        return False
    after = spans[spans.index(here) + 1 :][:1]
    return any(s.named("destination") and s.start - here.end <= 5 for s in after) and not here.text.endswith(
        ("s", "ed", "ing", "told")
    )


def _goes_to(spans: list[Span], here: Span, since: list[Span]) -> bool:
    """ "... 25 % or less to the electricians": whom a case goes to, without a verb."""
    after = spans[spans.index(here) + 1 :][:1]
    whom = any(s.named("destination") and s.start - here.end <= 5 for s in after)
    those = any("if" in s.words and s.text in ("those", "any", "the ones", "all") for s in since)
    return whom and (compares(since) or those) and not any(is_doing(s) for s in since)


def _ends_sentence(reading: Reading, here: Span) -> bool:
    return bool(re.match(r"\s*(?:[.;!]|$)", reading.low[here.end :]))


def _begin_of_rest(reading: Reading, since: list[Span], here: Span) -> list[int]:
    """Where the words begin that "otherwise" ends ("red above 35 °C, green otherwise"), if not where the clause does."""
    begin = since[0].start
    links = [begin + m.start() for m in re.finditer(r"[,;:]|\b(?:and|but)\b", reading.low[begin : here.start])]
    return links[-1:] if links and links[-1] > begin else []


_NO_ORDER = re.compile(
    r"(?:running|runs|ran|run (?:through|by|past|into|within|over|out|down|off|for|in|on|at|without|dry))\b"
)
"""Words for what happens, not for what is to be done."""


OVER = re.compile(r"\b(?:is|are|has|have) (?:over|up|done|finished|ended|complete|closed|passed),? ?$")


THIRD = re.compile(
    r"(?:pages|notifies|alerts|tells|informs|warns|e-?mails|texts|calls|messages|triggers|go(?:es)? to|sends)\b"
)


OPEN = re.compile(r"anything|everything|whatever")
"""What begins a case that its verb ends ("anything that ... goes to")."""


def is_case(since: list[Span]) -> bool:
    """ "A call button press pages ...": something that happens, without any "when"."""
    return (
        any(s.names for s in since)
        and any(s.words & {*POLARITIES, "yes", "no"} for s in since)
        and not any("if" in s.words for s in since)
    )


def _a_thing(reading: Reading, here: Span) -> bool:
    """ "the call", "an alarm": a noun, not something to be done."""
    return bool(re.search(r"\b(?:the|a|an|this|that|its|each|every) $", reading.low[: here.start]))


def _with_let(reading: Reading, here: Span, since: list[Span]) -> int:
    """ "let the nurse station know": what is to be done begins with "let"."""
    if here.text != "know" or not since:
        return here.start
    let = reading.low.rfind("let ", since[0].start, here.start)
    return let if let >= 0 else here.start


def _orders(span: Span) -> bool:
    """Words that after a whole condition can only be what is to be done ("… below 20 % open the valve")."""
    return bool(span.words & {"open", "close", "lock", "unlock"} or span.named("call"))


def _chosen(reading: Reading, here: Span) -> bool:
    """ "... warmer than 8 °C red": what is chosen then."""
    measured = re.search(r"% ?$", reading.low[: here.start]) and here.text.lower() in ("full", "open", "empty")
    return (
        bool(here.named("choice"))
        and not here.words
        and not measured
        and not _NO_VERB.search(reading.low[: here.start])
    )


def _commands(reading: Reading, here: Span) -> bool:
    """ "When a gate is open show red": the name of a command, said as an order."""
    named = here.named("call") and not here.named("field") and not here.named("type")
    return bool(named) and not _NO_VERB.search(reading.low[: here.start])


_NO_VERB = re.compile(r"\b(?:the|an?|is|are|be|been|being|to|has|have|was|were|its|their|of|in|not|and|or) $")


def _switches(since: list[Span]) -> bool:
    """ "Heater on …", "off again …" without a verb, so that a comparison after it begins the condition."""
    said = [s for s in since if not s.words <= {"and", "then", "again"} or s.names]
    switched = [s for s in said if s.words & {"on", "off"} or s.named("choice")]
    others = [s for s in said if s not in switched and (s.quantity or s.role("compare") or "if" in s.words)]
    return bool(switched) and not others and not any(n.extra == "boolean" for s in said for n in s.named("field"))


def _told(since: list[Span]) -> bool:
    """ "... alert the engineer below 0.4 mg/L": who is told, and then when."""
    tells = [n for n, s in enumerate(since) if s.role("tell") and not s.names]
    after = since[tells[-1] :] if tells else []
    said = any("if" in s.words or s.quantity is not None or s.role("compare") for s in since)
    return any(s.named("destination") for s in after) and not said


def _sets(reading: Reading, since: list[Span]) -> bool:
    """ "Side vent to 100 % above 30 °C": what is set to which number, without a verb."""
    if not since or since[-1].quantity is None or any("if" in s.words or s.role("compare") for s in since):
        return False
    named = any(s.named("type") or s.named("device") for s in since) or any("again" in s.words for s in since)
    return named and reading.low[: since[-1].start].rstrip().endswith(" to")


def _acts_with_number(since: list[Span]) -> bool:
    """ "… bring it back to 100 % below 60 degrees": the comparison begins a condition."""
    said = [s for s in since if not s.words & {"and", "then"}]
    return bool(said) and bool(said[0].role("actuate")) and any(s.quantity for s in said)


def _between_numbers(here: Span, spans: list[Span]) -> bool:
    at = spans.index(here)
    around = spans[max(0, at - 1) : at] + spans[at + 1 : at + 2]
    alike = ([s.quantity for s in around], [s.quote for s in around], [s.clock for s in around])
    return len(around) == 2 and any(None not in values for values in alike)


def _unanswered(since: list[Span]) -> bool:
    """ "If nobody presses the button within 3 minutes"."""
    opened = any("if" in s.words for s in since) or bool(since and since[0].words & {"and", "then"})
    return opened and any("not" in s.words for s in since) and since[-1].is_fact(Within)


def _complete(since: list[Span]) -> bool:
    marked = any("if" in s.words or counts_from(s) for s in since)
    limited = any(s.role("compare") for s in since) and any("some_limit" in s.words for s in since)
    lasts = marked and any(s.role("hold") for s in since) and any(is_length(s) for s in since)
    return (
        compares(since)
        or _unanswered(since)
        or limited
        or lasts
        or any("that_case" in s.words for s in since)
        or (
            marked
            and any(
                s.role("recover")
                or s.role("edge")
                or s.role("lean")
                or s.words & {*POLARITIES, "no", "yes"}
                or s.quote is not None
                for s in since[1:]
            )
        )
    )
