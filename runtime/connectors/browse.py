"""A look at what a broker carries, on a connection of its own, so that the flows' session stays as it is."""

import secrets
import threading
import time
from typing import Any

from paho.mqtt.client import MQTTv311

from runtime.addresses import Egress
from runtime.connectors.broker import BrokerAddress
from runtime.connectors.packets import RETAIN
from runtime.connectors.session import Received, Session

MOST_TOPICS = 2_000
LONGEST_PAYLOAD = 8_192
"""Characters of a payload that are shown."""
LEFT_WITHIN = 5.0
"""Seconds that a broker has to confirm a retained message."""


class Seen:
    """The last payload and the number of messages by topic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: dict[str, dict[str, Any]] = {}

    def add(self, received: Received) -> None:
        received.settle()
        with self._lock:
            heads = received.heads or [0] * len(received.topics)
            for topic, payload, head in zip(received.topics, received.payloads, heads, strict=True):
                self._note(topic, payload, bool(head & RETAIN))

    def _note(self, topic: str, payload: bytes, retained: bool) -> None:
        entry = self._topics.get(topic)
        if entry is None:
            if len(self._topics) >= MOST_TOPICS:
                return
            entry = self._topics[topic] = {"topic": topic, "count": 0}
        entry["count"] += 1
        entry["payload"] = payload[: 4 * LONGEST_PAYLOAD].decode("utf-8", "replace")[:LONGEST_PAYLOAD]
        entry["retained"] = retained

    def rows(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(self._topics[topic]) for topic in sorted(self._topics)]


def browse(
    address: BrokerAddress, filter: str, seconds: float, egress: Egress
) -> tuple[list[dict[str, Any]], str | None]:
    """What passes on `filter` within `seconds` (at most 60): rows of topic, count, payload, retained; and why it did
    not work, else None. Blocks; never raises."""
    seen = Seen()
    try:
        session = _session(address, egress, seen)
    except (OSError, ValueError) as problem:
        return [], str(problem)
    end = session.open()
    if end is not None:
        return [], end.reason
    try:
        if not session.subscribe({filter: 0}):
            return [], "the broker did not answer the subscription"
        if session.refused:
            return [], f"the broker refused the topic {filter!r}"
        until = time.monotonic() + min(max(seconds, 0.0), 60.0)
        while time.monotonic() < until and not session.ended.wait(0.1):
            pass
        return seen.rows(), None
    finally:
        session.close()


def try_broker(address: BrokerAddress, egress: Egress) -> str | None:
    """None when a connection works, else why not. Blocks; never raises."""
    try:
        session = _session(address, egress, Seen())
    except (OSError, ValueError) as problem:
        return str(problem)
    end = session.open()
    if end is not None:
        return end.reason
    session.close()
    return None


def leave(address: BrokerAddress, topic: str, payload: bytes, egress: Egress) -> str | None:
    """Leave a retained message, which whoever subscribes later gets too; empty takes it away. None when the broker has it, else
    why not. Blocks; never raises."""
    try:
        session = _session(address, egress, Seen())
    except (OSError, ValueError) as problem:
        return str(problem)
    end = session.open()
    if end is not None:
        return end.reason
    try:
        kept = session.client.publish(topic, payload, 1, retain=True)
        kept.wait_for_publish(LEFT_WITHIN)
        return None if kept.is_published() else "the broker did not confirm it"
    except (ValueError, RuntimeError) as problem:
        return str(problem)
    finally:
        session.close()


def _session(address: BrokerAddress, egress: Egress, seen: Seen) -> Session:
    return Session(
        address,
        client_id=f"suiro-look-{secrets.token_hex(6)}",
        protocol=int(MQTTv311),
        fresh=True,
        egress=egress,
        on_messages=seen.add,
    )
