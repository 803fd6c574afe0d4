"""A document as a file: always in the same order, so that a diff in git shows what changed and nothing else."""

import hashlib
import json
from typing import Any

from nodes.kit.catalog import Catalog, full_catalog

TOP = ("suiro", "name", "description", "time_zone", "delivery", "settings", "nodes", "tests", "layout", "notes")
NODE = ("id", "kind", "label", "off", "time_zone", "from", "params")
SETTING = ("value", "unit", "label", "assumed", "help")
TEST = ("name", "description", "start", "until", "given", "expect", "only", "answers")
ROW = ("node", "device", "topic", "type", "at", "within", "from", "every", "until", "time", "after", "count", "data")
UNSEEN = ("layout", "notes")
"""Keys that do not change what a flow does."""


def pretty(document: dict[str, Any], catalog: Catalog | None = None) -> str:
    """`document` as it is written to a file: known keys in their usual order, params as their kind lists them."""
    return json.dumps(in_order(document, catalog or full_catalog()), ensure_ascii=False, indent=2) + "\n"


def in_order(document: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    """A copy of `document` with its keys in the usual order."""
    ordered = _sorted(document, TOP)
    if isinstance(document.get("settings"), dict):
        ordered["settings"] = {name: _sorted(s, SETTING) for name, s in document["settings"].items()}
    if isinstance(document.get("nodes"), list):
        ordered["nodes"] = [_node(node, catalog) for node in document["nodes"]]
    if isinstance(document.get("tests"), list):
        ordered["tests"] = [_test(test) for test in document["tests"]]
    return ordered


def version_of(document: dict[str, Any]) -> str:
    """A name (sha256, 64 hex digits) for what the flow does: the same for any order of keys, layout and notes."""
    seen = {key: _plain(value) for key, value in document.items() if key not in UNSEEN}
    canonical = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _node(node: Any, catalog: Catalog) -> Any:
    ordered = _sorted(node, NODE)
    kind = catalog.get(ordered.get("kind")) if isinstance(ordered, dict) else None
    if kind is not None and isinstance(ordered.get("params"), dict):
        names = tuple(field.alias or name for name, field in kind.Params.model_fields.items())
        ordered["params"] = _sorted(ordered["params"], names)
    return ordered


def _test(test: Any) -> Any:
    ordered = _sorted(test, TEST)
    for key in ("given", "expect", "answers"):
        if isinstance(ordered, dict) and isinstance(ordered.get(key), list):
            ordered[key] = [_sorted(row, ROW) for row in ordered[key]]
    return ordered


def _sorted(value: Any, order: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    known = {key: value[key] for key in order if key in value}
    return known | {key: value[key] for key in sorted(value.keys() - known.keys())}


def _plain(value: Any) -> Any:
    """80.0 and 80 are one number: JSON written by a browser does not tell them apart."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
