"""What tables hold: contents that never change. A table shows its newest; a deployed flow keeps those it was deployed
with; one that neither needs any more is thrown away."""

from typing import Any

import msgspec
from django.db.models import Sum

from document.tables import MOST_TABLES
from flows.mapping import ids_named
from flows.models import Flow, FlowVersion, Table, TableContent, Workspace
from nodes.kit.catalog import full_catalog

MOST_BYTES = 12 * 1024 * 1024
"""Of all tables of a workspace together, their rows as JSON: a worker takes 16 MiB in one message (runtime/control.py),
and a flow may name every table."""
Entry = dict[str, Any]


class TablesFull(Exception):
    """More tables, or more in them, than a workspace may have. `code` and `facts` are those of a problem."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def put_table(workspace: Workspace, entry: Entry) -> Table:
    """Register the table of a sound entry of registry.json, or change the one that has its id. Raises TablesFull."""
    row = Table.objects.of(workspace).select_related("content").filter(ref=entry["id"]).first()
    row = row or Table(workspace=workspace, ref=entry["id"])
    row.label, row.also = entry.get("label", {}), entry.get("also", [])
    if row.content_id is None or not _holds(row.content, entry):
        row.content = _content(workspace, entry)
    row.save()
    _refuse_too_much(workspace)
    forget_unused(workspace)
    return row


def keep_tables(version: FlowVersion) -> bool:
    """Have the version keep what the tables that it names hold now; what it keeps already stays as it is. Returns
    whether that makes a difference."""
    named = ids_named(version.running_document(), full_catalog(), "tables")
    kept = {content.ref: content.pk for content in version.tables.only("ref")}
    fresh = Table.objects.of(version.workspace).filter(ref__in=named - set(kept)).values_list("content", flat=True)
    wanted = {pk for ref, pk in kept.items() if ref in named} | set(fresh)
    version.tables.set(wanted)
    return wanted != set(kept.values())


def forget_unused(workspace: Workspace) -> None:
    """Throw away what no table shows and no deployed flow keeps."""
    deployed = Flow.objects.of(workspace).exclude(deployed=None).values("deployed")
    TableContent.objects.of(workspace).filter(tables=None).exclude(versions__in=deployed).only("pk").delete()


def _holds(content: TableContent, entry: Entry) -> bool:
    known = {"key": content.key, "columns": content.columns, "rows": content.rows}
    return known == {"key": entry["key"], "columns": entry["columns"], "rows": entry.get("rows", [])}


def _content(workspace: Workspace, entry: Entry) -> TableContent:
    """One that a flow keeps is the table's again when it holds the same."""
    rows = entry.get("rows", [])
    facts = {"ref": entry["id"], "key": entry["key"], "count": len(rows), "size": len(msgspec.json.encode(rows))}
    alike = TableContent.objects.of(workspace).filter(**facts)
    known = next((content for content in alike if _holds(content, entry)), None)
    return known or TableContent.objects.add(workspace, **facts, columns=entry["columns"], rows=rows)


def _refuse_too_much(workspace: Workspace) -> None:
    tables = Table.objects.of(workspace)
    if (count := tables.count()) > MOST_TABLES:
        raise TablesFull("too_long", max=MOST_TABLES, count=count)
    if (size := tables.aggregate(size=Sum("content__size"))["size"]) > MOST_BYTES:
        raise TablesFull("too_large", size=size, limit=MOST_BYTES)
