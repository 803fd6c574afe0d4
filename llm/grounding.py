"""What really exists, for a model: ids, words, units, commands. All of it is data, quoted and cut, never instructions."""

import json
import re
from typing import Any

from nodes.kit.things import Registry, Table

MOST_TYPES, MOST_DEVICES, MOST_DESTINATIONS, MOST_TABLES = 30, 60, 40, 20
LONGEST = 80
"""Characters of a name that are shown; device-chosen texts may be long and hostile."""


def cut(text: str) -> str:
    """A name without control characters, at most LONGEST characters."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def grounding(registry: Registry, prompt: str) -> str:
    """The registered things as one JSON text, those nearest to the prompt first where there are many."""
    words = set(_pieces(prompt))
    types = _nearest(list(registry.types.values()), words, MOST_TYPES)
    devices = _nearest(list(registry.devices.values()), words, MOST_DEVICES)
    destinations = _nearest(list(registry.destinations.values()), words, MOST_DESTINATIONS)
    tables = _nearest(list(registry.tables.values()), words, MOST_TABLES)
    data = {
        "types": [_type(type_) for type_ in types],
        "devices": [{"id": d.id, "type": d.type, **_words(d), "attributes": _cut_all(d.attributes)} for d in devices],
        "destinations": [{"id": d.id, "service": d.service, **_words(d)} for d in destinations],
        "models": [{"id": m.id, "task": m.task} for m in list(registry.models.values())[:20]],
        "tables": [_table(table) for table in tables],
        "not_shown": {
            "types": len(registry.types) - len(types), "devices": len(registry.devices) - len(devices),
            "destinations": len(registry.destinations) - len(destinations), "tables": len(registry.tables) - len(tables),
        },
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False)


def _type(type_: Any) -> dict[str, Any]:
    fields = [{"name": f.name, "type": f.type, "unit": f.unit, **_words(f)} for f in type_.fields]
    calls = [{"id": c.id, **_words(c), "values": c.values, "approval": c.approval} for c in type_.commands]
    return {"id": type_.id, **_words(type_), "fields": fields, "commands": calls}


def _table(table: Table) -> dict[str, Any]:
    """What a table holds, without its rows."""
    columns = [{"name": cut(c.name), "type": c.type, "unit": c.unit, **_words(c)} for c in table.columns]
    return {"id": table.id, **_words(table), "key": cut(table.key), "columns": columns, "rows": len(table.rows)}


def _words(thing: Any) -> dict[str, Any]:
    also = [cut(word) for word in getattr(thing, "also", [])[:8]]
    return {"label": {lang: cut(word) for lang, word in thing.label.items()}, **({"also": also} if also else {})}


def _cut_all(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        cut(str(key)): cut(value) if isinstance(value, str) else value for key, value in list(attributes.items())[:12]
    }


def _nearest(things: list[Any], words: set[str], most: int) -> list[Any]:
    """At most `most` things: those whose words share most with the prompt, in registry order where nothing tells."""
    if len(things) <= most:
        return things

    def score(thing: Any) -> int:
        own = " ".join([thing.id, *thing.label.values(), *getattr(thing, "also", [])])
        return -len(words & set(_pieces(own)))

    return sorted(things, key=score)[:most]


def _pieces(text: str) -> list[str]:
    """Words of Latin letters, and pairs of Japanese characters."""
    low = text.lower()
    pairs = re.findall(r"(?=([ぁ-んァ-ヶー一-龠々]{2}))", low)
    return re.findall(r"[a-z0-9]{2,}", low) + pairs
