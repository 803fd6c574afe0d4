"""registry.json (CONTRACTS section 3) <-> Registry. What cannot be read is left out and named; the rest is used."""

import contextlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from document.envelope import DEVICE_ID
from document.limits import refusals, sound_text
from document.nearest import nearest
from document.parse import json_type, parse
from document.problems import problem
from document.schema import facts, places, plain_schema
from document.settings import resolved
from document.shapes import settings_of
from document.tables import MOST_TABLES, sound_table
from document.wiring import nodes_of
from document.words.terms import Term
from nodes.kit.catalog import Catalog
from nodes.kit.duration import parse_duration
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape
from nodes.kit.things import (
    Command,
    Destination,
    Device,
    DeviceType,
    Model,
    Registry,
    Table,
    TableColumn,
    TypeField,
)  # fmt: skip

LARGEST = 16 * 1_048_576
"""Largest registry file (bytes)."""
_SECRETS = ("address", "url", "webhook", "token", "secret", "password", "key")
MOST_SHARED = 4_096
"""Fields and commands that are kept to be shared."""
_OFTEN_ALIKE = (TypeField, Command)
_NAMED = (TypeField, TableColumn)
"""What has a name inside of its thing instead of an id."""
_DEFAULTS: dict[type[Any], dict[str, Any]] = {
    struct: {field.name: field.default for field in msgspec.structs.fields(struct)}
    for struct in (DeviceType, TypeField, Command, Device, Destination, Model, Table, TableColumn)
}
T = TypeVar("T", DeviceType, Device, Destination, Model, Table)
Entry = dict[str, Any]


def load_registry(data: dict[str, Any] | bytes | str) -> tuple[Registry, list[Problem]]:
    """The registry in `data` and what was wrong with it, by JSON Pointer into that file; never raises.

    Unknown keys are ignored. What is left out, while the rest can be used, is a warning; a file that cannot be read
    at all is an error. `args["file"]` of each problem says that its place is not in the document.
    """
    registry, problems = _loaded(data)
    for found in problems:
        found.args["file"] = "registry.json"
    return registry, problems


def _loaded(data: Any) -> tuple[Registry, list[Problem]]:
    if isinstance(data, bytes | str):
        parsed, problems = parse(data, LARGEST)
        if parsed is None:
            return Registry(), problems
        data = parsed
    elif problems := refusals(data, LARGEST):
        return Registry(), problems
    if not isinstance(data, dict):
        return Registry(), [problem("bad_registry", "")]
    found: list[Problem] = []
    registry = Registry(
        types=_section(data, "types", DeviceType, _type, found),
        devices=_section(data, "devices", Device, _device, found),
        destinations=_section(data, "destinations", Destination, _destination, found),
        models=_section(data, "models", Model, None, found),
        tables=_section(data, "tables", Table, _table, found, MOST_TABLES),
    )
    entries = data.get("devices")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        id = entry.get("id") if isinstance(entry, dict) else None
        device = registry.devices.get(id) if isinstance(id, str) else None
        if device is not None and device.type not in registry.types:
            near = nearest(device.type, registry.types)
            found.append(problem("unknown_type", f"/devices/{index}/type", id=device.type, nearest=near))
    for skipped in found:
        skipped.severity = "warning"
    return registry, found


def registry_json(registry: Registry) -> dict[str, Any]:
    """The shape of registry.json: what is absent or usual is left out."""
    return {
        "types": [_type_json(type_) for type_ in registry.types.values()],
        "devices": [_plain(device, Device) for device in registry.devices.values()],
        "destinations": [_plain(d, Destination) | {"service": d.service} for d in registry.destinations.values()],
        "models": [_plain(m, Model) | {"task": m.task} for m in registry.models.values()],
        "tables": [_table_json(table) for table in registry.tables.values()],
    }


