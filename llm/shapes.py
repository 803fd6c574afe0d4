"""How one value of a document looks to a model whose answers are bound to a schema, and back.

Structured outputs know no open maps and no absent keys: a map becomes a list of names and values, an absent key null,
and a value of unknown form its JSON text.
"""

import json
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
SCALARS: dict[str, Any] = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}
JSON_TEXT: Schema = {"type": "string", "description": "JSON text"}
_KEPT = ("enum", "description")


def same(one: Any, two: Any) -> bool:
    """Equal as JSON: true is not 1, key order does not matter."""
    return json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)


class Shape:
    """One JSON Schema (with its `$defs` in `root`) as a strict schema with `encode` and `decode`. `ids` gives the
    allowed ids of a reference, e.g. of destinations, or None where any text may stand."""

    def __init__(self, schema: Schema, root: Schema, ids: Callable[[str], list[str] | None]) -> None:
        self.schema, self.root, self.ids = _resolved(schema, root), root, ids
        self.marks: Schema = self.schema.get("x-suiro") or {}
        self.parts = [
            self._of(part) for part in self.schema.get("anyOf", []) if _resolved(part, root).get("type") != "null"
        ]

    def _of(self, schema: Schema) -> "Shape":
        return Shape(schema, self.root, self.ids)

    def strict(self) -> Schema:
        """The schema that the model sees: every object closed, every key required."""
        plain = self._strict()
        if not self.marks.get("settable") or (plain.get("type") == "string" and "enum" not in plain):
            return plain
        setting = {"type": "string", "description": "or $name of a setting"}
        return {"anyOf": [*plain.get("anyOf", [plain]), setting]}

    def _strict(self) -> Schema:
        if self.parts:
            return {"anyOf": [part for shape in self.parts for part in (lambda s: s.get("anyOf", [s]))(shape.strict())]}
        kind = self.schema.get("type")
        if kind in SCALARS:
            return {"type": kind, **self._limits()}
        if kind == "array" and self._item() is not None:
            item = self._item()
            return {"type": "array", "items": item.strict()} if item else JSON_TEXT
        if kind == "object" and self.schema.get("properties"):
            properties = {name: shape.nullable(name in self._required()) for name, shape in self._properties().items()}
            return {
                "type": "object",
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        if kind == "object":
            return {"type": "array", "items": _pair(self._map_value())}
        return JSON_TEXT

    def nullable(self, required: bool) -> Schema:
        strict = self.strict()
        return strict if required else {"anyOf": [*strict.get("anyOf", [strict]), {"type": "null"}]}

    def _limits(self) -> Schema:
        limits = {key: self.schema[key] for key in _KEPT if key in self.schema}
        allowed = self.ids(self.marks["ref"]) if "ref" in self.marks and not self.marks.get("same") else None
        if allowed and not self.marks.get("settable"):
            limits["enum"] = allowed
        return limits

    def _item(self) -> "Shape | None":
        prefix = self.schema.get("prefixItems")
        items = self.schema.get("items") or (prefix[0] if prefix else None)
        return self._of(items) if isinstance(items, dict) else None

    def _properties(self) -> "dict[str, Shape]":
        return {name: self._of(part) for name, part in self.schema["properties"].items()}

    def _required(self) -> list[str]:
        return list(self.schema.get("required", []))

    def _map_value(self) -> Schema | None:
        """The strict schema of a map's values; None where they may be anything, then they are JSON text."""
        value = self.schema.get("additionalProperties")
        if not isinstance(value, dict):
            return None
        strict = self._of(value).strict()
        scalars = all(part.get("type") in SCALARS for part in strict.get("anyOf", [strict]))
        return strict if scalars and strict is not JSON_TEXT else None

    def encode(self, value: Any) -> Any:
        """`value` as the model writes it. Raises ValueError where this schema has no room for it."""
        if self.marks.get("settable") and isinstance(value, str) and value.startswith("$"):
            return value
        if self.parts:
            return self._first(value, lambda shape: shape.encode(value), lambda shape, out: shape.decode(out))
        kind = self.schema.get("type")
        if kind in SCALARS:
            if isinstance(value, bool) != (kind == "boolean") or not isinstance(value, SCALARS[kind]):
                raise ValueError(kind)
            return value
        if kind == "array" and (item := self._item()) is not None:
            return [item.encode(each) for each in _list(value)]
        if kind == "object" and self.schema.get("properties"):
            return self._encode_object(_dict(value))
        if kind == "object":
            plain = self._map_value() is not None
            return [
                {"name": name, **({"value": v} if plain else {"json": _text(v)})} for name, v in _dict(value).items()
            ]
        return _text(value)

    def _encode_object(self, value: dict[str, Any]) -> dict[str, Any]:
        shapes = self._properties()
        if set(value) - set(shapes):
            raise ValueError("unknown keys")
        return {name: shape.encode(value[name]) if name in value else None for name, shape in shapes.items()}

    def _first(self, value: Any, run: Callable[["Shape"], Any], back: Callable[["Shape", Any], Any]) -> Any:
        for shape in self.parts:
            try:
                found = run(shape)
                if same(back(shape, found), value):
                    return found
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
        raise ValueError("no alternative fits")

    def decode(self, value: Any) -> Any:
        """What the model wrote as the document has it; what does not fit is left as it is, for the validator to say."""
        if self.marks.get("settable") and isinstance(value, str) and value.startswith("$"):
            return value
        if self.parts:
            return self._decode_any(value)
        kind = self.schema.get("type")
        if kind in SCALARS:
            return value
        if kind == "array" and (item := self._item()) is not None:
            return [item.decode(each) for each in value] if isinstance(value, list) else value
        if kind == "object" and isinstance(value, dict) and self.schema.get("properties"):
            shapes = self._properties()
            return {name: shapes[name].decode(v) if name in shapes else v for name, v in value.items() if v is not None}
        if kind == "object":
            return from_pairs(value) if isinstance(value, list) else value
        return _parsed(value)

    def _decode_any(self, value: Any) -> Any:
        for shape in self.parts:
            if shape.holds(value):
                return shape.decode(value)
        return value

    def holds(self, value: Any) -> bool:
        """Whether `value`, as a model wrote it, has the form of this shape."""
        if self.parts:
            return any(shape.holds(value) for shape in self.parts)
        kind = self.schema.get("type")
        if kind in SCALARS:
            return isinstance(value, SCALARS[kind]) and isinstance(value, bool) == (kind == "boolean")
        if kind == "array":
            return isinstance(value, list) and not (
                value and isinstance(value[0], dict) and set(value[0]) <= {"name", "value", "json"}
            )
        if kind == "object" and self.schema.get("properties"):
            return isinstance(value, dict)
        return isinstance(value, list | dict) if kind == "object" else isinstance(value, str)


def _pair(value: Schema | None) -> Schema:
    key = "json" if value is None else "value"
    properties = {"name": {"type": "string"}, key: value or JSON_TEXT}
    return {"type": "object", "properties": properties, "required": ["name", key], "additionalProperties": False}


def from_pairs(pairs: list[Any]) -> dict[str, Any]:
    """A list of {"name", "value" | "json"} as the map that it stands for."""
    found = {}
    for pair in pairs:
        if isinstance(pair, dict) and isinstance(pair.get("name"), str):
            found[pair["name"]] = pair["value"] if "value" in pair else _parsed(pair.get("json"))
    return found


def _resolved(schema: Schema, root: Schema) -> Schema:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return _resolved(root.get("$defs", {})[name], root)
    return schema


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _parsed(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError("no list")
    return list(value)


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value
