"""Registered tables: a column as a limit, or as something to tell."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Doing, Step
from nodes.kit.things import DeviceType, Table, TableColumn, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader


def column_of(
    reader: "TriggerReader", span: Span, type_: DeviceType, spans: list[Span]
) -> tuple[TypeField, Step] | None:
    """A column that `span` names and how it is looked up for this type; only where the table is named, or set down before,
    or the column's name belongs to nothing else."""
    for name in span.named("column"):
        table = reader.registry.tables.get(name.owner or "")
        column = table.column(name.id) if table is not None else None
        if (
            table is None
            or column is None
            or not (_speaks_of(table, spans) or table.id in reader.given.tables or len(span.text) > 4)
        ):
            continue
        key = key_field(reader, table, type_)
        kind = next((m for m in reader.kinds.all("name") if "<table>" in m[1].params.values()), None)
        if key is not None and kind is not None:
            step = Step(
                kind, {"<table>": table.id, "<field>": key}, {"take": [column.name]}, column.name, named="known"
            )
            made = TypeField(name=column.name, type=column.type, unit=column.unit, label=column.label)
            return made, step
    return None


def _speaks_of(table: Table, spans: list[Span]) -> bool:
    return any(name.id == table.id for span in spans for name in span.named("table"))


def key_field(reader: "TriggerReader", table: Table, type_: DeviceType) -> str | None:
    """The field whose value is looked up: one that is called like the key column."""
    key = table.column(table.key)
    words = _words(key.name, key) if key is not None else {table.key.lower()}
    for field in type_.fields:
        own = {field.name.lower(), *(w.lower() for w in field.label.values()), *(w.lower() for w in field.also)}
        if own & words:
            return field.name
    texts = [f.name for f in type_.fields if f.type == "string"]
    return texts[0] if len(texts) == 1 and key is not None and key.type == "string" else None


def _words(name: str, column: TableColumn) -> set[str]:
    return {name.lower(), *(word.lower() for word in column.label.values())}


def told(reader: "TriggerReader", doing: Doing, spans: list[Span], type_: DeviceType) -> None:
    """What is told out of a table is looked up before."""
    for span in spans:
        found = column_of(reader, span, type_, spans)
        if found is None:
            continue
        column, step = found
        doing.steps.append(step)
        doing.shown.append((reader.label(column), column.name, column.unit))
        span.used = True
        for other in spans:
            other.used = other.used or bool(other.named("table"))