def slice_for(document: dict[str, Any], registry: Registry, catalog: Catalog) -> Registry:
    """What of `registry` the flow needs: named destinations, models and tables; named types with all their devices and
    the types and devices of its commands."""
    named: dict[str, set[str]] = {ref: set() for ref in ("type", "device", "destination", "model", "table")}
    settings = settings_of(document)
    for _, node in nodes_of(document):
        kind = catalog.get(node.get("kind"))
        params = node.get("params", {})
        if kind is None or not isinstance(params, dict):
            continue
        for _, parts, value in places(plain_schema(kind), resolved(params, kind, settings, Shape()).params):
            if isinstance(value, str) and (ref := facts(parts).get("ref")) in named:
                named[ref].add(value)
        for name, part in plain_schema(kind).get("properties", {}).items():
            if name not in params and part.get("x-suiro", {}).get("ref") == "model":
                named["model"].update(registry.models)
    types = named["type"] | {registry.devices[id].type for id in named["device"] if id in registry.devices}
    return Registry(
        types={id: t for id, t in registry.types.items() if id in types},
        devices={id: d for id, d in registry.devices.items() if d.type in named["type"] or id in named["device"]},
        destinations={id: d for id, d in registry.destinations.items() if id in named["destination"]},
        models={id: m for id, m in registry.models.items() if id in named["model"]},
        tables={id: t for id, t in registry.tables.items() if id in named["table"]},
    )


def schema_problem(schema: Any) -> str | None:
    """Why `schema` does not describe values (None: it does). References that leave it are refused."""
    try:
        Draft202012Validator.check_schema(schema)
    except (SchemaError, RecursionError, re.error, ValueError, TypeError) as refusal:
        return str(getattr(refusal, "message", refusal))[:200]
    stack = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if any(not str(part[word]).startswith("#") for word in ("$ref", "$dynamicRef", "$id") if word in part):
                return "$ref"
            if "patternProperties" in part:
                return "patternProperties"  # jsonschema would match it in exponential time
            if isinstance(part.get("pattern"), str) and not _matchable(part["pattern"]):
                return "pattern"
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
    return None


def _matchable(pattern: str) -> bool:
    """Whether `pattern` is matched in linear time (see document.readable)."""
    import re2  # three megabytes, for who has commands with patterns

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except (re2.error, ValueError):
        return False
    return True


def _section(
    data: Entry,
    name: str,
    struct: type[T],
    prepare: Callable[[Entry, str, list[Problem]], Entry | None] | None,
    found: list[Problem],
    most: int | None = None,
) -> dict[str, T]:
    entries = data.get(name)
    if entries is not None and not isinstance(entries, list):
        found.append(problem("wrong_type", f"/{name}", expected=Term("array"), found=Term(json_type(entries))))
    given = entries if isinstance(entries, list) else []
    if most is not None and len(given) > most:
        found.append(problem("too_long", f"/{name}", max=most, count=len(given)))
    things: dict[str, T] = {}
    for index, entry in enumerate(given[:most]):
        path = f"/{name}/{index}"
        if not isinstance(entry, dict):
            found.append(problem("wrong_type", path, expected=Term("object"), found=Term(json_type(entry))))
            continue
        entry = _said(entry)
        prepared = prepare(entry, path, found) if prepare else entry
        thing = None if prepared is None else _converted(prepared, struct, path, found)
        if thing is None:
            continue
        if thing.id in things:
            found.append(problem("duplicate_id", f"{path}/id", id=thing.id))
            continue
        things[thing.id] = thing
    return things


def _said(entry: Entry) -> Entry:
    """Without nulls, and with a label given as one text said so in both languages."""
    entry = {key: value for key, value in entry.items() if value is not None}
    if isinstance(label := entry.get("label"), str):
        entry["label"] = {"ja": label, "en": label}
    return entry


def _converted(entry: Entry, struct: type[Any], path: str, found: list[Problem]) -> Any:
    pattern = DEVICE_ID if struct is Device else r"^[^\s/+#{}]{1,64}$"
    name = "name" if struct in _NAMED else "id"
    given = entry.get(name)
    if name not in entry:
        found.append(problem("missing_key", path, key=name))
    elif not isinstance(given, str) or not re.fullmatch(pattern, given, re.ASCII) or not sound_text(given):
        found.append(problem("bad_id", f"{path}/{name}", value=given, pattern=pattern.strip("^$")))
    else:
        try:
            return _shared(msgspec.convert(entry, struct))
        except msgspec.ValidationError as refusal:
            where = re.search(r" - at `\$(.*)`$", str(refusal))
            below = re.sub(r"\.|\[(\d+)\]", lambda m: "/" + (m.group(1) or ""), where.group(1)) if where else ""
            below = "" if "..." in (where.group(1) if where else "") else below
            detail = str(refusal).partition(" - at")[0]
            found.append(problem("registry_entry_skipped", path + below, id=given, detail=detail))
    return None


