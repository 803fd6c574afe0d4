"""Flows that come from a file. What is broken is refused by name and nothing is stored; unknown ids open a draft."""

from typing import Any

from django.db import transaction

from document.limits import refusals
from document.parse import parse
from document.problems import render
from document.registry import load_registry
from document.validate import validate
from flows.commands.deploying import NotSound
from flows.commands.flows import new_flow
from flows.commands.registry import load_things
from flows.models import Flow, Membership
from flows.registered import registry_json
from nodes.kit.catalog import full_catalog

LARGEST = 1_048_576


def import_flow(member: Membership, document: Any, registry: Any = None, lang: str = "en") -> Flow:
    """A new draft from a file's text or document; `registry` adds what the workspace does not have yet. Raises
    NotSound: unknown kinds, extra keys, cycles, dangling ports and over-limits are refused, unknown ids are not."""
    if isinstance(document, str):
        parsed, problems = parse(document)
        if parsed is None:
            raise NotSound([render(p, lang) for p in problems])
        document = parsed
    if isinstance(document, dict) and "nodes" not in document and isinstance(document.get("document"), dict):
        document, registry = document["document"], document.get("registry", registry)
    problems = refusals(document, LARGEST) or validate(
        document, full_catalog(), None, lang=lang, zone=member.workspace.zone
    )
    errors = [shown for shown in (render(p, lang) for p in problems) if shown["severity"] == "error"]
    if errors:
        raise NotSound(errors)
    with transaction.atomic():
        if registry:
            _add_missing(member, registry, lang)
        return new_flow(member, document=document, author="import")


def refuse_oversize(document: dict[str, Any], lang: str = "en") -> None:
    """Raises NotSound when the document is larger or deeper than any document may be."""
    problems = refusals(document, LARGEST)
    if problems:
        raise NotSound([render(p, lang) for p in problems])


def _add_missing(member: Membership, registry: Any, lang: str) -> None:
    """Only ids that are not registered here: a file never changes what the workspace knows."""
    if isinstance(registry, str):
        loaded, _ = load_registry(registry)
        from document.registry import registry_json as plain

        registry = plain(loaded)
    known = registry_json(member.workspace)
    fresh = {}
    for section, rows in known.items():
        here = {row["id"] for row in rows}
        given = registry.get(section) if isinstance(registry, dict) else None
        fresh[section] = [row for row in given or [] if isinstance(row, dict) and row.get("id") not in here]
    if any(fresh.values()):
        load_things(member.workspace, fresh, lang)
