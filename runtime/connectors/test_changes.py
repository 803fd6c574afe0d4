"""What is read changes while messages come: each still comes once, and what the broker keeps comes to who reads it anew."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from nodes.kit.topic import matches
from runtime.connectors.acks import Acks
from runtime.connectors.broker import parse_broker
from runtime.connectors.handover import Handover
from runtime.connectors.mqtt import Mqtt
from runtime.connectors.retained import SETTLING, Retained
from runtime.connectors.session import Received, Session
from runtime.connectors.subscriptions import Subscriptions
from runtime.connectors.test_mqtt import BROKERS, made, taken
from runtime.mailbox import Mailbox
from runtime.receipts import Receipts, receipts_of
from tests.brokers import RunningBroker, any_broker, close, publisher, wait_until

NARROW, WIDE, OTHER = {"plant/+/telemetry": 1}, {"plant/#": 1}, {"plant/+/state": 0, "+/k1/telemetry": 0}


@contextmanager
def reading(
    broker: RunningBroker, first: dict[str, int] = NARROW, *, everything: bool, held: Mqtt | None = None
) -> Iterator[Mqtt]:
    before = {"held": held.subscriptions.held, "read": held.subscriptions.read} if held is not None else {}
    mqtt = made(parse_broker(broker.url, everything=everything), **before)
    wish(mqtt, first)
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
    where flows read. Each takes `slow` seconds."""

    def __init__(self, mqtt: Mqtt, slow: float = 0.0) -> None:
        self._slow = slow
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
                self._over.wait(self._slow * len(batch))
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
    settle = Subscriptions.settle

    def settle_late(self: Subscriptions, session: Session) -> None:
        over = time.monotonic() + 0.05
        wait_until(lambda: time.monotonic() > over)
        settle(self, session)

    monkeypatch.setattr(Subscriptions, "settle", settle_late)
    monkeypatch.setattr(Handover, "_is_new", lambda self, place, message: True)
    with any_broker(which) as broker, reading(broker, everything=False) as mqtt:
        assert wrong(mqtt, broker, 6) != {}


