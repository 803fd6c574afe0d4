"""A new version of a running flow is on trial: the one before is kept aside, with its memory and its place in the inbox,
until the new one has proved itself. Where it fails, the old one goes on as if the new one had never been there.
"""

import hashlib
import time
from typing import Any

import msgspec

from document.problems import problem
from engine.engine import Engine
from nodes.kit.problem import Problem
from runtime.deploy import Deploy
from runtime.running import RunningFlow

ENOUGH, LONGEST = 20, 60.0
"""Events, or seconds, after which a trial is over."""
FAILED = "node_failed"
"""The trouble of a node that raised."""
RAISED, FORGETS, FAILS = "rolled_back_raised", "rolled_back_memory", "rolled_back"
"""Problem codes: the new version raised, could not read its memory, or failed at more than half of its events."""
Reason = tuple[str, dict[str, Any]]
"""One of these codes, with what its text needs."""


class Refused(msgspec.Struct, frozen=True):
    """A version that did not stay: `code` and `args` say why. `deploy` is its fingerprint, `to` the version that runs in
    its place."""

    version: int
    to: int
    code: str
    args: dict[str, Any]
    deploy: str

    def problem(self) -> Problem:
        """The same for people."""
        return problem(self.code, "", version=self.version, to=self.to, **self.args)


class Aside(msgspec.Struct):
    """The version before. `filters` are its topics; `place`: where in the inbox the new one began, at `began` (ms). `mine`
    are effects that it had made and that were not in the outbox yet; `failing` its nodes that raised, `dead` by source the
    share of what it could not read. `memory` is needed where there was a restart since."""

    deploy: Deploy
    durable: bool
    filters: dict[str, int]
    place: int
    began: int
    mine: list[str]
    failing: list[str]
    dead: dict[str, float]
    memory: Any = None


def set_aside(before: RunningFlow, place: int, now: int) -> Aside:
    """What has to be kept of `before` while another version runs from `place` on."""
    engine = before.engine
    failing = {trace.node for trace in engine.traces.recent if trace.code == FAILED}
    dead = {id: fates.dead / fates.received for id, fates in engine.counts.sources.items() if fates.received}
    mine = [effect.key for effect in before.made]
    return Aside(
        deploy=before.deploy,
        durable=before.durable,
        filters=before.own,
        place=place,
        began=now,
        mine=mine,
        failing=sorted(failing),
        dead=dead,
    )


class Trial:
    """Counts what `flow`, which took the place of `aside`, does with its first events. `before` is the version before as
    it stood then, where there was no restart since."""

    def __init__(self, flow: RunningFlow, aside: Aside, before: RunningFlow | None) -> None:
        self.flow, self.aside, self.before = flow, aside, before
        self._ends = time.monotonic() + LONGEST
        self._begun = {id: (fates.received, fates.dead) for id, fates in flow.engine.counts.sources.items()}
        self._troubles = _troubles(flow.engine)
        self._failed: set[tuple[int, str | None]] = set()
        failures = (trace.args for trace in flow.engine.traces.recent if trace.code == FAILED)
        self.forgets: dict[str, Any] | None = next(failures, None)
        """Why it could not read its memory or begin at all, if so."""

    @property
    def events(self) -> int:
        """What came in since the trial began."""
        return sum(fates.received - self._begun[id][0] for id, fates in self.flow.engine.counts.sources.items())

    @property
    def failing(self) -> int:
        """Of these, what ended in a failure that the version before did not have."""
        self._look()
        lost = 0.0
        for id, fates in self.flow.engine.counts.sources.items():
            received, dead = self._begun[id]
            lost += max(0.0, fates.dead - dead - (fates.received - received) * self.aside.dead.get(id, 0.0))
        return round(lost) + len(self._failed)

    def _look(self) -> None:
        total, recent = _troubles(self.flow.engine), list(self.flow.engine.traces.recent)
        new, self._troubles = min(total - self._troubles, len(recent)), total
        for trace in recent[len(recent) - new :]:
            if trace.code == FAILED and trace.node not in self.aside.failing:
                self._failed.add((trace.time, trace.device))

    @property
    def over(self) -> bool:
        """There was enough to judge by."""
        return self.events >= ENOUGH or time.monotonic() >= self._ends

    def verdict(self) -> Reason | None:
        """Why it has to go; None: nothing is against it so far."""
        if self.flow.failure is not None:
            return RAISED, {"detail": self.flow.failure}
        if self.forgets is not None:
            return FORGETS, self.forgets
        events, failing = self.events, self.failing
        if failing * 2 > (events if self.over else ENOUGH):
            return FAILS, {"failed": min(failing, events) or failing, "count": events}
        return None


def _troubles(engine: Engine) -> int:
    return sum(counts.problems for counts in engine.counts.nodes.values())


def refusal(aside: Aside, deploy: Deploy, reason: Reason) -> Refused:
    return Refused(deploy.version, aside.deploy.version, *reason, fingerprint(deploy))


def fingerprint(deploy: Deploy) -> str:
    """The same for deploys that run alike (see `deploy.same`)."""
    alike = msgspec.json.encode(msgspec.structs.replace(deploy, taps=False), order="deterministic")
    return hashlib.sha256(alike).hexdigest()[:32]
