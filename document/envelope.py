"""The JSON Schema of everything in a document but the params of its nodes (CONTRACTS section 2)."""

from functools import cache
from typing import Any

from nodes.kit.duration import PATTERN as DURATION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = r"^[a-z][a-z0-9_]{0,31}$"
DEVICE_ID = r"^[A-Za-z0-9_-]{1,64}$"
WIRE = r"^[^.]+(\.[^.]+)?$"
MAX_NODES = 500
MAX_BYTES = 1_048_576
"""Largest document (bytes of UTF-8 JSON)."""
FORMAT = 1
"""The only number that `suiro` may have so far."""

Schema = dict[str, Any]


@cache
def envelope_schema() -> Schema:
    """The schema of documents with any params. Shared: do not change it."""
    return {
        "type": "object",
        "properties": {
            "suiro": {"const": FORMAT},
            "name": _text(200),
            "nodes": {"type": "array", "maxItems": MAX_NODES, "items": {"$ref": "#/$defs/node"}},
            "description": _text(10_000, 0),
            "time_zone": {"type": "string"},
            "delivery": {"enum": ["durable", "fast"]},
            "settings": {
                "type": "object",
                "maxProperties": 500,
                "propertyNames": {"pattern": ID},
                "additionalProperties": {"$ref": "#/$defs/setting"},
            },
            "tests": {"type": "array", "maxItems": 100, "items": {"$ref": "#/$defs/test"}},
            "layout": {"type": "object"},
            "notes": {"type": ["array", "object", "string"]},
        },
        "required": ["suiro", "name", "nodes"],
        "additionalProperties": False,
        "$defs": {"node": _node(), "setting": _setting(), "test": _test(), "given": _given()}
        | {"expect": _expect(), "answer": _answer()},
    }


def _text(longest: int, shortest: int = 1) -> Schema:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def _duration() -> Schema:
    return {"type": "string", "pattern": DURATION}


def _closed(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _node() -> Schema:
    wires = {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": WIRE}}
    properties = {
        "id": {"type": "string", "pattern": ID},
        "kind": {"type": "string"},
        "label": _text(200, 0),
        "off": {"type": "boolean"},
        "time_zone": {"type": "string"},
        "from": {"type": ["array", "object"], "additionalProperties": wires} | wires | {"type": ["array", "object"]},
        "params": {"type": "object"},
    }
    return _closed(properties, "id", "kind")


def _setting() -> Schema:
    value = {"type": ["number", "boolean", "string"], "maxLength": 1000}
    properties = {
        "value": value,
        "unit": _text(40),
        "label": _text(200, 0),
        "assumed": {"type": "boolean"},
        "help": _text(2000, 0),
    }
    return _closed(properties, "value")


def _test() -> Schema:
    rows = {"type": "array", "maxItems": 1000}
    properties = {
        "name": _text(200),
        "description": _text(2000, 0),
        "start": _text(40),
        "until": _duration(),
        "given": rows | {"items": {"$ref": "#/$defs/given"}},
        "expect": rows | {"items": {"$ref": "#/$defs/expect"}},
        "answers": rows | {"items": {"$ref": "#/$defs/answer"}},
        "only": {"type": "boolean"},
    }
    return _closed(properties, "name", "expect")


def _given() -> Schema:
    properties = {
        "device": {"type": "string", "pattern": DEVICE_ID},
        "type": {"type": "string"},
        "topic": _text(1000),
        "node": {"type": "string"},
        "at": _duration(),
        "from": _duration(),
        "every": _duration(),
        "until": _duration(),
        "data": {},
    }
    return _closed(properties, "data")


def _expect() -> Schema:
    properties = {
        "node": {"type": "string"},
        "device": {"type": ["string", "null"]},
        "at": _duration(),
        "within": _duration(),
        "count": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
        "data": {"type": "object"},
    }
    return _closed(properties, "node")


def _answer() -> Schema:
    properties = {
        "node": {"type": "string"},
        "device": {"type": ["string", "null"]},
        "time": {"type": ["string", "integer"]},
        "after": _duration(),
        "answer": {},
        "error": _text(200),
        "repeat": {"type": ["boolean", "integer"]},
    }
    return _closed(properties, "node")
