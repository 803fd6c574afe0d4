"""Conditions as one expression. In expressions settings are bare numbers, so limits are in the field's unit."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.units import in_field_unit
from llm.authors.phrasebook.wishes import Test, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler

SIGNS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<="}
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def is_plain(test: Test) -> bool:
    """One field against one limit (or two), which needs no expression."""
    return test.truth is None and test.left is None and test.right is None and not test.either


def expression_of(to: "Assembler", trigger: Trigger) -> str:
    parts = [_of_test(to, test) for test in trigger.tests]
    if trigger.joins:
        at = trigger.either
        if at is None:
            return _mixed(parts, trigger.joins)
        left = _mixed(parts[:at], [(n, j) for n, j in trigger.joins if n < at]) if at > 1 else parts[0]
        return f"({left}) && ({' || '.join(parts[at:])})"
    if len(parts) > 1:
        parts = [f"({part})" if " || " in part or (" && " in part and trigger.join == "or") else part for part in parts]
    return (" && " if trigger.join == "and" else " || ").join(parts)


def _mixed(parts: list[str], joins: list[tuple[int, str]]) -> str:
    """From left to right: (A or B) and C."""
    parts = [f"({part})" if " || " in part or " && " in part else part for part in parts]
    starts = [0, *(number for number, _ in joins)]
    text = parts[0]
    for (number, join), end in zip(joins, [*starts[2:], len(parts)], strict=True):
        sign = " && " if join == "and" else " || "
        text = f"({text}){sign}{' && '.join(parts[number:end])}"
    return text


def _of_test(to: "Assembler", test: Test) -> str:
    left = test.left or test.field.name
    if test.words is not None:
        return f"{left} {'==' if test.truth else '!='} {quoted(test.words)}"
    if test.truth is not None:
        return left if test.truth else f"!{left}"
    compared = _compared(to, test, left)
    return (
        f"{test.guard} && {compared}"
        if test.guard and not test.either
        else f"{test.guard} && ({compared})"
        if test.guard
        else compared
    )


def _compared(to: "Assembler", test: Test, left: str) -> str:
    keys = list(test.meaning[1].params) if test.meaning else []
    sign = next((SIGNS[key] for key in keys if key in SIGNS), ">=")
    names = _limits(to, test)
    if len(names) == 2:
        inside = "outside" not in keys
        low, high = sorted(names, key=lambda n: to.draft.settings[n.removeprefix("settings.")]["value"])
        text = f"({left} >= {low} && {left} <= {high})"
        return text if inside else f"!{text}"
    limit = test.right.format(*names) if test.right else names[0]
    if test.either:
        link = "||" if sign in (">", ">=") else "&&"
        return f"{left} {sign} {limit} {link} {left} {_TURNED[sign]} -{limit}"
    return f"{left} {sign} {limit}"


def _limits(to: "Assembler", test: Test) -> list[str]:
    """The numbers that it is compared with, as settings."""
    label = to.said["limit"].format(field=to.conditions.noun(test))
    names = []
    for quantity in test.numbers:
        value = plain_number(in_field_unit(quantity, test.field.unit, difference=test.difference))
        known = to.draft.same_setting(label, value, test.field.unit)
        names.append(known or to.draft.set("limit", value, label, unit=test.field.unit))
    if not names and test.meaning is not None and (test.right is None or "{0}" in test.right):
        names = [to.conditions.limit(test, test.meaning)]
    return [f"settings.{name[1:]}" for name in names]


def plain_number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
