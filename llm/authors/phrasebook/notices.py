"""The text of a notice where the sentence quotes none: a good sentence made from what the flow tests."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.wishes import Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler


def notice(to: "Assembler", trigger: Trigger) -> str:
    """A template with {device}, the field's value and, from the settings, the limit."""
    said = to.said
    if trigger.sort == "clock":
        return said["tell_clock"].replace("{time}", "{time}")
    about = trigger
    while about.sort == "cleared" and about.of is not None:
        about = about.of
    if not about.tests:
        return said["tell_met"].format(device="{device}", now="{time}")
    test = about.tests[0]
    field = to.label(test.field.label, test.field.name)
    shown = to.conditions.shown.get(id(about), test.field.name)
    now = f"{{{shown}}}" + _unit(test.field.unit)
    back = trigger.sort == "cleared"
    if about.window is not None:
        calc = str(about.window[0][1].params.get("calc", ""))
        field = f"{field}{'の' if to.lang == 'ja' else ' '}{said.get(calc, calc)}"
    if about.sort == "edge":
        return said["tell_edge"].format(device="{device}", field=field, now=now)
    if test.truth is not None:
        key = "tell_state_back" if back else "tell_state_hold" if about.hold else "tell_state"
        words = f"{field} = {test.words}" if test.words else field if test.truth else _not(field, to.lang)
        return said[key].format(device="{device}", words=words.replace("{", "(").replace("}", ")"))
    if back:
        return said["tell_back"].format(device="{device}", field=field, now=now)
    if len(about.tests) > 1 or test.meaning is None:
        both = " / ".join(
            dict.fromkeys(
                f"{to.label(t.field.label, t.field.name)} {{{t.field.name}}}{_unit(t.field.unit)}"
                for t in about.tests
                if t.truth is None
            )
        )
        return said["tell_met"].format(device="{device}", now=both or "{time}")
    return _compared(to, about, field, now)


def _compared(to: "Assembler", trigger: Trigger, field: str, now: str) -> str:
    said, test = to.said, trigger.tests[0]
    params = test.meaning[1].params if test.meaning else {}
    key = next((k for k in params if f"{k}_state" in said), "at_least")
    node = to.conditions.nodes.get(id(trigger))
    given = node["params"].get(key) if node else None
    names = given if isinstance(given, list) else [given] if given else []
    limits = [f"{{settings.{name[1:]}}}" for name in names if isinstance(name, str)]
    units = {to.draft.settings[name[1:]].get("unit") for name in names if isinstance(name, str)}
    unit = next(iter(units), None)
    if not limits:
        return said["tell_met"].format(device="{device}", now=f"{field} {now}")
    template = said["tell_hold"] if trigger.hold else said["tell"]
    return template.format(
        device="{device}", field=field, limit=said["to_range"].join(limits), unit=_unit(unit), now=now,
        compare=said[key], compare_state=said[f"{key}_state"],
    )  # fmt: skip


def _unit(unit: str | None) -> str:
    return "" if unit is None else unit if unit in ("%", "°") else f" {unit}"


def _not(field: str, lang: str) -> str:
    return f"{field}でない" if lang == "ja" else f"not {field}"


def escaped(text: str) -> str:
    """A text that starts with a dollar is written with two, so that it is no setting."""
    return f"${text}" if text.startswith("$") else text
