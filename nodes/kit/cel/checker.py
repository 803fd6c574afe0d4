"""Tree -> typed tree: names resolved, operators bound, constants computed, everything that cannot work refused."""

from collections.abc import Sequence
from typing import Any, NoReturn

from nodes.kit.cel import tree, typed
from nodes.kit.cel.functions import CALLS, MACROS, SPECIAL, Table, methods_in
from nodes.kit.cel.macros import check_macro
from nodes.kit.cel.names import Names, dotted
from nodes.kit.cel.operators import EPOCH, OPERATORS, equal, unequal
from nodes.kit.cel.overload import Choice, find, shown
from nodes.kit.cel.problems import ExpressionFailure, ExpressionProblem, unknown
from nodes.kit.cel.typed import Typed
from nodes.kit.cel.types import (
    BOOL,
    DOUBLE,
    DYN,
    NAME_OF,
    NULL,
    STRING,
    TYPE,
    Type,
    TypeValue,
    item_of,
    joined,
    list_of,
    map_of,
    type_of_value,
)  # fmt: skip
from nodes.kit.cel.units import in_one_unit
from nodes.kit.scope import Scope


class Checker:
    """Checks one expression. `slots` counts the places in the frame that its macros need."""

    def __init__(self, scope: Scope) -> None:
        self.names = Names(scope)
        self.methods = methods_in(scope.zone)
        self.locals: dict[str, typed.Local] = {}
        self.slots = 1

    def check(self, node: tree.Node) -> Typed:
        """The typed form of `node`. Raises ExpressionProblem."""
        match node:
            case tree.Literal():
                return typed.Const(type=type_of_value(node.value), value=node.value)
            case tree.Name():
                return self.locals.get(node.name) or self.names.plain(node)
            case tree.Select():
                return self._select(node)
            case tree.Index():
                return self._apply("[]", OPERATORS, [node.operand, node.index], node)
            case tree.Call():
                return self._call(node)
            case tree.Logic():
                operands = [self.boolean(operand) for operand in node.operands]
                return typed.Both(type=BOOL, decides=node.sign == "||", operands=operands)
            case tree.Choice():
                return self._choice(node)
            case tree.ListOf():
                return self._list(node)
            case tree.MapOf():
                return self._map(node)
        raise AssertionError(node)

    def boolean(self, node: tree.Node) -> Typed:
        """`node`, which has to be a condition."""
        return self.wanted(self.check(node), "bool", node.position)

    def wanted(self, found: Typed, kind: str, position: int) -> Typed:
        """`found`, which has to be of `kind`. Raises ExpressionProblem `expression_result`."""
        if found.type.name == kind:
            return found
        if found.type == DYN:
            return typed.Read(type=BOOL if kind == "bool" else Type(kind), operand=found)  # type: ignore[arg-type]
        if kind == "double" and found.type.name == "int":
            return _as_double(found)
        raise ExpressionProblem("expression_result", position, {"expected": kind, "found": str(found.type)})

    def _is_local(self, node: tree.Node) -> bool:
        name = dotted(node)
        return name is not None and name.split(".", 1)[0] in self.locals

    def _select(self, node: tree.Select, *, test: bool = False) -> Typed:
        if not self._is_local(node) and (found := self.names.qualified(node)) is not None:
            return found
        operand = self.check(node.operand)
        kind = operand.type
        if kind.name not in ("map", "dyn"):
            args = {"name": node.member, "type": str(kind)}
            raise ExpressionProblem("expression_no_members", node.position, args, length=len(node.member))
        if kind.members is not None and node.member not in kind.members:
            raise unknown("unknown_field", node.member, kind.members, node.position)
        item = kind.members[node.member] if kind.members else item_of(kind)
        return typed.Member(type=BOOL if test else item, operand=operand, name=node.member, test=test)

    def _call(self, node: tree.Call) -> Typed:
        name = node.name
        if node.target is None:
            if name in ("==", "!="):
                return self._equality(node)
            if name in OPERATORS:
                return self._apply(name, OPERATORS, node.args, node)
            if name in SPECIAL:
                return self._special(node)
            return self._apply(name, CALLS, node.args, node)
        if name in MACROS and len(node.args) in MACROS[name]:
            return check_macro(self, node)
        if dotted(node.target) == "math" and f"math.{name}" in CALLS:
            return self._apply(f"math.{name}", CALLS, node.args, node)
        return self._apply(name, self.methods, [node.target, *node.args], node)

    def _special(self, node: tree.Call) -> Typed:
        if len(node.args) != 1:
            self._no_overload(
                node.name, [self.check(arg).type for arg in node.args if node.name != "has"], node.position
            )
        arg = node.args[0]
        if node.name == "has":
            return self._has(arg)
        found = self.check(arg)
        if node.name == "dyn":
            return typed.Read(type=DYN, operand=found)
        return typed.Apply(type=TYPE, name="type", run=type_name, args=[found])

    def _has(self, arg: tree.Node) -> Typed:
        if not self._is_local(arg) and (found := self.names.presence(arg)) is not None:
            return found
        if not isinstance(arg, tree.Select):
            raise ExpressionProblem("expression_has", arg.position, {})
        return self._select(arg, test=True)

    def _equality(self, node: tree.Call) -> Typed:
        args = in_one_unit([self.check(arg) for arg in node.args], node.position)
        left, right = args[0].type, args[1].type
        if joined(left, right) is None or _compares_null(left, right):
            self._no_overload(node.name, [left, right], node.position)
        run = equal if node.name == "==" else unequal
        linear = left.name in ("dyn", "list", "map", "string")
        return _folded(typed.Apply(type=BOOL, name=node.name, run=run, args=args, linear=linear))

    def _apply(self, name: str, table: Table, nodes: Sequence[tree.Node], node: tree.Node) -> Typed:
        if name not in table:
            known = [*CALLS, *SPECIAL] if table is CALLS else [*self.methods, *MACROS]
            raise unknown("expression_unknown_function", name, known, node.position)
        args = [self.check(arg) for arg in nodes]
        if name in UNITS_MATTER:
            args = in_one_unit(args, node.position)
        types = [arg.type for arg in args]
        found = find(table[name], name, types)
        if found is None:
            self._no_overload(name, types, node.position)
        if found.widen:
            args = [_as_double(arg) if arg.type.name == "int" else arg for arg in args]
        if name == "in" and types[0].name == "int" and item_of(types[1]) == DOUBLE:
            args[0] = _as_double(args[0])
        _refuse_bad_literals(found, args, nodes)
        applied = typed.Apply(type=found.result, name=name, run=found.run, args=args, linear=found.linear)
        return _folded(applied)

    def _no_overload(self, name: str, types: Sequence[Type], position: int) -> NoReturn:
        args: dict[str, Any] = {"operator": shown(name), "types": ", ".join(str(t) for t in types)}
        args |= dict(zip(("left", "right"), (str(t) for t in types), strict=False)) if len(types) < 3 else {}
        raise ExpressionProblem("expression_types", position, args, length=len(shown(name)))

    def _choice(self, node: tree.Choice) -> Typed:
        test, yes, no = self.boolean(node.test), self.check(node.yes), self.check(node.no)
        result = joined(yes.type, no.type)
        if result is None:
            self._no_overload("? :", [yes.type, no.type], node.position)
        return typed.Choose(type=result, test=test, yes=_read_as(yes, result), no=_read_as(no, result))

    def _list(self, node: tree.ListOf) -> Typed:
        items = [self.check(item) for item in node.items]
        kind = _common([item.type for item in items])
        items = [_read_as(item, kind) for item in items]
        values = [item.value for item in items if isinstance(item, typed.Const)]
        if len(values) == len(items):
            return typed.Const(type=list_of(kind), value=values)
        return typed.Items(type=list_of(kind), items=items)

    def _map(self, node: tree.MapOf) -> Typed:
        entries = [(self.check(key), self.check(value)) for key, value in node.entries]
        for key, (written, _) in zip([k for k, _ in entries], node.entries, strict=True):
            if key.type.name not in ("string", "int", "bool", "dyn"):
                raise ExpressionProblem(
                    "expression_result", written.position, {"expected": "string", "found": str(key.type)}
                )
        keys = {key.type.name for key, _ in entries}
        if len(keys) > 1:
            self._no_overload("{ }", [key.type for key, _ in entries], node.position)
        key_type = entries[0][0].type if entries else STRING
        return typed.Entries(type=map_of(key_type, _common([value.type for _, value in entries])), entries=entries)


