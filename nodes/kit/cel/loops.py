"""How macros run: every turn costs a unit of the expression's budget, so no data can make one run long."""

from collections.abc import Callable, Iterator
from typing import Any

from nodes.kit.cel.budget import spend
from nodes.kit.cel.fields import Run
from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.types import NAME_OF


def compile_loop(macro: str, source: Run, slot: int, test: Run | None, body: Run | None) -> Run:
    """The closure of a macro; `test` and `body` read their variable from the frame at `slot`."""
    always: Run = lambda event, frame: True  # noqa: E731
    if macro == "map" and body is not None:
        return _map(source, slot, test or always, body)
    makers: dict[str, Callable[[Run, int, Run], Run]] = {
        "all": lambda s, n, t: _quantifier(s, n, t, decides=False),
        "exists": lambda s, n, t: _quantifier(s, n, t, decides=True),
        "exists_one": _exists_one,
        "filter": _filter,
    }
    return makers[macro](source, slot, test or always)


def _turns(source: Run, slot: int, event: Any, frame: Any) -> Iterator[Any]:
    values = source(event, frame)
    if type(values) not in (list, dict):
        raise ExpressionFailure("expression_operands", {"operator": "macro", "types": NAME_OF.get(type(values), "?")})
    for value in values:
        spend(frame, 1)
        frame[slot] = value
        yield value


def _quantifier(source: Run, slot: int, test: Run, *, decides: bool) -> Run:
    """`exists` (`decides` True) and `all` (False): one deciding element is enough, even if others fail."""

    def run(event: Any, frame: Any) -> bool:
        failed: ExpressionFailure | None = None
        for _ in _turns(source, slot, event, frame):
            try:
                if bool(test(event, frame)) is decides:
                    return decides
            except ExpressionFailure as failure:
                failed = failed or failure
        if failed is not None:
            raise failed
        return not decides

    return run


def _exists_one(source: Run, slot: int, test: Run) -> Run:
    def run(event: Any, frame: Any) -> bool:
        return sum([bool(test(event, frame)) for _ in _turns(source, slot, event, frame)]) == 1

    return run


def _filter(source: Run, slot: int, test: Run) -> Run:
    def run(event: Any, frame: Any) -> list[Any]:
        return [value for value in _turns(source, slot, event, frame) if test(event, frame)]

    return run


def _map(source: Run, slot: int, test: Run, body: Run) -> Run:
    def run(event: Any, frame: Any) -> list[Any]:
        return [body(event, frame) for _ in _turns(source, slot, event, frame) if test(event, frame)]

    return run
