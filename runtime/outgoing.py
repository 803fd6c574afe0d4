"""What leaves: effects on their way, what came of each, and what has no room yet and waits in the outbox on the disk.

Each effect has one fate: created = sent + pending + expired + dropped + dead. What was expired or dead is a dead letter,
kept by the commit that settles it.
"""

import logging
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Protocol

import msgspec

from engine.actions import needs_approval
from engine.effect import Effect
from nodes.kit.effect import Answer
from runtime.approvals import Approvals
from runtime.asked import waited
from runtime.attempts import Attempts
from runtime.behind import Behind
from runtime.carrier import COMMANDS, Carrier
from runtime.clock import WallClock
from runtime.inference.use import Answered
from runtime.letters import NOT_LETTERS, Gravedigger, Letters, arrival_of, letter_of
from runtime.mailbox import Mailbox
from runtime.running import RunningFlow, waiting_of
from runtime.senders.outcome import SNOOZED, Outcome
from runtime.store import Change, DeadLetter, Store, Waiting

log = logging.getLogger("suiro.outgoing")
SOON = 0.01
"""Seconds for which the end of an action that no node waits for may wait for others."""
PAGE = 256
"""Rows of the outbox that are read at once."""
PAGES_AT_ONCE = 8
"""Of them, in one round: events do not wait longer."""
GONE, TIME_OVER, FLOW_FAILED, FLOW_STOPPED = "gone", "time_over", "flow_failed", "flow_stopped"
"""Why a dead letter cannot be replayed: there is no such letter any more, its time to live is over, its flow has failed or
was stopped, so that nobody knows the address."""
FULL = Outcome(False, True, "too many are waiting in the outbox", reason="outbox_full")
At = tuple[str, str]


class EffectFates(msgspec.Struct):
    """Of one flow, since the worker started; what its outbox held then counts as created. `reasons` says of the `dropped`
    ones why: made room in a full queue (`oldest`, `outdated` by a later one of the same node and device, `no_room` for
    it), `replaced` by a later command within a cooldown, `refused` or `snoozed` by a person, `withdrawn` with the version that made
    it."""

    created: int = 0
    sent: int = 0
    expired: int = 0
    dropped: int = 0
    dead: int = 0
    reasons: dict[str, int] = {}

    def drop(self, reason: str) -> None:
        """One was dropped."""
        self.dropped += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


class Told(Gravedigger, Protocol):
    """Who hears, on the host's thread, what came of effects and messages."""

    def carried_out(self, flow: RunningFlow, effect: Effect, outcome: Outcome) -> None:
        """An action came to its end."""

    def asked(self, flow: RunningFlow, effect: Effect, answer: Answered, after: int | None) -> None:
        """A model was asked and this came, `after` ms as the flow's clock goes (None: nobody waits for it any more)."""


