"""What is said of wishes as a whole: their words, what is done once, what belongs to which time."""

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.wishes import Doing, Trigger


def words_of(trigger: Trigger | None) -> set[str]:
    """The words of a trigger and of all that it is built on."""
    seen: list[Trigger] = []
    waiting = [trigger]
    while waiting:
        part = waiting.pop()
        if part is not None and not any(part is known for known in seen):
            seen.append(part)
            waiting += (part.of, part.base, part.first, part.then, part.until)
    return {part.words for part in seen}


_OFF = (False, 0, "off", "close", "closed", "stop", "idle", "standby")


def chosen(doings: list[Doing]) -> bool:
    """Whether something is set to a choice of its own, which no going back takes away (cool, heat)."""
    values = [v for d in doings if d.sort == "actuate" for v in d.values.values()]
    return bool(values) and all(isinstance(v, str) and v.lower() not in (*_OFF, "on", "open") for v in values)


def told_once(doings: list[Doing]) -> list[Doing]:
    """ "I need to know when …, send it to maintenance": nobody in particular is meant by the first half; what is asked
    for twice in the same way is done once."""
    doings = [d for n, d in enumerate(doings) if not any(_same_doing(d, before) for before in doings[:n])]
    if any(doing.to and doing.to != [None] for doing in doings):
        return [doing for doing in doings if doing.to != [None]]
    return doings


def _same_doing(one: Doing, two: Doing) -> bool:
    told = (one.sort, one.to, one.text, one.fields) == (two.sort, two.to, two.text, two.fields)
    return told and (one.target, one.call, one.values, one.later) == (two.target, two.call, two.values, two.later)


def by_clock(doing: list[Clause]) -> list[list[Clause]]:
    """Clauses to do, in groups that begin where a new time is said ("30 % at 9 pm and back to 100 % at 6 am")."""
    groups: list[list[Clause]] = []
    timed = 0
    for clause in doing:
        own = any(s.clock is not None or s.every is not None or s.is_fact(Calendar) for s in clause.spans)
        if not groups or (own and timed):
            groups.append([clause])
        else:
            groups[-1].append(clause)
        timed = timed + 1 if own else timed
    return groups
