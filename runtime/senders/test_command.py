"""Commands: on the wire of a real broker, and the rules of cooldown and time to live."""

import json
import time

import msgspec
import pytest

from nodes.kit.things import Command, Device, DeviceType, Registry
from runtime.addresses import Egress
from runtime.connectors.broker import parse_broker
from runtime.connectors.client import Message, Told
from runtime.connectors.mqtt import Mqtt
from runtime.mailbox import Mailbox
from runtime.senders.command import Commands, command_of, cooldown_of
from runtime.senders.outcome import DROPPED, REPLACED, SENT, Outcome
from tests.brokers import listening, nats, wait_until

SET = Command(id="set_color", topic="plant/{device}/set", cooldown="1s")
REGISTRY = Registry(
    types={"tower": DeviceType(id="tower", commands=[SET])}, devices={"tower-1": Device(id="tower-1", type="tower")}
)


class Wire:
    def __init__(self) -> None:
        self.sent: list[tuple[float, str, dict[str, str]]] = []
        self.problem: str | None = None

    def publish(self, messages: list[Message], told: Told) -> None:
        for topic, payload, tag in messages:
            if self.problem is None:
                self.sent.append((time.monotonic(), topic, json.loads(payload)))
            told([(tag, self.problem)])


def told(commands: Commands, color: str, found: list[Outcome], *, cooldown: float = 0.3, ttl: float | None = 5) -> None:
    commands.put("t/set", "plant/t/set", {"color": color}, cooldown=cooldown, ttl=ttl, report=found.append)
    commands.go()


def test_a_command_reaches_the_device_over_the_broker() -> None:
    with nats() as broker, listening(broker, "plant/#") as seen:
        mqtt = Mqtt(parse_broker(broker.url), client_id="suiro-t", egress=Egress(trusted=True), mailbox=Mailbox())
        mqtt.start()
        wait_until(mqtt.subscribed.is_set, 10)
        found = command_of(REGISTRY, "tower-1", "set_color")
        assert not isinstance(found, Outcome)
        commands, outcomes, topic = Commands(mqtt.publish), [], found.topic_of("tower-1")
        commands.put("x", topic, {"color": "red"}, cooldown=cooldown_of(found), ttl=5, report=outcomes.append)
        commands.go()
        wait_until(lambda: seen, 5)
        assert seen == [("plant/tower-1/set", b'{"color":"red"}')]
        wait_until(lambda: outcomes == [SENT], 5)
        commands.stop()
        mqtt.stop()


def test_within_the_cooldown_only_the_latest_waits() -> None:
    wire, found = Wire(), []
    commands = Commands(wire.publish)
    told(commands, "red", found, cooldown=1.0)
    wait_until(lambda: len(found) == 1, 2)
    told(commands, "yellow", found, cooldown=1.0, ttl=60)
    told(commands, "green", found, cooldown=1.0, ttl=60)
    wait_until(lambda: len(found) == 3, 2)
    commands.stop()
    assert [values["color"] for _, _, values in wire.sent] == ["red", "green"]
    assert wire.sent[1][0] - wire.sent[0][0] >= 0.99  # a moment passes before the first is noted
    assert [one.sent for one in found] == [True, False, True]
    assert "replaced" in found[1].detail


def test_of_several_at_once_the_latest_leaves_and_the_others_are_counted_as_replaced() -> None:
    wire, found = Wire(), list[Outcome]()
    commands = Commands(wire.publish)
    for color in ("red", "yellow", "green"):
        commands.put("t/set", "plant/t/set", {"color": color}, cooldown=60, ttl=5, report=found.append)
    commands.go()
    commands.stop()
    assert [values["color"] for _, _, values in wire.sent] == ["green"]
    assert found == [REPLACED, REPLACED, SENT]


def test_without_a_cooldown_every_command_goes_in_order() -> None:
    wire, found = Wire(), []
    commands = Commands(wire.publish)
    for color in "abcd":
        told(commands, color, found, cooldown=0)
    wait_until(lambda: len(found) == 4, 2)
    commands.stop()
    assert [values["color"] for _, _, values in wire.sent] == list("abcd")


def test_what_a_broker_that_was_away_did_not_take_leaves_before_what_came_later_for_the_same_device() -> None:
    """“On” must not come behind “off”."""
    wire, found = Wire(), list[Outcome]()
    commands = Commands(wire.publish)

    def tell(device: str, color: str) -> None:
        topic = f"plant/{device}/set"
        commands.put(f"{device}/set", topic, {"color": color}, cooldown=0, ttl=20, report=found.append, key=color)
        commands.go()

    wire.problem = "not connected to the broker"
    for color in "abc":
        tell("t", color)
        time.sleep(0.1)
    wire.problem = None
    tell("t", "d")
    tell("u", "e")
    assert [values["color"] for _, _, values in wire.sent] == ["e"], "another device waits with it"
    commands.withdraw({"b"})
    wait_until(lambda: len(found) == 5, 5)
    tell("t", "f")
    wait_until(lambda: len(found) == 6, 5)
    assert [values["color"] for _, _, values in wire.sent] == list("eacdf")
    assert (commands.pending, commands.size, commands._stalled) == (0, 0, {})
    commands.stop()


