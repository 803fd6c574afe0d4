"""What a model fills in instead of a document: closed objects, every key there, made from the catalog and the registry.

`more` holds, as JSON text, whatever of a document the closed objects have no place for (tests, layout, notes), so that
nothing is lost on the way there and back.
"""

import json
from typing import Any

from llm.shapes import JSON_TEXT, Schema, Shape, from_pairs, same
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.kit.things import Registry

MOST_IDS = 100
"""Ids that are listed as the only allowed ones; of more any text is taken and the validator says what is unknown."""
_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"anyOf": [{"type": "string"}, {"type": "null"}]}
_SETTING = ("name", "value", "unit", "label", "assumed", "help")


class Projection:
    """Both ways between documents and what a model writes, for one catalog and registry."""

    def __init__(self, catalog: Catalog, registry: Registry) -> None:
        self.catalog, self.registry = catalog, registry
        self.shapes = {kind.id: self._params_shapes(kind) for kind in catalog}

    def _ids(self, ref: str) -> list[str] | None:
        registry = self.registry
        known: dict[str, list[str]] = {
            "type": list(registry.types), "device": list(registry.devices), "destination": list(registry.destinations),
            "model": list(registry.models), "table": list(registry.tables),
        }  # fmt: skip
        ids = known.get(ref)
        return ids if ids and len(ids) <= MOST_IDS else None

    def _params_shapes(self, kind: type[Kind]) -> dict[str, Shape]:
        schema = kind.Params.model_json_schema(by_alias=True)
        return {name: Shape(part, schema, self._ids) for name, part in schema.get("properties", {}).items()}

    def schema(self) -> Schema:
        """The JSON Schema of the whole answer, within the limits of structured outputs."""
        question = _closed({
            "id": _TEXT, "text": _TEXT, "setting": _MAYBE,
            "options": {"type": "array", "items": _closed({"value": {"anyOf": [{"type": t} for t in ("string", "number", "boolean")]}, "label": _TEXT})},
            "default": {"anyOf": [{"type": t} for t in ("string", "number", "boolean")]}, "why": _TEXT,
        })  # fmt: skip
        setting = _closed({
            "name": _TEXT, "value": {"anyOf": [{"type": t} for t in ("number", "string", "boolean")]}, "unit": _MAYBE,
            "label": _MAYBE, "assumed": {"type": "boolean"}, "help": _MAYBE,
        })  # fmt: skip
        return _closed({
            "plan": _TEXT,
            "name": _TEXT,
            "time_zone": _MAYBE,
            "settings": {"type": "array", "items": setting},
            "nodes": {"type": "array", "items": {"anyOf": [self._node_schema(kind) for kind in self.catalog]}},
            "explanation": _TEXT,
            "questions": {"type": "array", "items": question},
            "not_built": {"type": "array", "items": _closed({"words": _TEXT, "reason": _TEXT})},
            "more": _MORE,
        })  # fmt: skip

    def _node_schema(self, kind: type[Kind]) -> Schema:
        required = kind.Params.model_json_schema(by_alias=True).get("required", [])
        params = {name: shape.nullable(name in required) for name, shape in self.shapes[kind.id].items()}
        wire = _closed({"port": _MAYBE, "refs": {"type": "array", "items": _TEXT}})
        return _closed({
            "id": _TEXT, "kind": {"type": "string", "enum": [kind.id]}, "label": _MAYBE,
            "inputs": {"type": "array", "items": wire}, "params": _closed(params), "more": _MORE,
        })  # fmt: skip

    def to_model(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document as the model would write it."""
        rest = {key: value for key, value in document.items() if key not in ("name", "time_zone", "settings", "nodes")}
        if rest.get("suiro") == 1:
            del rest["suiro"]
        settings, strange = [], {}
        for name, setting in (document.get("settings") or {}).items():
            plain = isinstance(setting, dict) and set(setting) <= set(_SETTING) - {"name"} and "value" in setting
            if plain and isinstance(setting["value"], str | int | float) and None not in setting.values():
                known = {"unit": None, "label": None, "help": None, "assumed": False}
                settings.append({"name": name, **known, **setting})
                if "assumed" not in setting:
                    strange[name] = setting
            else:
                strange[name] = setting
        if strange or document.get("settings") == {}:
            rest["settings"] = strange
        return {
            "plan": "", "name": document.get("name", ""), "time_zone": document.get("time_zone"),
            "settings": [s for s in settings if s["name"] not in strange],
            "nodes": [self.node_to_model(node) for node in document.get("nodes", [])],
            "explanation": "", "questions": [], "not_built": [], "more": _more(rest),
        }  # fmt: skip

    def node_to_model(self, node: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in node.items() if key not in ("id", "kind", "from", "params", "label")}
        shapes = self.shapes.get(node.get("kind", ""), {})
        params, strange = dict.fromkeys(shapes), {}
        for name, value in (node.get("params") or {}).items():
            encoded = _encoded(shapes.get(name), value)
            if encoded is None:
                strange[name] = value
            else:
                params[name] = encoded
        if strange or "params" not in node:
            rest["params"] = strange if "params" in node else None
        sources = node.get("from")
        inputs = [{"port": None, "refs": sources}] if isinstance(sources, list) else [
            {"port": port, "refs": refs} for port, refs in (sources or {}).items()
        ]  # fmt: skip
        return {"id": node.get("id", ""), "kind": node.get("kind", ""), "label": node.get("label"), "inputs": inputs,
                "params": params, "more": _more(rest)}  # fmt: skip

    def to_document(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The document that the model wrote, as far as it can be read; the validator judges it."""
        rest = from_pairs(answer.get("more") or [])
        document: dict[str, Any] = {"suiro": 1}
        for key in ("name", "time_zone"):
            if answer.get(key):
                document[key] = answer[key]
        settings = {**_settings(answer.get("settings")), **_object(rest.pop("settings", None))}
        if settings:
            document["settings"] = settings
        nodes = answer.get("nodes")
        document["nodes"] = [self.node_to_document(node) for node in nodes] if isinstance(nodes, list) else nodes
        return {**document, **rest}

    def node_to_document(self, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        rest = from_pairs(node.get("more") or []) if isinstance(node.get("more"), list) else {}
        found: dict[str, Any] = {key: node[key] for key in ("id", "kind", "label") if node.get(key) is not None}
        sources = _sources(node)
        if sources:
            found["from"] = sources
        shapes = self.shapes.get(str(node.get("kind")), {})
        written = node.get("params")
        written = from_pairs(written) if isinstance(written, list) else _object(written)
        params = {name: shapes[name].decode(v) if name in shapes else v for name, v in written.items() if v is not None}
        extra = rest.pop("params", {})
        if extra is not None:
            found["params"] = {**params, **_object(extra)}
        return {**found, **rest}


_MORE: Schema = {"type": "array", "items": {"type": "object", "properties": {"name": _TEXT, "json": JSON_TEXT},
                                            "required": ["name", "json"], "additionalProperties": False}}  # fmt: skip


def _closed(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _more(rest: dict[str, Any]) -> list[dict[str, str]]:
    return [{"name": name, "json": json.dumps(value, ensure_ascii=False)} for name, value in rest.items()]


def _encoded(shape: Shape | None, value: Any) -> Any:
    """None where the shape would lose something."""
    if shape is None or value is None:
        return None
    try:
        encoded = shape.encode(value)
        return encoded if same(shape.decode(encoded), value) else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _settings(written: Any) -> dict[str, Any]:
    if isinstance(written, dict):
        return written
    found = {}
    for setting in written if isinstance(written, list) else []:
        if isinstance(setting, dict) and isinstance(setting.get("name"), str):
            found[setting["name"]] = {k: v for k, v in setting.items() if k != "name" and v is not None}
    return found


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sources(node: dict[str, Any]) -> Any:
    if "from" in node:
        return node["from"]
    inputs = [wire for wire in node.get("inputs") or [] if isinstance(wire, dict)]
    if len(inputs) == 1 and not inputs[0].get("port"):
        return inputs[0].get("refs")
    return {str(wire.get("port") or "in"): wire.get("refs") for wire in inputs}
