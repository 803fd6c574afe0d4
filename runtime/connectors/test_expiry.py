"""What a broker of MQTT 5 is told of a command's time to live, so that a device that was away does not get it too late."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from runtime.connectors.packets import publish
from runtime.connectors.test_mqtt import connection
from runtime.senders.command import Commands
from runtime.senders.outcome import SENT, Outcome
from tests.brokers import RunningBroker, mosquitto, nats, wait_for, wait_until


@pytest.mark.parametrize(
    ("life", "told"),
    [(None, None), (59.2, 60), (60.0, 60), (0.3, 1), (-2.0, 1), (1e12, 2**32 - 1), (float("inf"), 2**32 - 1)],
)
def test_the_seconds_that_are_left_are_told_rounded_up(life: float | None, told: int | None) -> None:
    plain, five = publish("t", b"payload", 7, False, life), publish("t", b"payload", 7, True, life)
    head = b"\x00\x01t\x00\x07"
    assert plain == b"\x32\x0c" + head + b"payload"
    properties = b"\x00" if told is None else b"\x05\x02" + told.to_bytes(4, "big")
    assert five == bytes([0x32, len(head + properties) + 7]) + head + properties + b"payload"


@contextmanager
def device(broker: RunningBroker) -> Iterator[list[Any]]:
    """Each message that a device gets whose session the broker keeps, with MQTT 5."""
    seen: list[Any] = []
    subscribed = threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="tower", protocol=paho.MQTTv5)
    client.on_message = lambda _c, _u, message: seen.append(message)
    client.on_subscribe = lambda *_: subscribed.set()
    kept = Properties(PacketTypes.CONNECT)
    kept.SessionExpiryInterval = 600
    client.connect(broker.host, broker.port, clean_start=False, properties=kept)
    client.loop_start()
    try:
        client.subscribe("plant/tower/set", 1)
        assert subscribed.wait(30)
        yield seen
    finally:
        client.disconnect()
        client.loop_stop()


def tell(commands: Commands, color: str, ttl: float | None) -> None:
    found: list[Outcome] = []
    commands.put("tower/set", "plant/tower/set", color, cooldown=0, ttl=ttl, report=found.append)
    commands.go()
    wait_until(lambda: found == [SENT], 5, str(found))


def test_a_device_that_was_away_does_not_get_what_is_too_late_by_now() -> None:
    with mosquitto() as broker, connection(broker) as mqtt:
        commands = Commands(mqtt.publish)
        with device(broker):
            pass
        tell(commands, "late", 1.9)
        tell(commands, "in time", 60)
        tell(commands, "for ever", None)
        wait_for(lambda: False, 3.5)
        with device(broker) as seen:
            wait_until(lambda: len(seen) >= 2, 5, str(seen))
            tell(commands, "now", 60)
            wait_until(lambda: seen[-1].payload == b'"now"', 5)
            assert [message.payload for message in seen] == [b'"in time"', b'"for ever"', b'"now"']
        assert 10 < seen[0].properties.MessageExpiryInterval < 60
        assert not hasattr(seen[1].properties, "MessageExpiryInterval")
        commands.stop()


def test_a_broker_of_an_older_protocol_takes_commands_as_before() -> None:
    with nats() as broker, connection(broker, "plant/tower/set") as mqtt:
        assert mqtt.health.protocol == 4
        commands = Commands(mqtt.publish)
        tell(commands, "red", 60)
        commands.stop()
