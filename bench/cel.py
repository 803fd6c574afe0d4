"""How fast expressions run, as a ratio to the cel-python library: `python -m bench.cel`."""

import timeit
from zoneinfo import ZoneInfo

import celpy

from nodes.kit.cel import compile_expression
from nodes.kit.event import Event
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

EXPRESSIONS = (
    "temperature > 80.0",
    "temperature > 80.0 && count < 5",
    "(temperature - 32.0) * 5.0 / 9.0",
    "[1, 2, 3].exists(n, n == count)",
)
SCOPE = Scope(
    node="n",
    lang="en",
    zone=ZoneInfo("UTC"),
    shape=Shape({"temperature": FieldShape("number"), "count": FieldShape("integer")}, open=False),
)
DATA = {"temperature": 85.0, "count": 3}
EVENT = Event(0, 0, None, None, DATA, "c")


def microseconds(run: object, times: int) -> float:
    """The best of five rounds, per call."""
    return min(timeit.repeat(run, number=times, repeat=5)) / times * 1e6  # type: ignore[arg-type]


def main() -> None:
    environment = celpy.Environment()
    activation = celpy.json_to_cel(DATA)
    for text in EXPRESSIONS:
        ours = compile_expression(text, SCOPE)
        theirs = environment.program(environment.compile(text))
        mine = microseconds(lambda run=ours: run(EVENT), 20_000)
        other = microseconds(lambda run=theirs: run.evaluate(activation), 300)
        print(f"{text:40} {mine:7.2f} µs   cel-python {other:8.2f} µs   {other / mine:6.0f} times faster")


if __name__ == "__main__":
    main()
