"""Which version of each flow runs: deploys, what a start finds on the disk, and the way back to the version before."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from engine.incoming import Incoming
from engine.memory import memory_of
from engine.plan import Plan
from nodes.kit.catalog import Catalog
from runtime.clock import WallClock
from runtime.deploy import Deploy
from runtime.intake import Intake
from runtime.outgoing import Outgoing
from runtime.probation import FORGETS, Aside, Reason, Refused, Trial, fingerprint, refusal, set_aside
from runtime.running import RunningFlow, is_durable, sound_plan
from runtime.store import Kept, Store

T = TypeVar("T")
PAGE = 1_000
"""Messages of the inbox that a flow which is behind gets in one round: the others wait no longer for it."""


class Versions:
    """`on_change` is called when another flow runs, `on_refused` when a version did not stay, with what runs instead.
    `store` None: nothing is kept. Belongs to the host's thread."""

    def __init__(
        self,
        flows: dict[str, RunningFlow],
        *,
        clock: WallClock,
        catalog: Catalog,
        intake: Intake,
        outgoing: Outgoing,
        store: Store | None,
        on_change: Callable[[str], None],
        on_refused: Callable[[RunningFlow, Refused], None],
    ) -> None:
        self._flows, self._clock, self._catalog = flows, clock, catalog
        self._intake, self._outgoing, self._store = intake, outgoing, store
        self._on_change, self._on_refused = on_change, on_refused
        self.trials: dict[str, Trial] = {}
        self.refused: dict[str, Refused] = {}
        """By flow, the version that did not stay, until there is another one."""
        self._returning: dict[str, Aside] = {}
        """Versions that go on and whose memory is not on the disk again yet."""

    # --- deploying ------------------------------------------------------------------------------------------------

    def deploy(self, deploy: Deploy, plan: Plan | None = None) -> RunningFlow:
        """What runs from now on: `deploy`, or the version before where `deploy` cannot read its memory. Raises NotSound."""
        plan, now = plan or sound_plan(deploy, self._catalog), self._clock.now()
        self.sweep()
        before = self._flows.get(deploy.flow)
        if before is None or before.failure is not None:
            return self._begin(RunningFlow(deploy, plan, now), before)
        if _run_alike(before.deploy, deploy):
            return self._begin(RunningFlow(deploy, plan, now, before.engine.snapshot()), before)
        memory = before.engine.snapshot()
        kept = msgspec.Raw(msgspec.json.encode(memory)) if before.durable and self._store is not None else None
        aside, fallback = self._aside(before, now)
        try:
            trial = Trial(RunningFlow(deploy, plan, now, memory), aside, fallback)
        except Exception as problem:  # whatever the memory does to it, the version before goes on
            return self._decline(before, deploy, {"detail": f"{type(problem).__name__}: {problem}"[:200]})
        if trial.forgets is not None:
            return self._decline(before, deploy, trial.forgets)
        if fallback is before:
            self._remember("aside", deploy.flow, msgspec.structs.replace(aside, memory=kept) if kept else None)
        return self._begin(trial.flow, before, trial)

    def _aside(self, before: RunningFlow, now: int) -> tuple[Aside, RunningFlow | None]:
        """The version to go back to: the one that runs, unless it is failing on trial itself."""
        trial = self.trials.get(before.id)
        if trial is not None and trial.failing:
            return trial.aside, trial.before
        return set_aside(before, before.place if before.behind else self._last_place(), now), before

    def _begin(self, flow: RunningFlow, before: RunningFlow | None, trial: Trial | None = None) -> RunningFlow:
        """The store first: where it refuses, nothing has changed."""
        flow.place = flow.committed = self._last_place()
        if before is not None:
            flow.made, flow.engine.patient = before.made, before.engine.patient
            flow.leap_after(before)
            if before.behind:
                flow.behind, flow.place, flow.committed = True, before.place, before.committed
            if before.durable and not flow.durable:
                self._outgoing.keep(flow)
            if flow.durable and not before.durable and self._store is not None:
                self._store.commit([flow.change([])])  # in the place of what an earlier durable version remembered
        if self._store is not None:
            self._store.keep_deploy(flow.id, msgspec.json.encode(flow.deploy), flow.place)
        if flow.id in self.refused:
            self._remember("refused", flow.id, None)
            del self.refused[flow.id]
        if trial is not None:
            if flow.id in self._returning:
                self._remember("back", flow.id, None)
                del self._returning[flow.id]
            self.trials[flow.id] = trial
        flow.dirty = flow.changed = True
        self._adopt(flow)
        flow.rest(at_once=True)
        return flow

    def _decline(self, before: RunningFlow, deploy: Deploy, why: dict[str, str]) -> RunningFlow:
        """`deploy` never ran: nothing changes."""
        self._refuse(before, Refused(deploy.version, before.deploy.version, FORGETS, why, fingerprint(deploy)))
        return before

    def _refuse(self, running: RunningFlow, refused: Refused) -> None:
        self._remember("refused", running.id, refused)
        self.refused[running.id] = refused
        self._on_refused(running, refused)

    def _adopt(self, flow: RunningFlow) -> None:
        self._flows[flow.id] = flow
        trial = self.trials.get(flow.id)
        if trial is not None:
            trial.flow, flow.answers = flow, []
            if trial.aside.durable:
                flow.read_along(trial.aside.filters)
        self._on_change(flow.id)

    def forget(self, id: str) -> None:
        """The flow was stopped."""
        for kept in (self.trials, self._returning, self.refused):
            kept.pop(id, None)
        for what in ("aside", "back", "refused"):
            self._remember(what, id, None)

    def declined(self, deploy: Deploy) -> Refused | None:
        """Why this very deploy did not stay when it was tried."""
        refused = self.refused.get(deploy.flow)
        return refused if refused is not None and refused.deploy == fingerprint(deploy) else None

    # --- trials ---------------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        """End the trials that are over. Where the store refuses, nothing has changed and this may be called again."""
        if not self.trials and not self._returning:
            return
        for id, trial in list(self.trials.items()):
            reason = trial.verdict()
            if reason is not None:
                self._go_back(trial, reason)
            elif trial.over:
                self._remember("aside", id, None)
                del self.trials[id]
                trial.flow.answers = None
                trial.flow.read_along({})
                self._on_change(id)
        for id in [id for id in self._returning if id not in self._flows or not self._flows[id].whole]:
            self._remember("aside", id, None)
            self._remember("back", id, None)
            del self._returning[id]

    def _go_back(self, trial: Trial, reason: Reason) -> None:
        aside, new = trial.aside, trial.flow
        refused = refusal(aside, new.deploy, reason)
        old = trial.before or self._old(aside)
        self._remember("refused", new.id, refused)
        if aside.durable:
            self._remember("back", new.id, True)
        if self._store is not None:
            self._store.keep_deploy(new.id, msgspec.json.encode(aside.deploy), aside.place)
        if aside.durable:
            self._returning[new.id] = aside
            self._read_anew(new.id, aside)
        self._outgoing.withdraw(new, aside.began, aside.mine)
        old.place = old.committed = aside.place if aside.durable else self._last_place()
        old.behind = aside.durable and self._store is not None
        old.made = [effect for effect in new.made if effect.key in aside.mine]
        old.dirty = old.changed = old.whole = True
        old.late_answers, old.answers, old.engine.patient = new.answers or [], None, new.engine.patient
        del self.trials[new.id]
        self._adopt(old)
        self.refused[new.id] = refused
        self._on_refused(old, refused)

    def _read_anew(self, flow: str, aside: Aside) -> None:
        """What only the new version could not read is no dead letter any more."""
        self._outgoing.letters.read_anew(flow, self._intake.kept(aside.place + 1).of(0), aside.began)

    def _old(self, aside: Aside) -> RunningFlow:
        """The version before, from the disk."""
        return RunningFlow(aside.deploy, sound_plan(aside.deploy, self._catalog), self._clock.now(), aside.memory)

    def needed(self) -> int | None:
        """Up to which place the inbox may go at most; None: as far as flows are."""
        asides = [*(trial.aside for trial in self.trials.values()), *self._returning.values()]
        wanted = [aside.place for aside in asides if aside.durable]
        return min([*wanted, *(flow.place for flow in self._flows.values() if flow.behind)], default=None)

    # --- what is on the disk --------------------------------------------------------------------------------------

    def revive(self, kept: Kept) -> None:
        """Start what the store keeps of a flow: `kept` and its memory, or the version before where it does not stay."""
        self._adopt(self._revived(kept))

    def _revived(self, kept: Kept) -> RunningFlow:
        deploy = msgspec.json.decode(kept.deploy, type=Deploy)
        aside, refused = self._recall("aside", kept.flow, Aside), self._recall("refused", kept.flow, Refused)
        if refused is not None:
            self.refused[kept.flow] = refused
        if aside is None:
            return self._plain(kept, deploy)
        if aside.deploy == deploy and not self._recall("back", kept.flow, bool):  # the new one did not even begin
            self._remember("aside", kept.flow, None)
            return self._plain(kept, deploy)
        if aside.deploy != deploy:
            reason = self._try_again(kept, deploy, aside)
            if reason is None:
                return self.trials[kept.flow].flow
            refused = self.refused[kept.flow] = refusal(aside, deploy, reason)
            self._remember("refused", kept.flow, refused)
            self._remember("back", kept.flow, True)
        flow = self._old(aside)
        flow.place = flow.committed = aside.place
        flow.dirty = flow.changed = True
        self._returning[kept.flow] = aside
        self._read_anew(kept.flow, aside)
        return flow

    def _try_again(self, kept: Kept, deploy: Deploy, aside: Aside) -> Reason | None:
        """Put a version on trial again after a restart; why it cannot, where it cannot."""
        try:
            trial = Trial(self._plain(kept, deploy), aside, None)
        except Exception as problem:  # it ran before, and does not even begin any more
            return FORGETS, {"detail": f"{type(problem).__name__}: {problem}"[:200]}
        if trial.forgets is None:
            self.trials[kept.flow] = trial
            return None
        return FORGETS, trial.forgets

    def _plain(self, kept: Kept, deploy: Deploy) -> RunningFlow:
        plan, memory = sound_plan(deploy, self._catalog), None
        if kept.header is not None and is_durable(plan):  # of a fast flow it is what an earlier version remembered
            memory = memory_of(kept.header, self._store.records(kept.flow) if self._store is not None else ())
        flow = RunningFlow(deploy, plan, self._clock.now(), memory)
        flow.place = flow.committed = kept.place
        flow.whole = memory is None
        return flow

    def read_on(self) -> None:
        """The next messages of the inbox for the flows that are behind."""
        for flow in self._flows.values():
            if flow.behind:
                self._read_on(flow)

    def _read_on(self, flow: RunningFlow) -> None:
        """Up to a page."""
        rows = self._store.after(flow.place, PAGE) if self._store is not None else []
        for row in rows:
            if flow.wants(row.topic):
                flow.push_all(
                    Incoming([row.topic], [row.payload], row.arrived, self._intake.kept(row.place)), row.place
                )
            flow.place = row.place
        if len(rows) < PAGE:
            flow.behind = False
            for key, answer, now in flow.late_answers:
                flow.answer(key, answer, now)
            flow.late_answers = []

    def step(self, before: int, now: int) -> None:
        """The clock was set forward from `before` to `now`, and no time has passed: not for those either that may go on."""
        for flow in (*self._flows.values(), *(trial.before for trial in self.trials.values())):
            if flow is not None:
                flow.step(before, now)

    def _last_place(self) -> int:
        return self._store.last_place() if self._store is not None else 0

    def _remember(self, what: str, flow: str, value: Any) -> None:
        if self._store is not None:
            self._store.remember(f"{what} {flow}", value)

    def _recall(self, what: str, flow: str, type: type[T]) -> T | None:
        found = self._store.fact(f"{what} {flow}") if self._store is not None else None
        return None if found is None else msgspec.convert(found, type)


def _run_alike(one: Deploy, other: Deploy) -> bool:
    """Whether both do the same with every event."""
    return (one.document, one.registry, one.zone, one.lang) == (other.document, other.registry, other.zone, other.lang)
