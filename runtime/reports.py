"""What the server hears of the flows: numbered rows that may not get lost, and taps that may."""

import time
from collections.abc import Callable
from itertools import islice
from typing import Any

from document.problems import render
from engine.actions import action_row, needs_approval, spoken_command
from engine.clock import format_time
from engine.effect import Effect
from engine.engine import Engine
from engine.fates import Trace, shortened
from engine.standing import has_standing, take_note
from nodes.kit.picture import sha256_of
from nodes.kit.problem import Problem
from runtime.allowance import Allowance
from runtime.asked import Questions
from runtime.host import Host
from runtime.inference.use import Answered, Use
from runtime.json_bytes import json_bytes
from runtime.letters import row_of
from runtime.probation import Refused
from runtime.running import RunningFlow
from runtime.senders.outcome import SENT, Outcome
from runtime.store import DeadLetter

TAPS_EVERY = 0.2
"""Seconds between two tap frames of a flow, at least."""
STANDINGS_EVERY = 1.0
"""Seconds between two looks at where the keys of a flow's nodes stand."""
NOTED_EVERY = 10.0
"""Seconds between two looks where nothing is written that would tell (flows that are not durable) and nobody looks on."""
MOST_KEYS, MOST_NAMED = 2_000, 200
"""Keys of a node that are looked at, and those that are told by name for each standing."""
SAME_PROBLEM_EVERY = 5.0
"""Seconds between two rows of the same problem at the same node."""
LISTED_AT_ONCE, LISTED_EVERY_SECOND = 2_000, 100
"""Actions of one flow that are listed one by one, at once and from then on every second; more are counted, and listed only if
they fail."""
MOST_UNLISTED = 1_000_000
COUNT_EVERY = 10.0
"""Seconds between two rows that tell how many actions were not listed."""
Say = Callable[[dict[str, Any]], None]


