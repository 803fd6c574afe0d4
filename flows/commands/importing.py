"""Flows that come from a file. What is broken is refused by name and nothing is stored; what is only unfinished, or
names things that nobody knows here, opens a draft with problems."""

import re
import uuid
from typing import Any

from django.db import transaction

from document.limits import refusals
from document.parse import parse
from document.problems import AREAS, render
from document.registry import load_registry
from document.registry import registry_json as plain
from document.validate import validate
from flows.commands.deploying import NotSound
from flows.commands.flows import change_flow, flow_of, new_flow
from flows.commands.registry import register_things
from flows.mapping import SECTIONS, Mapping, unknown_ids, with_ids
from flows.models import Flow, Membership
from flows.registered import registry_json, registry_of
from flows.rights import MEMBER, needs
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Registry

LARGEST = 1_048_576
LARGEST_FILE = 8 * LARGEST
"""Bytes of a file: tables may come along with a flow."""
_NEVER = set(AREAS["The file"]) | {
    "unknown_key", "unknown_kind", "unsupported_version", "too_many_nodes", "duplicate_id", "bad_id", "unknown_node",
    "unknown_port", "unknown_input", "no_outputs", "source_with_from", "cycle", "many_problems",
}  # fmt: skip
"""What makes a file no flow at all."""
_MALFORMED = {"wrong_type", "missing_key", "bad_pattern", "not_allowed_value", "too_long", "out_of_range"}
"""What is refused in the document's frame, and is a problem to solve inside a node's params and in tests."""
_OPEN_ENDED = re.compile(r"/nodes/\d+/params(/|$)|/tests/")


@needs(MEMBER)
def import_flow(
    member: Membership, document: Any, registry: Any = None, lang: str = "en", *, add: bool = False
) -> tuple[Flow, list[dict[str, Any]]]:
    """A new draft from a file's text or document, and the ids in it that are unknown here (flows.mapping.unknown_ids).
    `registry`: what came along; with `add` its things that the workspace lacks are registered. Raises NotSound."""
    document, registry = _read(document, registry, lang)
    problems = refusals(document, LARGEST) or validate(
        document, full_catalog(), None, lang=lang, zone=member.workspace.zone
    )
    refused = [render(found, lang) for found in problems if _is_refused(found)]
    if refused:
        raise NotSound(refused)
    brought, _ = load_registry(registry if isinstance(registry, dict | str) else {})
    with transaction.atomic():
        if add:
            _add_missing(member, brought, lang)
        flow = new_flow(member, document=document, author="import")
    known = registry_of(member.workspace)
    return flow, unknown_ids(document, full_catalog(), known, brought, lang)


@needs(MEMBER)
@transaction.atomic
def map_ids(
    member: Membership, flow_id: uuid.UUID, mapping: Mapping, registry: Any, add: dict[str, list[str]], lang: str
) -> Flow:
    """Put known ids in the place of unknown ones in the draft; of `registry`, which came with the file, register what
    `add` names by section. Raises FlowGone, RefusedEntries."""
    flow = flow_of(member, flow_id, lock=True)
    if any(add.values()):
        brought, _ = load_registry(registry if isinstance(registry, dict) else {})
        _add_missing(member, _part(brought, {section: set(ids) for section, ids in add.items()}), lang)
    clean = {section: mapping.get(section, {}) for section in SECTIONS.values()}
    return change_flow(member, flow_id, with_ids(flow.document, clean, full_catalog()), flow.revision)


def refuse_oversize(document: dict[str, Any], lang: str = "en") -> None:
    """Raises NotSound when the document is larger or deeper than any document may be."""
    problems = refusals(document, LARGEST)
    if problems:
        raise NotSound([render(p, lang) for p in problems])


def _read(document: Any, registry: Any, lang: str) -> tuple[Any, Any]:
    """Document and registry, whether they came as text, apart, or in one file."""
    if isinstance(document, str):
        parsed, problems = parse(document, LARGEST_FILE)
        if parsed is None:
            raise NotSound([render(p, lang) for p in problems])
        document = parsed
    if isinstance(document, dict) and "nodes" not in document and isinstance(document.get("document"), dict):
        return document["document"], document.get("registry", registry)
    return document, registry


def _is_refused(found: Problem) -> bool:
    if found.code in _NEVER:
        return True
    nameless = found.path == "" and found.args.get("key") == "name"  # a draft gets one
    return found.code in _MALFORMED and not nameless and not _OPEN_ENDED.match(found.path)


def _part(brought: Registry, wanted: dict[str, set[str]]) -> Registry:
    """What is named in `wanted`: types with their devices and commands; devices and commands with their types."""
    types = {
        id: type_
        for id, type_ in brought.types.items()
        if id in wanted.get("types", ()) or wanted.get("commands", set()) & {c.id for c in type_.commands}
    }
    devices = {id: d for id, d in brought.devices.items() if id in wanted.get("devices", ()) or d.type in types}
    types |= {d.type: brought.types[d.type] for d in devices.values() if d.type in brought.types}
    return Registry(
        types=types,
        devices=devices,
        destinations={id: d for id, d in brought.destinations.items() if id in wanted.get("destinations", ())},
        models={id: m for id, m in brought.models.items() if id in wanted.get("models", ())},
        tables={id: t for id, t in brought.tables.items() if id in wanted.get("tables", ())},
    )


def _add_missing(member: Membership, brought: Registry, lang: str) -> None:
    """Only ids that are not registered here: a file never changes what the workspace knows."""
    given, fresh = plain(brought), {}
    for section, rows in registry_json(member.workspace).items():
        here = {row["id"] for row in rows}
        fresh[section] = [row for row in given.get(section, []) if row["id"] not in here]
    if any(fresh.values()):
        register_things(member, fresh, lang)