class Outgoing:
    """Everything but `_ends` belongs to the host's thread."""

    def __init__(
        self,
        flows: dict[str, RunningFlow],
        *,
        mailbox: Mailbox,
        clock: WallClock,
        listener: Told,
        store: Store | None,
    ) -> None:
        self.carrier: Carrier | None = None
        self.approvals: Approvals | None = None
        self._flows, self._mailbox, self._clock, self._store = flows, mailbox, clock, store
        self.listener = listener
        self._ended: deque[tuple[RunningFlow, Effect, Outcome | Answer]] = deque()
        self._called = False
        self._settled: dict[str, list[str]] = {}
        self._kept: set[At] = set()
        """Flow and key of what fast flows have in the outbox."""
        self._flying: defaultdict[str, dict[str, int]] = defaultdict(dict)
        """By flow, the keys of actions that are on their way, and when each was made (ms)."""
        self._behind: dict[At, Behind] = {}
        """By flow and lane, what waits on the disk because there was no room."""
        self._fates: defaultdict[str, EffectFates] = defaultdict(EffectFates)
        self.letters, self.attempts = Letters(store, clock, listener), Attempts()

    @property
    def busy(self) -> bool:
        """Whether so much is on its way to the broker that nothing more should be taken in."""
        return self.carrier is not None and self.carrier.busy

    # --- on their way ---------------------------------------------------------------------------------------------

    def leave(self, flow: RunningFlow, effects: Iterable[Effect]) -> None:
        """Carry out what a commit has just made safe."""
        now = self._clock.now()
        for effect in effects:
            self._send(flow, effect, now, now)

    def take_up(self, flow: RunningFlow) -> None:
        """Carry out what the outbox still holds after a start, page by page."""
        for rows in self._outbox(flow):
            now = self._clock.now()
            for row in rows:
                effect = msgspec.json.decode(row.effect, type=Effect)
                if not flow.durable:
                    self._kept.add((flow.id, effect.key))
                self._send(flow, effect, row.created, now, row.attempts)

    def keep(self, flow: RunningFlow) -> None:
        """What stands in the outbox of `flow` stays there until its end, although it is not durable any more."""
        self._kept |= {(flow.id, row.key) for rows in self._outbox(flow) for row in rows}

    def _outbox(self, flow: RunningFlow) -> Iterator[list[Waiting]]:
        """All that stands there, page by page."""
        place = 0
        while rows := self._page(flow, place):
            place = rows[-1].place
            yield rows

    def _page(self, flow: RunningFlow, after: int) -> list[Waiting]:
        return self._store.waiting(flow.id, after, PAGE) if self._store is not None else []

    def _send(self, flow: RunningFlow, effect: Effect, made: int, now: int, attempts: int = 0) -> None:
        """Hand over what was made at `made` (ms) and tried `attempts` times, or leave it on the disk behind those that wait
        there already."""
        carrier = self.carrier
        if carrier is None or effect.key in self._flying[flow.id]:
            return
        if not effect.ask:
            self._fates[flow.id].created += 1
        kept = self.outlives(flow, effect)
        waits = kept and not effect.ask and effect.node not in flow.drops
        lane = (flow.id, carrier.lane(effect)) if waits else None
        if lane is not None and lane in self._behind:
            self._behind[lane].add(msgspec.json.encode(effect))
        elif not self._hand_over(carrier, flow, effect, made, now, attempts, kept=kept) and lane is not None:
            self._behind[lane] = behind = Behind()
            behind.add(msgspec.json.encode(effect))

    def _hand_over(
        self, carrier: Carrier, flow: RunningFlow, effect: Effect, made: int, now: int, attempts: int, *, kept: bool
    ) -> bool:
        flying = self._flying[flow.id]
        if not effect.ask:
            flying[effect.key] = made
        age = (now - made) / 1000 if now > made else 0.0
        taken = carrier.carry_out(flow, effect, age, partial(self._ends, flow, effect), kept=kept, attempts=attempts)
        if not taken:
            flying.pop(effect.key, None)
        return taken

    def refill(self) -> None:
        """Take from the disk what there is room for now."""
        carrier, pages = self.carrier, 0
        for (id, lane), behind in list(self._behind.items()):
            flow = self._flows.get(id)
            if flow is None or behind.count <= 0:
                del self._behind[id, lane]
            elif carrier is not None and (behind.full or carrier.has_room(flow, lane)):
                self._behind[id, lane] = self._behind.pop((id, lane))  # the others come first next time
                self._read_on(carrier, flow, lane, behind)
                pages += 1
                if pages == PAGES_AT_ONCE:
                    self._mailbox.post(lambda: None)
                    return

    def _read_on(self, carrier: Carrier, flow: RunningFlow, lane: str, behind: Behind) -> None:
        now = self._clock.now()
        rows = self._page(flow, behind.place)
        if not rows and behind.place:
            behind.place = 0  # once more from the start: what was left out was on its way when it was looked at
        elif not rows:  # nothing is there any more
            self.fates(flow.id).created -= behind.count
            behind.count = behind.size = 0
        for row in rows:
            effect = msgspec.json.decode(row.effect, type=Effect)
            if not effect.ask and carrier.lane(effect) == lane and effect.key not in self._flying.get(flow.id, ()):
                if behind.full:
                    self._flying[flow.id][effect.key] = row.created
                    self._ends(flow, effect, FULL)
                elif not self._hand_over(carrier, flow, effect, row.created, now, row.attempts, kept=True):
                    return
                behind.take(row.effect)
            behind.place = row.place

    def go(self) -> None:
        """Send off what was handed over in this round."""
        if self.carrier is not None:
            self.carrier.go()

    def outlives(self, flow: RunningFlow, effect: Effect) -> bool:
        """Whether `effect` stands in the outbox."""
        return self._store is not None and (flow.durable or (flow.id, effect.key) in self._kept)

    def withdraw(self, flow: RunningFlow, since: int, mine: Iterable[str]) -> None:
        """Of what was made after `since` (ms), save `mine`, nothing leaves any more, be it in a queue or on the disk."""
        flying, fates = self._flying.get(flow.id, {}), self.fates(flow.id)
        stay = {*flying, *mine}
        if self.carrier is not None and (
            late := {key for key, made in flying.items() if made > since}.difference(mine)
        ):
            self.carrier.withdraw(late)
        for rows in self._outbox(flow):
            gone = [row for row in rows if row.created > since and row.key not in stay]
            self._settled.setdefault(flow.id, []).extend(row.key for row in gone)
            for lane, effect in self._lanes(flow, gone):
                if (behind := self._behind.get(lane)) is None:
                    continue
                behind.take(effect)
                fates.drop("withdrawn")

    def _lanes(self, flow: RunningFlow, rows: Iterable[Waiting]) -> Iterator[tuple[At, bytes]]:
        """Where the actions of these rows wait, and each as it is written."""
        for row in rows:
            effect = msgspec.json.decode(row.effect, type=Effect)
            if not effect.ask and self.carrier is not None and effect.node not in flow.drops:
                yield (flow.id, self.carrier.lane(effect)), row.effect

    def forget(self, flow: str) -> None:
        """The flow was stopped: nothing of it is sent any more. Its dead letters stay."""
        if self.approvals is not None:
            self.approvals.forget(flow)
        self._kept = {kept for kept in self._kept if kept[0] != flow}
        self._behind = {at: behind for at, behind in self._behind.items() if at[0] != flow}
        if (flying := self._flying.pop(flow, None)) and self.carrier is not None:
            self.carrier.withdraw(flying)
        for kept in (self._fates, self._settled):
            kept.pop(flow, None)
        self.attempts.forget(flow)

    # --- what came of it ------------------------------------------------------------------------------------------

    def _ends(self, flow: RunningFlow, effect: Effect, outcome: Outcome | Answer) -> None:
        """On any thread: something came of an effect."""
        self._ended.append((flow, effect, outcome))
        awaited = (self._flows.get(flow.id) or flow).hears(effect.key)
        if awaited or not self._called:
            self._called = True
            self._mailbox.post(self._take_ended, 0.0 if awaited else SOON)

    def _take_ended(self) -> None:
        self._called = False
        now = self._clock.now()
        for _ in range(len(self._ended)):
            self._over(*self._ended.popleft(), now)

    def _over(self, flow: RunningFlow, effect: Effect, result: Outcome | Answer, now: int) -> None:
        running = self._flows.get(flow.id)
        kept = running is not None and self.outlives(running, effect)
        if isinstance(result, Outcome):
            if result.later and kept:
                return  # it stays in the outbox and goes after the next start
            try:
                self.listener.carried_out(running or flow, effect, result)
            except Exception:  # what cannot be told has happened all the same
                log.exception("the end of %s cannot be told", effect.key)
            if running is not None:
                self._count(running, effect, result, now)
        elif isinstance(result, Answered):
            self.listener.asked(running or flow, effect, result, waited(running or flow, effect.key, now))
        if running is None:
            return
        if running.hears(effect.key):
            running.answer(effect.key, result if isinstance(result, Answer) else answer_of(effect, result), now)
        if kept:
            self._settled.setdefault(running.id, []).append(effect.key)
            self._kept.discard((running.id, effect.key))

    def _count(self, flow: RunningFlow, effect: Effect, outcome: Outcome, now: int) -> None:
        fates, made = self._fates[flow.id], self._flying[flow.id].pop(effect.key, None)
        if made is None:  # of a flow of this name that was stopped
            return
        if outcome.sent:
            fates.sent += 1
        elif outcome.reason in NOT_LETTERS:
            fates.drop(outcome.policy or outcome.reason)
        else:
            fates.expired += outcome.reason == "expired"
            fates.dead += outcome.reason != "expired"
            self.letters.bury(flow, letter_of(flow, effect, outcome, made, now))

    # --- dead letters ---------------------------------------------------------------------------------------------

    def replay(self, id: str, key: str) -> str | None:
        """Send an effect after all, with the same key, or give its flow a message again. None, or why not."""
        flow, letter = self._flows.get(id), self.letters.find(id, key)
        if letter is None:
            return GONE
        if flow is None:
            return FLOW_STOPPED
        if flow.failure is not None:
            return FLOW_FAILED
        if letter.kind == "message":
            flow.read_again(*arrival_of(letter))
        elif not self._send_again(flow, letter):
            return TIME_OVER
        self.letters.exhume(letter)
        return None

    def _send_again(self, flow: RunningFlow, letter: DeadLetter) -> bool:
        """False: its time to live is over."""
        effect, now = msgspec.json.decode(letter.what, type=Effect), self._clock.now()
        made = now if effect.ttl is None else letter.created
        if effect.ttl is not None and made + effect.ttl <= now:
            return False
        if self._store is not None:
            self._store.exhume(letter.key, flow.id, made)
        if not flow.durable:
            self._kept.add((flow.id, letter.key))
        fates, name = self.fates(flow.id), "expired" if letter.reason == "expired" else "dead"
        if getattr(fates, name):  # it counts as created once more; where this process has counted its end, that is none
            setattr(fates, name, getattr(fates, name) - 1)
            fates.created -= 1
        self._send(flow, effect, made, now)
        return True

    def drop(self, id: str, key: str) -> str | None:
        """Forget a dead letter. None, or why not."""
        letter = self.letters.find(id, key)
        if letter is None:
            return GONE
        self.letters.exhume(letter)
        return None

    def collect(self) -> None:
        """Make dead letters of the messages that no source could read since the last call."""
        for flow in self._flows.values():
            self.letters.collect(flow)

    def fates(self, flow: str) -> EffectFates:
        """What became of the flow's effects."""
        return self._fates[flow]

    def counts(self, flow: str) -> dict[str, Any]:
        """The fates for people, with what is `pending`: on its way, or on the disk."""
        on_disk = sum(behind.count for (id, _), behind in self._behind.items() if id == flow)
        fates: dict[str, Any] = msgspec.to_builtins(self._fates.get(flow) or EffectFates())
        return {**fates, "pending": len(self._flying.get(flow, ())) + on_disk, "on_disk": on_disk}

    def queues(self) -> dict[str, Any]:
        """For people: where something was sent (`destinations`, with breaker and queue of each), `commands` to devices, and
        `asks`; with what waits `on_disk` (of `disk_bytes`)."""
        carrier = self.carrier
        if carrier is None:
            return {"destinations": [], "commands": {}, "asks": []}
        on_disk: dict[str, dict[str, int]] = defaultdict(lambda: {"on_disk": 0, "disk_bytes": 0})
        for (_, lane), behind in self._behind.items():
            on_disk[lane]["on_disk"] += behind.count
            on_disk[lane]["disk_bytes"] += behind.size
        destinations = [{**standing, **on_disk[standing["id"]]} for standing in carrier.outlets.standings()]
        commands = {**carrier.commands.standing(), **on_disk[COMMANDS]}
        return {"destinations": destinations, "commands": commands, "asks": carrier.asks.standings()}

    # --- for the commit -------------------------------------------------------------------------------------------

    def held(self, flow: RunningFlow, now: int) -> Change | None:
        """Of a fast flow, only what waits for a person or for room outlives a restart."""
        if flow.durable or not flow.made or (self.approvals is None and not flow.waits):
            return None
        held = [e for e in flow.made if e.node in flow.waits or needs_approval(e, flow.plan.registry)]
        self._kept |= {(flow.id, effect.key) for effect in held}
        return Change(flow.id, waiting=waiting_of(flow, held, now)) if held else None

    def add_to(self, changes: dict[str, Change], *, anyway: bool) -> None:
        """What was settled, given up and tried since the last commit; there will be one `anyway`."""
        for id, keys in self._settled.items():
            changes.setdefault(id, Change(id)).settled.extend(keys)
        self.letters.add_to(changes)
        self.attempts.add_to(changes, anyway=anyway or bool(changes))

    def written(self) -> None:
        """The commit is on the disk."""
        self._settled = {}
        self.letters.written()
        self.attempts.written()


def answer_of(effect: Effect, outcome: Outcome) -> Answer:
    """What the node hears of its action. A notice that a person has snoozed is as good as sent: the flow has nobody else to
    tell. A device that was not switched is told as it is."""
    if outcome.sent or (outcome is SNOOZED and effect.kind == "notify"):
        return Answer(value=True)
    error = outcome.reason or ("not_sent" if outcome.permanent else "not_reached")
    return Answer(error=error, detail=outcome.detail)
