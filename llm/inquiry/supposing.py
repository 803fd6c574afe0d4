"""What a flow would do at a value: run in virtual time with the real engine, as in a trial, and told."""

from dataclasses import dataclass
from typing import Any

from document.problems import has_errors
from document.validate import validate
from llm.authors.phrasebook.names import NameIndex, names_in
from llm.authors.phrasebook.quantities import durations, quantities
from llm.authors.phrasebook.reading import Quantity, Reading, Span
from llm.authors.phrasebook.units import fits, in_field_unit
from llm.inquiry.said import say
from llm.simulation.drive import Run, Stage
from llm.simulation.facts import facts_of
from llm.simulation.scripts import Phase, Script
from llm.simulation.search import WAITS, Search
from llm.simulation.targets import Slot, slots_of, sources_of
from llm.simulation.trial import with_roster
from llm.simulation.words import TrialWords
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry, spoken

MOST_DEEDS = 8


@dataclass
class Supposed:
    """`value` of the field that `fields` may name, for `lasting` (ms, None: as long as matters to the flow)."""

    value: Quantity | None
    fields: list[str]
    lasting: int | None


def supposed(prompt: str, registry: Registry) -> Supposed:
    """The value, the field and the time that a question names."""
    reading = Reading(prompt)
    long = list(durations(reading))
    units = [f.unit for type_ in registry.types.values() for f in type_.fields if f.unit]
    numbers = [s for s in quantities(reading, units) if not any(_overlap(s, d) for d in long)]
    named = [s for s in names_in(reading, NameIndex(registry)) if not any(_overlap(s, n) for n in numbers)]
    fields = [name.id for span in named for name in span.named("field")]
    value = next((s.quantity for s in numbers if s.quantity is not None), None)
    return Supposed(value, list(dict.fromkeys(fields)), long[0].duration if long else None)


def suppose(
    asked: Supposed, document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str
) -> tuple[str, list[str]]:
    """The answer, and the nodes that acted."""
    if has_errors(validate(document, catalog, registry, lang=lang)):
        return say("cannot_try", lang), []
    plan = with_roster(document, catalog, registry, "UTC")
    found = facts_of(plan)
    sources = sources_of(plan, found)
    stage = Stage(plan, found, sources, slots_of(sources, found))
    number, unit = asked.value or Quantity(0), {n: u for source in sources for n, u in source.units.items()}
    turned = [slot for slot in stage.slots if _is_meant(slot, asked, unit)]
    if asked.value is None or (not turned and not asked.fields):
        return say("no_value", lang), []
    if not turned:
        return say("not_read", lang, field=_called(asked.fields[0], registry, lang)), []
    search = Search(stage)
    search.look()
    others = search.quiet or tuple(slot.coarse[0] for slot in stage.slots)
    choice = tuple(
        _plain(in_field_unit(number, unit.get(slot.field)), slot) if slot in turned else value
        for slot, value in zip(stage.slots, others, strict=True)
    )
    length, every = search.scales[0]
    if asked.lasting:
        length, every = asked.lasting, max(1_000, min(every, asked.lasting // 20))
    script = Script(phases=(Phase(choice, length, every),), waits=0 if asked.lasting else WAITS, start=search.start)
    run = stage.run(script)
    words = TrialWords(stage, registry, lang)
    lines = [say("given", lang, given=words.given(run)), *_deeds(run, words, lang), say("supposed", lang)]
    return "\n".join(lines), list(dict.fromkeys(effect.node for effect in run.actions))


def _deeds(run: Run, words: TrialWords, lang: str) -> list[str]:
    """What was done, one line for each where there are several."""
    if len(run.actions) < 2:
        return [say("happened", lang, happened=words.happened(run))]
    told = [say("deed", lang, what=words.deed(effect, run)) for effect in run.actions[:MOST_DEEDS]]
    more = [say("more", lang, count=len(run.actions) - MOST_DEEDS)] if len(run.actions) > MOST_DEEDS else []
    return [say("happened", lang, happened=""), *told, *more]


def _is_meant(slot: Slot, asked: Supposed, unit: dict[str, str]) -> bool:
    """Whether the question names this field, or no field at all and the number can be of this one."""
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in slot.coarse)
    if not numeric or asked.value is None:
        return False
    return slot.field in asked.fields or (not asked.fields and fits(asked.value.unit, unit.get(slot.field)))


def _plain(value: float, slot: Slot) -> Any:
    whole = all(isinstance(known, int) for known in slot.coarse)
    return round(value) if whole else value


def _called(field: str, registry: Registry, lang: str) -> str:
    known = (f for type_ in registry.types.values() for f in type_.fields if f.name == field)
    return next((spoken(f.label, lang, field) for f in known), field)


def _overlap(one: Span, two: Span) -> bool:
    return one.start < two.end and two.start < one.end
