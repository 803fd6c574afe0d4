"""snapshot: asks at its interval, one picture at a time, and says when a camera is away."""

from typing import Any

import msgspec
import pytest

from nodes.kit.event import Event
from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.picture import handle
from nodes.kit.things import Device, DeviceType, Registry
from nodes.source.snapshot import REGISTRY, Snapshot

SHOT = handle("ab" * 32, 640, 480)


def camera(**params: Any) -> Harness:
    types = {thing["id"]: msgspec.convert(thing, DeviceType) for thing in REGISTRY["types"]}
    devices = {thing["id"]: msgspec.convert(thing, Device) for thing in REGISTRY["devices"]}
    registry = Registry(types, devices)
    node = Harness(Snapshot, {"type": "yard_camera", "every": "1m", **params}, scope_of(registry=registry))
    node.start()
    node.last = Event(START, START, "yard-1", "yard_camera", {}, "c0")
    return node


def test_each_registered_camera_or_the_named_ones_are_asked() -> None:
    assert list(camera().node.first_keys()) == ["yard-1"]
    assert list(camera(only=["gate-7"]).node.first_keys()) == ["gate-7"]


def test_a_picture_is_asked_for_at_every_interval_but_not_while_one_is_on_its_way() -> None:
    node = camera()
    node.advance("3m")
    assert [ask.request for ask in node.asks()] == [{"task": "snapshot", "device": "yard-1"}]
    node.answer(SHOT)
    node.advance("5m")
    assert len(node.asks()) == 2
    assert [(port, data) for port, _, data in node.sent] == [("out", {"view": SHOT})]


def test_after_a_pause_only_one_picture_is_asked_for_and_the_pace_stays() -> None:
    node = camera()
    node.resume("10m30s")
    assert len(node.asks()) == 1
    assert node.timers["tick"] % 60_000 == 0
    node.answer(SHOT)
    node.advance("11m")
    assert len(node.asks()) == 2


@pytest.mark.parametrize(("error", "trouble"), [("camera_away", "camera_away"), ("timeout", "ask_failed")])
def test_a_camera_that_is_away_is_told_and_asked_again(error: str, trouble: str) -> None:
    node = camera()
    node.advance("1m")
    node.answer(error=error)
    assert node.troubles() == [trouble]
    assert [(port, data["reason"]) for port, _, data in node.sent] == [("failed", error)]
    node.advance("2m")
    assert len(node.asks()) == 2


def test_a_shorter_interval_counts_from_the_last_picture() -> None:
    node = camera(every="10m")
    node.change({"type": "yard_camera", "every": "1m"}, "5m")
    node.advance("5m")
    assert len(node.asks()) == 1
