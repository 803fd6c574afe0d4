"""Which language models the nodes of a document ask, and whether there is access to them."""

from collections.abc import Iterator
from typing import Any

from document.problems import problem
from document.schema import facts, places, plain_schema
from flows.model_access import model_access_of
from flows.models import ModelProfile, Workspace
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import Kind
from nodes.kit.problem import Problem
from runtime.deploy import CHAT, DEFAULT_MODEL


def models_of(document: Any, *, needed: bool = False) -> dict[str, str]:
    """Ids of the language models that nodes ask, each with the JSON Pointer of the first node that does; with `needed` without those
    that a node would use where they are there, and can do without."""
    found: dict[str, str] = {}
    nodes = document.get("nodes") if isinstance(document, dict) else None
    settings = document.get("settings") if isinstance(document, dict) else None
    for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
        kind = full_catalog().get(node.get("kind")) if isinstance(node, dict) else None
        if kind is None or node.get("off") or kind.model_task != CHAT:
            continue
        params = node.get("params")
        for model in _models(kind, params if isinstance(params, dict) else {}, settings):
            if kind.model_needed or not needed or model != DEFAULT_MODEL:
                found.setdefault(model, f"/nodes/{index}")
    return found


def models_without_access(document: Any, workspace: Workspace) -> Iterator[Problem]:
    """A problem for every model that is asked and cannot be reached."""
    asked = models_of(document, needed=True)
    if not asked:
        return
    rows = ModelProfile.objects.of(workspace).filter(ref__in=asked, task=CHAT).exclude(base_url="")
    reached = set(rows.values_list("ref", flat=True))
    if model_access_of(workspace) is not None:
        reached.add(DEFAULT_MODEL)
    for model, path in asked.items():
        if model not in reached:
            yield problem("no_model" if model == DEFAULT_MODEL else "no_model_access", path, id=model)


def _models(kind: type[Kind], params: dict[str, Any], settings: Any) -> Iterator[str]:
    schema = plain_schema(kind)
    for name, part in schema.get("properties", {}).items():
        known = facts([part])
        if known.get("ref") == "model" and not known.get("spare") and params.get(name) is None:
            yield DEFAULT_MODEL
    for _, parts, value in places(schema, params):
        if isinstance(value, str) and facts(parts).get("ref") == "model":
            setting = settings.get(value[1:]) if value.startswith("$") and isinstance(settings, dict) else None
            yield str(setting.get("value")) if isinstance(setting, dict) else value
