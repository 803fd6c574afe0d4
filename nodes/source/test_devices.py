"""devices: which arrivals are read, and what a reading becomes."""

import json
from typing import Any

import pytest

from nodes.kit.effect import Emit
from nodes.kit.event import Event
from nodes.kit.harness import SAMPLE, START, Harness, scope_of
from nodes.kit.shape import FieldShape
from nodes.kit.things import Registry
from nodes.source.devices import Devices

TOPIC = "plant/kiln-1/telemetry"


def devices(registry: Registry | None = SAMPLE, **params: Any) -> Harness:
    return Harness(Devices, {"type": "kiln", **params}, scope_of(registry=registry))


def event_of(node: Harness) -> Event:
    (made,) = [made for made in node.yields if isinstance(made, Emit)]
    return made.event


def test_a_payload_becomes_the_registered_fields_at_its_own_time() -> None:
    node = devices()
    payload = json.dumps({"ts": START - 5000, "t": {"temp": 81.5}, "door": "open", "firmware": "1.2"})
    node.read(topic=TOPIC, payload=payload.encode())
    event = event_of(node)
    assert (event.device, event.type, event.time, event.arrived) == ("kiln-1", "kiln", START - 5000, START)
    assert event.data == {"temperature": 81.5, "door": "open"}
    assert node.troubles() == []


def test_a_field_of_a_wrong_type_is_left_out_alone() -> None:
    node = devices()
    node.read(topic=TOPIC, payload=json.dumps({"ts": START, "t": {"temp": "hot"}, "door": "open"}).encode())
    assert event_of(node).data == {"door": "open"}
    assert node.troubles() == ["wrong_type"]


@pytest.mark.parametrize("ts", [None, 0, -1, 1e18, "x"])
def test_a_bad_time_is_a_trouble_and_the_arrival_is_used(ts: Any) -> None:
    node = devices()
    node.read(topic=TOPIC, payload=json.dumps({"ts": ts, "t": {"temp": 80}}).encode())
    assert node.troubles() == ["bad_time"]
    assert event_of(node).time == START


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"{", "not_json"), (b"[1]", "not_an_object"), (b"5", "not_an_object"), (b"\xff", "not_utf8"),
     (b"[" * 100_000, "too_deep"), (b'{"t": NaN}', "not_finite"), (b" " * (2**20 + 1), "too_large")],
)  # fmt: skip
def test_a_payload_that_is_no_object_is_a_trouble_and_no_event(payload: bytes, code: str) -> None:
    node = devices()
    node.read(topic=TOPIC, payload=payload)
    assert node.troubles() == [code]
    assert node.sent == []


def test_an_unregistered_device_on_the_types_topic_is_read() -> None:
    node = devices()
    node.read(topic="plant/new-7/telemetry", payload=json.dumps({"ts": START, "t": {"temp": 80}}).encode())
    assert event_of(node).device == "new-7"


def test_only_and_where_leave_other_devices_out() -> None:
    for params in ({"only": ["kiln-2"]}, {"where": {"hall": "B"}}):
        node = devices(**params)
        for id in ("kiln-1", "kiln-2", "new-7"):
            node.read(device=id, data={"temperature": 80})
        assert event_of(node).device == "kiln-2"


def test_a_topic_that_is_not_the_types_is_not_read_and_a_strange_device_id_is_a_trouble() -> None:
    node = devices()
    node.read(topic="plant/kiln-1/state", payload=b"{}")
    assert node.yields == []
    node.read(topic="plant/a b/telemetry", payload=b"{}")
    assert node.troubles() == ["bad_device_id"]


def test_a_recorded_line_is_checked_like_a_payload() -> None:
    node = devices()
    node.read(device="kiln-1", time=START - 1, data={"temperature": "80", "door": "open", "extra": 1})
    assert event_of(node).data == {"door": "open", "extra": 1}
    assert event_of(node).time == START - 1
    assert node.troubles() == ["wrong_type"]


@pytest.mark.parametrize(
    ("arrival", "read"),
    [
        ({"device": "kiln-1"}, True), ({"device": "room-1"}, False), ({"device": "new-7"}, True),
        ({"device": "new-7", "type": "room"}, False), ({"device": "room-1", "type": "kiln"}, True),
        ({"node": "n"}, True), ({"node": "other"}, False),
    ],
)  # fmt: skip
def test_a_line_is_read_by_the_source_of_its_type(arrival: Any, read: bool) -> None:
    node = devices()
    node.read(data={"temperature": 80}, **arrival)
    assert bool(node.sent) is read


def test_without_a_registry_lines_of_the_type_or_of_none_are_read() -> None:
    node = devices(registry=None, where={"hall": "A"})
    for type in ("kiln", None, "room"):
        node.read(device="k1", type=type, data={"anything": 1})
    assert len(node.sent) == 2
    assert node.shapes()["out"].open


def test_topics_are_narrow_where_the_devices_are_named() -> None:
    assert devices().node.topics() == ["plant/+/telemetry"]
    assert devices(only=["kiln-2", "kiln-1"]).node.topics() == ["plant/kiln-1/telemetry", "plant/kiln-2/telemetry"]
    assert devices(registry=None).node.topics() == []


def test_the_shape_is_the_types_fields_with_a_sure_device() -> None:
    shape = devices().shapes()["out"]
    assert (shape.device, shape.open, shape.types) == ("always", False, ("kiln",))
    assert shape.fields["temperature"] == FieldShape("number", "°C")
    assert shape.devices == ("kiln-1", "kiln-2")


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({}, []), ({"only": ["kiln-1"], "where": {"hall": "A"}}, []), ({"only": ["room-1"]}, ["device_of_other_type"]),
        ({"where": {"hal": "A"}}, ["unknown_attribute"]), ({"where": {"hall": "Z"}}, ["no_such_devices"]),
    ],
)  # fmt: skip
def test_devices_that_cannot_match_are_a_problem(params: Any, codes: list[str]) -> None:
    assert devices(**params).codes() == codes