class Reports:
    """The host's listener in a worker. All on the host's thread."""

    def __init__(self, say: Say, rows_changed: Callable[[], None]) -> None:
        self.host: Host | None = None
        self._say, self._rows_changed = say, rows_changed
        self._taps: dict[str, Taps] = {}
        self._problems: dict[tuple[str, str | None, str], tuple[float, int]] = {}
        self._listing = Allowance(LISTED_AT_ONCE, LISTED_EVERY_SECOND)
        self._unlisted: set[str] = set()
        """Keys of actions on their way that the server has no row of."""
        self._passed_over: dict[str, int] = {}
        """By flow: how many of them since that was told last."""
        self._count_at = self._note_at = 0.0
        self._wrong: dict[str, dict[str, list[Problem]]] = {}
        """By flow: what is wrong with its models or its topics, as long as it is."""
        self._questions = Questions(self.row)

    # --- rows -----------------------------------------------------------------------------------------------------

    def row(self, flow: str | None, kind: str, data: dict[str, Any]) -> None:
        """One numbered row."""
        if self.host is None:
            return
        self.host.row(json_bytes({"at": self.host.clock.now(), "flow": flow, "row": kind, "data": data}))

    def notice(self, flow: RunningFlow, effect: Effect) -> Outcome:
        """A notice into the product's own inbox."""
        about = {"device": effect.device, "time": effect.time, "key": effect.key}
        told = {
            "to": effect.data.get("to"),
            "text": effect.data.get("text"),
            "picture": sha256_of(effect.data.get("picture")),
        }
        data = {"node": effect.node, **told, **about}
        self.row(flow.id, "notice", data)
        return SENT

    def snoozed(self, flow: RunningFlow, effect: Effect, snooze: str) -> None:
        """A notice or command that was held back because a person has snoozed it."""
        told = str(effect.data.get("text", "")) if effect.kind == "notify" else _spoken(flow, effect)
        about = {"device": effect.device, "time": effect.time, "key": effect.key, "snooze": snooze}
        data = {
            "node": effect.node,
            "to": effect.data.get("to"),
            "text": told,
            "picture": sha256_of(effect.data.get("picture")),
        }
        self.row(flow.id, "snoozed", {**data, **about})

    def stored(self, flow: RunningFlow, effect: Effect) -> Outcome:
        """Fields to keep and chart."""
        data = {"node": effect.node, "device": effect.device, "time": effect.time, "fields": effect.data}
        self.row(flow.id, "stored", data)
        return SENT

    def made(self, flow: RunningFlow, effects: list[Effect]) -> None:
        """Actions were decided. What is stored tells of itself by its `stored` row."""
        actions = [effect for effect in effects if not effect.ask and effect.kind != "store"]
        listed = self._listing.take(flow.id, len(actions))
        for effect in actions[:listed]:
            self.row(flow.id, "firing", action_row(effect, flow.plan.registry))
        for effect in actions[listed:]:
            if needs_approval(effect, flow.plan.registry):  # a person will look for it
                self.row(flow.id, "firing", action_row(effect, flow.plan.registry))
            else:
                self._unlisted.add(effect.key)
                self._passed_over[flow.id] = self._passed_over.get(flow.id, 0) + 1
        if len(self._unlisted) > MOST_UNLISTED:
            self._unlisted.clear()

    def carried_out(self, flow: RunningFlow, effect: Effect, outcome: Outcome) -> None:
        if effect.key in self._unlisted:
            self._unlisted.discard(effect.key)
            if outcome.sent:
                return
        if effect.kind != "store" or not outcome.sent:
            row = action_row(effect, flow.plan.registry)
            row.pop("approval", None)  # whatever a person had to say has been said
            self.row(
                flow.id, "effect", {**row, "sent": outcome.sent, "outcome": outcome.word, "detail": outcome.detail}
            )

    def asked(self, flow: RunningFlow, effect: Effect, answer: Answered, after: int | None) -> None:
        """A model was asked."""
        self._questions.told(flow, effect, answer, after)

    def spent_beside(self, flow: str, use: Use) -> None:
        """A flow spent this on more than its own questions."""
        self._questions.beside(flow, use)

    def buried(self, flow: RunningFlow, letter: DeadLetter) -> None:
        """Something is a dead letter now."""
        self.row(flow.id, "dead", row_of(letter))

    def exhumed(self, flow: str, key: str) -> None:
        """A dead letter was replayed or dropped."""
        self.row(flow, "exhumed", {"key": key})

    def held(self, flow: RunningFlow, effect: Effect, expires: int) -> None:
        """A command waits for a person."""
        asked = {"key": effect.key, "node": effect.node, "device": effect.device, **effect.data}
        self.row(flow.id, "approval", {**asked, "text": _spoken(flow, effect), "time": effect.time, "expires": expires})

    def problem(self, flow: str | None, node: str | None, code: str, args: dict[str, Any], **more: Any) -> None:
        """A problem on a node's trace; the same one again within a few seconds is only counted."""
        now = time.monotonic()
        last, count = self._problems.get((flow or "", node, code), (-1e9, 0))
        if now - last < SAME_PROBLEM_EVERY:
            self._problems[flow or "", node, code] = (last, count + 1)
            return
        if len(self._problems) > 5_000:
            self._problems.clear()
        self._problems[flow or "", node, code] = (now, 0)
        self.row(flow, "problem", {"node": node, "code": code, "args": args, "count": count + 1, **more})

    # --- short-lived ----------------------------------------------------------------------------------------------

    def failed(self, flow: RunningFlow) -> None:
        self.status_of(flow)
        self.problem(flow.id, None, "node_failed", {"detail": flow.failure or ""})

    def refused(self, flow: RunningFlow, refused: Refused) -> None:
        """A new version did not stay."""
        self.status_of(flow)
        about = {"version": refused.version, "to": refused.to, "code": refused.code, "args": refused.args}
        self.row(flow.id, "rolled_back", about)

    def status_of(self, flow: RunningFlow, problems: list[dict[str, Any]] | None = None) -> None:
        refused = self.host.versions.refused.get(flow.id) if self.host is not None else None
        status = "failed" if flow.failure else "running" if refused is None else "rolled_back"
        words = {"t": "flow", "flow": flow.id, "version": flow.version, "status": status}
        found = [one for about in self._wrong.get(flow.id, {}).values() for one in about]
        if refused is not None:
            words["refused"] = refused.version
            found = [refused.problem(), *found]
        self._say({**words, "problems": [*(problems or []), *(render(one, flow.lang) for one in found)]})

    def wrong(self, flow: str, about: str, found: list[Problem]) -> bool:
        """What is wrong with `about` (models, topics) of a flow, told with each of its states from now on. Whether that is news."""
        known = self._wrong.setdefault(flow, {})
        news, known[about] = known.get(about, []) != found, found
        return news

    def forget(self, flow: str) -> None:
        """It was stopped."""
        self._wrong.pop(flow, None)

    def tap(self, flow: RunningFlow, on: bool) -> None:
        """Switch the live values of a flow's edges on (all of them are told at once) or off."""
        if on:
            self._taps[flow.id] = Taps()
        else:
            self._taps.pop(flow.id, None)

    def round_over(self) -> None:
        host = self.host
        if host is None:
            return
        for flow in list(host.flows.values()):
            for trace in flow.new_troubles():
                self._trouble(flow, trace)
        now = time.monotonic()
        self._questions.tell_counts(now)
        if self._passed_over and now >= self._count_at:
            self._count_at = now + COUNT_EVERY
            passed_over, self._passed_over = self._passed_over, {}
            for id, count in passed_over.items():
                self.problem(id, None, "unlisted", {"most": LISTED_EVERY_SECOND, "count": count})
        if now >= self._note_at:
            self._note_at = now + NOTED_EVERY
            for flow in host.flows.values():
                if not (flow.durable or flow.resting):  # what stands since before it rested was noted then
                    standings_of(flow)
        for id, taps in list(self._taps.items()):
            running = host.flows.get(id)
            if running is None:
                del self._taps[id]
            elif now >= taps.next:
                frame = taps.frame(running, now)
                if frame:
                    self._say({"t": "taps", "flow": id, **frame})

    def committed(self) -> None:
        """Once per round, after its commit: only what is on the disk can be read there."""
        if self.host is not None and self.host.rows_written:
            self.host.rows_written = False
            self._rows_changed()

    def _trouble(self, flow: RunningFlow, trace: Trace) -> None:
        more = {"device": trace.device, "time": trace.time, "data": trace.data}
        self.problem(flow.id, trace.node, trace.code, trace.args, **more)


