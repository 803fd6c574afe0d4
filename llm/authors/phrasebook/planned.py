"""The plan and the name of a flow, in the user's language, from the wishes."""

from llm.authors.phrasebook.said import SAID
from llm.authors.phrasebook.wishes import Doing, Trigger, Wishes
from nodes.kit.things import spoken


def plan_of(wishes: Wishes) -> str:
    """One line for each wish: when -> what."""
    arrow = " → "
    lines = []
    for wish in wishes.wishes:
        done = " + ".join(dict.fromkeys(_done(doing) for doing in wish.doings))
        lines.append(f"{wish.trigger.words}{arrow}{done}" if wish.trigger.words else done)
    return "\n".join(lines)


def _done(doing: Doing) -> str:
    return doing.words


def name_of(wishes: Wishes, lang: str) -> str:
    """What the flow is called: the devices and the field of its first trigger."""
    for wish in wishes.wishes:
        trigger: Trigger | None = wish.trigger
        while trigger is not None and not trigger.tests:
            trigger = trigger.of
        if trigger is not None and trigger.source is not None:
            type_, field = trigger.source.type, trigger.tests[0].field
            name = SAID[lang]["name"].format(
                type=spoken(type_.label, lang, type_.id), field=spoken(field.label, lang, field.name)
            )
            return name[:1].upper() + name[1:]
        if wish.trigger.source is not None:
            return spoken(wish.trigger.source.type.label, lang, wish.trigger.source.type.id)
    return SAID[lang]["name_clock"]
