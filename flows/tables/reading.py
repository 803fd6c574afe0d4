"""A sheet and what a person makes of its columns -> an entry of registry.json, or what is wrong with it, by row and
column. Nothing is kept here."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from document.tables import MOST_COLUMNS, MOST_ROWS
from flows.tables.cells import cell_value
from flows.tables.columns import Column, proposed, reads_decimal_comma
from flows.tables.sheet import Row, Sheet, read_sheet
from nodes.kit.new_name import NAME, RESERVED
from nodes.kit.things import Words, cell_key

MOST_NAMED = 50
"""Faults that are named; of more only their number."""
LONGEST_UNIT, LONGEST_LABEL = 32, 200
_REGISTERED = re.compile(r"[^\s/+#{}]{1,64}", re.ASCII)
_NAME = re.compile(NAME)
Entry = dict[str, Any]


class Wish(msgspec.Struct, kw_only=True):
    """What a person says of a file; what is left out is found in it. `key` is a place. `base` names what the table held
    when the person looked, so that nobody's change in the meantime is lost."""

    id: str = ""
    label: Words = {}
    also: list[str] = []
    encoding: str | None = None
    separator: str | None = None
    columns: list[Column] | None = None
    key: int | None = None
    base: str | None = None


class Fault(NamedTuple):
    """Something to solve before the table can be kept. `row` is the number a spreadsheet shows; `place` the column.
    flows.tables.words says it."""

    code: str
    row: int | None = None
    place: int | None = None
    facts: Entry = {}


class Reading(NamedTuple):
    """`values` has the row's number and its values in the order of the taken columns, empty where a cell has none or a
    fault; `faults` are the first, `counts` how many of each code."""

    sheet: Sheet
    columns: list[Column]
    key: int
    values: list[tuple[int, list[Any]]]
    faults: list[Fault]
    counts: Counter[str]

    def taken(self) -> list[Column]:
        return [column for column in self.columns if column.take]

    def entry(self, wish: Wish) -> Entry:
        """The table as registry.json has it. Only where there are no faults."""
        key = next(column.name for column in self.columns if column.place == self.key)
        columns = [_entry(column) for column in self.taken()]
        return {"id": wish.id, "label": wish.label, "also": wish.also, "key": key, "columns": columns,
                "rows": [values for _, values in self.values]}  # fmt: skip


def read_table(data: bytes, wish: Wish, table: Entry | None = None) -> Reading:
    """What the file would make of a table, or of the `table` that is there. Raises flows.tables.sheet.Unreadable."""
    sheet = read_sheet(data, MOST_ROWS, wish.encoding, wish.separator)
    columns, key = proposed(sheet, table)
    if wish.columns is not None and [c.place for c in wish.columns] == [c.place for c in columns]:
        columns = [_chosen(said, found) for said, found in zip(wish.columns, columns, strict=True)]
    if wish.key is not None and any(column.place == wish.key for column in columns):
        key = wish.key
    kept = {known["name"] for known in table["columns"]} if table is not None else set()
    faults = [*_of_names(columns, key, kept, sheet), *_of_size(columns, sheet)]
    values: list[tuple[int, list[Any]]] = []
    reading = Reading(sheet, columns, key, values, faults, Counter(fault.code for fault in faults))
    taken, seen = reading.taken(), dict[Any, int]()
    for row in sheet.rows:
        cells, found = _values(row, taken, key, seen, reads_decimal_comma(sheet))
        values.append((row.number, cells))
        for fault in found:
            reading.counts[fault.code] += 1
            if len(faults) < MOST_NAMED:
                faults.append(fault)
    return reading


def _chosen(said: Column, found: Column) -> Column:
    """The person's choice, with what was found in the file."""
    label = {lang: text.strip()[:LONGEST_LABEL] for lang, text in said.label.items() if lang in ("ja", "en") and text}
    unit = (said.unit or "").strip()[:LONGEST_UNIT] or None
    name, header, known = said.name.strip(), found.header, found.known
    return msgspec.structs.replace(said, name=name, unit=unit, label=label, header=header, known=known)


def _values(
    row: Row, taken: Sequence[Column], key: int, seen: dict[Any, int], comma: bool
) -> tuple[list[Any], list[Fault]]:
    """The values of a row and its faults; `seen` has the row of each key so far."""
    values, faults = [], []
    for column in taken:
        cell = row.cells[column.place] if column.place < len(row.cells) else ""
        value = cell_value(cell, column.type, decimal_comma=comma) if cell else None
        values.append(value)
        if cell and value is None:
            faults.append(Fault(f"no_{column.type}", row.number, column.place, {"cell": cell[:60]}))
        elif column.place == key and value is None:
            faults.append(Fault("empty_key", row.number, column.place))
        elif column.place == key and (first := seen.setdefault(cell_key(value), row.number)) != row.number:
            faults.append(Fault("key_again", row.number, column.place, {"cell": cell[:60], "first": first}))
    return values, faults


def _of_names(columns: Sequence[Column], key: int, kept: set[str], sheet: Sheet) -> Iterator[Fault]:
    """Names that nobody can use. Those that the table has already may stay, whatever they are."""
    seen = set[str]()
    row = sheet.header.number
    for column in columns:
        if not column.take:
            if column.place == key:
                yield Fault("key_left_out", row, column.place)
            continue
        if column.name not in kept:
            if not _REGISTERED.fullmatch(column.name) or not _NAME.fullmatch(column.name):
                yield Fault("bad_name", row, column.place, {"name": column.name[:70]})
            elif column.name in RESERVED and column.place != key:
                yield Fault("reserved_name", row, column.place, {"name": column.name})
        if column.name in seen:
            yield Fault("name_again", row, column.place, {"name": column.name})
        seen.add(column.name)


def _of_size(columns: Sequence[Column], sheet: Sheet) -> Iterator[Fault]:
    taken = sum(column.take for column in columns)
    if taken > MOST_COLUMNS:
        yield Fault("too_many_columns", facts={"most": MOST_COLUMNS, "count": taken})
    if sheet.total > MOST_ROWS:
        yield Fault("too_many_rows", facts={"most": MOST_ROWS, "count": sheet.total})
    if not sheet.rows:
        yield Fault("no_rows")


def _entry(column: Column) -> Entry:
    found: Entry = {"name": column.name, "type": column.type}
    if column.unit:
        found["unit"] = column.unit
    return found | {"label": column.label} if column.label else found
