"""command: registered commands, checked values, the right devices."""

from typing import Any

import msgspec
import pytest

from nodes.action.command import REGISTRY, Command, CommandParams
from nodes.kit.harness import ANYTHING, Harness, scope_of
from nodes.kit.shape import Shape
from nodes.kit.things import Device, DeviceType, Registry

RED = {"color": "red"}
KNOWN = Registry(
    types={t["id"]: msgspec.convert(t, DeviceType) for t in REGISTRY["types"]},
    devices={d["id"]: msgspec.convert(d, Device) for d in REGISTRY["devices"]},
)


def command(device: Any, values: Any = RED, name: str = "set_color", shape: Shape = ANYTHING) -> Harness:
    params = {"device": device, "command": name, "values": values}
    return Harness(Command, params, scope_of(registry=KNOWN, shape=shape))


def test_a_named_device_is_commanded_whoever_sent_the_event() -> None:
    node = command("tower-2")
    node.feed("0s", {}, device="kiln-1")
    act = node.acts()[0]
    assert (act.device, act.data, act.ttl) == ("tower-2", {"command": "set_color", "values": RED}, 60_000)


def test_same_attributes_find_every_device_that_shares_them() -> None:
    node = command({"type": "tower", "where": {"hall": "same"}})
    node.feed("0s", {}, device="kiln-1")
    assert [act.device for act in node.acts()] == ["tower-1"]


def test_a_type_alone_means_all_its_devices_in_registry_order() -> None:
    node = command({"type": "tower"})
    node.feed("0s", {}, device="kiln-1")
    assert [act.device for act in node.acts()] == ["tower-1", "tower-2"]


def test_same_attributes_of_an_unknown_device_find_nobody_and_say_so() -> None:
    node = command({"type": "tower", "where": {"hall": "same"}})
    node.feed("0s", {}, device="stranger")
    assert not node.acts()
    assert node.troubles() == ["no_such_devices"]


def test_same_without_a_device_is_a_problem() -> None:
    node = command("same")
    node.feed("0s", {}, device=None)
    assert not node.acts()
    assert node.troubles() == ["missing_field"]


@pytest.mark.parametrize(
    ("device", "values", "name", "code"),
    [
        ({"type": "tower", "where": {"hal": "A"}}, RED, "set_color", "unknown_attribute"),
    ],
)
def test_what_is_not_registered_is_refused(device: Any, values: Any, name: str, code: str) -> None:
    assert command(device, values, name).codes() == [code]


def test_same_is_refused_where_events_have_no_device() -> None:
    assert command("same", shape=Shape(open=False, device="maybe")).codes() == ["device_unsure"]


def test_whom_an_event_of_a_device_commands_is_found_out_once_however_many_devices_speak_by_turns() -> None:
    hall = CommandParams(device={"type": "tower", "where": {"hall": "same"}}, command="set_color", values=RED)
    acts = Command(hall, scope_of(registry=KNOWN)).acts
    devices = [f"kiln-{number}" for number in range(100_001)]
    first = [acts(device) for device in devices]
    assert [act.device for act in first[1]] == ["tower-1"]
    assert all(acts(device) is known for device, known in zip(devices, first, strict=True))
