"""What real traffic suggests: device types with a topic pattern, typed fields with units where named, devices, last
values. Everything here was chosen by strangers: it is cut short and shown as text."""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

Entry = dict[str, Any]
_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
_WORD = re.compile(r"^[a-z][a-z_]*$")
_UNITS = {
    "c": "°C", "celsius": "°C", "degc": "°C", "f": "°F", "fahrenheit": "°F", "k": "K", "pct": "%", "percent": "%",
    "hpa": "hPa", "kpa": "kPa", "mpa": "MPa", "pa": "Pa", "bar": "bar", "ppm": "ppm", "ppb": "ppb", "v": "V",
    "mv": "mV", "a": "A", "ma": "mA", "w": "W", "kw": "kW", "kwh": "kWh", "wh": "Wh", "hz": "Hz", "rpm": "rpm",
    "lux": "lx", "lx": "lx", "db": "dB", "mm": "mm", "cm": "cm", "m": "m", "km": "km", "kg": "kg", "g": "g",
    "l": "L", "lpm": "L/min", "ms": "ms", "s": "s", "kmh": "km/h", "mps": "m/s",
}  # fmt: skip
_TIMES = {"ts", "time", "timestamp", "at", "datetime", "date_time", "time_ms", "ts_ms"}
MOST_TOPICS, MOST_FIELDS, DEEPEST = 2_000, 60, 4
MOST_LEVELS = 32


def suggestions(topics: list[Entry], known: Entry, lang: str) -> list[Entry]:
    """Suggested types, largest first: {"type": registry entry, "devices": [...], "values": {field: last},
    "topics": count}. What the registry `known` already reads is left out."""
    payloads = {}
    for seen in topics[:MOST_TOPICS]:
        topic, data = str(seen.get("topic", "")), _decoded(seen.get("payload"))
        if (
            data
            and topic.count("/") < MOST_LEVELS
            and not topic.startswith(("$", "suiro/", "fleet/"))
            and not _read_already(topic, known)
        ):
            payloads[topic] = data
    taken = {entry["id"] for entry in known.get("types", [])}
    devices = {entry["id"] for entry in known.get("devices", [])}
    found = []
    for pattern, members in sorted(_families(payloads).items(), key=lambda item: -len(item[1])):
        suggestion = _suggestion(pattern, members, payloads, taken, devices)
        if suggestion:
            taken.add(suggestion["type"]["id"])
            found.append(suggestion)
    return found


def _families(payloads: dict[str, Entry]) -> dict[str, dict[str, str]]:
    """Pattern with {device} -> {device: topic}. Topics with the same length and the same fields that differ in one
    level are a family; a topic alone takes the level that looks most like a name."""
    by_shape: dict[tuple[int, tuple[str, ...]], list[str]] = defaultdict(list)
    for topic, data in payloads.items():
        by_shape[len(topic.split("/")), tuple(sorted(data))].append(topic)
    families: dict[str, dict[str, str]] = defaultdict(dict)
    for topics in by_shape.values():
        siblings = Counter(around for topic in topics for around in _around(topic))
        for topic in topics:
            place = _device_level(topic, siblings)
            parts = topic.split("/")
            device = parts[place]
            pattern = "/".join("{device}" if i == place else part for i, part in enumerate(parts))
            if _ID.match(device):
                families[pattern][device] = topic
    return families


