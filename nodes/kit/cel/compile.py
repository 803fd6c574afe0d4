"""Typed tree -> nested Python closures `run(event, frame)`. No code is ever generated from the text.

`frame` is None where the expression has no macro; else frame[0] is the work that may still be done and the rest are
the macros' variables.
"""

import operator
from collections.abc import Callable
from typing import Any

from nodes.kit.cel import typed
from nodes.kit.cel.budget import spend, weight
from nodes.kit.cel.fields import Run, read_device, read_field
from nodes.kit.cel.loops import compile_loop
from nodes.kit.cel.operators import equal, unequal
from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.times import timestamp_of_ms
from nodes.kit.cel.types import NAME_OF
from nodes.kit.scope import Scope

SCALARS = ("bool", "int", "double", "string", "timestamp", "duration", "type")


class Compiler:
    """Compiles one typed tree. `charged`: there are macros, so work that grows with the data is counted."""

    def __init__(self, scope: Scope, *, charged: bool) -> None:
        self.scope = scope
        self.charged = charged

    def compile(self, part: typed.Typed) -> Run:
        """The closure that computes `part`."""
        make: Callable[[Any], Run] = getattr(self, f"_{type(part).__name__.lower()}")
        return make(part)

    def _const(self, part: typed.Const) -> Run:
        value = part.value
        return lambda event, frame: value

    def _field(self, part: typed.Field) -> Run:
        return read_field(part.name, part.type, charged=self.charged)

    def _present(self, part: typed.Present) -> Run:
        name = part.name
        return lambda event, frame: event.data.get(name) is not None

    def _ofdevice(self, part: typed.OfDevice) -> Run:
        return read_device(part.name, part.type, self.scope, test=part.test)

    def _eventtime(self, part: typed.EventTime) -> Run:
        return lambda event, frame: timestamp_of_ms(event.time)

    def _local(self, part: typed.Local) -> Run:
        slot = part.slot
        return lambda event, frame: frame[slot]

    def _member(self, part: typed.Member) -> Run:
        operand, name, test = self.compile(part.operand), part.name, part.test

        def run(event: Any, frame: Any) -> Any:
            value = operand(event, frame)
            if type(value) is not dict:
                raise ExpressionFailure(
                    "expression_operands", {"operator": f".{name}", "types": NAME_OF.get(type(value), "?")}
                )
            if test:
                return name in value
            if name not in value:
                raise ExpressionFailure("no_such_key", {"name": name})
            return value[name]

        return run

    def _read(self, part: typed.Read) -> Run:
        operand, wanted = self.compile(part.operand), part.type.name
        if wanted == "dyn":
            return operand

        def run(event: Any, frame: Any) -> Any:
            value = operand(event, frame)
            found = NAME_OF.get(type(value), "dyn")
            if found == wanted:
                return value
            if wanted == "double" and found == "int":
                return float(value)
            raise ExpressionFailure("expression_operands", {"operator": wanted, "types": found})

        return run

    def _apply(self, part: typed.Apply) -> Run:
        args = [self.compile(arg) for arg in part.args]
        apply = self._function(part)
        if part.linear and self.charged:
            return _charged(apply, args)
        if len(args) == 2:
            return _binary(apply, args[0], args[1], part.args[1])
        if len(args) == 1:
            only = args[0]
            return lambda event, frame: apply(only(event, frame))
        return lambda event, frame: apply(*[arg(event, frame) for arg in args])

    def _function(self, part: typed.Apply) -> Callable[..., Any]:
        """The function itself, or for values of one plain type Python's own operator, which is faster."""
        alike = {arg.type.name for arg in part.args}
        if part.run in (equal, unequal) and (len(alike) == 1 or alike == {"int", "double"}) and alike <= set(SCALARS):
            return operator.eq if part.run is equal else operator.ne
        return part.run

    def _both(self, part: typed.Both) -> Run:
        runs = [self.compile(operand) for operand in part.operands]
        return (_any if part.decides else _all)(runs)

    def _choose(self, part: typed.Choose) -> Run:
        test, yes, no = self.compile(part.test), self.compile(part.yes), self.compile(part.no)
        return lambda event, frame: yes(event, frame) if test(event, frame) else no(event, frame)

    def _items(self, part: typed.Items) -> Run:
        items = [self.compile(item) for item in part.items]
        return lambda event, frame: [item(event, frame) for item in items]

    def _entries(self, part: typed.Entries) -> Run:
        entries = [(self.compile(key), self.compile(value)) for key, value in part.entries]

        def run(event: Any, frame: Any) -> Any:
            built: dict[Any, Any] = {}
            for key, value in entries:
                name = key(event, frame)
                if type(name) not in (str, int, bool):
                    raise ExpressionFailure(
                        "expression_operands", {"operator": "{ }", "types": NAME_OF.get(type(name), "?")}
                    )
                if name in built:
                    raise ExpressionFailure("duplicate_key", {"key": str(name)[:64]})
                built[name] = value(event, frame)
            return built

        return run

    def _loop(self, part: typed.Loop) -> Run:
        source = self.compile(part.source)
        test = self.compile(part.test) if part.test else None
        body = self.compile(part.body) if part.body else None
        return compile_loop(part.macro, source, part.slot, test, body)


def _charged(apply: Callable[..., Any], args: list[Run]) -> Run:
    """A function whose work grows with its arguments, paid for by their size."""

    def run(event: Any, frame: Any) -> Any:
        values = [arg(event, frame) for arg in args]
        spend(frame, sum([weight(value) for value in values]))
        return apply(*values)

    return run


def _binary(apply: Callable[..., Any], left: Run, right: Run, second: typed.Typed) -> Run:
    if isinstance(second, typed.Const) and second.type.name in SCALARS:
        value = second.value
        return lambda event, frame: apply(left(event, frame), value)
    return lambda event, frame: apply(left(event, frame), right(event, frame))


def _all(runs: list[Run]) -> Run:
    """False if any operand is false, even if another fails; else the first failure; else true."""

    def run(event: Any, frame: Any) -> bool:
        failed: ExpressionFailure | None = None
        for operand in runs:
            try:
                if not operand(event, frame):
                    return False
            except ExpressionFailure as failure:
                failed = failed or failure
        if failed is not None:
            raise failed
        return True

    return run


def _any(runs: list[Run]) -> Run:
    """True if any operand is true, even if another fails; else the first failure; else false."""

    def run(event: Any, frame: Any) -> bool:
        failed: ExpressionFailure | None = None
        for operand in runs:
            try:
                if operand(event, frame):
                    return True
            except ExpressionFailure as failure:
                failed = failed or failure
        if failed is not None:
            raise failed
        return False

    return run
