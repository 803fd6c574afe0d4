"""What the page of "make it mine" is made from: what the flow needs, in words, and what there is to choose."""

import json
from typing import Any

from flows.mine.fitting import labels, type_said
from flows.mine.needs import NeededType, Needs
from nodes.kit.things import Registry, TypeField, spoken

Shown = dict[str, Any]


def mine_json(needs: Needs, virtual: Registry, real: Registry, lang: str) -> Shown:
    return {
        "types": [_needed(one, virtual, lang) for one in needs.types],
        "destinations": _named(needs.destinations, virtual.destinations, lang),
        "models": _named(needs.models, virtual.models, lang),
        "tables": _named(needs.tables, virtual.tables, lang),
        "real": {
            "types": [_type(type, real, lang) for type in real.types.values()],
            **{name: labels(getattr(real, name).values(), lang) for name in ("destinations", "models", "tables")},
        },
    }


def _needed(needed: NeededType, virtual: Registry, lang: str) -> Shown:
    type = needed.type
    return {
        "id": type.id,
        "label": spoken(type.label, lang, type.id),
        "count": len(virtual.of_type(type.id)),
        "fields": [_field(field, lang) for field in needed.fields],
        "devices": [{"id": id, "label": virtual.label(id, lang)} for id in needed.devices],
        "commands": [
            {
                "id": command.id,
                "label": spoken(known.label, lang, command.id) if (known := type.command(command.id)) else command.id,
                "values": [
                    {"name": name, "sent": [{"id": one, "label": _plain(one)} for one in values]}
                    for name, values in command.values.items()
                ],
            }
            for command in needed.commands
        ],
    }


def _type(type: Any, real: Registry, lang: str) -> Shown:
    return {
        "id": type.id,
        "label": spoken(type.label, lang, type.id),
        "fields": [_field(field, lang) for field in type.fields],
        "devices": [{"id": one.id, "label": real.label(one.id, lang)} for one in real.of_type(type.id)],
        "commands": [
            {
                "id": command.id,
                "label": spoken(command.label, lang, command.id),
                "values": {
                    name: [
                        {"id": json.dumps(one, ensure_ascii=False), "label": _plain(json.dumps(one))}
                        for one in schema.get("enum") or []
                    ]
                    for name, schema in ((command.values or {}).get("properties") or {}).items()
                    if isinstance(schema, dict)
                },
            }
            for command in type.commands
        ],
    }


def _field(field: TypeField, lang: str) -> Shown:
    return {
        "id": field.name,
        "label": spoken(field.label, lang, field.name),
        "unit": field.unit or "",
        "type": type_said(field.type),
    }


def _named(ids: list[str], things: Any, lang: str) -> list[Shown]:
    return [{"id": id, "label": spoken(things[id].label, lang, id)} for id in ids]


def _plain(written: str) -> str:
    value = json.loads(written)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
