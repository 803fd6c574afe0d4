"""What is read changes while messages come: each still comes once, and what the broker keeps comes to who reads it anew."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from runtime.connectors.broker import parse_broker
from runtime.connectors.handover import Handover
from runtime.connectors.mqtt import Mqtt
from runtime.connectors.retained import SETTLING, Retained
from runtime.connectors.subscriptions import Subscriptions
from runtime.connectors.test_mqtt import BROKERS, made, taken
from runtime.receipts import Receipts, receipts_of
from tests.brokers import RunningBroker, any_broker, close, publisher, wait_until

NARROW, WIDE, OTHER = {"plant/+/telemetry": 1}, {"plant/#": 1}, {"plant/+/state": 0, "+/k1/telemetry": 0}


@contextmanager
def reading(broker: RunningBroker, *, everything: bool, held: Mqtt | None = None) -> Iterator[Mqtt]:
    before = {"held": held.subscriptions.held, "read": held.subscriptions.read} if held is not None else {}
    mqtt = made(parse_broker(broker.url, everything=everything), **before)
    wish(mqtt, NARROW)
    mqtt.start()
    wait_until(mqtt.subscribed.is_set)
    try:
        yield mqtt
    finally:
        mqtt.stop()


def wish(mqtt: Mqtt, filters: dict[str, int], *, wait: bool = False) -> None:
    mqtt.want(filters)
    if wait:
        wait_until(mqtt.subscribed.is_set)


class Account:
    """Counts what comes by its payload, on a thread of its own; what a broker says again and was taken before is left out, as it is
    where flows read."""

    def __init__(self, mqtt: Mqtt) -> None:
        self._mqtt, self._receipts, self.came = mqtt, Receipts(), Counter[bytes]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._take)

    def __enter__(self) -> "Account":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _take(self) -> None:
        while not self._over.is_set():
            for batch in self._mqtt._mailbox.take(0.1)[1]:
                (fresh,), again = self._receipts.sift([batch])
                self.came.update(fresh.payloads)
                self._receipts.add(receipts_of([fresh], again))
                batch.settle()


def wrong(mqtt: Mqtt, broker: RunningBroker, changes: int, breaks: bool = False) -> dict[bytes, int]:
    """How much more often than it was sent (less, where below 0) each payload came, while what is read changed so often: numbers, each
    once, and from another device ever the same. `breaks`: connections end in the middle of it."""
    sent, client, draw = Counter[bytes](), publisher(broker), random.Random(7)
    with Account(mqtt) as account:
        for change in range(changes):
            mqtt.want((WIDE, {**NARROW, **OTHER}, NARROW)[change % 3])
            end = time.monotonic() + 0.1
            breaks_at = time.monotonic() + draw.uniform(0.0, 0.01) if breaks else float("inf")
            while time.monotonic() < end or not mqtt.subscribed.wait(0.02):
                for device, payload in (("k1", b"%d" % sent.total()), ("k2", b"ON")):
                    client.publish(
                        f"plant/{device}/telemetry", payload, 1 if breaks else sent.total() % 2
                    ).wait_for_publish(5)
                    sent[payload] += 1
                session = mqtt._session
                if time.monotonic() > breaks_at and session and (connected := session.client.socket()):
                    connected.shutdown(socket.SHUT_RDWR)
                    breaks_at = float("inf")
                    mqtt.again()  # it is no other client that closes it again and again
        wait_until(lambda: account.came.total() >= sent.total(), 15, f"{account.came.total()} of {sent.total()}")
        until = time.monotonic() + 0.5
        wait_until(lambda: time.monotonic() > until)
    close(client)
    return {payload: more for payload in sent if (more := account.came[payload] - sent[payload])}


@pytest.mark.parametrize("which", BROKERS)
def test_no_message_is_missed_and_none_comes_twice_while_what_is_read_changes(which: str) -> None:
    with any_broker(which) as broker, reading(broker, everything=broker.embedded) as mqtt:
        assert wrong(mqtt, broker, 30) == {}


def test_a_connection_that_ends_in_the_middle_of_a_change_misses_and_doubles_nothing() -> None:
    """The embedded broker has no middle: its filters stay."""
    with any_broker("mosquitto") as broker, reading(broker, everything=False) as mqtt:
        assert wrong(mqtt, broker, 12, breaks=True) == {}


def test_a_process_that_ends_in_the_middle_of_a_change_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with any_broker("mosquitto") as broker:
        client = publisher(broker)
        with reading(broker, everything=False) as mqtt:
            held, read = mqtt.subscriptions.held, mqtt.subscriptions.read
            with monkeypatch.context() as patch:
                patch.setattr(Subscriptions, "settle", lambda self, session: None)
                wish(mqtt, WIDE, wait=True)
                mqtt.stop()
        for number in range(20):
            client.publish("plant/k1/telemetry", b"%d" % (number // 4), 1).wait_for_publish(5)
        again = made(parse_broker(broker.url), held=held, read=read)
        wish(again, WIDE)
        with Account(again) as account:
            again.start()
            wait_until(
                lambda: (
                    account.came.total() >= 20
                    and again.subscriptions.held.keys() & WIDE
                    and not again.subscriptions.unfinished
                )
            )
            client.publish("plant/k1/telemetry", b"last", 1).wait_for_publish(5)
            wait_until(lambda: account.came[b"last"])
            assert account.came == {**{b"%d" % number: 4 for number in range(5)}, b"last": 1}
        again.stop()
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_brokers_send_copies_while_what_is_read_changes(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the broker that leaves them out."""
    monkeypatch.setattr(Handover, "_is_new", lambda self, place, message: True)
    with any_broker(which) as broker, reading(broker, everything=False) as mqtt:
        assert wrong(mqtt, broker, 30) != {}


