"""Dead letters: what was given up, as a store keeps it and as people read it.

Over the control socket: up, a numbered row `dead` for each (`row_of`) and `exhumed` with {"key"} for each that is none any
more. Down, {"t": "replay" | "discard", "flow", "key" or "keys", "id"?}; with an `id`, `done` says whether all of it worked, its
`detail` one of GONE, TIME_OVER, FLOW_FAILED and FLOW_STOPPED (outgoing.py). Those of a stopped flow stay, and can be replayed
once it runs again.
"""

import base64
import json
import logging
import time
from typing import Any, Protocol

import msgspec

from engine.effect import Effect
from nodes.kit.event import Arrival
from runtime.allowance import Allowance
from runtime.clock import WallClock
from runtime.running import Lost, RunningFlow
from runtime.senders.outcome import Outcome
from runtime.store import OLDEST_DEAD, Change, DeadLetter, Store

log = logging.getLogger("suiro.letters")
NOT_LETTERS = frozenset(("dropped", "replaced", "refused", "snoozed"))
"""Ends of an effect that a policy or a person has decided: nobody wants them back."""
MOST_AT_ONCE, EVERY_SECOND = 10_000, 100
"""Messages of one flow that are kept at once and from then on every second: a device that sends nothing readable must not
fill the disk faster than people can read. More are counted and told only."""
EXPIRE_EVERY = 3_600.0
"""Seconds between two looks for letters that are too old."""
SHOWN = 4_000
"""Characters of a payload that the server is told."""


class Gravedigger(Protocol):
    """Who hears, on the host's thread, of dead letters."""

    def buried(self, flow: RunningFlow, letter: DeadLetter) -> None:
        """Something was given up; a store keeps it with the commit of this round."""

    def exhumed(self, flow: str, key: str) -> None:
        """A dead letter is none any more: it was replayed or dropped."""


class Letters:
    """The dead letters of all flows. What changes goes into the next commit; without a store they are told only."""

    def __init__(self, store: Store | None, clock: WallClock, told: Gravedigger) -> None:
        self._store, self._clock, self._told = store, clock, told
        self._dead: dict[str, list[DeadLetter]] = {}
        self._exhumed: dict[str, list[str]] = {}
        self._poison = Allowance(MOST_AT_ONCE, EVERY_SECOND)
        self._expire_at = 0.0

    def bury(self, flow: RunningFlow, letter: DeadLetter) -> None:
        """Keep what was given up."""
        if self._store is not None:
            self._dead.setdefault(flow.id, []).append(letter)
        try:
            self._told.buried(flow, letter)
        except Exception:  # what cannot be told is kept all the same
            log.exception("the dead letter %s cannot be told", letter.key)

    def collect(self, flow: RunningFlow) -> None:
        """Keep the messages that no source of `flow` could read."""
        for lost in flow.take_lost():
            if self._poison.take(flow.id):
                self.bury(flow, message_letter(flow, lost, self._clock.now()))

    def find(self, flow: str, key: str) -> DeadLetter | None:
        """The letter, unless it is gone or going."""
        if self._store is None or key in self._exhumed.get(flow, ()):
            return None
        return self._store.letter(key, flow)

    def exhume(self, letter: DeadLetter) -> None:
        """It is none any more."""
        self._exhumed.setdefault(letter.flow, []).append(letter.key)
        self._told.exhumed(letter.flow, letter.key)

    def read_anew(self, flow: str, first: str, since: int) -> None:
        """Another version reads the message with the cause `first` and all later ones of the inbox: what could not be read of them
        since then (ms) is no dead letter. Whatever it cannot read either becomes one again."""
        before: int | None = None
        gone = set(self._exhumed.get(flow, ()))
        while page := self._page(flow, before):
            for letter in page:
                if letter.died < since:
                    return
                if letter.kind == "message" and letter.key not in gone and _is_from(letter, first):
                    self.exhume(letter)
            before = page[-1].place

    def _page(self, flow: str, before: int | None) -> list[DeadLetter]:
        return self._store.dead(flow, before=before) if self._store is not None else []

    def expire(self) -> None:
        """Now and then, forget those that are older than OLDEST_DEAD."""
        if self._store is not None and time.monotonic() >= self._expire_at:
            self._store.expire(self._clock.now() - OLDEST_DEAD)
            self._expire_at = time.monotonic() + EXPIRE_EVERY

    def add_to(self, changes: dict[str, Change]) -> None:
        """What has changed since the last commit."""
        for id, letters in self._dead.items():
            changes.setdefault(id, Change(id)).dead.extend(letters)
        for id, keys in self._exhumed.items():
            changes.setdefault(id, Change(id)).exhumed.extend(keys)

    def written(self) -> None:
        """The commit is on the disk."""
        self._dead, self._exhumed = {}, {}


