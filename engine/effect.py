"""What leaves an engine: actions to carry out and questions to answer."""

import hashlib
from typing import Any

import msgspec

from nodes.kit.event import Event


class Effect(msgspec.Struct, frozen=True):
    """An action (`ask` false) or a question to the outside (`ask` true).

    `key` is the same whenever the same flow handles the same input again: receivers may drop repeats by it. `time` is
    the time of the event that caused it (ms), `cause` names that event's root. `device` and `data` are as in
    CONTRACTS section 5; an ask's `data` is its request. `ttl` (ms): how long it may still be sent; `timeout` (ms): how
    long an ask waits. What came of it goes back through `Engine.answer(key, ...)`."""

    key: str
    node: str
    kind: str
    time: int
    device: str | None
    data: dict[str, Any]
    cause: str
    ttl: int | None = None
    ask: bool = False
    timeout: int | None = None


class Waiting(msgspec.Struct):
    """An effect whose outcome some node wants to hear. `slot` is the key of the asking node's memory, `ordinal` tells
    apart several effects of one cause, `since` is the `now` at which it left (ms)."""

    node: str
    slot: str | None
    event: Event
    ordinal: int
    since: int
    effect: Effect


def effect_key(version: str, node: str, cause: str, ordinal: int) -> str:
    """32 hex digits, stable across replays."""
    return hashlib.sha256(f"{version}|{node}|{cause}|{ordinal}".encode("utf-8", "replace")).hexdigest()[:32]
