"""Tokens -> tree, by precedence climbing. Bounded in depth, so no text can exhaust Python's stack."""

from typing import NoReturn

from nodes.kit.cel import tree
from nodes.kit.cel.lexer import INT_MAX, INT_MIN, Token, tokens
from nodes.kit.cel.problems import ExpressionProblem

DEEPEST = 50
"""Levels of nesting in one expression."""
RESERVED = frozenset(
    ["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
     "namespace", "return", "var", "void", "while"]
)  # fmt: skip
_BINDING = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3,
            "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None}


def parse(text: str) -> tree.Node:
    """The tree of `text`. Raises ExpressionProblem with the position of what was not understood."""
    parser = _Parser(tokens(text))
    node = parser.choice()
    if parser.token.kind != "end":
        parser.refuse()
    return node


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._nesting = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._at]

    def refuse(self) -> NoReturn:
        token = self.token
        if token.kind == "end":
            raise ExpressionProblem("expression_incomplete", token.position, {})
        raise ExpressionProblem("expression_syntax", token.position, {"found": token.text}, length=len(token.text))

    def _take(self) -> Token:
        token = self.token
        self._at += 1
        return token

    def _sees(self, *signs: str) -> bool:
        token = self.token
        return (token.kind == "sign" and token.text in signs) or (token.text == "in" and "in" in signs)

    def _expect(self, sign: str) -> Token:
        if not self._sees(sign):
            self.refuse()
        return self._take()

    def _depth(self, position: int, *below: tree.Node) -> int:
        depth = 1 + max((node.depth for node in below), default=0)
        if depth > DEEPEST:
            raise ExpressionProblem("expression_too_deep", position, {"limit": DEEPEST})
        return depth

    def choice(self) -> tree.Node:
        """`test ? yes : no`, or anything that binds closer."""
        self._nesting += 1
        if self._nesting > DEEPEST:
            raise ExpressionProblem("expression_too_deep", self.token.position, {"limit": DEEPEST})
        node = self._binary(1)
        if self._sees("?"):
            at = self._take().position
            yes = self._binary(1)
            self._expect(":")
            no = self.choice()
            node = tree.Choice(position=at, depth=self._depth(at, node, yes, no), test=node, yes=yes, no=no)
        self._nesting -= 1
        return node

    def _binary(self, weakest: int) -> tree.Node:
        left = self._unary()
        while (binding := _BINDING.get(self.token.text, 0)) >= weakest and self._sees(self.token.text):
            sign = self._take()
            right = self._binary(binding + 1)
            left = self._joined(sign, left, right)
        return left

    def _joined(self, sign: Token, left: tree.Node, right: tree.Node) -> tree.Node:
        at, text = sign.position, sign.text
        if text not in ("&&", "||"):
            return tree.Call(position=at, depth=self._depth(at, left, right), name=text, args=[left, right])
        if isinstance(left, tree.Logic) and left.sign == text:
            operands = [*left.operands, right]
        else:
            operands = [left, right]
        return tree.Logic(position=at, depth=self._depth(at, *operands), sign=text, operands=operands)

    def _unary(self) -> tree.Node:
        signs: list[Token] = []
        while self._sees("!", "-"):
            signs.append(self._take())
        if len(signs) > DEEPEST:
            raise ExpressionProblem("expression_too_deep", signs[0].position, {"limit": DEEPEST})
        if signs and signs[-1].text == "-" and self.token.kind in ("int", "double"):
            node = self._postfix(self._number(negative_from=signs.pop()))
        else:
            node = self._postfix(self._primary())
        for sign in reversed(signs):
            depth = self._depth(sign.position, node)
            name = "-_" if sign.text == "-" else "!"
            node = tree.Call(position=sign.position, depth=depth, name=name, args=[node])
        return node

    def _postfix(self, node: tree.Node) -> tree.Node:
        while self._sees(".", "["):
            opening = self._take()
            if opening.text == "[":
                index = self.choice()
                self._expect("]")
                depth = self._depth(opening.position, node, index)
                node = tree.Index(position=opening.position, depth=depth, operand=node, index=index)
            else:
                node = self._member(node)
        return node

    def _member(self, operand: tree.Node) -> tree.Node:
        name = self._identifier()
        if self._sees("("):
            args = self._arguments()
            depth = self._depth(name.position, operand, *args)
            return tree.Call(position=name.position, depth=depth, name=name.text, target=operand, args=args)
        depth = self._depth(name.position, operand)
        return tree.Select(position=name.position, depth=depth, operand=operand, member=name.text)

    def _identifier(self) -> Token:
        token = self.token
        if token.kind != "name" or token.text in _WORDS or token.text == "in":
            self.refuse()
        return self._take()

    def _primary(self) -> tree.Node:
        token = self.token
        if token.kind in ("int", "double"):
            return self._number()
        if token.kind == "string":
            self._take()
            return tree.Literal(position=token.position, value=token.value)
        if token.kind == "name":
            return self._named()
        if self._sees("("):
            self._take()
            node = self.choice()
            self._expect(")")
            return node
        if self._sees("["):
            return self._list()
        if not self._sees("{"):
            self.refuse()
        return self._map()

    def _number(self, negative_from: Token | None = None) -> tree.Node:
        token = self._take()
        value = -token.value if negative_from else token.value
        position = negative_from.position if negative_from else token.position
        if token.kind == "int" and not INT_MIN <= value <= INT_MAX:
            raise ExpressionProblem("overflow", position, {"value": token.text}, length=len(token.text))
        return tree.Literal(position=position, value=value)

    def _named(self) -> tree.Node:
        token = self.token
        if token.text in _WORDS:
            self._take()
            return tree.Literal(position=token.position, value=_WORDS[token.text])
        if token.text in RESERVED:
            self.refuse()
        self._identifier()
        if self._sees("("):
            args = self._arguments()
            depth = self._depth(token.position, *args)
            return tree.Call(position=token.position, depth=depth, name=token.text, args=args)
        return tree.Name(position=token.position, name=token.text)

    def _arguments(self) -> list[tree.Node]:
        self._expect("(")
        args: list[tree.Node] = []
        while not self._sees(")"):
            args.append(self.choice())
            if not self._sees(")"):
                self._expect(",")
                if self._sees(")"):
                    self.refuse()
        self._take()
        return args

    def _list(self) -> tree.Node:
        opening = self._take()
        items: list[tree.Node] = []
        while not self._sees("]"):
            items.append(self.choice())
            if not self._sees("]"):
                self._expect(",")
        self._take()
        return tree.ListOf(position=opening.position, depth=self._depth(opening.position, *items), items=items)

    def _map(self) -> tree.Node:
        opening = self._take()
        entries: list[tuple[tree.Node, tree.Node]] = []
        while not self._sees("}"):
            key = self.choice()
            self._expect(":")
            entries.append((key, self.choice()))
            if not self._sees("}"):
                self._expect(",")
        self._take()
        below = [node for entry in entries for node in entry]
        return tree.MapOf(position=opening.position, depth=self._depth(opening.position, *below), entries=entries)
