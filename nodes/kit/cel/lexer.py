"""Text -> tokens, by the lexical part of the CEL specification. Identifiers may hold letters of any script, because
field names of real devices do."""

import re
from typing import Any, Literal

import msgspec

from nodes.kit.cel.problems import ExpressionProblem
from nodes.kit.cel.quotes import unquote

LONGEST_TEXT = 2_000
"""Characters of one expression."""
INT_MIN, INT_MAX = -(2**63), 2**63 - 1
TokenKind = Literal["int", "double", "string", "name", "sign", "end"]

_SPACE = re.compile(r"(?:[\t\n\f\r ]+|//[^\n]*)+")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_NAME = re.compile(r"[^\W\d]\w*")
_SIGN = re.compile(r"&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}]")
_STRING = re.compile(r"[rRbB]{0,2}(?:'|\")")


class Token(msgspec.Struct, frozen=True):
    """`value` is the decoded literal, the name or the sign; `text` what stands in the expression at `position`."""

    kind: TokenKind
    value: Any
    position: int
    text: str


def tokens(text: str) -> list[Token]:
    """All tokens, ending with one of kind `end`. Raises ExpressionProblem."""
    if len(text) > LONGEST_TEXT:
        raise ExpressionProblem("expression_too_long", LONGEST_TEXT, {"limit": LONGEST_TEXT, "length": len(text)})
    found: list[Token] = []
    at = _skip(text, 0)
    while at < len(text):
        token = _token(text, at)
        found.append(token)
        at = _skip(text, at + len(token.text))
    found.append(Token("end", "", len(text), ""))
    return found


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _token(text: str, at: int) -> Token:
    if _STRING.match(text, at):
        value, end = unquote(text, at)
        return Token("string", value, at, text[at:end])
    if number := _NUMBER.match(text, at):
        return _number(number[0], text, at)
    if name := _NAME.match(text, at):
        return Token("name", name[0], at, name[0])
    if sign := _SIGN.match(text, at):
        return Token("sign", sign[0], at, sign[0])
    raise ExpressionProblem("expression_syntax", at, {"found": text[at]})


def _number(found: str, text: str, at: int) -> Token:
    after = text[at + len(found) : at + len(found) + 1]
    if after in ("u", "U"):
        raise ExpressionProblem("expression_unsupported", at, {"what": f"{found}{after}"}, length=len(found) + 1)
    if after == "_" or after.isalpha():
        raise ExpressionProblem("expression_syntax", at + len(found), {"found": after})
    if found[:2] in ("0x", "0X"):
        return Token("int", int(found, 16), at, found)
    if found.isdigit():
        return Token("int", int(found), at, found)
    value = float(found)
    if value in (float("inf"), float("-inf")):
        raise ExpressionProblem("overflow", at, {"value": found}, length=len(found))
    return Token("double", value, at, found)
