"""Cells of a spreadsheet -> values of a column's type, and the type that a column seems to have."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import islice
from typing import Any

TYPES = ("number", "integer", "boolean", "string")
_NUMBER = re.compile(r"([+-]?\d+)|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
"""A whole number as group 1, or another."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+([eE][+-]?\d{1,3})?", re.ASCII)
_CODE = re.compile(r"[+-]?0\d|\d{16}|\d+[eE]\d|\+", re.ASCII)
"""Digits that are no amount: with a zero before them, too many, such as 12E3, or with a plus sign."""
_TRUE = {"true", "yes", "はい", "○", "〇", "◯", "on", "有", "1"}
_FALSE = {"false", "no", "いいえ", "×", "✕", "✗", "off", "無", "0"}
_PLAINLY = {"true", "false", "yes", "no", "はい", "いいえ", "○", "〇", "◯", "×", "✕", "✗"}
"""Words that make a column one of true and false without a person's saying so."""
_BIGGEST = 2**63


def cell_value(cell: str, type: str, *, decimal_comma: bool = False) -> Any:
    """The value of a cell that is not empty; None where it is no value of this type."""
    if type == "string":
        return cell
    plain = _plain(cell)
    if type == "boolean":
        word = plain.casefold()
        return True if word in _TRUE else False if word in _FALSE else None
    number = _number(plain, decimal_comma)
    if type == "number" or number is None or isinstance(number, int):
        return number
    return int(number) if number.is_integer() and abs(number) < _BIGGEST else None


def type_of_column(cells: Sequence[str], *, measured: bool = False, decimal_comma: bool = False) -> str:
    """The type of a column with these cells, none of them empty. One in five may be a mistake, which is named later;
    codes made of digits are texts. `measured`: it has a unit, so that whole numbers are there by chance."""
    if not cells:
        return "number" if measured else "string"
    mistakes = max(1, len(cells) // 5) if len(cells) > 2 else 0
    plain = [_plain(cell) for cell in cells]
    others = (cell for cell in plain if cell.casefold() not in _PLAINLY)
    if len(list(islice(others, mistakes + 1))) <= mistakes:
        return "boolean"
    if any(_CODE.match(cell) for cell in plain):
        return "string"
    whole = True
    for cell in plain:
        number = _number(cell, decimal_comma)
        mistakes -= number is None
        whole = whole and isinstance(number, int | None)
        if mistakes < 0:
            return "string"
    return "integer" if whole and not measured else "number"


def _plain(cell: str) -> str:
    """In half width, with the signs for less than nothing that Japanese books use as a minus."""
    if cell.isascii():
        return cell
    plain = unicodedata.normalize("NFKC", cell).strip().replace("\u2212", "-")
    return f"-{plain[1:]}" if plain[:1] in ("▲", "△") else plain


def _number(plain: str, decimal_comma: bool) -> int | float | None:
    if "," in plain:
        if decimal_comma and _DECIMAL_COMMA.fullmatch(plain):
            plain = plain.replace(".", "").replace(",", ".")
        elif _THOUSANDS.fullmatch(plain):
            plain = plain.replace(",", "")
    if len(plain) > 40 or not (found := _NUMBER.fullmatch(plain)):
        return None
    if found[1] and abs(whole := int(found[1])) < _BIGGEST:
        return whole
    number = float(plain)
    return number if abs(number) < float("inf") else None