@pytest.mark.parametrize("which", BROKERS)
def test_what_the_broker_keeps_comes_when_a_topic_is_read_for_the_first_time(which: str) -> None:
    with any_broker(which) as broker:
        client = publisher(broker)
        for topic in ("plant/k1/telemetry", "plant/k1/state", "plant/k2/other", "hall/x"):
            client.publish(topic, topic.encode(), 1, retain=True).wait_for_publish(5)
        with reading(broker, everything=broker.embedded) as mqtt:
            assert [one.topic for one in taken(mqtt, 1)] == ["plant/k1/telemetry"]
            wish(mqtt, {**NARROW, **OTHER}, wait=True)
            assert [one.topic for one in taken(mqtt, 1)] == ["plant/k1/state"]
            wish(mqtt, WIDE, wait=True)
            assert [one.topic for one in taken(mqtt, 1)] == ["plant/k2/other"]
            wish(mqtt, NARROW, wait=True)
            client.publish("plant/k1/telemetry", b"last", 1).wait_for_publish(5)
            assert [one.payload for one in taken(mqtt, 1)] == [b"last"]
        with reading(broker, everything=broker.embedded, held=mqtt) as again:  # the session goes on
            wish(again, WIDE, wait=True)
            assert sorted(one.topic for one in taken(again, 2)) == ["plant/k1/state", "plant/k2/other"]
            client.publish("plant/k1/telemetry", b"last", 1).wait_for_publish(5)
            assert [one.payload for one in taken(again, 1)] == [b"last"]
        close(client)


def test_what_is_kept_is_known_by_its_topic_while_a_change_settles() -> None:
    at = 0.0
    kept = Retained(["a/+"], lambda: at)
    assert not kept.wanted(["a/+"])
    assert kept.wanted(["a/+", "b/#"])
    assert kept.new("b/x")
    assert kept.wanted(["#"])  # at once: much of b may still come
    assert [kept.new(topic) for topic in ("b/x", "b/y", "a/x", "c", "c")] == [False, True, False, True, False]
    at = SETTLING + 1
    assert kept.wanted(["a/+", "b/x", "d"])
    assert [kept.new(topic) for topic in ("b/x", "a/x", "d", "e")] == [False, False, False, False]
    at += SETTLING + 1
    assert not kept.wanted(["d"])
    assert kept.wanted(["d", "a/+"])
    assert [kept.new(topic) for topic in ("a/x", "a/x", "d")] == [True, False, False]
