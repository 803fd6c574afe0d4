"""States that stand beside a condition and narrow it: 運転中のポンプの…, 扉が開いているとき…, "with the engine running"."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.states import MEANS_PEOPLE, PEOPLE, field_means, own_words, truth_said
from llm.authors.phrasebook.wishes import Condition, Step, Test, Trigger
from nodes.kit.things import TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_LASTS = re.compile(
    r"(?:が|は|に)?(?:あ|い|居|出)?(?:(?:し|さ)?(?:れ)?(?:っ|い)?(?:て|で)(?:い)?る(?!よう)|(?:の)?(?:ま+|状態|際|間)|中)|(?:の|な)(?![にで])|(?:て|で)(?:い)?て|(?:て|で)おり|で(?=[、,])|(?:が|は)[ぁ-ん一-龠]{1,6}?(?:(?:て|で)(?:い)?る|たまま|だまま|(?:て|で)(?:い)?て)|で(?:は)?(?:ない|なく)"
)
"""What follows a state that only says of which devices, or when: 運転中に, 在室の部屋, 開いている冷凍庫, 停止したまま."""
_DENIED = re.compile(r"(?:(?:し|さ)?(?:れ)?(?:て|で)(?:は)?(?:い)?(?:は)?|では?|が)(?:ない|なく|いない)")


def besides(reader: "TriggerReader", trigger: Trigger, clause: Clause) -> None:
    """True/false fields of the same devices that are said beside what is compared: they must be so as well."""
    if trigger.source is None or trigger.sort != "compare" or trigger.join == "or" or not trigger.tests:
        return
    if trigger.tests[0].truth is not None or trigger.base is not None or trigger.others:
        return
    found = [test for span, test in _said(reader, trigger, clause) if _mark(span)]
    if any(test.steps for test in trigger.tests):
        _before(reader, trigger, found)
    else:
        trigger.tests = [*trigger.tests, *found]


def _mark(span: Span) -> bool:
    span.used = True
    return True


def _said(reader: "TriggerReader", trigger: Trigger, clause: Clause) -> list[tuple[Span, Test]]:
    type_, found = trigger.source.type if trigger.source else None, []
    known = {test.field.name for test in trigger.tests} | _looked_at(trigger)
    for number, span in enumerate(clause.spans):
        for field in type_.fields if type_ is not None else ():
            if field.type != "boolean" or field.name in known:
                continue
            truth = _truth(reader, clause.spans[number : number + 2], field, type_.id if type_ else "")
            truth = _as_adjective(reader, clause.spans[:number], span, field) if truth is None else truth
            if truth is not None:
                known.add(field.name)
                found.append((span, Test(field, truth=truth, type=type_)))
    return found


def _looked_at(trigger: Trigger) -> set[str]:
    """The fields that the steps before the tests speak of themselves ("運転時間")."""
    values = [value for test in trigger.tests for step in test.steps for value in step.slots.values()]
    names = {value for value in values if isinstance(value, str)}
    return names | {test.field.name for v in values if isinstance(v, Condition) for test in v.trigger.tests}


_WITH = re.compile(r"\bwith (?:an?|the|its|their) $")


def _as_adjective(reader: "TriggerReader", before: list[Span], span: Span, field: TypeField) -> bool | None:
    """ "a freezer with a closed door": what stands right before the name of a field, or in it; None: nothing."""
    if reader.lang != "en" or not any(n.id == field.name and n.strength >= 2 for n in span.named("field")):
        return None
    if before and before[-1].words & set(POLARITIES) and not before[-1].names and span.start - before[-1].end == 1:
        return truth_said(before[-1:], field)
    own = any(word in span.text.split() for word in field_means(field))
    return True if own and _WITH.search(reader.reading.low, 0, span.start) else None


def _truth(reader: "TriggerReader", spans: list[Span], field: TypeField, owner: str) -> bool | None:
    """What the first of two neighbours says of a field; None: nothing."""
    span = spans[0]
    named = any(n.id == field.name and n.owner == owner and n.strength >= 2 for n in span.named("field"))
    if reader.lang != "ja":
        return truth_said(spans, field) if named else None
    low = reader.reading.low
    lasts, denied = _LASTS.match(low, span.end), _DENIED.match(low, span.end)
    if named:
        said = truth_said(spans if spans[-1].words & {*POLARITIES, "yes", "no"} else [span], field)
        truth = said if said is not None else True if lasts or denied else None
    elif span.words & set(POLARITIES) and not span.named("field") and field_means(field):
        truth = truth_said([span], field) if lasts or denied else None
    elif "no" in span.words and PEOPLE.search(span.text) and MEANS_PEOPLE.search(own_words(field)):
        truth = truth_said([span], field)
    else:
        return None
    return not truth if denied and truth is not None else truth


def _before(reader: "TriggerReader", trigger: Trigger, tests: list[Test]) -> None:
    """What is computed looks only at the readings at which it is so."""
    kind = reader.kinds.find("test", "<expression>", without="<hold>")
    if kind is None or not tests:
        return
    state = Trigger("compare", trigger.words, source=trigger.source, tests=tests)
    step = Step(kind, {"<expression>": Condition(state)}, port=kind[1].port or kind[0].outputs[0].name, named="only")
    first = next(test for test in trigger.tests if test.steps)
    first.steps = [step, *first.steps]
