"""The lasting connection, against real brokers: the embedded one (MQTT 3.1.1) and Mosquitto (MQTT 5)."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from runtime.addresses import Egress
from runtime.connectors.broker import BrokerAddress, parse_broker
from runtime.connectors.mqtt import Health, Mqtt, pause
from runtime.mailbox import Mailbox
from tests.brokers import (
    PATIENCE,
    RunningBroker,
    any_broker,
    any_free_port,
    close,
    listening,
    mosquitto,
    publisher,
    wait_for,
    wait_until,
)

BROKERS = ("nats", "mosquitto")


def made(address: BrokerAddress, *, trusted: bool = True, **options: Any) -> Mqtt:
    return Mqtt(address, client_id="suiro-t", egress=Egress(trusted=trusted), mailbox=Mailbox(), **options)


@contextmanager
def connection(broker: RunningBroker, *filters: str, **options: Any) -> Iterator[Mqtt]:
    mqtt = made(parse_broker(broker.url), **options)
    mqtt.want({one: 1 for one in filters})
    mqtt.start()
    try:
        wait_until(mqtt.subscribed.is_set, 10, f"subscribed: {mqtt.health}")
        yield mqtt
    finally:
        mqtt.stop()


class Taken(NamedTuple):
    topic: str
    payload: bytes


def taken(mqtt: Mqtt, count: int, seconds: float = PATIENCE, *, ack: bool = True) -> list[Taken]:
    found: list[Taken] = []
    end = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < end:
        for batch in mqtt._mailbox.take(0.1, most=1)[1]:
            found += map(Taken, batch.topics, batch.payloads)
            if ack:
                batch.settle()
    return found


@pytest.mark.parametrize(("which", "protocol"), [("nats", 4), ("mosquitto", 5)])
def test_messages_come_in_on_the_best_protocol_the_broker_speaks(which: str, protocol: int) -> None:
    with any_broker(which) as broker, connection(broker, "plant/+/telemetry") as mqtt:
        assert mqtt.health.connected
        assert mqtt.health.protocol == protocol
        client = publisher(broker)
        client.publish("plant/k1/telemetry", b"1", 1)
        client.publish("plant/k1/other", b"2", 1)
        client.publish("plant/k2/telemetry", b"3", 1)
        assert [(m.topic, m.payload) for m in taken(mqtt, 2)] == [
            ("plant/k1/telemetry", b"1"),
            ("plant/k2/telemetry", b"3"),
        ]
        assert taken(mqtt, 1, 0.2) == []
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_filters_that_overlap_bring_each_message_once(which: str) -> None:
    with any_broker(which) as broker, connection(broker, "#", "plant/#", "plant/+/t") as mqtt:
        client = publisher(broker)
        client.publish("plant/k1/t", b"x", 1)
        assert len(taken(mqtt, 1)) == 1
        assert taken(mqtt, 1, 0.5) == []
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_bad_payloads_and_ten_megabytes_do_not_stop_the_next_message(which: str) -> None:
    bad = [b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b"x" * 10_000_000]
    with any_broker(which) as broker, connection(broker, "plant/#") as mqtt:
        client = publisher(broker)
        for payload in [*bad, b"good"]:
            client.publish("plant/k1/t", payload, 1)
        found = taken(mqtt, 6)
        assert [m.payload[:5] for m in found] == [p[:5] for p in [*bad, b"good"]]
        assert len(found[4].payload) == (1 << 20) + 1
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_a_broker_that_restarts_is_found_again(which: str) -> None:
    seen: list[Health] = []
    with any_broker(which) as broker, connection(broker, "a/#", on_change=seen.append) as mqtt:
        broker.stop()
        wait_until(lambda: not mqtt.health.connected, 10)
        assert mqtt.health.detail
        broker.start()
        wait_until(mqtt.subscribed.is_set, 20, f"{mqtt.health}")
        client = publisher(broker)
        client.publish("a/b", b"again", 1)
        assert [m.payload for m in taken(mqtt, 1)] == [b"again"]
        assert [h.connected for h in seen if h.detail == "" or not h.connected][:1] == [True]
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_what_was_published_while_away_arrives_afterwards(which: str) -> None:
    with any_broker(which) as broker:
        with connection(broker, "a/#") as first:
            held = first.subscriptions.held
        client = publisher(broker)
        client.publish("a/b", b"missed", 1).wait_for_publish(5)
        with connection(broker, "a/#", held=held) as mqtt:
            assert [m.payload for m in taken(mqtt, 1)] == [b"missed"]
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_a_message_that_was_not_acknowledged_comes_again_first(which: str) -> None:
    with any_broker(which) as broker:
        client = publisher(broker)
        with connection(broker, "a/#") as mqtt:
            for payload in (b"1", b"2"):  # two reads, so that one can be acknowledged without the other
                client.publish("a/b", payload, 1).wait_for_publish(5)
                assert [m.payload for m in taken(mqtt, 1, ack=payload == b"1")] == [payload]
            time.sleep(0.3)
            held = mqtt.subscriptions.held
        client.publish("a/b", b"3", 1).wait_for_publish(5)
        with connection(broker, "a/#", held=held) as mqtt:
            assert [m.payload for m in taken(mqtt, 2)] == [b"2", b"3"]
            assert taken(mqtt, 1, 0.3) == []
        close(client)


@pytest.mark.parametrize(("which", "lasting"), [("mosquitto", True), ("nats", True), ("nats", False)])
def test_what_there_is_no_room_for_is_told_where_the_broker_does_not_send_it_again(
    which: str, lasting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.connectors.mqtt.PATIENCE", 0.2)
    dropped: list[str] = []
    with (
        any_broker(which) as broker,
        connection(broker, "plant/#", lasting=lasting, on_dropped=dropped.extend) as mqtt,
    ):
        mqtt._mailbox = Mailbox(most=1)
        client = publisher(broker)
        client.publish("plant/a", b"taken", 1)
        wait_until(lambda: len(mqtt._mailbox) == 1)
        client.publish("plant/b", b"once more", 1)
        client.publish("plant/c", b"gone", 0)
        wait_until(lambda: sorted(dropped) == (["plant/c"] if lasting else ["plant/b", "plant/c"]), 10)
        came: set[str] = set()
        wait_for(
            lambda: came.update(m.topic for m in taken(mqtt, 1, 0.2)) or "plant/b" in came, 8.0 if lasting else 2.0
        )
        close(client)
    assert mqtt.dropped == len(dropped)
    assert came == ({"plant/a", "plant/b"} if lasting else {"plant/a"})


def test_a_broker_that_lost_the_session_is_a_possible_gap_from_when_it_was_last_heard() -> None:
    gaps: list[tuple[int, int]] = []
    forgetful = mosquitto(extra="persistence false")
    with forgetful as broker, connection(broker, "a/#", on_gap=lambda *gap: gaps.append(gap)) as mqtt:
        client = publisher(broker)
        client.publish("a/b", b"1", 1).wait_for_publish(5)
        taken(mqtt, 1)
        close(client)
        heard = mqtt.heard
        broker.stop()
        wait_until(lambda: not mqtt.health.connected, 10)
        broker.start()
        wait_until(mqtt.subscribed.is_set, 20)
        ((begin, end),) = gaps
        assert heard is not None
        assert heard <= begin < end <= time.time_ns() // 1_000_000


@pytest.mark.parametrize(("held", "told"), [({"a/#": 1}, 1), ({}, 0)])
def test_a_session_that_is_gone_at_the_start_is_a_possible_gap_where_an_earlier_run_had_one(
    held: Any, told: int
) -> None:
    gaps: list[tuple[int, int]] = []
    with mosquitto() as broker, connection(
        broker, "a/#", held=held, seen=1_000, on_gap=lambda *gap: gaps.append(gap)
    ):  # fmt: skip
        assert [begin for begin, _ in gaps] == [1_000] * told


@pytest.mark.parametrize("which", BROKERS)
def test_a_broker_that_comes_back_is_used_within_five_seconds(which: str) -> None:
    with any_broker(which) as broker, connection(broker, "a/#") as mqtt:
        took = [back_after(mqtt, broker)]
        if took[0] >= 5:  # a machine that stood still does not do so twice
            took.append(back_after(mqtt, broker))
        assert min(took) < 5, took


def back_after(mqtt: Mqtt, broker: RunningBroker) -> float:
    """Seconds until a broker that was away is used again."""
    broker.stop()
    wait_until(lambda: not mqtt.health.connected, 10)
    time.sleep(6)  # pauses have grown as far as they go
    broker.start()
    began = time.monotonic()
    wait_until(mqtt.subscribed.is_set, 5, f"{mqtt.health}")
    return time.monotonic() - began


def test_two_takeovers_in_a_minute_that_the_broker_names_stop_us_until_somebody_asks() -> None:
    """Mosquitto before 2.0.12 and the embedded broker only close the connection; this end names the reason."""
    with _takes_over() as (port, opened):
        mqtt = made(BrokerAddress("127.0.0.1", port))
        mqtt.start()
        wait_until(lambda: mqtt.health.code == "taken_over", 10, f"{mqtt.health}")
        assert len(opened) == 2
        time.sleep(2.5)  # longer than any pause
        assert len(opened) == 2
        mqtt.again()
        wait_until(lambda: len(opened) == 4 and mqtt.health.code == "taken_over", 10, f"{mqtt.health}")
        mqtt.stop()


@contextmanager
def _takes_over() -> Iterator[tuple[int, list[int]]]:
    """What a broker says to a client whose id another one takes at once: CONNACK, then DISCONNECT 0x8E (MQTT 5)."""
    opened: list[int] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            opened.append(near.fileno())
            with near, contextlib.suppress(OSError):
                near.recv(65_536)
                near.sendall(bytes([0x20, 3, 0, 0, 0]) + bytes([0xE0, 2, 0x8E, 0]))
                while near.recv(65_536):
                    pass

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], opened
    server.close()


@pytest.mark.parametrize("which", BROKERS)
def test_a_broker_that_closes_without_a_reason_makes_us_suspicious_and_slow(which: str) -> None:
    with any_broker(which) as broker, connection(broker, "a/#") as mqtt:
        intruder = made(parse_broker(broker.url))
        intruder.start()
        wait_until(lambda: "taken_over_perhaps" in (mqtt.health.code, intruder.health.code), 30, f"{mqtt.health}")
        intruder.stop()
        mqtt.again()
        wait_until(lambda: mqtt.health.connected and not mqtt.health.code, 10, f"{mqtt.health}")


def test_a_broker_away_at_the_start_is_tried_until_it_comes() -> None:
    with mosquitto(started=False) as broker:
        mqtt = made(parse_broker(broker.url))
        mqtt.want({"a/#": 1})
        mqtt.start()
        wait_until(lambda: "refused" in mqtt.health.detail.lower(), 5, str(mqtt.health))
        broker.start()
        wait_until(mqtt.subscribed.is_set, 20)
        mqtt.stop()


def test_a_refused_filter_is_named_and_the_others_work() -> None:
    with any_broker("nats") as broker, connection(broker, "a b/+", "c/#") as mqtt:
        assert list(mqtt.subscriptions.refused) == ["a b/+"]
        client = publisher(broker)
        client.publish("c/d", b"x", 1)
        assert len(taken(mqtt, 1)) == 1
        close(client)


def test_a_wrong_password_is_said_and_nothing_dies() -> None:
    with any_broker("nats") as broker:
        address = parse_broker(broker.url, password="wrong")
        mqtt = made(address)
        mqtt.start()
        wait_until(lambda: "refused" in mqtt.health.detail or "closed" in mqtt.health.detail, 5)
        assert "wrong" not in str(mqtt.health)
        mqtt.stop()


def test_a_connection_on_which_nothing_comes_back_is_given_up() -> None:
    """A relay that swallows everything after a while: the socket stays open, only the heartbeat can tell."""
    with mosquitto() as broker, _relay(broker.port) as (port, stall):
        mqtt = made(BrokerAddress("127.0.0.1", port), heartbeat_every=0.2)
        mqtt.start()
        wait_until(mqtt.subscribed.is_set, 5)
        wait_until(lambda: mqtt._beat_back, 5)
        stall.set()
        wait_until(lambda: "heartbeat" in mqtt.health.detail, 5, str(mqtt.health))
        mqtt.stop()


@contextmanager
def _relay(port: int) -> Iterator[tuple[int, threading.Event]]:
    stall, server = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                if not stall.is_set():
                    target.sendall(data)
        except OSError:
            return

    def accept() -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", port))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1], stall
    server.close()


@pytest.mark.parametrize("which", BROKERS)
def test_new_wishes_are_subscribed_and_old_ones_left(which: str) -> None:
    with any_broker(which) as broker, connection(broker, "a/#") as mqtt:
        mqtt.want({"b/#": 1})
        wait_until(mqtt.subscribed.is_set, 5)
        client = publisher(broker)
        client.publish("a/1", b"old", 1).wait_for_publish(5)
        client.publish("b/1", b"new", 1)
        assert [m.payload for m in taken(mqtt, 1)] == [b"new"]
        assert taken(mqtt, 1, 0.5) == []
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_publishing_is_confirmed_by_the_broker_and_keeps_its_order(which: str) -> None:
    with any_broker(which) as broker, connection(broker) as mqtt, listening(broker, "plant/#") as seen:
        told: list[tuple[int, str | None]] = []
        for count in range(300):
            mqtt.publish([("plant/t/set", str(count).encode(), count)], told.extend)
        wait_until(lambda: len(told) == 300, 10, str(told))
        assert told == [(count, None) for count in range(300)]
        wait_until(lambda: [payload for _, payload in seen] == [str(n).encode() for n in range(300)], 5)
        broker.stop()
        mqtt.publish([("plant/t/set", b"{}", 300)], told.extend, timeout=1.0)
        wait_until(lambda: len(told) == 301, 5)
        assert told[-1][1]


def test_loopback_is_not_dialled_for_an_address_nobody_trusts() -> None:
    mqtt = made(BrokerAddress("127.0.0.1", any_free_port()), trusted=False)
    mqtt.start()
    wait_until(lambda: "loopback" in mqtt.health.detail, 5, str(mqtt.health))
    mqtt.stop()


def test_pauses_grow_and_are_drawn_from_the_whole_span() -> None:
    ceilings = [pause(n, lambda low, high: high) for n in range(1, 12)]
    assert ceilings == sorted(ceilings)
    assert ceilings[-1] == 2.0
    assert pause(5, lambda low, high: low) == 0.05


def test_a_broker_address_is_read_and_shown_without_its_password() -> None:
    address = parse_broker("mqtt://me:p%40ss@example.org")
    assert address == BrokerAddress("example.org", 1883, "me", "p@ss")
    assert address.shown == "mqtt://example.org:1883"
    for bad in ("http://x", "mqtt://", "mqtt://x/y", "mqtt://x:99999"):
        with pytest.raises(ValueError):
            parse_broker(bad)
