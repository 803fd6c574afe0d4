"""Conditions inside params that take no settings: their limits stand there as they were said."""

from llm.authors.phrasebook.units import in_field_unit
from llm.authors.phrasebook.wishes import Test, Trigger

SIGNS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<="}


def literal(trigger: Trigger) -> str:
    """The tests of a trigger as one expression with bare numbers."""
    return (" && " if trigger.join == "and" else " || ").join(_of(test) for test in trigger.tests)


def _of(test: Test) -> str:
    name = test.left or test.field.name
    if test.words is not None:
        escaped = test.words.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name} {"==" if test.truth else "!="} "{escaped}"'
    if test.truth is not None:
        return name if test.truth else f"!{name}"
    sign = next((SIGNS[key] for key in (test.meaning[1].params if test.meaning else {}) if key in SIGNS), ">=")
    return f"{name} {sign} {float(in_field_unit(test.numbers[0], test.field.unit)) if test.numbers else 0.0}"