def _shared(thing: Any) -> Any:
    """Fields and commands that are alike are one object, in however many types and slices they stand."""
    if isinstance(thing, _OFTEN_ALIKE):
        with contextlib.suppress(OverflowError):  # a number that JSON of 64 bits does not hold
            return _read_once(type(thing), msgspec.json.encode(thing))
    return thing


@lru_cache(maxsize=MOST_SHARED)
def _read_once(struct: type[Any], written: bytes) -> Any:
    return msgspec.json.decode(written, type=struct)


def _type(entry: Entry, path: str, found: list[Problem]) -> Entry:
    fields = _kept(entry, "fields", TypeField, path, found)
    commands = [c for c in _kept(entry, "commands", Command, path, found) if _sound(c, path, found)]
    return entry | {"fields": fields, "commands": commands}


def _kept(entry: Entry, key: str, struct: type[Any], path: str, found: list[Problem]) -> list[Any]:
    """The inner entries that can be read, each named once and made `struct`."""
    entries = entry.get(key, [])
    if not isinstance(entries, list):
        found.append(problem("wrong_type", f"{path}/{key}", expected=Term("array"), found=Term(json_type(entries))))
        return []
    kept: dict[str, Any] = {}
    for index, inner in enumerate(entries):
        at = f"{path}/{key}/{index}"
        if not isinstance(inner, dict):
            found.append(problem("wrong_type", at, expected=Term("object"), found=Term(json_type(inner))))
            continue
        inner = _said(inner)
        thing = _converted(inner, struct, at, found)
        if thing is None:
            continue
        name = inner["name" if struct in _NAMED else "id"]
        if name in kept:
            found.append(problem("duplicate_id", at, id=name))
        else:
            kept[name] = thing
    return list(kept.values())


def _sound(command: Command, path: str, found: list[Problem]) -> bool:
    """A command whose values or cooldown cannot be understood must not be sent."""
    if schema_problem(command.values) is not None:
        found.append(problem("bad_schema", f"{path}/commands", id=command.id))
        return False
    try:
        parse_duration(command.cooldown or "0s")
    except ValueError:
        found.append(problem("bad_duration", f"{path}/commands", value=command.cooldown))
        return False
    return True


def _device(entry: Entry, path: str, found: list[Problem]) -> Entry:
    return entry


def _destination(entry: Entry, path: str, found: list[Problem]) -> Entry:
    for key in _SECRETS:
        if key in entry:
            found.append(problem("secret_in_file", f"{path}/{key}", key=key))
    return entry


def _table(entry: Entry, path: str, found: list[Problem]) -> Entry | None:
    """None where a column cannot be read: its cells would stand under another."""
    columns = [msgspec.to_builtins(column) for column in _kept(entry, "columns", TableColumn, path, found)]
    given = entry.get("columns", [])
    if not isinstance(given, list) or len(columns) != len(given):
        return None
    return sound_table(entry | {"columns": columns}, path, found)


def _type_json(type_: DeviceType) -> Entry:
    plain = _plain(type_, DeviceType)
    if type_.time is not None:
        plain["time"] = {"path": type_.time.path, "format": type_.time.format}
    plain["fields"] = [_plain(field, TypeField) | {"type": field.type} for field in type_.fields]
    plain["commands"] = [_plain(c, Command) | {"values": c.values, "approval": c.approval} for c in type_.commands]
    return plain


def _table_json(table: Table) -> Entry:
    columns = [_plain(column, TableColumn) | {"type": column.type} for column in table.columns]
    return _plain(table, Table) | {"columns": columns}


def _plain(thing: Any, struct: type[Any]) -> Entry:
    """`thing` as JSON without what equals its default."""
    defaults = _DEFAULTS[struct]
    shown = {key: value for key, value in msgspec.to_builtins(thing).items() if value != defaults[key]}
    return {key: value for key, value in shown.items() if value not in ({}, [])}
