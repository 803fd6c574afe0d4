"""Reading a text with names in braces into its literal parts and its holes. Nothing is evaluated."""

import re
from typing import Any

import msgspec

MOST_HOLES = 200
_NAME = re.compile(r'\s*([^\s{}|"]+(?:[ \t]+[^\s{}|"]+)*)\s*')
_FILTER = re.compile(r'\|\s*([A-Za-z_]+)\s*(?::\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^{}|"\s]+))\s*)?')


class Hole(msgspec.Struct, frozen=True):
    """`{name|filter:arg}`; `position` is where `name` starts in the text."""

    name: str
    position: int
    filters: tuple[tuple[str, str | None], ...] = ()


class BadText(ValueError):
    """The text cannot be read: `code` stands in the closed list of problems, `details` fill its words."""

    def __init__(self, code: str, details: dict[str, Any], allowed: list[Any] | None = None) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.allowed = allowed


def parse_text(template: str) -> list[str | Hole]:
    """Literal texts and holes in order. Raises BadText `text_syntax` with the 1-based position of the odd brace."""
    parts: list[str | Hole] = []
    literal: list[str] = []
    at = 0
    while at < len(template):
        sign = template[at]
        if sign not in "{}":
            end = _next_brace(template, at)
            literal.append(template[at:end])
            at = end
        elif template[at : at + 2] == sign * 2:
            literal.append(sign)
            at += 2
        elif sign == "}":
            raise BadText("text_syntax", {"position": at + 1})
        else:
            if literal:
                parts.append("".join(literal))
                literal.clear()
            hole, at = _hole(template, at)
            parts.append(hole)
    if literal:
        parts.append("".join(literal))
    if sum(isinstance(part, Hole) for part in parts) > MOST_HOLES:
        raise BadText("too_long", {"max": MOST_HOLES, "count": len(parts)})
    return parts


def _next_brace(template: str, at: int) -> int:
    found = [place for place in (template.find("{", at), template.find("}", at)) if place >= 0]
    return min(found, default=len(template))


def _hole(template: str, start: int) -> tuple[Hole, int]:
    name = _NAME.match(template, start + 1)
    if name is None:
        raise BadText("text_syntax", {"position": start + 1})
    filters: list[tuple[str, str | None]] = []
    at = name.end()
    while (found := _FILTER.match(template, at)) is not None:
        quoted = found[2]
        filters.append((found[1], re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found[3]))
        at = found.end()
    if template[at : at + 1] != "}":
        raise BadText("text_syntax", {"position": start + 1})
    return Hole(name[1], name.start(1), tuple(filters)), at + 1
