"""Every value that a document holds, settings filled in: what it invented, and whether it holds what was said."""

import re
from collections.abc import Iterator
from typing import Any

from llm.evals.numbers import fits_duration, fits_number, milliseconds, said_numbers
from llm.evals.scenario import Scenario

Document = dict[str, Any]
_IN_EXPR = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
STRUCTURAL = (0.0, 1.0, 100.0)
"""Numbers of an expression that say yes and no, nothing and one, or make percent, rather than a limit."""


def invented(scenario: Scenario, document: Document) -> list[str]:
    """Numbers and durations that nobody said and that do not stand as assumed, with the place where they stand."""
    said = said_numbers(scenario.prompt, [*scenario.said, *scenario.settings.values(), *_flat(scenario.params)])
    lengths = [*scenario.said, *scenario.settings.values(), *_flat(scenario.params)]
    found = []
    for place, value in stated(document):
        if isinstance(value, str):
            length = milliseconds(value)
            wrong = length is not None and not fits_duration(length, said, lengths)
        else:
            wrong = not fits_number(float(value), said)
        if wrong:
            found.append(f"{place} = {value}")
    return found


def stated(document: Document) -> Iterator[tuple[str, int | float | str]]:
    """What the document says as if it had been told: settings that are not assumed, and numbers and durations that stand
    in params themselves."""
    for name, setting in (document.get("settings") or {}).items():
        if not setting.get("assumed") and _is_amount(setting.get("value")):
            yield f"settings.{name}", setting["value"]
    for node in document.get("nodes", []):
        for name, value in (node.get("params") or {}).items():
            yield from _amounts(f"{node['id']}.{name}", name, value)


def _amounts(place: str, name: str, value: Any) -> Iterator[tuple[str, int | float | str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _amounts(f"{place}.{key}", key, part)
    elif isinstance(value, list):
        for part in value:
            yield from _amounts(place, name, part)
    elif isinstance(value, str) and name == "expr":
        yield from ((place, number) for number in in_expr(value) if number not in STRUCTURAL)
    elif _is_amount(value):
        yield place, value


def _is_amount(value: Any) -> bool:
    if isinstance(value, str):
        return milliseconds(value) is not None
    return _is_number(value)


def in_expr(expr: str) -> list[float]:
    """The numbers that an expression holds, outside of its texts."""
    return [float(number) for number in _IN_EXPR.findall(re.sub(r'"[^"]*"|\'[^\']*\'', "", expr))]


def inexact(scenario: Scenario, document: Document) -> list[Any]:
    """Which of the scenario's `params` the document does not hold as said."""
    held = list(_held(document))
    return [wanted for wanted in scenario.params if not any(_is_held(one, held) for one in _alternatives(wanted))]


def _alternatives(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _flat(params: list[Any]) -> list[Any]:
    return [one for wanted in params for one in _alternatives(wanted)]


def _held(document: Document) -> Iterator[Any]:
    """All values of params, a setting that was said in the place of its name; an assumed one holds nothing. A limit and a
    margin hold where the way back ends, too."""
    said = {name: s["value"] for name, s in (document.get("settings") or {}).items() if not s.get("assumed")}
    yield from said.values()
    for node in document.get("nodes", []):
        params = list(_parts(node.get("params") or {}, said))
        yield from params
        margin = (node.get("params") or {}).get("margin")
        for amount in _parts(margin, said) if margin is not None else ():
            yield from (one + way * amount for one in params if _is_number(one) for way in (1, -1))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _parts(value: Any, said: dict[str, Any]) -> Iterator[Any]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _parts(part, said)
    elif isinstance(value, list):
        for part in value:
            yield from _parts(part, said)
    elif isinstance(value, str) and value.startswith("$"):
        yield from [said[value[1:]]] if value[1:] in said else []
    else:
        yield value
        yield from in_expr(value) if isinstance(value, str) else []


def _is_held(wanted: Any, held: list[Any]) -> bool:
    """Numbers and durations must be equal; other texts may stand in a longer one."""
    if isinstance(wanted, str):
        length = milliseconds(wanted)
        texts = [value for value in held if isinstance(value, str)]
        if length is not None:
            return any(milliseconds(text) == length for text in texts)
        return any(wanted in text for text in texts)
    return any(abs(wanted - value) < 1e-9 for value in held if _is_number(value))