class Taps:
    """What was last told of one flow's edges and nodes."""

    def __init__(self) -> None:
        self.next = 0.0
        self._since = time.monotonic()
        self._edges: dict[str, tuple[int, float]] = {}
        self._problems: dict[str, int] = {}
        self._standings: dict[str, list[dict[str, Any]]] = {}
        self._look_at = 0.0

    def frame(self, flow: RunningFlow, now: float) -> dict[str, Any]:
        """Edges and nodes that changed since the last frame; empty when none did."""
        passed, self._since, self.next = max(now - self._since, 0.05), now, now + TAPS_EVERY
        edges: dict[str, Any] = {}
        nodes: dict[str, Any] = {}
        for node, port in list(flow.engine.last):
            name = f"{node}.{port}"
            count = flow.engine.counts.nodes[node].sent.get(port, 0)
            before, rate = self._edges.get(name, (None, 0.0))
            fresh = 0.0 if before is None else (count - before) / passed
            rate = fresh if rate == 0.0 else 0.7 * rate + 0.3 * fresh
            if count != before or rate > 0.05:
                self._edges[name] = (count, rate if rate > 0.05 else 0.0)
                event = flow.engine.last_on((node, port))
                about = {"time": format_time(event.time), "device": event.device, "data": shortened(event.data)}
                edges[name] = {"count": count, "rate": round(self._edges[name][1], 2), **about}
        for node, counts in flow.engine.counts.nodes.items():
            if counts.problems != self._problems.get(node, 0):
                self._problems[node] = counts.problems
                nodes[node] = {"problems": counts.problems, "last": _last_trouble(flow, node)}
        if now >= self._look_at:
            self._look_at = now + STANDINGS_EVERY
            for node, standings in standings_of(flow).items():
                if standings != self._standings.get(node):
                    self._standings[node] = standings
                    nodes.setdefault(node, {})["standings"] = standings
        return {"edges": edges, "nodes": nodes} if edges or nodes else {}


def standings_of(flow: RunningFlow) -> dict[str, list[dict[str, Any]]]:
    """Where the keys of a running flow's nodes stand."""
    return standings_in(flow.engine)


def standings_in(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """By node, where its keys stand: each word with how many keys, and the first of them by name and since when (ms)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for node in engine.nodes:
        if not has_standing(node):
            continue
        words: dict[str, list[tuple[str, int | None]]] = {}
        for slot in islice(engine.slots[node.index].values(), MOST_KEYS):
            word, since = take_note(slot, engine.now)
            if word is not None:
                words.setdefault(word, []).append((slot.key, since))
        found[node.id] = [_standing(word, keys) for word, keys in words.items()]
    return found


def _standing(word: str, keys: list[tuple[str, int | None]]) -> dict[str, Any]:
    named = keys[:MOST_NAMED]
    return {"word": word, "count": len(keys), "keys": [k for k, _ in named], "since": [since for _, since in named]}


def _last_trouble(flow: RunningFlow, node: str) -> dict[str, Any] | None:
    for trace in reversed(flow.engine.traces.recent):
        if trace.node == node:
            about = {"device": trace.device, "time": format_time(trace.time), "data": trace.data}
            return {"code": trace.code, "args": trace.args, **about}
    return None


def _spoken(flow: RunningFlow, effect: Effect) -> str:
    """What a command would do, for the person who is asked."""
    return spoken_command(effect, flow.plan.registry, flow.lang)
