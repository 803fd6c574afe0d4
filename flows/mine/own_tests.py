"""The tests of the flow, in the names and units of the real devices."""

from typing import Any

from flows.mine.chosen import Choice, Document, choice_of, pairs_of, told
from nodes.kit.things import Registry, TypeField
from nodes.kit.unit import convert, same_unit


def on_real_things(test: Document, document: Document, choice: Choice, virtual: Registry, real: Registry) -> Document:
    """A test of `document`: what is given as it really comes; who is expected by their real ids."""
    every = {"types": {id: {"to": id} for id in virtual.types}}
    sources = [node["params"]["type"] for node in document["nodes"] if choice_of(node, every)]
    only = sources[0] if len(sources) == 1 else None
    devices = {**_stand_ins(test, only, choice, real), **(choice.get("devices") or {})}
    nodes = {node["id"]: node for node in document["nodes"]}
    rows = {
        "given": [_given(row, only, devices, choice, virtual, real) for row in test.get("given") or []],
        "expect": [_expected(row, nodes, devices, choice, virtual) for row in test.get("expect") or []],
    }
    if "answers" in test:
        rows["answers"] = [_of_device(row, devices) for row in test["answers"]]
    return {**test, **rows}


def _given(
    row: Document, only: str | None, devices: dict[str, str], choice: Choice, virtual: Registry, real: Registry
) -> Document:
    type = row.get("type") or only
    of, data = (choice.get("types") or {}).get(type), row.get("data")
    if of and of.get("to") and isinstance(data, dict):
        data = _as_it_comes(data, list(pairs_of(of, str(type), virtual, real)))
        row = {**row, "data": data, **({"type": of["to"]} if "type" in row else {})}
    return _of_device(row, devices)


def _expected(
    row: Document, nodes: dict[str, Document], devices: dict[str, str], choice: Choice, virtual: Registry
) -> Document:
    """A command is expected by its real name, with its real values."""
    data, node = row.get("data"), nodes.get(str(row.get("node")), {})
    params = node.get("params") or {}
    if isinstance(data, dict) and "values" in data and isinstance(params.get("command"), str):
        now = told({**node, "params": {**params, "values": data["values"]}}, choice, virtual)["params"]
        named = {"command": now["command"]} if "command" in data else {}
        row = {**row, "data": {**data, **named, "values": now["values"]}}
    return _of_device(row, devices)


def _of_device(row: Document, devices: dict[str, str]) -> Document:
    return {**row, "device": devices[row["device"]]} if row.get("device") in devices else row


def _stand_ins(test: Document, only: str | None, choice: Choice, real: Registry) -> dict[str, str]:
    """Real devices in the order of those that the test speaks of, where there are enough."""
    found: dict[str, str] = {}
    for type, of in (choice.get("types") or {}).items():
        rows = [row for row in test.get("given") or [] if (row.get("type") or only) == type]
        spoken_of = list(dict.fromkeys(str(row["device"]) for row in rows if row.get("device")))
        ids = list(of.get("devices") or [device.id for device in real.of_type(of.get("to") or "")])
        if len(spoken_of) <= len(ids):
            found |= dict(zip(spoken_of, ids, strict=False))
    return found


def _as_it_comes(data: Document, pairs: list[tuple[TypeField, TypeField]]) -> Document:
    known = {wanted.name: (wanted, given) for wanted, given in pairs}
    found = {}
    for name, value in data.items():
        if name in known:
            wanted, given = known[name]
            found[given.name] = _back(value, wanted, given)
        else:
            found[name] = value
    return found


def _back(value: Any, wanted: TypeField, given: TypeField) -> Any:
    """A number in the unit in which it comes; also where it moves from one to another."""
    if isinstance(value, dict) and set(value) == {"from", "to"}:
        return {key: _back(part, wanted, given) for key, part in value.items()}
    both = wanted.unit and given.unit and not same_unit(wanted.unit, given.unit)
    if both and isinstance(value, int | float) and not isinstance(value, bool):
        return convert(float(value), str(wanted.unit), str(given.unit))
    return value
