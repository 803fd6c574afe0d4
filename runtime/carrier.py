"""Carries effects out: by kind to a destination, a device, the store or a model, and reports what came of each."""

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, NamedTuple

from engine.effect import Effect
from nodes.kit.action import WhenFull
from nodes.kit.effect import Answer
from nodes.kit.picture import sha256_of
from nodes.kit.things import Command
from runtime.approvals import Approvals
from runtime.inference.asks import Asks
from runtime.running import RunningFlow
from runtime.senders.command import Commands, command_of, cooldown_of
from runtime.senders.outcome import DROPPED, EXPIRED, SENT, SNOOZED, TO_DESTINATIONS, Address, Outcome, Parcel, failed
from runtime.senders.outlets import Outlets
from runtime.snoozes import Snoozes

Done = Callable[[Outcome | Answer], None]
"""Told once what came of an effect, on any thread: an Answer for an ask, an Outcome for an action."""
Locally = Callable[[RunningFlow, Effect], Outcome]
OnTried = Callable[[str, str, int], None]
"""Told, on any thread, of a flow's id, an effect's key and how often it was tried, when it will be tried again."""
NOTICE_LIFE = 86_400.0
"""Seconds for which a notice or call that has no time to live of its own may still be sent."""
COMMANDS = "/commands"
"""The lane of what goes to devices; no destination has such an id."""


class Way(NamedTuple):
    """To the devices of one type: what they are told, and its cooldown (seconds)."""

    command: Command
    cooldown: float


