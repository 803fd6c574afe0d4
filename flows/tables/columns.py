"""What the columns of a sheet are about: proposed names, units, words and types, and which one is the key."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from flows.tables.cells import cell_value, type_of_column
from flows.tables.sheet import Sheet, folded, language_of
from nodes.kit.new_name import RESERVED
from nodes.kit.things import Words, cell_key
from nodes.kit.unit import CannotConvert, UnknownUnit, convert

Type = Literal["number", "integer", "boolean", "string"]
Entry = dict[str, Any]
_WITH_UNIT = re.compile(r"(.*?)\s*[(\[【〔<]\s*([^()\[\]【】〔〕<>]{1,20}?)\s*[)\]】〕>]|(.*?)[\s_]*(°C|°F|%)")
_COUNTED = {"個", "本", "枚", "台", "円", "人", "名", "回", "件", "箱", "袋", "缶", "式", "pcs"}
"""Units that count things: no library converts them."""


class Column(msgspec.Struct, kw_only=True):
    """What a person makes of the column at `place` (from 0) of a sheet. `header` and `known` (the name of the column of
    the registered table that it takes the place of) are found, not chosen."""

    place: int
    take: bool = True
    name: str = ""
    type: Type = "string"
    unit: str | None = None
    label: Words = {}
    header: str = ""
    known: str | None = None


def proposed(sheet: Sheet, table: Entry | None) -> tuple[list[Column], int]:
    """The columns, and the place of the key. Where there is a `table` already, its columns keep their facts and others
    are not taken."""
    cells = by_column(sheet)
    columns = [_column(place, header, cells[place], sheet) for place, header in enumerate(_headers(sheet))]
    if table is not None:
        _as_known(columns, table)
    key = _key(columns, cells, sheet, table)
    _tell_apart(columns, key)
    return columns, key


def by_column(sheet: Sheet) -> list[list[str]]:
    """The cells of each column; rows that end early have empty ones."""
    width = len(_headers(sheet))
    return [[row.cells[place] if place < len(row.cells) else "" for row in sheet.rows] for place in range(width)]


def reads_decimal_comma(sheet: Sheet) -> bool:
    """Where cells are not set apart by commas, 80,5 is a number."""
    return sheet.separator != ","


def _headers(sheet: Sheet) -> list[str]:
    """With empty ones where only rows have cells; columns that are empty all the way are none."""
    width = max(_filled(row.cells) for row in (sheet.header, *sheet.rows))
    return [*sheet.header.cells[:width], *[""] * (width - len(sheet.header.cells))]


def _filled(cells: Sequence[str]) -> int:
    return next((place + 1 for place in range(len(cells) - 1, -1, -1) if cells[place]), 0)


def _column(place: int, header: str, cells: list[str], sheet: Sheet) -> Column:
    """A column without a name in the first row is left out until somebody wants it."""
    filled = [cell for cell in cells if cell]
    comma = reads_decimal_comma(sheet)
    type_ = type_of_column(filled, decimal_comma=comma)
    base, unit = _without_unit(header) if type_ in ("number", "integer") or not filled else (header, None)
    if unit is not None:
        type_ = type_of_column(filled, measured=True, decimal_comma=comma)
    label = {language_of(base): base[:200]} if base else {}
    name = name_from(base) or f"column_{place + 1}"
    return Column(
        place=place, take=bool(header), name=name, type=type_, unit=unit, label=label, header=header  # type: ignore[arg-type]
    )  # fmt: skip


def name_from(text: str) -> str:
    """A name that expressions and texts can use, as near to `text` as may be."""
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text)).strip("_")
    name = name.lower() if name.isascii() else name
    return (f"_{name}" if name[:1].isdigit() else name)[:60]


def _without_unit(header: str) -> tuple[str, str | None]:
    plain = unicodedata.normalize("NFKC", header).strip()
    found = _WITH_UNIT.fullmatch(plain)
    if found is None:
        return header, None
    base, unit = (found[1], found[2]) if found[2] else (found[3], found[4])
    return (base, unit) if base and _is_unit(unit) else (header, None)


def _is_unit(text: str) -> bool:
    if text in _COUNTED:
        return True
    try:
        convert(0.0, text, "kg" if text != "kg" else "g")
    except CannotConvert:
        return True
    except UnknownUnit:
        return False
    return True


def _as_known(columns: list[Column], table: Entry) -> None:
    open_ = {known["name"]: known for known in table["columns"]}
    for column in columns:
        names = {folded(column.header), folded(_without_unit(column.header)[0]), column.name}
        known = next((one for one in open_.values() if not names.isdisjoint(_spellings(one))), None)
        column.take = known is not None
        if known is not None:
            del open_[known["name"]]
            column.known = column.name = known["name"]
            column.type, column.unit = known.get("type", "string"), known.get("unit")
            column.label = known.get("label", {})


def _spellings(known: Entry) -> set[str]:
    return {folded(known["name"]), *(folded(word) for word in known.get("label", {}).values()), known["name"]}


def _key(columns: list[Column], cells: list[list[str]], sheet: Sheet, table: Entry | None) -> int:
    """The table's own, else the first column whose values tell the rows apart, else the first."""
    taken = [column for column in columns if column.take] or columns
    if table is not None and (own := next((c.place for c in columns if c.known == table["key"]), None)) is not None:
        return own
    comma = reads_decimal_comma(sheet)
    return next((c.place for c in taken if _tells_apart(c, cells[c.place], comma)), taken[0].place)


def _tells_apart(column: Column, cells: list[str], comma: bool) -> bool:
    keys = {cell_key(cell_value(cell, column.type, decimal_comma=comma)) for cell in cells if cell}
    return "" not in cells and (False, None) not in keys and len(keys) == len(cells)


def _tell_apart(columns: list[Column], key: int) -> None:
    """No two with one name, and no field with a name that means something already."""
    known = {column.known for column in columns if column.known}
    seen = set(known)
    for column in columns:
        if column.known:
            continue
        reserved = () if column.place == key else RESERVED
        column.name = next(name for name in _variants(column.name) if name not in seen and name not in reserved)
        seen.add(column.name)


def _variants(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
