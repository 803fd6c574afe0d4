"""Keys: which events share one memory."""

from zoneinfo import ZoneInfo

import pytest

from nodes.kit.event import Event
from nodes.kit.per import key_of, shape_after
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Device, Registry

REGISTRY = Registry(devices={"k1": Device(id="k1", type="kiln", attributes={"hall": "A", "line": 3})})


def scope(**fields: FieldShape) -> Scope:
    return Scope(node="n", lang="en", zone=ZoneInfo("UTC"), registry=REGISTRY, shape=Shape(fields))


def event(device: str | None = "k1", **data: object) -> Event:
    return Event(0, 0, device, "kiln", data, "c")


def test_by_default_each_device_has_its_own_key_and_events_without_one_share_theirs() -> None:
    key = key_of("device", scope())
    assert key(event("k1")) == "k1"
    assert key(event(None)) == ""


def test_all_events_share_one_key() -> None:
    assert key_of("all", scope())(event("k1")) == key_of("all", scope())(event("k2"))


def test_a_field_wins_over_an_attribute_of_the_same_name() -> None:
    assert key_of("hall", scope())(event(hall="B")) == "B"
    assert key_of("hall", scope())(event()) == "A"
    assert key_of("device.hall", scope())(event(hall="B")) == "A"


def test_a_declared_field_that_is_missing_gives_no_key() -> None:
    assert key_of("hall", scope(hall=FieldShape("string")))(event()) is None


def test_an_unregistered_device_has_no_attribute_and_no_key() -> None:
    assert key_of("device.hall", scope())(event("k9")) is None


@pytest.mark.parametrize(
    ("value", "key"), [(1, "1"), (1.0, "1"), (1.5, "1.5"), (True, "true"), ("x", "x"), ([1], None)]
)
def test_a_key_is_the_value_as_text(value: object, key: str | None) -> None:
    assert key_of("lot", scope())(event(lot=value)) == key


def test_a_very_long_value_is_shortened_and_stays_distinct() -> None:
    one, two = (key_of("lot", scope())(event(lot="x" * 10_000 + end)) for end in "ab")
    assert one != two
    assert len(one or "") < 128


def test_merging_devices_makes_the_device_unsure() -> None:
    sure = Shape({}, False, "always", ("kiln",))
    assert shape_after("device", sure).device == "always"
    assert shape_after("all", sure).device == "maybe"
    assert shape_after("all", Shape(device="never")).device == "never"
