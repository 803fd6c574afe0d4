"""Hours of the calendar as the node that lets events pass only then."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.draft import Question
from llm.authors.phrasebook.facts import Calendar, Clock
from llm.authors.phrasebook.hours import ALL_DAYS

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler

WITHIN = "in_hours"
"""The field that says whether an event comes within the times."""
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WHOLE: tuple[Clock, Clock] = ((0, 0), (0, 0))


def gated(to: "Assembler", calendar: Calendar, start: str) -> str:
    """The port behind which only events of the wanted times come."""
    meaning = to.kinds.gate(outside=calendar.outside)
    if meaning is None:
        return start
    if calendar.holidays and not calendar.region:
        to.miss(to.said["holidays"], "which_land")
    if calendar.assumed:
        calendar = _answered(to, calendar)
    id = to.add(meaning, "hours", [start], {}, _params(calendar))
    return f"{id}.{meaning[1].port}"


def marked(to: "Assembler", calendar: Calendar, start: str) -> str:
    """All events, each with the word whether it comes within the times."""
    compute = to.kinds.find("compute")
    refs = []
    for outside in (False, True) if compute is not None else ():
        port = gated(to, replace(calendar, outside=calendar.outside != outside), start)
        computed = {"<computed>": [{"name": WITHIN, "expr": "false" if outside else "true"}]}
        refs.append(to.add(compute, "outside" if outside else "within", [port], computed))  # type: ignore[arg-type]
    return " ".join(refs) or start


def _params(calendar: Calendar) -> dict[str, Any]:
    only_holidays = calendar.holidays == "only" and not calendar.days
    days = calendar.days or ALL_DAYS
    hours = [
        {"days": [WEEKDAYS[day] for day in (*days[1:], *days[:1])] if 0 in days else [WEEKDAYS[day] for day in days], "from": _text(a), "to": _text(b)}
        for a, b in calendar.ranges or (_WHOLE,)
    ]  # fmt: skip
    hours += [part for other in calendar.more for part in _params(other)["hours"]]
    params: dict[str, Any] = {"hours": [] if only_holidays and not calendar.ranges else hours}
    if calendar.holidays and calendar.region:
        params["holidays"] = calendar.region
        if calendar.holidays in ("also", "only"):
            params["on_holidays"] = "open"
    else:
        params["holidays"] = None
    return params


def _text(clock: Clock) -> str:
    return f"{clock[0]:02}:{clock[1]:02}"


_USUAL = ("08:30-17:30", "09:00-18:00", "08:00-17:00")


def _answered(to: "Assembler", calendar: Calendar) -> Calendar:
    """Hours that were only named are the usual ones, with a question, or the answered ones."""
    answer = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", str(to.draft.answer("hours") or ""))
    if answer:
        h1, m1, h2, m2 = (int(part) for part in answer.groups())
        return replace(calendar, ranges=(((h1 % 24, m1 % 60), (h2 % 24, m2 % 60)),), assumed=False)
    told = "-".join(_text(clock) for clock in calendar.ranges[0]) if calendar.ranges else _USUAL[0]
    options = [{"value": value, "label": value} for value in dict.fromkeys([told, *_USUAL])][:4]
    if not any(question.id == "hours" for question in to.draft.questions):
        to.draft.ask(Question("hours", to.said["ask_hours"], None, options, told, to.said["why_hours"], rank=2))
    return calendar
