"""Tables of a registry file: which rows can be used, and what is wrong with the others."""

from collections.abc import Iterator
from typing import Any

from document.nearest import nearest
from document.parse import json_type
from document.problems import problem
from document.words.terms import Term
from nodes.kit.payload import typed_value
from nodes.kit.problem import Problem
from nodes.kit.things import cell_key

MOST_TABLES, MOST_ROWS, MOST_COLUMNS = 200, 10_000, 50
MOST_NAMED = 20
"""Bad rows of one table that are named; of more only their number."""
Entry = dict[str, Any]


def sound_table(entry: Entry, path: str, found: list[Problem]) -> Entry | None:
    """The table with the rows that can be used, `columns` already being sound. None where it cannot be used at all:
    half a table would answer wrongly."""
    unfit = next(_unfit(entry, path), None)
    if unfit is not None:
        found.append(unfit)
        return None
    key = next(place for place, column in enumerate(entry["columns"]) if column["name"] == entry["key"])
    return entry | {"rows": _sound_rows(entry.get("rows", []), entry["columns"], key, f"{path}/rows", found)}


def _unfit(entry: Entry, path: str) -> Iterator[Problem]:
    """Why nothing of a table can be used."""
    names, key, rows = [column["name"] for column in entry["columns"]], entry.get("key"), entry.get("rows", [])
    if not names:
        yield problem("too_short", f"{path}/columns", min=1, count=0)
    if len(names) > MOST_COLUMNS:
        yield problem("too_long", f"{path}/columns", max=MOST_COLUMNS, count=len(names))
    if key is None:
        yield problem("missing_key", path, key="key")
    if key not in names:
        yield problem("not_allowed_value", f"{path}/key", value=key, nearest=nearest(key, names), names=names)
    if not isinstance(rows, list):
        yield problem("wrong_type", f"{path}/rows", expected=Term("array"), found=Term(json_type(rows)))
    elif len(rows) > MOST_ROWS:
        yield problem("too_long", f"{path}/rows", max=MOST_ROWS, count=len(rows))


def _sound_rows(rows: list[Any], columns: list[Entry], key: int, path: str, found: list[Problem]) -> list[list[Any]]:
    """The rows without a problem, numbers as their column has them; of two with the same key the first."""
    kept: dict[tuple[bool, Any], list[Any]] = {}
    bad: list[Problem] = []
    for index, row in enumerate(rows):
        at = f"{path}/{index}"
        wrong = next(_wrong(row, columns, key, at), None)
        if wrong is None and cell_key(row[key]) in kept:
            wrong = problem("duplicate_id", f"{at}/{key}", id=row[key])
        if wrong is None:
            types = (column.get("type", "string") for column in columns)
            cells = [None if c is None else typed_value(t, c) for t, c in zip(types, row, strict=True)]
            kept[cell_key(row[key])] = cells
        else:
            bad.append(wrong)
    found.extend(bad[:MOST_NAMED])
    if len(bad) > MOST_NAMED:
        found.append(problem("many_problems", path, count=len(bad) - MOST_NAMED))
    return list(kept.values())


def _wrong(row: Any, columns: list[Entry], key: int, at: str) -> Iterator[Problem]:
    """Why a row cannot be used."""
    if not isinstance(row, list):
        yield problem("wrong_type", at, expected=Term("array"), found=Term(json_type(row)))
        return
    if len(row) != len(columns):
        short = len(row) < len(columns)
        limit: dict[str, Any] = {"min" if short else "max": len(columns), "count": len(row)}
        yield problem("too_short" if short else "too_long", at, **limit)
        return
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        if cell is None or (place == key and isinstance(cell, str) and not cell.strip()):
            if place == key:
                yield problem("missing_key", f"{at}/{place}", key=column["name"])
        elif typed_value(column.get("type", "string"), cell) is None:
            expected, given = Term(column.get("type", "string")), Term(json_type(cell))
            yield problem("wrong_type", f"{at}/{place}", expected=expected, found=given)
