"""A small vocabulary and a workshop of registered things, so that these tests need no other kinds than one."""

import copy
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, settings
from pydantic import BaseModel, ConfigDict, Field

from document.registry import load_registry
from document.validate import validate
from nodes.filter.threshold import Threshold
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind, Port, SourceKind
from nodes.kit.params import (
    CommandId,
    DestinationId,
    DeviceId,
    Duration,
    Identity,
    Mark,
    NodeParams,
    Settable,
    TextTemplate,
    TypeId,
)
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

settings.register_profile(
    "same every time", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same every time")


class Feed(SourceKind):
    """Devices of a type, as far as documents care."""

    id = "feed"

    class Params(NodeParams):
        type: Annotated[TypeId, Identity]
        only: list[DeviceId] | None = None

    @classmethod
    def shapes(cls, params: Any, scope: Scope) -> dict[str, Shape]:
        if scope.registry is None or params.type not in scope.registry.types:
            return {"out": Shape(device="always", types=(params.type,))}
        fields = {f.name: FieldShape(f.type, f.unit) for f in scope.registry.types[params.type].fields}
        return {"out": Shape(fields, False, "always", (params.type,))}


class Sense(SourceKind):
    """Any topic."""

    id = "sense"

    class Params(NodeParams):
        topic: str

    def topics(self) -> list[str]:
        return [self.params.topic]


class Tell(Kind):
    id = "tell"
    group = "action"
    outputs = (Port("sent"), Port("failed"))

    class Params(NodeParams):
        to: DestinationId
        text: TextTemplate
        every: Annotated[Duration, Field(gt=0), Settable] | None = None

    @classmethod
    def check(cls, params: Any, scope: Scope) -> Iterator[Problem]:
        if "{" in params.text and "}" not in params.text:
            yield Problem("text_syntax", "/params/text", args={"position": 1})


class Where(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: TypeId
    where: dict[str, Any] = {}


class Act(Kind):
    id = "act"
    group = "action"
    outputs = ()

    class Params(NodeParams):
        device: DeviceId | Literal["same"] | Where
        command: CommandId
        values: dict[str, Annotated[Any, Mark(settable=True)]] = {}


class Broken(Kind):
    """A kind with a fault of its own."""

    id = "broken"
    group = "transform"

    @classmethod
    def check(cls, params: Any, scope: Scope) -> Iterator[Problem]:
        raise RuntimeError("bug")

    @classmethod
    def shapes(cls, params: Any, scope: Scope) -> dict[str, Shape]:
        raise RuntimeError("bug")


CATALOG = Catalog([Feed, Sense, Threshold, Tell, Act, Broken])

REGISTRY_JSON: dict[str, Any] = {
    "types": [
        {
            "id": "kiln",
            "label": {"ja": "炉", "en": "kiln"},
            "topic": "plant/{device}/telemetry",
            "time": {"path": "ts", "format": "ms"},
            "fields": [
                {"name": "temperature", "path": "t.temp", "type": "number", "unit": "°C"},
                {"name": "state", "type": "string"},
            ],
        },
        {
            "id": "tower",
            "topic": "plant/{device}/state",
            "commands": [
                {
                    "id": "set_color",
                    "topic": "plant/{device}/set",
                    "cooldown": "1s",
                    "values": {
                        "type": "object",
                        "properties": {"color": {"enum": ["red", "green"]}},
                        "required": ["color"],
                        "additionalProperties": False,
                    },
                }
            ],
        },
    ],
    "devices": [
        {"id": "kiln-1", "type": "kiln", "label": {"ja": "1号炉"}, "attributes": {"hall": "A"}},
        {"id": "tower-1", "type": "tower", "attributes": {"hall": "A"}},
    ],
    "destinations": [
        {"id": "shift-channel", "service": "slack", "label": {"ja": "現場チャンネル", "en": "shift channel"}},
        {"id": "pager", "service": "carrier-pigeon"},
    ],
    "models": [{"id": "helmet-v1", "task": "detect"}],
}
REGISTRY, _problems = load_registry(REGISTRY_JSON)
if _problems:
    raise RuntimeError(_problems)

SOUND: dict[str, Any] = {
    "suiro": 1,
    "name": "Kiln overheating",
    "time_zone": "Asia/Tokyo",
    "settings": {"limit": {"value": 80, "unit": "°C", "label": "Limit", "assumed": False}},
    "nodes": [
        {"id": "kiln", "kind": "feed", "params": {"type": "kiln"}},
        {
            "id": "hot",
            "kind": "threshold",
            "from": ["kiln"],
            "params": {"field": "temperature", "above": "$limit", "margin": 2, "for": "5m"},
        },
        {"id": "say", "kind": "tell", "from": ["hot.entered"], "params": {"to": "shift-channel", "text": "hot"}},
        {
            "id": "lamp",
            "kind": "act",
            "from": {"in": ["hot.entered", "hot.cleared"]},
            "params": {"device": "tower-1", "command": "set_color", "values": {"color": "red"}},
        },
    ],
    "tests": [
        {
            "name": "tells once",
            "given": [{"device": "k1", "every": "10s", "until": "7m", "data": {"temperature": 85}}],
            "expect": [{"node": "say", "device": "k1", "at": "5m", "within": "10s"}],
            "only": False,
        }
    ],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The sound document with `value` at the pointer `path`; `...` removes it."""
    document = copy.deepcopy(SOUND)
    *front, last = [int(key) if key.isdigit() else key for key in path.split("/")[1:]]
    inside: Any = document
    for key in front:
        inside = inside[key]
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return document


def codes(document: Any, **options: Any) -> list[tuple[str, str]]:
    """Code and path of each problem of `document`, with the workshop's registry."""
    options.setdefault("registry", REGISTRY)
    return [(p.code, p.path) for p in validate(document, CATALOG, options.pop("registry"), **options)]


@pytest.fixture
def sound() -> dict[str, Any]:
    return copy.deepcopy(SOUND)
