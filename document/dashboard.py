"""document + catalog + registry -> the tiles of a flow's dashboard: what decides, where things stand, what was told.

A tile is found again by its `id` when people have arranged it; the order here is the one that nobody arranged.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from document.schema import facts, places, plain_schema
from document.settings import resolved
from document.shapes import Surroundings, surroundings
from document.wiring import Wiring, nodes_of, wires
from document.zones import MOST_ZONES, Zone, zones_of
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind, SourceKind
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Registry, spoken

TileKind = Literal["value", "chart", "state", "figure", "picture", "map", "alerts"]
Level = Literal["over", "waiting", "calm", "plain"]

MOST_FIELDS = 12
"""Fields of one source that are shown."""
MOST_DEVICES = 200
WITHOUT_DECISION = 3
"""Fields that a source shows of which no node decides anything."""
CALM = frozenset({"cleared", "back", "reset", "left", "false", "closed", "cancelled"})
"""Outputs on which nodes say that something is over."""
BESIDE = frozenset({"start", "end"})
"""What windows add besides the number itself."""
_NAME = re.compile(r"[^\W\d]\w*")
_SHOWN = ("number", "integer", "boolean", "string")


class Limit(msgspec.Struct, frozen=True):
    """A number that the values of a chart are compared with, in their unit."""

    value: float
    label: str


class Place(msgspec.Struct, frozen=True):
    """A word in which a key of a node may stand, as people read it."""

    word: str
    label: str
    level: Level


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """`output` ("kiln.out") is the wire whose events have `field`; a state tile has `node` and `places` instead.
    `devices` are ids with their names: those that should report. The map has `locations`, the fields that hold where a
    device is, and the `zones` that nodes watch."""

    id: str
    kind: TileKind
    title: str
    under: str = ""
    node: str = ""
    output: str = ""
    field: str = ""
    type: str = ""
    unit: str = ""
    limits: list[Limit] = []
    places: list[Place] = []
    devices: list[tuple[str, str]] = []
    locations: list[str] = []
    zones: list[Zone] = []


def tiles(document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str) -> list[Tile]:
    """The dashboard of `document` in `lang`; never raises on an unsound document."""
    return list(_Reader(document, catalog, registry, lang).tiles())


class _Reader:
    def __init__(self, document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str) -> None:
        self.catalog, self.registry, self.lang = catalog, registry, lang
        self.wiring: Wiring = wires(document, catalog)
        self.around = surroundings(document, catalog, registry, lang=lang, wiring=self.wiring)
        self.nodes: dict[str, dict[str, Any]] = {}
        for _, node in nodes_of(document):
            if not node.get("off"):
                self.nodes.setdefault(node["id"], node)
        self.settings = document.get("settings") if isinstance(document.get("settings"), dict) else {}

    def tiles(self) -> Iterator[Tile]:
        ids = [id for id in self.nodes if id in self.around and self._kind(id) is not None]
        yield from (tile for id in ids if (tile := self._state(id)) is not None)
        sources = [id for id in ids if issubclass(self._kind(id) or Kind, SourceKind)]
        shown = [(id, field, shape) for id in sources for field, shape in self._fields_of(id)]
        yield from (self._reading("value", id, field, shape) for id, field, shape in shown)
        yield from (
            self._reading("chart", id, field, shape)
            for id, field, shape in shown
            if shape.type in ("number", "integer")
        )
        for id in ids:
            yield from self._figures(id)
        yield from (tile for source in sources for tile in self._pictures(source))
        if ids:
            yield self._map(ids, sources)
            yield Tile(id="alerts", kind="alerts", title="", devices=self._all_devices())

    # --- states ---------------------------------------------------------------------------------------------------

    def _state(self, id: str) -> Tile | None:
        kind = self._kind(id)
        if kind is None or kind.standing is Kind.standing:
            return None
        devices, title, subject = self._named(self.around[id].scope.shape), self._title(id), self._subject(id)
        if subject and not self.nodes[id].get("label"):
            title, subject = subject, title
        return Tile(id=f"state:{id}", kind="state", title=title, under=subject, node=id,
                    places=self._places(kind), devices=devices)  # fmt: skip

    def _places(self, kind: type[Kind]) -> list[Place]:
        found = []
        for port in kind.outputs:
            first = port.name == kind.outputs[0].name
            level: Level = "calm" if port.name in CALM else "over" if first or kind.outputs[-1] is port else "plain"
            found.append(Place(port.name, spoken(port.label, self.lang, port.name), level))
        return found

    # --- what sources send ----------------------------------------------------------------------------------------

    def _fields_of(self, source: str) -> list[tuple[str, FieldShape]]:
        """The fields of a source that some node behind it names, in the order in which the registry has them."""
        shape = next(iter(self.around[source].outputs.values()), Shape())
        known = [(name, field) for name, field in shape.fields.items() if field.type in _SHOWN]
        behind = self._behind(source)
        deciding = {word for id in behind if self._decides(id) for word in self._words(id)}
        chosen = [(name, field) for name, field in known if name in deciding]
        if not chosen and shape.open:
            chosen = [(name, FieldShape("number")) for name in self._compared(behind) if name not in shape.fields]
        if not chosen:
            chosen = known[:WITHOUT_DECISION]
        return chosen[:MOST_FIELDS]

    def _reading(self, kind: TileKind, source: str, field: str, shape: FieldShape) -> Tile:
        title, out = self._field_label(source, field), f"{source}.{next(iter(self.around[source].outputs), 'out')}"
        return Tile(
            id=f"{kind}:{out}:{field}",
            kind=kind,
            title=title,
            under=self._title(source),
            node=source,
            output=out,
            field=field,
            type=shape.type,
            unit=shape.unit or "",
            limits=self._limits(source, field, shape) if shape.type in ("number", "integer") else [],
            devices=self._named(next(iter(self.around[source].outputs.values()), Shape())),
        )

    def _limits(self, source: str, field: str, shape: FieldShape) -> list[Limit]:
        """The numbers that nodes behind `source` compare `field` with, while it still has the unit of the source."""
        found: dict[float, Limit] = {}
        for id in self._behind(source):
            here = self.around[id].scope.shape.fields.get(field)
            if here is not None and here.unit != shape.unit:
                continue
            for value, label in self._numbers(id, field):
                found.setdefault(value, Limit(value, label))
        return sorted(found.values(), key=lambda limit: limit.value)

    def _numbers(self, id: str, field: str) -> Iterator[tuple[float, str]]:
        given = self._given(id)
        written = self.nodes[id].get("params") or {}
        for path, parts, value in places(plain_schema(self._kind(id) or Kind), given):
            marks = facts(parts)
            beside = marks.get("unit_of")
            if not beside or marks.get("difference") or not marks.get("settable") or not _is_number(value):
                continue
            if _nearest(given, path, beside) == field:
                yield float(value), self._setting_label(_at(written, path)) or self._title(id)

    # --- what nodes count -----------------------------------------------------------------------------------------

    def _figures(self, id: str) -> Iterator[Tile]:
        """The numbers that a window, counter or the like adds to the events on its first output."""
        kind = self._kind(id)
        if kind is None or kind.group != "window":
            return
        port, shape = next(iter(self.around[id].outputs.items()), ("out", Shape()))
        before = self.around[id].scope.shape.fields
        added = {name: field for name, field in shape.fields.items() if name not in before and name not in BESIDE}
        numbers = {name: field for name, field in added.items() if field.type in ("number", "integer")}
        if "value" in numbers:
            numbers = {"value": numbers["value"]}  # how many readings it is made of is another matter
        title, words = self._title(id), self._chosen_words(id, kind)
        if words and not self.nodes[id].get("label"):
            title, words = words, title
        for name, field in numbers.items():
            yield Tile(
                id=f"figure:{id}.{port}:{name}",
                kind="figure",
                title=title,
                under=words if name == "value" else " · ".join(filter(None, (words, self._word(kind, name)))),
                node=id,
                output=f"{id}.{port}",
                field=name,
                type=field.type,
                unit=field.unit or "",
                devices=self._named(shape),
            )

    def _chosen_words(self, id: str, kind: type[Kind]) -> str:
        """What a node computes, of what and over how long, as far as its params say so in words."""
        given, labels, shape = self._given(id), _words_of(kind, self.lang).labels, self.around[id].scope.shape
        fields = [self._label_in(shape, word) for word in self._words(id) if word in shape.fields][:1]
        chosen = [labels[f"{param}.{value}"] for param, value in given.items() if f"{param}.{value}" in labels]
        lengths = [
            value
            for path, parts, value in places(plain_schema(kind), given)
            if len(path) == 1 and facts(parts).get("format") == "duration" and isinstance(value, str)
        ]
        return " · ".join([*fields, *chosen, *lengths[:1]])

    # --- what they see ----------------------------------------------------------------------------------------------

    def _pictures(self, source: str) -> Iterator[Tile]:
        """The pictures of registered devices: of others nobody knows whose they are."""
        shape = next(iter(self.around[source].outputs.values()), Shape())
        for name, field in list(shape.fields.items()) if shape.devices else ():
            if field.type == "image":
                yield self._reading("picture", source, name, field)

    # --- where they are ---------------------------------------------------------------------------------------------

    def _map(self, ids: list[str], sources: list[str]) -> Tile:
        """Whether there is anything to draw it on is for the server to say."""
        shapes = [shape for source in sources for shape in self.around[source].outputs.values()]
        found = {name: None for shape in shapes for name, field in shape.fields.items() if field.type == "location"}
        zones = [zone for id in ids if (kind := self._kind(id)) for zone in zones_of(id, kind, self._given(id))]
        return Tile(id="map", kind="map", title="", devices=self._all_devices(), locations=list(found),
                    zones=zones[:MOST_ZONES])  # fmt: skip

    # --- reading the document -------------------------------------------------------------------------------------

    def _kind(self, id: str) -> type[Kind] | None:
        return self.catalog.get(self.nodes.get(id, {}).get("kind"))

    def _decides(self, id: str) -> bool:
        kind = self._kind(id)
        return kind is not None and kind.group != "action"

    def _behind(self, source: str) -> list[str]:
        """Every node that events of `source` reach, in document order."""
        reached, queue = {source}, [source]
        while queue:
            for ends in self.wiring.outputs.get(queue.pop(), {}).values():
                fresh = {target for target, _ in ends} - reached
                reached |= fresh
                queue.extend(fresh)
        return [id for id in self.nodes if id in reached and id != source and id in self.around]

    def _given(self, id: str) -> dict[str, Any]:
        around: Surroundings = self.around[id]
        kind, params = self._kind(id), self.nodes[id].get("params")
        if kind is None or not isinstance(params, dict):
            return {}
        return resolved(params, kind, around.scope.settings, around.scope.shape).params

    def _words(self, id: str) -> Iterator[str]:
        """Every word that may be a field: where a field is named, and inside expressions."""
        for _, parts, value in places(plain_schema(self._kind(id) or Kind), self._given(id)):
            marks = facts(parts)
            if isinstance(value, str) and marks.get("ref") == "field":
                yield value
            elif isinstance(value, str) and marks.get("format") == "expression":
                yield from _NAME.findall(value)

    def _compared(self, behind: list[str]) -> list[str]:
        """Fields that nobody registered and that are compared with a number all the same."""
        found: dict[str, None] = {}
        for id in behind:
            for name in self._words(id):
                if any(self._numbers(id, name)):
                    found[name] = None
        return list(found)

    # --- names ----------------------------------------------------------------------------------------------------

    def _title(self, id: str) -> str:
        label, kind = self.nodes[id].get("label"), self._kind(id)
        if isinstance(label, str) and label:
            return label
        shape = next(iter(self.around[id].outputs.values()), Shape())
        if kind is not None and issubclass(kind, SourceKind) and len(shape.types) == 1:
            known = self.registry.types.get(shape.types[0])
            return spoken(known.label, self.lang, known.id) if known else id
        words = _words_of(kind, self.lang) if kind is not None else None
        return words.label if words is not None else id

    def _subject(self, id: str) -> str:
        """What a node that keeps a state looks at: its field and its limit, in few words."""
        given, shape, said = self._given(id), self.around[id].scope.shape, list[str]()
        for name in dict.fromkeys(self._words(id)):
            if name in shape.fields and len(said) < 2:
                said.append(self._label_in(shape, name))
        for name in dict.fromkeys(self._words(id)):
            unit = shape.fields[name].unit if name in shape.fields else None
            numbers = [f"{value:g}" for value, _ in self._numbers(id, name)]
            if numbers:
                said.append(" – ".join(numbers) + (f" {unit}" if unit else ""))
        return " · ".join(said) if given else ""

    def _field_label(self, source: str, field: str) -> str:
        return self._label_in(next(iter(self.around[source].outputs.values()), Shape()), field)

    def _label_in(self, shape: Shape, field: str) -> str:
        for type_id in shape.types:
            known = self.registry.types.get(type_id)
            found = known.field(field) if known is not None else None
            if found is not None:
                return spoken(found.label, self.lang, field)
        return field

    def _word(self, kind: type[Kind], name: str) -> str:
        return (_words_of(kind, self.lang).labels).get(name, name)

    def _setting_label(self, written: Any) -> str:
        name = written[1:] if isinstance(written, str) and written.startswith("$") else ""
        setting = (self.settings or {}).get(name)
        label = setting.get("label") if isinstance(setting, dict) else None
        return label if isinstance(label, str) else ""

    def _named(self, shape: Shape) -> list[tuple[str, str]]:
        return [(id, self.registry.label(id, self.lang)) for id in (shape.devices or ())[:MOST_DEVICES]]

    def _all_devices(self) -> list[tuple[str, str]]:
        found = {
            pair: None for around in self.around.values() for s in around.outputs.values() for pair in self._named(s)
        }
        return list(found)[:MOST_DEVICES]


def _words_of(kind: type[Kind], lang: str) -> Any:
    return kind.words.get(lang) or kind.words["en"]


def _nearest(given: Any, path: tuple[Any, ...], name: str) -> Any:
    """The param called `name` that stands closest around `path`."""
    for length in range(len(path) - 1, -1, -1):
        around = _at(given, path[:length])
        if isinstance(around, dict) and isinstance(around.get(name), str):
            return around[name]
    return None


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
