"""Random typed expressions on random values come out as in an independent CEL implementation: value or failure.

Left out are our own documented widenings (ints beside doubles, `math.*`, local time zones, `string()` of doubles) and
what the other library does against the CEL specification: it takes negative list indexes, finds no methods on a text
that was put together, and lets a failed list compared with another escape `&&`.
"""

import math
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import celpy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nodes.kit.cel import ExpressionFailure, compile_expression
from nodes.kit.event import Event
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

FIELDS = {"i": "integer", "j": "integer", "x": "number", "y": "number", "s": "string", "t": "string", "b": "boolean"}
SCOPE = Scope(
    node="n",
    lang="en",
    zone=ZoneInfo("UTC"),
    shape=Shape({name: FieldShape(kind) for name, kind in FIELDS.items()}, open=False),  # type: ignore[arg-type]
)
ENVIRONMENT = celpy.Environment()
Text = st.SearchStrategy[str]

WORDS = ["", "a", "b", "ab", "kiln 1", "日本", "a.c", "12", "-7", "1.5", "true"]
integers = st.sampled_from([0, 1, 2, 3, 7, -1, -3, 40, 2**40, 2**62, -(2**63), 2**63 - 1]) | st.integers(-99, 99)
doubles = st.sampled_from([0.0, 1.0, -1.5, 80.0, 1e10, 0.1]) | st.floats(-1e6, 1e6).map(lambda v: round(v, 3))
values = st.fixed_dictionaries(
    {"i": integers, "j": integers, "x": doubles, "y": doubles, "s": st.sampled_from(WORDS), "t": st.sampled_from(WORDS),
     "b": st.booleans()}
)  # fmt: skip


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def joined(*parts: Text | str) -> Text:
    return st.tuples(*[st.just(part) if isinstance(part, str) else part for part in parts]).map("".join)


def one_of_signs(left: Text, signs: str, right: Text) -> Text:
    return joined("(", left, " ", st.sampled_from(signs.split()), " ", right, ")")


def atoms(kind: str) -> Text:
    literal: dict[str, Text] = {
        "int": st.sampled_from(["i", "j"]) | st.integers(0, 9).map(str),
        "double": st.sampled_from(["x", "y"]) | st.sampled_from(["0.0", "1.5", "80.0", "2.25"]),
        "string": st.sampled_from(["s", "t"]) | st.sampled_from(WORDS).map(quoted),
        "bool": st.just("b") | st.sampled_from(["true", "false"]),
        "list": st.lists(st.integers(-3, 3).map(str), max_size=4).map(lambda items: f"[{', '.join(items)}]"),
    }
    return literal[kind]


@cache
def expressions(kind: str, depth: int) -> Text:
    if depth == 0:
        return atoms(kind)
    one = {name: expressions(name, depth - 1) for name in ("int", "double", "string", "bool", "list")}
    return st.one_of(atoms(kind), *_compound(kind, one), choice(one, kind))


def choice(one: dict[str, Text], kind: str) -> Text:
    return joined("(", one["bool"], " ? ", one[kind], " : ", one[kind], ")")


def _compound(kind: str, one: dict[str, Text]) -> list[Text]:
    number, real, text, truth, items = one["int"], one["double"], one["string"], one["bool"], one["list"]
    compounds: dict[str, list[Text]] = {
        "int": [
            one_of_signs(number, "+ - * / %", number), joined("(-", number, ")"), joined("size(", text, ")"),
            joined("size(", items, ")"), joined(items, "[", st.sampled_from("01234"), "]"), joined("int(", text, ")"),
            joined("int(", real, ")"),
        ],
        "double": [one_of_signs(real, "+ - *", real), joined("(-", real, ")"), joined("double(", number, ")")],
        "string": [one_of_signs(text, "+", text), joined("string(", number, ")")],
        "bool": [
            one_of_signs(number, "< <= > >= == !=", number), one_of_signs(real, "< <= > >= == !=", real),
            one_of_signs(text, "< <= > >= == !=", text), one_of_signs(truth, "&& || == !=", truth),
            joined("(!", truth, ")"), one_of_signs(number, "in", items),
            one_of_signs(atoms("list"), "== !=", atoms("list")),
            joined(atoms("string"), ".", st.sampled_from(["contains", "startsWith", "endsWith"]), "(", text, ")"),
            joined(atoms("string"), ".matches('[a-z]+')"),
            joined(items, ".", st.sampled_from(["all", "exists", "exists_one"]), "(n, ", _about("n"), ")"),
        ],
        "list": [
            one_of_signs(items, "+", items), joined(items, ".map(n, n * 2)"), joined(items, ".map(n, 6 / n)"),
            joined(items, ".filter(n, ", _about("n"), ")"), joined("[", number, ", ", number, "]"),
        ],
    }  # fmt: skip
    return compounds[kind]


def _about(variable: str) -> Text:
    return st.sampled_from([f"{variable} > 0", f"6 / {variable} > 1", f"{variable} == i", f"{variable} % 2 == 0 || b"])


def ours(text: str, data: dict[str, Any]) -> Any:
    try:
        return compile_expression(text, SCOPE)(Event(0, 0, None, None, data, "c"))
    except ExpressionFailure as failure:
        return None if failure.code != "not_finite" else failure.code


def unwrapped(value: Any) -> Any:
    if isinstance(value, celpy.celtypes.BoolType):
        return bool(value)
    if isinstance(value, list):
        return [unwrapped(item) for item in value]
    return next(plain(value) for plain in (int, float, str) if isinstance(value, plain))


def theirs(text: str, data: dict[str, Any]) -> Any:
    program = ENVIRONMENT.program(ENVIRONMENT.compile(text))
    try:
        context: Any = celpy.json_to_cel(data)
        return unwrapped(program.evaluate(context))
    except (celpy.CELEvalError, IndexError):
        return None


def alike(mine: Any, other: Any) -> bool:
    if isinstance(mine, float) and isinstance(other, float):
        return math.isclose(mine, other, rel_tol=1e-15)
    if isinstance(mine, list) and isinstance(other, list):
        return len(mine) == len(other) and all(map(alike, mine, other))
    return type(mine) is type(other) and mine == other


@settings(
    max_examples=1_500,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(st.sampled_from(["bool", "int", "double", "string", "list"]).flatmap(lambda k: expressions(k, 3)), values)
def test_outcomes_agree_with_an_independent_implementation(text: str, data: dict[str, Any]) -> None:
    mine = ours(text, data)
    if mine == "not_finite":
        return
    assert alike(mine, theirs(text, data)), (text, data, mine, theirs(text, data))
