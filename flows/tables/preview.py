"""What a person sees before a table is kept."""

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

import msgspec

from flows.models import Table, Workspace
from flows.registered import table_json
from flows.tables.changes import changes
from flows.tables.reading import Reading, Wish
from flows.tables.sheet import language_of
from flows.tables.uses import problems_with, uses_of_tables
from flows.tables.words import fault_json

Entry = dict[str, Any]
FIRST, FAULTY = 6, 12
"""Rows that are shown: the first, and the first of those with faults."""
MOST_SAMPLES = 3


def preview(reading: Reading) -> Entry:
    """The columns, some rows as they stand in the file, and what is wrong."""
    sheet = reading.sheet
    return {
        "encoding": sheet.encoding,
        "separator": sheet.separator,
        "count": sheet.total,
        "key": reading.key,
        "columns": [_column(column, reading) for column in reading.columns],
        "rows": _rows(reading),
        "faults": [fault_json(fault, reading) for fault in reading.faults],
        "fault_count": reading.counts.total(),
    }


def comparison(workspace: Workspace, row: Table, reading: Reading, lang: str) -> Entry:
    """What replacing the rows of the registered table would change, and what that means for flows."""
    entry = reading.entry(Wish(id=row.ref, label=row.label, also=row.also))
    found = changes(table_json(row, rows=True), entry)
    troubled = problems_with(workspace, entry, lang)
    uses = uses_of_tables(workspace).get(row.ref, [])
    return {
        **found._asdict(),
        "any": found.any(),
        "flows": [{**use, "problems": troubled.get(use["id"], [])} for use in uses],
    }


def proposed_id(name: str, taken: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Id and label from the name of a file."""
    stem = re.sub(r"\s*(\(\d+\)| - (copy|コピー))$", "", PurePath(name.replace("\\", "/")).stem, flags=re.IGNORECASE)
    spoken = re.sub(r"[\s_]+", " ", stem).strip()[:200]
    id = re.sub(r"[\W_]+", "-", stem.lower()).strip("-")[:56] or "table"
    known, number, free = set(taken), 2, id
    while free in known:
        free, number = f"{id}-{number}", number + 1
    return free, {language_of(spoken): spoken} if spoken else {}


def _column(column: Any, reading: Reading) -> Entry:
    cells = [row.cells[column.place] for row in reading.sheet.rows if column.place < len(row.cells)]
    filled = [cell for cell in cells if cell]
    samples = list(dict.fromkeys(filled[:50]))[:MOST_SAMPLES]
    return {**msgspec.structs.asdict(column), "filled": len(filled), "samples": [cell[:60] for cell in samples]}


def _rows(reading: Reading) -> list[Entry]:
    faulty = {fault.row for fault in reading.faults}
    width = len(reading.columns)
    shown = [row for place, row in enumerate(reading.sheet.rows) if place < FIRST or row.number in faulty]
    return [
        {"row": row.number, "cells": [cell[:120] for cell in (*row.cells, *[""] * width)][:width]}
        for row in shown[: FIRST + FAULTY]
    ]
