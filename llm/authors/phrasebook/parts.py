"""Which condition governs what is done."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Later, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.predicates import compares


@dataclass(eq=False)
class Part:
    """One wish: `when` clauses (any number, joined) and the clauses to do; `trailing`: said after what is to be done."""

    when: list[Clause] = field(default_factory=list)
    doing: list[Clause] = field(default_factory=list)


def parts(found: list[Clause], lang: str) -> list[Part]:
    """Which condition governs what is done, in the order of the prompt."""
    result: list[Part] = []
    current = Part()
    for number in dict.fromkeys(clause.sentence for clause in found):
        sentence = [clause for clause in found if clause.sentence == number]
        current = _parts_of_sentence(sentence, result, current)
    for part, following in pairwise(result):
        if _under(part, following):
            following.when = [again(part.when[0]), *following.when]
    for part, following in reversed(list(pairwise(result))):
        if part.when and not part.doing and following.when and _listed(part, following):
            part.doing = [again(clause) for clause in following.doing]
    return [part for part in result if part.when or part.doing]


def _under(part: Part, following: Part) -> bool:
    """ "When a window opens, if the room is occupied ...; if it is empty ...": the second "if" belongs to the same case."""
    if (
        len(part.when) != 2
        or not part.doing
        or len(following.when) != 1
        or part.when[1].joined in ("and", "or", "else")
    ):
        return False
    case, other, clause = part.when[0], part.when[1], following.when[0]
    said = clause.having(*POLARITIES, "yes", "no", "not") or any(s.named("field") for s in clause.spans)
    plain = (
        not clause.joined
        and not compares(clause.spans)
        and not clause.role("recover")
        and not any(s.duration for s in clause.spans)
    )
    named = any(n.sort in ("type", "device") for s in clause.spans for n in s.names)
    return bool(said) and plain and not named and case.marked and not compares(other.spans)


def again(clause: Clause) -> Clause:
    """The clause once more, to be read a second time."""
    return replace(clause, spans=[replace(span, used=False) for span in clause.spans])


def _listed(part: Part, following: Part) -> bool:
    """ "…したときと、…したときは、それぞれ": the first case is to be treated like the second."""
    same = part.when[-1].sentence == following.when[0].sentence
    return same and bool(part.when[-1].listed or (following.when[0].joined == "and" and following.when[0].listed))


def _parts_of_sentence(sentence: list[Clause], result: list[Part], current: Part) -> Part:
    free: list[Clause] = []
    """Clauses to do in this sentence since its start or its last condition."""
    governed = bool(current.when) and not current.doing and not sentence[0].when
    at = 0
    if current.when and current.doing and _by_months(sentence):
        current = Part()
        result.append(current)
    while at < len(sentence):
        clause = sentence[at]
        if not clause.when:
            if clause.joined == "else":
                current = Part(when=[clause])
                result.append(current)
            elif not result:
                result.append(current)
            current.doing.append(clause)
            free.append(clause)
            at += 1
            continue
        group = [clause]
        while at + 1 < len(sentence) and sentence[at + 1].when and _goes_on(sentence[at], sentence[at + 1]):
            if free and _still_later(sentence[at + 1]):
                break
            at += 1
            group.append(sentence[at])
        at += 1
        if _excepts(group, current):
            current.when += group
            continue
        trailing = bool(free) and not (clause.joined or (clause.comma and at < len(sentence)))
        taken = free[-1:] if governed else list(free)
        current_new = Part(when=group)
        if trailing:
            for part in result:
                part.doing = [done for done in part.doing if done not in taken]
            current_new.doing = list(taken)
            narrowing = _exceptions(result, group[0].sentence)
            first = [clause for clause in narrowing if _lasts(clause)]
            current_new.when = [*first, *group, *(clause for clause in narrowing if clause not in first)]
        result.append(current_new)
        current, governed, free = current_new, True, [] if not trailing else free
    return current


def _by_months(sentence: list[Clause]) -> bool:
    """ "Tell A when ... On the first of every month send B ...": a sentence without a condition that has a day of the month is
    none of the case before."""
    monthly = any((s.days or "").startswith("day ") for s in sentence[0].spans)
    return monthly and not any(clause.when for clause in sentence)


def _still_later(clause: Clause) -> bool:
    """ "Tell A when ..., and if it is still so after 15 minutes, B": a case of its own."""
    return clause.marked and clause.comma and any(s.text == "still" for s in clause.spans) and any(s.duration or s.is_fact(Later, Within) for s in clause.spans)  # fmt: skip


def _excepts(group: list[Clause], current: Part) -> bool:
    """ "... when it rises above 30 °C, unless the window is open": what narrows the case before."""
    same = bool(current.when) and current.when[-1].sentence == group[0].sentence
    return same and all(clause.having("unless") for clause in group) and not current.when[0].having("unless")


def _exceptions(result: list[Part], sentence: int) -> list[Clause]:
    """ "Unless it rains, open the valve when ...", "While somebody is in, tell them when ...": what narrows a case, was said
    first, and leads to nothing by itself."""
    first = [
        p
        for p in result
        if p.when
        and not p.doing
        and p.when[0].sentence == sentence
        and (p.when[0].having("unless") or _lasts(p.when[0]))
    ]
    for part in first:
        result.remove(part)
    return [clause for part in first for clause in part.when]


def _lasts(clause: Clause) -> bool:
    """ "While ...", "As long as ...": a state in which something else may happen."""
    return any(s.text in ("while", "as long as", "provided") for s in clause.having("if")[:1])


def _goes_on(before: Clause, clause: Clause) -> bool:
    """A condition that adds to the one before it."""
    if before.having("although"):
        return True
    if before.listed and not clause.joined:
        return False
    asks = next((s for s in reversed(before.spans) if "if" in s.words), None)
    if (
        asks is not None
        and asks.text.startswith(("で", "とき", "時", "間", "あいだ", "際", "の間"))
        and before.sentence == clause.sentence
    ):
        return True
    opens = next((s.text for s in clause.spans if "if" in s.words), "")
    if opens in ("while", "as long as", "after") or (
        opens == "if" and asks is not None and asks.text.startswith("when")
    ):
        return True
    return clause.joined in ("and", "or") or not clause.marked or not compares(clause.spans)
