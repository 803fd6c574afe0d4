"""JSON Schemas (draft 2020-12) of the envelope, of a kind's params and of whole documents, and a way to walk them."""

import copy
from collections.abc import Iterator
from typing import Any

from document.envelope import DIALECT, envelope_schema
from document.pointer import Path
from nodes.kit.catalog import Catalog
from nodes.kit.duration import format_duration
from nodes.kit.kind import Kind

Schema = dict[str, Any]

SETTING_PATTERN = r"^\$[a-z][a-z0-9_]{0,31}$"
_BRANCHES = ("anyOf", "oneOf", "allOf")
_ALTERNATIVE: Schema = {"type": "string", "pattern": SETTING_PATTERN, "description": "$ and the name of a setting"}
_PLAIN: dict[type[Kind], Schema] = {}
_IN_DOCUMENTS: dict[type[Kind], Schema] = {}

__all__ = ["document_schema", "envelope_schema", "facts", "params_schema", "places", "plain_schema"]


def plain_schema(kind: type[Kind]) -> Schema:
    """Schema of a kind's params once settings are resolved. Shared: do not change it."""
    if kind not in _PLAIN:
        _PLAIN[kind] = _plain_schema(kind)
    return _PLAIN[kind]


def _plain_schema(kind: type[Kind]) -> Schema:
    schema = kind.Params.model_json_schema()
    for part in _subschemas(schema):
        _tidy(part)
    schema["type"] = "object"
    return schema


def params_schema(kind: type[Kind]) -> Schema:
    """Schema of a kind's params as they stand in a document: a settable one also takes "$name". Shared."""
    if kind not in _IN_DOCUMENTS:
        _IN_DOCUMENTS[kind] = _with_settings(kind)
    return _IN_DOCUMENTS[kind]


def _with_settings(kind: type[Kind]) -> Schema:
    schema: Schema = copy.deepcopy(plain_schema(kind))
    for part in list(_subschemas(schema)):
        if part.get("x-suiro", {}).get("settable") and not _takes_any_text(part):
            outer = {key: part.pop(key) for key in ("default", "description", "examples", "x-suiro") if key in part}
            inner = dict(part)
            part.clear()
            part.update(anyOf=[inner, _ALTERNATIVE], **outer)
    return schema


def document_schema(catalog: Catalog) -> Schema:
    """Schema of whole documents for tools outside: the envelope, and for each kind its params."""
    schema: Schema = copy.deepcopy(envelope_schema())
    node = schema["$defs"]["node"]
    node["properties"]["kind"] = {"enum": [kind.id for kind in catalog]}
    node["allOf"] = []
    for kind in catalog:
        params = copy.deepcopy(params_schema(kind))
        for name, part in params.pop("$defs", {}).items():
            schema["$defs"][f"{kind.id}.{name}"] = part
        _rename_refs(params, kind.id)
        for name in [n for n in schema["$defs"] if n.startswith(f"{kind.id}.")]:
            _rename_refs(schema["$defs"][name], kind.id)
        then: Schema = {"properties": {"params": params}}
        if params.get("required"):
            then["required"] = ["params"]
        node["allOf"].append({"if": {"properties": {"kind": {"const": kind.id}}}, "then": then})
    return {"$schema": DIALECT, **schema}


def places(schema: Schema, value: Any, path: Path = ()) -> Iterator[tuple[Path, list[Schema], Any]]:
    """Every value inside `value` (itself first) with its path and the parts of `schema` that may describe it."""
    yield from _places(expand([schema], schema), schema, value, path)


def facts(parts: list[Schema]) -> dict[str, Any]:
    """The `x-suiro` marks of all parts together."""
    return {key: fact for part in parts for key, fact in part.get("x-suiro", {}).items()}


def expand(parts: list[Schema], root: Schema) -> list[Schema]:
    """`parts`, with what they refer to and all branches of their anyOf, oneOf and allOf."""
    found: list[Schema] = []
    seen: set[int] = set()
    queue = list(parts)
    while queue:
        part = queue.pop(0)
        if not isinstance(part, dict) or id(part) in seen:
            continue
        seen.add(id(part))
        found.append(part)
        if isinstance(ref := part.get("$ref"), str):
            queue.append(root.get("$defs", {}).get(ref.removeprefix("#/$defs/"), {}))
        for word in _BRANCHES:
            queue.extend(part.get(word, ()))
    return found


def _places(parts: list[Schema], root: Schema, value: Any, path: Path) -> Iterator[tuple[Path, list[Schema], Any]]:
    yield path, parts, value
    if isinstance(value, dict):
        for key, item in value.items():
            inner = [p["properties"][key] for p in parts if key in p.get("properties", {})]
            inner = inner or [
                p["additionalProperties"] for p in parts if isinstance(p.get("additionalProperties"), dict)
            ]
            yield from _places(expand(inner, root), root, item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            inner = [p["prefixItems"][index] for p in parts if index < len(p.get("prefixItems", ()))]
            inner += [p["items"] for p in parts if isinstance(p.get("items"), dict)]
            yield from _places(expand(inner, root), root, item, (*path, index))


def _subschemas(schema: Schema) -> Iterator[Schema]:
    """Every schema inside `schema`, innermost first, itself last."""
    for word in ("properties", "$defs"):
        for part in schema.get(word, {}).values():
            yield from _subschemas(part)
    for word in (*_BRANCHES, "prefixItems"):
        for part in schema.get(word, ()):
            yield from _subschemas(part)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from _subschemas(schema[word])
    yield schema


def _tidy(part: Schema) -> None:
    """Take out what Pydantic adds and no reader needs: titles, null branches of optionals, raw defaults."""
    part.pop("title", None)
    if part.get("type") == "string":  # limits of a duration count milliseconds, which no schema of texts can say
        for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            part.pop(word, None)
    branches = [branch for branch in part.get("anyOf", ()) if branch != {"type": "null"}]
    if "anyOf" in part:
        part["anyOf"] = branches
    if len(branches) == 1:
        del part["anyOf"]
        for key, inner in branches[0].items():
            part[key] = {**inner, **part.get(key, {})} if key == "x-suiro" else part.get(key, inner)
    if "default" in part:
        if part["default"] is None:
            del part["default"]
        elif part.get("x-suiro", {}).get("format") == "duration" and isinstance(part["default"], int):
            part["default"] = format_duration(part["default"])


def _takes_any_text(part: Schema) -> bool:
    return part.get("type") == "string" and not part.keys() & {"pattern", "enum", "const", "format", "maxLength"}


def _rename_refs(schema: Schema, kind_id: str) -> None:
    for part in _subschemas(schema):
        ref = part.get("$ref")
        if isinstance(ref, str) and not ref.startswith(f"#/$defs/{kind_id}."):
            part["$ref"] = f"#/$defs/{kind_id}." + ref.removeprefix("#/$defs/")
