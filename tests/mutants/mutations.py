"""One-line mistakes as changes of a syntax tree: < for <=, a lost reset, a shifted border, a forgotten timer."""

import ast
import copy
import marshal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift,
}  # fmt: skip
NOT_BEHAVIOUR = ("check", "shapes", "standing", "names_differ", "topics")
"""Functions that say what is wrong or known beforehand; what a kind does is in the others."""


@dataclass(frozen=True)
class Mutant:
    """A source with one line changed. `was` and `became` are that line before and after, `code` what Python made of it."""

    file: Path
    line: int
    was: str
    became: str
    code: bytes

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.was}  ->  {self.became}"


def mutants_of(file: Path, root: Path) -> Iterator[Mutant]:
    """Every mutant of the functions in `file`."""
    source = (root / file).read_text("utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    places = [node for function in _functions(tree) for node in ast.walk(function)]
    order = {id(node): number for number, node in enumerate(ast.walk(tree))}
    for node in places:
        for change in changes_of(node):
            copied = copy.deepcopy(tree)
            twin = list(ast.walk(copied))[order[id(node)]]
            became = change(twin, copied)
            if became is None:
                continue
            ast.fix_missing_locations(copied)
            line = getattr(node, "lineno", 0)
            code = marshal.dumps(compile(copied, str(root / file), "exec"))
            yield Mutant(file, line, lines[line - 1].strip(), became, code)


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions and methods, each once, without those that do not act; those above the first class write examples."""
    first = next((at for at, node in enumerate(tree.body) if isinstance(node, ast.ClassDef)), 0)
    for node in tree.body[first:]:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for function in inside:
            if isinstance(function, ast.FunctionDef) and function.name not in NOT_BEHAVIOUR:
                yield function


Change = Callable[[ast.AST, ast.Module], str | None]


def changes_of(node: ast.AST) -> Iterator[Change]:
    """What can be done wrong at this place."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in COMPARES:
                yield _compare(number, COMPARES[type(operator)])
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield _set("op", OPERATORS[type(node.op)]())
    elif isinstance(node, ast.AugAssign):
        yield _set("op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
        yield _left_out
    elif isinstance(node, ast.BoolOp):
        yield _set("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _without_not
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.If | ast.While):
        yield _negated
    elif _is_left_out_easily(node):
        yield _left_out


def _is_left_out_easily(node: ast.AST) -> bool:
    """A statement that changes what is remembered, or sends something."""
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Attribute | ast.Tuple) for target in node.targets)
    return isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant) and not _is_of_base(node.value)


def _is_of_base(call: ast.expr) -> bool:
    """`super().__init__(...)`: what it keeps, most kinds never read."""
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__"


def _constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield _set("value", not node.value)
    elif isinstance(node.value, int | float):
        yield _set("value", node.value + 1)


def _compare(number: int, operator: type[ast.cmpop]) -> Change:
    def change(node: ast.AST, tree: ast.Module) -> str:
        node.ops[number] = operator()  # type: ignore[attr-defined]
        return ast.unparse(node)

    return change


def _set(name: str, value: object) -> Change:
    def change(node: ast.AST, tree: ast.Module) -> str:
        setattr(node, name, value)
        return ast.unparse(node)

    return change


def _without_not(node: ast.AST, tree: ast.Module) -> str | None:
    return _replace(node, node.operand, tree)  # type: ignore[attr-defined]


def _negated(node: ast.AST, tree: ast.Module) -> str:
    node.test = ast.UnaryOp(ast.Not(), node.test)  # type: ignore[attr-defined]
    return f"if {ast.unparse(node.test)}"  # type: ignore[attr-defined]


def _left_out(node: ast.AST, tree: ast.Module) -> str | None:
    return "(left out)" if _replace(node, ast.Pass(), tree) is not None else None


def _replace(node: ast.AST, new: ast.AST, tree: ast.Module) -> str | None:
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, field, new)
                return ast.unparse(new)
            if isinstance(value, list) and any(item is node for item in value):
                value[next(n for n, item in enumerate(value) if item is node)] = new
                return ast.unparse(new)
    return None