def test_what_is_held_behind_a_command_whose_time_is_over_goes_all_the_same() -> None:
    wire, found = Wire(), list[Outcome]()
    commands = Commands(wire.publish)
    wire.problem = "not connected to the broker"
    told(commands, "a", found, cooldown=0, ttl=1.5)
    told(commands, "b", found, cooldown=0, ttl=20)
    wait_until(lambda: found, 5)
    wire.problem = None
    wait_until(lambda: len(found) == 2, 5)
    assert [outcome.word for outcome in found] == ["expired", "sent"]
    assert (commands.pending, commands.size, commands._stalled) == (0, 0, {})
    commands.stop()


def test_after_its_time_to_live_a_command_is_not_sent() -> None:
    wire, found = Wire(), []
    wire.problem = "not connected to the broker"
    commands = Commands(wire.publish)
    told(commands, "red", found, ttl=0.5)
    wait_until(lambda: found, 5)
    wire.problem = None
    time.sleep(0.2)
    commands.stop()
    assert wire.sent == []
    assert (found[0].word, found[0].detail) == ("expired", "its time to live was over; not connected to the broker")


def test_a_command_that_the_broker_did_not_take_gives_way_to_a_later_one_of_the_same_cooldown() -> None:
    held: list[tuple[list[Message], Told]] = []
    commands, found = Commands(lambda messages, told: held.append((messages, told))), list[Outcome]()
    told(commands, "red", found, cooldown=60)
    wait_until(lambda: len(held) == 1, 2)
    told(commands, "green", found, cooldown=60)
    (messages, told_of), *_ = held
    told_of([(tag, "the broker did not confirm in time") for _, _, tag in messages])
    assert found == [msgspec.structs.replace(REPLACED, attempts=1)]
    commands.stop()


def test_a_command_waits_for_a_broker_that_is_away() -> None:
    wire, found = Wire(), []
    wire.problem = "not connected to the broker"
    commands = Commands(wire.publish)
    told(commands, "red", found, ttl=10)
    time.sleep(0.2)
    wire.problem = None
    wait_until(lambda: found == [SENT], 5)
    commands.stop()


def test_only_registered_devices_and_commands_can_be_told() -> None:
    for device, command in (("tower-2", "set_color"), ("tower-1", "reboot"), (None, "set_color")):
        assert isinstance(command_of(REGISTRY, device, command), Outcome)
    assert isinstance(command_of(None, "tower-1", "set_color"), Outcome)


def test_commands_that_wait_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[tuple[list[Message], Told]] = []
    monkeypatch.setattr("runtime.senders.command.MOST_BYTES", 1_000)
    commands, found = Commands(lambda messages, told: held.append((messages, told))), list[Outcome]()

    def put(kept: bool = False) -> bool:
        large = {"text": "x" * 300}
        return commands.put("t/say", "plant/t/say", large, cooldown=0, ttl=5, report=found.append, kept=kept)

    assert [put(), put()] == [True, True]
    assert (commands.size, commands.has_room) == (2 * (len("plant/t/say") + len(b'{"text":""}') + 300), True)
    commands.go()
    assert [put(), put(kept=True), put()] == [True, False, True]
    assert found == [DROPPED], "what stands in an outbox waits there, the rest is dropped and counted"
    assert commands.has_room is False
    (messages, told_of), *_ = held
    told_of([(tag, None) for _, _, tag in messages])
    assert found == [DROPPED, SENT, SENT]
    commands.go()
    messages, told_of = held[1]
    told_of([(tag, None) for _, _, tag in messages])
    assert (commands.size, commands.pending, put()) == (0, 0, True)
    commands.stop()
    assert commands.size == len("plant/t/say") + len(b'{"text":""}') + 300


def test_a_command_that_is_withdrawn_is_not_sent_and_another_may_wait_in_its_place() -> None:
    wire, found = Wire(), list[Outcome]()
    commands = Commands(wire.publish)

    def put(color: str, key: str) -> None:
        commands.put("t", "t/set", color, cooldown=60, ttl=60, report=found.append, key=key)

    put("red", "1")
    commands.go()
    put("amber", "2")
    commands.go()
    put("green", "3")
    commands.withdraw({"2", "3"})
    assert (commands.pending, commands.size) == (0, 0)
    put("blue", "4")
    commands.go()
    assert [outcome.policy for outcome in found] == ["", "withdrawn", "withdrawn"]
    assert (commands.pending, [said for *_, said in wire.sent]) == (1, ["red"])
    commands.stop()


def test_a_command_whose_place_another_takes_counts_no_longer() -> None:
    commands, found = Commands(Wire().publish), list[Outcome]()
    told(commands, "red", found, cooldown=60)
    wait_until(lambda: found == [SENT], 5)
    told(commands, "amber", found, cooldown=60)
    one = commands.size
    told(commands, "green", found, cooldown=60)
    assert commands.size == one
    commands.stop()
    assert commands.size == 0
