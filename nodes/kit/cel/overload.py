"""One signature of a function or operator, and how the right one is found for the types at hand."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.types import DYN, NAME_OF, Type

Run = Callable[..., Any]
Result = Type | Callable[[Sequence[Type]], Type | None]


class Overload(msgspec.Struct, frozen=True):
    """`kinds`: a type name per argument, or `any`. `result` may depend on the argument types; None from it means that
    these types do not fit after all. `linear`: the work grows with the size of the arguments. `literal`: a constant
    argument that fails is a problem of the text already."""

    kinds: tuple[str, ...]
    result: Result
    run: Run
    linear: bool = False
    literal: bool = False

    def result_for(self, types: Sequence[Type]) -> Type | None:
        return self.result if isinstance(self.result, Type) else self.result(types)


class Choice(msgspec.Struct, frozen=True):
    """What was found: `widen` says that every int argument has to be read as double first."""

    run: Run
    result: Type
    widen: bool = False
    linear: bool = False
    literal: bool = False


def find(overloads: Sequence[Overload], name: str, types: Sequence[Type]) -> Choice | None:
    """The overload for these argument types; where one is dyn, a run that looks at the values; None if none fits."""
    kinds = [t.name for t in types]
    if "dyn" in kinds:
        return _at_run_time(overloads, name, types)
    for widen in (False, True):
        if widen and not _mixes(kinds):
            break
        wanted = tuple("double" if widen and kind == "int" else kind for kind in kinds)
        for overload in overloads:
            if _fits(overload.kinds, wanted) and (result := overload.result_for(types)) is not None:
                return Choice(overload.run, result, widen, overload.linear, overload.literal)
    return None


def _mixes(kinds: Sequence[str]) -> bool:
    return "int" in kinds and "double" in kinds


def _fits(pattern: tuple[str, ...], kinds: Sequence[str]) -> bool:
    return len(pattern) == len(kinds) and all(
        p in ("any", k) or k == "dyn" for p, k in zip(pattern, kinds, strict=True)
    )


def _at_run_time(overloads: Sequence[Overload], name: str, types: Sequence[Type]) -> Choice | None:
    kinds = [t.name for t in types]
    widened = ["double" if kind == "int" else kind for kind in kinds]
    possible = [o for o in overloads if _fits(o.kinds, kinds) or _fits(o.kinds, widened)]
    if not possible:
        return None
    results = [o.result_for(types) or DYN for o in possible]
    result = results[0] if all(r == results[0] for r in results) else DYN
    return Choice(dispatcher(possible, name), result, False, any(o.linear for o in possible))


def dispatcher(overloads: Sequence[Overload], name: str) -> Run:
    """A function that picks the overload by the values' own types, remembering what it found."""
    known: dict[tuple[str, ...], tuple[Run, bool] | None] = {}

    def run(*values: Any) -> Any:
        kinds = tuple([NAME_OF.get(type(value), "dyn") for value in values])
        if kinds not in known:
            known[kinds] = _exact(overloads, kinds)
        found = known[kinds]
        if found is None:
            raise ExpressionFailure("expression_operands", {"operator": shown(name), "types": ", ".join(kinds)})
        if found[1]:
            values = tuple([float(value) if type(value) is int else value for value in values])
        return found[0](*values)

    return run


def _exact(overloads: Sequence[Overload], kinds: tuple[str, ...]) -> tuple[Run, bool] | None:
    for overload in overloads:
        if _fits(overload.kinds, kinds):
            return overload.run, False
    if _mixes(kinds):
        widened = tuple("double" if kind == "int" else kind for kind in kinds)
        for overload in overloads:
            if _fits(overload.kinds, widened):
                return overload.run, True
    return None


def shown(name: str) -> str:
    """How a person knows the operator or function."""
    return {"-_": "-", "[]": "[ ]"}.get(name, name)
