"""String literals of CEL: single, double and triple quotes, raw strings, escapes."""

import re

from nodes.kit.cel.problems import ExpressionProblem

_OPENING = re.compile(r"(?P<prefix>[rRbB]{0,2})(?P<quote>'''|\"\"\"|'|\")")
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"} | {c: c for c in "\\?\"'`"}
_CODED = re.compile(r"[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})", re.ASCII)


def unquote(text: str, start: int) -> tuple[str, int]:
    """The value of the literal at `start` and where it ends. Raises ExpressionProblem."""
    opening = _OPENING.match(text, start)
    if opening is None or opening["prefix"].lower() in ("bb", "rr"):
        raise ExpressionProblem("expression_syntax", start, {"found": text[start]})
    if "b" in opening["prefix"].lower():
        raise ExpressionProblem("expression_unsupported", start, {"what": opening[0]}, length=len(opening[0]))
    raw, quote = bool(opening["prefix"]), opening["quote"]
    parts: list[str] = []
    at = opening.end()
    while not text.startswith(quote, at):
        if at >= len(text) or (len(quote) == 1 and text[at] in "\r\n"):
            raise ExpressionProblem("expression_open_string", start, {}, length=at - start)
        if text[at] == "\\" and not raw:
            char, at = _escape(text, at)
        else:
            char, at = text[at], at + 1
        parts.append(char)
    return "".join(parts), at + len(quote)


def _escape(text: str, at: int) -> tuple[str, int]:
    following = text[at + 1 : at + 2]
    if following in _SIMPLE:
        return _SIMPLE[following], at + 2
    coded = _CODED.match(text, at + 1)
    if coded is None:
        raise ExpressionProblem("expression_bad_escape", at, {"found": text[at : at + 2]}, length=2)
    number = int(coded[4], 8) if coded[4] else int(coded[1] or coded[2] or coded[3], 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise ExpressionProblem("expression_bad_escape", at, {"found": coded[0]}, length=len(coded[0]) + 1)
    return chr(number), coded.end()