class Carrier:
    """`inbox` and `store` take what stays in the product, `approvals` what a person must approve, `snoozes` what
    nobody wants to hear of for a while; None where there is no product around (a headless run). `pages` is where the
    server's pages are, such as https://suiro.example."""

    def __init__(
        self,
        outlets: Outlets,
        commands: Commands,
        asks: Asks,
        *,
        inbox: Locally | None,
        store: Locally | None,
        approvals: Approvals | None = None,
        snoozes: Snoozes | None = None,
        on_tried: OnTried = lambda flow, key, attempts: None,
        pages: str = "",
    ) -> None:
        self.outlets, self.commands, self.asks, self.approvals = outlets, commands, asks, approvals
        self._pages = pages
        self._inbox, self._store, self._snoozes, self._on_tried = inbox, store, snoozes, on_tried

    @property
    def busy(self) -> bool:
        """Whether so much is on its way to the broker that nothing more should be taken in."""
        return self.commands.busy

    def go(self) -> None:
        """Send off what was carried out since the last call: commands travel together."""
        self.commands.go()

    def lane(self, effect: Effect) -> str:
        """What `effect` waits for where there is no room: a destination's id, or COMMANDS."""
        return str(effect.data.get("to")) if effect.kind in TO_DESTINATIONS else COMMANDS

    def has_room(self, flow: RunningFlow, lane: str) -> bool:
        """Whether more may be taken from the disk for `lane`."""
        if lane == COMMANDS:
            return self.commands.has_room
        address = flow.destinations.get(lane)
        return address is None or not address.address or self.outlets.has_room(address)

    def withdraw(self, keys: Collection[str]) -> None:
        """Send none of the actions with these keys any more."""
        self.outlets.withdraw(keys)
        self.commands.withdraw(keys)

    def carry_out(
        self, flow: RunningFlow, effect: Effect, age: float, done: Done, *, kept: bool, attempts: int = 0
    ) -> bool:
        """Start carrying out; `age` (seconds) is how long ago the effect was made, `kept` whether it stands in the outbox:
        then, where there is no room and its node does not drop, nothing happens and the answer is False. `attempts` were
        made before. Never raises, never blocks long."""
        try:
            if effect.ask:
                seconds = (effect.timeout or 60_000) / 1000
                self.asks.ask(effect.data, flow, seconds, done, effect.device, flow=flow.id)
                return True
            outcome = self._act(flow, effect, age, done, kept, attempts)
        except Exception as problem:  # what a new kind of effect may bring must not end the worker
            outcome = failed(f"{type(problem).__name__}: {problem}"[:200])
        if outcome is DROPPED and kept and effect.node not in flow.drops:
            return False
        if outcome is not None:
            done(outcome)
        return True

    def _act(
        self, flow: RunningFlow, effect: Effect, age: float, done: Done, kept: bool, attempts: int
    ) -> Outcome | None:
        """None when `done` will be called later, DROPPED where there is no room."""
        life = None if effect.ttl is None else effect.ttl / 1000 - age
        if life is not None and life <= 0:
            return EXPIRED
        if self._snoozes is not None and self._snoozes.take(flow, effect):
            return SNOOZED
        if effect.kind in TO_DESTINATIONS:
            left = NOTICE_LIFE - age if life is None else life
            return self._to_destination(flow, effect, left, done, kept, attempts)
        if effect.kind == "command":
            return self._tell(flow, effect, life, done, kept)
        if effect.kind == "store":
            return self._store(flow, effect) if self._store else SENT
        return failed(f"nothing here carries out {effect.kind!r}")

    def _to_destination(
        self, flow: RunningFlow, effect: Effect, life: float, done: Done, kept: bool, attempts: int
    ) -> Outcome | None:
        name = str(effect.data.get("to"))
        address = flow.destinations.get(name)
        if address is None or (not address.address and address.service != "inbox"):
            return Outcome(False, True, f"the destination {name!r} has no address here", reason="no_address")
        if not address.address:
            return self._to_inbox(flow, effect)
        outlet = self.outlets.of(address, name)
        if isinstance(outlet, Outcome):
            return outlet
        policy: WhenFull = flow.when_full.get(effect.node) or ("block" if kept else "latest")
        until, tried = time.monotonic() + life, partial(self._on_tried, flow.id, effect.key) if kept else None
        taken = outlet.put(
            _parcel(flow, effect, self._pages),
            done,
            until=until,
            kept=kept,
            policy=policy,
            attempts=attempts,
            on_tried=tried,
        )
        return None if taken else DROPPED

    def _to_inbox(self, flow: RunningFlow, effect: Effect) -> Outcome:
        if self._inbox is None or effect.kind != "notify":
            return failed("the inbox takes notices, and only of flows that run under a server")
        return self._inbox(flow, effect)

    def _tell(self, flow: RunningFlow, effect: Effect, life: float | None, done: Done, kept: bool) -> Outcome | None:
        way = self._way_of(flow, effect)
        if isinstance(way, Outcome):
            return way
        return (
            self._hold(flow, way, effect, life, done)
            if way.command.approval
            else self._put(way, effect, life, done, kept)
        )

    def _hold(self, flow: RunningFlow, way: Way, effect: Effect, life: float | None, done: Done) -> Outcome | None:
        if self.approvals is None:
            return failed("a person must approve it, which takes a flow that runs under a server")

        def proceed(left: float) -> None:
            outcome = self._put(way, effect, left, done, kept=False)
            if outcome is not None:
                done(outcome)

        self.approvals.hold(flow, effect, life, proceed, done)
        return None

    def _put(self, way: Way, effect: Effect, life: float | None, done: Done, kept: bool) -> Outcome | None:
        device, command, values = str(effect.device), way.command, effect.data.get("values")
        name, topic = f"{device}/{command.id}", command.topic_of(device)
        taken = self.commands.put(
            name, topic, values, cooldown=way.cooldown, ttl=life, report=done, kept=kept, key=effect.key
        )
        return None if taken else DROPPED

    def _way_of(self, flow: RunningFlow, effect: Effect) -> Way | Outcome:
        """How a command reaches its device, or why it does not. Looked up once for each type: what is the same for all devices
        is not kept for each of very many."""
        registry, name = flow.engine.plan.registry, str(effect.data.get("command"))
        device = registry.devices.get(effect.device or "") if registry else None
        type = device.type if device is not None else ""
        way: Way | None = flow.ways.get((type, name))
        if way is None:
            found = command_of(registry, effect.device, name)
            if isinstance(found, Outcome):
                return found
            way = flow.ways[type, name] = Way(found, cooldown_of(found))
        return way


def _parcel(flow: RunningFlow, effect: Effect, pages: str) -> Parcel:
    """A notice carries a text, and the address of its picture where the server's `pages` are known; a call a body."""
    name = flow.plan.name
    content: dict[str, Any] = {"body": effect.data.get("body")}
    if effect.kind == "notify":
        shown = sha256_of(effect.data.get("picture"))
        seen = f"{pages}/pictures/{shown}" if pages and shown else ""
        content = {"text": str(effect.data.get("text", "")), "picture": seen}
    return Parcel(effect.key, effect.node, effect.kind, effect.device, effect.time, **content, flow=name)


def address_of(given: Any, service: str, *, trusted: bool) -> Address | None:
    """A destination's address as written in a file: a text, or {"service", "address"}."""
    if isinstance(given, str):
        return Address(service, given, trusted)
    if isinstance(given, dict) and isinstance(given.get("address"), str):
        return Address(str(given.get("service") or service), given["address"], trusted)
    return None