def _around(topic: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """For each level of the topic, its place and all other levels: topics that share one differ in that level alone."""
    parts = topic.split("/")
    for place in range(len(parts)):
        yield place, (*parts[:place], *parts[place + 1 :])


def _device_level(topic: str, siblings: Counter[tuple[int, tuple[str, ...]]]) -> int:
    parts = topic.split("/")
    counts = []
    for place, others in _around(topic):
        looks_like_a_name = bool(re.search(r"\d", parts[place]))
        counts.append((siblings[place, others], looks_like_a_name, place == max(0, len(parts) - 2), place))
    return max(counts)[3]


def _suggestion(
    pattern: str, members: dict[str, str], payloads: dict[str, Entry], taken: set[str], known: set[str]
) -> Entry | None:
    latest = [payloads[topic] for topic in members.values()]
    fields, time = _fields(latest)
    if not fields:
        return None
    id = _type_id(pattern, members, taken)
    entry: Entry = {"id": id, "label": {"en": id.replace("_", " ")}, "topic": pattern, "qos": 1}
    entry |= {"fields": fields, "commands": []}
    if time:
        entry["time"] = time
    names = sorted(device for device in members if device not in known)
    return {
        "type": entry,
        "devices": [{"id": device, "type": id, "label": {}, "attributes": {}} for device in names],
        "values": {device: _values(payloads[members[device]], fields) for device in names},
        "topics": len(members),
    }


def _fields(payloads: list[Entry]) -> tuple[list[Entry], Entry | None]:
    flat: dict[str, list[Any]] = defaultdict(list)
    for data in payloads:
        for path, value in _leaves(data):
            flat[path].append(value)
    time = next((found for path, values in flat.items() if (found := _time(path, values[0]))), None)
    units = {path.rpartition(".")[0]: values[0] for path, values in flat.items() if path.rpartition(".")[2] == "unit"}
    fields: list[Entry] = []
    names: set[str] = set()
    for path, values in flat.items():
        last = path.rpartition(".")[2]
        if (time and path == time["path"]) or last == "unit" or len(fields) >= MOST_FIELDS:
            continue
        parent = path.rpartition(".")[0]
        name, unit = _name_and_unit(parent if last == "value" and parent else path)
        if parent in units and last in {"value", "v", "val"} and isinstance(units[parent], str):
            unit = units[parent][:16]
        if name in names:
            name = re.sub(r"[^a-z0-9_]", "_", path.lower())
        names.add(name)
        field: Entry = {"name": name, "type": _type(values)}
        if path != name:
            field["path"] = path
        if unit and field["type"] in {"number", "integer"}:
            field |= {"unit": unit, "type": "number"}
        fields.append(field)
    return fields, time


def _leaves(data: Entry, above: str = "", depth: int = 1) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in data.items():
        if not isinstance(key, str) or not re.match(r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$", key):
            continue
        path = f"{above}{key}"
        if isinstance(value, dict) and {"lat", "lon"} <= set(value):
            found.append((path, value))
        elif isinstance(value, dict) and depth < DEEPEST:
            found += _leaves(value, f"{path}.", depth + 1)
        elif isinstance(value, bool | int | float | str):
            found.append((path, value))
    return found


def _name_and_unit(path: str) -> tuple[str, str | None]:
    """`temp_c` -> temp, °C; `t.temp` -> temp, no unit."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", path.rpartition(".")[2]).lower().replace("-", "_")
    head, _, tail = name.rpartition("_")
    if head and tail in _UNITS:
        return head, _UNITS[tail]
    return name, None


def _type(values: list[Any]) -> str:
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(isinstance(value, dict) for value in values):
        return "location"
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    return "string"


def _time(path: str, value: Any) -> Entry | None:
    if path.rpartition(".")[2].lower() not in _TIMES:
        return None
    if isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d", value):
        return {"path": path, "format": "rfc3339"}
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        if 1e12 < value < 1e13:
            return {"path": path, "format": "ms"}
        if 1e9 < value < 1e10:
            return {"path": path, "format": "s"}
    return None


def _values(data: Entry, fields: list[Entry]) -> Entry:
    leaves = dict(_leaves(data))
    return {field["name"]: leaves.get(str(field.get("path", field["name"]))) for field in fields}


def _type_id(pattern: str, members: dict[str, str], taken: set[str]) -> str:
    """What the devices are called in common (`kiln-1`, `kiln-2` -> kiln), else the level before them."""
    stems = {re.sub(r"[-_]?\d+$", "", device).lower().replace("-", "_") for device in members}
    parts = pattern.split("/")
    before = parts[parts.index("{device}") - 1] if parts.index("{device}") else "device"
    stem = stems.pop() if len(stems) == 1 else ""
    id = stem if stem and _WORD.match(stem) else re.sub(r"[^a-z0-9_]", "_", before.lower()).rstrip("s") or "device"
    fresh, number = id, 2
    while fresh in taken:
        fresh, number = f"{id}_{number}", number + 1
    return fresh


def _decoded(payload: Any) -> Entry | None:
    """A payload as an object of fields; a bare number or text becomes the field `value`."""
    if isinstance(payload, dict):
        return payload
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            payload = payload[:200]
    if isinstance(payload, dict):
        return payload
    return {"value": payload} if isinstance(payload, int | float | str) and payload != "" else None


def _read_already(topic: str, known: Entry) -> bool:
    """Whether a registered type with a registered device reads this topic, or a registered command writes it."""
    devices = defaultdict(set)
    for device in known.get("devices", []):
        devices[device["type"]].add(device["id"])
    for entry in known.get("types", []):
        for pattern in [entry.get("topic"), *(command.get("topic") for command in entry.get("commands", []))]:
            found = re.fullmatch(re.escape(pattern or "").replace(r"\{device\}", "([^/]+)"), topic)
            if pattern and found and (not found.groups() or found.group(1) in devices[entry["id"]]):
                return True
    return False
