"""The text of a notice where the sentence quotes none: a good sentence made from what the flow tests."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.comparisons import key_of
from llm.authors.phrasebook.units import settled
from llm.authors.phrasebook.wishes import Doing, Test, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler


def notice(to: "Assembler", trigger: Trigger, doing: Doing | None = None) -> str:
    """A template with {device}, the field's value and, from the settings, the limit; then what was asked for besides."""
    text = _about(to, trigger)
    for label, field, unit in [*trigger.shown, *(doing.shown if doing else [])]:
        shown = f"{{{field}}}{_unit(unit)}"
        if shown not in text:
            text += to.said["besides"].format(label=_plain(label), value=shown)
    return text


def _about(to: "Assembler", trigger: Trigger) -> str:
    said = to.said
    if trigger.sort == "clock":
        return said["tell_clock"]
    about = trigger
    while about.sort == "cleared" and about.of is not None:
        about = about.of
    back = trigger.sort == "cleared"
    who = "{device}" if has_device(about) else ""
    if about.sort == "checked":
        return _checked(to, about)
    if about.sort in ("happen", "order"):
        return _happened(to, about, back, who)
    if about.noun:
        return led(said["tell_named"], who).format(device=who, noun=about.noun)
    if about.sort == "reading":
        return who or said["tell_reading"]
    if not about.tests or about.base is not None:
        return led(said["tell_words"], who).format(words=_words(about, to.lang))
    if about.sort == "edge":
        test = about.tests[0]
        return led(said["tell_edge"], who).format(device=who, field=to.conditions.noun(test), now=_now(test))
    return _compared(to, about, back, who)


def _checked(to: "Assembler", about: Trigger) -> str:
    """The words of what was looked at by the clock, with the name of the device where it is one of several."""
    words, source = _words(about, to.lang), about.source
    several = source is not None and len(source.only) == 1 and len(to.registry.of_type(source.type.id)) > 1
    return f"{to.registry.label(source.only[0], to.lang)}: {words}" if several and source is not None else words


def _happened(to: "Assembler", about: Trigger, back: bool, who: str) -> str:
    said = to.said
    if about.noun:
        return led(said["tell_named_back" if back else "tell_named"], who).format(device=who, noun=_plain(about.noun))
    end = to.way_back(about) if back else to.ends.get(id(about), "")
    key = f"port_{(end or '').partition('.')[2]}"
    if "{area}" in said.get(key, "") and (
        about.step is None or "areas" not in about.step.meaning[0].Params.model_fields
    ):
        key = ""
    if about.sort == "happen" and about.base is None and key in said and (who or "{device}" not in said[key]):
        return said[key]
    return led(said["tell_over" if back else "tell_words"], who).format(words=_words(about, to.lang))


def _compared(to: "Assembler", about: Trigger, back: bool, who: str) -> str:
    said, test = to.said, about.tests[0]
    field = to.conditions.noun(test)
    if about.crowd is not None or len(about.tests) > 1:
        key = "tell_over" if back else "tell_many" if about.crowd else "tell_words"
        return led(said[key], who).format(words=_words(about, to.lang)) + _values(to, about)
    if test.truth is not None:
        key = "tell_state_back" if back else "tell_state_hold" if about.hold else "tell_state"
        words = f"{field} = {test.words}" if test.words else field if test.truth else _not(field, to.lang)
        return led(said[key], who).format(words=_plain(words))
    if back:
        return led(said["tell_back"], who).format(device=who, field=field, now=_now(test))
    limits, unit = _limits(to, about)
    if not limits or test.right is not None or test.either:
        return led(said["tell_words"], who).format(words=_words(about, to.lang)) + _values(to, about)
    key = key_of(test.meaning) if test.meaning else "at_least"
    return led(said["tell_hold" if about.hold else "tell"], who).format(
        device=who, field=field, limit=said["to_range"].join(limits), unit=_unit(unit), now=_now(test),
        compare=said[key], compare_state=said[f"{key}_state"],
    )  # fmt: skip


def _limits(to: "Assembler", about: Trigger) -> tuple[list[str], str | None]:
    """The limits of one comparison as they stand in the settings, or as they were said."""
    test = about.tests[0]
    node = to.nodes.get(id(about))
    given = node["params"].get(key_of(test.meaning)) if node and test.meaning else None
    names = [n for n in (given if isinstance(given, list) else [given]) if isinstance(n, str) and n.startswith("$")]
    if names:
        return [f"{{settings.{name[1:]}}}" for name in names], to.draft.settings[names[0][1:]].get("unit")
    numbers = [settled(q, test.field.unit) for q in test.numbers]
    unit = (numbers[0].unit or test.numbers[0].unit) if numbers else None
    return [str(n.number) for n in numbers], None if unit is None or unit.startswith(("#", "?")) else unit


def _values(to: "Assembler", about: Trigger) -> str:
    """What the fields hold now, in brackets."""
    tests = [t for t in about.tests if t.truth is None and _is_value(t) and about.crowd is None]
    both = dict.fromkeys(f"{to.conditions.noun(t)} {_now(t)}" for t in tests if t.field.name)
    return to.said["now"].format(now=" / ".join(both)) if both else ""


def _is_value(test: Test) -> bool:
    """Whether the field of a test is what the notice says of it: no part or difference of two, nothing of another device."""
    worked_out = (
        test.beside is not None or (test.right or "").endswith("100.0") or not (test.left or "x").isidentifier()
    )
    return not worked_out and test.device is None


def has_device(trigger: Trigger) -> bool:
    """Whether one device is meant: not where several were looked at together."""
    if (
        trigger.sort in ("checked", "clock")
        or trigger.crowd is not None
        or trigger.others
        or trigger.per is not None
        or trigger.share is not None
    ):
        return False
    if trigger.sort == "order" and trigger.first is not None and trigger.then is not None:
        one, two = trigger.first.source, trigger.then.source
        return bool(one and two and one.type is two.type and one.only == two.only) and has_device(trigger.first)
    steps = [*trigger.steps, *(step for test in trigger.tests for step in test.steps)]
    if any(
        step.more.get("per") not in (None, "device")
        or (
            step.meaning[0].Params.model_fields.get("per", None) is not None
            and step.meaning[0].Params.model_fields["per"].default == "all"
        )
        for step in steps
    ):
        return False
    return has_device(trigger.base) if trigger.base is not None else trigger.source is not None


def led(template: str, who: str) -> str:
    """The template without the words that go with a device where there is none."""
    if who:
        return template.replace("{who}", f"{{{who}}}")
    for lead in ("{who}の", "{who}:", "{who}: "):
        if template.startswith(lead):
            return template.removeprefix(lead).lstrip()
    return template.replace("{who}", "").lstrip(" :")


def _now(test: Test) -> str:
    return f"{{{test.field.name}}}{_unit(test.field.unit)}"


def _words(trigger: Trigger, lang: str) -> str:
    """The condition in the person's own words."""
    words = _plain(trigger.words)
    if lang == "en":
        lead = words.split(" ", 1)
        return lead[1] if lead[0].lower() in ("when", "if", "whenever", "once", "while") and len(lead) > 1 else words
    return words


def _plain(words: str) -> str:
    return words.replace("{", "(").replace("}", ")")


def _unit(unit: str | None) -> str:
    return "" if unit is None else unit if unit in ("%", "°") else f" {unit}"


def _not(field: str, lang: str) -> str:
    return f"{field}でない" if lang == "ja" else f"not {field}"


def escaped(text: str) -> str:
    """A text that starts with a dollar is written with two, so that it is no setting."""
    return f"${text}" if text.startswith("$") else text
