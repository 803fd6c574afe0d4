"""What is read from pictures: a field that no camera sends but a detector and a scale give (a needle on its dial, a load in a bed)."""

import re
from typing import Any

import msgspec

from llm.authors.phrasebook import sights
from llm.authors.phrasebook.draft import Draft
from llm.authors.phrasebook.kinds import Kinds
from nodes.kit.catalog import Catalog
from nodes.kit.things import DeviceType, Model, PictureReading, Registry, TypeField


def with_readings(registry: Registry, catalog: Catalog) -> Registry:
    """The registry in which what can be read from pictures stands among the fields of its type."""
    known = sights.detectors(catalog, registry)
    made = {id: _extended(type_, [one.model for one in known]) for id, type_ in registry.types.items()} if known else {}
    if all(made[id] is type_ for id, type_ in registry.types.items() if id in made):
        return registry
    return msgspec.structs.replace(registry, types=made)


def _extended(type_: DeviceType, models: list[Model]) -> DeviceType:
    new = [
        _field(read) for field, read in readings_of(type_) if _model(read, models) and type_.field(read.name) is None
    ]
    return msgspec.structs.replace(type_, fields=[*type_.fields, *new]) if new else type_


def readings_of(type_: DeviceType) -> list[tuple[TypeField, PictureReading]]:
    return [(field, read) for field in type_.fields for read in field.reads]


def _field(read: PictureReading) -> TypeField:
    return TypeField(name=read.name, unit=read.unit, label=read.label, also=read.also)


def _model(read: PictureReading, models: list[Model]) -> Model | None:
    return next((model for model in models if read.shows in model.labels), None)


def read_first(draft: Draft, registry: Registry, catalog: Catalog) -> None:
    """Puts the look at the picture, and the scale, between cameras and all that asks for what is read from them."""
    models = [one.model for one in sights.detectors(catalog, registry)]
    for source in [node for node in draft.nodes if "from" not in node]:
        type_ = registry.types.get(str(source["params"].get("type")))
        for field, read in readings_of(type_) if type_ is not None else ():
            model = _model(read, models)
            if model is not None and any(_asks(node, read.name) for node in draft.nodes if node is not source):
                _insert(draft, Kinds(catalog), source["id"], field, read, model)


def _asks(node: dict[str, Any], name: str) -> bool:
    """Whether anything of a node names the field."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", msgspec.json.encode(node["params"]).decode()) is not None


def _insert(draft: Draft, kinds: Kinds, source: str, field: TypeField, read: PictureReading, model: Model) -> None:
    look, scale = sights.meaning_of(kinds.catalog), kinds.having("name", "points", "name", "unit")
    if look is None or scale is None:
        return
    readers = [
        node for node in draft.nodes if source in node.get("from", ()) and not sights.looks(kinds.catalog[node["kind"]])
    ]
    draft.origins.words = draft.origins.nodes[source]
    seen = draft.add(look, f"{read.name}_seen", [source], {}, {"image": field.name, "model": model.id, "classes": [read.shows]})  # fmt: skip
    points = [{"x": 0, "y": read.low}, {"x": 1, "y": read.high}]
    more = {"field": "value", "points": points, "name": read.name, "unit": read.unit}
    made = draft.add(scale, read.name, [f"{seen}.{look[0].outputs[0].name}"], {}, more)
    place = draft.nodes.index(draft.node(source)) + 1
    new = [draft.nodes.pop(draft.nodes.index(draft.node(id))) for id in (made, seen)]
    for node in new:
        draft.nodes.insert(place, node)
    for node in readers:
        node["from"] = [made if ref == source else ref for ref in node["from"]]
