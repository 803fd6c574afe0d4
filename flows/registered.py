"""The registry of a workspace, read from its tables in the shape of registry.json (CONTRACTS section 3)."""

from typing import Any

from django.db.models import Model, QuerySet
from msgspec import to_builtins
from msgspec.structs import replace

from document.registry import load_registry, slice_for
from flows.models import (
    Destination,
    Device,
    DeviceType,
    FlowVersion,
    ModelProfile,
    ModelVersion,
    Table,
    TableContent,
    TrainedModel,
    Workspace,
)
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Model as Trained
from nodes.kit.things import Registry
from nodes.kit.things import Table as LoadedTable
from runtime.deploy import EMBED

Entry = dict[str, Any]


def registry_json(workspace: Workspace, *, rows: bool = False) -> Entry:
    """All registered things, destinations without their addresses; tables without their rows unless with `rows`: there
    may be a hundred thousand, and only what looks something up needs them."""
    return {
        "types": [type_json(row) for row in DeviceType.objects.of(workspace)],
        "devices": [device_json(row) for row in Device.objects.of(workspace).select_related("type")],
        "destinations": [{**_named(row), "service": row.service} for row in Destination.objects.of(workspace)],
        "models": [{**_named(row), "task": row.task} for row in ModelProfile.objects.of(workspace).exclude(task=EMBED)]
        + trained_json(workspace),
        "tables": [table_json(row, rows=rows) for row in tables_of(workspace, rows=rows)],
    }


def registry_of(workspace: Workspace) -> Registry:
    """The same as a value for validator and compiler."""
    registry, _ = load_registry(registry_json(workspace))
    return registry


def slice_of(workspace: Workspace, document: Entry) -> Registry:
    """What the document needs of it, its tables with their rows."""
    part = slice_for(document, registry_of(workspace), full_catalog())
    named = tables_of(workspace, rows=True).filter(ref__in=part.tables)
    return replace(part, tables=loaded_tables([table_json(row, rows=True) for row in named]))


def registry_for(version: FlowVersion) -> Registry:
    """What is registered, with the tables of this version as they were when it was deployed, all without rows."""
    kept = loaded_tables([content_json(content) for content in version.tables.defer("rows")])
    known = registry_of(version.workspace)
    return replace(known, tables={**known.tables, **kept})


def trained_json(workspace: Workspace) -> list[Entry]:
    """The local models as they are now: without a version, one cannot be asked."""
    rows = TrainedModel.objects.of(workspace).exclude(current=None).select_related("current").defer("rows")
    return [to_builtins(trained_thing(row, row.current)) | _named(row) for row in rows if row.current is not None]


def trained_thing(row: TrainedModel, version: ModelVersion) -> Trained:
    """A local model for validator and editor, as it is in this version."""
    picture = version.about.get("picture")
    return Trained(
        id=row.ref,
        task=row.task,
        label=row.label,
        labels=list(version.about.get("labels") or ()),
        inputs=list(version.about.get("inputs") or ()),
        picture=[picture["width"], picture["height"]] if picture else [],
    )


def tables_of(workspace: Workspace, *, rows: bool = False) -> QuerySet[Table]:
    """The registered tables with what they hold; without `rows` those stay in the database."""
    found = Table.objects.of(workspace).select_related("content")
    return found if rows else found.defer("content__rows")


def loaded_tables(entries: list[Entry]) -> dict[str, LoadedTable]:
    """Tables of registry.json by id."""
    registry, _ = load_registry({"tables": entries})
    return registry.tables


def table_json(row: Table, *, rows: bool = False) -> Entry:
    return {**_named(row), **content_json(row.content, rows=rows)}


def content_json(content: TableContent, *, rows: bool = False) -> Entry:
    """What a table held at one time, as in registry.json but without the words that people use for it."""
    known = {"id": content.ref, "key": content.key, "columns": content.columns}
    return {**known, "rows": content.rows} if rows else known


def type_json(row: DeviceType) -> Entry:
    found: Entry = {**_named(row), "qos": row.qos, "fields": row.fields, "commands": row.commands}
    if row.topic:
        found["topic"] = row.topic
    if row.time:
        found["time"] = row.time
    return found


def device_json(row: Device) -> Entry:
    return {**_named(row), "type": row.type.ref, "attributes": row.attributes}


def _named(row: Model) -> Entry:
    found = {"id": row.ref, "label": row.label}  # type: ignore[attr-defined]
    return {**found, "also": row.also} if row.also else found  # type: ignore[attr-defined]
