"""Registered tables as pages and the API show them."""

from typing import Any

from flows.models import Table
from flows.showing import ms
from flows.tables.sheet import folded
from nodes.kit.things import spoken

Entry = dict[str, Any]


def table_row(row: Table, uses: list[Entry], lang: str) -> Entry:
    """One line of the list; never the rows."""
    columns = [{**column, "shown": column_word(column, lang)} for column in row.content.columns]
    return {
        "id": row.ref,
        "label": row.label,
        "also": row.also,
        "shown": spoken(row.label, lang, row.ref),
        "key": row.content.key,
        "key_shown": next(column["shown"] for column in columns if column["name"] == row.content.key),
        "columns": columns,
        "count": row.content.count,
        "replaced": ms(row.content.created),
        "flows": uses,
    }


def rows_with(row: Table, text: str, most: int) -> tuple[list[list[Any]], int]:
    """The first rows in which `text` stands in some cell, and how many there are."""
    wanted = folded(text)
    rows = row.content.rows
    found = [r for r in rows if any(wanted in folded(_said(c)) for c in r if c is not None)] if wanted else rows
    return found[:most], len(found)


def header_of(row: Table, lang: str) -> list[str]:
    """The words of the columns with their units, so that the file is read again as it was; the name where two columns
    have the same words."""
    words = [_with_unit(column, column_word(column, lang)) for column in row.content.columns]
    return [
        word if words.count(word) == 1 else column["name"]
        for word, column in zip(words, row.content.columns, strict=True)
    ]


def column_word(column: Entry, lang: str) -> str:
    return spoken(column.get("label") or {}, lang, column["name"])


def _with_unit(column: Entry, word: str) -> str:
    return f"{word} ({column['unit']})" if column.get("unit") else word


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