UNITS_MATTER = frozenset(("<", "<=", ">", ">=", "+", "-"))


def _compares_null(left: Type, right: Type) -> bool:
    """A field of a known type is never null: `has(field)` asks whether it is there."""
    return left != right and NULL in (left, right) and DYN not in (left, right)


def type_name(value: Any) -> TypeValue:
    name = NAME_OF.get(type(value), "dyn")
    return TypeValue("null_type" if name == "null" else name)


def _common(types: Sequence[Type]) -> Type:
    """The type that all elements share, dyn when they do not."""
    if not types:
        return DYN
    common: Type | None = types[0]
    for kind in types[1:]:
        common = joined(common, kind) if common is not None else None
    return common or DYN


def _as_double(found: Typed) -> Typed:
    if isinstance(found, typed.Const):
        return typed.Const(type=DOUBLE, value=float(found.value), unit=found.unit)
    return typed.Read(type=DOUBLE, operand=found)


def _read_as(found: Typed, wanted: Type) -> Typed:
    return _as_double(found) if wanted == DOUBLE and found.type.name == "int" else found


def _refuse_bad_literals(found: Choice, args: Sequence[Typed], nodes: Sequence[tree.Node]) -> None:
    """A constant date, duration, zone or pattern that cannot be read is a problem of the text, not of an event."""
    if not found.literal or not isinstance(args[-1], typed.Const):
        return
    try:
        found.run(*[arg.value if isinstance(arg, typed.Const) else _SAMPLES[arg.type.name] for arg in args])
    except ExpressionFailure as failure:
        raise ExpressionProblem(failure.code, nodes[-1].position, failure.details) from None


_SAMPLES: dict[str, Any] = {"string": "", "timestamp": EPOCH}


def _folded(applied: typed.Apply) -> Typed:
    """The value of a call on constants; the call itself where it fails, for `true || 1 / 0 > 1` is true."""
    values = [arg.value for arg in applied.args if isinstance(arg, typed.Const)]
    if len(values) < len(applied.args):
        return applied
    try:
        return typed.Const(type=applied.type, value=applied.run(*values))
    except ExpressionFailure:
        return applied