def letter_of(flow: RunningFlow, effect: Effect, outcome: Outcome, made: int, now: int) -> DeadLetter:
    """The dead letter of an effect that was made at `made` (ms) and not sent."""
    reason = outcome.reason or ("not_sent" if outcome.permanent else "stopped" if outcome.later else "gave_up")
    what = msgspec.json.encode(effect)
    return DeadLetter(flow.id, effect.key, "effect", what, made, now, outcome.attempts, reason, outcome.detail)


def message_letter(flow: RunningFlow, lost: Lost, now: int) -> DeadLetter:
    """The dead letter of a message that a source could not read. Its key is its cause, and the source."""
    arrival = lost.arrival
    what: dict[str, Any] = {"cause": arrival.cause, "node": lost.node, "args": lost.args}
    if arrival.topic is not None:
        what |= {"topic": arrival.topic, "payload": base64.b64encode(arrival.payload or b"").decode()}
    else:
        what |= {"into": arrival.node, "data": arrival.data}
    key = f"{arrival.cause}/{lost.node}"
    content = msgspec.json.encode(what)
    return DeadLetter(flow.id, key, "message", content, arrival.arrived, now, 1, lost.code, "")


def _is_from(letter: DeadLetter, first: str) -> bool:
    """Whether the message of `letter` came to the inbox as, or after, the one with the cause `first`."""
    inbox, _, place = first.rpartition("-")
    of, _, number = letter.key.partition("/")[0].rpartition("-")
    return of == inbox and int(number) >= int(place)


def arrival_of(letter: DeadLetter) -> tuple[Arrival, str]:
    """The message of a dead letter as it came, and the source that could not read it."""
    what = msgspec.json.decode(letter.what)
    if "topic" in what:
        payload = base64.b64decode(what["payload"])
        arrival = Arrival(letter.created, what["cause"], topic=what["topic"], payload=payload)
    else:
        arrival = Arrival(letter.created, what["cause"], node=what["into"], data=what["data"])
    return arrival, str(what["node"])


def place_of(letter: DeadLetter) -> tuple[str, dict[str, Any]]:
    """Where the message of a dead letter came in (its topic, else the node), and the args of its reason."""
    what = msgspec.json.decode(letter.what)
    return str(what.get("topic") or what.get("into") or ""), dict(what.get("args") or {})


def row_of(letter: DeadLetter) -> dict[str, Any]:
    """The row by which the server hears of a dead letter: no more of its payload than people can read."""
    about = {"key": letter.key, "kind": letter.kind, "created": letter.created, "time": letter.died}
    about |= {"attempts": letter.attempts, "reason": letter.reason, "detail": letter.detail}
    what = msgspec.json.decode(letter.what)
    if letter.kind == "message":
        payload = what.get("payload")
        shown = base64.b64decode(payload).decode("utf-8", "replace") if payload is not None else _json(what["data"])
        to, args = place_of(letter)
        return {**about, "node": what["node"], "device": None, "to": to, "args": args, "payload": shown[:SHOWN]}
    data = what["data"]
    to = str(data.get("to") or what.get("device") or "")
    about |= {"node": what["node"], "device": what.get("device"), "action": what["kind"], "to": to, "args": {}}
    expires = letter.created + what["ttl"] if what.get("ttl") is not None else None
    return {**about, "cause": what["cause"], "expires": expires, "payload": _shown(data)[:SHOWN]}


def _shown(data: dict[str, Any]) -> str:
    """What would have left, as people read it: the text of a notice, else JSON."""
    text = data.get("text")
    return text if isinstance(text, str) else _json({name: part for name, part in data.items() if name != "to"})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
