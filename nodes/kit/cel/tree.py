"""What the parser builds: the expression as written, without types. Every node knows its position and its depth."""

from typing import Any

import msgspec


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """`position`: 0-based offset in the text; `depth`: levels of nodes from here down, at least 1."""

    position: int
    depth: int = 1


class Literal(Node, frozen=True, kw_only=True):
    """A bool, int, float, str or None."""

    value: Any


class Name(Node, frozen=True, kw_only=True):
    """An identifier."""

    name: str


class Select(Node, frozen=True, kw_only=True):
    """`operand.member`."""

    operand: Node
    member: str


class Index(Node, frozen=True, kw_only=True):
    """`operand[index]`."""

    operand: Node
    index: Node


class Call(Node, frozen=True, kw_only=True):
    """`name(args)`, or `target.name(args)`. Operators are calls named by their sign."""

    name: str
    target: Node | None = None
    args: list[Node]


class Logic(Node, frozen=True, kw_only=True):
    """`&&` or `||` over two or more operands, flat: long lists of conditions are not deep."""

    sign: str
    operands: list[Node]


class Choice(Node, frozen=True, kw_only=True):
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


class ListOf(Node, frozen=True, kw_only=True):
    """`[a, b]`."""

    items: list[Node]


class MapOf(Node, frozen=True, kw_only=True):
    """`{k: v}`."""

    entries: list[tuple[Node, Node]]
