"""Which flows name a table, and which of them run with what it held before."""

from collections import defaultdict
from typing import Any

from django.db.models import Prefetch
from msgspec.structs import replace

from flows.checking import errors_in, problems_of
from flows.mapping import ids_named
from flows.models import Flow, Table, TableContent, Workspace
from flows.registered import loaded_tables, registry_of
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry

Entry = dict[str, Any]


def uses_of_tables(workspace: Workspace) -> dict[str, list[Entry]]:
    """By table: {"id", "name", "status", "deployed", "older"} of each flow that names it, in the draft or as deployed.
    `older`: it runs with what the table held before."""
    now = dict(Table.objects.of(workspace).values_list("ref", "content"))
    contents = Prefetch("deployed__tables", TableContent.objects.of(workspace).only("ref"))
    flows = Flow.objects.of(workspace).filter(binned=None).select_related("deployed").prefetch_related(contents)
    found: dict[str, list[Entry]] = defaultdict(list)
    for flow in flows.order_by("name"):
        kept = (
            {content.ref: content.pk for content in flow.deployed.tables.all()} if flow.wanted and flow.deployed else {}
        )
        for ref in sorted(ids_named(flow.document, full_catalog(), "tables") | set(kept)):
            facts = {"id": str(flow.id), "name": flow.name, "status": flow.status}
            older = ref in kept and kept[ref] != now.get(ref)
            found[ref].append(facts | {"deployed": ref in kept, "older": older})
    return found


def problems_with(workspace: Workspace, entry: Entry, lang: str) -> dict[str, list[str]]:
    """By flow that names the table: errors that its draft would have if the table were as in `entry` and has not now."""
    before = registry_of(workspace)
    after = _with(before, entry)
    found = {}
    for flow in Flow.objects.of(workspace).filter(binned=None):
        if entry["id"] not in ids_named(flow.document, full_catalog(), "tables"):
            continue
        known = {_place(p) for p in errors_in(problems_of(flow.document, workspace, lang, registry=before))}
        errors = errors_in(problems_of(flow.document, workspace, lang, registry=after))
        if fresh := [p["message"] for p in errors if _place(p) not in known]:
            found[str(flow.id)] = fresh
    return found


def _with(registry: Registry, entry: Entry) -> Registry:
    tables = loaded_tables([{key: value for key, value in entry.items() if key != "rows"}])
    return replace(registry, tables=registry.tables | tables)


def _place(problem: Entry) -> tuple[str, str]:
    return problem["code"], problem["path"]