def test_a_change_whose_messages_are_taken_late_doubles_nothing() -> None:
    """Our own message waits behind them, for longer than one that never comes around is waited for."""
    with any_broker("mosquitto") as broker, reading(broker, everything=False) as mqtt:
        mqtt._mailbox, client, number = Mailbox(most=20), publisher(broker), -1
        wait_until(lambda: mqtt.subscriptions._echoes)
        with Account(mqtt, slow=0.002) as account:
            for wanted, seconds, pause in ((NARROW, 0.7, 0.0), (WIDE, 2.5, 0.003)):
                mqtt.want(wanted)
                over = time.monotonic() + seconds
                while time.monotonic() < over:
                    number += 1
                    client.publish("plant/k1/telemetry", b"%1000d" % number, 1).wait_for_publish(5)
                    account._over.wait(pause)
            wait_until(lambda: mqtt.subscribed.is_set() and mqtt.subscriptions.held.keys() == {*WIDE, mqtt._beat_topic})
            client.publish("plant/k1/telemetry", b"last", 1).wait_for_publish(5)
            wait_until(lambda: account.came[b"last"])
        assert account.came == {b"last": 1, **{b"%1000d" % one: 1 for one in range(number + 1)}}
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_a_filter_that_the_broker_never_heard_of_is_asked_for_again(
    which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    ask = Session.subscribe

    def lost(self: Session, filters: dict[str, int], **how: bool) -> bool:
        if filters.keys() & {"#", *NARROW}:
            asked.append(filters)
            if len(asked) == 1 and (connected := self.client.socket()):
                connected.shutdown(socket.SHUT_RDWR)
                wait_until(self.ended.is_set)
        return ask(self, filters, **how)

    monkeypatch.setattr(Session, "subscribe", lost)
    with any_broker(which) as broker:
        client = publisher(broker)
        client.publish("plant/k0/telemetry", b"kept", 1, retain=True).wait_for_publish(5)
        with reading(broker, {}, everything=broker.embedded) as mqtt:
            wish(mqtt, NARROW, wait=True)
            client.publish("plant/k1/telemetry", b"live", 1).wait_for_publish(5)
            assert sorted(one.payload for one in taken(mqtt, 2)) == [b"kept", b"live"]
        close(client)


def test_a_filter_is_held_on_to_where_the_broker_refuses_what_was_to_take_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = Session._subscribed

    def refused(self: Session, client: Any, data: Any, mid: int, reasons: list[Any], properties: Any) -> None:
        refuses = self._subacks.get(mid) == "plant/#"
        answer(
            self,
            client,
            data,
            mid,
            [ReasonCode(PacketTypes.SUBACK, "Not authorized")] if refuses else reasons,
            properties,
        )

    monkeypatch.setattr(Session, "_subscribed", refused)
    with any_broker("mosquitto") as broker, reading(broker, everything=False) as mqtt:
        wish(mqtt, WIDE, wait=True)
        wait_until(lambda: mqtt.subscriptions.unfinished is None)
        assert mqtt.subscriptions.refused.keys() == WIDE.keys()
        assert NARROW.keys() <= mqtt.subscriptions.held.keys()


class Scripted:
    """A connection to a broker that sends a message once for all filters that match (`merging`), or for each; on one topic it comes
    again and again, before and after whatever we ask."""

    protocol, session_present = 5, False

    def __init__(self, merging: bool) -> None:
        self.merging, self.marks, self.ended, self.client = merging, True, threading.Event(), self
        self.granted: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.acks, self.marked, self.sent, self.came = Acks(print), set[str](), 0, 0
        self.subscriptions = Subscriptions("suiro/hb/t", False, {}, None, lambda: False)

    def send(self, topic: str, payload: bytes) -> None:
        marks = [one in self.marked for one in self.granted if matches(one, topic)]
        marks = [any(marks)] if self.merging else marks
        many = len(marks)
        own = topic.startswith("suiro/")
        received = Received([topic] * many, [payload] * many, [], lambda: None, [0] * many, [], own, marks)
        self.came += len(self.subscriptions.sift(received)[0].topics)

    def a_message(self) -> None:
        if self.granted.keys() & {"plant/#", "plant/+/telemetry"}:
            self.sent += 1
            self.send("plant/k/telemetry", b"ON")

    def subscribe(self, filters: dict[str, int], *, marked: bool = False, retained: bool = False) -> bool:
        self.a_message()
        self.granted.update(filters)
        self.marked = (self.marked | filters.keys()) if marked else self.marked - filters.keys()
        self.a_message()
        return True

    def unsubscribe(self, filters: list[str]) -> None:
        self.a_message()
        for one in filters:
            self.granted.pop(one, None)

    def publish(self, topic: str, payload: bytes, _qos: int) -> None:
        self.a_message()
        self.send(topic, payload)

    def marking(self, on: bool) -> None:
        pass

    def sweep(self) -> None:
        pass

    def silent(self, *_: float) -> bool:
        return False


@pytest.mark.parametrize("merging", [True, False])
def test_equal_messages_of_a_broker_that_sends_no_copies_are_no_copies(merging: bool) -> None:
    session: Any = Scripted(merging)
    for wanted in (NARROW, WIDE, NARROW, WIDE):
        assert session.subscriptions.ask(session, wanted)
        session.subscriptions.settle(session)
        assert (session.came, session.granted.keys()) == (session.sent, {*wanted, "suiro/hb/t"})


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
            assert taken(mqtt, 1, 0.3) == []  # a copy is acknowledged with what is taken next
        with reading(broker, everything=broker.embedded, held=mqtt) as again:  # the session goes on
            wish(again, WIDE, wait=True)
            assert sorted(one.topic for one in taken(again, 2)) == ["plant/k1/state", "plant/k2/other"]
            client.publish("plant/k1/telemetry", b"last", 1).wait_for_publish(5)
            assert [one.payload for one in taken(again, 1)] == [b"last"]
        close(client)


@pytest.mark.parametrize("which", BROKERS)
def test_what_the_broker_keeps_comes_also_where_the_filter_was_held_already(which: str) -> None:
    with any_broker(which) as broker:
        client, few = publisher(broker), {**NARROW, "plant/k1/+": 1}  # held as plant/+/+
        for topic in ("plant/k1/telemetry", "plant/k2/x", "plant/k3/x"):
            client.publish(topic, b"kept", 1, retain=True).wait_for_publish(5)
        with reading(broker, few, everything=broker.embedded) as mqtt:
            assert [one.topic for one in taken(mqtt, 1)] == ["plant/k1/telemetry"]
            wish(mqtt, {**few, "plant/k2/x": 1}, wait=True)
            client.publish("plant/k1/telemetry", b"last", 1).wait_for_publish(5)
            assert sorted(one.topic for one in taken(mqtt, 2)) == ["plant/k1/telemetry", "plant/k2/x"]
        close(client)


def test_what_is_kept_is_known_by_its_topic_while_a_change_settles() -> None:
    at = 0.0
    kept = Retained(["a/+"], lambda: at)

    def asked(*filters: str) -> frozenset[str]:
        added = kept.wanted(filters)
        kept.answered()
        return added

    assert not asked("a/+")
    assert asked("a/+", "b/#") == {"b/#"}
    assert kept.new("b/x")
    assert asked("#")  # at once: much of b may still come
    assert [kept.new(topic) for topic in ("b/x", "b/y", "a/x", "c", "c")] == [False, True, False, True, False]
    at = SETTLING + 1
    assert asked("a/+", "b/x", "d")
    assert [kept.new(topic) for topic in ("b/x", "a/x", "d", "e")] == [False, False, False, False]
    at += SETTLING + 1
    assert not asked("d")
    assert asked("d", "a/+") == {"a/+"}
    assert [kept.new(topic) for topic in ("a/x", "a/x", "d")] == [True, False, False]


def test_what_the_broker_was_never_asked_for_is_not_taken_for_come() -> None:
    at = 0.0
    kept = Retained([], lambda: at)
    assert kept.wanted(["a"]) == kept.wanted(["a"]) == {"a"}
    at = SETTLING + 1
    assert kept.wanted(["a", "b"]) == {"a", "b"}
    kept.answered()
    assert [kept.new("a"), kept.new("b")] == [True, True]
    assert not kept.wanted(["a", "b"])
